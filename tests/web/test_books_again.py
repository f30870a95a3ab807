"""A cash book's workbook is read back by the importer: every line, each amount, in both languages."""

from datetime import UTC, date, datetime

import pytest

from cairn.catalog import journal
from cairn.exchange.sheets.cells import open_book
from cairn.exchange.sheets.guess import guess_mapping
from cairn.exchange.sheets.importing import SheetImport
from cairn.exchange.sheets.read import Verdict, read_rows
from cairn.following import queries
from cairn.following.snapshot import bring_up_to_date
from cairn.money.facts import (
    BankFeeCharged,
    InterestReceived,
    MoneyMoved,
    MoneyReceived,
    MoneySent,
    MoneySpent,
    MovementReversed,
)
from cast import Pen, assemble, cny

COUNTY, VILLAGE, WELL = "county-office", "qarasu-committee", "qarasu-well"
BOOK = f"accounts/{COUNTY}/cash-book/"
NOW = datetime(2025, 12, 1, tzinfo=UTC)
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh-hans"])


@pytest.fixture
def book(look, told, tmp_path):
    """The workbook of the county's year, beside what the query answers."""
    pen = Pen(told)
    on = date(2025, 4, 2)
    for fact in (
        MoneyReceived(grant="water-2025", account=COUNTY, amount=cny("1234.56"), voucher="记-1"),
        MoneySent(source=COUNTY, target=VILLAGE, amount=cny("200.00"), voucher="记-2"),
        MoneyMoved(source=COUNTY, target="county-cash", amount=cny("30.00"), voucher="记-3"),
        InterestReceived(account=COUNTY, amount=cny("0.07"), voucher="记-4"),
        BankFeeCharged(account=COUNTY, amount=cny("5.00"), voucher="记-5"),
    ):
        pen.record(fact, on=on)
    spent = MoneySpent(account=COUNTY, project=WELL, amount=cny("70.10"), grant="water-2025")
    wrong = pen.movement(spent, on=date(2025, 5, 6))
    pen.movement(MovementReversed(movement=wrong, reason="Twice"), on=date(2025, 5, 7))
    bring_up_to_date(told)
    found = queries.cash_book(
        programme=told, account=COUNTY, since=date(2025, 1, 1), until=date(2025, 12, 31)
    )

    def written(language):
        response = look(BOOK, language, period="2025", xlsx="cash-book")
        path = tmp_path / "book.xlsx"
        path.write_bytes(response.content)
        return open_book(path), [row for row in found.rows if row.row == "line"]

    return written


@LANGUAGES
def test_every_line_is_read_back_with_its_amount(book, language):
    again, lines = book(language)
    mapping = guess_mapping(again)

    rows = [
        row
        for row in read_rows(again, mapping, today=NOW.date())
        if row.verdict is not Verdict.NOT_A_ROW
    ]

    assert mapping.sheet[0].rows_are == "cash book"
    assert [
        (row.values["date"], row.values.get("income", 0), row.values.get("expense", 0))
        for row in rows
    ] == [(line.happened_on, line.came_in, line.went_out) for line in lines]
    assert [row.source_id for row in rows] == [line.voucher for line in lines]
    assert [row.number for row in rows if row.verdict is Verdict.BAD] == [rows[-1].number]


@LANGUAGES
def test_what_a_book_itself_tells_is_recorded_again_elsewhere(book, language):
    """In another programme with the same names, the account gets the same lines."""
    again, lines = book(language)
    pen = Pen.opened()
    assemble(pen)

    outcome = SheetImport(
        journal=journal,
        programme=pen.programme,
        book=again,
        mapping=guess_mapping(again).model_copy(
            update={"names": {"2025年道路": "seeds-2025", "Roads <2025>": "seeds-2025"}}
        ),
        post="accountant",
        now=NOW,
    ).run()

    bring_up_to_date(pen.programme)
    there = queries.cash_book(
        programme=pen.programme,
        account=COUNTY,
        since=date(2025, 1, 1),
        until=date(2025, 12, 31),
    )
    # What was returned to the cash box is told by the cash box's book; what is in red is no line.
    told = [line for line in lines if line.what != "money.money-returned" and not line.undoes]
    assert [(row.why) for row in outcome.shown] == [
        *(row.why for row in outcome.shown if "told where" in row.why),
        *(row.why for row in outcome.shown if "negative" in row.why),
    ]
    assert (outcome.good, outcome.bad_rows) == (len(told), len(lines) - len(told))
    assert [
        (row.happened_on, row.what, row.came_in, row.went_out, row.voucher)
        for row in there.rows
        if row.row == "line"
    ] == [(row.happened_on, row.what, row.came_in, row.went_out, row.voucher) for row in told]
