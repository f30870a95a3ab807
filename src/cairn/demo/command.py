"""What `cairn demo` does: make an installation, load a programme, trace it, serve it."""

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cairn.config.installation import installation
from cairn.web.serve import PortTakenError, announce, refuse_a_taken_port, serve

if TYPE_CHECKING:
    from cairn.demo.diary import Tale

HOST: Final = "127.0.0.1"
PORT: Final = 8000
PORTS_TRIED: Final = 50


def run(
    *, folder: Path | None, port: int | None, serving: bool, movements: int | None, seed: int | None
) -> None:
    """Load the demo and serve it until Ctrl-C. Raises CairnError."""
    if serving:
        port = free_port(port)
    path = installation(folder, make=True)
    try:
        programme = _load(movements, seed)
        say(f"The programme ‘{programme}’ is in {path}")
        if serving and port is not None:
            announce(HOST, port)
            serve(port, host=HOST)
    except KeyboardInterrupt:
        say("Stopped. What is on record stays; the same command goes on from here.")


def free_port(port: int | None) -> int:
    """The port asked for, else the first free one from 8000. Raises PortTakenError."""
    if port is not None:
        refuse_a_taken_port(HOST, port)
        return port
    for candidate in range(PORT, PORT + PORTS_TRIED):
        with suppress(PortTakenError):
            refuse_a_taken_port(HOST, candidate)
            return candidate
    last = PORT + PORTS_TRIED - 1
    raise PortTakenError(f"No port from {PORT} to {last} is free. Choose another with --port.")


def _load(movements: int | None, seed: int | None) -> str:
    """Bring the programme on record and its trace up to date, unless they are."""
    from cairn.catalog import journal  # noqa: PLC0415 - needs Django started
    from cairn.demo import load, warm  # noqa: PLC0415 - likewise
    from cairn.following.snapshot import bring_up_to_date  # noqa: PLC0415 - likewise

    tale = _tale(movements, seed)
    load.keep_away_from_real_records(tale)
    if not load.is_loaded(tale):
        with warm.compiling(), load.shown("Recording facts", tale.facts) as progress:
            load.load(tale, journal, progress)
    say("Following the money")
    bring_up_to_date(tale.programme)
    return tale.programme


def _tale(movements: int | None, seed: int | None) -> "Tale":
    from cairn.demo import large, story  # noqa: PLC0415 - facts need Django started

    seed = story.SEED if seed is None else seed
    return large.tale(movements, seed=seed) if movements else story.tale(seed=seed)


def say(sentence: str) -> None:
    """Tell whoever started the command; stdout is for the URL alone."""
    print(sentence, file=sys.stderr, flush=True)  # noqa: T201 - the command's own voice
