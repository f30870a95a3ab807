"""Tokens with which a device acts as a post. What they may do is what the post may, while it is held."""

import secrets
from dataclasses import replace
from datetime import datetime

from cairn.journal.journal import Journal
from cairn.people.appointments import SECRET_BYTES, Chance, digest_of
from cairn.people.models import DeviceToken
from cairn.people.record import refuse_unguarded
from cairn.people.rights import Guard
from cairn.people.seats import Seat, seat_of


def give(seat: Seat, *, called: str, now: datetime, chance: Chance = secrets.token_urlsafe) -> str:
    """Make a token for a device of whoever sits there. Answers it, once. Raises GuardError."""
    refuse_unguarded(seat, Guard.FRESH)
    secret = chance(SECRET_BYTES)
    DeviceToken.objects.create(
        digest=digest_of(secret), appointment_id=seat.appointment, called=called, made_at=now
    )
    return secret


def seat_by(token: str, *, journal: Journal, now: datetime) -> Seat | None:
    """The seat that a token gives now; None where it was revoked, or its appointment has ended.

    It was made with a second factor, a moment after a sign-in: it counts as both for what a post
    records. Pages take no tokens.
    """
    found = DeviceToken.objects.filter(digest=digest_of(token), revoked_at=None)
    device = found.select_related("appointment").first()
    seat = seat_of(device.appointment, journal=journal, now=now) if device else None
    return replace(seat, factor=True, fresh=True) if seat else None


def revoke(device: int, *, user: int, now: datetime) -> bool:
    """Revoke a token of one's own. False where there is none."""
    own = DeviceToken.objects.filter(pk=device, appointment__user=user, revoked_at=None)
    return bool(own.update(revoked_at=now))
