"""Money at work: what this post has to confirm, and what it sent that has not arrived."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cairn.catalog import journal
from cairn.journal.projection import ReadModel, Rows
from cairn.money.facts import MoneyConfirmed, MoneySpent, SendingVoided
from cairn.money.models import Account, Movement
from cairn.money.projections import in_transit_minor
from cairn.people.reach import accounts_for, kept_apart
from cairn.people.rights import Scope
from cairn.people.scope import where
from cairn.people.seats import Seat, today_in
from cairn.programme.models import Place
from cairn.trace.policy import Kind
from cairn.values import to_decimal
from cairn.web.desk.asking import seat_at
from cairn.web.desk.naming import called, load_named
from cairn.web.reader import Reader, reader

MOST = 200
CONFIRM, VOID = MoneyConfirmed.kind, SendingVoided.kind


@dataclass(frozen=True, slots=True)
class OnItsWay:
    """Money that was sent and has not arrived, and what this post can do about it."""

    id: str
    source: str
    target: str
    left: int
    currency: str
    sent_on: date
    days: int
    confirm: str = ""
    void: str = ""
    other: bool = False
    """Whether somebody else must confirm it, because this user or post sent it."""


@require_safe
def money(request: HttpRequest) -> HttpResponse:
    """What is to confirm, and what is in transit."""
    seat = seat_at(request)
    mine, others = on_its_way(seat, reader())
    context = {
        "mine": mine,
        "others": others,
        "spends": seat.scope(MoneySpent.kind),
        "confirms": seat.scope(MoneyConfirmed.kind),
        "imports": seat.scope("desk:statement"),
        "sheets": seat.scope("desk:sheets"),
    }
    return render(request, "desk/money.html", context)


def on_its_way(seat: Seat, asks: Reader) -> tuple[list[OnItsWay], list[OnItsWay]]:
    """What is in transit to accounts for which this seat confirms; and what else of its reach is."""
    found = _Found.by(seat)
    told = list(found.tell(asks))
    return [one for one in told if one.confirm], [one for one in told if not one.confirm]


@dataclass(frozen=True)
class _Found:
    """The accounts at which a seat looks for money on its way."""

    seat: Seat
    rows: Rows
    incoming: set[str]
    outgoing: set[str]
    beneath: set[str]
    """At its place and within it: what waits there it sees, too."""

    @classmethod
    def by(cls, seat: Seat) -> "_Found":
        rows = Rows(seat.programme, journal.tables)
        accounts = _accounts_near(seat)
        path = seat.stands.path
        incoming = _accounts(seat, CONFIRM, rows, accounts)
        outgoing = _accounts(seat, VOID, rows, accounts)
        beneath = {one.id for one in accounts if path and where(one, rows).path.startswith(path)}
        return cls(seat, rows, incoming, outgoing, beneath)

    def movements(self) -> list[Movement]:
        """What is in transit from or to these, the longest first; the first MOST of it."""
        seen = self.incoming | self.outgoing | self.beneath
        in_transit = Movement.objects.filter(
            Q(source__in=seen) | Q(target__in=seen),
            programme=self.seat.programme,
            kind=Kind.SEND,
            reversed_by="",
            voided_by="",
            confirmed_minor__lt=F("amount_minor"),
        )
        return list(in_transit.order_by("position")[:MOST])

    def tell(self, asks: Reader) -> Iterator[OnItsWay]:
        """What this seat can do about each."""
        found = self.movements()
        load_named(found, self.rows)
        mine = [row for row in found if row.target in self.incoming]
        apart = kept_apart(self.seat, MoneyConfirmed, "movement", mine, journal=journal)
        today = today_in(self.rows, timezone.now())
        forms = {kind: reverse("desk:record", args=[kind]) for kind in (CONFIRM, VOID)}
        for row in found:
            yield _told(row, self, asks, today, apart=apart, forms=forms)


def _accounts_near(seat: Seat) -> list[Account]:
    """The accounts that this seat may be concerned with: all, where its rights reach so far."""
    every = Account.objects.filter(programme=seat.programme)
    if Scope.PROGRAMME in {seat.scope(CONFIRM), seat.scope(VOID)}:
        return list(every)
    stands = seat.stands
    about = Q(holder=stands.organisation) if stands.organisation else Q(pk__in=[])
    if stands.path:
        within = Place.objects.filter(programme=seat.programme, path__startswith=stands.path)
        about |= Q(place__in=within.values("id"))
    return list(every.filter(about))


def _accounts(seat: Seat, kind: str, rows: Rows, accounts: Sequence[ReadModel]) -> set[str]:
    return accounts_for(seat, journal.kinds[kind], rows, accounts) if seat.scope(kind) else set()


def _told(
    row: Movement,
    found: _Found,
    asks: Reader,
    today: date | None,
    *,
    apart: set[str],
    forms: Mapping[str, str],
) -> OnItsWay:
    left = in_transit_minor(row)
    arrives = {
        "movement": row.id,
        "amount": to_decimal(left, row.currency),
        "amount_currency": row.currency,
    }
    to_me, mine = row.target in found.incoming, row.source in found.outgoing
    return OnItsWay(
        id=row.id,
        source=_name(row.source, found.rows, asks),
        target=_name(row.target, found.rows, asks),
        left=left,
        currency=row.currency,
        sent_on=row.happened_on,
        days=(today - row.happened_on).days if today else 0,
        confirm=f"{forms[CONFIRM]}?{urlencode(arrives)}" if to_me and row.id not in apart else "",
        void=f"{forms[VOID]}?{urlencode({'movement': row.id})}" if mine else "",
        other=to_me and row.id in apart,
    )


def _name(account: str, rows: Rows, asks: Reader) -> str:
    row = rows.find("account", account)
    return called(row, rows, asks) if row else account
