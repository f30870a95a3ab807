"""What a kind of fact is: a frozen model that everything else is derived from.

The journal, forms, API, docs and contract tests all read the declaration made here. The facts
themselves are in each capability's facts.py.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from functools import cache
from types import ModuleType
from typing import Any, ClassVar, Final, Self

from django.utils.functional import Promise
from pydantic import BaseModel, ConfigDict

from cairn.values import KeptFile, Money, Names, Refers, Text, in_language

SHORT: Final = 64
"""Signs of what is no text: a number of a voucher, a reference of a bank."""


class Visibility(Enum):
    """Who may read a fact's body."""

    PUBLIC = "public"
    PROGRAMME = "programme"


@dataclass(frozen=True, slots=True)
class Ask:
    """The question a form puts for a field, and what helps to answer it."""

    question: Promise
    help: Promise | None = None


@dataclass(frozen=True, slots=True)
class Sealed:
    """Marks a field whose answer is kept beside the journal, so that it can be shredded.

    The entry holds a commitment over it, and no read model ever sees it. The field's type allows
    None, which is what a reader finds once it is shredded; `needed` says that it must be answered
    all the same. An `opened` one is published with the record until then; others are held back.
    `years` after it happened a clock erases it, where nothing did before (programme/retention.py).
    """

    needed: bool = False
    opened: bool = False
    years: int = 30
    """By default as long as vouchers must be kept (China: 会计档案管理办法, 2015)."""


@dataclass(frozen=True, slots=True)
class PutRight:
    """A kind of fact that puts another one right, and how its form is filled then.

    `by` says for a field of it which field of the other answers it, or `id`: the other's own id.
    `answers` are given as they are. `seen` is the column in which a row that the first fact brought
    under its id holds the id of the one that put it right.
    """

    kind: str
    by: Mapping[str, str]
    answers: Mapping[str, str] = field(default_factory=dict)
    seen: str = ""


class Fact(BaseModel):
    """Something that happened, as one post reported it. Never changed.

    A kind is declared as `class MoneySent(Fact, kind="money.money-sent")`. Its docstring is its
    documentation, its fields are its questions, `example` shows one, `sentence` tells it.
    """

    model_config = ConfigDict(
        defer_build=True,  # at its first use: a command reads a few of so many kinds
        frozen=True,
        strict=True,
        extra="forbid",
        populate_by_name=True,
        str_max_length=4000,
    )

    kind: ClassVar[str] = ""
    visibility: ClassVar[Visibility]
    sentence: ClassVar[Promise]
    example: ClassVar[dict[str, Any]]
    schema_version: ClassVar[int] = 1
    apart_from: ClassVar[tuple[str, ...]] = ()
    """Whose recorder may not record this one: the two-person rules.

    Each names earlier facts: by a field that holds the id of one (`movement`), or by a column of
    the row that a field names (`project.approvals`); `programme.…` is a column of the programme's.
    """

    put_right: ClassVar[tuple[PutRight, ...]] = ()
    """The further facts that put this one right. Nothing else does: it is never changed."""
    offered: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    """Which rows a form offers for a field, by what their columns hold, where not every one will do."""
    elsewhere: ClassVar[bool] = False
    """Whether a page of its own makes it, and no form that is made from its questions could."""

    def __init_subclass__(cls, *, kind: str, **options: Any) -> None:  # noqa: ANN401 - pydantic's
        """Keep the kind's name on its class."""
        cls.kind = kind
        super().__init_subclass__(**options)

    def body(self) -> dict[str, Any]:
        """The fact as JSON values; unanswered optional questions leave nothing behind."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)

    def upcast(self) -> "Fact":
        """The same in the words of today: a kind that has a successor says it as that one.

        Entries keep the bytes they were written in; rules and steps know current kinds only.
        """
        return self

    def held_back(self) -> dict[str, Any]:
        """The answers that are sealed, as JSON values by field."""
        seals = self.seals()
        return {name: said for name, said in self.body().items() if name in seals} if seals else {}

    def unsealed(self) -> Self:
        """The fact without what is sealed: as the journal, and whoever folds it, sees it."""
        seals = self.seals()
        return self.model_copy(update=dict.fromkeys(seals)) if seals else self

    def told(self, language: str = "en") -> str:
        """The sentence of this fact, in the language that is active, its texts in `language`."""
        values = {name: _shown(getattr(self, name), language) for name in type(self).model_fields}
        values |= {name: "…" for name in self.seals() if getattr(self, name) is None}
        return str(type(self).sentence).format(**values)

    def texts(self) -> Iterator[tuple[str, str]]:
        """What is answered in somebody's own words, by field: a text in each of its languages.

        An id is none, nor is what has at most SHORT signs, as the number of a voucher.
        """
        written = _marked(type(self)).written
        for name in type(self).model_fields:
            value = getattr(self, name)
            for one in value if isinstance(value, tuple) else (value,):
                if isinstance(one, Text):
                    yield from ((name, text) for text in one.by_language().values())
                elif name in written and isinstance(one, str):
                    yield name, one

    @classmethod
    def references(cls) -> tuple[tuple[str, str], ...]:
        """The fields that name a thing on record, as (field, read model)."""
        return _marked(cls).refers

    @classmethod
    def brings(cls) -> tuple[tuple[str, str], ...]:
        """The fields that bring a new thing on record, as (field, read model)."""
        return _marked(cls).names

    @classmethod
    def seals(cls) -> Mapping[str, Sealed]:
        """The fields whose answers are sealed."""
        return _marked(cls).sealed

    @classmethod
    def files(cls) -> Mapping[str, KeptFile]:
        """The fields that name a kept file, each with what sort of file it is."""
        return _marked(cls).files

    @classmethod
    def has_successor(cls) -> bool:
        """Whether another kind took its place: then it is read and taken, and no form asks it."""
        return cls.upcast is not Fact.upcast

    @classmethod
    def has_form(cls) -> bool:
        """Whether a form asks its questions."""
        return not (cls.elsewhere or cls.has_successor())


@dataclass(frozen=True, slots=True)
class _Marks:
    """What the fields of a kind are marked with."""

    refers: tuple[tuple[str, str], ...]
    names: tuple[tuple[str, str], ...]
    sealed: Mapping[str, Sealed]
    files: Mapping[str, KeptFile]
    written: frozenset[str]


@cache
def _marked(kind: type[Fact]) -> _Marks:
    found = [
        (name, mark)
        for name, field in kind.model_fields.items()
        for mark in _metadata(field.annotation, field.metadata)
    ]
    return _Marks(
        refers=tuple((name, mark.to) for name, mark in found if isinstance(mark, Refers)),
        names=tuple((name, mark.a) for name, mark in found if isinstance(mark, Names)),
        sealed={name: mark for name, mark in found if isinstance(mark, Sealed)},
        files={name: mark for name, mark in found if isinstance(mark, KeptFile)},
        written=frozenset(name for name, mark in found if _longest(mark) > SHORT)
        - {name for name, mark in found if isinstance(mark, (Names, Refers))},
    )


def _longest(mark: object) -> int:
    """How many signs a mark allows, by itself or by what pydantic keeps inside it."""
    inside = (mark, *getattr(mark, "metadata", ()))
    return max((getattr(one, "max_length", None) or 0 for one in inside), default=0)


def _metadata(annotation: Any, outer: list[Any]) -> Iterator[Any]:  # noqa: ANN401 - typing's own
    """Everything annotated on a type, looking into `X | None` and `tuple[X, ...]`."""
    yield from outer
    yield from getattr(annotation, "__metadata__", ())
    for argument in getattr(annotation, "__args__", ()):
        yield from _metadata(argument, [])


def kinds_in(module: ModuleType) -> list[type[Fact]]:
    """The kinds a facts.py declares, in the order they stand there."""
    return [
        thing
        for thing in vars(module).values()
        if isinstance(thing, type)
        and issubclass(thing, Fact)
        and thing.kind
        and thing.__module__ == module.__name__
    ]


def kebab(name: str) -> str:
    """MoneySent → money-sent: how a class is called in its kind."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def _shown(value: object, language: str) -> str:
    if isinstance(value, Text):
        return in_language(value.by_language(), language)
    if isinstance(value, (Money, str, int)):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return ", ".join(_shown(item, language) for item in value)
    return "" if value is None else str(getattr(value, "value", value))
