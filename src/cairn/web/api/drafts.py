"""What a client says of a fact, read into a draft of its post."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cairn.catalog import journal
from cairn.journal.entry import Draft
from cairn.journal.journal import RefusedError
from cairn.journal.projection import Objection
from cairn.people.seats import Seat
from cairn.web.api.wrong import objections_in

M = TypeVar("M", bound=BaseModel)


class Said(BaseModel):
    """A fact as a client says it: its kind, when it happened, and its answers.

    An app that keeps facts for weeks says, too, by which version of the kind they were asked.
    """

    model_config = ConfigDict(strict=True, extra="forbid")

    kind: str
    happened_on: date
    fact: dict[str, Any]
    schema_version: int | None = Field(default=None, ge=1)


class SaidInBatch(Said):
    """The same with the id that its address would say."""

    id: UUID


class SaidMany(BaseModel):
    """Facts to be recorded in this order, MOST at most."""

    model_config = ConfigDict(strict=True, extra="forbid")

    facts: list[dict[str, Any]]


def draft_of(seat: Seat, value: object, *, id: UUID) -> Draft:  # noqa: A002 - it is the id
    """A draft from a client's JSON. Raises RefusedError."""
    return _draft(seat, read(Said, value), id)


def draft_in_batch(seat: Seat, value: Mapping[str, Any]) -> Draft:
    """A draft from a batch, its id beside it. Raises RefusedError."""
    said = read(SaidInBatch, value)
    return _draft(seat, said, said.id)


def read(model: type[M], value: object) -> M:
    """A JSON value as a model, strictly. Raises RefusedError."""
    try:
        return model.model_validate_json(json.dumps(value))
    except ValidationError as error:
        raise RefusedError(list(objections_in(error))) from error


def _draft(seat: Seat, said: Said, id: UUID) -> Draft:  # noqa: A002 - it is the id
    kind = journal.kinds.get(said.kind)
    if kind is None:
        message = _("This Cairn knows no kind of fact called ‘{kind}’.").format(kind=said.kind)
        raise RefusedError([Objection("kind", message)])
    if (said.schema_version or 1) > kind.schema_version:
        message = _("This was asked by a newer Cairn than this one; try again once it is updated.")
        raise RefusedError([Objection("schema_version", message)])
    return seat.draft(read(kind, said.fact), id=id, happened_on=said.happened_on)


def refused_all(count: int, most: int) -> Sequence[Objection]:
    """What is wrong with a batch of this size."""
    if 1 <= count <= most:
        return ()
    message = _("A batch holds from 1 to {most} facts; this one has {count}.")
    return [Objection("facts", message.format(most=most, count=count))]
