"""Read models of accounts, grants, movements and gifts in kind."""

from datetime import date
from typing import ClassVar

from django.db import models

from cairn.journal.fact import Fact
from cairn.journal.projection import ReadModel, Recorded, Rows, folds
from cairn.money.facts import (
    AccountOpened,
    BalanceStatedByBank,
    BankFeeCharged,
    EvidenceWithdrawn,
    GiftInKindGiven,
    GiftInKindWithdrawn,
    GrantPledged,
    InterestReceived,
    MoneyConfirmed,
    MoneyExchanged,
    MoneyMoved,
    MoneyReceived,
    MoneyRepaid,
    MoneyReturned,
    MoneySent,
    MoneySpent,
    MovementReversed,
    OpeningBalanceStated,
    PaymentEvidenced,
    PeriodClosed,
    PeriodReopened,
    PeriodReopeningAsked,
    PledgeChanged,
    SendingVoided,
)
from cairn.trace.policy import Kind
from cairn.values import Money

OPENING, FEE, REPAID, EXCHANGE, INTEREST = "~opening", "~fee", "~repaid", "~exchange", "~interest"
"""Ends of a movement that are no account, project or grant. No id on record can begin with ~."""

SECOND_LEG = "/2"
"""Added to a movement's id for the other half of an exchange."""


class Account(ReadModel):
    """Where money stands: held by one organisation at one place, in one currency."""

    called: ClassVar[str] = "account"

    name = models.JSONField()
    holder = models.CharField(max_length=100)
    place = models.CharField(max_length=100, blank=True)
    currency = models.CharField(max_length=3)
    opened_on = models.DateField()
    closed_until = models.DateField(null=True)
    """As its holder's books are: beside what each fact names, so that no rule has to look further."""


class Books(ReadModel):
    """What an organisation's accounts have in common: up to which day they are closed.

    `closings` are the facts that closed it, each with its day, the last one last. `asking` is the
    fact that asks to reopen that one, `asked_by` its post.
    """

    called: ClassVar[str] = "books"

    holder = models.CharField(max_length=100)
    place = models.CharField(max_length=100, blank=True)
    accounts = models.JSONField()
    closings = models.JSONField(default=list)
    asking = models.CharField(max_length=100, blank=True)
    asked_by = models.CharField(max_length=100, blank=True)


class Grant(ReadModel):
    """Money promised by one sponsor, with what it may be used for."""

    called: ClassVar[str] = "grant"
    sought: ClassVar[bool] = True

    name = models.JSONField()
    sponsor = models.CharField(max_length=100)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    pledged_on = models.DateField()
    places = models.JSONField()
    themes = models.JSONField()
    projects = models.JSONField()
    until = models.DateField(null=True)
    sponsors_activity = models.CharField(max_length=100, blank=True)
    """The sponsor's own activity in IATI from which it pays; empty where nobody said."""


class Movement(ReadModel):
    """One movement of the trace: its columns, and what has become of it since.

    `id` is the recording fact's, `kind` the trace's (cairn.trace.policy.Kind). `of` names the
    movement that a confirm, void or reverse is about. A receipt's `source` is empty where its
    grant's sponsor paid it, else OPENING, INTEREST or EXCHANGE.
    """

    called: ClassVar[str] = "movement"

    kind = models.PositiveSmallIntegerField()
    fact = models.CharField(max_length=40)
    position = models.PositiveBigIntegerField()
    happened_on = models.DateField()
    source = models.CharField(max_length=100, blank=True)
    target = models.CharField(max_length=100, blank=True)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    grant = models.CharField(max_length=100, blank=True)
    of = models.CharField(max_length=100, blank=True)
    payee = models.CharField(max_length=100, blank=True)
    voucher = models.CharField(max_length=64, blank=True)
    note = models.TextField(blank=True)
    confirmed_minor = models.BigIntegerField(default=0)
    followed_on = models.DateField(null=True)
    voided_by = models.CharField(max_length=100, blank=True)
    reversed_by = models.CharField(max_length=100, blank=True)
    evidence = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["programme", "position"]),
            # What is in transit: few of all, and each desk that is opened looks for its own.
            models.Index(
                fields=["programme", "position"],
                condition=models.Q(
                    kind=Kind.SEND,
                    voided_by="",
                    reversed_by="",
                    confirmed_minor__lt=models.F("amount_minor"),
                ),
                name="money_in_transit",
            ),
            # What nothing shows: a worklist that is kept asks again about each project that paid, in
            # this order. By target alone SQLite would take the next one, which holds all payments.
            models.Index(
                fields=["programme", "target", "source", "currency"],
                condition=models.Q(kind=Kind.SPEND, reversed_by="", evidence=0),
                name="money_without_evidence",
            ),
            # What a project's suppliers were paid: its page went through every movement for that.
            models.Index(
                fields=["programme", "target"],
                condition=models.Q(kind=Kind.SPEND, reversed_by=""),
                name="money_spent_on",
            ),
        ]


class GiftInKind(ReadModel):
    """Things that a sponsor gave for a project, with what they are worth."""

    called: ClassVar[str] = "gift"

    sponsor = models.CharField(max_length=100)
    project = models.CharField(max_length=100)
    what = models.JSONField()
    quantity = models.PositiveBigIntegerField()
    unit = models.CharField(max_length=40)
    worth_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    given_on = models.DateField()
    withdrawn_by = models.CharField(max_length=100, blank=True)


class Evidence(ReadModel):
    """That something shows what a payment bought; which file, its entry has under seal."""

    called: ClassVar[str] = "evidence"

    movement = models.CharField(max_length=100)
    attached_on = models.DateField()
    withdrawn_by = models.CharField(max_length=100, blank=True)

    class Meta:
        indexes = [models.Index(fields=["programme", "movement"])]


class BankBalance(ReadModel):
    """What stood in an account on a day, as its bank stated it; the latest of a day counts."""

    called: ClassVar[str] = "bank_balance"

    account = models.CharField(max_length=100)
    until = models.DateField()
    balance_minor = models.BigIntegerField()
    movements = models.JSONField()
    stated_on = models.DateField()
    position = models.PositiveBigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["programme", "account", "until"])]


def closed_until(books: Books) -> date | None:
    """The day up to which nothing may be dated any more."""
    return date.fromisoformat(books.closings[-1][0]) if books.closings else None


def in_transit_minor(movement: Movement) -> int:
    """What of a movement has left its account and not arrived."""
    if movement.kind != Kind.SEND or movement.voided_by or movement.reversed_by:
        return 0
    return movement.amount_minor - movement.confirmed_minor


@folds(AccountOpened)
def _account_opened(said: Recorded[AccountOpened], rows: Rows) -> None:
    rows.put(
        Account(
            programme=said.programme,
            id=said.fact.account,
            name=said.fact.name.by_language(),
            holder=said.fact.holder,
            place=said.fact.place or "",
            currency=said.fact.currency,
            opened_on=said.happened_on,
            closed_until=closed_until(_books_with(said, rows)),
        )
    )


def _books_with(said: Recorded[AccountOpened], rows: Rows) -> Books:
    """The books of an account's holder, with the new account."""
    fact = said.fact
    books = rows.get(Books, fact.holder) or Books(
        programme=said.programme,
        id=fact.holder,
        holder=fact.holder,
        place=fact.place or "",
        accounts=[],
    )
    books.accounts = [*books.accounts, fact.account]
    rows.put(books)
    return books


@folds(GrantPledged)
def _grant_pledged(said: Recorded[GrantPledged], rows: Rows) -> None:
    fact = said.fact
    rows.put(
        Grant(
            programme=said.programme,
            id=fact.grant,
            name=fact.name.by_language(),
            sponsor=fact.sponsor,
            amount_minor=fact.amount.minor,
            currency=fact.amount.currency,
            pledged_on=said.happened_on,
            places=list(fact.places),
            themes=[theme.value for theme in fact.themes],
            projects=list(fact.projects),
            until=fact.until,
            sponsors_activity=fact.sponsors_activity or "",
        )
    )


@folds(PledgeChanged)
def _pledge_changed(said: Recorded[PledgeChanged], rows: Rows) -> None:
    grant = rows.the(Grant, said.fact.grant)
    grant.amount_minor = said.fact.amount.minor
    rows.put(grant)


def _move(
    said: Recorded[Fact], rows: Rows, kind: Kind, amount: Money, leg: str = "", **columns: str
) -> None:
    """Put a movement that has an amount on record."""
    rows.put(
        Movement(
            programme=said.programme,
            id=str(said.id) + leg,
            kind=kind,
            fact=said.fact.kind,
            position=said.position,
            happened_on=said.happened_on,
            amount_minor=amount.minor,
            currency=amount.currency,
            **columns,
        )
    )


@folds(OpeningBalanceStated)
def _opening_balance_stated(said: Recorded[OpeningBalanceStated], rows: Rows) -> None:
    fact = said.fact
    ends = {"source": OPENING, "target": fact.account}
    if fact.grant:
        _move(said, rows, Kind.RECEIVE, fact.amount, grant=fact.grant, **ends)
    else:
        _move(said, rows, Kind.MOVE, fact.amount, **ends)


@folds(MoneyReceived)
def _money_received(said: Recorded[MoneyReceived], rows: Rows) -> None:
    fact = said.fact
    into = {"target": fact.account, "grant": fact.grant, "voucher": fact.voucher or ""}
    _move(said, rows, Kind.RECEIVE, fact.amount, **into)


@folds(InterestReceived)
def _interest_received(said: Recorded[InterestReceived], rows: Rows) -> None:
    fact = said.fact
    ends = {"source": INTEREST, "target": fact.account, "voucher": fact.voucher or ""}
    _move(said, rows, Kind.RECEIVE, fact.amount, grant=fact.grant or INTEREST, **ends)


@folds(MoneySent)
def _money_sent(said: Recorded[MoneySent], rows: Rows) -> None:
    fact = said.fact
    ends = {"source": fact.source, "target": fact.target, "voucher": fact.voucher or ""}
    _move(said, rows, Kind.SEND, fact.amount, grant=fact.grant or "", **ends)


@folds(MoneyMoved, MoneyReturned)
def _money_moved(said: Recorded[MoneyMoved | MoneyReturned], rows: Rows) -> None:
    fact = said.fact
    ends = {"source": fact.source, "target": fact.target, "voucher": fact.voucher or ""}
    note = fact.reason if isinstance(fact, MoneyReturned) else ""
    _move(said, rows, Kind.MOVE, fact.amount, grant=fact.grant or "", note=note, **ends)


@folds(MoneySpent)
def _money_spent(said: Recorded[MoneySpent], rows: Rows) -> None:
    fact = said.fact
    ends = {"source": fact.account, "target": fact.project, "payee": fact.paid_to or ""}
    on = {"grant": fact.grant or "", "voucher": fact.voucher or ""}
    _move(said, rows, Kind.SPEND, fact.amount, **ends, **on)


@folds(BankFeeCharged)
def _bank_fee_charged(said: Recorded[BankFeeCharged], rows: Rows) -> None:
    fact = said.fact
    ends = {"source": fact.account, "target": FEE, "voucher": fact.voucher or ""}
    _move(said, rows, Kind.SPEND, fact.amount, grant=fact.grant or "", **ends)


@folds(MoneyRepaid)
def _money_repaid(said: Recorded[MoneyRepaid], rows: Rows) -> None:
    fact = said.fact
    ends = {"source": fact.account, "target": REPAID, "voucher": fact.voucher or ""}
    _move(said, rows, Kind.SPEND, fact.amount, grant=fact.grant, note=fact.reason, **ends)


@folds(MoneyExchanged)
def _money_exchanged(said: Recorded[MoneyExchanged], rows: Rows) -> None:
    fact = said.fact
    of = {"grant": fact.grant, "note": fact.rate, "voucher": fact.voucher or ""}
    out = {"source": fact.source, "target": EXCHANGE}
    _move(said, rows, Kind.SPEND, fact.amount, **out, **of)
    into = {"source": EXCHANGE, "target": fact.target}
    _move(said, rows, Kind.RECEIVE, fact.arrived, SECOND_LEG, **into, **of)


@folds(MoneyConfirmed)
def _money_confirmed(said: Recorded[MoneyConfirmed], rows: Rows) -> None:
    sent = rows.the(Movement, said.fact.movement)
    sent.confirmed_minor += said.fact.amount.minor
    _follow(said, rows, sent)
    voucher = said.fact.voucher or ""
    _move(said, rows, Kind.CONFIRM, said.fact.amount, of=sent.id, voucher=voucher)


@folds(SendingVoided)
def _sending_voided(said: Recorded[SendingVoided], rows: Rows) -> None:
    sent = rows.the(Movement, said.fact.movement)
    sent.voided_by = str(said.id)
    _follow(said, rows, sent)
    rows.put(_about(said, Kind.VOID, sent))


@folds(MovementReversed)
def _movement_reversed(said: Recorded[MovementReversed], rows: Rows) -> None:
    wrong = rows.the(Movement, said.fact.movement)
    sent = rows.the(Movement, wrong.of) if wrong.of else None
    if sent and wrong.kind == Kind.CONFIRM:
        sent.confirmed_minor -= wrong.amount_minor
        _follow(said, rows, sent)
    elif sent and wrong.kind == Kind.VOID:
        sent.voided_by = ""
        _follow(said, rows, sent)
    second = rows.get(Movement, wrong.id + SECOND_LEG) if wrong.target == EXCHANGE else None
    for movement, leg in ((wrong, ""), (second, SECOND_LEG)):
        if movement:
            movement.reversed_by = str(said.id)
            rows.put(movement)
            rows.put(_about(said, Kind.REVERSE, movement, leg))


@folds(PaymentEvidenced)
def _payment_evidenced(said: Recorded[PaymentEvidenced], rows: Rows) -> None:
    payment = rows.the(Movement, said.fact.movement)
    payment.evidence += 1
    rows.put(payment)
    rows.put(
        Evidence(
            programme=said.programme,
            id=str(said.id),
            movement=payment.id,
            attached_on=said.happened_on,
        )
    )


@folds(EvidenceWithdrawn)
def _evidence_withdrawn(said: Recorded[EvidenceWithdrawn], rows: Rows) -> None:
    evidence = rows.the(Evidence, said.fact.evidence)
    evidence.withdrawn_by = str(said.id)
    rows.put(evidence)
    payment = rows.the(Movement, evidence.movement)
    payment.evidence -= 1
    rows.put(payment)


@folds(GiftInKindGiven)
def _gift_in_kind_given(said: Recorded[GiftInKindGiven], rows: Rows) -> None:
    fact = said.fact
    rows.put(
        GiftInKind(
            programme=said.programme,
            id=str(said.id),
            sponsor=fact.sponsor,
            project=fact.project,
            what=fact.what.by_language(),
            quantity=fact.quantity,
            unit=fact.unit,
            worth_minor=fact.worth.minor,
            currency=fact.worth.currency,
            given_on=said.happened_on,
        )
    )


@folds(PeriodClosed)
def _period_closed(said: Recorded[PeriodClosed], rows: Rows) -> None:
    books = rows.the(Books, said.fact.holder)
    books.closings = [*books.closings, [said.fact.until.isoformat(), str(said.id)]]
    _closed(books, rows)


@folds(PeriodReopeningAsked)
def _period_reopening_asked(said: Recorded[PeriodReopeningAsked], rows: Rows) -> None:
    books = rows.the(Books, said.fact.holder)
    books.asking, books.asked_by = str(said.id), said.post
    rows.put(books)


@folds(PeriodReopened)
def _period_reopened(said: Recorded[PeriodReopened], rows: Rows) -> None:
    books = rows.the(Books, said.fact.holder)
    books.closings = books.closings[:-1]
    _closed(books, rows)


def _closed(books: Books, rows: Rows) -> None:
    """Close the accounts as their books are. What was asked about another period lapses."""
    books.asking = books.asked_by = ""
    rows.put(books)
    rows.load([(Account.called, account) for account in books.accounts])
    for id_ in books.accounts:
        account = rows.the(Account, id_)
        account.closed_until = closed_until(books)
        rows.put(account)


@folds(BalanceStatedByBank)
def _balance_stated_by_bank(said: Recorded[BalanceStatedByBank], rows: Rows) -> None:
    fact = said.fact
    rows.put(
        BankBalance(
            programme=said.programme,
            id=str(said.id),
            account=fact.account,
            until=fact.until,
            balance_minor=fact.balance.minor if fact.balance else 0,
            movements=list(fact.movements),
            stated_on=said.happened_on,
            position=said.position,
        )
    )


@folds(GiftInKindWithdrawn)
def _gift_in_kind_withdrawn(said: Recorded[GiftInKindWithdrawn], rows: Rows) -> None:
    gift = rows.the(GiftInKind, said.fact.gift)
    gift.withdrawn_by = str(said.id)
    rows.put(gift)


def _follow(said: Recorded[Fact], rows: Rows, sent: Movement) -> None:
    """Note when a send was last answered, or an answer to it undone.

    Nothing that undoes the send may be dated earlier: the trace goes by date.
    """
    sent.followed_on = max(sent.followed_on or said.happened_on, said.happened_on)
    rows.put(sent)


def _about(
    said: Recorded[SendingVoided | MovementReversed], kind: Kind, of: Movement, leg: str = ""
) -> Movement:
    """A movement without an amount, about an earlier one."""
    return Movement(
        programme=said.programme,
        id=str(said.id) + leg,
        kind=kind,
        fact=said.fact.kind,
        position=said.position,
        happened_on=said.happened_on,
        amount_minor=0,
        currency=of.currency,
        of=of.id,
        note=said.fact.reason,
        voucher=said.fact.voucher or "",
    )
