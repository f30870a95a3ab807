"""The little that pages read besides what following answers: who vouches for it, the day, choices."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from django.utils import timezone

from cairn.catalog import journal
from cairn.following.answers import AsOf, GrantRow, Named, Unexplained
from cairn.following.pasts import recorded_at
from cairn.following.queries.programme import unexplained
from cairn.following.queries.reading import read
from cairn.journal.log import Log
from cairn.journal.past import Past
from cairn.journal.readonly import why_read_only
from cairn.merkle.note import encode_base64
from cairn.money.models import Grant
from cairn.programme.models import Organisation, Place, Programme
from cairn.values import UnknownThingError
from cairn.web.published import asked, published_day
from cairn.web.reader import Reader, reader
from cairn.witness.standing import Standing, State, standing_of

MOST_CHOICES = 400
"""A longer list of choices is no help: then only what is near its top is offered."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A programme, and how far what is said of it reaches."""

    programme: Named
    as_of: AsOf


def today_in(programme: str) -> date:
    """The day it is where a programme is, or that of the last entry where pages are published.

    In a past, the day on which its last entry was recorded.
    """
    published = published_day()
    if published:
        return published
    past = Past.parse(programme)
    if past:
        return recorded_at(journal, past).date()
    return timezone.now().astimezone(zone_there(programme)).date()


def zone_there(programme: str) -> ZoneInfo:
    """Where the days of a programme end; in UTC, where nobody has opened it."""
    zone = Programme.objects.filter(programme=programme).values_list("timezone", flat=True).first()
    return ZoneInfo(zone or "UTC")


def programme_and_position(programme: str) -> tuple[Named, AsOf]:
    """A programme's name, and how far what is said of it reaches."""
    reached = _reached(programme)
    return reached.programme, reached.as_of


@asked
def _reached(programme: str) -> Reached:
    reading = read(programme)
    return Reached(reading.programme, reading.as_of)


@asked
def read_only(programme: str) -> str:
    """Why a programme takes no facts; nothing while it does."""
    return why_read_only(programme)


@asked
def vouched(programme: str) -> Standing:
    """Who vouches for a programme's record.

    Where pages are published, no more than stays from one checkpoint to the next: whether somebody
    is to watch it, and how many.
    """
    now = standing_of(Log(programme))
    if not published_day():
        return now
    state = State.WAITING if now.state is State.WITNESSED else now.state
    watchers = tuple(replace(watcher, cosigned_at=None) for watcher in now.watchers)
    return Standing(state, watchers=watchers)


@dataclass(frozen=True, slots=True)
class Sealing:
    """The newest checkpoint, as paper carries it: of which log, over how many facts, with which root."""

    origin: str
    size: int
    root: str


@asked
def sealing(programme: str) -> Sealing | None:
    """The newest checkpoint of a programme; None where nobody has signed one.

    A published record has the one that it is published with: of its last position.
    """
    checkpoint = standing_of(Log(programme)).checkpoint
    if checkpoint is None:
        return None
    return Sealing(checkpoint.origin, checkpoint.size, encode_base64(checkpoint.root))


@asked
def unexplained_in(programme: str, currency: str) -> Unexplained:
    """Unexplained money in one currency: where it is, adding up to what has arisen."""
    rows = unexplained(read(programme))
    nothing = Unexplained(currency, 0, 0, 0, 0)
    return next((row for row in rows if row.currency == currency), nothing)


def sponsored_first(rows: Iterable[GrantRow]) -> list[GrantRow]:
    """Grants in their order; what stands for no grant, as bank interest, comes after them."""
    return sorted(rows, key=lambda row: not row.sponsor.id)


def sponsors(rows: Iterable[GrantRow], reader: Reader) -> list[tuple[str, str]]:
    """The sponsors of these grants by name."""
    named = {row.sponsor.id: reader.name(row.sponsor) for row in rows if row.sponsor.id}
    return sorted(named.items(), key=lambda pair: pair[1])


def currencies(programme: str) -> list[str]:
    """The currencies of a programme's accounts, its own first."""
    reading = read(programme)
    own = reading.row.currency
    return [own, *(one for one in reading.snapshot.currencies if one != own)]


def places(programme: str, reader: Reader) -> Iterator[tuple[str, str]]:
    """The places of a programme as a tree: larger ones first, those within them indented.

    Read when the first is asked for, like `grants`: a page without filters needs neither.
    """
    rows = list(
        Place.objects.filter(programme=programme).order_by("path").values("id", "name", "path")
    )
    depth = {row["id"]: row["path"].count("/") - 2 for row in rows}
    if len(rows) > MOST_CHOICES:
        rows = [row for row in rows if depth[row["id"]] < 2]
    indent = "\N{EM SPACE}"
    for row in rows:
        yield row["id"], indent * depth[row["id"]] + reader.said(row["name"])


@asked
def place_named(programme: str, place: str) -> Named:
    """A place's name. Raises UnknownThingError."""
    reading = read(programme)
    if place not in reading.places:
        raise UnknownThingError(f"There is no place ‘{place}’ in this programme.")
    return reading.place(place)


def grants(programme: str, reader: Reader) -> Iterator[tuple[str, str]]:
    """The grants of a programme by name."""
    rows = Grant.objects.filter(programme=programme).values_list("id", "name")[:MOST_CHOICES]
    yield from sorted(((id_, reader.said(name)) for id_, name in rows), key=lambda row: row[1])


def present(programme: str, place: str = "") -> tuple[Named, Named]:
    """A programme of today and a place of it, which stands; for forms, which wait for no trace.

    Raises UnknownThingError.
    """
    row = Programme.objects.filter(programme=programme).first()
    here = Place.objects.filter(programme=programme, id=place, ended_on=None).first()
    if row is None or Past.parse(programme) or (place and here is None):
        raise UnknownThingError(f"There is no place ‘{place}’ in ‘{programme}’ now.")
    return Named(programme, row.name), Named(place, here.name if here else {})


@asked
def _called(programme: str, organisation: str) -> dict[str, str]:
    rows = Organisation.objects.filter(programme=programme, id=organisation)
    return rows.values_list("name", flat=True).first() or {}


def organisation(programme: str, id_: str) -> str:
    """What an organisation is called in the reader's language; nothing where none is named."""
    return reader().said(_called(programme, id_)) if id_ else ""
