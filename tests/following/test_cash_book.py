"""The cash book and the reconciliation, held against figures that can be added up by hand."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from cairn.following import queries
from cairn.following.snapshot import bring_up_to_date
from cairn.journal.journal import RefusedError
from cairn.money.facts import (
    BalanceStatedByBank,
    BankFeeCharged,
    MoneyConfirmed,
    MoneyExchanged,
    MoneyMoved,
    MoneyReceived,
    MoneySent,
    MoneySpent,
    MovementReversed,
    OpeningBalanceStated,
    SendingVoided,
)
from cairn.values import Money
from cast import Pen, assemble, cny

COUNTY, CASH, VILLAGE, WELL = "county-office", "county-cash", "qarasu-committee", "qarasu-well"
YEAR = {"since": date(2025, 1, 1), "until": date(2025, 12, 31)}


def received(pen, amount, on, voucher=None, account=COUNTY):
    fact = MoneyReceived(grant="water-2025", account=account, amount=cny(amount), voucher=voucher)
    return pen.movement(fact, on=on)


def spent(pen, amount, on, voucher=None, account=COUNTY):
    fact = MoneySpent(account=account, project=WELL, amount=cny(amount), voucher=voucher)
    return pen.movement(fact, on=on)


def sent(pen, amount, on, voucher=None, source=COUNTY, target=VILLAGE):
    fact = MoneySent(source=source, target=target, amount=cny(amount), voucher=voucher)
    return pen.movement(fact, on=on)


def arrived(pen, movement, amount, on):
    return pen.movement(MoneyConfirmed(movement=movement, amount=cny(amount)), on=on)


def reversed_(pen, movement, on):
    return pen.movement(MovementReversed(movement=movement, reason="Entered twice"), on=on)


def book(pen, account=COUNTY, **asked):
    bring_up_to_date(pen.programme)
    return queries.cash_book(programme=pen.programme, account=account, **{**YEAR, **asked})


def shown(found):
    """Rows as a person reads them: in whole yuan."""
    return [
        (row.row, row.came_in // 100, row.went_out // 100, row.balance // 100) for row in found.rows
    ]


def jan(day):
    return date(2025, 1, day)


def feb(day):
    return date(2025, 2, day)


def test_a_book_has_its_lines_and_the_totals_of_months_and_the_year(cast):
    received(cast, "1000.00", jan(5))
    spent(cast, "300.00", jan(20))
    received(cast, "50.00", feb(3))
    spent(cast, "400.00", feb(4))

    assert shown(book(cast)) == [
        ("opening", 0, 0, 0),
        ("line", 1000, 0, 1000),
        ("line", 0, 300, 700),
        ("month", 1000, 300, 700),
        ("year", 1000, 300, 700),
        ("line", 50, 0, 750),
        ("line", 0, 400, 350),
        ("month", 50, 400, 350),
        ("year", 1050, 700, 350),
        ("closing", 0, 0, 350),
    ]
    february = book(cast, since=feb(1), until=feb(28))
    assert (february.opening, february.came_in, february.went_out, february.closing) == (
        70_000,
        5_000,
        40_000,
        35_000,
    )
    assert shown(february)[-2] == ("year", 1050, 700, 350)


def test_a_reversal_is_a_line_in_red_of_its_own_date(cast):
    received(cast, "1000.00", jan(5))
    wrong = spent(cast, "300.00", jan(20))
    before = shown(book(cast, until=jan(31)))
    reversed_(cast, wrong, feb(2))

    assert shown(book(cast, until=jan(31))) == before
    february = book(cast, since=feb(1))
    assert shown(february)[1] == ("line", 0, -300, 1000)
    assert february.rows[1].undoes == "money.money-spent"
    assert february.rows[1].other.id == WELL


def test_what_falls_with_a_sending_is_booked_at_both_ends(cast):
    received(cast, "1000.00", jan(1))
    movement = sent(cast, "500.00", jan(2))
    first = arrived(cast, movement, "200.00", jan(3))
    arrived(cast, movement, "100.00", jan(4))
    cast.movement(SendingVoided(movement=movement, reason="The rest came back"), on=jan(5))
    reversed_(cast, first, feb(1))

    assert shown(book(cast))[1:4] == [
        ("line", 1000, 0, 1000),
        ("line", 0, 500, 500),
        ("line", 200, 0, 700),
    ]
    # The bank gave back what was not confirmed; with one confirmation gone that is 200 more.
    assert shown(book(cast, since=feb(1)))[1] == ("line", 200, 0, 900)
    village = book(cast, VILLAGE, since=feb(1))
    assert shown(village)[:2] == [("opening", 0, 0, 300), ("line", -200, 0, 100)]

    reversed_(cast, movement, feb(2))
    assert shown(book(cast, since=feb(2)))[1:3] == [
        ("line", 0, -500, 1400),
        ("line", -400, 0, 1000),
    ]
    assert book(cast, VILLAGE).closing == 0


def test_an_exchange_that_is_reversed_is_red_in_both_accounts(cast):
    dollars = Money.of("10.00", "USD")
    exchange = cast.movement(
        MoneyExchanged(
            source="county-dollars",
            target=COUNTY,
            grant="water-2025",
            amount=dollars,
            arrived=cny("71.00"),
            rate="7.1",
        ),
        on=jan(2),
    )
    reversed_(cast, exchange, jan(3))

    assert shown(book(cast))[1:3] == [("line", 71, 0, 71), ("line", -71, 0, 0)]
    assert shown(book(cast, "county-dollars"))[1:3] == [("line", 0, 10, -10), ("line", 0, -10, 0)]


def test_vouchers_that_are_missing_or_there_twice_in_a_month_are_marked(cast):
    cast.movement(OpeningBalanceStated(account=COUNTY, amount=cny("9.00")), on=jan(1))
    received(cast, "5.00", jan(2), "记-1")
    spent(cast, "1.00", jan(3), "记-2")
    spent(cast, "1.00", jan(3), "记-2")
    spent(cast, "1.00", jan(4))
    spent(cast, "1.00", feb(4), "记-1")
    fee = BankFeeCharged(account=COUNTY, amount=cny("1.00"), voucher="记-2")
    cast.movement(fee, on=feb(5))

    lines = [row for row in book(cast).rows if row.row == "line"]
    assert [row.voucher_is for row in lines] == ["", "", "twice", "twice", "missing", "", ""]


def test_a_book_may_be_read_a_stretch_at_a_time(cast):
    for day in range(1, 8):
        received(cast, "1.00", jan(day))
    whole = book(cast)

    parts = [row for at in range(0, 12, 3) for row in book(cast, start=at, size=3).rows]
    assert tuple(parts) == whole.rows
    assert whole.page.total == len(whole.rows)


def reconciled(pen, **asked):
    bring_up_to_date(pen.programme)
    return queries.reconciliation(programme=pen.programme, account=COUNTY, **asked)


def explained(found):
    return [(row.why, row.amount // 100) for row in found.rows]


def stated(pen, balance, *movements, until=None, on=None):
    fact = BalanceStatedByBank(
        account=COUNTY,
        until=until or jan(31),
        balance=cny(balance) if balance else None,
        movements=movements,
    )
    pen.record(fact, on=on or feb(5))


def test_bank_and_book_that_agree_need_no_explanation(cast):
    received(cast, "1000.00", jan(5))
    stated(cast, "1000.00")

    found = reconciled(cast)
    assert explained(found) == [("book then", 1000), ("book", 1000), ("bank", 1000)]
    assert found.unexplained == 0
    assert found.candidates == ()


def test_each_kind_of_difference_is_a_line_and_they_add_up(cast):
    received(cast, "1000.00", jan(5))
    cheque = spent(cast, "300.00", jan(30))  # the bank pays it out in February
    on_its_way = sent(cast, "50.00", jan(29), source=VILLAGE, target=COUNTY)  # and it has arrived
    interest = received(cast, "7.00", feb(2))  # the bank had it on 31 January
    stated(cast, "1055.00", cheque, on_its_way, interest)
    spent(cast, "2.00", jan(31))  # a phone brings it later

    found = reconciled(cast)
    assert explained(found) == [
        ("book then", 700),
        ("recorded later", -2),
        ("book", 698),
        ("not at the bank", 300),
        ("at the bank", 50),
        ("at the bank", 7),
        ("bank", 1055),
    ]
    assert [row.other.id for row in found.rows if row.other] == [
        WELL,
        WELL,
        VILLAGE,
        "water-bureau",
    ]


def test_what_nobody_named_stays_unexplained_and_what_is_on_its_way_is_offered(cast):
    received(cast, "1000.00", jan(5))
    movement = sent(cast, "300.00", jan(30))
    arrived(cast, movement, "100.00", jan(31))
    stated(cast, "900.00")

    found = reconciled(cast)
    assert found.unexplained == 20_000
    assert explained(found)[-2:] == [("unexplained", 200), ("bank", 900)]
    assert [(row.movement, row.amount) for row in found.candidates] == [(movement, 20_000)]

    stated(cast, "900.00", movement)  # named: all of it, for the bank pays it out at once
    again = reconciled(cast)
    assert explained(again)[-3:] == [("not at the bank", 300), ("unexplained", -100), ("bank", 900)]
    assert again.candidates == ()


def test_a_reversal_in_february_leaves_the_reconciliation_of_january_as_it_was(cast):
    received(cast, "1000.00", jan(5))
    wrong = spent(cast, "300.00", jan(20))
    stated(cast, "700.00")
    before = reconciled(cast)
    reversed_(cast, wrong, feb(8))

    after = reconciled(cast)
    assert (after.rows, after.unexplained) == (before.rows, 0)


def test_the_latest_day_is_shown_unless_another_is_asked_for(cast):
    stated(cast, "")
    stated(cast, "", until=feb(4))

    assert reconciled(cast).until == feb(4)
    assert reconciled(cast, until=feb(3)).until == jan(31)
    assert reconciled(cast, until=jan(1)).until is None
    assert reconciled(cast).days == (feb(4), jan(31))


accounts = st.sampled_from([COUNTY, CASH, VILLAGE])
steps = st.lists(
    st.tuples(
        st.sampled_from(
            ["receive", "spend", "send", "send", "confirm", "confirm", "void", "move", "reverse"]
        ),
        accounts,
        accounts,
        st.integers(1, 9),
        st.integers(0, 120),
        st.integers(0, 30),
    ),
    min_size=4,
    max_size=40,
)


@hypothesis_settings(max_examples=15)
@given(steps=steps)
def test_months_follow_on_one_another_and_end_in_what_stands(db, steps):
    """And whatever is recorded on later days changes no earlier month."""
    pen = Pen.opened()
    assemble(pen)
    _record(pen, steps)
    bring_up_to_date(pen.programme)

    for account in (COUNTY, CASH, VILLAGE):
        found = book(pen, account, size=1000)
        months = [row for row in found.rows if row.row == "month"]
        days = sorted({row.happened_on for row in found.rows if row.row == "line"})
        assert found.opening == 0
        assert found.closing == sum(row.came_in - row.went_out for row in months)
        statement = queries.follow_account(programme=pen.programme, account=account, size=1)
        assert found.closing == (statement.lines[0].balance if statement.lines else 0)
        balances = [0, *(row.balance for row in found.rows if row.row == "line")]
        lines = [row for row in found.rows if row.row == "line"]
        assert [row.came_in - row.went_out for row in lines] == [
            b - a for a, b in pairwise(balances)
        ]
        for day in days:
            first = book(pen, account, until=day)
            rest = book(pen, account, since=day + timedelta(1))
            assert first.closing == rest.opening
            assert rest.closing == found.closing


@hypothesis_settings(max_examples=10)
@given(steps=steps)
def test_what_comes_later_changes_no_closed_month(db, steps):
    pen = Pen.opened()
    assemble(pen)
    moved = _record(pen, steps)
    last = date(2025, 5, 31)
    before = {account: book(pen, account, until=last) for account in (COUNTY, CASH, VILLAGE)}
    for movement in moved:
        pen.objections(MovementReversed(movement=movement, reason="-"), on=date(2025, 6, 10))

    for account, then in before.items():
        now = book(pen, account, until=last)
        assert (now.rows, now.closing) == (then.rows, then.closing)
        statement = queries.follow_account(programme=pen.programme, account=account, size=1)
        assert book(pen, account).closing == (statement.lines[0].balance if statement.lines else 0)


def _record(pen, steps):
    """Record what the journal takes of some steps; the movements that may be reversed."""
    moved, sends = [], []
    for what, source, target, yuan, after, which in steps:
        some = sends if what in {"confirm", "void"} else moved
        about = some[which % len(some)] if some else ""
        fact = _fact(what, source, target, cny(f"{yuan}.00"), about)
        try:
            id = pen.movement(fact, on=jan(1) + timedelta(after)) if fact else ""
        except RefusedError:
            continue
        if id and what != "reverse":
            moved.append(id)
        if id and what == "send":
            sends.append(id)
    return moved


def _fact(what, source, target, amount, about):  # noqa: PLR0911 - a kind a line
    match what:
        case "receive":
            return MoneyReceived(grant="water-2025", account=source, amount=amount)
        case "spend":
            return MoneySpent(account=source, project=WELL, amount=amount)
        case "send":
            return MoneySent(source=source, target=target, amount=amount)
        case "move":
            return MoneyMoved(source=source, target=target, amount=amount)
        case "confirm" if about:
            return MoneyConfirmed(movement=about, amount=cny("1.00"))
        case "void" if about:
            return SendingVoided(movement=about, reason="-")
        case "reverse" if about:
            return MovementReversed(movement=about, reason="-")
    return None
