"""What the journal takes about money, and what it refuses with which sentence."""

from datetime import date
from uuid import UUID

import pytest

from cairn.journal.entry import Refused
from cairn.money.facts import (
    AccountOpened,
    BankFeeCharged,
    EvidenceAttached,
    GiftInKindGiven,
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
    PledgeChanged,
    SendingVoided,
)
from cairn.values import Money
from cast import DAY, cny, named

BEFORE, AFTER, LATER = date(2025, 2, 28), date(2025, 3, 2), date(2025, 3, 9)

HUNDRED = cny("100.00")
DOLLARS = Money.of("100.00", "USD")
OFFICE, CASH, VILLAGE = "county-office", "county-cash", "qarasu-committee"
WATER, WELL = "water-2025", "qarasu-well"
PHOTO = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

SENT = MoneySent(source=OFFICE, target=VILLAGE, amount=HUNDRED)
SPENT = MoneySpent(account=OFFICE, project=WELL, amount=HUNDRED)

AT_ONE_ACCOUNT = [
    OpeningBalanceStated(account=OFFICE, amount=HUNDRED),
    MoneyReceived(grant=WATER, account=OFFICE, amount=HUNDRED),
    MoneyRepaid(account=OFFICE, grant=WATER, amount=HUNDRED, reason="Left over"),
    SPENT,
    BankFeeCharged(account=OFFICE, amount=HUNDRED),
    InterestReceived(account=OFFICE, amount=HUNDRED),
]
BETWEEN_ACCOUNTS = [
    SENT,
    MoneyMoved(source=OFFICE, target=VILLAGE, amount=HUNDRED),
    MoneyReturned(source=OFFICE, target=VILLAGE, amount=HUNDRED, reason="Cheaper"),
]

REVERSED_ALREADY = {"movement": "This movement was reversed already."}


def by_kind(facts):
    return pytest.mark.parametrize("fact", facts, ids=lambda fact: fact.kind)


def confirmed(movement, amount="100.00"):
    return MoneyConfirmed(movement=movement, amount=cny(amount))


def voided(movement):
    return SendingVoided(movement=movement, reason="Refused by the bank")


def reversal(movement):
    return MovementReversed(movement=movement, reason="Entered twice")


def evidence(movement):
    return EvidenceAttached(movement=movement, sha256=PHOTO, caption=named("The pump"))


# Accounts and their currency


@by_kind(AT_ONE_ACCOUNT + BETWEEN_ACCOUNTS)
def test_an_amount_in_the_currency_of_its_account_is_taken(cast, fact):
    assert not cast.objections(fact)


@by_kind(AT_ONE_ACCOUNT)
def test_an_amount_in_another_currency_than_its_account_is_refused(cast, fact):
    in_dollars = fact.model_copy(update={"amount": DOLLARS})

    assert cast.objections(in_dollars) == {
        "amount": "The account county-office is kept in CNY, not in USD."
    }


@by_kind(BETWEEN_ACCOUNTS)
def test_money_goes_between_accounts_of_its_currency(cast, fact):
    out_of_dollars = fact.model_copy(update={"source": "county-dollars"})
    into_dollars = fact.model_copy(update={"target": "county-dollars"})

    sentence = "The account county-dollars is kept in USD, not in CNY."
    assert cast.objections(out_of_dollars) == {"amount": sentence}
    assert cast.objections(into_dollars) == {"target": sentence}


@by_kind(BETWEEN_ACCOUNTS)
def test_money_goes_to_another_account_than_it_came_from(cast, fact):
    in_a_circle = fact.model_copy(update={"target": fact.source})

    assert cast.objections(in_a_circle) == {
        "target": "It must go to another account than it came from."
    }


@by_kind([*AT_ONE_ACCOUNT[1:], *BETWEEN_ACCOUNTS])
def test_money_moves_only_where_an_account_was_opened(cast, fact):
    field = "account" if hasattr(fact, "account") else "source"

    assert cast.objections(fact.model_copy(update={field: "mattress"})) == {
        field: "There is no account ‘mattress’ in this programme."
    }


def test_an_account_is_held_by_an_organisation_on_record(cast):
    account = AccountOpened(account="a", name=named("A"), holder="somebody", currency="CNY")

    assert cast.objections(account) == {
        "holder": "There is no organisation ‘somebody’ in this programme."
    }


# Beyond the balance


def test_spending_beyond_what_is_on_record_is_taken_because_records_arrive_late(cast):
    fortune = MoneySpent(account=OFFICE, project=WELL, amount=cny("9999999999999.99"))

    assert not cast.objections(fortune)


@pytest.mark.parametrize("grant", [None, WATER])
def test_sending_what_never_came_in_is_taken(cast, grant):
    assert not cast.objections(SENT.model_copy(update={"grant": grant}))


# Exchange


EXCHANGED = MoneyExchanged(
    source="county-dollars",
    target=OFFICE,
    grant=WATER,
    amount=DOLLARS,
    arrived=cny("711.00"),
    rate="7.11",
)


def test_an_exchange_between_two_currencies_is_taken(cast):
    assert not cast.objections(EXCHANGED)


def test_an_exchange_within_one_currency_is_refused(cast):
    same = EXCHANGED.model_copy(update={"source": CASH, "amount": HUNDRED})

    assert cast.objections(same) == {"arrived": "An exchange is between two currencies."}


def test_each_amount_of_an_exchange_has_the_currency_of_its_account(cast):
    crossed = EXCHANGED.model_copy(update={"source": OFFICE, "target": "county-dollars"})

    assert cast.objections(crossed) == {
        "amount": "The account county-office is kept in CNY, not in USD.",
        "arrived": "The account county-dollars is kept in USD, not in CNY.",
    }


# Grants and gifts


PLEDGED = GrantPledged(grant="roads", name=named("R"), sponsor="water-bureau", amount=HUNDRED)
GIVEN = GiftInKindGiven(
    sponsor="water-bureau",
    project=WELL,
    what=named("Pipe"),
    quantity=120,
    unit="m",
    worth=HUNDRED,
)


def test_a_sponsor_pledges_and_gives(cast):
    assert not cast.objections(PLEDGED)
    assert not cast.objections(GIVEN)


@pytest.mark.parametrize("other", ["county-office", "qarasu-committee", "kunlun-drilling"])
def test_only_a_sponsor_pledges(cast, other):
    assert cast.objections(PLEDGED.model_copy(update={"sponsor": other})) == {
        "sponsor": "Only a sponsor pledges money; this is no sponsor."
    }


@pytest.mark.parametrize("other", ["county-office", "qarasu-committee", "kunlun-drilling"])
def test_only_a_sponsor_gives(cast, other):
    assert cast.objections(GIVEN.model_copy(update={"sponsor": other})) == {
        "sponsor": "Only a sponsor gives; this is no sponsor."
    }


def test_no_grant_is_called_unexplained(cast):
    assert cast.objections(PLEDGED.model_copy(update={"grant": "unexplained"})) == {
        "grant": "‘unexplained’ cannot be a grant's id: it means no grant."
    }


def test_a_grant_can_be_spent_when_it_is_pledged(cast):
    assert cast.objections(PLEDGED.model_copy(update={"until": BEFORE})) == {
        "until": "It must be possible to spend it: choose a later day."
    }
    assert not cast.objections(PLEDGED.model_copy(update={"until": DAY}))


@pytest.mark.parametrize(
    ("field", "thing"), [("places", "place"), ("projects", "project")], ids=["place", "project"]
)
def test_a_restriction_names_what_is_on_record(cast, field, thing):
    nowhere = PLEDGED.model_copy(update={field: ("qarasu", "qarasu-well", "nowhere")})

    assert cast.objections(nowhere)[field] == f"There is no {thing} ‘nowhere’ in this programme."


def test_a_pledge_keeps_its_currency(cast):
    more = PledgeChanged(grant=WATER, amount=cny("2000000.00"), reason="Second phase")

    assert not cast.objections(more)
    assert cast.objections(more.model_copy(update={"amount": DOLLARS})) == {
        "amount": "This grant was pledged in CNY."
    }


# Confirming


def test_what_was_sent_may_arrive_in_parts_and_whole(cast):
    sent = cast.movement(SENT)

    assert not cast.objections(confirmed(sent, "30.00"))
    assert not cast.objections(confirmed(sent, "70.00"))
    assert cast.objections(confirmed(sent, "0.01")) == {
        "movement": "All of it has arrived; nothing is in transit."
    }


def test_no_more_arrives_than_is_in_transit(cast):
    sent = cast.movement(SENT)
    cast.record(confirmed(sent, "30.00"))

    assert cast.objections(confirmed(sent, "70.01")) == {
        "amount": "Only CNY 70.00 of it is in transit."
    }


def test_no_more_arrives_than_is_in_transit_within_one_batch(cast):
    sent = cast.draft(SENT)
    parts = [cast.draft(confirmed(str(sent.id), "60.00")) for _part in range(2)]

    _sent, first, second = cast.batch(sent, *parts)

    assert first.position
    assert isinstance(second, Refused)
    assert second.objections[0].message == "Only CNY 40.00 of it is in transit."


def test_what_arrives_is_in_the_currency_it_was_sent_in(cast):
    sent = cast.movement(SENT)

    assert cast.objections(MoneyConfirmed(movement=sent, amount=DOLLARS)) == {
        "amount": "It was sent in CNY."
    }


def test_nothing_arrives_before_it_was_sent(cast):
    sent = cast.movement(SENT, on=DAY)

    assert cast.objections(confirmed(sent), on=BEFORE) == {
        "happened_on": "It was sent only on 2025-03-01."
    }
    assert not cast.objections(confirmed(sent), on=DAY)


@pytest.mark.parametrize("answer", [confirmed, voided], ids=["confirm", "void"])
@by_kind([fact for fact in AT_ONE_ACCOUNT + BETWEEN_ACCOUNTS if fact is not SENT])
def test_only_what_was_sent_can_arrive_or_come_back(cast, fact, answer):
    movement = cast.movement(fact)

    assert cast.objections(answer(movement)) == {
        "movement": "Only money that was sent can arrive or come back."
    }


@pytest.mark.parametrize(
    "answer", [confirmed, voided, reversal, evidence], ids=lambda answer: answer.__name__
)
def test_an_answer_names_a_movement_on_record(cast, answer):
    nobody = str(UUID(int=0))

    assert cast.objections(answer(nobody)) == {
        "movement": f"There is no movement ‘{nobody}’ in this programme."
    }


# Voiding


def test_what_is_in_transit_comes_back_once(cast):
    sent = cast.movement(SENT)

    assert not cast.objections(voided(sent))
    assert cast.objections(voided(sent)) == {
        "movement": "What was left of it has come back to the sender."
    }
    assert cast.objections(confirmed(sent)) == {
        "movement": "What was left of it has come back to the sender."
    }


def test_the_rest_of_what_arrived_in_part_comes_back(cast):
    sent = cast.movement(SENT)
    cast.record(confirmed(sent, "30.00"))

    assert not cast.objections(voided(sent))


def test_what_has_all_arrived_does_not_come_back(cast):
    sent = cast.movement(SENT)
    cast.record(confirmed(sent))

    assert cast.objections(voided(sent)) == {
        "movement": "All of it has arrived; nothing is in transit."
    }


def test_nothing_comes_back_before_it_was_sent_or_a_part_of_it_arrived(cast):
    sent = cast.movement(SENT, on=DAY)
    late = {"happened_on": "It cannot be dated before 2025-03-01, when the movement last changed."}

    assert cast.objections(voided(sent), on=BEFORE) == late
    cast.record(confirmed(sent, "30.00"), on=AFTER)
    assert "2025-03-02" in cast.objections(voided(sent), on=DAY)["happened_on"]
    assert not cast.objections(voided(sent), on=AFTER)


def test_what_came_back_on_a_wrong_day_is_recorded_again_on_its_true_one(cast):
    sent = cast.movement(SENT, on=DAY)
    cast.record(reversal(cast.movement(voided(sent), on=LATER)), on=LATER)

    assert not cast.objections(voided(sent), on=AFTER)


# Reversing


@by_kind(AT_ONE_ACCOUNT + BETWEEN_ACCOUNTS + [EXCHANGED])
def test_every_movement_can_be_reversed_once(cast, fact):
    movement = cast.movement(fact)

    assert not cast.objections(reversal(movement))
    assert cast.objections(reversal(movement)) == REVERSED_ALREADY


@pytest.mark.parametrize("answer", [confirmed, voided], ids=["confirm", "void"])
def test_an_answer_to_a_sending_can_be_reversed_once(cast, answer):
    sent = cast.movement(SENT)
    answered = cast.movement(answer(sent))

    assert not cast.objections(reversal(answered))
    assert cast.objections(reversal(answered)) == REVERSED_ALREADY


@pytest.mark.parametrize("answer", [confirmed, voided], ids=["confirm", "void"])
def test_what_fell_with_its_sending_cannot_be_reversed_as_well(cast, answer):
    sent = cast.movement(SENT)
    answered = cast.movement(answer(sent))
    cast.record(reversal(sent))

    assert cast.objections(reversal(answered)) == REVERSED_ALREADY


@pytest.mark.parametrize("answer", [confirmed, voided], ids=["confirm", "void"])
def test_what_was_reversed_neither_arrives_nor_comes_back(cast, answer):
    sent = cast.movement(SENT)
    cast.record(reversal(sent))

    assert cast.objections(answer(sent)) == REVERSED_ALREADY


def test_a_reversal_cannot_be_reversed(cast):
    undone = cast.movement(reversal(cast.movement(SPENT)))

    assert cast.objections(reversal(undone)) == {
        "movement": "A reversal cannot be reversed; record the movement again."
    }


def test_nothing_is_reversed_before_it_happened_or_was_answered(cast):
    sent = cast.movement(SENT, on=DAY)

    assert set(cast.objections(reversal(sent), on=BEFORE)) == {"happened_on"}
    cast.record(confirmed(sent), on=AFTER)
    assert set(cast.objections(reversal(sent), on=DAY)) == {"happened_on"}
    assert not cast.objections(reversal(sent), on=AFTER)


def test_nothing_is_reversed_before_what_was_undone_of_it(cast):
    sent = cast.movement(SENT, on=DAY)
    cast.record(reversal(cast.movement(confirmed(sent), on=DAY)), on=LATER)

    assert set(cast.objections(reversal(sent), on=AFTER)) == {"happened_on"}
    assert not cast.objections(reversal(sent), on=LATER)


def test_what_a_reversed_confirmation_took_is_in_transit_again(cast):
    sent = cast.movement(SENT)
    cast.record(reversal(cast.movement(confirmed(sent, "80.00"))))

    assert not cast.objections(confirmed(sent, "100.00"))


def test_what_came_back_by_mistake_may_arrive_after_all(cast):
    sent = cast.movement(SENT)
    cast.record(reversal(cast.movement(voided(sent))))

    assert not cast.objections(confirmed(sent))


# Evidence


@by_kind([SPENT, BankFeeCharged(account=OFFICE, amount=HUNDRED)])
def test_evidence_shows_what_a_payment_bought(cast, fact):
    payment = cast.movement(fact)

    assert not cast.objections(evidence(payment))


@by_kind([SENT, MoneyReceived(grant=WATER, account=OFFICE, amount=HUNDRED)])
def test_what_was_no_payment_has_no_evidence(cast, fact):
    movement = cast.movement(fact)

    assert cast.objections(evidence(movement)) == {
        "movement": "Evidence shows what a payment bought; this is none."
    }


def test_a_payment_that_was_reversed_takes_no_evidence(cast):
    payment = cast.movement(SPENT)
    cast.record(reversal(payment))

    assert cast.objections(evidence(payment)) == REVERSED_ALREADY


def test_a_movement_is_named_as_ids_are_written(cast):
    sent = cast.movement(SENT)

    with pytest.raises(ValueError, match="pattern"):
        confirmed(sent.upper())
