"""Phones of the field app: made by somebody who has just signed in, and opened again by them.

With a session, and never with a token: one that was stolen must not make itself another.
"""

from typing import Annotated

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query
from pydantic import BaseModel, ConfigDict, Field

from cairn.people import devices
from cairn.people.seats import Seat
from cairn.web.api.drafts import read
from cairn.web.api.problems import ProblemError
from cairn.web.api.strict import json_of
from cairn.web.desk.asking import seat_at


class SeatSaid(BaseModel):
    """As which post somebody acts."""

    programme: str
    post: str
    role: str


class Called(BaseModel):
    """What a device is called, so that its owner knows which to revoke."""

    model_config = ConfigDict(strict=True, extra="forbid")

    called: str = Field(min_length=1, max_length=40, pattern=r"^[^\x00]*$")


class DeviceSaid(BaseModel):
    """A new device: its number, its token, what opens its store without a PIN, and as which post it acts."""

    device: int
    token: str
    unlock: str
    seat: SeatSaid


class UnlockSaid(BaseModel):
    """What opens the store of a device without its PIN."""

    device: int
    unlock: str


Number = Annotated[int, Query(ge=1, le=2**63 - 1, description="The device's number")]


def make_device(request: HttpRequest) -> HttpResponseBase:
    """Make a device of the field app. With a session that has just begun, and its `X-CSRFToken`."""
    seat = _signed_in(request)
    called = read(Called, json_of(request)).called
    phone = devices.give_phone(seat, called=called, now=timezone.now())
    made = {"device": phone.number, "token": phone.token, "unlock": phone.unlock}
    return JsonResponse({**made, "seat": seat_said(seat)}, status=201)


def unlock(request: HttpRequest, device: Number) -> HttpResponseBase:
    """What opens the store of one's own device whose PIN was forgotten. With a session that has just begun."""
    seat = _signed_in(request)
    return JsonResponse({"device": device, "unlock": devices.unlock_of(device, seat=seat)})


def seat_said(seat: Seat) -> dict[str, str]:
    """A seat as JSON."""
    return {"programme": seat.programme, "post": seat.post, "role": seat.role}


def _signed_in(request: HttpRequest) -> Seat:
    """The seat of a session. Raises ProblemError (403) for that of a token."""
    if "Authorization" in request.headers:
        raise ProblemError(403, _("No device does this; sign in and do it yourself."))
    return seat_at(request)
