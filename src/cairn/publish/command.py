"""`cairn publish` at a terminal."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from cairn.exchange.outgoing import chosen as programme_chosen
from cairn.journal.heads import NotSteadyError
from cairn.journal.keys import KeyUnreadableError
from cairn.journal.log import Log, NoKeyError
from cairn.programme import log_keys
from cairn.publish import pages
from cairn.publish.record import (
    Draw,
    Drawn,
    NotSignedYetError,
    Published,
    publish,
)
from cairn.terminal import say, tell
from cairn.values import LANGUAGES, CairnError


class WhichLanguageError(CairnError):
    """A language that pages are not in."""


def run(out: Path, *, programme: str | None, languages: str | None, watch: int | None) -> None:
    """Publish once, or every `watch` seconds until somebody ends it."""
    chosen = programme_chosen(programme)
    if watch is None:
        _say(once(chosen, out, languages=languages), out)
        return
    drawn = Drawn(_draw_in(languages))
    while True:
        watch_once(chosen, out, drawn)
        time.sleep(watch)


def once(programme: str, out: Path, *, languages: str | None) -> Published:
    """Publish from the beginning: what `cairn publish` does, and `cairn many publish` of each programme."""
    return _published(programme, out, Drawn(_draw_in(languages)))


def watch_once(programme: str, out: Path, drawn: Drawn) -> None:
    """Publish, and say so in a line if that changed something, or must wait for the next round."""
    try:
        done = _published(programme, out, drawn)
    except (NotSteadyError, NotSignedYetError) as error:
        tell(str(error))
    else:
        if done.written or done.removed:
            _say(done, out)


def _published(programme: str, out: Path, drawn: Drawn) -> Published:
    with _shown() as progress:
        return publish(
            programme, out, sign=lambda: _sign(programme, out), drawn=drawn, progress=progress
        )


@contextmanager
def _shown() -> Iterator[pages.Progress]:
    """A bar of how many pages are drawn, at a terminal; how many there are is found on the way."""
    shown = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=shown, transient=True, disable=not shown.is_terminal) as bar:
        task = bar.add_task("drawing pages", total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def told(done: Published, out: Path) -> str:
    """What was done, in a sentence."""
    return (
        f"{out}: {done.position} entries, {done.files} files; "
        f"{len(done.written)} written, {len(done.removed)} removed."
    )


def said_of(done: Published, out: Path) -> dict[str, object]:
    """The same, for programs."""
    return {
        "published": out,
        "position": done.position,
        "files": done.files,
        "written": len(done.written),
        "removed": len(done.removed),
    }


def _say(done: Published, out: Path) -> None:
    say(told(done, out), **said_of(done, out))


def _draw_in(languages: str | None) -> Draw:
    """Draws pages in the languages that were named, in the order in which pages offer them."""
    if languages is None:
        return pages.pages_of
    named = {code.strip().lower() for code in languages.split(",")} - {""}
    if strange := named - set(LANGUAGES):
        raise WhichLanguageError(
            f"There are no pages in ‘{min(strange)}’; --languages takes any of {','.join(LANGUAGES)}."
        )
    if not named:
        raise WhichLanguageError(f"Name one of {','.join(LANGUAGES)} with --languages.")
    return partial(pages.pages_of, languages=[code for code in LANGUAGES if code in named])


def _sign(programme: str, out: Path) -> None:
    """Sign what is recorded, if whoever publishes may; else what is signed is published."""
    try:
        log_keys.sign(programme, publish=out)
    except (NoKeyError, KeyUnreadableError):
        with suppress(PermissionError):  # where even that is the signer's
            Log(programme).was_published_in(out)
