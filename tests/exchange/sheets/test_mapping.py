import re
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from cairn.exchange.sheets.cells import open_book
from cairn.exchange.sheets.guess import guess_mapping
from cairn.exchange.sheets.mapping import MapError, read_mapping, save_mapping, toml_of
from cairn.exchange.sheets.words import KINDS, ROW_KINDS
from shared_data import shared


def guessed(tmp_path, text):
    path = tmp_path / "sheet.csv"
    path.write_text(text, encoding="utf-8")
    return guess_mapping(open_book(path)).sheet[0]


@pytest.mark.parametrize(
    ("name", "rows_are", "columns"),
    [
        ("zh-income-2025.xlsx", "money received", {"sponsor": "拨款单位", "place": "收款村"}),
        ("zh-spending-2025.xlsx", "money spent", {"project": "项目·名称", "grant": "资金来源"}),
        ("zh-transfers-gb18030.csv", "money sent", {"from": "转出", "to": "转入"}),
        ("bradford-2018-12.csv", "money spent", {"amount": "Net Amount", "date": "Payment date"}),
        ("harrogate.csv", "money spent", {"payee": "Supplier Name", "id": "Transaction No."}),
        ("salford.csv", "money spent", {"amount": "Amount·Gross"}),
        ("360_giving_LBFEW_2010_2015.xlsx", "grants", {"amount": "Amount Awarded"}),
        ("worldbank-projects.xlsx", "projects", {"id": "Project Id", "name": "Project Name"}),
    ],
)
def test_what_the_rows_are_is_guessed_right(name, rows_are, columns):
    how = guess_mapping(open_book(shared(f"data/sheets/{name}"))).sheet[0]

    assert how.rows_are == rows_are
    assert columns.items() <= how.columns.items()


@pytest.mark.parametrize(
    ("said", "unit", "currency"),
    [
        ("金额(万元)", 10_000, "CNY"),
        ("金额（单位：千元）", 1_000, "CNY"),
        ("金额(元)", 1, "CNY"),
        ("金额(万美元)", 10_000, "USD"),
        ("Amount (USD)", 1, "USD"),
        ("Amount (£)", 1, "GBP"),
        ("Amount (thousands)", 1_000, None),
        ("金额", 1, None),
    ],
)
def test_a_heading_says_its_unit_and_currency(tmp_path, said, unit, currency):
    how = guessed(tmp_path, f"日期,转出,转入,{said}\n2025-01-02,甲,乙,5\n")

    assert how.columns["amount"]
    assert how.unit == Decimal(unit)
    assert how.constants.get("currency") == currency


def test_a_line_above_the_table_says_the_unit_for_all_but_columns_that_say_their_own(tmp_path):
    text = "拨付明细表\n,,,单位:万元\n日期,转出,转入,金额{}\n2025-01-02,甲,乙,5\n"

    assert guessed(tmp_path, text.format("")).unit == 10_000
    assert guessed(tmp_path, text.format("(元)")).unit == 1


def test_dates_that_leave_one_reading_settle_the_order_and_others_leave_it_open(tmp_path):
    text = "date,from,to,amount\n{},a,b,5\n1/2/2025,a,b,5\n"

    assert guessed(tmp_path, text.format("25/12/2025")).date_order == "day-first"
    assert guessed(tmp_path, text.format("12/25/2025")).date_order == "month-first"
    assert guessed(tmp_path, text.format("3/4/2025")).date_order is None
    assert guessed(tmp_path, text.format("25/12/2025,a,b,5\n12/25/2025")).date_order is None


def test_columns_that_name_people_are_never_mapped(tmp_path):
    how = guessed(tmp_path, "日期,姓名,收款人,身份证号,账号,项目,金额\n2025-01-02,甲,乙,1,2,路,5\n")

    assert set(how.columns.values()) == {"日期", "项目", "金额"}
    assert {"姓名", "收款人", "身份证号", "账号"} <= set(how.left_out)


def test_headings_that_stand_twice_are_told_apart(tmp_path):
    how = guessed(tmp_path, "日期,转出,转入,金额,金额\n2025-01-02,甲,乙,5,6\n")

    assert how.columns["amount"] == "金额"
    assert "金额 #2" in how.left_out


def test_a_merged_heading_reaches_over_its_columns(tmp_path):
    path = tmp_path / "sheet.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("支出")
    sheet.merge_range(0, 0, 0, 1, "凭证")
    sheet.merge_range(0, 2, 1, 2, "项目")
    sheet.write(0, 3, "金额")
    sheet.write_row(1, 0, ["编号", "日期", "", "(万元)"])
    sheet.write_row(2, 0, ["1", "2025-01-02", "路", 5])
    book.close()

    how = guess_mapping(open_book(path)).sheet[0]

    assert how.header_rows == (1, 2)
    assert how.columns["id"] == "凭证·编号"
    assert how.columns["project"] == "项目"
    assert how.columns["amount"] == "金额·(万元)"
    assert how.unit == 10_000


def test_a_file_without_headings_is_refused_with_what_to_do(tmp_path):
    path = tmp_path / "sheet.csv"
    path.write_text("1,2,3\n4,5,6\n")

    with pytest.raises(MapError, match="give it with --map"):
        guess_mapping(open_book(path))


def test_a_saved_map_reads_back_as_it_was():
    path = shared("data/sheets/zh-income-2025.xlsx")
    mapping = guess_mapping(open_book(path))

    assert "unit = 10000\n" in toml_of(mapping, path.name)


@pytest.mark.parametrize("name", ["zh-income-2025.xlsx", "zh-transfers-gb18030.csv", "salford.csv"])
def test_what_is_saved_is_what_was_guessed(tmp_path, name):
    mapping = guess_mapping(open_book(shared(f"data/sheets/{name}")))
    save_mapping(mapping, tmp_path / "a.map.toml", sheet=name)

    assert read_mapping(tmp_path / "a.map.toml") == mapping


def test_a_map_is_never_overwritten(tmp_path):
    mapping = guess_mapping(open_book(shared("data/sheets/salford.csv")))
    (tmp_path / "mine.toml").write_text("mine")

    with pytest.raises(MapError, match="not overwritten"):
        save_mapping(mapping, tmp_path / "mine.toml", sheet="x")
    assert (tmp_path / "mine.toml").read_text() == "mine"


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    mapping = guess_mapping(open_book(shared("data/sheets/salford.csv")))

    with pytest.raises(MapError, match="--save-map"):
        save_mapping(mapping, tmp_path / "none" / "a.toml", sheet="x")


SHEET = '[[sheet]]\nname = ""\nheader_rows = [1]\n'


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ("[[sheet", "is not TOML"),
        ("", "sheet: Field required"),
        (SHEET + 'rows_are = "loans"\ncolumns = {}', "sheet.0.rows_are: one of money received"),
        (SHEET + 'rows_are = "grants"\ncolumns = {payee = "x"}', "no field ‘payee’; it has amount"),
        (SHEET + 'rows_are = "grants"\ncolumns = {}\ncolour = 1', "sheet.0.colour: Extra inputs"),
        (
            SHEET + 'rows_are = "grants"\ncolumns = {name = "x"}\nconstants = {name = "y"}',
            "keep one",
        ),
        (SHEET + 'rows_are = "grants"\ncolumns = {name = "姓名"}', "‘姓名’ tells of people"),
        (SHEET + 'rows_are = "grants"\nunit = 0\ncolumns = {}', "sheet.0.unit"),
    ],
)
def test_a_map_that_says_something_impossible_is_refused_by_place(tmp_path, toml, says):
    path = tmp_path / "a.map.toml"
    path.write_text(toml)

    with pytest.raises(MapError, match=says.replace("[", r"\[")):
        read_mapping(path)


HOW_TO = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "import-a-sheet.md"


def test_the_map_in_the_how_to_can_be_copied(tmp_path):
    (example,) = re.findall(r"```toml\n(.*?)```", HOW_TO.read_text(encoding="utf-8"), re.DOTALL)
    path = tmp_path / "a.map.toml"
    path.write_text(example, encoding="utf-8")

    assert read_mapping(path).for_sheet("一季度").columns["project"] == "项目·名称"


@pytest.mark.parametrize("kind", ROW_KINDS)
def test_the_how_to_names_every_field_that_is_needed(kind):
    (line,) = re.findall(
        rf"^\| {kind} \| (.*) \|$", HOW_TO.read_text(encoding="utf-8"), re.MULTILINE
    )
    told = set(re.findall(r"[a-z]+", " ".join(re.findall(r"\*\*(.*?)\*\*", line)))) - {"or"}

    needed = {
        name for need in KINDS[kind].needs for name in ([need] if isinstance(need, str) else need)
    }

    assert told == needed
