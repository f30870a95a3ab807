"""Read models: tables rebuilt from the journal at will, and the rows that a batch touches.

The models, and the steps that fill them, stand in each capability's projections.py.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date, datetime
from functools import cache
from types import ModuleType
from typing import Any, ClassVar, Generic, Self, TypeVar
from uuid import UUID

from django.db import models
from django.db.models.base import ModelState

from cairn.journal import seeking
from cairn.journal.columns import Columns
from cairn.journal.fact import Fact
from cairn.journal.past import LONGEST
from cairn.journal.spread import Kept

F_co = TypeVar("F_co", bound=Fact, covariant=True)
Function = TypeVar("Function", bound=Callable[..., Any])


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
    """Why a fact cannot be recorded: which field, and a sentence that says what to do.

    `waits_for` are the things that it names and that are not on record, each as (what it is, id).
    Whoever sends facts out of order may try again once they are; for two objections to be the same
    it is no matter. `shows` are the sorts of what in a text could show who somebody is, and never what
    it was: whoever wrote it may look again, and say that it is to be recorded as it is.
    """

    field: str
    message: str
    waits_for: tuple[tuple[str, str], ...] = dataclass_field(default=(), compare=False)
    shows: tuple[str, ...] = ()


class ReadModel(models.Model):
    """A table of things on record, one row a thing; only steps write it.

    `called` is the name by which facts of any capability refer to it (`Refers("account")`). One
    that is `sought` has a `name`, by which the search box finds it. `programme` is a programme's id,
    or the key of one of its pasts: see past.py.
    """

    called: ClassVar[str]
    sought: ClassVar[bool] = False

    pk = models.CompositePrimaryKey("programme", "id")
    programme = models.CharField(max_length=LONGEST)
    id = models.CharField(max_length=100)

    objects: ClassVar[Kept[Self]] = Kept()

    class Meta:
        abstract = True

    def __init__(self, *values: Any, **columns: Any) -> None:  # noqa: ANN401 - whatever a column holds
        """A row of these columns, the others at their defaults.

        Steps make one for nearly every fact; Django's own way, which asks field after field what
        it makes of its value, would take a fifth of the time of an append.
        """
        if values:  # some columns of a row, as Django's queries deferred the others
            super().__init__(*values, **columns)
            return
        plain, made = _defaults(type(self))
        if unknown := columns.keys() - plain.keys() - made.keys():
            raise TypeError(f"{type(self).__name__} has no column {', '.join(sorted(unknown))}")
        self._state = ModelState()
        self.__dict__ |= plain
        self.__dict__ |= columns
        for name in made.keys() - columns.keys():
            self.__dict__[name] = made[name]()

    @classmethod
    def from_db(
        cls,
        db: str | None,
        field_names: Collection[str],
        values: Collection[Any],
        **more: Any,  # noqa: ANN401 - what a later Django says
    ) -> Self:
        """A row that a database gave: one with all of its columns, too, without asking field after field."""
        columns = Columns.of(cls).keys
        if more or len(values) != len(columns):
            return super().from_db(db, field_names, values, **more)
        row = cls.__new__(cls)
        row._state = ModelState()
        row._state.adding, row._state.db = False, db
        row.__dict__.update(zip(columns, values, strict=True))
        return row


@cache
def _defaults(table: type[ReadModel]) -> tuple[dict[str, Any], dict[str, Callable[[], Any]]]:
    """What each column holds where nothing was said; and how it is made where rows share none."""
    fields = [field for field in table._meta.local_concrete_fields if field.column]
    made = {f.attname: f.default for f in fields if f.has_default() and callable(f.default)}
    return {f.attname: f.get_default() for f in fields if f.attname not in made}, made


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
            for row in Columns.of(self._tables[called]).find(self.programme, ids):
                self._held[called, row.id] = row
                if row.sought:
                    self._names[called, row.id] = getattr(row, "name", None)

    def load_every(self, *tables: str) -> None:
        """Read all rows of these tables: a query per table, and none for a row that is looked for later."""
        for called in tables:
            for row in Columns.of(self._tables[called]).select(self.programme):
                self._held.setdefault((called, row.id), row)
                if row.sought:
                    self._names.setdefault((called, row.id), getattr(row, "name", None))

    def and_more(self) -> "Rows":
        """Rows that hold the same, and to which more may be read: that is forgotten with them."""
        other = Rows(self.programme, self._tables)
        other._held, other._names = dict(self._held), dict(self._names)
        return other

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
            Columns.of(table).upsert(self.programme, rows)
            if table.sought:
                self._index(rows)
        self._changed.clear()

    def _index(self, rows: Iterable[ReadModel]) -> None:
        """Let new rows be found, and those that are called otherwise now."""
        named = [seeking.Named(row.called, row.id, getattr(row, "name", {})) for row in rows]
        new = [row for row in named if self._names.get((row.called, row.id)) != row.names]
        self._names.update({(row.called, row.id): row.names for row in new})
        seeking.index(self.programme, new)


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
