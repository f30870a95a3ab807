"""Each sentence of the trace's semantics, worked out by hand, held by reference and kernel alike."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.trace import kernel, loops, reference
from cairn.trace.columns import (
    Movements,
    Objection,
    TooMuchMoneyError,
    Trace,
    UnsoundMovementsError,
)
from cairn.trace.policy import Policy

GRANT_FIFO, FIFO, PRO_RATA = Policy.GRANT_FIFO, Policy.FIFO, Policy.PRO_RATA

Traces = Callable[[Movements, Policy], Trace]


@pytest.fixture(params=[reference.trace, kernel.trace], ids=["reference", "kernel"])
def trace(request) -> Traces:
    return request.param


@pytest.fixture(params=[reference.objections, kernel.objections], ids=["reference", "kernel"])
def objections(request):
    return request.param


def named(judged, told) -> dict[str, str]:
    return {told.ids[i]: Objection(code).name.lower() for i, code in enumerate(judged.code) if code}


@pytest.mark.parametrize("policy", Policy)
def test_what_is_received_stands_where_it_entered(told, trace, policy):
    t = told("m1 receive - county 100 road -")

    traced = trace(t.movements, policy)

    assert t.rows(traced) == "m1: road 100"
    assert t.standing(traced) == "county road 100"


@pytest.mark.parametrize("policy", Policy)
def test_a_move_stands_in_the_other_account_at_once(told, trace, policy):
    t = told("""
        m1 receive - county 100 road -
        m2 move county village 60 - -
    """)

    traced = trace(t.movements, policy)

    assert t.standing(traced) == "county road 40\nvillage road 60"


@pytest.mark.parametrize("policy", Policy)
def test_what_is_sent_is_in_transit_until_confirmed(told, trace, policy):
    t = told("""
        m1 receive - county 100 road -
        m2 send county village 60 - -
        m3 spend village well 10 - -
    """)

    traced = trace(t.movements, policy)

    assert t.paid(traced, "m3") == "unexplained 10"
    assert t.standing(traced) == "county road 40\nvillage road 60 in transit"


def test_a_short_confirmation_delivers_the_first_units_and_leaves_the_rest_in_transit(told, trace):
    t = told("""
        m1 receive - county 30 road -
        m2 receive - county 70 well -
        m3 send county village 100 - -
        m4 confirm - - 50 - m3
        m5 confirm - - 20 - m3
    """)

    traced = trace(t.movements, GRANT_FIFO)

    assert t.paid(traced, "m3") == "road 30, well 70"
    assert t.paid(traced, "m4") == "nothing"
    assert t.standing(traced) == "village road 30\nvillage well 40\nvillage well 30 in transit"


def test_what_is_voided_arrives_back_as_new(told, trace):
    t = told("""
        m1 receive - county 30 road -
        m2 send county village 30 - -
        m3 receive - county 30 well -
        m4 void - - - - m2
        m5 spend county school 40 - -
    """)

    assert t.paid(trace(t.movements, GRANT_FIFO), "m5") == "well 30, road 10"
    assert t.paid(trace(t.movements, FIFO), "m5") == "well 30, road 10"


def test_a_void_gives_back_only_what_was_not_confirmed_and_in_its_order(told, trace):
    t = told("""
        m1 receive - county 30 road -
        m2 receive - county 70 well -
        m3 send county village 100 - -
        m4 confirm - - 10 - m3
        m5 void - - - - m3
        m6 spend county school 50 - -
    """)

    traced = trace(t.movements, FIFO)

    assert t.paid(traced, "m6") == "road 20, well 30"
    assert t.standing(traced) == "county well 40\nvillage road 10"


@pytest.mark.parametrize("policy", Policy)
def test_what_is_reversed_never_happened(told, trace, policy):
    t = told("""
        m1 receive - county 30 road -
        m2 receive - county 70 well -
        m3 spend county school 30 - -
        m4 reverse - - - - m3
        m5 reverse - - - - m1
        m6 spend county clinic 80 - -
    """)

    traced = trace(t.movements, policy)

    assert t.rows(traced) == "m2: well 70\nm6: well 70, unexplained 10"
    assert traced.reversed.tolist() == [True, False, True, False, False, False]
    assert traced.totals.received.tolist() == [0, 70, 10]


@pytest.mark.parametrize("policy", Policy)
def test_with_a_reversed_send_its_confirms_and_voids_never_happened(told, trace, policy):
    t = told("""
        m1 receive - county 100 road -
        m2 send county village 60 - -
        m3 confirm - - 20 - m2
        m4 void - - - - m2
        m5 spend village well 20 - -
        m6 reverse - - - - m2
    """)

    traced = trace(t.movements, policy)

    assert t.rows(traced) == "m1: road 100\nm5: unexplained 20"
    assert traced.reversed.tolist() == [False, True, True, True, False, False]


@pytest.mark.parametrize("policy", Policy)
def test_a_reversed_confirmation_is_in_transit_again(told, trace, policy):
    t = told("""
        m1 receive - county 60 road -
        m2 send county village 60 - -
        m3 confirm - - 60 - m2
        m4 reverse - - - - m3
        m5 confirm - - 50 - m2
    """)

    traced = trace(t.movements, policy)

    assert t.standing(traced) == "village road 50\nvillage road 10 in transit"


def test_the_named_grant_pays_first_and_the_rest_is_a_breach(told, trace):
    t = told("""
        m1 receive - county 30 road -
        m2 receive - county 70 well -
        m3 spend county clinic 90 well -
    """)

    traced = trace(t.movements, GRANT_FIFO)

    assert t.paid(traced, "m3") == "well 70, road 20 breach"
    assert traced.totals.breach.tolist() == [20, 0, 0]


@pytest.mark.parametrize("policy", Policy)
def test_unexplained_money_is_never_a_breach(told, trace, policy):
    t = told("""
        m1 receive - county 10 well -
        m2 move township county 20 - -
        m3 spend county clinic 50 well -
    """)

    traced = trace(t.movements, policy)

    assert t.paid(traced, "m3") == "well 10, unexplained 40"
    assert traced.totals.breach.sum() == 0


@pytest.mark.parametrize("policy", Policy)
def test_unexplained_money_travels_on_and_later_receipts_do_not_paper_over_it(told, trace, policy):
    t = told("""
        m1 move county village 40 - -
        m2 receive - county 100 road -
        m3 spend village well 30 - -
    """)

    traced = trace(t.movements, policy)

    assert t.rows(traced) == "m1: unexplained 40\nm2: road 100\nm3: unexplained 30"
    assert t.standing(traced) == "county road 100\nvillage unexplained 10"
    assert traced.totals.received.tolist() == [100, 40]


def test_unexplained_money_that_stands_there_and_what_nothing_covers_are_one_row(told, trace):
    t = told("""
        m1 receive - county 10 road -
        m2 move village county 20 - -
        m3 spend county well 50 - -
    """)

    assert t.paid(trace(t.movements, GRANT_FIFO), "m3") == "road 10, unexplained 40"


def test_what_nothing_covers_comes_last_even_where_unexplained_money_came_first(told, trace):
    t = told("""
        m1 move village county 20 - -
        m2 receive - county 10 road -
        m3 spend county well 50 - -
    """)

    paid = t.paid(trace(t.movements, GRANT_FIFO), "m3")

    assert paid == "unexplained 20, road 10, unexplained 20"


def test_grant_fifo_spends_first_the_pool_that_has_waited_longest(told, trace):
    t = told("""
        m1 receive - county 10 road -
        m2 receive - county 10 well -
        m3 receive - county 10 road -
        m4 spend county school 25 - -
    """)

    assert t.paid(trace(t.movements, GRANT_FIFO), "m4") == "road 20, well 5"
    assert t.paid(trace(t.movements, FIFO), "m4") == "road 10, well 10, road 5"


def test_a_pool_that_was_empty_waits_anew(told, trace):
    t = told("""
        m1 receive - county 10 road -
        m2 receive - county 10 well -
        m3 spend county school 10 road -
        m4 receive - county 10 road -
        m5 spend county school 15 - -
    """)

    assert t.paid(trace(t.movements, GRANT_FIFO), "m5") == "well 10, road 5"


def test_fifo_takes_the_oldest_lots_of_the_named_grant_from_the_midst_of_others(told, trace):
    t = told("""
        m1 receive - county 10 well -
        m2 receive - county 10 road -
        m3 receive - county 10 well -
        m4 receive - county 10 road -
        m5 spend county school 15 road -
        m6 spend county clinic 25 - -
    """)

    traced = trace(t.movements, FIFO)

    assert t.paid(traced, "m5") == "road 15"
    assert t.paid(traced, "m6") == "well 20, road 5"


def test_pro_rata_takes_from_all_pools_by_floors_of_running_totals(told, trace):
    t = told("""
        m1 receive - county 1 road -
        m2 receive - county 1 well -
        m3 receive - county 1 school -
        m4 spend county clinic 2 - -
    """)

    # Running totals 1, 2, 3 of 3: floors of 2/3, 4/3, 6/3 are 0, 1, 2. A share of 0 has no row.
    assert t.paid(trace(t.movements, PRO_RATA), "m4") == "well 1, school 1"


def test_pro_rata_takes_the_named_grant_before_it_shares(told, trace):
    t = told("""
        m1 receive - county 60 road -
        m2 receive - county 40 well -
        m3 receive - county 20 school -
        m4 spend county clinic 60 well -
    """)

    # Left to pay 20 of 80: road ⌊20·60/80⌋, school the rest.
    assert t.paid(trace(t.movements, PRO_RATA), "m4") == "well 40, road 15 breach, school 5 breach"


def test_pro_rata_shares_at_most_what_stands_there(told, trace):
    t = told("""
        m1 receive - county 10 road -
        m2 receive - county 20 well -
        m3 spend county clinic 40 - -
    """)

    assert t.paid(trace(t.movements, PRO_RATA), "m3") == "road 10, well 20, unexplained 10"


def test_pro_rata_is_exact_where_products_need_more_than_64_bits(told, trace):
    t = told("""
        m1 receive - county 999999999999999 road -
        m2 receive - county 999999999999998 well -
        m3 spend county clinic 999999999999997 - -
    """)

    road = 999999999999997 * 999999999999999 // 1999999999999997
    expected = f"road {road}, well {999999999999997 - road}"
    assert t.paid(trace(t.movements, PRO_RATA), "m3") == expected


@pytest.mark.parametrize("policy", Policy)
def test_nothing_at_all_is_traced_too(told, trace, policy):
    t = told("")

    traced = trace(t.movements, policy)

    assert traced.offsets.tolist() == [0]
    assert t.standing(traced) == ""


def test_objections_name_what_cannot_be(told, objections):
    t = told("""
        m1 receive - county 100 road -
        m2 send county village 50 - -
        m3 confirm - - 30 - m2
        m4 confirm - - 21 - m2
        m5 confirm - - 20 - m2
        m6 void - - - - m2
        m7 confirm - - 10 - m1
        m8 reverse - - - - m1
        m9 reverse - - - - m1
        m10 reverse - - - - m8
        m11 void - - - - m12
        m12 send county village 5 - -
        m13 reverse - - - - m12
        m14 confirm - - 5 - m12
    """)

    assert named(objections(t.movements), t) == {
        "m4": "more_than_in_transit",
        "m6": "nothing_in_transit",
        "m7": "not_a_send",
        "m9": "reversed_twice",
        "m10": "reverses_a_reverse",
        "m11": "later",
        "m14": "after_reversal",
    }


def test_what_is_in_transit_is_judged_after_leaving_out_what_is_reversed(told, objections):
    t = told("""
        m1 send county village 50 - -
        m2 confirm - - 50 - m1
        m3 confirm - - 50 - m1
        m4 reverse - - - - m2
        m5 send county village 9 - -
        m6 void - - - - m5
        m7 void - - - - m5
        m8 reverse - - - - m7
    """)

    assert not objections(t.movements)


def test_a_confirm_that_fell_with_its_send_cannot_be_reversed_again(told, objections):
    t = told("""
        m1 send county village 50 - -
        m2 confirm - - 50 - m1
        m3 reverse - - - - m1
        m4 reverse - - - - m2
    """)

    assert named(objections(t.movements), t) == {"m4": "reversed_twice"}


def test_a_send_can_be_reversed_after_its_confirm_was(told, objections):
    t = told("""
        m1 send county village 50 - -
        m2 confirm - - 50 - m1
        m3 reverse - - - - m2
        m4 reverse - - - - m1
    """)

    assert not objections(t.movements)


def test_unsound_movements_are_refused(told, trace):
    t = told("""
        m1 send county village 50 - -
        m2 confirm - - 51 - m1
    """)

    for policy in Policy:
        with pytest.raises(UnsoundMovementsError):
            trace(t.movements, policy)


def test_more_money_than_64_bits_hold_is_refused(told):
    lots = "\n".join(f"m{i} receive - county {2**61} road -" for i in range(3))

    for policy in Policy:
        with pytest.raises(TooMuchMoneyError):
            kernel.trace(told(lots).movements, policy)


@given(st.data())
def test_shares_are_floors_of_exact_products(data):
    whole = data.draw(st.integers(1, 2**62))
    pay, upto = (data.draw(st.integers(0, whole)) for _ in range(2))

    assert loops.share(pay, upto, whole) == pay * upto // whole
