"""What there is in an installation that could hold something about somebody: tables, facts, API, pages.

By introspection: a capability that is added tomorrow is looked at tomorrow.
"""

import csv
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.urls import NoReverseMatch, reverse

from cairn.catalog import journal
from cairn.values import Money, Text
from cairn.web.api.openapi import described
from cairn.web.api.urls import api
from security.test_rights import path_of

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src/cairn"
HERE = Path(__file__).parent


def read(name: str) -> list[dict[str, str]]:
    """The rows of a table beside the tests."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def has_voices() -> bool:
    return is_here("voice")


def is_here(part: str) -> bool:
    """Whether a capability, a language or a table is there, by its name. Nothing is always there.

    What was read of a part before it came stands in a list already, under this.
    """
    languages = {path.parts[-2] for path in (SOURCE / "locale").glob("*/LC_MESSAGES")}
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    parts = {app.removeprefix("cairn.") for app in settings.INSTALLED_APPS}
    return part in languages | tables | parts | {""}


def table_fields() -> set[tuple[str, str]]:
    """Every (table, column) of every model, Django's own and allauth's too."""
    return {
        (model._meta.db_table, field.column)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
    }


def columns_in_database() -> set[tuple[str, str]]:
    """Every (table, column) that is in the database, whether or not a model knows it."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}" LIMIT 0')  # noqa: S608 - the tables' own names
            found |= {(table, column[0]) for column in cursor.description}
    return found


def address_of(route: str, **known: str) -> str:
    """An address of a route, also of one whose programme stands before what it includes."""
    try:
        return path_of(route, **known)
    except NoReverseMatch:
        known = {"programme": "teams", "extension": "json"} | known
        for more in ({}, {"id": "x"}, {"id_": "x"}, {"key": "x"}):
            needed = {name: known[name] for name in ("programme", "extension")}
            with suppress(NoReverseMatch):
                return reverse(route, kwargs=needed | more)
        raise


def fact_fields() -> set[tuple[str, str]]:
    """("fact", name) for every question of every kind, and of the values that answer them."""
    return {
        ("fact", name)
        for model in (*journal.kinds.values(), Money, Text)
        for name in model.model_fields
    }


def api_fields() -> set[tuple[str, str]]:
    """("api", name) for every property that the API says or takes, but for those of facts."""
    schemas = described(api)["components"]["schemas"]
    facts = {name for _fact, name in fact_fields()}
    return {
        ("api", name)
        for called, schema in schemas.items()
        if not called.startswith("fact.")
        for name in schema.get("properties", {})
        if name not in facts
    }


def rows() -> str:
    """Every value of every table, as text: also what no file has yet."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - the tables' own names
            found += [_as_text(value) for row in cursor.fetchall() for value in row]
    return "\n".join(found)


def _as_text(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "replace")
    return str(value)


def said_in_catalogues() -> Iterator[tuple[str, str]]:
    """Every (language, text) of Cairn's catalogues: what is translated, and into what."""
    for path in sorted((SOURCE / "locale").glob("*/LC_MESSAGES/django.po")):
        language = path.parts[-3]
        for block in path.read_text(encoding="utf-8").split("\n\n"):
            lines = [line for line in block.splitlines() if not line.startswith("#")]
            if 'msgid ""' in lines and "Content-Type" in block:
                continue
            for part, text in re.findall(
                r'^(msg\w+)(?:\[\d\])? ((?:"(?:[^"\\]|\\.)*"\n?)+)', "\n".join(lines), re.MULTILINE
            ):
                whole = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', text))
                yield ("en" if part in {"msgid", "msgid_plural", "msgctxt"} else language), whole


def templates() -> Iterator[tuple[str, str]]:
    """Every (name, text) of Cairn's templates."""
    folder = SOURCE / "web/templates"
    for path in sorted(folder.rglob("*.html")):
        yield path.relative_to(folder).as_posix(), path.read_text(encoding="utf-8")
