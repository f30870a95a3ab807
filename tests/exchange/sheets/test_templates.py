"""Templates: what the importer reads of them before and after somebody has filled them in."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
import xlsxwriter

from cairn.catalog import journal
from cairn.exchange.sheets.cells import open_book
from cairn.exchange.sheets.guess import guess_mapping
from cairn.exchange.sheets.importing import SheetImport
from cairn.exchange.sheets.templates import TEMPLATES, as_csv, headings_of, write_xlsx
from cairn.exchange.sheets.words import DATE_FIELDS, KINDS
from cairn.lessons.facts import DebriefCalled
from cairn.money.models import Grant, Movement
from cairn.programme.facts import PostOpened, PostRole
from cast import assemble, named

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
EACH = [(kind, language) for kind in TEMPLATES for language in ("zh-hans", "en")]

FILLED = {
    "money received": ("V-1", "2025-03-02", "water-bureau", "water-2025", "county-office", "5", "CNY"),
    "money sent": ("V-2", "2025-03-05", "county-office", "qarasu-committee", "4", "CNY", ""),
    "money spent": (
        "V-3", "2025-04-11", "qarasu-committee", "Deep well", "Qarasu", "kunlun-drilling", "3", "CNY", "",
    ),
    "money returned": (
        "V-4", "2025-11-20", "qarasu-committee", "county-office", "2", "CNY", "", "Left over",
    ),
    "grants": ("G-9", "Roads 2025", "water-bureau", "9", "CNY", "2025-01-15", "2026-12-31"),
    "accounts": ("A-9", "Market fund", "county-office", "Kunlun", "CNY", "2025-01-10"),
    "projects": ("P-9", "Bridge", "Qarasu", "7", "CNY", "started", "2025-04-01", "2025-10-31"),
    "assets": (
        "S-9", "Pump", "Qarasu", "qarasu-committee", "2025-10-31", "Deep well", "2026-10-31", "6", "1200",
        "CNY", "broken", "2025-11-15",
    ),
    "recommendations": (
        "R-9", "close-2025", "2025-12-18", "List every warranty", "leader", "leader", "2026-03-31",
    ),
}  # fmt: skip


def template(tmp_path, kind, language, form, rows=()):
    """A template as it is downloaded; with these rows below its example, as somebody fills it in."""
    path = tmp_path / f"{kind}.{form}"
    if form == "csv":
        out = io.StringIO()
        csv.writer(out).writerows(rows)
        path.write_bytes(as_csv(kind, language) + out.getvalue().encode())
    elif not rows:
        with path.open("wb") as file:
            write_xlsx(kind, language, file)
    else:
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            for at, cells in enumerate([headings_of(kind, language), *rows]):
                sheet.write_row(at, 0, cells)
    return path


def imported(pen, path):
    book = open_book(path)
    importing = SheetImport(
        journal=journal,
        programme=pen.programme,
        book=book,
        mapping=guess_mapping(book),
        post="county-accountant",
        now=NOW,
    )
    return importing.run()


@pytest.fixture
def debriefed(pen):
    assemble(pen)
    pen.record(
        PostOpened(post="leader", name=named("Team leader"), role=PostRole.COUNTY, place="kunlun")
    )
    pen.record(
        DebriefCalled(
            debrief="close-2025",
            cohort="2025",
            place="kunlun",
            name=named("What was learned"),
            chair="leader",
            on=date(2025, 12, 18),
        )
    )
    return pen


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize(("kind", "language"), EACH)
def test_a_template_is_recognised_whole_and_its_example_left_out(
    pen, tmp_path, kind, language, form
):
    path = template(tmp_path, kind, language, form)
    (sheet,) = guess_mapping(open_book(path)).sheet
    outcome = imported(pen, path)

    assert sheet.rows_are == kind
    assert dict(sheet.columns) == dict(
        zip([one.field for one in TEMPLATES[kind]], headings_of(kind, language), strict=True)
    )
    assert (outcome.good, outcome.bad_rows) == (0, 0)
    assert outcome.not_rows["an example"] == 1


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize(("kind", "language"), EACH)
def test_a_template_that_was_filled_in_is_imported_once(debriefed, tmp_path, kind, language, form):
    path = template(tmp_path, kind, language, form, [FILLED[kind]])
    first, again = imported(debriefed, path), imported(debriefed, path)

    assert (first.good, first.bad_rows) == (1, 0), first.shown
    assert (again.good, again.already, again.bad_rows) == (0, 1, 0)


@pytest.mark.parametrize("kind", TEMPLATES)
def test_a_template_has_every_field_that_is_needed(kind):
    fields = {column.field for column in TEMPLATES[kind]}

    for need in KINDS[kind].needs:
        assert fields.intersection((need,) if isinstance(need, str) else need)
    assert all(column.example[0] for column in TEMPLATES[kind])
    days = [column for column in TEMPLATES[kind] if column.field in DATE_FIELDS]
    assert all(date.fromisoformat(column.example[0]) for column in days)


def test_what_was_filled_in_is_what_is_on_record(debriefed, tmp_path):
    for kind in ("money spent", "grants", "assets", "recommendations"):
        imported(debriefed, template(tmp_path, kind, "zh-hans", "csv", [FILLED[kind]]))

    spent = Movement.objects.get(programme=debriefed.programme, fact="money.money-spent")
    assert (spent.target, spent.amount_minor, spent.voucher) == ("qarasu-well", 300, "V-3")
    assert Grant.objects.get(programme=debriefed.programme, id="g-9").sponsor == "water-bureau"
    pump = debriefed.the("asset", "s-9")
    assert (pump.keeper, pump.project, pump.condition) == (
        "qarasu-committee",
        "qarasu-well",
        "broken",
    )
    assert (pump.every_months, pump.upkeep_minor, str(pump.seen_on)) == (6, 120_000, "2025-11-15")
    (told,) = journal.tables["recommendation"].objects.filter(programme=debriefed.programme)
    assert (told.debrief, told.speaker, str(told.wanted_by)) == (
        "close-2025",
        "leader",
        "2026-03-31",
    )


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"condition": "pink"}, "condition"),
        ({"months": "soon"}, "months"),
        ({"months": "500"}, "months"),
        ({"project": "Nothing of the sort"}, "no-project"),
        ({"organisation": "张三"}, "person"),
        ({"until": "2020-01-01"}, "refused-warranty_until"),
    ],
)
def test_an_asset_that_is_unclear_is_refused_whole(debriefed, tmp_path, cells, code):
    fields = [column.field for column in TEMPLATES["assets"]]
    row = [cells.get(field, cell) for field, cell in zip(fields, FILLED["assets"], strict=True)]
    outcome = imported(debriefed, template(tmp_path, "assets", "en", "csv", [row]))

    assert outcome.bad == {code: 1}
    assert not journal.tables["asset"].objects.filter(programme=debriefed.programme).exists()


def test_a_recommendation_about_people_is_refused(debriefed, tmp_path):
    row = list(FILLED["recommendations"])
    row[3] = "Follow the villagers more closely"
    outcome = imported(debriefed, template(tmp_path, "recommendations", "en", "csv", [row]))

    assert outcome.bad_rows == 1
    assert "watching, sorting or changing" in outcome.shown[0].why
