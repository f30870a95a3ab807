"""The entry table takes new entries and refuses everything else, whoever asks."""

import sqlite3

import pytest
from django.db import DatabaseError, connection, transaction

from cairn.journal.models import Entry
from cairn.programme.facts import PlaceAdded, PlaceLevel
from cast import named

A_VILLAGE = PlaceAdded(place="qarasu", name=named("Qarasu"), level=PlaceLevel.VILLAGE)

ENTRY = (
    "INSERT {how} INTO journal_entry (programme, position, id, kind, happened_on, body)"
    " VALUES ('teams', {position}, '{id}', 'k', '2025-01-01', x'7b7d')"
)

FORBIDDEN = {
    "update": "UPDATE journal_entry SET kind = 'forged'",
    "update or replace": "UPDATE OR REPLACE journal_entry SET position = 2 WHERE position = 1",
    "delete": "DELETE FROM journal_entry",
    "delete one": "DELETE FROM journal_entry WHERE position = 1",
    "replace by position": ENTRY.format(how="OR REPLACE", position=1, id="c"),
    "replace by id": ENTRY.format(how="OR REPLACE", position=3, id="a"),
    "replace by both": ENTRY.format(how="OR REPLACE", position=1, id="a"),
    "replace": ENTRY.format(how="", position=2, id="b").replace("INSERT", "REPLACE"),
    "ignore by id": ENTRY.format(how="OR IGNORE", position=3, id="a"),
    "upsert": ENTRY.format(how="", position=1, id="a")
    + " ON CONFLICT DO UPDATE SET kind = 'forged'",
    "gap": ENTRY.format(how="", position=4, id="c"),
    "start elsewhere": ENTRY.format(how="", position=2, id="c").replace("'teams'", "'other'"),
}


@pytest.fixture
def plain(sqlite, db):
    """Another program's connection to a journal of two entries: no pragma, autocommit."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sql FROM sqlite_master WHERE tbl_name = 'journal_entry' AND sql IS NOT NULL"
        )
        statements = [sql for (sql,) in cursor.fetchall()]
    stranger = sqlite3.connect(":memory:", isolation_level=None)
    for statement in statements:
        stranger.execute(statement)
    stranger.execute(ENTRY.format(how="", position=1, id="a"))
    stranger.execute(ENTRY.format(how="", position=2, id="b"))
    yield stranger
    stranger.close()


@pytest.mark.parametrize("recursive_triggers", ["OFF", "ON"])
@pytest.mark.parametrize("statement", FORBIDDEN.values(), ids=FORBIDDEN)
def test_sqlite_keeps_every_entry_whatever_another_program_does(
    plain, statement, recursive_triggers
):
    plain.execute(f"PRAGMA recursive_triggers = {recursive_triggers}")
    before = plain.execute("SELECT * FROM journal_entry").fetchall()

    with pytest.raises(sqlite3.IntegrityError, match=r"never|no gaps|once"):
        plain.execute(statement)
    assert plain.execute("SELECT * FROM journal_entry").fetchall() == before


def test_sqlite_takes_the_next_entry_also_from_another_program(plain):
    plain.execute(ENTRY.format(how="", position=3, id="c"))

    assert plain.execute("SELECT count(*) FROM journal_entry").fetchone() == (3,)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_entry SET kind = 'forged'",
        "DELETE FROM journal_entry",
        "DELETE FROM journal_entry WHERE position = 1",
    ],
)
def test_cairn_itself_can_neither_change_nor_delete_an_entry(pen, statement):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Entry.objects.filter(programme=pen.programme, position=1).exists()


def test_an_entry_cannot_be_saved_again_through_django(pen):
    entry = Entry.objects.get(programme=pen.programme, position=1)
    entry.kind = "forged"

    with pytest.raises(DatabaseError), transaction.atomic():
        entry.save()


ON_POSTGRESQL = [
    "UPDATE journal_entry SET kind = 'forged'",
    "DELETE FROM journal_entry",
    "TRUNCATE journal_entry",
    "TRUNCATE journal_entry, journal_head",
]


@pytest.mark.parametrize("statement", ON_POSTGRESQL)
def test_postgresql_has_taken_the_right_from_the_role_itself(postgresql, pen, statement):
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize("statement", ON_POSTGRESQL)
def test_postgresql_refuses_by_trigger_where_the_right_was_given_back(postgresql, pen, statement):
    with connection.cursor() as cursor:
        cursor.execute("GRANT UPDATE, DELETE, TRUNCATE ON journal_entry TO CURRENT_USER")

    with (
        pytest.raises(DatabaseError, match="never changed or deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("position", "id"),
    [("position", "gen_random_uuid()"), ("position + 1", "id")],
    ids=["position", "id"],
)
def test_postgresql_refuses_a_second_entry_of_one_position_or_id(postgresql, pen, position, id):
    with (
        pytest.raises(DatabaseError, match="duplicate key"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            f"INSERT INTO journal_entry SELECT programme, {position}, {id}, kind, happened_on, body"  # noqa: S608
            " FROM journal_entry"
        )
