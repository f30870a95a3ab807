"""`cairn verify` at a terminal: what holds, or the first thing wrong."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from cairn.merkle.note import MalformedError, Note, Verifier
from cairn.merkle.policy import Policy
from cairn.terminal import say, tell_error
from cairn.verify.bundle import Held, is_bundle, verify_bundle
from cairn.verify.files import files_at
from cairn.verify.record import Trusted, Verified, verify
from cairn.verify.tree import Progress
from cairn.verify.wrong import UnusableError, WrongError

Given = TypeVar("Given")

DRAWN: Final = "Its pages and tables were drawn from pack.json by whoever packed it; pack.json is what is proved."


def run(
    record: str,
    *,
    keys: list[str],
    since: Path | None,
    witness: Path | None,
    processes: int | None,
) -> int:
    """Verify a record and say so. The exit code: 0 if all holds, 1 if something is wrong."""
    trusted = trusted_from(keys, since, witness)
    try:
        with files_at(record) as files, _shown() as progress:
            if is_bundle(files):
                bundle = verify_bundle(files, trusted, progress=progress)
                lines, said = told_of_bundle(bundle), said_of_bundle(bundle)
            else:
                count = processes or os.cpu_count() or 1
                found = verify(files, trusted, processes=count, progress=progress)
                lines, said = told(found), said_of(found)
    except WrongError as error:
        tell_error(f"{record} is not what it should be.\n{error}")
        return 1
    say("\n".join(lines), holds=True, **said)
    return 0


@contextmanager
def _shown() -> Iterator[Progress]:
    """A bar of how much is checked: first every hash, then what entries say."""
    shown = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bar(*columns, TimeRemainingColumn(), console=shown, transient=True) as bar:
        task = bar.add_task("hashing", total=None)
        before = 0

        def progress(done: int, of: int) -> None:
            nonlocal before
            if done < before:
                bar.update(task, description="reading")
            before = done
            bar.update(task, completed=done, total=of)

        yield progress


def trusted_from(keys: list[str], since: Path | None, witness: Path | None) -> Trusted:
    """What a person brings, read from what they typed. Raises UnusableError."""
    return Trusted(
        keys=tuple(_key(key) for key in keys),
        since=_parsed(Note.parse, since) if since else None,
        policy=_parsed(Policy.parse, witness) if witness else None,
    )


def told(found: Verified) -> list[str]:
    """What holds, and what was not asked."""
    checkpoint = found.checkpoint
    lines = [
        f"The record of ‘{found.programme}’ holds: {checkpoint.size} entries, {found.files} files.",
        f"checkpoint {checkpoint.size} {checkpoint.root.hex()} of {checkpoint.origin}",
    ]
    lines += _witnessed(found.cosigned)
    if found.since is not None:
        lines.append(f"It continues the checkpoint over {found.since} entries that you hold.")
    if found.own_key:
        lines.append(
            "Signed by the key that came with it. Whose key that is, only --key can tell: "
            "take it from somewhere else."
        )
    if found.since is None and not found.cosigned:
        lines.append(
            "Whether another version was shown to others, or an older one is longer, "
            "only --since or --witness can tell."
        )
    return lines


def said_of(found: Verified) -> dict[str, object]:
    """The same, for programs."""
    return {
        "programme": found.programme,
        "entries": found.checkpoint.size,
        "files": found.files,
        "origin": found.checkpoint.origin,
        "root": found.checkpoint.root.hex(),
        "continues": found.since,
        "key_came_with_it": found.own_key,
        "cosigned": dict(found.cosigned),
    }


def said_of_bundle(found: Held) -> dict[str, object]:
    """What holds of a bundle, for programs."""
    about, checkpoint = found.about, found.checkpoint
    return {
        "programme": about.programme,
        "team": about.team,
        "position": about.position,
        "files": len(about.files),
        "pack": about.pack,
        "frozen": about.frozen,
        "origin": checkpoint.origin if checkpoint else None,
        "root": checkpoint.root.hex() if checkpoint else None,
        "entries": found.entries,
        "photos": found.photos,
        "key_came_with_it": found.own_key,
        "cosigned": dict(found.cosigned),
    }


def told_of_bundle(found: Held) -> list[str]:
    """What holds of a bundle, and what nothing here proves."""
    about, checkpoint = found.about, found.checkpoint
    lines = [
        f"The bundle of the team ‘{about.team}’ in ‘{about.programme}’ holds: {len(about.files)} files.",
        f"pack {about.pack} of {about.position} entries",
    ]
    if checkpoint is None:
        lines.append(
            "The programme has no signed log: nothing proves that any of it was recorded, "
            "only that these files belong together."
        )
        return [*lines, DRAWN]
    lines += [
        f"checkpoint {checkpoint.size} {checkpoint.root.hex()} of {checkpoint.origin}",
        f"{found.entries} entries are in that log, and {found.photos} photos are those that entries commit to.",
    ]
    lines += [
        f"entry {one.position}, {one.on}, {one.kind} by {one.post}: it names this pack"
        for one in found.signed
    ]
    if about.frozen is None:
        lines.append(
            "No entry freezes this pack: whether it is what those entries come to, "
            "only whoever has the journal can tell."
        )
    lines += _witnessed(found.cosigned)
    if found.own_key:
        lines.append(
            "Signed by the key that came with it, so that it only agrees with itself. "
            "Whose key that is, only --key can tell: take it from somewhere else."
        )
    return [*lines, DRAWN]


def _witnessed(cosigned: Mapping[str, int]) -> Iterator[str]:
    for name, at in sorted(cosigned.items()):
        when = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")
        yield f"witness {name} saw it on {when}"


def _key(given: str) -> Verifier:
    """A verifier key as it is written, or the file that holds it."""
    try:
        path = Path(given)
        text = path.read_text().strip() if len(given) < 4096 and path.is_file() else given
        return Verifier.parse(text)
    except (OSError, ValueError, MalformedError) as error:
        raise UnusableError(f"--key: {error}") from error


def _parsed(parse: Callable[[bytes], Given], path: Path) -> Given:
    try:
        return parse(path.read_bytes())
    except (OSError, MalformedError) as error:
        raise UnusableError(f"{path}: {error}") from error
