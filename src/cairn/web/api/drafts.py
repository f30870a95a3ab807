"""What a client says of a fact, read into a draft of its post."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cairn.catalog import journal
from cairn.journal.entry import Draft
from cairn.journal.journal import RefusedError
from cairn.journal.models import Entry
from cairn.journal.projection import Objection
from cairn.people.seats import Seat
from cairn.voice.scan import Seen, scan
from cairn.web.api.wrong import objections_in
from cairn.web.seen import sorts_of

M = TypeVar("M", bound=BaseModel)

Names = Callable[[], Sequence[str]]
"""The names that texts are looked through for: asked for where there is a text."""

SHOWS = gettext_noop(
    "This may show who somebody is: {sorts}. Leave it out; if it belongs there, as the telephone of an office does, record it as it is."
)


class Said(BaseModel):
    """A fact as a client says it: its kind, when it happened, and its answers.

    An app that keeps facts for weeks says, too, by which version of the kind they were asked. `as_it_is` says
    that somebody has looked again at what could show who somebody is, and that it shows nobody who may not be.
    """

    model_config = ConfigDict(strict=True, extra="forbid")

    kind: str
    happened_on: date
    fact: dict[str, Any]
    schema_version: int | None = Field(default=None, ge=1)
    as_it_is: bool = False


class SaidInBatch(Said):
    """The same with the id that its address would say."""

    id: UUID


class SaidMany(BaseModel):
    """Facts to be recorded in this order, MOST at most."""

    model_config = ConfigDict(strict=True, extra="forbid")

    facts: list[dict[str, Any]]


def draft_of(
    seat: Seat,
    value: object,
    *,
    id: UUID,  # noqa: A002 - it is the id
    names: Names,
) -> Draft:
    """A draft from a client's JSON; `names` are those that its texts are looked through for. Raises RefusedError."""
    return _draft(seat, read(Said, value), id, names)


def draft_in_batch(seat: Seat, value: Mapping[str, Any], *, names: Names) -> Draft:
    """A draft from a batch, its id beside it. Raises RefusedError."""
    said = read(SaidInBatch, value)
    return _draft(seat, said, said.id, names)


def read(model: type[M], value: object) -> M:
    """A JSON value as a model, strictly. Raises RefusedError."""
    try:
        return model.model_validate_json(json.dumps(value))
    except ValidationError as error:
        raise RefusedError(list(objections_in(error))) from error


def _draft(seat: Seat, said: Said, id: UUID, names: Names) -> Draft:  # noqa: A002 - it is the id
    kind = journal.kinds.get(said.kind)
    if kind is None:
        message = _("This Cairn knows no kind of fact called ‘{kind}’.").format(kind=said.kind)
        raise RefusedError([Objection("kind", message)])
    if (said.schema_version or 1) > kind.schema_version:
        message = _("This was asked by a newer Cairn than this one; try again once it is updated.")
        raise RefusedError([Objection("schema_version", message)])
    draft = seat.draft(read(kind, said.fact), id=id, happened_on=said.happened_on)
    if not said.as_it_is:
        _refuse_what_shows_somebody(seat, draft, names)
    return draft


def _refuse_what_shows_somebody(seat: Seat, draft: Draft, names: Names) -> None:
    """Ask whoever wrote it to look again, as the desk does; what is on record already has its receipt."""
    shown: dict[str, list[Seen]] = {}
    for field, text in draft.fact.texts():
        shown.setdefault(field, []).extend(scan(text, names=names()))
    found = [
        Objection(field, _(SHOWS).format(sorts=", ".join(sorts_of(seen))), shows=sorts)
        for field, seen in shown.items()
        if (sorts := tuple(dict.fromkeys(one.sort.value for one in seen)))
    ]
    if found and not Entry.objects.filter(programme=seat.programme, id=draft.id).exists():
        raise RefusedError(found)


def refused_all(count: int, most: int) -> Sequence[Objection]:
    """What is wrong with a batch of this size."""
    if 1 <= count <= most:
        return ()
    message = _("A batch holds from 1 to {most} facts; this one has {count}.")
    return [Objection("facts", message.format(most=most, count=count))]
