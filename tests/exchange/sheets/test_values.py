from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.exchange.sheets.values import (
    CellError,
    chinese_number,
    plain,
    read_amount,
    read_currency,
    read_date,
    text_of,
)
from cairn.values import MAX_MINOR, to_decimal

FULL_WIDTH = str.maketrans("0123456789.,-()", "０１２３４５６７８９．，－（）")


def refusal(read, *args, **options):
    with pytest.raises(CellError) as caught:
        read(*args, **options)
    return caught.value.reason


@pytest.mark.parametrize(
    ("cell", "minor"),
    [
        ("120,000.00", 12_000_000),
        ("２．５", 250),
        ("(33,200.00)", -3_320_000),
        ("（33,200.00）", -3_320_000),
        ("-5000", -500_000),
        ("5000-", -500_000),
        ("−5", -500),
        ("¥-5", -500),
        (4580.5, 458_050),
        (4580.500000000001, 458_050),
        (3, 300),
        ("¥1,200.50", 120_050),
        ("￥3", 300),
        ("人民币 1200元整", 120_000),
        ("CNY 12", 1200),
        ("12万元", 12_000_000),
        ("3.5万", 3_500_000),
        ("1 234 567.5", 123_456_750),
        ("1'234'567.5", 123_456_750),
    ],
)
def test_amounts_are_read_as_offices_write_them(cell, minor):
    assert read_amount(cell, currency="CNY") == minor


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("", "no-amount"),
        ("—", "no-amount"),
        ("无", "no-amount"),
        ("见明细", "not-a-number"),
        ("1,23", "not-a-number"),
        ("12,0000", "not-a-number"),
        ("1.234,50", "not-a-number"),
        ("1e5", "not-a-number"),
        ("9" * 5000, "not-a-number"),
        ("=1+1", "not-a-number"),
        (True, "not-a-number"),
        (date(2025, 1, 1), "not-a-number"),
        (timedelta(days=1), "not-a-number"),
        ("10000.005", "digits"),
        (33.333333333, "digits"),
        ("€5", "currency-differs"),
        ("5 USD", "currency-differs"),
        ("9" * 20, "too-large"),
    ],
)
def test_what_is_no_amount_is_refused_with_its_reason(cell, code):
    assert refusal(read_amount, cell, currency="CNY").code == code


def test_the_sheets_unit_multiplies_and_a_cells_own_goes_before_it():
    assert read_amount(108.6, currency="CNY", unit=Decimal(10_000)) == 108_600_000
    assert read_amount("900元", currency="CNY", unit=Decimal(10_000)) == 90_000


def test_a_decimal_comma_is_read_only_where_the_map_says_so():
    assert read_amount("1.234,50", currency="EUR", decimal_mark=",") == 123_450


def test_an_amount_in_words_is_offered_not_taken():
    reason = refusal(read_amount, "壹万元整", currency="CNY")

    assert reason.code == "in-words"
    assert reason.offer == "10000.00"


def test_too_many_digits_are_refused_with_the_rounded_amount_as_offer():
    assert refusal(read_amount, "10000.005", currency="CNY").offer == "10000.00"
    assert refusal(read_amount, "100.5", currency="JPY").offer == "100"


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("壹万元整", "10000"),
        ("人民币叁拾贰元伍角壹分", "32.51"),
        ("拾元", "10"),
        ("一百零五万元", "1050000"),
        ("贰仟叁佰万元整", "23000000"),
        ("壹亿零叁万元", "100030000"),
        ("伍角", "0.5"),
        ("二〇元", None),
        ("榆树湾村", None),
        ("", None),
    ],
)
def test_chinese_financial_numerals(words, number):
    found = chinese_number(words)

    # 二〇 is digits in a row, not a number in words: whatever it gives is only ever an offer.
    assert number is None or found == Decimal(number)
    assert number is not None or found is None or words == "二〇元"


@given(
    minor=st.integers(-MAX_MINOR, MAX_MINOR).filter(bool),
    currency=st.sampled_from(["CNY", "JPY", "KWD"]),
    grouped=st.booleans(),
    bracketed=st.booleans(),
    wide=st.booleans(),
)
def test_an_amount_survives_every_way_of_writing_it(minor, currency, grouped, bracketed, wide):
    text = to_decimal(abs(minor), currency)
    if grouped:
        whole, _, rest = text.partition(".")
        text = f"{int(whole):,}" + (f".{rest}" if rest else "")
    if minor < 0:
        text = f"({text})" if bracketed else f"-{text}"
    if wide:
        text = text.translate(FULL_WIDTH)

    assert read_amount(text, currency=currency) == minor


@given(st.text() | st.floats() | st.integers())
def test_any_cell_is_an_amount_or_refused(text):
    with suppress(CellError):
        assert isinstance(read_amount(text, currency="CNY"), int)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2025.07.02", date(2025, 7, 2)),
        ("2025年7月5日", date(2025, 7, 5)),
        ("2025 年 7 月 5 号", date(2025, 7, 5)),
        ("2025年7月5日(星期六)", date(2025, 7, 5)),
        ("二〇二五年十二月二十一日", date(2025, 12, 21)),
        ("2025/3/4", date(2025, 3, 4)),
        ("２０２５－０７－０５", date(2025, 7, 5)),
        ("2025-12-01", date(2025, 12, 1)),
        ("2025-12-01 00:00:00", date(2025, 12, 1)),
        ("2025-07-02T10:00:00+08:00", date(2025, 7, 2)),
        ("20250702", date(2025, 7, 2)),
        (20250702.0, date(2025, 7, 2)),
        (45907.0, date(2025, 9, 7)),
        (45907.75, date(2025, 9, 7)),
        ("45907", date(2025, 9, 7)),
        (date(2025, 3, 13), date(2025, 3, 13)),
        (datetime(2025, 3, 13, 9, 30), date(2025, 3, 13)),  # noqa: DTZ001 - as sheets give it
        ("13/7/2025", date(2025, 7, 13)),
        ("7/13/2025", date(2025, 7, 13)),
        ("7/7/2025", date(2025, 7, 7)),
        ("5 July 2025", date(2025, 7, 5)),
        ("05-Jul-25", date(2025, 7, 5)),
        ("July 5th, 2025", date(2025, 7, 5)),
    ],
)
def test_dates_are_read_as_offices_write_them(cell, day):
    assert read_date(cell) == day


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("", "no-date"),
        ("2025-02-30", "no-such-date"),
        ("2025年13月1日", "no-such-date"),
        ("31 Foo 2025", "no-such-date"),
        ("5/7/2025", "ambiguous-date"),
        ("5/7/25", "ambiguous-date"),
        ("2025年7月", "not-a-date"),
        ("待定", "not-a-date"),
        (2025.0, "not-a-date"),
        (120000.0, "not-a-date"),
        (-1.0, "not-a-date"),
        (True, "not-a-date"),
        (timedelta(1), "not-a-date"),
    ],
)
def test_what_is_no_date_is_refused_with_its_reason(cell, code):
    assert refusal(read_date, cell).code == code


def test_the_map_settles_which_comes_first_the_day_or_the_month():
    assert read_date("5/7/2025", order="day-first") == date(2025, 7, 5)
    assert read_date("5/7/2025", order="month-first") == date(2025, 5, 7)
    assert refusal(read_date, "13/7/2025", order="month-first").code == "no-such-date"


@given(
    day=st.dates(date(1956, 1, 1), date(2118, 12, 31)),
    write=st.sampled_from(
        [
            "{0:%Y-%m-%d}",
            "{0:%Y.%m.%d}",
            "{0:%Y%m%d}",
            "{0:%Y-%m-%dT%H:%M:%S}",
            "{0:%d %B %Y}",
            "{0.year}/{0.month}/{0.day}",
            "{0.year}年{0.month}月{0.day}日",
        ]
    ),
    wide=st.booleans(),
)
def test_a_date_survives_every_way_of_writing_it(day, write, wide):
    text = write.format(datetime(day.year, day.month, day.day))  # noqa: DTZ001 - as sheets give it

    assert read_date(text.translate(FULL_WIDTH) if wide else text) == day


@given(st.dates(date(1960, 1, 1), date(2118, 12, 31)), st.booleans())
def test_a_serial_is_its_day_in_either_date_system(day, date1904):
    since = date(1904, 1, 1) if date1904 else date(1899, 12, 30)

    assert read_date(float((day - since).days), date1904=date1904) == day


@given(st.text() | st.floats() | st.integers() | st.booleans())
def test_any_cell_is_a_date_or_refused(cell):
    with suppress(CellError):
        assert isinstance(read_date(cell), date)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("人民币", "CNY"),
        ("RMB", "CNY"),
        ("cny", "CNY"),
        ("元", "CNY"),
        ("сом", "KGS"),
        ("£", "GBP"),
    ],
)
def test_currencies_by_code_and_by_name(cell, code):
    assert read_currency(cell) == code


@pytest.mark.parametrize("cell", ["$", "¥", "XXQ", "234.00", ""])
def test_what_is_no_currency_or_several_is_refused(cell):
    assert refusal(read_currency, cell).code == "currency"


def test_cells_read_as_a_person_sees_them():
    assert text_of(1.0) == "1"
    assert text_of(0.1 + 0.2) == "0.3"
    assert text_of(date(2025, 7, 5)) == "2025-07-05"
    assert text_of("  a ") == "a"
    assert plain("合  计") == "合计"
    assert plain("Transaction No.") == "transactionno"
