"""How many rows of a table go into the database at once, and come out by their ids.

Past Django's queries, which cost more to build anew each time than a database takes to run them.
What is written and what is read is the same: models say the columns, and Django's fields translate
the values that a database does not take or give as they are.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from operator import attrgetter
from typing import Any, Generic, TypeVar

from django.db import connection, connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper

from cairn.journal import spread

M = TypeVar("M", bound=models.Model)
Row = tuple[Any, ...]

IN_ONE_QUERY = 900
"""Ids looked up by one statement: SQLite builds from before 2020 take 999 parameters."""

Key = TypeVar("Key")


def in_chunks(ids: Sequence[Key], *, parts: int = 1) -> Iterator[Sequence[Key]]:
    """Ids in stretches that one statement takes; a key of several `parts` takes as many places."""
    size = IN_ONE_QUERY // parts
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


TAKEN_AS_THEY_ARE = {
    models.BigIntegerField,
    models.BinaryField,
    models.CharField,
    models.DateField,
    models.PositiveBigIntegerField,
    models.PositiveIntegerField,
    models.PositiveSmallIntegerField,
    models.TextField,
}
"""The fields whose values SQLite's driver takes without Django's help."""


@dataclass(frozen=True)
class Columns(Generic[M]):
    """The columns of a table, in the order in which its model declares them."""

    table: type[M]
    fields: "tuple[models.Field[Any, Any], ...]"

    @staticmethod
    def of(table: type[M]) -> "Columns[M]":
        """The columns of a model's table."""
        return _columns(table)

    # Writing

    def insert(self, programme: str, rows: Iterable[Row]) -> None:
        """Write rows of a programme, each a tuple of values in the order of the columns."""
        self._write(programme, list(rows), "")

    def upsert(self, programme: str, rows: Iterable[M]) -> None:
        """Insert rows of a programme, or replace those that have the same primary key."""
        self._write(programme, [self._values(row) for row in rows], self._or_replace)

    def _write(self, programme: str, rows: Sequence[Row], conflict: str) -> None:
        """One statement, whose text is the same however many rows there are.

        SQLite runs it again for each. To PostgreSQL that would be a message for each, so there all
        rows are one parameter, in JSON, which it takes in half the time of arrays or VALUES.
        """
        if not rows:
            return
        names = ", ".join(self._names)
        with spread.connection_of(programme).cursor() as cursor:
            if connection.vendor == "postgresql":
                written = json.dumps(
                    [dict(zip(self.keys, row, strict=True)) for row in rows], default=_for_json
                )
                source = f"json_populate_recordset(NULL::{self._name}, %s::json)"
                cursor.execute(
                    f"INSERT INTO {self._name} ({names}) SELECT {names} FROM {source} {conflict}",  # noqa: S608 - names from models
                    [written],
                )
            else:
                places = ", ".join(["%s"] * len(self.fields))
                cursor.executemany(
                    f"INSERT INTO {self._name} ({names}) VALUES ({places}) {conflict}",  # noqa: S608 - likewise
                    self._prepared(rows),
                )

    def _prepared(self, rows: Sequence[Row]) -> Sequence[Sequence[Any]]:
        changing = [
            (place, partial(field.get_db_prep_save, connection=connection))
            for place, field in enumerate(self.fields)
            if type(field) not in TAKEN_AS_THEY_ARE
        ]
        if not changing:
            return rows
        cells = [list(row) for row in rows]
        for row in cells:
            for place, prepare in changing:
                row[place] = prepare(row[place])
        return cells

    # Reading

    def find(self, programme: str, ids: Sequence[Any]) -> Iterator[M]:
        """The rows of a programme that have these ids.

        PostgreSQL is asked for each of several by itself, all of them one parameter. Of a list it may think that
        to read the whole programme is less, as long as it has not counted the rows of a new installation.
        """
        if connection.vendor == "postgresql" and len(ids) > 1:
            yield from self._find_each(programme, list(dict.fromkeys(ids)))
            return
        for some, places in self._wanted("id", ids):
            yield from self.select(programme, f"AND id IN ({places})", some)

    def _find_each(self, programme: str, ids: list[Any]) -> Iterator[M]:
        (field,) = (field for field in self.fields if field.column == "id")
        sort = "uuid" if isinstance(field, models.UUIDField) else "text"
        asked = spread.connection_to_read(programme)
        one = f"SELECT * FROM {self._name} WHERE programme = %s AND id = asked.one OFFSET 0"  # noqa: S608 - names from models
        source = f"unnest(%s::{sort}[]) AS asked (one) CROSS JOIN LATERAL ({one}) AS found"
        yield from self._read(asked, source, [ids, programme])

    def select(
        self, programme: str, where: str = "", parameters: Sequence[Any] = ()
    ) -> Iterator[M]:
        """The rows of a programme of which `where`, as SQL, is true as well."""
        asked = spread.connection_to_read(programme)
        source = f"{self._name} WHERE programme = %s {where}"
        return self._read(asked, source, [programme, *parameters])

    def having(self, column: str, values: Sequence[Any]) -> Iterator[M]:
        """The rows with one of these values in a column, of a table that belongs to no programme.

        Raises WhoseError for one that does.
        """
        asked = connections[router.db_for_read(self.table)]
        for some, places in self._wanted(column, values):
            yield from self._read(asked, f"{self._name} WHERE {column} IN ({places})", some)

    def _wanted(self, column: str, values: Sequence[Any]) -> Iterator[tuple[list[Any], str]]:
        """Values of a column as a database takes them, in stretches, with the places that each takes."""
        (field,) = (field for field in self.fields if field.column == column)
        for chunk in in_chunks(values):
            yield (
                [field.get_db_prep_value(value, connection) for value in chunk],
                ", ".join(["%s"] * len(chunk)),
            )

    def _read(
        self, asked: BaseDatabaseWrapper, source: str, parameters: Sequence[Any]
    ) -> Iterator[M]:
        names = ", ".join(self._names)
        with asked.cursor() as cursor:
            cursor.execute(
                f"SELECT {names} FROM {source}",  # noqa: S608 - names from models
                parameters,
            )
            rows = cursor.fetchall()
        for row in rows:
            values = list(row)
            for place, convert in self._converters:
                values[place] = convert(values[place])
            yield self.table.from_db(asked.alias, self.keys, values)

    # Said once for each table

    @cached_property
    def _name(self) -> str:
        return connection.ops.quote_name(self.table._meta.db_table)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The names of the columns, as rows have them too."""
        return tuple(str(field.column) for field in self.fields)

    @cached_property
    def _names(self) -> list[str]:
        return [connection.ops.quote_name(key) for key in self.keys]

    @cached_property
    def _values(self) -> Callable[[M], Row]:
        return attrgetter(*(field.attname for field in self.fields))

    @cached_property
    def _or_replace(self) -> str:
        key = {str(field.column) for field in self.table._meta.pk_fields}
        quote = connection.ops.quote_name
        changes = [f"{quote(k)} = excluded.{quote(k)}" for k in self.keys if k not in key]
        return f"ON CONFLICT ({', '.join(sorted(key))}) DO UPDATE SET {', '.join(changes)}"

    @cached_property
    def _converters(self) -> list[tuple[int, Callable[[Any], Any]]]:
        """What Django's own queries do to the values that a database gives."""
        at = self.table._meta.db_table
        return [
            (place, partial(convert, expression=field.get_col(at), connection=connection))
            for place, field in enumerate(self.fields)
            for convert in (
                *connection.ops.get_db_converters(field.get_col(at)),
                *field.get_db_converters(connection),
            )
        ]


@cache
def _columns(table: type[M]) -> Columns[M]:
    return Columns(table, tuple(f for f in table._meta.local_concrete_fields if f.column))


def _for_json(value: object) -> str:
    """A value as PostgreSQL reads it from a text: bytes in hexadecimal, a day, an id."""
    return f"\\x{bytes(value).hex()}" if isinstance(value, (bytes, memoryview)) else str(value)
