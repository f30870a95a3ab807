"""Read models: tables rebuilt from the journal at will, and the rows that a batch touches.

The models, and the steps that fill them, stand in each capability's projections.py.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from operator import attrgetter
from types import ModuleType
from typing import Any, ClassVar, Generic, Self, TypeVar
from uuid import UUID

from django.db import connection, models

from cairn.journal import seeking
from cairn.journal.fact import Fact

F_co = TypeVar("F_co", bound=Fact, covariant=True)
Function = TypeVar("Function", bound=Callable[..., Any])

IN_ONE_QUERY = 900
"""Ids looked up by one statement: SQLite builds from before 2020 take 999 parameters."""


@dataclass(frozen=True, slots=True)
class Recorded(Generic[F_co]):
    """A fact with its envelope, as rules and steps see it."""

    programme: str
    position: int
    id: UUID
    happened_on: date
    recorded_at: datetime
    post: str
    fact: F_co


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a fact cannot be recorded: which field, and a sentence that says what to do."""

    field: str
    message: str


class ReadModel(models.Model):
    """A table of things on record, one row a thing; only steps write it.

    `called` is the name by which facts of any capability refer to it (`Refers("account")`). One
    that is `sought` has a `name`, by which the search box finds it.
    """

    called: ClassVar[str]
    sought: ClassVar[bool] = False

    pk = models.CompositePrimaryKey("programme", "id")
    programme = models.CharField(max_length=64)
    id = models.CharField(max_length=100)

    objects: ClassVar["models.Manager[Self]"] = models.Manager()

    class Meta:
        abstract = True


M = TypeVar("M", bound=ReadModel)


class Rows:
    """The rows that a batch touches: read at once, changed in memory, written at once.

    Rules read them and steps change them, so that each fact of a batch sees those before it
    while the database is asked a fixed number of questions, however long the batch.
    """

    def __init__(self, programme: str, tables: Mapping[str, type[ReadModel]]) -> None:
        self.programme = programme
        self._tables = tables
        self._held: dict[tuple[str, str], ReadModel | None] = {}
        self._changed: dict[tuple[str, str], ReadModel] = {}
        self._names: dict[tuple[str, str], object] = {}
        """What those that are sought were called when they were read."""

    def load(self, wanted: Iterable[tuple[str, str]]) -> None:
        """Read the rows named (table, id) that are not held yet, a query per table."""
        missing: dict[str, list[str]] = defaultdict(list)
        for key in dict.fromkeys(wanted):
            if key not in self._held:
                self._held[key] = None
                missing[key[0]].append(key[1])
        for called, ids in missing.items():
            rows = self._tables[called].objects.filter(programme=self.programme)
            for start in range(0, len(ids), IN_ONE_QUERY):
                for row in rows.filter(id__in=ids[start : start + IN_ONE_QUERY]):
                    self._held[called, row.id] = row
                    if row.sought:
                        self._names[called, row.id] = getattr(row, "name", None)

    def get(self, table: type[M], id: str) -> M | None:  # noqa: A002 - it is the id
        """The row, or None where nothing of that id is on record."""
        row = self.find(table.called, id)
        return row if isinstance(row, table) else None

    def the(self, table: type[M], id: str) -> M:  # noqa: A002 - it is the id
        """The row that a rule has made sure of. Raises LookupError: a rule was missing."""
        row = self.get(table, id)
        if row is None:
            raise LookupError(f"{table.called} {id} is not on record in {self.programme}")
        return row

    def find(self, called: str, id: str) -> ReadModel | None:  # noqa: A002 - it is the id
        """Like get, by the table's name: for things of a capability that cannot be imported."""
        key = (called, id)
        if key not in self._held:
            self.load([key])
        return self._held[key]

    def put(self, row: ReadModel) -> None:
        """Hold a new or changed row, to be written with the batch."""
        key = (row.called, row.id)
        self._held[key] = self._changed[key] = row

    def flush(self) -> None:
        """Write what changed, one statement per table."""
        by_table: dict[type[ReadModel], list[ReadModel]] = defaultdict(list)
        for row in self._changed.values():
            by_table[type(row)].append(row)
        for table, rows in by_table.items():
            upsert(table, rows)
            if table.sought:
                self._index(rows)
        self._changed.clear()

    def _index(self, rows: Iterable[ReadModel]) -> None:
        """Let new rows be found, and those that are called otherwise now."""
        named = [seeking.Named(row.called, row.id, getattr(row, "name", {})) for row in rows]
        new = [row for row in named if self._names.get((row.called, row.id)) != row.names]
        self._names.update({(row.called, row.id): row.names for row in new})
        seeking.index(self.programme, new)


def upsert(table: type[ReadModel], rows: Iterable[ReadModel]) -> None:
    """Insert rows, or replace those of the same programme and id.

    `executemany` and not `bulk_create`: that spends more on building SQL than SQLite does on
    running it.
    """
    columns = Columns.of(table)
    quote = connection.ops.quote_name
    changes = [
        f"{quote(name)} = excluded.{quote(name)}"
        for name in columns.names
        if name not in {"programme", "id"}
    ]
    conflict = f"ON CONFLICT (programme, id) DO UPDATE SET {', '.join(changes)}"
    columns.insert((columns.read(row) for row in rows), conflict)


@dataclass(frozen=True)
class Columns:
    """How the rows of a table become parameters of one statement."""

    table: str
    names: tuple[str, ...]
    read: Callable[[models.Model], tuple[Any, ...]]
    prepared: "tuple[tuple[int, models.Field[Any, Any]], ...]"
    """The columns whose values a database does not take as they are, with their places."""

    @classmethod
    @cache
    def of(cls, table: type[models.Model]) -> "Columns":
        """The columns of a table, in the order its model declares them."""
        fields = [field for field in table._meta.local_concrete_fields if field.column]
        return cls(
            table=table._meta.db_table,
            names=tuple(str(field.column) for field in fields),
            read=attrgetter(*(field.attname for field in fields)),
            prepared=tuple(
                (place, field)
                for place, field in enumerate(fields)
                if not isinstance(field, (models.CharField, models.TextField, models.IntegerField))
            ),
        )

    def insert(self, rows: Iterable[tuple[Any, ...]], conflict: str = "") -> None:
        """Write rows, each a tuple of values in the order of `names`."""
        quote = connection.ops.quote_name
        statement = (
            f"INSERT INTO {quote(self.table)} ({', '.join(map(quote, self.names))}) "  # noqa: S608 - names from models
            f"VALUES ({', '.join(['%s'] * len(self.names))}) {conflict}"
        )
        with connection.cursor() as cursor:
            database = cursor.db
            cells = [list(row) for row in rows]
            for row in cells:
                for place, field in self.prepared:
                    row[place] = field.get_db_prep_save(row[place], database)
            cursor.executemany(statement, cells)


def folds(*kinds: type[Fact]) -> Callable[[Function], Function]:
    """Mark a function (recorded, rows) as the step that folds these kinds into a read model."""
    return _about(kinds)


def objects(*kinds: type[Fact]) -> Callable[[Function], Function]:
    """Mark a function (recorded, rows) as a rule that yields objections to these kinds.

    A rule about `Fact` itself is asked about every kind.
    """
    return _about(kinds)


def _about(kinds: tuple[type[Fact], ...]) -> Callable[[Function], Function]:
    def mark(function: Function) -> Function:
        function.about = kinds  # type: ignore[attr-defined]
        return function

    return mark


def marked_in(module: ModuleType) -> Iterator[tuple[type[Fact], Callable[..., Any]]]:
    """The rules or steps of a module with the kinds they are about, in the order they stand."""
    for function in vars(module).values():
        for kind in getattr(function, "about", ()):
            yield kind, function


def read_models_in(module: ModuleType) -> list[type[ReadModel]]:
    """The read models that a projections.py declares."""
    return [
        thing
        for thing in vars(module).values()
        if isinstance(thing, type)
        and issubclass(thing, ReadModel)
        and thing.__module__ == module.__name__
    ]
