"""360Giving out and in. No package brings its schema: what the standard requires is written out here."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import xlsxwriter

from cairn.catalog import journal
from cairn.exchange import export_command as command
from cairn.exchange.giving.read import TO_A_PERSON, open_any
from cairn.exchange.sheets.cells import SheetUnreadableError
from cairn.exchange.sheets.guess import guess_mapping
from cairn.exchange.sheets.importing import SheetImport
from cairn.journal.models import Entry
from cairn.money.models import Grant
from cast import Pen
from shared_data import shared
from told import programme_told

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)

REQUIRED = {
    "id": str, "title": str, "description": str, "currency": str, "awardDate": str,
    "amountAwarded": int | float, "recipientOrganization": list, "fundingOrganization": list,
}  # fmt: skip


def written(programme: str, out: Path, **how) -> Path:
    asked = command.asked(programme, out, "", "", "", "")
    command.giving(asked, **{"prefix": "360G-teams", "language": "en", **how})
    return out


def imported(pen, path, bad=None):
    book = open_any(path)
    importing = SheetImport(
        journal=journal, programme=pen.programme, book=book, mapping=guess_mapping(book),
        post="programme-office", now=NOW,
    )  # fmt: skip
    return importing.run(bad=bad)


def test_every_grant_has_what_the_standard_requires(tmp_path):
    told = programme_told()
    said = json.loads(written(told, tmp_path / "g.json").read_bytes())

    assert len(said["grants"]) == 3
    for grant in said["grants"]:
        for name, kind in REQUIRED.items():
            assert isinstance(grant[name], kind), name
            assert grant[name], name
        assert grant["id"].startswith("360G-teams-")
        assert len(grant["currency"]) == 3
        assert datetime.strptime(grant["awardDate"], "%Y-%m-%d")  # noqa: DTZ007 - a day
        for organisation in (*grant["recipientOrganization"], *grant["fundingOrganization"]):
            assert organisation.keys() == {"id", "name"}
        assert not any("ndividual" in name for name in grant)
    water = next(one for one in said["grants"] if one["id"] == "360G-teams-water-2025")
    assert water["recipientOrganization"][0]["id"] == "360G-teams-org:county-office"
    assert water["amountAwarded"] == 1000000


def test_the_sheet_has_the_standards_headings_and_the_same_grants(tmp_path):
    told = programme_told()
    said = json.loads(written(told, tmp_path / "g.json").read_bytes())
    text = written(told, tmp_path / "g.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))

    assert [row["Identifier"] for row in rows] == [grant["id"] for grant in said["grants"]]
    assert {"Amount Awarded", "Award Date", "Recipient Org:Name", "Funding Org:Identifier"} <= set(
        rows[0]
    )


@pytest.mark.parametrize("form", ["json", "csv", "xlsx"])
def test_what_went_out_comes_in_as_the_same_grants(tmp_path, form):
    told = programme_told()
    path = written(told, tmp_path / f"g.{form}")
    pen = Pen.opened()
    outcome = imported(pen, path)
    again = imported(pen, path)

    assert (outcome.good, outcome.bad_rows) == (3, 0)
    assert (again.good, again.already) == (0, 3)

    def of(programme):
        rows = Grant.objects.filter(programme=programme).order_by("amount_minor", "pledged_on")
        return list(rows.values_list("amount_minor", "currency", "pledged_on", "until", "places"))

    assert of(pen.programme) == of(told)


def test_the_grants_of_a_real_funder_come_in_row_by_row(pen, tmp_path):
    source = shared("data/sheets/360_giving_LBFEW_2010_2015.xlsx")
    pen = Pen(journal=journal)
    from datetime import date  # noqa: PLC0415

    from cairn.programme.facts import ProgrammeOpened  # noqa: PLC0415 - of another currency
    from cairn.values import Text  # noqa: PLC0415

    opened = ProgrammeOpened(name=Text(en="UK"), timezone="Europe/London", currency="GBP")
    pen.record(opened, on=date(2009, 1, 1))
    outcome = imported(pen, source)

    assert (outcome.good, outcome.bad_rows) == (4115, 1)
    assert outcome.bad == {"zero": 1}
    assert [thing.called for thing in outcome.new_things] == ["organisation"]


PERSON = {
    "id": "360G-x-2", "title": "canary-title", "description": "canary-why", "currency": "CNY",
    "amountAwarded": 500, "awardDate": "2025-02-01",
    "recipientIndividual": [{"id": "360G-x-ind-1", "name": "canary-name"}],
    "fundingOrganization": [{"id": "360G-x", "name": "The Fund"}],
}  # fmt: skip
ORGANISATION = {
    "id": "360G-x-1", "title": "A well", "description": "d", "currency": "CNY",
    "amountAwarded": 500.5, "awardDate": "2025-02-01",
    "recipientOrganization": [{"id": "360G-x-org", "name": "A committee"}],
    "fundingOrganization": [{"id": "360G-x", "name": "The Fund"}],
}  # fmt: skip


def as_json(path):
    path.write_text(json.dumps({"grants": [ORGANISATION, PERSON]}))


def as_xlsx(path):
    heads = (
        "Identifier", "Title", "Description", "Currency", "Amount Awarded", "Award Date",
        "Recipient Org:Name", "Recipient Ind:Identifier", "Recipient Ind:Name", "Funding Org:Name",
    )  # fmt: skip
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("grants")
        sheet.write_row(0, 0, heads)
        sheet.write_row(
            1, 0, ["360G-x-1", "A well", "d", "CNY", 500.5, "2025-02-01", "A committee", "", "", "The Fund"]
        )  # fmt: skip
        sheet.write_row(
            2, 0,
            ["360G-x-2", "canary-title", "canary-why", "CNY", 500, "2025-02-01", "", "i", "canary-name",
             "The Fund"],
        )  # fmt: skip


@pytest.mark.parametrize(("write", "name"), [(as_json, "g.json"), (as_xlsx, "g.xlsx")])
def test_a_grant_to_a_person_is_left_out_with_a_sentence_and_leaves_no_trace(
    pen, tmp_path, write, name
):
    write(tmp_path / name)
    bad = tmp_path / "bad.csv"
    outcome = imported(pen, tmp_path / name, bad=bad)

    assert (outcome.good, outcome.bad_rows) == (1, 1)
    assert TO_A_PERSON in bad.read_text(encoding="utf-8-sig")
    assert "360G-x-2" in bad.read_text(encoding="utf-8-sig")
    assert "canary" not in bad.read_text(encoding="utf-8-sig")
    bodies = b"".join(bytes(e.body) for e in Entry.objects.filter(programme=pen.programme))
    assert b"A well" in bodies
    assert b"canary" not in bodies
    assert "canary" not in "".join(map(str, outcome.shown))


def test_a_file_that_is_none_is_refused_with_a_sentence(tmp_path):
    for text in ('{"grants": 5}', '{"grants": [1]}', "{", '{"releases": []}'):
        path = tmp_path / "g.json"
        path.write_text(text)
        with pytest.raises(SheetUnreadableError):
            open_any(path)
