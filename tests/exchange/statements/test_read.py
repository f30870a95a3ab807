"""Bank statements: which columns they hold, and what is left unread."""

from datetime import date

import pytest

from cairn.exchange.sheets.cells import open_book
from cairn.exchange.statements.lines import MOST_LINES, NoStatementError
from cairn.exchange.statements.read import read_statement


@pytest.fixture
def read(tmp_path):
    def reading(text, currency="CNY"):
        path = tmp_path / "statement.csv"
        path.write_text(text, encoding="utf-8")
        return read_statement(open_book(path), currency=currency)

    return reading


def test_a_statement_with_credits_and_debits(read):
    found = read(
        "某某银行 对账单,,,\n"
        "交易日期,借方发生额,贷方发生额,摘要\n"
        '2025-03-02,,"1,000.00",拨款\n'
        "2025-03-04,15.00,0.00,手续费\n"
        "合计,15.00,1000.00,\n"
    )

    assert [(one.number, one.on, one.minor, one.text) for one in found.lines] == [
        (3, date(2025, 3, 2), 100_000, "拨款"),
        (4, date(2025, 3, 4), -1_500, "手续费"),
    ]
    assert found.unread == (5,)


def test_a_statement_with_one_amount_below_zero_where_it_left(read):
    found = read("Date,Amount,Description\n2025-03-02,-12.5,Pump\n2025-03-03,3,interest\n", "USD")

    assert [one.minor for one in found.lines] == [-1250, 300]


def test_what_cannot_be_read_is_named_and_not_guessed(read):
    found = read("Date,Amount\n5/7/2025,1.00\n2025-03-02,1.005\n2025-03-02,\n2025-03-02,2\n")

    assert found.unread == (2, 3, 4)
    assert [one.number for one in found.lines] == [5]


def test_a_name_of_a_person_does_not_come_along(read):
    found = read("Date,Amount,Description\n2025-03-02,-12.5,Mr. John Smith\n2025-03-03,-1,张三\n")

    assert [one.text for one in found.lines] == ["", ""]


def test_a_sheet_without_its_headings_is_no_statement(read):
    with pytest.raises(NoStatementError, match="No row of headings"):
        read("a,b\n1,2\n")


def test_a_year_is_too_long_for_a_person_to_look_through(read):
    lines = "".join(f"2025-03-02,{one}\n" for one in range(1, MOST_LINES + 2))
    with pytest.raises(NoStatementError, match="one month at a time"):
        read("Date,Amount\n" + lines)
