"""What `cairn demo` does: make an installation, load a programme, trace it, serve it."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cairn.config.installation import installation
from cairn.terminal import tell
from cairn.web.serve import PORT, free_port, serve

if TYPE_CHECKING:
    from cairn.demo.diary import Tale
    from cairn.journal.journal import Journal

POST: Final = "programme-office"
"""Who records that the demo's log has a key."""


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
        if not movements:
            _invite(programme, port)
        if serving and port is not None:
            serve(port)
    except KeyboardInterrupt:
        say("Stopped. What is on record stays; the same command goes on from here.")


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
    if not movements:  # a programme to measure with needs no log
        _sign(tale.programme, journal)
    say("Following the money")
    bring_up_to_date(tale.programme)
    return tale.programme


def _invite(programme: str, port: int | None) -> None:
    """Print a link for a handful of posts: whoever opens one first takes it up. There are no passwords."""
    from cairn.demo.founding import INVITED  # noqa: PLC0415 - needs Django started
    from cairn.people.seats import NoSuchPostError  # noqa: PLC0415 - likewise
    from cairn.web.desk import inviting  # noqa: PLC0415 - likewise

    say("To sit at a desk, open one of these; each works once, for a week:")
    # By this name, and not by a number, a browser will keep a passkey.
    base = f"http://localhost:{port or PORT}"
    for post in INVITED:
        with suppress(NoSuchPostError):  # its cohort may have ended since
            say(f"  {post}  {inviting.link(programme, post, now=datetime.now(UTC), base=base)}")


def _sign(programme: str, journal: "Journal") -> None:
    """Give the demo a log of its own, once, and sign what is on record."""
    from cairn.journal.log import Log  # noqa: PLC0415 - needs Django started
    from cairn.programme import log_keys  # noqa: PLC0415 - likewise

    log = Log(programme)
    if not log.has_key:
        origin = f"cairn.example/{programme}"
        log_keys.make(journal, programme, origin=origin, post=POST, now=datetime.now(UTC))
    if log.note() is None:
        log_keys.sign(programme)


def _tale(movements: int | None, seed: int | None) -> "Tale":
    from cairn.demo import large, story  # noqa: PLC0415 - facts need Django started

    seed = story.SEED if seed is None else seed
    return large.tale(movements, seed=seed) if movements else story.tale(seed=seed)


def say(sentence: str) -> None:
    """Tell whoever started the command; stdout is for the URL alone."""
    tell(sentence)
