"""Closed periods: what they refuse, how they are put right, and who may reopen them."""

from datetime import date, timedelta

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from cairn.catalog import invariants, journal
from cairn.journal.checks import answers
from cairn.journal.entry import Draft, Receipt, Refused
from cairn.journal.journal import RefusedError
from cairn.money.facts import (
    AccountOpened,
    BalanceStatedByBank,
    BankFeeCharged,
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
    PeriodClosed,
    PeriodReopened,
    PeriodReopeningAsked,
    SendingVoided,
)
from cairn.values import Money
from cast import Pen, assemble, cny, named, new_id
from people.desks import Desks

COUNTY, CASH, DOLLARS, VILLAGE = (
    "county-office",
    "county-cash",
    "county-dollars",
    "qarasu-committee",
)
WELL, WATER = "qarasu-well", "water-2025"
FEBRUARY, MARCH = date(2025, 2, 28), date(2025, 3, 1)
ONE = cny("1.00")
REFUSED = (
    "The books of county-office are closed up to 2025-02-28. Date it today, and let its voucher "
    "or its reason say what it corrects."
)


def ask(holder=COUNTY):
    return PeriodReopeningAsked(holder=holder, reason="The bank's statement came late")


@pytest.fixture
def closed(cast):
    """The county's books, closed up to the end of February."""
    cast.record(PeriodClosed(holder=COUNTY, until=FEBRUARY))
    return cast


@pytest.mark.parametrize(
    "fact",
    [
        OpeningBalanceStated(account=COUNTY, amount=ONE),
        MoneyReceived(grant=WATER, account=COUNTY, amount=ONE),
        MoneyRepaid(grant=WATER, account=COUNTY, amount=ONE, reason="Left over"),
        MoneySpent(account=CASH, project=WELL, amount=ONE),
        BankFeeCharged(account=COUNTY, amount=ONE),
        InterestReceived(account=COUNTY, amount=ONE),
        MoneySent(source=COUNTY, target=VILLAGE, amount=ONE),
        MoneyMoved(source=VILLAGE, target=CASH, amount=ONE),
        MoneyReturned(source=VILLAGE, target=COUNTY, amount=ONE, reason="Left over"),
        MoneyExchanged(
            source=DOLLARS,
            target=VILLAGE,
            grant=WATER,
            amount=Money.of("1.00", "USD"),
            arrived=ONE,
            rate="1",
        ),
    ],
    ids=lambda fact: fact.kind,
)
def test_a_closed_period_takes_no_new_dates(closed, fact):
    assert closed.objections(fact, on=FEBRUARY) == {"happened_on": REFUSED}
    assert closed.objections(fact, on=MARCH) == {}


def test_answers_to_a_sending_are_dated_after_the_closing_of_the_books_they_change(cast):
    there = cast.movement(MoneySent(source=COUNTY, target=VILLAGE, amount=ONE), on=FEBRUARY)
    back = cast.movement(MoneySent(source=VILLAGE, target=COUNTY, amount=ONE), on=FEBRUARY)
    cast.record(PeriodClosed(holder=COUNTY, until=FEBRUARY))

    # Money on its way to the village may arrive there in February: its books are open.
    assert cast.objections(SendingVoided(movement=there, reason="-"), on=FEBRUARY).keys() == {
        "happened_on"
    }
    assert cast.objections(MoneyConfirmed(movement=back, amount=ONE), on=FEBRUARY) == {
        "happened_on": REFUSED
    }
    assert cast.objections(MoneyConfirmed(movement=there, amount=ONE), on=FEBRUARY) == {}


def test_a_mistake_in_a_closed_period_is_reversed_today(cast):
    wrong = cast.movement(MoneySpent(account=COUNTY, project=WELL, amount=ONE), on=FEBRUARY)
    cast.record(PeriodClosed(holder=COUNTY, until=FEBRUARY))
    reversal = MovementReversed(movement=wrong, reason="Entered twice, in February")

    assert cast.objections(reversal, on=FEBRUARY) == {"happened_on": REFUSED}
    assert cast.objections(reversal, on=MARCH) == {}


def test_what_a_phone_recorded_late_is_refused_row_by_row_and_taken_with_todays_date(closed):
    late = MoneySpent(account=COUNTY, project=WELL, amount=ONE)
    drafts = [closed.draft(late, on=day) for day in (FEBRUARY, MARCH)]

    refused, taken = closed.batch(*drafts)

    assert isinstance(refused, Refused)
    assert refused.objections[0].message == REFUSED
    assert isinstance(taken, Receipt)
    again = Draft(refused.id, MARCH, drafts[0].post, late)
    assert isinstance(closed.append(again), Receipt)


def test_a_closing_and_what_follows_in_one_batch(cast):
    closing = cast.draft(PeriodClosed(holder=COUNTY, until=FEBRUARY))
    late = cast.draft(MoneySpent(account=CASH, project=WELL, amount=ONE), on=FEBRUARY)

    assert [type(verdict) for verdict in cast.batch(closing, late)] == [Receipt, Refused]


def test_an_account_that_is_opened_later_is_closed_as_its_holders_books_are(closed):
    closed.record(
        AccountOpened(account="new", name=named("New"), holder=COUNTY, currency="CNY"), on=FEBRUARY
    )

    opening = OpeningBalanceStated(account="new", amount=ONE)
    assert closed.objections(opening, on=FEBRUARY) == {"happened_on": REFUSED}


def test_books_are_closed_up_to_a_day_that_is_over_and_each_time_further(closed):
    assert closed.objections(PeriodClosed(holder=COUNTY, until=MARCH), on=MARCH) == {
        "until": "This day is not over; close the books up to an earlier one."
    }
    assert closed.objections(PeriodClosed(holder=COUNTY, until=FEBRUARY)) == {
        "until": "These books are closed up to 2025-02-28 already; choose a later day."
    }
    assert closed.objections(PeriodClosed(holder="seed-company", until=FEBRUARY)).keys() == {
        "holder"
    }


def test_reopening_takes_a_second_post(closed):
    assert closed.objections(PeriodReopened(holder=COUNTY)) == {
        "holder": "Nobody has asked to reopen these books; ask for it first."
    }
    closed.record(ask())
    assert closed.objections(ask()) == {
        "holder": "Reopening was asked for already; another post may reopen it."
    }
    assert closed.objections(PeriodReopened(holder=COUNTY)) == {
        "holder": "This post asked for it; another must reopen it."
    }
    closed.append(Draft(new_id(), MARCH, "second-post", PeriodReopened(holder=COUNTY)))

    assert closed.the("account", COUNTY).closed_until is None
    assert closed.objections(BankFeeCharged(account=COUNTY, amount=ONE), on=FEBRUARY) == {}


def test_only_the_last_period_is_reopened(closed):
    closed.record(PeriodClosed(holder=COUNTY, until=date(2025, 3, 31)), on=date(2025, 4, 2))
    closed.record(ask(), on=date(2025, 4, 2))
    closed.append(Draft(new_id(), date(2025, 4, 2), "second", PeriodReopened(holder=COUNTY)))

    assert closed.the("account", CASH).closed_until == FEBRUARY


def test_what_was_asked_of_a_period_lapses_with_the_next_closing(closed):
    closed.record(ask())
    closed.record(PeriodClosed(holder=COUNTY, until=date(2025, 3, 31)), on=date(2025, 4, 2))

    assert closed.the("books", COUNTY).asking == ""


def test_one_person_in_two_posts_does_not_reopen_what_they_asked_for(db):
    desks = Desks.opened()
    desks.pen.record(PeriodClosed(holder=COUNTY, until=FEBRUARY))
    desks.record(desks.seat("county", "amina"), ask())

    with pytest.raises(RefusedError, match="somebody else must do this"):
        desks.record(desks.seat("county-2", "amina"), PeriodReopened(holder=COUNTY))
    desks.record(desks.seat("county-2", "bek"), PeriodReopened(holder=COUNTY))

    assert desks.pen.the("account", COUNTY).closed_until is None


def test_a_committee_does_not_close_anothers_books(db):
    desks = Desks.opened()

    with pytest.raises(RefusedError, match="beyond this post's reach"):
        desks.record(desks.seat("other-committee"), PeriodClosed(holder=VILLAGE, until=FEBRUARY))
    desks.record(desks.seat("committee"), PeriodClosed(holder=VILLAGE, until=FEBRUARY))
    desks.record(desks.seat("committee"), ask(VILLAGE))
    desks.record(desks.seat("township"), PeriodReopened(holder=VILLAGE))


def test_a_bank_states_what_was(closed):
    sent = closed.movement(MoneySent(source=COUNTY, target=VILLAGE, amount=ONE))
    spent = closed.movement(MoneySpent(account=VILLAGE, project=WELL, amount=ONE))
    stated = {"account": COUNTY, "balance": ONE}

    ahead = BalanceStatedByBank(**stated, until=date(2025, 3, 2))
    assert closed.objections(ahead, on=MARCH).keys() == {"until"}
    dollars = BalanceStatedByBank(account=DOLLARS, balance=ONE, until=FEBRUARY)
    assert closed.objections(dollars).keys() == {"balance"}
    other = BalanceStatedByBank(**stated, until=FEBRUARY, movements=(sent, spent))
    assert closed.objections(other) == {
        "movements": f"The movement {spent} does not touch this account; leave it out."
    }
    fact = BalanceStatedByBank(account=COUNTY, until=FEBRUARY, movements=(sent,))
    row = closed.the("bank_balance", str(closed.record(fact).id))
    assert (row.balance_minor, row.until, row.movements) == (0, FEBRUARY, [sent])


class Accountants(RuleBasedStateMachine):
    """Two organisations whose accountants close, reopen, record late and put right."""

    days = st.integers(1, 89).map(lambda day: date(2025, 1, 1) + timedelta(day))
    holders = st.sampled_from([COUNTY, VILLAGE])

    def __init__(self):
        super().__init__()
        self.pen = Pen.opened()
        assemble(self.pen)
        self.closed = {COUNTY: [], VILLAGE: []}
        self.asked = dict.fromkeys(self.closed)
        self.sent, self.moved = [], []

    def tried(self, fact, on, *, changes, post="accountant"):
        """Record a fact, which must fail where it changes closed books; its id where it was taken."""
        draft = Draft(new_id(), on, post, fact)
        shut = any(self.closed[holder] and on <= self.closed[holder][-1] for holder in changes)
        try:
            self.pen.append(draft)
        except RefusedError as refused:
            about_date = {one.message[:9] for one in refused.objections}
            assert shut == ("The books" in about_date)
            return None
        assert not shut
        return str(draft.id)

    @rule(holder=holders, on=days)
    def spend(self, holder, on):
        fact = MoneySpent(account=holder, project=WELL, amount=ONE)
        if id := self.tried(fact, on, changes=[holder]):
            self.moved.append((id, {holder}))

    @rule(source=holders, on=days)
    def send(self, source, on):
        target = VILLAGE if source == COUNTY else COUNTY
        if id := self.tried(
            MoneySent(source=source, target=target, amount=cny("2.00")), on, changes=[source]
        ):
            self.sent.append((id, source, target))

    @precondition(lambda self: self.sent)
    @rule(data=st.data(), on=days)
    def confirm(self, data, on):
        sent, _source, target = data.draw(st.sampled_from(self.sent))
        self.tried(MoneyConfirmed(movement=sent, amount=ONE), on, changes=[target])

    @precondition(lambda self: self.moved)
    @rule(data=st.data(), on=days)
    def reverse(self, data, on):
        wrong, holders = data.draw(st.sampled_from(self.moved))
        self.tried(MovementReversed(movement=wrong, reason="-"), on, changes=holders)

    @rule(holder=holders, until=days, on=days)
    def close(self, holder, until, on):
        try:
            self.pen.record(PeriodClosed(holder=holder, until=until), on=on)
        except RefusedError:
            assert until >= on or (self.closed[holder] and until <= self.closed[holder][-1])
            return
        self.closed[holder].append(until)
        self.asked[holder] = None

    @rule(holder=holders, post=st.sampled_from("ab"))
    def ask(self, holder, post):
        try:
            self.pen.append(Draft(new_id(), MARCH, post, ask(holder)))
        except RefusedError:
            assert self.asked[holder] or not self.closed[holder]
            return
        self.asked[holder] = post

    @rule(holder=holders, post=st.sampled_from("ab"))
    def reopen(self, holder, post):
        try:
            self.pen.append(Draft(new_id(), MARCH, post, PeriodReopened(holder=holder)))
        except RefusedError:
            assert self.asked[holder] in {None, post}
            return
        assert self.asked[holder] not in {None, post}
        self.closed[holder].pop()
        self.asked[holder] = None

    @invariant()
    def every_account_is_closed_as_its_books_are(self):
        for account, holder in ((COUNTY, COUNTY), (CASH, COUNTY), (VILLAGE, VILLAGE)):
            until = self.closed[holder][-1] if self.closed[holder] else None
            assert self.pen.the("account", account).closed_until == until

    def teardown(self):
        before = self.pen.tables()
        journal.rebuild(self.pen.programme)
        assert self.pen.tables() == before
        found = answers(journal, self.pen.programme, invariants=invariants)
        assert [answer for answer in found if answer.wrong] == []


QUICK = settings(max_examples=12, stateful_step_count=25, phases=[Phase.generate])


def test_nothing_ever_enters_a_closed_period(db):
    run_state_machine_as_test(Accountants, settings=QUICK)


@pytest.mark.long
def test_nothing_ever_enters_a_closed_period_for_long(db):
    long = settings(max_examples=15, stateful_step_count=50)
    run_state_machine_as_test(Accountants, settings=long)
