"""The little that pages read besides what following answers: the day, and choices for filters."""

from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

from django.utils import timezone

from cairn.following.answers import AsOf, GrantRow, Named, Unexplained
from cairn.following.queries.programme import unexplained
from cairn.following.queries.reading import read
from cairn.money.models import Grant
from cairn.programme.models import Place, Programme
from cairn.values import UnknownThingError
from cairn.web.published import published_day
from cairn.web.reader import Reader

MOST_CHOICES = 400
"""A longer list of choices is no help: then only what is near its top is offered."""


def today_in(programme: str) -> date:
    """The day it is where a programme is, or that of the last entry where pages are published."""
    published = published_day()
    if published:
        return published
    zone = Programme.objects.filter(programme=programme).values_list("timezone", flat=True).first()
    return timezone.now().astimezone(ZoneInfo(zone or "UTC")).date()


def programme_and_position(programme: str) -> tuple[Named, AsOf]:
    """A programme's name, and how far what is said of it reaches."""
    reading = read(programme)
    return reading.programme, reading.as_of


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


def places(programme: str, reader: Reader) -> list[tuple[str, str]]:
    """The places of a programme as a tree: larger ones first, those within them indented."""
    rows = list(
        Place.objects.filter(programme=programme).order_by("path").values("id", "name", "path")
    )
    depth = {row["id"]: row["path"].count("/") - 2 for row in rows}
    if len(rows) > MOST_CHOICES:
        rows = [row for row in rows if depth[row["id"]] < 2]
    indent = "\N{EM SPACE}"
    return [(row["id"], indent * depth[row["id"]] + reader.said(row["name"])) for row in rows]


def place_named(programme: str, place: str) -> Named:
    """A place's name. Raises UnknownThingError."""
    reading = read(programme)
    if place not in reading.places:
        raise UnknownThingError(f"There is no place ‘{place}’ in this programme.")
    return reading.place(place)


def grants(programme: str, reader: Reader) -> list[tuple[str, str]]:
    """The grants of a programme by name."""
    rows = Grant.objects.filter(programme=programme).values_list("id", "name")[:MOST_CHOICES]
    return sorted(((id_, reader.said(name)) for id_, name in rows), key=lambda row: row[1])
