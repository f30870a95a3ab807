"""Other things of which one press may record the same: voices that one answer serves.

Nothing links them. Each gets a fact of its own, under an id that tells of no other; what was ticked is
kept in no draft, and the facts are recorded in no order: docs/decisions/voices.md.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import SystemRandom
from typing import Final
from uuid import UUID

from cairn.catalog import journal
from cairn.journal import sealing
from cairn.journal.entry import Draft
from cairn.journal.fact import Fact
from cairn.journal.projection import Rows
from cairn.people.models import Recording
from cairn.people.scope import where
from cairn.people.seats import Seat
from cairn.values import uuid7
from cairn.voice.facts import ROUTED, VoiceAnswered
from cairn.voice.models import Voice

CHANCE: Final = SystemRandom()

MOST: Final = 50
"""So many are offered, those first that are due first."""

AWHILE_MS: Final = 600_000
"""The time in an id is drawn from so many milliseconds: ids of one press do not share theirs."""

NAME: Final = "also"
"""Under which name a form sends what was ticked."""


@dataclass(frozen=True, slots=True)
class Alike:
    """One that is offered: what it says, and the id that its fact would have."""

    thing: str
    said: str
    fact: UUID
    ticked: bool = False

    @property
    def value(self) -> str:
        """What its box sends, so that sending it twice records it once."""
        return f"{self.thing}:{self.fact}"


@dataclass(frozen=True, slots=True)
class Several:
    """What stands beside a form: the thing that it is about, and others of which the same may be said."""

    field: str
    said: str
    offered: tuple[Alike, ...]
    gone: tuple[str, ...] = ()
    """Those ticked that may not be recorded any more."""

    def drafts(self, main: Draft) -> Iterator[Draft]:
        """What is to be recorded of those that were ticked, as of the first."""
        for one in self.offered:
            if one.ticked:
                fact: Fact = main.fact.model_copy(update={self.field: one.thing})
                yield Draft(one.fact, main.happened_on, main.post, fact)

    def called(self, fact: UUID) -> str:
        """What the thing says of which this fact would tell."""
        return next(one.said for one in self.offered if one.fact == fact)


Finder = Callable[[Seat, str], tuple[str, list[tuple[str, str]]]]
"""For a seat and the thing of a form: what it says, and the (id, what it says) of those alike."""


def several(
    seat: Seat, field: str, find: Finder, thing: str, sent: Iterable[str], *, now: datetime
) -> Several:
    """What to offer beside a form about a thing, with what of it was ticked."""
    said, found = find(seat, thing)
    ticked = dict(filter(None, map(_read, sent)))
    offered = [
        Alike(id_, words, ticked.get(id_) or _new_id(now), ticked=id_ in ticked)
        for id_, words in found
    ]
    rest = {id_: fact for id_, fact in ticked.items() if id_ not in dict(found)}
    again = set(
        Recording.objects.filter(
            programme=seat.programme, user=seat.user, fact__in=rest.values()
        ).values_list("fact", flat=True)
    )
    offered += [Alike(id_, "", fact, ticked=True) for id_, fact in rest.items() if fact in again]
    gone = tuple(id_ for id_, fact in rest.items() if fact not in again)
    return Several(field, said, tuple(offered), gone)


def _read(sent: str) -> tuple[str, UUID] | None:
    thing, _colon, fact = sent.partition(":")
    try:
        return thing, UUID(fact)
    except ValueError:
        return None


def _new_id(now: datetime) -> UUID:
    at = int(now.timestamp() * 1000) - CHANCE.randrange(AWHILE_MS)
    return uuid7(at, CHANCE.getrandbits(74))


def in_no_order(drafts: Sequence[Draft]) -> list[Draft]:
    """The same, shuffled: which of several was first would tell which one somebody opened."""
    return CHANCE.sample(drafts, len(drafts))


# Which are alike


def voices_alike(seat: Seat, voice: str) -> tuple[str, list[tuple[str, str]]]:
    """The voices of the same village and category that wait for the same post, where it may read them."""
    rows = Voice.objects.filter(programme=seat.programme)
    row = rows.filter(id=voice).first()
    if row is None or not _reads(seat, row):
        return "", []
    found = [row]
    if row.state == ROUTED:
        alike = rows.filter(place=row.place, category=row.category, post=row.post, state=ROUTED)
        found += alike.exclude(id=row.id).order_by("answer_by", "id")[:MOST]
    parts = sealing.answers_of(seat.programme, [one.text for one in found])
    said = [parts.get(one.text, {}).get("text", "") for one in found]
    return said[0], [(one.id, words) for one, words in zip(found[1:], said[1:], strict=True)]


def _reads(seat: Seat, row: Voice) -> bool:
    """Whether a post may read a voice: it is to answer it, or may answer for the post that is."""
    rows = Rows(seat.programme, journal.tables)
    return seat.may(VoiceAnswered.kind, [where(rows.find("post", row.post), rows)])


FINDERS: Final[dict[str, tuple[str, Finder]]] = {VoiceAnswered.kind: ("voice", voices_alike)}
"""Of which kinds, by the field that names the thing."""
