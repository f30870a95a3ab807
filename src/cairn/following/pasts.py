"""Pasts that are kept: what a programme looked like at an earlier position, computed when asked for.

    pasts/kunlun@5000     an empty file: wanted, or made; when it was last asked for
    pasts/lock            held by the one process that makes them

Making one folds the journal up to its position into the read models, under the past's key, and
traces it. Pages only note what they want. The worker makes it, keeps the few that were asked for
last, and drops the rest with their rows and traces: whoever asks for many grows nothing.
"""

import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

from cairn.following.home import home_of
from cairn.following.snapshot import NotTracedYetError, bring_up_to_date, is_traced, remove
from cairn.journal.durable import locked
from cairn.journal.heads import entries, position_of, positions
from cairn.journal.journal import Journal
from cairn.journal.past import Past, day_in, end_of, programme_of
from cairn.journal.spread import answers, group_of
from cairn.programme.models import Programme
from cairn.values import CairnError, UnknownThingError

KEPT = 4
"""Pasts that are kept at a time, over all programmes of an installation."""

WAITING = 4
"""Pasts that may be waiting to be made."""

REST_SECONDS = 60
"""How long a past is kept at least: so many readers of many pasts cost so much work, and no more.

A wish that nobody has repeated for as long is forgotten; the page that waits repeats it by itself.
"""


class TooManyPastsError(NotTracedYetError):
    """Others want as many pasts as can be made at a time."""


def want(past: Past) -> None:
    """Note that somebody asks for a past. Raises TooManyPastsError, UnknownThingError.

    This is all that a page does about it, whoever asks and however often.
    """
    if not position_of(past.key):
        raise UnknownThingError(f"‘{past.programme}’ has no position {past.position}.")
    path = _folder() / past.key
    with suppress(FileNotFoundError):
        path.touch(exist_ok=True) if path.exists() else _begin(path)
        return
    _folder().mkdir(parents=True, exist_ok=True)
    _begin(path)


def _begin(path: Path) -> None:
    if len(_asked_for(path.parent)) >= KEPT + WAITING:
        raise TooManyPastsError("Others are looking at too many pasts; look again in a minute.")
    path.touch()


def work_once(journal: Journal, *, between: Callable[[], object], now: float | None = None) -> int:
    """Make one past that is wanted, and drop what is kept no longer. How many were made.

    `between` is called every now and then while one is made: the present does not wait for it.
    """
    now = time.time() if now is None else now
    folder = _folder()
    if not folder.is_dir() and not journal.pasts():
        return 0
    with locked(folder / "lock"):
        _forget(journal, folder, now)
        asked = _asked_for(folder)
        made = [past for past in asked if is_made(past)]
        wanted = [past for past in asked if past not in made]
        if not wanted or not _room(journal, made, now):
            return 0
        make(journal, wanted[-1], between=between)
    return 1


def make(journal: Journal, past: Past, *, between: Callable[[], object] = lambda: None) -> None:
    """Fold and trace a past, whatever is there of it already."""
    _unmake(journal, past)

    def progress(_position: int) -> None:
        between()

    journal.refold(past.programme, into=past.key, until=past.position, progress=progress)
    bring_up_to_date(past.key)


def is_on_record(past: Past) -> bool:
    """Whether a programme has so many facts."""
    return position_of(past.key) > 0


def is_made(past: Past) -> bool:
    """Whether a past has both its rows and its trace."""
    return is_traced(past.key) and Programme.objects.filter(programme=past.key).exists()


def _room(journal: Journal, made: list[Past], now: float) -> bool:
    """Make room for one more, if the past that was asked for longest ago has been kept for long."""
    for past in made[: max(0, len(made) - KEPT + 1)]:
        if now - _made_at(past) < REST_SECONDS:
            return False
        _unmake(journal, past)
        (_folder() / past.key).unlink(missing_ok=True)
    return True


def _forget(journal: Journal, folder: Path, now: float) -> None:
    """Drop wishes that nobody repeats, and rows and traces that belong to no past that is kept."""
    for past in _asked_for(folder):
        path = folder / past.key
        with suppress(FileNotFoundError):
            idle = now - path.stat().st_mtime
            if not position_of(past.key) or (idle > REST_SECONDS and not is_made(past)):
                path.unlink()
    kept = set(_asked_for(folder))
    traced = home_of("").glob("*@*")
    left = {*journal.pasts(), *filter(None, (Past.parse(path.name) for path in traced))}
    for past in left - kept:
        if answers(group_of(past.programme)):
            _unmake(journal, past)


def _unmake(journal: Journal, past: Past) -> None:
    """The trace first: no page answers from half the rows."""
    for folder in home_of(past.key).glob("*/"):
        remove(folder)
    shutil.rmtree(home_of(past.key), ignore_errors=True)
    journal.drop(past.key)


def _asked_for(folder: Path) -> list[Past]:
    """Every past that is wanted or kept and can be reached, the one asked for last at the end."""
    found = []
    with suppress(FileNotFoundError):
        for path in folder.iterdir():
            past = Past.parse(path.name)
            if past and answers(group_of(past.programme)):
                with suppress(FileNotFoundError):
                    found.append((path.stat().st_mtime_ns, past.key, past))
    return [past for _at, _key, past in sorted(found, key=lambda each: each[:2])]


def _made_at(past: Past) -> float:
    try:
        return home_of(past.key).stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _folder() -> Path:
    return Path(settings.CAIRN_DIR) / "pasts"


# When


def zone_of(programme: str) -> ZoneInfo:
    """Where the days of a programme, or of a past of one, end. Raises UnknownThingError."""
    rows = Programme.objects.filter(programme=programme_of(programme))
    name = rows.values_list("timezone", flat=True).first()
    if name is None:
        raise UnknownThingError(f"There is no programme ‘{programme}’ here.")
    return ZoneInfo(name)


def recorded_at(journal: Journal, past: Past) -> datetime:
    """When a past's last fact was recorded, where the programme is."""
    entry = next(entries(past.programme, after=past.position - 1, until=past.position))
    return journal.read(entry).recorded_at.astimezone(zone_of(past.programme))


def past_on(journal: Journal, programme: str, day: date) -> Past:
    """What was known by the end of a day, where the programme is. Raises UnknownThingError.

    Found by halving, for a journal's times grow with its positions. Where a clock was set back, it
    is a position at which the record passes the end of that day.
    """
    end, low, high = end_of(day, zone_of(programme)), 0, position_of(programme)
    while low < high:
        middle = (low + high + 1) // 2
        entry = next(entries(programme, after=middle - 1, until=middle))
        low, high = (middle, high) if journal.read(entry).recorded_at < end else (low, middle - 1)
    if not low:
        raise UnknownThingError(f"Nothing of ‘{programme}’ was on record by the end of {day}.")
    return Past(programme, low)


class NoSuchPastError(CairnError):
    """A key that names no programme, no position of one, and no day on which it had any."""


def resolved(journal: Journal, key: str) -> str:
    """The key that a key stands for: a day becomes a position. Raises NoSuchPastError."""
    programme, day = programme_of(key), day_in(key)
    if not position_of(programme):
        known = ", ".join(sorted(positions())) or "none"
        raise NoSuchPastError(f"There is no programme ‘{programme}’ here; there is: {known}")
    if day:
        try:
            return past_on(journal, programme, day).key
        except UnknownThingError as error:
            raise NoSuchPastError(str(error)) from error
    if not position_of(key):
        raise NoSuchPastError(
            f"‘{key}’ is no past of ‘{programme}’: write {programme}@N, with N from 1 to "
            f"{position_of(programme)}, or {programme}@2025-06-30."
        )
    return key


def at_once(journal: Journal, key: str) -> None:
    """Bring a programme up to date, or make a past, here and now: for a command, and no page."""
    past = Past.parse(key)
    if past is None:
        bring_up_to_date(key)
        return
    folder = _folder()
    with locked(folder / "lock"):
        (folder / key).touch()
        if not is_made(past):
            kept = [one for one in _asked_for(folder) if is_made(one)]
            _room(journal, kept, time.time() + REST_SECONDS)
            make(journal, past)
