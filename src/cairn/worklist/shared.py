"""What many commitments of one list have in common."""

from collections.abc import Hashable, Sequence
from datetime import date
from typing import Any, Final, TypeVar

from cairn.following.answers import Named
from cairn.journal.projection import Rows
from cairn.people.scope import column
from cairn.worklist.commitment import Rung, Thing

H = TypeVar("H", bound=Hashable)

OF_ITS_OWN: Final = {"need", "recommendation", "request", "voice"}
"""Things that one commitment is about: who kept their names to find them again would keep those that closed, too."""


class Shared:
    """What many commitments have in common, kept once: ten thousand sendings have the same few holders.

    It lasts as long as the list: most of a long one came a few at a time.
    """

    def __init__(self) -> None:
        self._same: dict[Hashable, Any] = {}

    def one(self, value: H) -> H:
        """An equal value, always the same."""
        return self._same.setdefault(value, value)  # type: ignore[no-any-return]

    def named(self, thing: Thing, rows: Rows) -> Named:
        """A thing by the name that it has now."""
        name = column(rows.find(*thing), "name")
        if not name or thing[0] in OF_ITS_OWN:
            return Named(thing[1], dict(name or {}))
        key = ("named", thing[1], *sorted(name.items()))
        if (found := self._same.get(key)) is None:
            found = self._same[key] = Named(thing[1], dict(name))
        return found

    def rungs(self, *levels: tuple[date, Sequence[Named]]) -> tuple[Rung, ...]:
        """Who has it before them from which day on: most of one day have the same."""
        key = ("rungs", *((since, *(one.id for one in posts)) for since, posts in levels))
        if (found := self._same.get(key)) is None:
            rungs = tuple(Rung(since, self._posts(posts)) for since, posts in levels)
            found = self._same[key] = rungs
        return found

    def _posts(self, posts: Sequence[Named]) -> tuple[Named, ...]:
        key = ("posts", *(one.id for one in posts))
        if (found := self._same.get(key)) is None:
            found = self._same[key] = tuple(posts)
        return found
