"""What was bought, as contracting processes: an organisation engaged for part of a project, or paid for it.

A process is begun by the fact that engaged a supplier; payments to it for the same project belong to
its first process in their currency. A payment above the limit to an organisation that nobody engaged
is a process of its own. Payments to nobody named, among them those to persons, are none: they are
counted and left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from cairn.exchange.tables.declared import Chosen
from cairn.following.answers import Name
from cairn.following.queries.reading import Reading
from cairn.money.models import Account, Movement
from cairn.trace.policy import Kind
from cairn.works.models import Project, Supplier


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment to the supplier, and the organisation that holds the account it was paid from."""

    id: str
    on: date
    minor: int
    payer: str
    voucher: str


@dataclass(slots=True)
class Process:
    """A purchase. `engaged` says whether a fact engaged the supplier, or only payments tell of it."""

    id: str
    project: str
    supplier: str
    currency: str
    minor: int
    on: date
    what: Name
    engaged: bool
    payments: list[Payment] = field(default_factory=list)

    @property
    def last_on(self) -> date:
        """The day of what happened last."""
        return max([self.on, *(one.on for one in self.payments)])

    @property
    def payers(self) -> list[str]:
        """Who paid, each once."""
        return list(dict.fromkeys(one.payer for one in self.payments))


@dataclass(slots=True)
class Purchases:
    """Processes above the limit, with what was left out: payments to nobody named, and below it."""

    processes: list[Process] = field(default_factory=list)
    to_nobody: int = 0
    below: int = 0


def purchases(reading: Reading, chosen: Chosen, *, above_minor: int, currency: str) -> Purchases:
    """Every purchase above an amount, in its currency: others are not compared, and left out."""
    found = Purchases()
    projects = _wanted(reading, chosen)
    processes = {one.id: one for one in _engaged(reading)}
    first: dict[tuple[str, str, str], Process] = {}
    for one in processes.values():
        first.setdefault((one.project, one.supplier, one.currency), one)
    for row, payment in _payments(reading):
        if not row.payee:
            found.to_nobody += row.amount_minor > above_minor and row.currency == currency
            continue
        known = first.get((row.target, row.payee, row.currency))
        if known is None:
            known = processes[row.id] = Process(
                id=row.id, project=row.target, supplier=row.payee, currency=row.currency,
                minor=row.amount_minor, on=row.happened_on, what={}, engaged=False,
            )  # fmt: skip
        known.payments.append(payment)
    for one in sorted(processes.values(), key=lambda one: (one.on, one.id)):
        if one.currency != currency or one.minor <= above_minor:
            found.below += 1
        elif one.project in projects and _in_days(one, chosen):
            found.processes.append(one)
    return found


def _wanted(reading: Reading, chosen: Chosen) -> set[str]:
    rows = Project.objects.filter(programme=reading.id)
    if chosen.place:
        rows = rows.filter(place__in=reading.within(chosen.place))
    if chosen.project:
        rows = rows.filter(id=chosen.project)
    return set(rows.values_list("id", flat=True))


def _in_days(one: Process, chosen: Chosen) -> bool:
    day = one.on.isoformat()
    return day >= chosen.since and (not chosen.until or day <= chosen.until)


def _engaged(reading: Reading) -> Iterator[Process]:
    rows = Supplier.objects.filter(programme=reading.id).order_by("engaged_on", "id")
    for row in rows:
        yield Process(
            id=row.id, project=row.project, supplier=row.organisation, currency=row.currency,
            minor=row.amount_minor, on=row.engaged_on, what=row.what, engaged=True,
        )  # fmt: skip


def _payments(reading: Reading) -> Iterator[tuple[Movement, Payment]]:
    holders = dict(Account.objects.filter(programme=reading.id).values_list("id", "holder"))
    rows = Movement.objects.filter(
        programme=reading.id, kind=Kind.SPEND, reversed_by="", fact="money.money-spent",
        position__lte=reading.snapshot.position,
    )  # fmt: skip
    for row in rows.order_by("position").iterator(chunk_size=5_000):
        yield (
            row,
            Payment(
                row.id, row.happened_on, row.amount_minor, holders.get(row.source, ""), row.voucher
            ),
        )
