"""Somebody with a canary for a name works at a post; then each entry, tile, opening and published file is searched for it."""

import json
import shutil
import sqlite3

import pytest
from django.apps import apps

from cairn.catalog import journal
from cairn.journal.models import Entry, SealedPart
from guarantees.conftest import in_other_forms
from guarantees.living import HOLDER


def test_the_database_knows_the_name_where_people_are_and_nowhere_else(lived, tmp_path):
    # Of a copy: opening it makes files beside it, and others look through that folder.
    for path in (lived.folder / "data").glob("cairn.sqlite3*"):
        shutil.copy(path, tmp_path)
    with sqlite3.connect(tmp_path / "cairn.sqlite3") as database:
        tables = [
            row[0]
            for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        holding = {
            table
            for table in tables
            for row in database.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - its own names
            if any(HOLDER in _text(value) for value in row)
        }
    database.close()

    assert holding == {"people_user"}


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def test_no_tile_no_page_and_no_published_file_has_it(lived):
    found = {name for name, _needle in lived.holding(*in_other_forms(HOLDER))}
    public = {name for name in found if name.startswith(("site/", "data/log/", "data/files/"))}

    assert found, "the name is in the database, where looking finds it"
    assert public == set()


def test_every_entry_names_the_post_that_recorded_it(desks):
    from cairn.values import Theme  # noqa: PLC0415
    from cairn.works.facts import NeedRaised  # noqa: PLC0415 - once Django is started
    from cast import named  # noqa: PLC0415

    seat = desks.seat("committee", HOLDER)
    desks.record(
        seat, NeedRaised(need="a-well", name=named("A well"), place="qarasu", theme=Theme.WATER)
    )
    bodies = [bytes(one.body) for one in Entry.objects.filter(programme=desks.programme)]
    parts = [bytes(one.value) for one in SealedPart.objects.filter(programme=desks.programme)]
    posts = {json.loads(body)["post"] for body in bodies}
    known = {
        *journal.tables["post"]
        .objects.filter(programme=desks.programme)
        .values_list("id", flat=True)
    }

    assert "committee" in posts
    assert posts - known - {"county-accountant", "~withheld"} == set()
    for content in (*bodies, *parts):
        assert HOLDER.encode() not in content
        assert str(desks.user(HOLDER).sign_in_name).encode() not in content


@pytest.mark.parametrize("kind", journal.kinds.values(), ids=journal.kinds)
def test_no_fact_asks_who_somebody_is(kind):
    wanted = {
        "user",
        "person",
        "signed_in",
        "holder_name",
        "sign_in_name",
        "first_name",
        "last_name",
        "surname",
        "telephone",
        "phone",
        "email",
    }

    assert not wanted & set(kind.model_fields)


def test_no_read_model_refers_to_a_user():
    for table in journal.tables.values():
        for field in table._meta.fields:
            assert not field.is_relation, (table, field.name)
    assert apps.get_model("people", "User")._meta.get_field("sign_in_name")


HELD_BY = (
    "tests/people/test_recording.py::test_a_fact_is_recorded_by_the_post_and_remembered_with_the_user",
)
