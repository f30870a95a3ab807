"""Tokens with which a device acts as a post. What they may do is what the post may, while it is held."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import F, Q
from django.utils.translation import gettext as _

from cairn.journal.columns import Columns
from cairn.journal.journal import Journal
from cairn.people.appointments import SECRET_BYTES, Chance, digest_of
from cairn.people.models import Appointment, DeviceToken
from cairn.people.record import refuse_unguarded
from cairn.people.rights import Guard
from cairn.people.seats import Seat, seat_of
from cairn.values import UnknownThingError


def give(seat: Seat, *, called: str, now: datetime, chance: Chance = secrets.token_urlsafe) -> str:
    """Make a token for a device of whoever sits there. Answers it, once. Raises GuardError."""
    refuse_unguarded(seat, Guard.FRESH)
    secret = chance(SECRET_BYTES)
    DeviceToken.objects.create(
        digest=digest_of(secret), appointment_id=seat.appointment, called=called, made_at=now
    )
    return secret


@dataclass(frozen=True, slots=True)
class Phone:
    """A device that keeps an outbox: its number, its token, and what opens its store without a PIN."""

    number: int
    token: str
    unlock: str


def give_phone(
    seat: Seat, *, called: str, now: datetime, chance: Chance = secrets.token_urlsafe
) -> Phone:
    """Make a token for the field app. Answers it, once. Raises GuardError."""
    token, unlock = give(seat, called=called, now=now, chance=chance), chance(SECRET_BYTES)
    made = DeviceToken.objects.get(digest=digest_of(token))
    DeviceToken.objects.filter(pk=made.pk).update(unlock=unlock)
    return Phone(made.pk, token, unlock)


def unlock_of(device: int, *, seat: Seat) -> str:
    """What opens the store of a phone of one's own. Raises GuardError, UnknownThingError.

    That of a revoked one is given to nobody.
    """
    refuse_unguarded(seat, Guard.FRESH)
    own = DeviceToken.objects.filter(pk=device, appointment__user=seat.user, revoked_at=None)
    found = own.exclude(unlock="").first()
    if found is None:
        raise UnknownThingError(_("You have no phone of this number, or not any more."))
    return found.unlock


def is_revoked(token: str) -> bool:
    """Whether somebody revoked this token, so that its device is to erase what it keeps.

    One that ended with its appointment is not: what its post had still to send is not lost with it.
    """
    alone = Q(appointment__ended_at=None) | Q(revoked_at__lt=F("appointment__ended_at"))
    found = DeviceToken.objects.filter(alone, digest=digest_of(token), revoked_at__isnull=False)
    return found.exists()


def seat_by(token: str, *, journal: Journal, now: datetime) -> Seat | None:
    """The seat that a token gives now; None where it was revoked, or its appointment has ended.

    It was made with a second factor, a moment after a sign-in: it counts as both for what a post
    records. Pages take no tokens.
    """
    devices = Columns.of(DeviceToken).having("digest", [digest_of(token)])
    held_by = [one.appointment_id for one in devices if one.revoked_at is None]
    appointment = next(Columns.of(Appointment).having("id", held_by), None)
    seat = seat_of(appointment, journal=journal, now=now)
    return replace(seat, factor=True, fresh=True) if seat else None


def revoke(device: int, *, user: int, now: datetime) -> bool:
    """Revoke a token of one's own. False where there is none."""
    own = DeviceToken.objects.filter(pk=device, appointment__user=user, revoked_at=None)
    return bool(own.update(revoked_at=now))
