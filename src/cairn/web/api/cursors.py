"""Long lists, a stretch at a time, by cursors that stay where they are while the list changes.

A cursor says after which row a stretch begins, by the key that the list is sorted by, and not how
many rows came before: a fact that is recorded late, or money that arrives, shifts nobody's place.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.utils.translation import gettext as _

from cairn.following.answers import Page
from cairn.following.queries.stretches import Beside, Start
from cairn.journal.models import Entry
from cairn.people.record import UUID_SIGNS
from cairn.web.api.problems import ProblemError

Row = TypeVar("Row")
Key = tuple[Any, ...]
"""What a list is sorted by. Rows of one key stand together."""


@dataclass(frozen=True)
class Listed(Generic[Row]):
    """A list that can be asked for any stretch, by (start, size), and says how long it is.

    `before` says of two keys which comes first; a list without it is short, and looked through.
    """

    ask: Callable[[int, int], tuple[Sequence[Row], int]]
    key: Callable[[Row], Key]
    before: Callable[[Key, Key], bool] | None = None

    def after(self, cursor: str | None, size: int) -> tuple[Sequence[Row], str | None]:
        """The stretch after a cursor, and the cursor after that. Raises ProblemError (400)."""
        start = self._start(*_read(cursor)) if cursor else 0
        rows, total = self.ask(start, size)
        end = min(start + size, total)
        if not rows or end >= total:
            return rows, None
        key = self.key(rows[-1])
        return rows, _written(key, end - self._first(key, total))

    def _start(self, key: Key, passed: int) -> int:
        """Where the rows after the `passed` first of this key begin."""
        _rows, total = self.ask(0, 1)
        first = self._first(key, total)
        there = 0
        while there < passed and first + there < total:
            rows, _total = self.ask(first + there, 1)
            if self.key(rows[0]) != key:
                break
            there += 1
        return first + there

    def _first(self, key: Key, total: int) -> int:
        """At which row a key begins, or would."""
        if self.before is None:
            rows, _total = self.ask(0, total)
            keys = [self.key(row) for row in rows]
            return keys.index(key) if key in keys else total
        low, high = 0, total
        try:
            while low < high:
                middle = (low + high) // 2
                rows, _total = self.ask(middle, 1)
                if self.before(self.key(rows[0]), key):
                    low = middle + 1
                else:
                    high = middle
        except TypeError as error:  # a cursor of another list
            raise _not_a_cursor() from error
        return low


@dataclass(frozen=True)
class Keyed(Generic[Row]):
    """A list that the database sorts by the ids of its rows, asked for any stretch beside one of them."""

    ask: Callable[[Start, int], tuple[Sequence[Row], Page]]

    def after(self, cursor: str | None, size: int) -> tuple[Sequence[Row], str | None]:
        """The stretch after a cursor, and the cursor after that. Raises ProblemError (400)."""
        start: Start = 0
        if cursor:
            key, _passed = _read(cursor)
            if len(key) != 1 or not isinstance(key[0], str):  # a cursor of another list
                raise _not_a_cursor()
            start = Beside(key[0])
        rows, page = self.ask(start, size)
        more = page.last and self.ask(Beside(page.last), 1)[0]
        return rows, _written((page.last,), 1) if more else None


def listed_whole(rows: Sequence[Row], key: Callable[[Row], Key]) -> Listed[Row]:
    """A short list that is there whole."""
    return Listed(lambda start, size: (rows[start : start + size], len(rows)), key)


def earlier(one: Key, other: Key) -> bool:
    """For lists that are sorted by numbers."""
    return one < other


def recorded_at(programme: str, movement: str) -> int:
    """The position of the fact that recorded a movement: what orders those of one day."""
    found = Entry.objects.filter(programme=programme, id=UUID(movement[:UUID_SIGNS]))
    return found.values_list("position", flat=True).first() or 0


def _written(key: Key, passed: int) -> str:
    said = json.dumps([*key, passed], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[Key, int]:
    try:
        said = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        found = json.loads(said)
    except (binascii.Error, ValueError, RecursionError) as error:
        raise _not_a_cursor() from error
    plain = isinstance(found, list) and all(type(part) in {int, str} for part in found)
    if not (plain and len(found) > 1 and type(found[-1]) is int and found[-1] > 0):
        raise _not_a_cursor()
    if any(isinstance(part, str) and "\0" in part for part in found):
        raise _not_a_cursor()
    return tuple(found[:-1]), found[-1]


def _not_a_cursor() -> ProblemError:
    return ProblemError(400, _("This cursor is not one of this list; begin without."))
