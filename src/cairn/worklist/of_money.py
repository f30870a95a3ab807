"""What money leaves open: sendings to confirm, payments without evidence, periods to be reopened."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Count, F, Min, Sum

from cairn.journal.columns import in_chunks
from cairn.journal.models import Entry
from cairn.journal.past import programme_of
from cairn.money.facts import (
    MoneyConfirmed,
    PaymentEvidenced,
    PeriodReopened,
    SendingVoided,
)
from cairn.money.models import Books, Grant, Movement
from cairn.trace.policy import Kind
from cairn.values import to_decimal
from cairn.worklist.clocks import DAYS
from cairn.worklist.commitment import THE_PROGRAMME, Among, Owed, Way, after


def owed(programme: str, today: date, among: Among) -> Iterator[Owed]:
    """Everything that money leaves open."""
    del today
    yield from _to_confirm(programme, among)
    yield from _without_evidence(programme, among)
    yield from _to_reopen(programme, among)


def _to_confirm(programme: str, among: Among) -> Iterator[Owed]:
    """Whoever was sent money says how much arrived; whoever sent it, what became of a rest."""
    sent = Movement.objects.filter(
        programme=programme,
        kind=Kind.SEND,
        reversed_by="",
        voided_by="",
        confirmed_minor__lt=F("amount_minor"),
    )
    for row in among.within(sent, "movement").iterator():
        left = row.amount_minor - row.confirmed_minor
        is_rest = row.confirmed_minor > 0
        sort = "rest" if is_rest else "confirm"
        since = row.followed_on or row.happened_on if is_rest else row.happened_on
        arrives = {
            "movement": row.id,
            "amount": to_decimal(left, row.currency),
            "amount_currency": row.currency,
        }
        yield Owed(
            sort=sort,
            key=row.id,
            of=("account", row.target),
            to=("account", row.target if is_rest else row.source),
            since=since,
            due=after(since, DAYS[sort]),
            ways=(
                Way(SendingVoided.kind, {"movement": row.id})
                if is_rest
                else Way(MoneyConfirmed.kind, arrives),
            ),
            minor=left,
            currency=row.currency,
            on=("movement", row.id),
        )


def _without_evidence(programme: str, among: Among) -> Iterator[Owed]:
    """Payments of which nothing shows what they bought: by project and the account that paid.

    Owed to the sponsor of the grant that they name; where they name none, or several, to the
    programme. The form is filled for the one that was recorded first; the next comes after it.
    """
    spent = Movement.objects.filter(
        programme=programme, kind=Kind.SPEND, reversed_by="", evidence=0
    ).exclude(target__startswith="~")
    groups = list(
        among.within(spent, "project", "target")
        .values("target", "source", "currency")
        .annotate(
            count=Count("id"),
            sum=Sum("amount_minor"),
            since=Min("happened_on"),
            first=Min("position"),
            named=Min("grant"),
            grants=Count("grant", distinct=True),
        )
    )
    firsts: dict[int, str] = {}
    for chunk in in_chunks([group["first"] for group in groups]):
        firsts |= dict(spent.filter(position__in=list(chunk)).values_list("position", "id"))
    sponsors = dict(Grant.objects.filter(programme=programme).values_list("id", "sponsor"))
    for group in groups:
        sponsor = sponsors.get(group["named"], "") if group["grants"] == 1 else ""
        yield Owed(
            sort="evidence",
            key=f"{group['target']}/{group['source']}/{group['currency']}",
            of=("project", group["target"]),
            to=("organisation", sponsor) if sponsor else THE_PROGRAMME,
            since=group["since"],
            due=after(group["since"], DAYS["evidence"]),
            ways=(Way(PaymentEvidenced.kind, {"movement": firsts[group["first"]]}),),
            minor=group["sum"],
            currency=group["currency"],
            count=group["count"],
        )


def _to_reopen(programme: str, among: Among) -> Iterator[Owed]:
    """Somebody asked to reopen a closed period: another decides."""
    books = Books.objects.filter(programme=programme).exclude(asking="")
    asked = list(among.within(books, "books"))
    asking = [row.asking for row in asked]
    entries = Entry.objects.filter(programme=programme_of(programme), id__in=asking)
    days = {str(id_): day for id_, day in entries.values_list("id", "happened_on")}
    for row in asked:
        yield Owed(
            sort="reopening",
            key=row.asking,
            of=("organisation", row.holder),
            to=("post", row.asked_by),
            since=days[row.asking],
            due=after(days[row.asking], DAYS["reopening"]),
            ways=(Way(PeriodReopened.kind, {"holder": row.holder}),),
            on=("books", row.id),
        )
