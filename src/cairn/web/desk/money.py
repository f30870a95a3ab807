"""Money at work: what this post has to confirm, and what it sent that has not arrived."""

from collections.abc import Sequence
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
from cairn.people.reach import accounts_for, kept_apart
from cairn.people.scope import column, where
from cairn.people.seats import Seat, today_in
from cairn.trace.policy import Kind
from cairn.values import to_decimal
from cairn.web.desk.asking import seat_at
from cairn.web.desk.naming import called, load_named
from cairn.web.reader import Reader, reader

MOST = 200


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
    }
    return render(request, "desk/money.html", context)


def on_its_way(seat: Seat, asks: Reader) -> tuple[list[OnItsWay], list[OnItsWay]]:
    """What is in transit to accounts for which this seat confirms; and what else of its reach is."""
    rows = Rows(seat.programme, journal.tables)
    accounts = list(Account.objects.filter(programme=seat.programme))
    incoming = _accounts(seat, "money.money-confirmed", rows, accounts)
    outgoing = _accounts(seat, "money.sending-voided", rows, accounts)
    seen = incoming | outgoing | _beneath(seat, rows, accounts)
    found = list(
        Movement.objects.filter(
            Q(source__in=seen) | Q(target__in=seen),
            programme=seat.programme,
            kind=Kind.SEND,
            reversed_by="",
            voided_by="",
            confirmed_minor__lt=F("amount_minor"),
        ).order_by("position")[:MOST]
    )
    load_named(found, rows)
    apart = kept_apart(seat, MoneyConfirmed, "movement", found, journal=journal)
    today = today_in(rows, timezone.now())
    told = [
        _told(row, rows, asks, today, incoming=incoming, outgoing=outgoing, apart=apart)
        for row in found
    ]
    return [one for one in told if one.confirm], [one for one in told if not one.confirm]


def _accounts(seat: Seat, kind: str, rows: Rows, accounts: Sequence[ReadModel]) -> set[str]:
    return accounts_for(seat, journal.kinds[kind], rows, accounts) if seat.scope(kind) else set()


def _beneath(seat: Seat, rows: Rows, accounts: Sequence[ReadModel]) -> set[str]:
    """The accounts at this seat's place and within it: what waits there it sees, too."""
    path = seat.stands.path
    return {one.id for one in accounts if path and where(one, rows).path.startswith(path)}


def _told(
    row: ReadModel,
    rows: Rows,
    asks: Reader,
    today: date | None,
    *,
    incoming: set[str],
    outgoing: set[str],
    apart: set[str],
) -> OnItsWay:
    left = column(row, "amount_minor") - column(row, "confirmed_minor")
    currency, sent_on = column(row, "currency"), column(row, "happened_on")
    arrives = {
        "movement": row.id,
        "amount": to_decimal(left, currency),
        "amount_currency": currency,
    }
    to_me = column(row, "target") in incoming
    return OnItsWay(
        id=row.id,
        source=_name(column(row, "source"), rows, asks),
        target=_name(column(row, "target"), rows, asks),
        left=left,
        currency=currency,
        sent_on=sent_on,
        days=(today - sent_on).days if today else 0,
        confirm=_form(MoneyConfirmed.kind, arrives) if to_me and row.id not in apart else "",
        void=_form(SendingVoided.kind, {"movement": row.id})
        if column(row, "source") in outgoing
        else "",
        other=to_me and row.id in apart,
    )


def _name(account: str, rows: Rows, asks: Reader) -> str:
    row = rows.find("account", account)
    return called(row, rows, asks) if row else account


def _form(kind: str, filled: dict[str, str]) -> str:
    return f"{reverse('desk:record', args=[kind])}?{urlencode(filled)}"
