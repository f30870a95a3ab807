"""What a programme lacks that publishes its money as IATI data: for its office's worklist, and for the export.

Both ask `lacks`, so that an export never fails where the worklist says nothing. A programme that
does not publish lacks nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Model

from cairn.journal.past import Past
from cairn.money.models import Account, GiftInKind, Grant
from cairn.programme.facts import OrganisationIdentified, PublisherWithdrawn
from cairn.programme.models import Organisation, Programme
from cairn.worklist.clocks import DAYS
from cairn.worklist.commitment import EVERYTHING, THE_PROGRAMME, Among, Owed, Thing, Way, after
from cairn.works.models import Project, Supplier

UNKNOWN_CURRENCIES: Final = frozenset({"CHE", "CHW", "UYW", "XAD", "XCG", "ZWG"})
"""Currencies of ISO 4217 that IATI's list Currency, which is complete, does not have."""

_IN_A_CURRENCY: Final[tuple[tuple[str, type[Model], str, str], ...]] = (
    ("programme", Programme, "currency", "id"),
    ("account", Account, "currency", "id"),
    ("grant", Grant, "currency", "id"),
    ("project", Project, "budget_currency", "id"),
    ("project", Supplier, "currency", "project"),
    ("project", GiftInKind, "currency", "project"),
)
"""What is kept in a currency: what it is of, the table, and its columns for the currency and the id."""


@dataclass(frozen=True, slots=True)
class Lack:
    """Something without which the files would not be valid: the question of a fact that answers it."""

    sort: str
    of: Thing
    way: Way
    question: str


def publisher_of(programme: str) -> Programme | None:
    """The programme's row, where somebody publishes it as IATI data; its pasts are nobody's to publish."""
    if Past.parse(programme):
        return None
    return Programme.objects.filter(programme=programme).exclude(publisher="").first()


def lacks(programme: str, among: Among = EVERYTHING) -> Iterator[Lack]:
    """What a programme that publishes lacks for valid files; nothing of one that does not."""
    row = publisher_of(programme)
    if row is None:
        return
    organisations = Organisation.objects.filter(programme=programme, id=row.publisher, iati_ref="")
    for one in among.within(organisations, "organisation"):
        way = Way(OrganisationIdentified.kind, {"organisation": one.id})
        yield Lack("iati-ref", ("organisation", one.id), way, "ref")
    found: set[Thing] = set()
    for called, table, currency, id_ in _IN_A_CURRENCY:
        rows = table._default_manager.filter(
            programme=programme, **{f"{currency}__in": UNKNOWN_CURRENCIES}
        )
        ids = among.within(rows, called, id_).values_list(id_, flat=True)
        found |= {(called, str(one)) for one in ids}
    for thing in sorted(found):
        yield Lack("iati-currency", thing, Way(PublisherWithdrawn.kind), "reason")


def owed(programme: str, today: date, among: Among) -> Iterator[Owed]:
    """The same as commitments of the office."""
    del today
    row = publisher_of(programme)
    if row is None or row.publishes_since is None:
        return
    for one in lacks(programme, among):
        yield Owed(
            sort=one.sort,
            key="/".join(one.of),
            of=one.of,
            to=THE_PROGRAMME,
            since=row.publishes_since,
            due=after(row.publishes_since, DAYS[one.sort]),
            ways=(one.way,),
        )
