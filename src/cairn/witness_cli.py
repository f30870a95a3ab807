"""`cairn witness`: runs a witness for other programmes, and asks those that a programme lists."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cairn.terminal import say, tell_error, until_ctrl_c
from cairn.values import CairnError

if TYPE_CHECKING:
    from cairn.journal.log import Log
    from cairn.witness.collect import Asked, Collected

app = typer.Typer(
    no_args_is_help=True,
    help="Run a witness for other programmes, and ask those that a programme lists.",
)

# Its folder is its own, and no installation: whoever witnesses need not run a programme.
Folder = Annotated[Path, typer.Option("--dir", help="The witness's own folder.")]
Vkey = Annotated[str, typer.Argument(metavar="VERIFIER-KEY", show_default=False)]
WITNESS = Path("cairn-witness")

AGAIN_SECONDS: Final = 3600
"""A cosignature an hour old says nothing of the last hour."""


@app.command()
def keys(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="As ‘county.example/witness’: makes a new witness."),
    ] = None,
    folder: Folder = WITNESS,
) -> None:
    """Print the witness's verifier key, for those who list it; with a NAME, make it first."""
    from cairn.witness.folder import cosigner_in, make  # noqa: PLC0415 - loads cryptography

    verifier = make(folder, name) if name else cosigner_in(folder).verifier
    say(str(verifier), key=verifier)


@app.command()
def trust(log: Vkey, folder: Folder = WITNESS) -> None:
    """Cosign for a log, given its verifier key; a second key while it changes from one to the next."""
    from cairn.merkle.note import Verifier  # noqa: PLC0415 - loads cryptography
    from cairn.witness.folder import cosigner_in, record_in  # noqa: PLC0415 - likewise

    key = Verifier.parse(log)
    cosigner_in(folder)
    record_in(folder).trust(key)
    say(f"trusted  {key.name}", trusted=key.name)


@app.command()
def distrust(log: Vkey, folder: Folder = WITNESS) -> None:
    """Take no more checkpoints signed by this key. What was cosigned of its log is remembered."""
    from cairn.merkle.note import Verifier  # noqa: PLC0415 - loads cryptography
    from cairn.witness.folder import cosigner_in, record_in  # noqa: PLC0415 - likewise

    key = Verifier.parse(log)
    cosigner_in(folder)
    record_in(folder).distrust(key)
    say(f"no longer trusted  {key.name}", distrusted=key.name)


@app.command()
def logs(folder: Folder = WITNESS) -> None:
    """List the logs trusted, with the size last cosigned of each, and contradictions seen.

    Ends with 1 when a log has signed two trees of one size; both notes are then printed.
    """
    from cairn.witness.folder import cosigner_in, record_in  # noqa: PLC0415 - loads cryptography

    cosigner_in(folder)
    record = record_in(folder)
    for each in record.logs():
        size = each.size if each.note else None
        line = f"{each.origin}  {'nothing cosigned yet' if size is None else size}"
        say(line, origin=each.origin, size=size)
    contradictions = record.contradictions()
    for note in contradictions:
        told = bytes(note).decode()
        say(f"\nsigned against what was cosigned before:\n\n{told}", contradiction=told)
    raise typer.Exit(1 if contradictions else 0)


@app.command()
def serve(
    folder: Folder = WITNESS,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where to listen.")] = 8090,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
) -> None:
    """Cosign for the logs trusted. Prints its address; Ctrl-C ends it."""
    from cairn.web import serve as web  # noqa: PLC0415 - what all servers of ours share
    from cairn.witness.folder import cosigner_in  # noqa: PLC0415 - loads cryptography
    from cairn.witness.serve import serve as run  # noqa: PLC0415 - likewise

    cosigner_in(folder)
    web.refuse_a_taken_port(host, port)
    run(folder, port, host=host, logging=web.LOGGING)


@app.command()
def ask(
    programme: Annotated[str, typer.Argument(show_default=False)],
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds to wait for answers.")] = 20,
    watch: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS", min=0.1, help="Look this often for a checkpoint to be cosigned."
        ),
    ] = None,
    folder: Annotated[Path | None, typer.Option("--dir", help="The installation's folder.")] = None,
) -> None:
    """Ask the witnesses that a programme lists to cosign its newest checkpoint.

    Ends with 0 when as many have as its policy asks for, 1 when too few have, and 3 when one has
    seen another history: what it said is kept.
    """
    from cairn.config.installation import installation  # noqa: PLC0415 - starts Django

    installation(folder)
    from cairn.journal.log import Log  # noqa: PLC0415 - needs Django started
    from cairn.witness.collect import collect  # noqa: PLC0415 - likewise

    log = Log(programme)
    if watch is not None:
        with until_ctrl_c() as rest:
            _watch(log, partial(rest, watch), timeout)
        return
    collected = collect(log, now=datetime.now(UTC), timeout=timeout)
    _say(collected)
    raise typer.Exit(3 if collected.forks else 0 if collected.enough else 1)


def _watch(log: "Log", rest: Callable[[], None], timeout: float) -> None:
    """Ask while too few have cosigned, and all again once an hour; say only what is new."""
    from cairn.witness.collect import collect  # noqa: PLC0415 - needs Django started
    from cairn.witness.standing import State, standing_of  # noqa: PLC0415 - likewise

    said, asked_at = "", float("-inf")
    while True:
        due = time.monotonic() - asked_at >= AGAIN_SECONDS
        if due or standing_of(log).state is not State.WITNESSED:
            try:
                collected = collect(log, now=datetime.now(UTC), timeout=timeout)
            except (CairnError, OSError) as error:
                now = str(error)
                if now != said:
                    tell_error(now)
            else:
                asked_at = time.monotonic()
                now = str([(each.witness, each.problem) for each in collected.asked])
                if now != said:
                    _say(collected)
            said = now
        rest()


def _say(collected: "Collected") -> None:
    for each in collected.asked:
        say(
            _line(each),
            witness=each.witness,
            cosigned_at=each.cosigned_at,
            problem=each.problem or None,
        )
    for each in collected.forks:
        tell_error(f"kept as evidence: {each.evidence}")


def _line(asked: "Asked") -> str:
    from cairn.witness.standing import legible, moment  # noqa: PLC0415 - needs Django started

    name = legible(asked.witness)
    if asked.cosigned_at is None:
        return f"{name}  not cosigned: {legible(asked.problem)}"
    return f"{name}  cosigned at {moment(asked.cosigned_at):%Y-%m-%d %H:%M:%SZ}"
