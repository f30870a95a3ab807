"""Entries of a journal as an auditor reads them: the fact, its times, and its place in the log."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from cairn.following.pasts import zone_of
from cairn.journal.columns import in_chunks
from cairn.journal.fact import Fact, Visibility
from cairn.journal.journal import Journal
from cairn.journal.models import Entry
from cairn.journal.past import programme_of
from cairn.journal.sealing import WITHHELD, answers_of
from cairn.merkle.hashing import leaf_hash
from cairn.money.models import Evidence
from cairn.values import UnknownThingError


@dataclass(frozen=True, slots=True)
class EntryRead:
    """One entry. `at` is when it was recorded, where the programme is.

    Of a fact that is not public there is nothing but its position and its times.
    """

    position: int
    id: str
    at: datetime
    happened_on: date
    kind: str
    post: str
    fact: Fact | None
    body: bytes

    @property
    def recorded_on(self) -> date:
        """The day on which it was recorded, where the programme is."""
        return self.at.date()

    @property
    def clock(self) -> str:
        """The time of that day: a template would show it in the server's zone."""
        return f"{self.at:%H:%M}"

    @property
    def days_late(self) -> int:
        """How many days after it happened it was recorded."""
        return (self.recorded_on - self.happened_on).days

    @property
    def leaf(self) -> bytes:
        """Its hash in the programme's log (RFC 6962); none of what is not public."""
        return leaf_hash(self.body) if self.body else b""


@dataclass(frozen=True, slots=True)
class Shows:
    """One piece of evidence: its caption in several languages, and the SHA-256 of its file.

    Nothing is left of either once it is shredded. `withdrawn_at` is the position of the entry that
    withdrew it, 0 while it stands: an auditor sees that it was once given, and is so no more.
    """

    caption: dict[str, str]
    sha256: str
    withdrawn_at: int = 0


def entries_at(
    *, journal: Journal, programme: str, positions: Sequence[int]
) -> tuple[EntryRead, ...]:
    """The entries at these positions, in the order asked for."""
    zone, found = zone_of(programme), {}
    rows = Entry.objects.filter(programme=programme_of(programme))
    for chunk in in_chunks(positions):
        for entry in rows.filter(position__in=list(chunk)):
            found[entry.position] = _read(journal, entry, zone)
    return tuple(found[position] for position in positions if position in found)


def entry_at(*, journal: Journal, programme: str, position: int) -> EntryRead:
    """One entry. Raises UnknownThingError."""
    found = entries_at(journal=journal, programme=programme, positions=[position])
    if not found:
        raise UnknownThingError(f"‘{programme}’ has no entry {position}.")
    return found[0]


def entries_between(
    *, journal: Journal, programme: str, after: int, until: int, size: int = 1000
) -> Iterator[EntryRead]:
    """The entries after a position and up to another, read a stretch at a time."""
    for start in range(after, until, size):
        stretch = range(start + 1, min(start + size, until) + 1)
        yield from entries_at(journal=journal, programme=programme, positions=stretch)


def evidence_of(*, programme: str, entries: Sequence[EntryRead]) -> dict[str, list[Shows]]:
    """What shows that payments bought what they say, or did, by the id of the payment's entry."""
    ids, found = [each.id for each in entries], dict[str, list[Shows]]()
    rows = Evidence.objects.filter(programme=programme).order_by("attached_on", "id")
    for chunk in in_chunks(ids):
        attached = list(rows.filter(movement__in=chunk))
        answers = answers_of(programme_of(programme), [one.id for one in attached])
        withdrawn = _positions_of(programme, [one.withdrawn_by for one in attached])
        for one in attached:
            said = answers[one.id]
            shows = Shows(
                said.get("caption") or {},
                said.get("sha256", ""),
                withdrawn.get(one.withdrawn_by, 0),
            )
            found.setdefault(one.movement, []).append(shows)
    return found


def _positions_of(programme: str, ids: Sequence[str]) -> dict[str, int]:
    """Where the entries of these ids stand; "" is the id of none."""
    found = dict[str, int]()
    for chunk in in_chunks([one for one in ids if one]):
        rows = Entry.objects.filter(programme=programme_of(programme), id__in=list(chunk))
        found |= {str(id_): position for id_, position in rows.values_list("id", "position")}
    return found


def _read(journal: Journal, entry: Entry, zone: ZoneInfo) -> EntryRead:
    known = journal.kinds.get(entry.kind)
    public = known is not None and known.visibility is Visibility.PUBLIC
    said = journal.envelope(entry.kind if public else WITHHELD, bytes(entry.body))
    return EntryRead(
        position=said.position,
        id=str(said.id),
        at=said.recorded_at.astimezone(zone),
        happened_on=said.happened_on,
        kind=said.kind if public else "",
        post=said.post if public else "",
        fact=said.fact.upcast().unsealed() if public else None,
        body=bytes(entry.body) if public else b"",
    )
