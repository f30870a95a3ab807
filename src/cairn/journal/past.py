"""A programme as known at an earlier position of its journal, and how its key is written.

    kunlun@5000         the programme ‘kunlun’ as its first 5,000 facts tell it
    kunlun@2025-06-30   the same, by a day: to be resolved into a position

The key stands wherever a programme's id does: in addresses, and as `programme` in the read models.
No id can hold an @, so no past is ever taken for a programme. A past takes no facts.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

AT = "@"

LONGEST = 100
"""A key's length at most: an id of 64 signs, the sign, and a position."""


@dataclass(frozen=True, slots=True)
class Past:
    """What was known of a programme once `position` facts were on record."""

    programme: str
    position: int

    @classmethod
    def parse(cls, key: str) -> Self | None:
        """Read a key; None where it is none, as for a programme's own id."""
        programme, at, position = key.partition(AT)
        if not at or not re.fullmatch(r"[1-9][0-9]{0,15}", position, re.ASCII):
            return None
        return cls(programme, int(position))

    @property
    def key(self) -> str:
        """What stands in its place wherever a programme's id does."""
        return f"{self.programme}{AT}{self.position}"


def programme_of(key: str) -> str:
    """The programme that a key is about: itself, where it is a programme's own id."""
    return key.partition(AT)[0]


def day_in(key: str) -> date | None:
    """The day that a key names instead of a position; None where it names none."""
    said = key.partition(AT)[2]
    try:
        return (
            date.fromisoformat(said) if re.fullmatch(r"\d{4}-\d\d-\d\d", said, re.ASCII) else None
        )
    except ValueError:
        return None


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The moment at which a day is over, in a time zone."""
    if day == date.max:
        return datetime.max.replace(tzinfo=UTC)
    return datetime.combine(day + timedelta(1), time.min, tzinfo=zone)
