"""A search over foreign keys and shared values, from each record to people, devices and sessions: there is no path."""

from collections import defaultdict

import pytest
from django.apps import apps
from django.db import connection

from cairn.catalog import journal
from guarantees.there import table_fields

OF_PEOPLE = ("people", "auth", "account", "mfa", "contenttypes", "sessions")
"""The apps whose tables are about those at work who sign in."""

COMMON = {"programme", "place", "about", "category", "name", "state", "received_on", "said_on",
          "screen_by", "answer_by", "happened_on", "kind", "field", "voice"}  # fmt: skip
"""What many voices have in common, for what it says: a village, a day, what it is about."""


def links():
    """Every foreign key, both ways, by table."""
    found = defaultdict(set)
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            if field.is_relation and field.related_model and hasattr(field, "column"):
                found[model._meta.db_table].add(field.related_model._meta.db_table)
                found[field.related_model._meta.db_table].add(model._meta.db_table)
    return found


def reached(start, by):
    seen, next_ones = {start}, [start]
    while next_ones:
        for table in by[next_ones.pop()] - seen:
            seen.add(table)
            next_ones.append(table)
    return seen


def of_people():
    return {m._meta.db_table for m in apps.get_models() if m._meta.app_label in OF_PEOPLE}


def test_no_foreign_key_leads_from_a_record_to_a_person_or_back():
    by = links()
    others = {m._meta.db_table for m in apps.get_models(include_auto_created=True)} - of_people()
    others -= {"auth_group_permissions"}

    assert "people_user" in reached("people_devicetoken", by)  # a path is found where there is one
    for table in others:
        assert reached(table, by) & of_people() == set(), table


def test_no_record_has_a_column_for_who_or_by_which_device():
    wanted = {"user", "session", "device", "token", "digest", "sender", "author", "cookie", "email"}
    tables = {table for table, _column in table_fields()} - of_people()
    found = {
        (table, column)
        for table, column in table_fields()
        if table in tables and wanted & set(column.removesuffix("_id").split("_"))
    }

    # A receipt code's slow hash opens one voice, and is of nobody: line 11.
    assert found <= {("voice_slip", "digest")}


def test_only_facts_of_posts_have_their_recorder_kept():
    """people_recording says who recorded what; what residents send is recorded by nobody."""
    tables = [m for m in apps.get_models() if "user" in {f.name for f in m._meta.fields}]

    assert {m._meta.app_label for m in tables} <= set(OF_PEOPLE)


def test_no_value_of_a_voice_is_in_another_or_in_anything_about_people(db):
    pytest.importorskip("cairn.voice", reason="no voices in this installation")
    from guarantees.voices import rows_of, speaking  # noqa: PLC0415 - where there are voices

    told = speaking()
    voices = [rows_of(key) for key in told.keys]
    everything = {table: rows_of(None, table) for table in of_people()}

    assert len(voices) == 6
    for number, rows in enumerate(voices):
        own = {value for row in rows for name, value in row.items() if name not in COMMON}
        own = {value for value in own if len(value) > 9}
        assert own, "nothing to look for"
        for other, its in enumerate(voices):
            values = {value for row in its for name, value in row.items() if name not in COMMON}
            assert other == number or not own & values
        for table, rows_there in everything.items():
            values = {value for row in rows_there for value in row.values()}
            assert not {one for one in own for value in values if one in value}, table


def test_one_answer_for_several_voices_puts_no_two_of_them_into_one_row(db):
    """Three are answered with one press at the desk: no row of any table names two, or two of their answers."""
    pytest.importorskip("cairn.voice", reason="no voices in this installation")
    from guarantees.voices import answered_together  # noqa: PLC0415 - where there are voices

    of_each = answered_together()
    rows = [row for table in connection.introspection.table_names() for row in every_row(table)]

    assert len(of_each) == 3
    for own in of_each:
        assert len(own) == 2
        assert any(one in row for row in rows for one in own), "looking finds nothing"
    for row in rows:
        assert sum(any(one in row for one in own) for own in of_each) <= 1, row


def every_row(table):
    """Each row of a table as one text, ids without hyphens."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - the tables' own names
        for row in cursor.fetchall():
            values = (
                bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else value
                for value in row
            )
            yield " ".join(map(str, values)).replace("-", "")


def test_no_kind_of_fact_names_two_voices():
    for kind in journal.kinds.values():
        named = [called for _field, called in kind.references() if called == "voice"]
        assert len(named) <= 1, kind.kind
        assert not [one for one in named if one in dict(kind.brings()).values()], kind.kind


def test_voices_name_no_one_but_posts():
    """Every thing that a fact of a voice names is a place, a category, a notice, a voice, a post, an office or a thing."""
    kinds = [kind for kind in journal.kinds.values() if kind.kind.startswith("voice.")]

    named = {called for kind in kinds for _field, called in (*kind.references(), *kind.brings())}
    things = {"place", "category", "notice", "asset", "project"}
    assert named <= things | {"voice", "post", "organisation"}
