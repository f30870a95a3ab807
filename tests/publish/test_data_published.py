"""The data that a published record holds: a package that its own library validates, linked from its page."""

import json

import pytest

from cairn.exchange.tables.package import TABLES
from cairn.web.public.data import FORMATS

pytestmark = [
    pytest.mark.django_db,  # without it no test database is made for the record
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # libraries', of one another
]


def of(record) -> tuple[str, dict[str, bytes]]:
    """Where the data lie, and each file there."""
    found = {path: said for path, said in record.files.items() if path.startswith("data/")}
    folder = next(iter(found)).rpartition("/")[0]
    return folder, {path.removeprefix(f"{folder}/"): said for path, said in found.items()}


def test_every_format_and_table_is_there_once_for_all_languages(record):
    _folder, files = of(record)

    assert files.keys() == {
        *(f"{table.name}.csv" for table in TABLES),
        *(one.file for one in FORMATS),
    }


def test_the_package_is_valid_as_it_lies_on_a_disk(record, tmp_path):
    from frictionless import Package  # noqa: PLC0415 - half a second that other tests need not wait

    _folder, files = of(record)
    for name, said in files.items():
        (tmp_path / name).write_bytes(said)
    report = Package(str(tmp_path / "datapackage.json")).validate()

    assert report.valid, report.flatten(["name", "fieldName", "type", "message"])
    assert len(report.tasks) == len(TABLES)


def test_it_says_no_position_of_its_own(record):
    _folder, files = of(record)
    said = json.loads(files["datapackage.json"])

    assert not {"cairn", "version"} & said.keys()
    assert str(json.loads(record.files["manifest.json"])["position"]) not in said["description"]


def test_its_page_links_each_file(record):
    folder, files = of(record)
    programme = folder.removeprefix("data/")
    page = record.files[f"en/{programme}/data/index.html"].decode()

    for name in files:
        assert f'href="../../../{folder}/{name}"' in page, name
