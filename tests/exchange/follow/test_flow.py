"""What published transactions become as movements, and where the money of each source ends."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.exchange.follow.plan import Became, What
from cairn.exchange.follow.run import UnknownActivityError
from cairn.exchange.follow.trace import How, Voice
from iati_texts import followed, put, reconciles, table


def ends(result):
    """(how, where, source) → amount in whole units."""
    return {
        (end.how.name, end.place.id, f"{end.source.what.name} {end.source.id}"): end.amount / 100
        for end in result.flows.ends
    }


def steps(result):
    """(giver, taker) → amount in whole units, all sources together."""
    totals = Counter()
    for step in result.flows.steps:
        totals[step.giver.id, step.taker.id] += step.amount / 100
    return totals


def test_money_is_followed_through_a_chain_to_where_it_is_spent(tmp_path):
    result = followed(
        tmp_path,
        """
        A1  1  2020-01-01  100  USD  donor-7
        A1  3  2020-01-02  100  USD  B1
        B1  1  2020-01-03  100  USD  A1
        B1  4  2020-01-09   80  USD  -  shop
        """,
    )

    assert ends(result) == {
        ("SPENT", "shop", "OUTSIDE_ACTIVITY donor-7"): 80,
        ("STANDING", "B1", "OUTSIDE_ACTIVITY donor-7"): 20,
    }
    assert [(s.hop, s.giver.id, s.taker.id) for s in result.flows.steps] == [
        (1, "donor-7", "A1"),
        (2, "A1", "B1"),
        (3, "B1", "shop"),
    ]


def test_what_only_the_sender_says_stays_in_transit(tmp_path):
    result = followed(
        tmp_path,
        """
        A1  3  2020-01-02  100  USD  B1
        B1  1  2020-01-01    7  USD  -  C
        """,
    )

    assert ends(result)["IN_TRANSIT", "B1", "OWN_FUNDS A"] == 100
    assert sum(step.by_voice[Voice.ONLY_SENDER] for step in result.flows.steps) == 10000


def test_what_only_the_receiver_says_moves_on_its_word(tmp_path):
    result = followed(
        tmp_path,
        """
        A1  1  2020-01-01  500  USD  -  donor
        B1  1  2020-01-02  100  USD  A1
        """,
    )

    assert ends(result) == {
        ("STANDING", "A1", "ORGANISATION donor"): 400,
        ("STANDING", "B1", "ORGANISATION donor"): 100,
    }
    assert sum(step.by_voice[Voice.ONLY_RECEIVER] for step in result.flows.steps) == 10000


def test_a_short_arrival_leaves_the_rest_in_transit(tmp_path):
    result = followed(
        tmp_path,
        """
        A1  3  2020-01-02  100  USD  B1
        B1  1  2020-01-03   60  USD  A1
        """,
    )

    assert ends(result) == {
        ("STANDING", "B1", "OWN_FUNDS A"): 60,
        ("IN_TRANSIT", "B1", "OWN_FUNDS A"): 40,
    }


def test_three_instalments_and_their_one_total_are_not_counted_twice(tmp_path):
    result = followed(
        tmp_path,
        """
        A1  3  2020-01-02   30  USD  B1
        A1  3  2020-05-02   30  USD  B1
        A1  3  2020-09-02   40  USD  B1
        B1  1  2020-12-31  100  USD  A1
        """,
    )

    assert steps(result)["A1", "B1"] == 100
    assert ends(result) == {("STANDING", "B1", "OWN_FUNDS A"): 100}


def test_what_was_paid_to_the_receivers_organisation_is_not_counted_twice(tmp_path):
    result = followed(
        tmp_path,
        """
        A1  3  2020-01-02  150  USD  -   B
        B1  1  2020-01-03  100  USD  A1
        """,
    )

    assert steps(result)["A1", "B1"] == 100
    assert ends(result) == {
        ("STANDING", "B1", "OWN_FUNDS A"): 100,
        ("SPENT", "B", "OWN_FUNDS A"): 50,
    }


def test_a_receipt_dated_before_its_sending_confirms_it_all_the_same(tmp_path):
    result = followed(
        tmp_path,
        """
        B1  1  2020-01-01  100  USD  A1
        A1  3  2020-01-20  100  USD  B1
        """,
    )

    assert ends(result) == {("STANDING", "B1", "OWN_FUNDS A"): 100}


def test_an_activity_to_which_nothing_comes_spends_its_organisations_own_funds(tmp_path):
    result = followed(tmp_path, "A1  4  2020-01-01  100  USD  -  shop")

    assert ends(result) == {("SPENT", "shop", "OWN_FUNDS A"): 100}


def test_in_all_other_activities_what_nothing_covers_is_unexplained(tmp_path):
    result = followed(
        tmp_path,
        """
        A1  1  2020-01-01   60  USD  -  donor
        A1  4  2020-01-02  100  USD  -  shop
        A1  4  2020-01-02    5  EUR  -  shop
        """,
    )

    by_currency = {(e.currency, e.source.id): e.amount for e in result.flows.ends}
    assert by_currency == {
        ("USD", "donor"): 6000,
        ("USD", "unexplained"): 4000,
        ("EUR", "unexplained"): 500,
    }


def test_within_a_day_money_passes_through_in_the_order_of_the_chain(tmp_path):
    result = followed(
        tmp_path,
        """
        C1  4  2020-01-01  100  USD  -  shop
        C1  1  2020-01-01  100  USD  B1
        B1  3  2020-01-01  100  USD  C1
        B1  1  2020-01-01  100  USD  A1
        A1  3  2020-01-01  100  USD  B1
        """,
    )

    assert ends(result) == {("SPENT", "shop", "OWN_FUNDS A"): 100}


def test_money_going_in_a_circle_comes_to_an_end(tmp_path):
    result = followed(
        tmp_path,
        """
        A1  3  2020-01-01  100  USD  B1
        B1  1  2020-01-02  100  USD  A1
        B1  3  2020-01-03   40  USD  A1
        A1  1  2020-01-04   40  USD  B1
        """,
    )

    assert ends(result) == {
        ("STANDING", "A1", "UNEXPLAINED unexplained"): 40,
        ("STANDING", "B1", "UNEXPLAINED unexplained"): 60,
    }


def test_money_that_names_its_own_activity_as_provider_is_own_funds(tmp_path):
    result = followed(tmp_path, "A1  1  2020-01-01  100  USD  A1")

    assert ends(result) == {("STANDING", "A1", "OWN_FUNDS A"): 100}


def test_currencies_are_never_added(tmp_path):
    result = followed(
        tmp_path,
        """
        A1  3  2020-01-01  100  USD  B1
        A1  3  2020-01-01  100  EUR  B1
        B1  1  2020-01-01  100  USD  A1
        """,
    )

    assert {(e.currency, e.how, e.amount) for e in result.flows.ends} == {
        ("USD", How.STANDING, 10000),
        ("EUR", How.IN_TRANSIT, 10000),
    }


def test_each_row_has_become_something_and_promises_are_no_money(tmp_path):
    result = followed(
        tmp_path,
        """
        A1   2  2020-01-01  100  USD  B1
        A1  12  2020-01-01  100  USD  B1
        A1  10  2020-01-01  100  USD  B1
        A1   6  2020-01-01  100  USD  B1
        A1   3  2020-01-01   -5  USD  B1
        A1   3  2020-01-01    0  USD  B1
        A1   3  2020-01-01    9  USD  A1
        B1  11  2020-01-01  100  USD  A1
        """,
    )

    assert result.became() == {
        Became.PROMISE: 4,
        Became.DEBT_SERVICE: 1,
        Became.CORRECTION: 1,
        Became.ZERO: 1,
        Became.PAYS_ITSELF: 1,
    }
    assert result.flows.steps == result.flows.ends == []
    assert list(result.plan.corrections.values()) == [(1, -500)]


def test_from_an_activity_only_what_goes_down_from_it_is_shown(tmp_path):
    text = """
        A1  3  2020-01-01  100  USD  B1
        X1  3  2020-01-01   50  USD  B1
        B1  1  2020-01-02  100  USD  A1
        B1  1  2020-01-02   50  USD  X1
        B1  4  2020-01-03  150  USD  -  shop
        Y1  4  2020-01-03    9  USD  -  shop
        """

    result = followed(tmp_path, text, start="A1")

    assert ends(result) == {
        ("SPENT", "shop", "ACTIVITY A1"): 100,
        ("SPENT", "shop", "ACTIVITY X1"): 50,
    }
    assert result.became()[Became.ELSEWHERE] == 2


def test_money_that_comes_back_to_the_start_has_ended_there(tmp_path):
    text = """
        A1  3  2020-01-01  100  USD  B1
        B1  1  2020-01-02  100  USD  A1
        B1  3  2020-01-03   40  USD  A1
        """

    result = followed(tmp_path, text, start="A1")

    assert ends(result)["SPENT", "A1", "ACTIVITY A1"] == 40


def test_an_unknown_start_is_told_with_what_is_close(tmp_path):
    with pytest.raises(UnknownActivityError, match="did you mean ‘GB-1-200’"):
        followed(tmp_path, "GB-1-200  3  2020-01-01  1  USD", start="GB-1-20O")


names = st.sampled_from(["A1", "B1", "C1", "D1"])
lines = st.lists(
    st.tuples(
        names,
        st.sampled_from([1, 2, 3, 3, 4, 1, 7, 11]),
        st.integers(1, 20),
        st.sampled_from([-5, 0, 1, 10, 10, 25]),
        st.sampled_from(["USD", "EUR"]),
        st.sampled_from(["A1", "B1", "C1", "X9", "-"]),
        st.sampled_from(["", "A", "B"]),
    ),
    min_size=1,
    max_size=25,
)


@given(lines=lines, start=st.sampled_from([None, "first"]))
def test_every_source_is_accounted_for_whatever_is_published(lines, start, tmp_path_factory):
    text = "\n".join(
        f"{name} {code} 2020-01-{day:02} {value} {currency} {far} {org}"
        for name, code, day, value, currency, far, org in lines
    )

    result = followed(tmp_path_factory.mktemp("f"), text, start=start and lines[0][0])

    assert len(result.published) == len(lines)
    assert reconciles(result.published)
    assert sum(result.became().values()) == len(lines)
    ended, began = Counter(), Counter()
    for end in result.flows.ends:
        assert end.amount > 0
        ended[end.source, end.currency] += end.amount
    for step in result.flows.steps:
        assert step.amount == sum(step.by_voice)
        if step.giver == step.source:
            began[step.source, step.currency] += step.amount
    named = {
        key: total
        for key, total in ended.items()
        if key[0].what not in {What.UNEXPLAINED, What.ACTIVITY}
    }
    assert named == {key: began[key] for key in named}


def test_the_input_of_tests_is_what_it_looks_like(tmp_path):
    (path,) = put(tmp_path, table("A1  3  2020-01-01  100  USD  B1  B"))

    assert '<receiver-org receiver-activity-id="B1" ref="B"/>' in path.read_text()
