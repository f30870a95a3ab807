"""Every column of every table, question of every fact and property of the API is in a list that somebody read.

Add a line to reviewed.csv only with a yes from somebody else to this: it is about money, a thing, a
promise, or somebody at work who signs in. There is no line for a resident.
"""

from collections import Counter

from cairn.catalog import journal
from guarantees.there import (
    api_fields,
    columns_in_database,
    fact_fields,
    is_here,
    read,
    table_fields,
)

OF_DATABASE = {"django_migrations", "sqlite_sequence"}
"""Tables that belong to the database and its migrations."""
OF_SEARCH = "journal_words"
"""SQLite's full text index over journal_sought: the same words, in tables of its own."""


def reviewed():
    return Counter((row["where"], row["field"]) for row in read("reviewed.csv"))


def test_every_column_of_every_model_was_reviewed():
    unread = table_fields() - reviewed().keys()

    assert unread == set(), "could it be about a resident? see the first lines of this file"


def test_every_column_in_the_database_is_a_models(db):
    known = table_fields()
    unknown = {
        (table, column)
        for table, column in columns_in_database() - known
        if table not in OF_DATABASE and not table.startswith(OF_SEARCH)
    }

    assert unknown == set()


def test_every_question_of_every_fact_was_reviewed():
    assert fact_fields() - reviewed().keys() == set(), "could it describe a resident?"


def test_every_property_of_the_api_was_reviewed():
    assert api_fields() - reviewed().keys() == set(), "could it describe a resident?"


def test_a_fact_holds_no_values_but_those_that_were_reviewed():
    """A nested model would bring questions of its own."""
    models = {
        definition
        for kind in journal.kinds.values()
        for definition, schema in kind.model_json_schema().get("$defs", {}).items()
        if schema["type"] == "object"
    }

    assert models == {"Money", "Text"}


def test_the_list_has_each_line_once_with_a_reason_and_none_about_nothing():
    lines = reviewed()

    assert {line for line, times in lines.items() if times > 1} == set()
    here = {
        (row["where"], row["field"])
        for row in read("reviewed.csv")
        if is_here(row["once_there_is"])
    }
    assert here - table_fields() - fact_fields() - api_fields() == set()
    assert [row for row in read("reviewed.csv") if len(row["why"]) < 5] == []
