"""Whether pages are being written as files, to be published, and as of which day.

A published page says nothing of today and nothing of a position, so that it changes only when what
it shows does: dates and not ages, and no filter that only a server could answer.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date

_day: ContextVar[date | None] = ContextVar("day", default=None)


@contextmanager
def published_as_of(day: date) -> Iterator[None]:
    """Pages that are asked for within are to be published; `day` is that of the last entry."""
    token = _day.set(day)
    try:
        yield
    finally:
        _day.reset(token)


def published_day() -> date | None:
    """The day as of which pages are being published; None where a server answers somebody."""
    return _day.get()
