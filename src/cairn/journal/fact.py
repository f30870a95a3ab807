"""What a kind of fact is: a frozen model that everything else is derived from.

The journal, forms, API, docs and contract tests all read the declaration made here. The facts
themselves are in each capability's facts.py.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from types import ModuleType
from typing import Annotated, Any, ClassVar

from django.utils.functional import Promise
from pydantic import BaseModel, ConfigDict, Field, model_validator

from cairn.values import Money, Names, Refers, Text, in_language


class Visibility(Enum):
    """Who may read a fact's body."""

    PUBLIC = "public"
    PROGRAMME = "programme"


@dataclass(frozen=True, slots=True)
class Ask:
    """The question a form puts for a field, and what helps to answer it."""

    question: Promise
    help: Promise | None = None


class Fact(BaseModel):
    """Something that happened, as one post reported it. Never changed.

    A kind is declared as `class MoneySent(Fact, kind="money.money-sent")`. Its docstring is its
    documentation, its fields are its questions, `example` shows one, `sentence` tells it.
    """

    model_config = ConfigDict(
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

    @classmethod
    def __pydantic_init_subclass__(cls, *, kind: str, **_: object) -> None:
        """Keep the kind's name on its class."""
        cls.kind = kind

    @model_validator(mode="before")
    @classmethod
    def _compose(cls, data: object) -> object:
        """Bring people's text to NFC: two keyboards spell one name in two ways, one hash may not."""
        return _nfc(data)

    def body(self) -> dict[str, Any]:
        """The fact as JSON values; unanswered optional questions leave nothing behind."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)

    def told(self, language: str = "en") -> str:
        """The sentence of this fact, in the language that is active, its texts in `language`."""
        values = {name: _shown(getattr(self, name), language) for name in type(self).model_fields}
        return str(type(self).sentence).format(**values)

    @classmethod
    def references(cls) -> tuple[tuple[str, str], ...]:
        """The fields that name a thing on record, as (field, read model)."""
        return cls._marked(Refers)

    @classmethod
    def brings(cls) -> tuple[tuple[str, str], ...]:
        """The fields that bring a new thing on record, as (field, read model)."""
        return cls._marked(Names)

    @classmethod
    def _marked(cls, mark: type[Refers | Names]) -> tuple[tuple[str, str], ...]:
        return tuple(_marks(cls, mark))


def _marks(kind: type[Fact], mark: type[Refers | Names]) -> Iterator[tuple[str, str]]:
    for name, field in kind.model_fields.items():
        new = [item for item in field.metadata if isinstance(item, Names)]
        found = new or [item for item in _metadata(field.annotation, field.metadata)]
        for item in found:
            if isinstance(item, mark):
                yield name, item.a if isinstance(item, Names) else item.to


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


def _nfc(data: object) -> object:
    if isinstance(data, str):
        return data if data.isascii() else unicodedata.normalize("NFC", data)
    if isinstance(data, dict):
        return {key: _nfc(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return type(data)(_nfc(item) for item in data)
    return data


def _shown(value: object, language: str) -> str:
    if isinstance(value, Text):
        return in_language(dict(value.by_language()), language)
    if isinstance(value, (Money, str, int)):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return ", ".join(_shown(item, language) for item in value)
    return "" if value is None else str(getattr(value, "value", value))


Note = Annotated[str, Field(min_length=1, max_length=500)]
"""A short remark about the money or the thing. Never about a person."""
