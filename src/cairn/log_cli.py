"""`cairn keys` and `cairn log`: a programme's signing keys and its public log."""

import base64
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cairn.terminal import as_json, say, tell, tell_error, until_ctrl_c
from cairn.values import CairnError

if TYPE_CHECKING:
    from cairn.journal.recover import Found, Recovery
    from cairn.merkle.checkpoint import Checkpoint
    from cairn.merkle.note import Verifier

keys_app = typer.Typer(no_args_is_help=True, help="The keys that sign programmes' public logs.")
log_app = typer.Typer(no_args_is_help=True, help="Programmes' public logs: checkpoints, receipts.")

Dir = Annotated[Path | None, typer.Option("--dir", help="The installation's folder.")]
Post = Annotated[str, typer.Option(help="The post that records it.")]
SHOWN = 10
"""How many of the entries that will be put back are named."""


@keys_app.command(name="make")
def make_key(
    programme: str,
    origin: Annotated[
        str, typer.Option(help="The log's name for good, such as cairn.example.org/teams.")
    ],
    post: Post = "programme-office",
    folder: Dir = None,
) -> None:
    """Make the first key of a programme's log, and record which it is. Prints the verifier key."""
    _start(folder)
    from cairn.catalog import journal  # noqa: PLC0415 - needs Django started
    from cairn.programme import log_keys  # noqa: PLC0415 - likewise

    now = datetime.now(UTC)
    key = log_keys.make(journal, programme, origin=origin, post=post, now=now)
    say(str(key), programme=programme, key=key)


@keys_app.command(name="list")
def list_keys(folder: Dir = None) -> None:
    """Print each programme's verifier keys: the present one, then those before it."""
    _start(folder)
    from cairn.journal.keys import listed  # noqa: PLC0415 - needs Django started
    from cairn.journal.log import Log  # noqa: PLC0415 - likewise

    for programme, _verifier in listed():
        present, *retired = Log(programme).verifiers
        say(f"{programme} {present}", programme=programme, key=present, retired=False)
        for key in retired:
            say(f"{programme} {key} (retired)", programme=programme, key=key, retired=True)


@keys_app.command(name="rotate")
def rotate_key(programme: str, post: Post = "programme-office", folder: Dir = None) -> None:
    """Change the key of a programme's log. Both keys sign that, and the next checkpoint.

    Interrupted, it goes on where it stopped. Prints the new verifier key.
    """
    _start(folder)
    from cairn.catalog import journal  # noqa: PLC0415 - needs Django started
    from cairn.programme import log_keys  # noqa: PLC0415 - likewise

    key = log_keys.rotate(journal, programme, post=post, now=datetime.now(UTC))
    say(str(key), programme=programme, key=key)


@log_app.command()
def sign(
    programme: Annotated[
        str | None, typer.Argument(help="Else every one that has a key.", show_default=False)
    ] = None,
    watch: Annotated[
        float | None, typer.Option(metavar="SECONDS", min=0.1, help="Again and again, till Ctrl-C.")
    ] = None,
    folder: Dir = None,
) -> None:
    """Sign checkpoints over what is on record; print each log's origin, size and root.

    Ends with 0 when every log was signed, 1 when one was not: stderr says why.
    """
    _start(folder)
    said: dict[str, str] = {}
    fine = _sign_each(programme, said)
    with until_ctrl_c() as rest:
        while watch is not None:
            rest(watch)
            _sign_each(programme, said)
    raise typer.Exit(0 if fine else 1)


@log_app.command()
def show(
    programme: Annotated[str | None, typer.Argument(show_default=False)] = None,
    folder: Dir = None,
) -> None:
    """Show a log's newest checkpoint, its key, and what no checkpoint covers yet."""
    _start(folder)
    from cairn.journal.heads import position_of  # noqa: PLC0415 - needs Django started
    from cairn.journal.log import Log  # noqa: PLC0415 - likewise
    from cairn.journal.readonly import why_read_only  # noqa: PLC0415 - likewise

    for each in _chosen(programme):
        log = Log(each)
        checkpoint = log.checkpoint()
        size = checkpoint.size if checkpoint else 0
        unsigned = max(0, position_of(each) - size)
        reason = why_read_only(each)
        lines = [
            each,
            f"  origin      {log.verifier.name}",
            f"  key         {log.verifier}",
            f"  checkpoint  {_line(checkpoint) if checkpoint else 'none yet'}",
            f"  not signed  {unsigned} facts",
        ]
        if reason:
            lines.append(f"  read-only   {reason}")
        say(
            "\n".join(lines),
            programme=each,
            origin=log.verifier.name,
            key=log.verifier,
            checkpoint=_said(checkpoint) if checkpoint else None,
            not_signed=unsigned,
            read_only=reason or None,
        )


@log_app.command()
def receipt(programme: str, position: int, folder: Dir = None) -> None:
    """Print the proof that an entry is in the log (C2SP tlog-proof), for whoever keeps it.

    Ends with 1 while no checkpoint covers the entry: stderr says so.
    """
    _start(folder)
    from cairn.journal.heads import position_of  # noqa: PLC0415 - needs Django started
    from cairn.journal.log import Log  # noqa: PLC0415 - likewise

    _chosen(programme)
    holds = position_of(programme)
    if not 1 <= position <= holds:
        raise CairnError(f"‘{programme}’ has no fact {position}; its facts are 1 to {holds}.")
    proof = Log(programme).receipt(position)
    if proof is None:
        tell(f"Fact {position} is on record, and no checkpoint covers it yet: `cairn log sign`.")
        raise typer.Exit(1)
    if as_json():
        say(None, programme=programme, position=position, proof=bytes(proof).decode())
        return
    sys.stdout.buffer.write(bytes(proof))


@log_app.command()
def recover(
    programme: str,
    other: Annotated[
        Path | None,
        typer.Option("--from", metavar="DIR", help="A published log: a checkpoint and its tiles."),
    ] = None,
    key: Annotated[
        str | None, typer.Option(metavar="VERIFIER", help="The log's key, where none is here.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    folder: Dir = None,
) -> None:
    """Make a read-only programme continue its log again, by what the log itself holds.

    Shows what is missing, asks, and puts it back where it hashes to what was signed. With --from
    and a new --dir it makes an installation out of a published log.
    """
    _start(folder, make=other is not None)
    from cairn.catalog import journal  # noqa: PLC0415 - needs Django started
    from cairn.following.home import make_anew  # noqa: PLC0415 - likewise
    from cairn.journal.log import Log  # noqa: PLC0415 - likewise
    from cairn.journal.recover import Recovery, reason_to_recover  # noqa: PLC0415 - likewise
    from cairn.merkle.note import Verifier  # noqa: PLC0415 - likewise

    reason = reason_to_recover(programme)
    if not reason and other is None and Log(programme).has_key:
        tell(f"Nothing is wrong: the database of ‘{programme}’ continues its log.")
        return
    tell(f"Read-only: {reason}" if reason else "Comparing with what was published.")
    trusted: tuple[Verifier, ...] = (Verifier.parse(key),) if key else ()
    recovery = Recovery(journal, programme, trusted)
    found = recovery.look(other=other)
    _show(recovery, found)
    if not yes:
        typer.confirm("Go on?", abort=True, err=True)
    lost = recovery.mend(found, other=other)
    make_anew(programme)
    for position, field in lost[:SHOWN]:
        tell(f"Lost: the sealed answer ‘{field}’ of the entry at position {position}.")
    if len(lost) > SHOWN:
        tell(
            f"Lost: {len(lost) - SHOWN} more. A copy of the published record may open them: --from."
        )
    tell(f"‘{programme}’ continues its log, and takes facts again.")


def _show(recovery: "Recovery", found: "Found") -> None:
    """What was found; raises UnrecoverableError where nothing can be done with it."""
    from cairn.journal.recover import UnrecoverableError  # noqa: PLC0415 - needs Django started

    tell(f"Published: {_line(found.checkpoint)}")
    tell(f"The database holds {found.position} facts; the first {found.same} are the log's.")
    if found.contradicted:
        path = recovery.set_aside(found)
        raise UnrecoverableError(
            f"Fact {found.same + 1} is not the one that was published, and entries are never "
            f"changed: this database cannot continue its log. Its {found.position - found.same} "
            f"facts from there are listed in {path}. Make an installation out of the log, `cairn "
            f"log recover {recovery.programme} --dir NEW --from {recovery.log.folder} --key …`, "
            "move the key there, and record those facts again. docs/how-to/public-log.md says more."
        )
    if found.missing:
        tell(f"To be put back: {found.missing} facts.")
        missing = recovery.missing(found)
        for entry in islice(missing, SHOWN):
            tell(f"  {entry.position}  {entry.happened_on}  {entry.kind}")
        if found.missing > SHOWN:
            tell(f"  and {found.missing - SHOWN} more")
    elif found.source is None:
        tell("The log's folder is damaged; it will be written anew from the database.")


def _start(folder: Path | None, *, make: bool = False) -> None:
    from cairn.config.installation import installation  # noqa: PLC0415 - starts Django

    installation(folder, make=make)


def _sign_each(programme: str | None, said: dict[str, str]) -> bool:
    """Sign each log once. What was said of it is not said again."""
    from django.db import DatabaseError  # noqa: PLC0415 - as in every command

    from cairn.journal.spread import connection_of  # noqa: PLC0415 - needs Django started
    from cairn.programme import log_keys  # noqa: PLC0415 - needs Django started

    fine = True
    for each in _chosen(programme):
        try:
            signed = log_keys.sign(each)
        except (CairnError, OSError, DatabaseError) as error:
            line, fine = f"‘{each}’ was not signed: {error}", False
            if isinstance(error, DatabaseError):
                connection_of(each).close()  # the server may have been started anew
            if said.get(each) != line:
                tell_error(line)
        else:
            line = _line(signed)
            if said.get(each) != line:
                say(line, programme=each, **_said(signed))
        said[each] = line
    return fine


def _chosen(programme: str | None) -> Iterator[str]:
    """The programme asked for, or every one that has a key. Raises NoKeyError."""
    from cairn.journal.keys import listed  # noqa: PLC0415 - needs Django started
    from cairn.journal.log import Log  # noqa: PLC0415 - likewise

    if programme is None:
        return iter([each for each, _verifier in listed()])
    _known: Verifier = Log(programme).verifier
    return iter([programme])


def _line(checkpoint: "Checkpoint") -> str:
    root = base64.b64encode(checkpoint.root).decode()
    return f"{checkpoint.origin} {checkpoint.size} {root}"


def _said(checkpoint: "Checkpoint") -> dict[str, object]:
    root = base64.b64encode(checkpoint.root).decode()
    return {"origin": checkpoint.origin, "size": checkpoint.size, "root": root}
