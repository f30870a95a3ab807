"""Recording over the API: a fact, many facts, and the receipt of one."""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import cache, partial
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import BaseModel

from cairn.catalog import journal
from cairn.journal.entry import Draft, Receipt, Refused, Verdict
from cairn.journal.journal import RefusedError
from cairn.journal.log import Log
from cairn.journal.models import Entry
from cairn.merkle.hashing import leaf_hash
from cairn.people.appointments import names_at
from cairn.people.record import record_all
from cairn.people.seats import Seat
from cairn.people.together import Together
from cairn.values import UnknownThingError
from cairn.web.api.drafts import Names, SaidMany, draft_in_batch, draft_of, read, refused_all
from cairn.web.api.problems import Objected, objected, problem
from cairn.web.api.strict import json_of
from cairn.web.desk.asking import seat_at

TOGETHER: Final = Together(journal)
"""What programs send one by one, by this process."""

MOST: Final = 500
"""Facts in a batch: what one transaction should hold the programme's lock for."""


class ReceiptSaid(BaseModel):
    """That a fact is on record: its position, and the RFC 6962 hash of its entry in hexadecimal."""

    programme: str
    id: UUID
    position: int
    leaf: str


class ProvenReceipt(ReceiptSaid):
    """The same with a C2SP tlog-proof, once a signed checkpoint covers the entry."""

    recorded_at: datetime
    proof: str | None


class VerdictSaid(BaseModel):
    """What became of one fact of a batch: its receipt, or the objections to it."""

    id: str
    receipt: ReceiptSaid | None
    objections: list[Objected]
    conflict: bool


class Verdicts(BaseModel):
    """What became of a batch, in its order."""

    verdicts: list[VerdictSaid]


def put_fact(request: HttpRequest, id: UUID) -> HttpResponseBase:  # noqa: A002 - it is the id
    """Record a fact under an id of the client's. Sent again, it answers the receipt it has.

    201 where it is recorded now, 200 where it was before; 409 where the id says something else.
    """
    seat = seat_at(request)
    draft = draft_of(seat, json_of(request), id=id, names=_names(seat))
    receipt = TOGETHER.record(seat, draft, now=timezone.now())
    return JsonResponse(_receipt(receipt), status=200 if receipt.again else 201)


def get_fact(request: HttpRequest, id: UUID) -> HttpResponseBase:  # noqa: A002 - it is the id
    """The receipt of a fact that is on record, with its proof once a checkpoint covers it."""
    programme = seat_at(request).programme
    entry = Entry.objects.filter(programme=programme, id=id).first()
    if entry is None:
        raise UnknownThingError(_("No fact of this id is on record in this programme."))
    body = bytes(entry.body)
    log = Log(programme)
    proof = log.receipt(entry.position) if log.has_key else None
    return JsonResponse(
        {
            **_receipt(Receipt(programme, entry.position, entry.id, leaf_hash(body))),
            "recorded_at": json.loads(body)["recorded_at"],
            "proof": bytes(proof).decode() if proof else None,
        }
    )


def post_facts(request: HttpRequest, *, all_or_none: bool = False) -> HttpResponseBase:
    """Record many facts in order, in one transaction; a verdict for each.

    With `all_or_none` one refusal leaves out all: then it answers 422, with the refusals.
    """
    seat = seat_at(request)
    said = read(SaidMany, json_of(request)).facts
    if wrong := refused_all(len(said), MOST):
        raise RefusedError(wrong)
    names = _names(seat)
    drafts = [_drafted(seat, one, names) for one in said]
    known = [one for one in drafts if isinstance(one, Draft)]
    unread = [one for one in drafts if not isinstance(one, Draft)]
    if all_or_none and unread:
        return _none_recorded(unread)
    now = timezone.now()
    verdicts = record_all(seat, known, journal=journal, now=now, all_or_none=all_or_none)
    if all_or_none and any(isinstance(one, Refused) for one in verdicts):
        return _none_recorded([_verdict(one) for one in verdicts])
    told = iter(verdicts)
    return JsonResponse(
        {"verdicts": [_verdict(next(told)) if isinstance(d, Draft) else d for d in drafts]}
    )


def _names(seat: Seat) -> Names:
    return cache(partial(names_at, seat.programme))


def _drafted(seat: Seat, value: dict[str, Any], names: Names) -> Draft | dict[str, Any]:
    """A draft, or the verdict on what cannot be read as one."""
    try:
        return draft_in_batch(seat, value, names=names)
    except RefusedError as error:
        said = value.get("id")
        return {
            "id": said if isinstance(said, str) else "",
            "receipt": None,
            "objections": objected(error.objections),
            "conflict": False,
        }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    refused = verdict if isinstance(verdict, Refused) else None
    return {
        "id": str(verdict.id),
        "receipt": _receipt(verdict) if isinstance(verdict, Receipt) else None,
        "objections": objected(refused.objections) if refused else [],
        "conflict": bool(refused and refused.conflict),
    }


def _receipt(receipt: Receipt) -> dict[str, Any]:
    return {
        "programme": receipt.programme,
        "id": str(receipt.id),
        "position": receipt.position,
        "leaf": receipt.leaf.hex(),
    }


def _none_recorded(verdicts: Sequence[dict[str, Any]]) -> HttpResponseBase:
    return problem(422, _("Nothing was recorded."), verdicts=list(verdicts))
