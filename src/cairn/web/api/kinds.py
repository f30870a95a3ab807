"""The kinds of fact as a client needs them to ask: schema, questions, who may."""

import inspect
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from pydantic import BaseModel

from cairn.catalog import journal
from cairn.journal.fact import Ask, Fact
from cairn.journal.json_schema import anywhere
from cairn.people.rights import rights
from cairn.web.api.answers import answer, tag_of, unchanged
from cairn.web.desk.asking import seat_at

Said = dict[str, str]
"""A text by language."""


class Question(BaseModel):
    """The question of one field, and what helps to answer it, in each language."""

    field: str
    question: Said
    help: Said
    names: str
    """The kind of thing on record that the answer names; empty where it names none."""
    brings: str
    """The kind of thing whose new id the answer is."""
    file: bool
    heard: bool
    """Of a file: whether it is a recording."""
    sealed: bool
    needed: bool


class KindSaid(BaseModel):
    """A kind of fact: its JSON Schema, its questions in their order, its sentence, an example.

    `may` says how far this post reaches in it (own, subtree, programme), and is empty where it may
    not record it. What `has_successor` is taken from clients that know no better, and not asked.
    """

    kind: str
    summary: str
    sentence: Said
    questions: list[Question]
    fact_schema: dict[str, Any]
    example: dict[str, Any]
    may: str
    guard: str
    has_successor: bool
    schema_version: int
    """What a fact of this kind that is kept for later says as its `schema_version`."""


class Kinds(BaseModel):
    """Every kind of fact."""

    kinds: list[KindSaid]


def get_kinds(request: HttpRequest) -> HttpResponseBase:
    """Every kind of fact with its schema and questions: what an app makes its forms from."""
    seat = seat_at(request)
    tag = tag_of("kinds", seat.role)
    if (same := unchanged(request, tag)) is not None:
        return same
    lines = rights().lines
    said = [
        kind_said(kind).model_copy(
            update={
                "may": str(seat.scope(name) or ""),
                "guard": str(lines[name].guard) if name in lines else "",
            }
        )
        for name, kind in journal.kinds.items()
    ]
    return answer(Kinds(kinds=said), tag)


@cache
def kind_said(kind: type[Fact]) -> KindSaid:
    """A kind as its declaration says it, whoever asks."""
    names, brings = dict(kind.references()), dict(kind.brings())
    seals, files = kind.seals(), kind.files()
    questions = []
    for name, field in kind.model_fields.items():
        ask = next((mark for mark in field.metadata if isinstance(mark, Ask)), None)
        seal = seals.get(name)
        questions.append(
            Question(
                field=name,
                question=_in_each_language(ask.question if ask else name),
                help=_in_each_language(ask.help) if ask and ask.help else {},
                names=names.get(name, ""),
                brings=brings.get(name, ""),
                file=name in files,
                heard=name in files and files[name].heard,
                sealed=seal is not None,
                needed=field.is_required() or bool(seal and seal.needed),
            )
        )
    return KindSaid(
        kind=kind.kind,
        summary=inspect.cleandoc(kind.__doc__ or "").partition("\n")[0],
        sentence=_in_each_language(kind.sentence),
        questions=questions,
        fact_schema=anywhere(kind.model_json_schema(by_alias=True)),
        example=dict(kind.example),
        may="",
        guard="",
        has_successor=kind.has_successor(),
        schema_version=kind.schema_version,
    )


def _in_each_language(said: object) -> Said:
    found = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found[language] = str(said)
    return found
