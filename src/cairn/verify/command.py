"""`cairn verify` at a terminal: what holds, or the first thing wrong."""

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cairn.merkle.note import MalformedError, Note, Verifier
from cairn.merkle.policy import Policy
from cairn.verify.files import files_at
from cairn.verify.record import Trusted, Verified, verify
from cairn.verify.wrong import UnusableError, WrongError

Given = TypeVar("Given")


def run(
    record: str,
    *,
    keys: list[str],
    since: Path | None,
    witness: Path | None,
    processes: int | None,
) -> int:
    """Verify a record and say so. The exit code: 0 if all holds, 1 if something is wrong."""
    files, trusted = files_at(record), trusted_from(keys, since, witness)
    shown = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=shown, transient=True) as bar:
        task = bar.add_task("hashing", total=None)
        before = 0

        def progress(done: int, of: int) -> None:
            nonlocal before
            if done < before:
                bar.update(task, description="reading")
            before = done
            bar.update(task, completed=done, total=of)

        try:
            found = verify(
                files, trusted, processes=processes or os.cpu_count() or 1, progress=progress
            )
        except WrongError as error:
            wrong = f"cairn: {record} is not what it should be.\n{error}"
        else:
            wrong = ""
    if wrong:
        print(wrong, file=sys.stderr)  # noqa: T201 - the command's own voice
        return 1
    print("\n".join(told(found)))  # noqa: T201 - likewise
    return 0


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
    for name, at in sorted(found.cosigned.items()):
        when = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")
        lines.append(f"witness {name} saw it on {when}")
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
