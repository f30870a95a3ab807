"""The accountant's pages, and tables as workbooks: what they hold and how they are to be printed."""

import re
import zipfile
from datetime import date, datetime
from io import BytesIO

import pytest
from python_calamine import load_workbook

from cairn.following.snapshot import bring_up_to_date
from cairn.money.facts import (
    BalanceStatedByBank,
    MoneyReceived,
    MoneySpent,
    MovementReversed,
    PeriodClosed,
)
from cast import Pen, cny

COUNTY, VILLAGE, WELL = "county-office", "qarasu-committee", "qarasu-well"
BOOK = f"accounts/{COUNTY}/cash-book/"


@pytest.fixture
def kept(told):
    """The programme with two more months of the county's book, and its bank's balance."""
    pen = Pen(told)
    april, may = date(2025, 4, 10), date(2025, 5, 10)
    pen.movement(
        MoneyReceived(grant="water-2025", account=COUNTY, amount=cny("1234.50"), voucher="=1+1"),
        on=april,
    )
    wrong = pen.movement(
        MoneySpent(account=COUNTY, project="cmd", amount=cny("10000.00"), voucher="记-1"), on=april
    )
    pen.record(PeriodClosed(holder=COUNTY, until=date(2025, 4, 30)), on=may)
    pen.movement(MovementReversed(movement=wrong, reason="Twice", voucher="记-2"), on=may)
    pen.record(BalanceStatedByBank(account=COUNTY, until=april, balance=cny("40000.00")), on=may)
    bring_up_to_date(told)
    return pen


def sheet(response):
    content = response.content
    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    book = load_workbook(BytesIO(content))
    return content, book.get_sheet_by_index(0).to_python()


def page(response):
    return response.content.decode()


def text_of(markup):
    return " ".join(re.sub(r"<[^>]+>", " ", markup).split())


def test_a_cash_book_shows_its_latest_month_or_what_is_asked_for(look, kept):
    latest = text_of(page(look(BOOK)))
    year = text_of(page(look(BOOK, period="2025")))
    few = text_of(page(look(BOOK, since="2025-04-01", until="2025-04-30")))

    assert "1 May 2025 to 31 May 2025" in latest
    assert "Twice" in latest
    assert "=1+1" not in latest
    assert "=1+1" in year
    assert "Twice" in year
    assert "=1+1" in few
    assert "Twice" not in few


def test_a_reversal_is_shown_in_red_and_a_closing_is_said(look, kept):
    found = page(look(BOOK))

    assert '<bdi class="red">−10,000.00</bdi>' in found
    assert "The books of county-office are closed up to" in text_of(found)


@pytest.mark.parametrize("wrong", ["2025-13", "0000", "x", "２０２５", "9999-12", "2025-1"])
def test_a_period_that_is_none_is_no_trouble(look, kept, wrong):
    assert look(BOOK, period=wrong).status_code == 200
    assert look(BOOK, since=wrong).status_code == 200


def test_what_marks_a_voucher_is_said_in_words(look, kept):
    march = text_of(page(look(BOOK, period="2025-03")))

    assert "none" in march


@pytest.mark.parametrize(
    ("language", "headings", "totals"),
    [
        (
            "zh-hans",
            ["日期", "凭证号", "摘要", "收入", "支出", "余额"],
            {"期初余额", "本月合计", "本年累计", "期末余额"},
        ),
        (
            "en",
            ["Date", "Voucher no.", "Particulars", "In", "Out", "Balance"],
            {
                "Opening balance",
                "Total of the month",
                "Total of the year so far",
                "Closing balance",
            },
        ),
    ],
)
def test_the_workbook_of_a_cash_book_is_one_as_offices_keep_it(
    look, kept, language, headings, totals
):
    content, rows = sheet(look(BOOK, language, period="2025", xlsx="cash-book"))

    at = next(number for number, row in enumerate(rows) if row[:6] == headings)
    assert totals <= {row[2] for row in rows[at:]}
    lines = [row for row in rows[at + 1 :] if row[0]]
    # calamine gives a whole-day date as date or datetime, depending on its number format
    days = [day.date() if isinstance(day, datetime) else day for day, *_ in lines]
    assert days == sorted(days)
    assert date(2025, 5, 10) in days
    assert lines[-1][4] == -10000.0
    received = next(row for row in lines if row[1] == "=1+1")
    assert received[3] == 1234.5
    assert rows[-1][5] == rows[-2][5] == lines[-1][5]
    xml = zipfile.ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in xml
    assert 'state="frozen"' in xml
    assert 'orientation="landscape"' in xml
    assert 'paperSize="9"' in xml


def test_a_workbook_says_whose_it_is_and_up_to_where_it_was_counted(look, kept):
    _content, rows = sheet(look(BOOK, period="2025", xlsx="cash-book"))

    heads = [row[0] for row in rows[:6]]
    assert heads[:3] == ["Resident teams", COUNTY, "1 Jan 2025 to 31 Dec 2025"]
    assert any(str(line).startswith("As of position") for line in heads)


@pytest.mark.parametrize(
    ("path", "table"),
    [
        ("grants/", "grants"),
        (f"projects/{WELL}/", "payments"),
        ("projects/", "projects"),
        ("budgets/", "projects"),
        ("budgets/", "grants"),
        (f"accounts/{COUNTY}/reconciliation/", "reconciliation"),
    ],
)
def test_every_table_is_a_workbook_too(look, kept, path, table):
    _content, rows = sheet(look(path, xlsx=table))

    assert len(rows) > 4
    assert look(path, xlsx="none").status_code == 404


def test_bank_and_book_stand_side_by_side(look, kept):
    found = text_of(page(look(f"accounts/{COUNTY}/reconciliation/")))

    # 70,042.10 in and 28,315.00 out in March; 1,234.50 in and 10,000.00 out in April.
    assert "Balance of the book CNY 32,961.60" in found
    assert "Unexplained difference CNY 7,038.40" in found


def test_a_bank_that_has_stated_nothing_is_said_to(look, kept):
    found = text_of(page(look(f"accounts/{VILLAGE}/reconciliation/")))

    assert "has not been stated" in found


def test_what_is_over_its_budget_is_marked(look, kept):
    kept.movement(MoneySpent(account=VILLAGE, project="lane", amount=cny("7000.01")))
    bring_up_to_date(kept.programme)
    found = page(look("budgets/"))

    over = re.findall(r'<tr role="row" class="over">(.*?)</tr>', found)
    # lane: 2,000.00 before and 7,000.01 now, of 9,000.00; cmd: 9,000.00 of 9,000.00.
    assert [text_of(row) for row in over] == [
        "lane Stone Bridge 9,000.00 9,000.01 −0.01 100% – over budget"
    ]
