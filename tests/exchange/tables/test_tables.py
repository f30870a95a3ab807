"""The data package: that its own library finds it valid, that its figures are the pages', what is not in it."""

import csv
import io
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pyarrow import parquet

from cairn.catalog import journal
from cairn.exchange.outgoing import OutputError, still_so
from cairn.exchange.tables import command
from cairn.exchange.tables.chosen import Choice, WhichRowsError
from cairn.exchange.tables.command import Asked, WhichTableError
from cairn.exchange.tables.declared import Chosen
from cairn.exchange.tables.money import MOVEMENTS
from cairn.exchange.tables.package import TABLES, table_named
from cairn.exchange.tables.write import csv_of
from cairn.following.queries import grants
from cairn.following.queries.reading import read
from cairn.following.snapshot import bring_up_to_date
from cairn.journal.heads import NotSteadyError
from cairn.lessons.facts import DebriefCalled, DebriefHeld, MinutesWritten
from cairn.money.facts import MoneySent
from cairn.programme.facts import PostOpened, PostRole
from cairn.requests.facts import Help, RequestRaised
from cairn.values import Text, to_decimal
from cast import Pen, assemble, cny
from stands import tell_what_stands
from told import programme_told, tell_a_year

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # libraries', of one another
]

IN_NO_TABLE = {
    "agenda-item": "what a debrief speaks about is told by its recommendations",
    "books": "what accounts of one holder share: closed_until is with each account",
    "category": "voices are on no public record, and what they may be about is on the board",
    "claim-said": "what residents say is not public but as the board has it",
    "question": "what a notice asks is with its texts",
    "voice-clocks": "how long voices are kept",
    "keys": "where keys are is said on an asset's page and in its pack",
    "lesson-theme": "names of themes, which recommendations are sorted by",
    "question-said": "what residents say is not public but as the board has it",
    "request": "what posts ask of one another is not public",
    "visit": "likewise",
    "thing-said": "what residents say is not public but as the board has it",
    "turn": "whose turn it is, for rights alone: handovers say it",
    "voice": "what residents say is not public but as the board has it",
    "voice-text": "likewise",
    "reported-activity": "the word of other publishers: `cairn export iati --reported`",
    "reported-file": "likewise",
    "reported-mending": "likewise",
    "reported-statement": "likewise",
}
"""Read models that are in no table, and why."""


@pytest.fixture
def told():
    return programme_told()


@pytest.fixture
def package(told, tmp_path):
    """The package of a year of a small programme."""
    written(told, tmp_path / "package")
    return tmp_path / "package"


def written(programme: str, out: Path, **how) -> None:
    command.run(Asked(programme=programme, out=out, **{"chosen": Chosen(), **how}))


def rows_of(package: Path, table: str) -> list[dict[str, str]]:
    text = (package / "data" / f"{table}.csv").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def lines_of(reading, name: str, chosen: Chosen, *, after: int = 0):
    return list(Choice(reading, chosen).rows(table_named(name), after=after))


def report_of(package: Path):
    from frictionless import Package  # noqa: PLC0415 - half a second that other tests need not wait

    return Package(str(package / "datapackage.json")).validate()


def test_its_own_library_finds_it_valid_with_every_type_key_and_hash(package):
    report = report_of(package)

    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "type", "message"])
    assert len(report.tasks) == len(TABLES)
    assert sum(len(rows_of(package, table.name)) for table in TABLES) > 80


@pytest.mark.parametrize(
    ("table", "field", "wrong", "error"),
    [
        ("movements", "from_account", "nowhere", "foreign-key"),
        ("movements", "amount", "much", "type-error"),
        ("movements", "happened_on", "2025-13-01", "type-error"),
        ("places", "id", "kunlun", "primary-key"),
        ("projects", "place", "", "constraint-error"),
    ],
)
def test_that_library_would_find_what_is_wrong(package, table, field, wrong, error):
    rows = rows_of(package, table)
    row = next(row for row in rows if row[field] and row[field] != wrong)
    row[field] = wrong
    with (package / "data" / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, rows[0].keys())
        out.writeheader()
        out.writerows(rows)
    said = json.loads((package / "datapackage.json").read_text())
    for resource in said["resources"]:
        del resource["bytes"], resource["hash"]
    (package / "datapackage.json").write_text(json.dumps(said))

    assert error in {found[0] for found in report_of(package).flatten(["type"])}


def test_parquet_holds_the_same_rows_with_exact_amounts_and_days(package):
    for table in TABLES:
        typed = parquet.read_table(package / "parquet" / f"{table.name}.parquet").to_pylist()
        plain = rows_of(package, table.name)

        assert len(typed) == len(plain), table.name
        for one, other in zip(typed, plain, strict=True):
            for field in table.fields:
                assert same(one[field.name], other[field.name], field.type), (table.name, one)


def same(typed, plain: str, kind: str) -> bool:
    if not plain:
        return typed is None
    if kind == "number":
        return isinstance(typed, Decimal) and typed == Decimal(plain)
    if kind == "date":
        return typed == date.fromisoformat(plain)
    if kind == "integer":
        return typed == int(plain)
    if kind == "boolean":
        return typed == (plain == "true")
    return typed == plain.removeprefix("'")


def test_parts_add_up_to_their_movement_and_sums_are_those_of_the_pages(told, package):
    moved = {row["id"]: row for row in rows_of(package, "movements")}
    parts: dict[str, Decimal] = {}
    spent: dict[str, Decimal] = {}
    for row in rows_of(package, "attributions"):
        movement = moved[row["movement"]]
        parts[row["movement"]] = parts.get(row["movement"], Decimal(0)) + Decimal(row["amount"])
        if movement["kind"] == "spend" and not movement["reversed_by"]:
            spent[row["grant"]] = spent.get(row["grant"], Decimal(0)) + Decimal(row["amount"])

    assert parts
    assert all(amount == Decimal(moved[id_]["amount"]) for id_, amount in parts.items())
    for row in grants(programme=told):
        if row.sponsor.id:
            shown = Decimal(to_decimal(row.spent, row.currency))
            assert spent.get(row.grant.id, Decimal(0)) == shown, row.grant.id


def test_amounts_have_the_digits_of_their_currency_and_stand_beside_it(package):
    amounts = {row["amount"] for row in rows_of(package, "movements") if row["currency"] == "CNY"}

    assert amounts
    assert all(len(amount.partition(".")[2]) == 2 for amount in amounts)


def test_the_same_record_makes_the_same_bytes(told, package, tmp_path):
    written(told, tmp_path / "again")

    before = {path.relative_to(package): path.read_bytes() for path in files_in(package)}
    again = tmp_path / "again"
    assert before == {path.relative_to(again): path.read_bytes() for path in files_in(again)}
    assert len(before) == 2 * len(TABLES) + 1


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_every_read_model_is_in_a_table_or_said_to_be_in_none():
    in_tables = {table.model.called for table in TABLES if table.model}
    in_tables |= {"movement", "version", "milestone"}

    assert set(journal.tables) - in_tables == IN_NO_TABLE.keys()


def test_each_field_says_what_it_is_and_each_key_is_a_field():
    for table in TABLES:
        names = [one.name for one in table.fields]
        assert len(set(names)) == len(names)
        assert set(table.key) <= set(names)
        assert not table.day or table.day in names
        assert all(len(one.about) > 3 for one in table.fields), table.name


def test_nothing_that_is_not_public_leaves(tmp_path):
    pen = Pen.opened()
    assemble(pen)
    tell_a_year(pen)
    for post in ("county", "keeper"):
        pen.record(PostOpened(post=post, name=Text(en=post), role=PostRole.COUNTY, place="kunlun"))
    what, by = Text(en="canary-request"), date(2025, 6, 1)
    pen.record(RequestRaised(asked="county", help=Help.REPAIR, what=what, by=by))
    called = DebriefCalled(
        debrief="d", name=Text(en="Spring"), cohort="2025", place="hongliu", chair="county",
        on=date(2025, 4, 1),
    )  # fmt: skip
    pen.record(called)
    pen.record(DebriefHeld(debrief="d", posts=("county",), present=3), on=date(2025, 4, 1))
    pen.record(MinutesWritten(debrief="d", text="canary-minutes"), on=date(2025, 4, 1))
    written(pen.programme, tmp_path / "out", parquet=False)

    whole = b"".join(path.read_bytes() for path in files_in(tmp_path / "out"))
    assert b"Spring" in whole
    assert b"canary" not in whole


def test_text_that_a_spreadsheet_would_run_begins_with_an_apostrophe(package):
    names = {row["name_en"] for row in rows_of(package, "projects")}

    assert "'=cmd" in names
    typed = parquet.read_table(package / "parquet" / "projects.parquet")
    assert "=cmd" in typed.column("name_en").to_pylist()


def test_a_place_a_project_and_days_choose_rows(told):
    reading = read(told)
    everything = lines_of(reading, "movements", Chosen())
    here = lines_of(reading, "movements", Chosen(place="qarasu"))
    township = lines_of(reading, "movements", Chosen(place="hongliu"))
    well = lines_of(reading, "movements", Chosen(project="qarasu-well"))
    day = MOVEMENTS.place["happened_on"]
    march = lines_of(reading, "movements", Chosen(since="2025-03-01", until="2025-03-31"))

    assert 0 < len(here) <= len(township) <= len(everything)
    assert {row[MOVEMENTS.place["project"]] for row in well} <= {"qarasu-well", None}
    assert {row[MOVEMENTS.place["kind"]] for row in here} >= {"send", "confirm", "spend"}
    parts = lines_of(reading, "attributions", Chosen(place="qarasu"))
    assert {row[0] for row in parts} <= {row[0] for row in here}
    assert lines_of(reading, "movements", Chosen(place="石桥村")) != everything
    assert {row[0] for row in march} == {
        row[0] for row in everything if "2025-03-01" <= row[day] <= "2025-03-31"
    }
    assert lines_of(reading, "organisations", Chosen(place="qarasu")) == lines_of(
        reading, "organisations", Chosen()
    )
    assert [row[0] for row in lines_of(reading, "places", Chosen(place="qarasu"))] == ["qarasu"]


def test_what_is_not_on_record_chooses_nothing_and_is_said(told):
    for wrong in (Chosen(place="nowhere"), Chosen(project="none"), Chosen(since="2025-02-30")):
        with pytest.raises(WhichRowsError):
            Choice(read(told), wrong)


def test_rows_after_those_that_came_continue_a_file(told):
    reading = read(told)
    rows = lines_of(reading, "movements", Chosen())
    whole = b"".join(csv_of(MOVEMENTS, rows))
    rest = lines_of(reading, "movements", Chosen(), after=7)

    first = b"".join(csv_of(MOVEMENTS, rows[:7]))
    assert first + b"".join(csv_of(MOVEMENTS, rest, header=False)) == whole


def test_a_package_of_chosen_rows_is_valid_and_says_what_was_chosen(told, tmp_path):
    out = tmp_path / "here"
    written(told, out, chosen=Chosen(place="qarasu"), licence="CC-BY-4.0", parquet=False)

    said = json.loads((out / "datapackage.json").read_text())
    assert report_of(out).valid
    assert said["cairn"]["chosen"] == {"place": "qarasu"}
    assert said["licenses"][0]["name"] == "CC-BY-4.0"
    assert not (out / "parquet").exists()


def test_what_somebody_else_put_there_is_not_replaced_and_a_package_is(told, package, tmp_path):
    strange = tmp_path / "strange"
    strange.mkdir()
    (strange / "letter.txt").write_text("mine")

    with pytest.raises(OutputError, match="holds something else"):
        written(told, strange)
    written(told, package, parquet=False)

    assert (strange / "letter.txt").read_text() == "mine"
    assert not (package / "parquet").exists()
    assert {path.name for path in tmp_path.iterdir()} == {"strange", "package"}


def test_an_export_that_fails_leaves_what_was_there(told, package, monkeypatch):
    before = {path: path.read_bytes() for path in files_in(package)}
    broken = replace(MOVEMENTS, rows=lambda _reading: iter([["too", "few"]]))
    monkeypatch.setattr(command, "TABLES", (*TABLES[:3], broken))

    with pytest.raises(Exception, match="index"):
        written(told, package)

    assert {path: path.read_bytes() for path in files_in(package)} == before
    assert [path.name for path in package.parent.iterdir()] == ["package"]


def test_one_table_goes_to_a_file_or_stdout(told, tmp_path, capfdbinary):
    written(told, Path("-"), table="movements")
    out = capfdbinary.readouterr().out
    written(told, tmp_path / "moved.csv", table="movements")

    assert out == (tmp_path / "moved.csv").read_bytes()
    assert out.startswith("\ufeffid,position,".encode())
    with pytest.raises(WhichTableError, match="movements"):
        written(told, Path("-"), table="people")


def test_a_fact_recorded_meanwhile_is_noticed(cast):
    bring_up_to_date(cast.programme)
    reading = read(cast.programme)
    still_so(reading)
    cast.record(MoneySent(source="county-office", target="qarasu-committee", amount=cny("1.00")))

    with pytest.raises(NotSteadyError):
        still_so(reading)


def test_what_stands_and_what_was_seen_of_it_is_there(cast, tmp_path):
    tell_a_year(cast)
    tell_what_stands(cast)
    written(cast.programme, tmp_path / "out", parquet=False)

    pump = next(r for r in rows_of(tmp_path / "out", "assets") if r["id"] == "qarasu-pump")
    assert (pump["condition"], pump["place"], pump["mender"]) == (
        "worn", "qarasu", "kunlun-drilling",
    )  # fmt: skip
    assert len(rows_of(tmp_path / "out", "inspections")) == 3
    assert {row["latitude"] for row in rows_of(tmp_path / "out", "places")} == {
        "",
        "34.00",
        "34.16",
    }
