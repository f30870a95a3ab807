"""What the journal will not take about money.

A typo is refused with its reason. The truth is not: spending beyond the recorded balance is
taken, because records arrive late, and shown as unexplained.
"""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from cairn.journal.projection import Objection, Recorded, Rows, objects
from cairn.money.facts import (
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
from cairn.money.projections import (
    EXCHANGE,
    SECOND_LEG,
    Account,
    Books,
    Evidence,
    GiftInKind,
    Grant,
    Movement,
    closed_until,
    in_transit_minor,
)
from cairn.trace.policy import Kind
from cairn.values import UNEXPLAINED, Money, to_decimal

AtOneAccount = (
    OpeningBalanceStated
    | MoneyReceived
    | MoneyRepaid
    | MoneySpent
    | BankFeeCharged
    | InterestReceived
)
BetweenAccounts = MoneySent | MoneyMoved | MoneyReturned
ARRIVES = frozenset({Kind.RECEIVE, Kind.MOVE})
"""The kinds of movement that are in their target at once."""

Moving = (
    AtOneAccount
    | BetweenAccounts
    | MoneyExchanged
    | MoneyConfirmed
    | SendingVoided
    | MovementReversed
)


@objects(
    OpeningBalanceStated, MoneyReceived, MoneyRepaid, MoneySpent, BankFeeCharged, InterestReceived
)
def an_amount_has_the_currency_of_its_account(
    said: Recorded[AtOneAccount], rows: Rows
) -> Iterator[Objection]:
    """An account stands in one currency."""
    yield from _other_currency("amount", said.fact.amount, said.fact.account, rows)


@objects(MoneySent, MoneyMoved, MoneyReturned)
def money_goes_between_two_accounts_of_its_currency(
    said: Recorded[BetweenAccounts], rows: Rows
) -> Iterator[Objection]:
    """Money that changes its currency on the way is exchanged, which is a fact of its own."""
    fact = said.fact
    if fact.source == fact.target:
        yield Objection("target", _("It must go to another account than it came from."))
    yield from _other_currency("amount", fact.amount, fact.source, rows)
    yield from _other_currency("target", fact.amount, fact.target, rows)


@objects(MoneyExchanged)
def an_exchange_changes_the_currency(
    said: Recorded[MoneyExchanged], rows: Rows
) -> Iterator[Objection]:
    """Each amount has the currency of its account, and they differ."""
    fact = said.fact
    if fact.amount.currency == fact.arrived.currency:
        yield Objection("arrived", _("An exchange is between two currencies."))
    yield from _other_currency("amount", fact.amount, fact.source, rows)
    yield from _other_currency("arrived", fact.arrived, fact.target, rows)


def _other_currency(field: str, amount: Money, account: str, rows: Rows) -> Iterator[Objection]:
    currency = rows.the(Account, account).currency
    if amount.currency != currency:
        message = _("The account {account} is kept in {currency}, not in {other}.")
        text = message.format(account=account, currency=currency, other=amount.currency)
        yield Objection(field, text)


@objects(GrantPledged)
def a_grant_is_pledged_by_a_sponsor(
    said: Recorded[GrantPledged], rows: Rows
) -> Iterator[Objection]:
    """And has a name that the trace does not need for itself."""
    sponsor = rows.find("organisation", said.fact.sponsor)
    if getattr(sponsor, "role", "") != "sponsor":
        yield Objection("sponsor", _("Only a sponsor pledges money; this is no sponsor."))
    if said.fact.grant == UNEXPLAINED:
        yield Objection("grant", _("‘unexplained’ cannot be a grant's id: it means no grant."))
    if said.fact.until and said.fact.until < said.happened_on:
        yield Objection("until", _("It must be possible to spend it: choose a later day."))


@objects(GiftInKindGiven)
def a_gift_is_given_by_a_sponsor(
    said: Recorded[GiftInKindGiven], rows: Rows
) -> Iterator[Objection]:
    """Others sell, and are paid."""
    sponsor = rows.find("organisation", said.fact.sponsor)
    if getattr(sponsor, "role", "") != "sponsor":
        yield Objection("sponsor", _("Only a sponsor gives; this is no sponsor."))


@objects(PledgeChanged)
def a_pledge_keeps_its_currency(said: Recorded[PledgeChanged], rows: Rows) -> Iterator[Objection]:
    """A promise in another currency is another grant."""
    currency = rows.the(Grant, said.fact.grant).currency
    if said.fact.amount.currency != currency:
        yield Objection("amount", _("This grant was pledged in {c}.").format(c=currency))


@objects(MoneyConfirmed)
def no_more_arrives_than_is_in_transit(
    said: Recorded[MoneyConfirmed], rows: Rows
) -> Iterator[Objection]:
    """Nor before it was sent, nor of what was no sending."""
    sent = rows.the(Movement, said.fact.movement)
    wrong = list(_not_in_transit(sent))
    yield from wrong
    if wrong:
        return
    left, amount = in_transit_minor(sent), said.fact.amount
    if amount.currency != sent.currency:
        yield Objection("amount", _("It was sent in {c}.").format(c=sent.currency))
    elif amount.minor > left:
        message = _("Only {left} of it is in transit.")
        shown = f"{sent.currency} {to_decimal(left, sent.currency)}"
        yield Objection("amount", message.format(left=shown))
    if said.happened_on < sent.happened_on:
        message = _("It was sent only on {day}.")
        yield Objection("happened_on", message.format(day=sent.happened_on))


@objects(SendingVoided)
def only_what_is_in_transit_comes_back(
    said: Recorded[SendingVoided], rows: Rows
) -> Iterator[Objection]:
    """And not before what arrived of it did, or that would have come back too.

    Where nothing has arrived, what was undone since does not matter: a coming back that was dated
    wrongly is reversed and recorded again on its true day.
    """
    sent = rows.the(Movement, said.fact.movement)
    yield from _not_in_transit(sent)
    answered_on = sent.followed_on if sent.confirmed_minor else None
    yield from _dated_before(said, answered_on or sent.happened_on)


@objects(MovementReversed)
def a_movement_is_reversed_once(
    said: Recorded[MovementReversed], rows: Rows
) -> Iterator[Objection]:
    """A reversal stands: whoever erred in it records the movement again."""
    wrong = rows.the(Movement, said.fact.movement)
    of = rows.get(Movement, wrong.of) if wrong.of else None
    if wrong.kind == Kind.REVERSE:
        message = _("A reversal cannot be reversed; record the movement again.")
        yield Objection("movement", message)
    elif wrong.reversed_by or (of and of.reversed_by):
        yield Objection("movement", _("This movement was reversed already."))
    yield from _dated_before(said, wrong.followed_on or wrong.happened_on)


@objects(PaymentEvidenced)
def evidence_is_of_a_payment_that_stands(
    said: Recorded[PaymentEvidenced], rows: Rows
) -> Iterator[Objection]:
    """Only what was spent bought something to show."""
    payment = rows.the(Movement, said.fact.movement)
    if payment.kind != Kind.SPEND:
        yield Objection("movement", _("Evidence shows what a payment bought; this is none."))
    elif payment.reversed_by:
        yield Objection("movement", _("This movement was reversed already."))


@objects(
    OpeningBalanceStated, MoneyReceived, MoneyRepaid, MoneySpent, BankFeeCharged, InterestReceived,
    MoneySent, MoneyMoved, MoneyReturned, MoneyExchanged, MoneyConfirmed, SendingVoided,
    MovementReversed,
)  # fmt: skip
def a_closed_period_takes_no_new_dates(said: Recorded[Moving], rows: Rows) -> Iterator[Objection]:
    """Whatever changes an account is dated after the day up to which its holder's books are closed.

    That money is on its way changes its receiver's books only once it arrives.
    """
    for id_ in dict.fromkeys(_changed(said.fact, rows)):
        account = rows.get(Account, id_)
        if account and account.closed_until and said.happened_on <= account.closed_until:
            message = _(
                "The books of {holder} are closed up to {day}. Date it today, and let its voucher "
                "or its reason say what it corrects."
            )
            text = message.format(holder=account.holder, day=account.closed_until)
            yield Objection("happened_on", text)
            return


def _changed(fact: Moving, rows: Rows) -> Iterator[str]:
    """The accounts that a fact changes on its own date."""
    match fact:
        case MoneyConfirmed():
            yield rows.the(Movement, fact.movement).target
        case SendingVoided():
            yield rows.the(Movement, fact.movement).source
        case MovementReversed():
            yield from _undone(rows.the(Movement, fact.movement), rows)
        case MoneySent():
            yield fact.source
        case MoneyMoved() | MoneyReturned() | MoneyExchanged():
            yield fact.source
            yield fact.target
        case _:
            yield fact.account


def _undone(wrong: Movement, rows: Rows) -> Iterator[str]:
    """The accounts that the reversal of a movement changes.

    Where an answer to a sending falls, what is left of the sending may come back, or go again.
    """
    sent = rows.get(Movement, wrong.of) if wrong.of else None
    for movement in (wrong, sent):
        if movement and movement.source:
            yield movement.source
        if movement and (movement.kind in ARRIVES or movement.confirmed_minor):
            yield movement.target
    if second := rows.get(Movement, wrong.id + SECOND_LEG) if wrong.target == EXCHANGE else None:
        yield second.target


@objects(PeriodClosed)
def a_period_is_over_before_it_is_closed(
    said: Recorded[PeriodClosed], rows: Rows
) -> Iterator[Objection]:
    """And closed once: each closing reaches further than the one before."""
    before = closed_until(rows.the(Books, said.fact.holder))
    if said.fact.until >= said.happened_on:
        yield Objection("until", _("This day is not over; close the books up to an earlier one."))
    if before and said.fact.until <= before:
        message = _("These books are closed up to {day} already; choose a later day.")
        yield Objection("until", message.format(day=before))


@objects(PeriodReopeningAsked)
def only_what_is_closed_is_reopened(
    said: Recorded[PeriodReopeningAsked], rows: Rows
) -> Iterator[Objection]:
    """And asked for once."""
    books = rows.the(Books, said.fact.holder)
    if not books.closings:
        yield Objection("holder", _("No period of these books is closed."))
    elif books.asking:
        yield Objection("holder", _("Reopening was asked for already; another post may reopen it."))


@objects(PeriodReopened)
def a_period_is_reopened_by_a_second_post(
    said: Recorded[PeriodReopened], rows: Rows
) -> Iterator[Objection]:
    """One post asks and another reopens."""
    books = rows.the(Books, said.fact.holder)
    if not books.asking:
        yield Objection("holder", _("Nobody has asked to reopen these books; ask for it first."))
    elif books.asked_by == said.post:
        yield Objection("holder", _("This post asked for it; another must reopen it."))


@objects(BalanceStatedByBank)
def a_bank_states_what_was(said: Recorded[BalanceStatedByBank], rows: Rows) -> Iterator[Objection]:
    """Of a day that has come, in the account's currency, and about movements of that account."""
    fact = said.fact
    if fact.until > said.happened_on:
        yield Objection("until", _("This day has not come; state the balance of an earlier one."))
    if fact.balance:
        yield from _other_currency("balance", fact.balance, fact.account, rows)
    for id_ in fact.movements:
        movement = rows.the(Movement, id_)
        if movement.kind == Kind.REVERSE:
            yield Objection("movements", _("A reversal is no movement at a bank; leave it out."))
        elif fact.account not in _ends(movement, rows):
            message = _("The movement {movement} does not touch this account; leave it out.")
            yield Objection("movements", message.format(movement=id_))


def _ends(movement: Movement, rows: Rows) -> Iterator[str]:
    """The accounts at both ends of a movement, or of the sending that it answers."""
    other = f"{movement.id}{SECOND_LEG}" if movement.target == EXCHANGE else movement.of
    for one in (movement, rows.get(Movement, other) if other else None):
        if one:
            yield from (one.source, one.target)


@objects(EvidenceWithdrawn)
def evidence_is_withdrawn_once(
    said: Recorded[EvidenceWithdrawn], rows: Rows
) -> Iterator[Objection]:
    """And not before it was attached."""
    evidence = rows.the(Evidence, said.fact.evidence)
    if evidence.withdrawn_by:
        yield Objection("evidence", _("This evidence was withdrawn already."))
    yield from _before_it_was_recorded(said, evidence.attached_on)


@objects(GiftInKindWithdrawn)
def a_gift_is_withdrawn_once(
    said: Recorded[GiftInKindWithdrawn], rows: Rows
) -> Iterator[Objection]:
    """And not before it was given."""
    gift = rows.the(GiftInKind, said.fact.gift)
    if gift.withdrawn_by:
        yield Objection("gift", _("This gift was withdrawn already."))
    yield from _before_it_was_recorded(said, gift.given_on)


def _before_it_was_recorded(
    said: Recorded[EvidenceWithdrawn | GiftInKindWithdrawn], recorded_on: date
) -> Iterator[Objection]:
    if said.happened_on < recorded_on:
        message = _("What is withdrawn happened only on {day}.")
        yield Objection("happened_on", message.format(day=recorded_on))


def _not_in_transit(sent: Movement) -> Iterator[Objection]:
    if sent.kind != Kind.SEND:
        yield Objection("movement", _("Only money that was sent can arrive or come back."))
    elif sent.reversed_by:
        yield Objection("movement", _("This movement was reversed already."))
    elif sent.voided_by:
        yield Objection("movement", _("What was left of it has come back to the sender."))
    elif in_transit_minor(sent) == 0:
        yield Objection("movement", _("All of it has arrived; nothing is in transit."))


def _dated_before(
    said: Recorded[SendingVoided | MovementReversed], earliest: date
) -> Iterator[Objection]:
    """The trace goes by date, so what undoes a movement cannot come before what it undoes."""
    if said.happened_on < earliest:
        message = _("It cannot be dated before {day}, when the movement last changed.")
        yield Objection("happened_on", message.format(day=earliest))
