"""What a table of the data package is: fields with types, keys and descriptions, and where its rows are.

Which tables there are stands in things.py, money.py and seen.py; write.py makes files of them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final, Literal

import numpy as np
from django.utils import translation
from django.utils.functional import Promise
from numpy.typing import NDArray

from cairn.following.queries.reading import Reading
from cairn.journal.fact import Ask, Fact
from cairn.journal.projection import ReadModel
from cairn.values import LANGUAGE_NAMES, LANGUAGES, to_decimal

Type = Literal["string", "integer", "number", "date", "boolean"]
"""As Table Schema calls them. A `number` is exact: a decimal in text, never a float."""

Cell = Any
Row = Sequence[Cell]

Marks = NDArray[np.bool_]
"""Which are meant, of things that have codes: of a snapshot's movements, places, accounts."""

IN_ONE_FETCH: Final = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A column. `columns` are those of the read model that `of` makes its cell from.

    `to` is the table whose first field it names. `typed` says that people wrote it, so that it may
    look like a formula to a spreadsheet.
    """

    name: str
    type: Type = "string"
    about: str = ""
    columns: tuple[str, ...] = ()
    of: Callable[..., Cell] | None = None
    to: str = ""
    needed: bool = False
    typed: bool = False


def the(
    name: str,
    type: Type = "string",  # noqa: A002 - as Table Schema calls it
    about: str = "",
    *,
    of: str = "",
    to: str = "",
    typed: bool = False,
    needed: bool = False,
    asked: tuple[type[Fact], str] | None = None,
) -> Field:
    """A column as the read model has it: `of` is its name there; nothing where that is empty.

    `asked` is the question of a fact that it answers, which then describes it.
    """
    return Field(
        name=name,
        type=type,
        about=about or (question(*asked) if asked else ""),
        columns=(of or name,),
        of=_or_nothing if type == "string" else None,
        to=to,
        typed=typed or bool(to),
        needed=needed,
    )


def key(about: str, name: str = "id", *, typed: bool = True) -> Field:
    """The first column of a table: what others name its rows by."""
    return replace(the(name, about=about, of="id", needed=True), typed=typed)


def amount(name: str, about: str = "", *, minor: str = "", currency: str = "currency") -> Field:
    """An amount in major units, with exactly as many digits as its currency has."""
    return Field(
        name=name,
        type="number",
        about=about,
        columns=(minor or f"{name}_minor", currency),
        of=major,
    )


def texts(name: str, about: str, *, of: str = "") -> tuple[Field, ...]:
    """A text that is written in several languages: a column for each."""
    return tuple(
        Field(
            name=f"{name}_{code.replace('-', '_')}",
            about=f"{about} In {LANGUAGE_NAMES[code]}.",
            columns=(of or name,),
            of=_in(code),
            typed=True,
        )
        for code in LANGUAGES
    )


def several(name: str, about: str, *, of: str = "") -> Field:
    """Several ids in one cell, with blanks between."""
    return Field(name=name, about=about, columns=(of or name,), of=_joined, typed=True)


def major(minor: int | None, currency: str) -> str | None:
    """Minor units as an exact decimal; nothing of nothing."""
    return None if minor is None or not currency else to_decimal(minor, currency)


def question(kind: type[Fact], name: str) -> str:
    """What a form asks for a field of a fact, in English."""
    marks = kind.model_fields[name].metadata
    with translation.override("en"):
        return next(str(mark.question) for mark in marks if isinstance(mark, Ask))


def _or_nothing(text: str | None) -> str | None:
    return text or None


def _joined(ids: Sequence[str]) -> str | None:
    return " ".join(ids) or None


def _in(code: str) -> Callable[[dict[str, str]], str | None]:
    def said(text: dict[str, str]) -> str | None:
        return text.get(code) or None

    return said


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table. Its rows are those of `model`, in the order of its first field, unless `rows` says others.

    `day` is the field by which days choose rows. `count` says how many rows there are, where they
    are not the model's. A table of movements, or of what is said of each, has `of_movements`: the rows
    of those that are marked, in the same order, for no more than it takes to find them.
    """

    name: str
    title: str | Promise
    about: str
    fields: tuple[Field, ...]
    key: tuple[str, ...] = ("id",)
    day: str = ""
    model: type[ReadModel] | None = None
    where: dict[str, Any] = field(default_factory=dict)
    rows: Callable[[Reading], Iterator[Row]] | None = None
    count: Callable[[Reading], int] | None = None
    of_movements: Callable[[Reading, Marks], Iterator[Row]] | None = None

    @cached_property
    def place(self) -> dict[str, int]:
        """Where each field stands in a row."""
        return {one.name: at for at, one in enumerate(self.fields)}

    def read(self, reading: Reading) -> Iterator[Row]:
        """Every row, a few in memory at a time."""
        return self.rows(reading) if self.rows else self._of_model(reading)

    def of_ids(self, reading: Reading, ids: Sequence[str]) -> Iterator[Row]:
        """The rows of its model that have these ids, no more of them than one statement takes."""
        return self._of_model(reading, id__in=ids)

    def rows_there(self, reading: Reading) -> int:
        """How many rows it has."""
        if self.count:
            return self.count(reading)
        if self.model is None:
            raise TypeError(f"{self.name} has neither a model nor a count")
        return self.model.objects.filter(programme=reading.id, **self.where).count()

    def _of_model(self, reading: Reading, **more: Any) -> Iterator[Row]:  # noqa: ANN401 - as filters take them
        if self.model is None:
            raise TypeError(f"{self.name} has neither a model nor rows")
        columns = list(dict.fromkeys(column for one in self.fields for column in one.columns))
        cells = [_cell(one, columns) for one in self.fields]
        found = self.model.objects.filter(programme=reading.id, **self.where, **more)
        for row in found.order_by("id").values_list(*columns).iterator(chunk_size=IN_ONE_FETCH):
            yield [cell(row) for cell in cells]


def _cell(one: Field, columns: list[str]) -> Callable[[Row], Cell]:
    """What makes a field's cell of a row of these columns."""
    at = [columns.index(column) for column in one.columns]
    of = one.of
    if of is None:
        (first,) = at
        return lambda row: row[first]
    if len(at) == 1:
        first = at[0]
        return lambda row: of(row[first])
    return lambda row: of(*[row[one] for one in at])


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which rows are wanted: those of a place and all within it, of a project, of some days."""

    place: str = ""
    project: str = ""
    since: str = ""
    until: str = ""

    def __bool__(self) -> bool:
        """Whether anything is left out."""
        return bool(self.place or self.project or self.since or self.until)
