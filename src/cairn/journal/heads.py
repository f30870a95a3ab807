"""How far each programme's journal reaches, its entries in order, and the lock that appends take."""

from collections.abc import Iterator

from django.db import connection

from cairn.journal.columns import Columns
from cairn.journal.models import Entry, Head
from cairn.journal.past import Past, programme_of
from cairn.journal.spread import group_of, groups_that_answer
from cairn.values import CairnError

CHUNK = 1000
"""Entries read, or folded, at a time."""


class NotSteadyError(CairnError):
    """Facts kept arriving while something was made of all of them; try again."""


def positions() -> dict[str, int]:
    """How many facts each programme has that has any, where its database can be reached."""
    return {
        programme: position
        for group in groups_that_answer()
        for programme, position in Head.objects.using(group).values_list("programme", "position")
        if position and group_of(programme) == group
    }


def entries(programme: str, *, after: int = 0, until: int | None = None) -> Iterator[Entry]:
    """A programme's entries in order, read a chunk at a time."""
    while True:
        chunk = Entry.objects.filter(programme=programme, position__gt=after)
        if until is not None:
            chunk = chunk.filter(position__lte=until)
        found = list(chunk.order_by("position")[:CHUNK])
        yield from found
        if len(found) < CHUNK:
            return
        after = found[-1].position


def position_of(programme: str) -> int:
    """How many facts a programme's journal holds; those of a past, where it reaches so far."""
    heads = Head.objects.filter(programme=programme_of(programme))
    head = heads.values_list("position", flat=True).first() or 0
    past = Past.parse(programme)
    if past is None:
        return head if programme == programme_of(programme) else 0
    return past.position if past.position <= head else 0


def lock(programme: str) -> Head:
    """Take the programme's lock until the transaction ends (SQLite has locked the file already)."""
    where = "FOR UPDATE" if connection.vendor == "postgresql" else ""
    if not (heads := list(Columns.of(Head).select(programme, where))):
        Head.objects.get_or_create(programme=programme)
        heads = list(Columns.of(Head).select(programme, where))
    return heads[0]
