"""A workbook out and in again: the same facts, in Chinese and in English, and no row changed unseen."""

import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from cairn.catalog import journal
from cairn.exchange import export_command as command
from cairn.exchange.sheets.cells import open_book
from cairn.exchange.sheets.guess import guess_mapping
from cairn.exchange.sheets.importing import SheetImport
from cairn.exchange.workbook import write
from cairn.exchange.workbook.words import SHEETS, TONGUES
from cairn.journal.heads import position_of
from cairn.money.facts import MoneyConfirmed, MoneySent, MovementReversed, SendingVoided
from cairn.money.models import Account, Grant, Movement
from cairn.programme.models import Organisation, Place
from cairn.works.models import Project
from cast import Pen, assemble, cny
from told import tell_a_year

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)

SAME = {
    Movement: (
        "kind", "fact", "happened_on", "source", "target", "amount_minor", "currency", "grant", "of",
        "payee", "voucher", "note", "confirmed_minor", "voided_by", "reversed_by",
    ),
    Grant: ("sponsor", "amount_minor", "currency", "pledged_on", "places", "themes", "until"),
    Account: ("holder", "place", "currency", "opened_on"),
    Project: ("place", "theme", "budget_minor", "proposed_on", "cancelled_on"),
    Place: ("level", "path"),
    Organisation: ("role",),
}  # fmt: skip
"""What of each table is the same again."""


@pytest.fixture
def told():
    """A year, with something of each sort that a movement can come to."""
    pen = Pen.opened()
    assemble(pen)
    tell_a_year(pen)
    ends = {"source": "county-office", "target": "qarasu-committee"}
    sent = pen.movement(MoneySent(amount=cny("70.00"), voucher="=7", **ends))
    confirmed = pen.movement(MoneyConfirmed(movement=sent, amount=cny("30.00")))
    pen.record(MovementReversed(movement=confirmed, reason="Counted twice"))
    voided = pen.movement(MoneySent(amount=cny("71.00"), voucher="=7", **ends))
    pen.record(SendingVoided(movement=voided, reason="Sent back"))
    return pen


def workbook(pen, out: Path, language="en", **chosen) -> Path:
    rows = {"place": "", "project": "", "since": "", "until": "", **chosen}
    command.xlsx(command.asked(pen.programme, out, **rows), language=language)
    return out


def imported(pen, path, **options):
    book = open_book(path)
    mapping = guess_mapping(book)
    assert [one.rows_are for one in mapping.sheet] == [one.kind for one in SHEETS]
    importing = SheetImport(
        journal=journal, programme=pen.programme, book=book, mapping=mapping,
        post="programme-office", now=NOW,
    )  # fmt: skip
    return importing.run(**options)


def rows_of(programme, table):
    return {row[0]: row[1:] for row in table.objects.filter(programme=programme).values_list("id", *SAME[table])}  # fmt: skip


@pytest.mark.parametrize("language", TONGUES)
def test_where_it_came_from_everything_is_on_record_already(told, tmp_path, language):
    position = position_of(told.programme)
    outcome = imported(told, workbook(told, tmp_path / "book.xlsx", language))

    assert (outcome.good, outcome.bad_rows) == (0, 0), outcome.shown
    assert outcome.already > 30
    assert not outcome.new_things
    assert position_of(told.programme) == position


@pytest.mark.parametrize("language", TONGUES)
def test_into_a_fresh_programme_it_makes_the_same_things_and_movements(told, tmp_path, language):
    fresh = Pen.opened()
    outcome = imported(fresh, workbook(told, tmp_path / "book.xlsx", language))

    assert outcome.bad_rows == 0, outcome.shown
    assert not outcome.new_things
    for table in SAME:
        assert rows_of(fresh.programme, table) == rows_of(told.programme, table), table
    again = imported(fresh, workbook(fresh, tmp_path / "again.xlsx", "en"))
    assert (again.good, again.bad_rows, again.already) == (0, 0, outcome.good)


def test_a_row_that_was_changed_is_refused_and_the_others_stand(told, tmp_path):
    path = workbook(told, tmp_path / "book.xlsx")
    changed = changed_in(
        path, "Grants", tmp_path / "changed.xlsx", from_="1000000.00", to="1000001.00"
    )
    position = position_of(told.programme)
    outcome = imported(told, changed)

    assert outcome.bad == {"says-otherwise": 2}
    assert outcome.already > 30
    assert position_of(told.programme) == position


def changed_in(path, sheet, to_path, *, from_, to):
    """The workbook with other numbers in a sheet."""
    names = [words.called["en"] for words in SHEETS]
    inner = f"xl/worksheets/sheet{names.index(sheet) + 2}.xml"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(to_path, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == inner:
                assert f"<v>{from_}</v>".encode() in content
                content = content.replace(f"<v>{from_}</v>".encode(), f"<v>{to}</v>".encode())
            new.writestr(name, content)
    return to_path


def test_a_chinese_row_and_an_english_one_are_the_same_row(told, tmp_path):
    fresh = Pen.opened()
    first = imported(fresh, workbook(told, tmp_path / "zh.xlsx", "zh-hans"))
    second = imported(fresh, workbook(told, tmp_path / "en.xlsx", "en"))

    assert (second.good, second.bad_rows, second.already) == (0, 0, first.good)


def test_days_choose_what_it_holds(told, tmp_path):
    whole = imported(told, workbook(told, tmp_path / "a.xlsx")).already
    some = imported(told, workbook(told, tmp_path / "b.xlsx", since="2025-03-02")).already

    assert some < whole


def test_no_cell_is_a_formula_and_the_same_record_makes_the_same_bytes(told, tmp_path):
    first = workbook(told, tmp_path / "a.xlsx")
    second = workbook(told, tmp_path / "b.xlsx")

    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as book:
        sheets = [book.read(n) for n in book.namelist() if n.startswith("xl/worksheets/")]
    assert len(sheets) == len(SHEETS) + 1
    assert not any(b"<f>" in sheet for sheet in sheets)
    assert any(b"=7" in sheet for sheet in sheets)


def test_a_sheet_that_is_too_long_is_refused_with_a_sentence(told, tmp_path, monkeypatch):
    monkeypatch.setattr(write, "ROWS_AT_MOST", 4)

    with pytest.raises(write.TooManyRowsError, match="--from"):
        workbook(told, tmp_path / "book.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_sheet_of_somebody_elses_is_not_read_as_one_of_ours(tmp_path):
    path = tmp_path / "theirs.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Places")
        sheet.write_row(0, 0, ["ID", "Name", "Level", "Within", "Budget", "Status"])
        sheet.write_row(1, 0, ["1", "A road", "village", "x", 5, "started"])

    assert guess_mapping(open_book(path)).sheet[0].rows_are == "projects"


def test_a_row_may_name_a_fact_that_nobody_has_and_brings_it_under_that_id(told, tmp_path):
    fresh = Pen.opened()
    imported(fresh, workbook(told, tmp_path / "book.xlsx"))
    mine = set(Movement.objects.filter(programme=told.programme).values_list("id", flat=True))

    assert mine == set(
        Movement.objects.filter(programme=fresh.programme).values_list("id", flat=True)
    )
    assert min(m.happened_on for m in Movement.objects.filter(programme=fresh.programme)) >= date(
        2025, 1, 1
    )
