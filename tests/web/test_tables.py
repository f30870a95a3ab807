"""A table feeds its page and its CSV alike; filters apply to both; CSVs are safe to open."""

import csv
import io
import re
from dataclasses import dataclass
from html import unescape

import pytest

from cairn.following.answers import AsOf, Named, Page, Part
from cairn.values import to_minor
from cairn.web.csv_out import all_of, lines
from cairn.web.drawing import draw
from cairn.web.public import columns
from cairn.web.reader import reader_of
from cairn.web.tables import Amount, Column, Parts, Setting, Table, Thing, inert

SETTING = Setting(reader_of("en"), lambda what, id_: f"/{what}/{id_}" if what else "")
VILLAGE, WELL = "qarasu-committee", "qarasu-well"

TABLES = (
    ("", "places"),
    ("", "grants"),
    ("", "in_transit"),
    ("grants/", "grants"),
    ("places/", "places"),
    ("projects/", "projects"),
    ("accounts/", "accounts"),
    ("in-transit/", "in_transit"),
    ("exceptions/", "exceptions"),
    ("grants/water-2025/", "projects"),
    ("grants/water-2025/", "exceptions"),
    ("grants/water-2025/", "in_transit"),
    ("grants/water-2025/", "standing"),
    ("grants/water-2025/", "steps"),
    (f"projects/{WELL}/", "grants"),
    (f"projects/{WELL}/", "evidence"),
    (f"projects/{WELL}/", "gifts"),
    ("places/hongliu/", "places"),
    ("places/hongliu/", "projects"),
    ("places/hongliu/", "accounts"),
    ("places/hongliu/", "teams"),
    (f"accounts/{VILLAGE}/", "standing"),
)


def read_csv(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def rows_of(page, table):
    section = re.search(rf'<section class="table" id="{table}".*?</section>', page, re.DOTALL)[0]
    return re.findall(r'<tr role="row" class="[^"]*">(.*?)</tr>', section, re.DOTALL)


def text_of(markup):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", markup)).split())


@pytest.mark.parametrize(("path", "table"), TABLES)
def test_a_csv_has_the_rows_of_its_table(look, path, table):
    shown = rows_of(look(path).content.decode(), table)
    written = read_csv(look(path, csv=table))

    assert len(shown) == len(written)
    for row, line in zip(shown, written, strict=True):
        first = next(
            value
            for key, value in line.items()
            if key.endswith(("_name", "what", "caption")) and value
        )
        assert first.lstrip("'").split("-")[0] in text_of(row)


@pytest.mark.parametrize(("path", "table"), TABLES)
def test_a_csv_says_as_of_which_position_and_by_which_policy(look, path, table):
    for line in read_csv(look(path, csv=table)):
        assert int(line["as_of_position"]) > 0
        assert line["policy"].startswith("grant-fifo ")


def test_a_csv_is_a_file_that_excel_reads_as_utf_8(look, told):
    response = look("grants/", csv="grants")

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="{told}-grants.csv"'
    assert b"".join(response.streaming_content).startswith(b"\xef\xbb\xbfgrant,grant_name,")


def test_a_csv_names_things_in_the_language_of_its_page(look):
    chinese = read_csv(look("grants/", "zh-hans", csv="grants"))

    assert "2025年道路" in {line["grant_name"] for line in chinese}
    assert "grant" in chinese[0]


def test_filters_apply_to_the_page_and_to_its_csv(look):
    page = look("grants/", sponsor="seed-company").content.decode()
    written = read_csv(look("grants/", sponsor="seed-company", csv="grants"))

    assert {line["sponsor"] for line in written} == {"seed-company"}
    assert len(rows_of(page, "grants")) == len(written) == 2
    assert '<option value="seed-company" selected>' in page


@pytest.mark.parametrize(
    ("path", "query", "rows"),
    [
        ("projects/", {"theme": "road"}, 2),
        ("projects/", {"stage": "started"}, 1),
        ("projects/", {"place": "hongliu"}, 3),
        ("projects/", {"place": "qarasu", "theme": "road"}, 0),
        ("accounts/", {"place": "石桥村"}, 1),
        ("exceptions/", {"what": "breach"}, 1),
        (f"accounts/{VILLAGE}/", {"since": "2025-03-02"}, 0),
        (f"accounts/{VILLAGE}/", {"until": "2025-02-28"}, 0),
    ],
)
def test_each_filter_narrows_its_list(look, path, query, rows):
    page = look(path, **query).content.decode()
    table = "statement" if path.startswith("accounts/q") else path.strip("/")

    assert len(rows_of(page, table) if rows else []) == rows
    assert rows or 'class="empty"' in page


def test_a_day_that_is_none_is_refused_beside_its_field_and_filters_nothing(look):
    page = look(f"accounts/{VILLAGE}/", since="yesterday").content.decode()

    assert "Write a day like 2025-06-30." in page
    assert 'aria-invalid="true"' in page
    assert rows_of(page, "statement")


def test_the_parts_of_the_payments_in_a_csv_add_up_to_what_grants_paid(look):
    payments = read_csv(look(f"projects/{WELL}/", csv="payments"))
    shares = read_csv(look(f"projects/{WELL}/", csv="grants"))

    by_grant = {}
    for line in payments:
        if not line["reversed"]:
            by_grant.setdefault(line["part_grant"], 0)
            by_grant[line["part_grant"]] += to_minor(line["part_amount"], "CNY")
    assert by_grant == {line["grant"]: to_minor(line["amount"], "CNY") for line in shares}


def test_a_statement_adds_up_to_what_stands_in_its_account(look):
    lines_ = read_csv(look(f"accounts/{VILLAGE}/", csv="statement"))
    seen, total = set(), 0
    for line in lines_:
        if line["movement"] not in seen and not line["reversed"]:
            seen.add(line["movement"])
            total += to_minor(line["came_in"], "CNY") - to_minor(line["went_out"], "CNY")

    assert total == to_minor(lines_[0]["balance"], "CNY")


def test_the_stages_on_the_page_are_those_of_the_csv(look):
    page = look().content.decode()

    for line in read_csv(look(csv="stages")):
        assert reader_of("en").amount(to_minor(line["amount"], "CNY"), "CNY") in page


def test_a_table_that_is_not_on_the_page_has_no_csv(look):
    assert look("grants/", csv="nothing").status_code == 404


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum", "\t=1", "\r=1", "\0=1", "＝1"])
def test_text_that_a_spreadsheet_would_run_is_made_inert(text):
    assert inert(text).startswith("'")
    assert "\0" not in inert(text)


def test_formulas_in_names_stay_text_and_amounts_stay_numbers(look):
    written = read_csv(look("projects/", csv="projects"))
    names = {line["project"]: line["project_name"] for line in written}

    assert names["cmd"] == "'=cmd"
    assert {line["budget"] for line in written} == {"", "9000.00"}


@dataclass(frozen=True)
class Row:
    """A row of a table made for a test."""

    thing: Named
    amount: int
    currency: str = "CNY"
    parts: tuple[Part, ...] = ()


def table(*rows, **more):
    made = (
        Thing(id="thing", label="Thing", of=lambda row: row.thing, is_a="grant"),
        Amount(id="amount", label="Amount", of=lambda row: row.amount, bar=True),
        Column(id="note", label="Note", of=lambda _: "", optional=True),
        Column(id="key", label="Key", of=lambda row: row.thing.id, csv_only=True),
    )
    return Table(id="made", caption="Made", columns=made, rows=rows, empty="None.", **more)


def test_rows_of_one_currency_name_it_once():
    drawn = draw(table(Row(Named("a", {}), 100), Row(Named("b", {}), 50)), SETTING)

    assert drawn.currency == "CNY"
    assert [column.id for column in drawn.columns] == ["thing", "amount"]


def test_rows_of_several_currencies_have_a_column_for_it():
    drawn = draw(table(Row(Named("a", {}), 100), Row(Named("b", {}), 50, "JPY")), SETTING)

    assert drawn.currency == ""
    assert drawn.columns[-1].id == "currency"
    assert "<bdi>1.00</bdi>" in drawn.rows[0]
    assert "<bdi>50</bdi>" in drawn.rows[1]


def test_bars_are_on_one_scale_for_all_rows_even_those_not_shown():
    drawn = draw(table(Row(Named("a", {}), 50), Row(Named("b", {}), 100), most=1), SETTING)

    assert drawn.hidden == 1
    assert '<rect width="50.00"' in drawn.rows[0]


def test_bars_of_one_currency_are_on_a_scale_of_their_own():
    drawn = draw(table(Row(Named("a", {}), 50), Row(Named("b", {}), 100, "JPY")), SETTING)

    assert '<rect width="100.00"' in drawn.rows[0]


def test_a_row_without_parts_is_one_line_and_one_with_two_is_two():
    parts = tuple(Part(Named(id_, {}), 50, False, ()) for id_ in ("g", "h"))
    rows = (Row(Named("a", {}), 100, parts=parts), Row(Named("b", {}), 1))
    columns_ = (
        *table().columns[:2],
        Parts(id="parts", label="", of=lambda row: row.parts, breach=""),
    )
    made = Table(id="made", caption="", columns=columns_, rows=rows, empty="")

    written = list(lines(made, SETTING, AsOf(7, 7, "fifo", "1")))
    assert [line[0] for line in written] == ["thing", "a", "a", "b"]
    assert written[1] == ["a", "a", "1.00", "CNY", "g", "g", "0.50", "false", "", "7", "fifo 1"]
    assert written[3] == ["b", "b", "0.01", "CNY", "", "", "", "", "", "7", "fifo 1"]


def test_a_long_list_is_asked_for_a_stretch_at_a_time():
    asked = []

    def ask(*, start, size):
        asked.append(start)
        return range(start, min(start + size, 4500)), Page(start, size, 4500)

    assert list(all_of(ask)) == list(range(4500))
    assert asked == [0, 2000, 4000]


def test_every_column_of_every_table_has_a_name_of_its_own_in_the_csv():
    tables = [value for value in vars(columns).values() if isinstance(value, tuple) and value]
    for made in tables:
        if all(isinstance(one, Column) for one in made):
            header = [name for one in made for name in one.header()]
            assert len(header) == len(set(header)), header
            assert all(re.fullmatch(r"[a-z_]+", name) for name in header)
