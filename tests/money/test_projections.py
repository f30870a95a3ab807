"""What becomes of a money fact in the read models; and which movement it is in the trace."""

import re
from datetime import date

import pytest

from cairn.catalog import journal
from cairn.journal.files import keep
from cairn.journal.sealing import answers_of
from cairn.money.facts import (
    GrantPledged,
    InterestReceived,
    MoneyRepaid,
    MoneySpent,
    OpeningBalanceStated,
    PaymentEvidenced,
    PledgeChanged,
)
from cairn.money.projections import Evidence, GiftInKind, Movement, in_transit_minor
from cairn.trace.policy import Kind
from cairn.values import Theme
from cast import DAY, a_picture, cny, named
from money.test_rules import (
    AT_ONE_ACCOUNT,
    BETWEEN_ACCOUNTS,
    EXCHANGED,
    GIVEN,
    HUNDRED,
    OFFICE,
    PHOTO,
    SENT,
    SPENT,
    WATER,
    WELL,
    confirmed,
    evidence,
    reversal,
    voided,
)


def movements(pen):
    return Movement.objects.filter(programme=pen.programme).order_by("position", "id")


@pytest.mark.parametrize("fact", AT_ONE_ACCOUNT + BETWEEN_ACCOUNTS, ids=lambda fact: fact.kind)
def test_a_fact_is_the_movement_that_its_docstring_says(cast, fact):
    row = cast.the("movement", cast.movement(fact))

    assert Kind(row.kind).name.lower() in _documented(type(fact))
    assert (row.fact, row.happened_on) == (fact.kind, DAY)
    assert (row.amount_minor, row.currency) == (10_000, "CNY")


@pytest.mark.parametrize("answer", [confirmed, voided, reversal], ids=lambda make: make.__name__)
def test_an_answer_is_the_movement_that_its_docstring_says(cast, answer):
    sent = cast.movement(SENT)
    fact = answer(sent)

    row = cast.the("movement", cast.movement(fact))

    assert [Kind(row.kind).name.lower()] == _documented(type(fact))
    assert (row.of, row.currency) == (sent, "CNY")


def test_every_kind_that_moves_money_says_what_it_is_in_the_trace():
    silent = {
        "account-opened",
        "grant-pledged",
        "pledge-changed",
        "evidence-attached",
        "payment-evidenced",
        "gift-in-kind-given",
        "period-closed",
        "period-reopening-asked",
        "period-reopened",
        "balance-stated-by-bank",
        "evidence-withdrawn",
        "gift-in-kind-withdrawn",
    }

    assert {
        name.removeprefix("money.")
        for name, kind in journal.kinds.items()
        if name.startswith("money.") and not _documented(kind)
    } == silent


def test_a_restriction_is_kept_with_its_grant(cast):
    cast.record(
        GrantPledged(
            grant="g",
            name=named("G"),
            sponsor="water-bureau",
            amount=cny("5.00"),
            places=("qarasu", "石桥村"),
            themes=(Theme.WATER,),
            projects=(WELL,),
            until=date(2026, 6, 30),
        )
    )

    grant = cast.the("grant", "g")
    assert (grant.places, grant.themes) == (["qarasu", "石桥村"], ["water"])
    assert (grant.projects, grant.until) == ([WELL], date(2026, 6, 30))


def test_a_changed_pledge_is_the_whole_pledge_from_then_on(cast):
    cast.record(PledgeChanged(grant=WATER, amount=cny("1200000.00"), reason="Second phase"))

    assert cast.the("grant", WATER).amount_minor == 120_000_000


def test_a_payment_keeps_who_was_paid_and_on_which_voucher(cast):
    payment = cast.movement(
        MoneySpent(
            account=OFFICE,
            project=WELL,
            amount=HUNDRED,
            grant=WATER,
            paid_to="kunlun-drilling",
            voucher="记-0042",
        )
    )

    row = cast.the("movement", payment)
    assert (row.source, row.target, row.grant) == (OFFICE, WELL, WATER)
    assert (row.payee, row.voucher) == ("kunlun-drilling", "记-0042")


def test_an_opening_balance_of_a_grant_is_received_and_one_of_none_comes_from_nowhere(cast):
    known = OpeningBalanceStated(account=OFFICE, amount=HUNDRED, grant=WATER)
    unknown = OpeningBalanceStated(account=OFFICE, amount=HUNDRED)

    of_grant, of_none = (cast.the("movement", cast.movement(f)) for f in (known, unknown))

    assert (of_grant.kind, of_grant.source, of_grant.grant) == (Kind.RECEIVE, "~opening", WATER)
    assert (of_none.kind, of_none.source, of_none.grant) == (Kind.MOVE, "~opening", "")


def test_interest_belongs_to_the_grant_it_names_or_to_none(cast):
    named_one = InterestReceived(account=OFFICE, amount=HUNDRED, grant=WATER)
    none = InterestReceived(account=OFFICE, amount=HUNDRED)

    for fact, grant in ((named_one, WATER), (none, "~interest")):
        row = cast.the("movement", cast.movement(fact))
        assert (row.kind, row.source, row.grant) == (Kind.RECEIVE, "~interest", grant)


def test_what_is_repaid_leaves_the_programme_of_its_grant(cast):
    fact = MoneyRepaid(account=OFFICE, grant=WATER, amount=HUNDRED, reason="Left over")

    row = cast.the("movement", cast.movement(fact))

    assert (row.kind, row.target, row.grant) == (Kind.SPEND, "~repaid", WATER)
    assert row.note == "Left over"


def test_an_exchange_leaves_in_one_currency_and_enters_in_the_other(cast):
    exchange = cast.movement(EXCHANGED)

    out, into = cast.the("movement", exchange), cast.the("movement", f"{exchange}/2")
    assert (out.kind, out.source, out.target) == (Kind.SPEND, "county-dollars", "~exchange")
    assert (into.kind, into.source, into.target) == (Kind.RECEIVE, "~exchange", OFFICE)
    assert (out.amount_minor, out.currency) == (10_000, "USD")
    assert (into.amount_minor, into.currency) == (71_100, "CNY")
    assert (out.grant, into.grant) == (WATER, WATER)
    assert out.note == into.note == "7.11"


def test_an_exchange_is_reversed_with_both_its_halves(cast):
    exchange = cast.movement(EXCHANGED)
    undone = cast.movement(reversal(exchange))

    for leg in ("", "/2"):
        assert cast.the("movement", exchange + leg).reversed_by == undone
        assert cast.the("movement", undone + leg).of == exchange + leg


def test_a_short_confirmation_leaves_the_rest_in_transit(cast):
    sent = cast.movement(SENT)

    cast.record(confirmed(sent, "99.99"))

    assert in_transit_minor(cast.the("movement", sent)) == 1


def test_a_voided_sending_has_nothing_in_transit(cast):
    sent = cast.movement(SENT)

    back = cast.movement(voided(sent))

    assert cast.the("movement", sent).voided_by == back
    assert in_transit_minor(cast.the("movement", sent)) == 0


def test_a_reversed_confirmation_puts_its_amount_back_in_transit(cast):
    sent = cast.movement(SENT)
    arrived = cast.movement(confirmed(sent, "60.00"))

    undone = cast.movement(reversal(arrived))

    assert in_transit_minor(cast.the("movement", sent)) == 10_000
    assert cast.the("movement", arrived).reversed_by == undone


def test_a_reversed_void_leaves_the_sending_in_transit(cast):
    sent = cast.movement(SENT)

    cast.record(reversal(cast.movement(voided(sent))))

    assert in_transit_minor(cast.the("movement", sent)) == 10_000


def test_a_reversed_sending_has_nothing_in_transit(cast):
    sent = cast.movement(SENT)

    cast.record(reversal(sent))

    assert in_transit_minor(cast.the("movement", sent)) == 0


def test_only_a_sending_is_ever_in_transit(cast):
    payment = cast.movement(SPENT)

    assert in_transit_minor(cast.the("movement", payment)) == 0


def test_evidence_is_counted_on_its_payment_and_what_it_is_is_under_seal(cast):
    payment = cast.movement(SPENT)
    photo = keep(cast.programme, a_picture())
    shown = PaymentEvidenced(movement=payment, sha256=photo, caption=named("Pump"))

    cast.record(shown)
    cast.record(evidence(payment))  # of a kind that has a successor

    kept = Evidence.objects.filter(programme=cast.programme, movement=payment)
    answers = answers_of(cast.programme, [each.id for each in kept])
    assert {answers[each.id]["sha256"] for each in kept} == {photo, PHOTO}
    assert cast.the("movement", payment).evidence == 2


def test_a_gift_in_kind_is_valued_and_no_movement(cast):
    cast.record(GIVEN)

    gift = GiftInKind.objects.get(programme=cast.programme)
    assert (gift.sponsor, gift.project, gift.what) == ("water-bureau", WELL, {"en": "Pipe"})
    assert (gift.quantity, gift.unit, gift.worth_minor, gift.currency) == (120, "m", 10_000, "CNY")
    assert not movements(cast).exists()


def test_movements_stand_in_the_order_in_which_they_were_recorded(cast):
    first = cast.movement(SENT, on=date(2025, 5, 1))
    second = cast.movement(SPENT, on=date(2025, 4, 1))

    assert [row.id for row in movements(cast)] == [first, second]


def _documented(kind) -> list[str]:
    """The movements that a kind's docstring names after “In the trace:”."""
    _before, _said, after = kind.__doc__.partition("In the trace:")
    return [word for word in re.findall(r"`(\w+)`", after) if word.upper() in Kind.__members__]
