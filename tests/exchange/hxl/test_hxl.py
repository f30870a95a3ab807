"""HXL-tagged tables: that libhxl reads them and its default schema finds nothing wrong."""

import csv
import re

import pytest

from cairn.exchange import export_command as command
from cairn.exchange.hxl.write import hashtag
from cairn.exchange.tables.package import TABLES
from cairn.following.snapshot import bring_up_to_date
from stands import tell_what_stands
from told import tell_a_year

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore")]

TAG = re.compile(r"#[a-z][a-z0-9_]*(\+[a-z][a-z0-9_]*)*")
"""As the standard writes a hashtag and its attributes."""


@pytest.fixture
def tagged(cast, tmp_path):
    tell_a_year(cast)
    tell_what_stands(cast)
    bring_up_to_date(cast.programme)
    command.hxl(command.asked(cast.programme, tmp_path / "hxl", "", "", "", ""), table="")
    return tmp_path / "hxl"


def read(path):
    """A tagged table, as libhxl has it."""
    import hxl  # noqa: PLC0415 - a second that other tests need not wait

    with path.open(encoding="utf-8-sig", newline="") as file:
        return hxl.data(list(csv.reader(file)))


def errors_in(path) -> list[str]:
    """The tags of what libhxl's default schema calls an error; it warns of rare values, too."""
    import hxl  # noqa: PLC0415 - likewise

    found = []
    hxl.schema(None, callback=found.append).validate(read(path))
    return [one.column.tag for one in found if one.rule.severity == "error"]


def test_every_field_has_a_tag_by_the_standard_and_no_two_of_a_table_are_the_same():
    for table in TABLES:
        tags = [hashtag(table, field) for field in table.fields]
        assert all(TAG.fullmatch(tag) for tag in tags), tags
        assert len(set(tags)) == len(tags), (table.name, tags)


def test_libhxl_reads_every_table_and_its_schema_finds_nothing_wrong(tagged):
    for table in TABLES:
        path = tagged / f"{table.name}.csv"
        rows = path.read_text(encoding="utf-8-sig").count("\n") - 2
        if rows:  # libhxl wants at least one row to tell a table by
            source = read(path)
            assert len(list(source)) == rows, table.name
            assert errors_in(path) == [], table.name


def test_its_schema_would_find_an_amount_and_a_day_that_are_none(tagged):
    path = tagged / "movements.csv"
    text = path.read_text(encoding="utf-8").replace(",2025-03-01,", ",soon,")
    path.write_text(re.sub(r",\d+\.\d\d,CNY", ",much,CNY", text), encoding="utf-8")

    assert set(errors_in(path)) == {"#date", "#value"}


def test_amounts_and_places_are_found_by_their_tags(tagged):
    source = read(tagged / "movements.csv")
    amounts = [row.get("#value+amount") for row in source]

    assert amounts
    assert all(re.fullmatch(r"\d+\.\d\d", amount) for amount in amounts)
    assert [row.get("#loc+name+i_en") for row in read(tagged / "places.csv")].count("Qarasu") == 1
