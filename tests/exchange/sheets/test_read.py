import json
from collections import Counter
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cairn.exchange.sheets.cells import open_book
from cairn.exchange.sheets.guess import guess_mapping
from cairn.exchange.sheets.mapping import MapError, Mapping
from cairn.exchange.sheets.read import Verdict, read_rows
from cairn.values import to_minor
from shared_data import shared

TODAY = date(2026, 11, 23)


def rows_of(path, *, mapping=None, today=TODAY, currency=None):
    book = open_book(path)
    return list(read_rows(book, mapping or guess_mapping(book), today=today, currency=currency))


def written(tmp_path, text, name="sheet.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_text(text, encoding=encoding, newline="")
    return path


def good(rows):
    return [row for row in rows if row.verdict == Verdict.GOOD]


def bad(rows):
    return [row for row in rows if row.verdict == Verdict.BAD]


def reasons(rows):
    return [[reason.code for reason in row.reasons] for row in bad(rows)]


def why_not(rows):
    return Counter(row.why for row in rows if row.verdict == Verdict.NOT_A_ROW)


# Sheets as county offices keep them


def as_expected(row, places="village", **renamed):
    said = {"row": row.number, "source_id": row.source_id}
    said |= {"date": row.values["date"].isoformat(), "currency": row.values["currency"]}
    said |= {"amount_minor": row.values["amount"], places: row.values["place"]}
    return said | {name: row.values[field] for name, field in renamed.items()}


def test_the_income_sheet_reads_as_a_careful_clerk_would_read_it():
    expected = json.loads(shared("data/sheets/zh-income-2025.expected.json").read_text())

    rows = rows_of(shared("data/sheets/zh-income-2025.xlsx"))

    assert [
        as_expected(row, sponsor="sponsor", purpose="purpose") for row in good(rows)
    ] == expected
    assert not bad(rows)
    assert why_not(rows) == {
        "a total": 7,
        "above the headings": 2,
        "below the table": 1,
        "blank": 1,
        "headings": 1,
    }


def test_the_spending_workbook_reads_with_its_returns_named():
    expected = json.loads(shared("data/sheets/zh-spending-2025.expected.json").read_text())

    rows = rows_of(shared("data/sheets/zh-spending-2025.xlsx"))
    found = [
        as_expected(row, project="project", payee="payee", grant="grant", sheet="sheet")
        if (row.values.setdefault("sheet", row.sheet))
        else None
        for row in rows
        if row.verdict != Verdict.NOT_A_ROW
    ]

    assert found == expected
    assert [row.source_id for row in bad(rows)] == ["一-004", "二-006", "二-013"]
    assert all(row.reasons[0].code == "negative" for row in bad(rows))
    assert "a return is its own kind of row" in bad(rows)[0].why


def test_the_transfers_file_has_every_verdict_expected():
    expected = json.loads(shared("data/sheets/zh-transfers-gb18030.expected.json").read_text())

    rows = rows_of(shared("data/sheets/zh-transfers-gb18030.csv"))
    repeated = [row for row in bad(rows) if row.reasons[0].code == "repeated-id"]
    others = {row.source_id: row for row in bad(rows) if row not in repeated}

    assert [row.source_id for row in good(rows)] == expected["good"]
    assert [row.source_id for row in repeated] == expected["repeated_id"]
    assert others.keys() == expected["bad"].keys()
    for source_id, reason in expected["bad"].items():
        assert reason.split(" (")[0] in others[source_id].why
    assert others["T007"].reasons[0].offer == "10000.00"
    assert why_not(rows) == {"a total": len(expected["not_rows"]), "headings": 1}
    assert good(rows)[-1].values["purpose"].startswith("=HYPERLINK(")


def test_a_transfer_that_happened_twice_is_kept_twice():
    """T002 and T003 say the same under their own ids."""
    rows = good(rows_of(shared("data/sheets/zh-transfers-gb18030.csv")))
    second, third = (row for row in rows if row.source_id in {"T002", "T003"})

    assert second.values == third.values
    assert second.key != third.key


# Sheets that offices elsewhere published


@pytest.mark.parametrize(
    ("name", "constants", "good_rows", "bad_rows", "not_rows"),
    [
        ("bradford-2018-12.csv", {"account": "council", "currency": "GBP"}, 9073, 0, 1),
        ("harrogate.csv", {"currency": "GBP"}, 1614, 0, 1),
        ("salford.csv", {"currency": "GBP"}, 1452, 0, 2),
        ("360_giving_LBFEW_2010_2015.xlsx", {}, 4115, 1, 1),
        ("worldbank-projects.xlsx", {}, 36, 0, 2),
    ],
)
def test_every_row_of_a_published_sheet_gets_its_verdict(
    name, constants, good_rows, bad_rows, not_rows
):
    path = shared(f"data/sheets/{name}")
    guessed = guess_mapping(open_book(path))
    how = guessed.sheet[0].model_copy(update={"constants": constants})
    rows = rows_of(path, mapping=guessed.model_copy(update={"sheet": (how,)}))

    counts = Counter(row.verdict for row in rows)

    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    assert counts[Verdict.GOOD] == good_rows
    assert counts[Verdict.BAD] == bad_rows
    assert counts[Verdict.NOT_A_ROW] == not_rows
    assert len({row.key for row in good(rows)}) == good_rows


def test_salfords_two_rows_of_headings_give_the_gross_amount():
    rows = good(rows_of(shared("data/sheets/salford.csv"), currency="GBP"))

    assert rows[0].values["amount"] == to_minor("1360.66", "GBP")
    assert rows[0].values["payee"] == "Alan Franklin Builders Ltd"


def test_a_document_number_that_many_lines_share_is_no_row_id():
    rows = rows_of(shared("data/sheets/harrogate.csv"), currency="GBP")
    lines = [row for row in good(rows) if row.source_id == "1720576"]

    assert len(lines) == 78
    assert len({row.key for row in lines}) == 78


def test_a_sheet_without_currency_refuses_each_row_and_says_where_to_add_it():
    rows = rows_of(shared("data/sheets/harrogate.csv"))

    assert len(bad(rows)) == 1614
    assert "add it under constants in the map" in rows[1].why


# Verdicts


SENT = "id,date,from,to,amount,currency\n"


def test_a_total_a_footer_and_a_blank_line_are_no_rows(tmp_path):
    text = "编号,日期,转出,转入,金额(元)\n1,2025-01-02,甲,乙,5\n,,,,\n,,,小 计,5\n合 计,,,,5\n制表人:,,,,\n审核\n"

    rows = rows_of(written(tmp_path, text))

    assert len(good(rows)) == 1
    assert why_not(rows) == {
        "headings": 1,
        "blank": 1,
        "a total": 2,
        "below the table": 1,
        "a line of text": 1,
    }


def test_a_dated_row_is_a_row_whatever_its_payee_is_called(tmp_path):
    text = "date,project,supplier,account,amount,currency\n2025-01-02,Road,Total,county,5,EUR\n"

    assert len(good(rows_of(written(tmp_path, text)))) == 1


def test_headings_printed_again_on_each_page_are_no_rows(tmp_path):
    text = SENT + "1,2025-01-02,a,b,5,CNY\n" + SENT + "2,2025-01-03,a,b,5,CNY\n"

    rows = rows_of(written(tmp_path, text))

    assert len(good(rows)) == 2
    assert why_not(rows)["the headings again"] == 1


def test_the_same_id_with_other_content_needs_a_person(tmp_path):
    text = SENT + "1,2025-01-02,a,b,5,CNY\n2,2025-01-02,a,b,5,CNY\n1,2025-01-02,a,b,6,CNY\n"

    rows = rows_of(written(tmp_path, text))

    assert reasons(rows) == [["repeated-id"]]
    assert "row 2, which says something else" in bad(rows)[0].why


def test_without_ids_a_repeat_is_kept_and_keys_stay_the_same(tmp_path):
    text = "date,from,to,amount,currency\n" + 2 * "2025-01-02,a,b,5,CNY\n"
    path = written(tmp_path, text)

    keys = [row.key for row in good(rows_of(path))]

    assert len(set(keys)) == 2
    assert keys == [row.key for row in good(rows_of(path))]


def test_a_key_does_not_depend_on_notation_remarks_or_constants(tmp_path):
    first = written(tmp_path, "date,from,to,amount,note\n2025-01-02,a,b,1200,x\n")
    again = written(tmp_path, 'date,from,to,amount,note\n2025年1月2日,A,b,"1,200.00",y\n', "b.csv")

    keys = [good(rows_of(path, currency=c))[0].key for path, c in ((first, "CNY"), (again, "USD"))]

    assert keys[0] == keys[1]


def test_an_unquoted_thousands_separator_does_not_shift_the_row(tmp_path):
    text = "date,from,to,amount,note\n2025-01-02,a,b,1,200.00,urgent\n"

    rows = rows_of(written(tmp_path, text), currency="CNY")

    assert reasons(rows) == [["too-many-cells"]]


def test_a_quotation_mark_that_never_closes_does_not_swallow_rows_unseen(tmp_path):
    text = SENT + '1,2025-01-02,"a,b,5,CNY\n' + "2,2025-01-03,a,b,5,CNY\n" * 3

    rows = rows_of(written(tmp_path, text))

    assert "swallowed 3 more rows" in bad(rows)[0].why


def test_an_amount_merged_over_rows_is_not_counted_for_each(tmp_path):
    path = tmp_path / "merged.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("转账")
    for row, cells in enumerate(
        [
            ["日期", "转出", "转入", "金额(元)"],
            ["2025-01-02", "甲", "乙"],
            ["2025-01-02", "甲", "丙"],
        ]
    ):
        sheet.write_row(row, 0, cells)
    sheet.merge_range(1, 3, 2, 3, 5000)
    book.close()

    rows = rows_of(path)

    assert reasons(rows) == [["merged-amount"], ["merged-amount"]]
    assert "rows 2 to 3" in bad(rows)[0].why


def test_a_workbook_that_counts_from_1904_gives_the_same_days(tmp_path):
    path = tmp_path / "mac.xlsx"
    book = xlsxwriter.Workbook(path, {"date_1904": True})
    sheet = book.add_worksheet()
    sheet.write_row(3, 1, ["日期", "转出", "转入", "金额(元)"])
    sheet.write_row(4, 1, [45907 - 1462, "甲", "乙", 5])
    sheet.write_row(5, 1, ["", "甲", "乙", 5])
    sheet.write_datetime(5, 1, date(2025, 9, 7), book.add_format({"num_format": "yyyy/m/d"}))
    book.close()

    rows = rows_of(path)

    assert [row.values["date"] for row in good(rows)] == [date(2025, 9, 7)] * 2
    assert [row.number for row in good(rows)] == [5, 6]


def test_a_hidden_sheet_is_left_out_and_said_to_be(tmp_path):
    path = tmp_path / "hidden.xlsx"
    book = xlsxwriter.Workbook(path)
    for name in ("shown", "hidden"):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, ["date", "from", "to", "amount", "currency"])
        sheet.write_row(1, 0, ["2025-01-02", "a", "b", 5, "CNY"])
    sheet.hide()
    book.close()

    rows = rows_of(path)

    assert len(good(rows)) == 1
    assert why_not(rows)["the sheet is hidden"] == 2


def test_headings_that_moved_down_a_row_are_found_by_the_old_map(tmp_path):
    mapping = guess_mapping(open_book(written(tmp_path, SENT + "1,2025-01-02,a,b,5,CNY\n")))
    later = written(tmp_path, "Transfers in March\n" + SENT + "1,2025-03-02,a,b,5,CNY\n", "b.csv")

    assert len(good(rows_of(later, mapping=mapping))) == 1


def test_a_map_that_does_not_fit_says_which_heading_is_missing(tmp_path):
    mapping = guess_mapping(open_book(written(tmp_path, SENT + "1,2025-01-02,a,b,5,CNY\n")))
    other = written(tmp_path, "id,date,from,to,sum,currency\n1,2025-03-02,a,b,5,CNY\n", "b.csv")

    with pytest.raises(MapError, match="‘amount’, which is not there"):
        rows_of(other, mapping=mapping)


def test_a_map_for_a_sheet_that_is_not_there_is_refused(tmp_path):
    path = written(tmp_path, SENT + "1,2025-01-02,a,b,5,CNY\n")
    mapping = guess_mapping(open_book(path))
    named = mapping.sheet[0].model_copy(update={"name": "March"})

    with pytest.raises(MapError, match="no sheet ‘March’"):
        rows_of(path, mapping=Mapping(sheet=(named,)))


def test_a_map_for_every_sheet_leaves_out_the_one_without_its_headings(tmp_path):
    path = tmp_path / "quarters.xlsx"
    book = xlsxwriter.Workbook(path)
    for name in ("一季度", "二季度"):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, ["date", "from", "to", "amount", "currency"])
        sheet.write_row(1, 0, ["2025-01-02", "a", "b", 5, "CNY"])
    book.add_worksheet("说明").write(0, 0, "fill in every column")
    book.close()
    (first, _) = guess_mapping(open_book(path)).sheet
    mapping = Mapping(sheet=(first.model_copy(update={"name": "*"}),))

    rows = rows_of(path, mapping=mapping)

    assert [row.sheet for row in good(rows)] == ["一季度", "二季度"]
    assert why_not(rows)["the map's headings are not on this sheet"] == 1


CELL = st.text(max_size=12) | st.sampled_from(
    [
        "2025-01-02",
        "5",
        "1,200.00",
        "合计",
        "制表人:",
        "CNY",
        "a",
        "(5)",
        '"',
        "=1+1",
        "\n",
        "壹万元",
    ]
)


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(table=st.lists(st.lists(CELL, min_size=1, max_size=7), max_size=8))
def test_every_row_gets_exactly_one_verdict(tmp_path, table):
    import csv  # noqa: PLC0415 - only this test writes with it

    text = StringIO(newline="")
    csv.writer(text).writerows([SENT.strip().split(","), *table])
    safe = text.getvalue().encode("utf-8", "replace").decode().replace("\x00", "")
    path = written(tmp_path, safe)

    rows = rows_of(path)

    assert [row.number for row in rows] == list(range(1, len(table) + 2))
    for row in rows:
        assert row.verdict in set(Verdict)
        assert bool(row.reasons) == (row.verdict != Verdict.GOOD)
        assert bool(row.key) == (row.verdict == Verdict.GOOD)


def test_reading_again_gives_the_same_rows():
    path = Path(shared("data/sheets/zh-spending-2025.xlsx"))

    assert rows_of(path) == rows_of(path)
