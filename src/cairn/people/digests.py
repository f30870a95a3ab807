"""Who is sent the counts of a post's worklist, on which days, at which address.

It belongs to an appointment and goes with it. Here is what is kept; the mails, and the queue in
which they wait, are in web/mailing.py.
"""

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from cairn.journal.away import GroupAwayError
from cairn.journal.journal import Journal
from cairn.journal.projection import Rows
from cairn.journal.spread import answers, group_of
from cairn.people.appointments import SECRET_BYTES, Chance, digest_of
from cairn.people.models import Digest, DigestLink
from cairn.people.scope import column
from cairn.people.seats import Seat, seat_of
from cairn.values import CairnError

HOUR = 6
"""From this hour on, where the programme is, the mail of a day is due."""

UNCONFIRMED_FOR = timedelta(days=7)
"""An address that nobody confirmed is forgotten after so long, and so is the link that would."""

OFF_FOR = timedelta(days=400)
"""How long the link in a mail turns the digest off."""


class DigestLinkError(CairnError):
    """A link that was used, has expired, or never was: nobody is told which."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks for: counts of a post's worklist at an address, every day or on one a week."""

    address: str
    language: str
    weekday: int | None
    """Monday is 1; none: every day."""


def digest_at(seat: Seat) -> Digest | None:
    """What whoever sits there asked for."""
    return Digest.objects.filter(appointment=seat.appointment).first()


def ask(seat: Seat, wanted: Wanted, *, journal: Journal, now: datetime) -> Digest:
    """Keep what somebody asks for. An address that is new is to be confirmed first.

    The next day on which a mail is due is the first: asking anew never brings a second one of a day.
    """
    with transaction.atomic():
        found = Digest.objects.select_for_update().filter(appointment=seat.appointment).first()
        digest = found or Digest(appointment_id=seat.appointment)
        if digest.address != wanted.address or digest.confirmed_at is None:
            digest.asked_at, digest.confirmed_at = now, None
            digest.sent_on = digest.failed_on = None
            if found:
                DigestLink.objects.filter(of=found).delete()
        digest.address, digest.language = wanted.address, wanted.language
        digest.weekday = wanted.weekday
        digest.last_on = _last_due(digest, now, _zone(seat.programme, journal))
        digest.save()
    return digest


def link(
    digest: Digest, *, confirms: bool, now: datetime, chance: Chance = secrets.token_urlsafe
) -> str:
    """Make a link's secret, for one mail. Answers it, once."""
    secret = chance(SECRET_BYTES)
    DigestLink.objects.filter(of=digest, expires_at__lt=now).delete()
    DigestLink.objects.create(
        hashed=digest_of(secret),
        of=digest,
        confirms=confirms,
        expires_at=now + (UNCONFIRMED_FOR if confirms else OFF_FOR),
    )
    return secret


def linked(secret: str, *, confirms: bool, now: datetime) -> Digest:
    """What a link is about, while it may be used. Raises DigestLinkError."""
    found = DigestLink.objects.filter(hashed=digest_of(secret), confirms=confirms)
    one = found.filter(expires_at__gt=now).select_related("of__appointment").first()
    if one is None:
        raise DigestLinkError(_("This link was used or has expired."))
    return one.of


def confirm(secret: str, *, journal: Journal, now: datetime) -> Digest:
    """Whoever reads the mails of an address wants this one. Raises DigestLinkError."""
    with transaction.atomic():
        digest = linked(secret, confirms=True, now=now)
        used, _tables = DigestLink.objects.filter(hashed=digest_of(secret)).delete()
        if not used:  # somebody was faster
            raise DigestLinkError(_("This link was used or has expired."))
        digest.confirmed_at = now
        digest.last_on = _last_due(digest, now, _zone(digest.appointment.programme, journal))
        digest.save(update_fields=["confirmed_at", "last_on"])
    return digest


def turn_off(secret: str, *, now: datetime) -> None:
    """Send nothing more, and forget the address. Raises DigestLinkError."""
    linked(secret, confirms=False, now=now).delete()


def end(seat: Seat) -> None:
    """The same for whoever sits there."""
    Digest.objects.filter(appointment=seat.appointment).delete()


def forget_ended(*, journal: Journal, now: datetime) -> None:
    """Forget the addresses of appointments that no longer stand, and those that nobody confirmed."""
    stale = Q(confirmed_at=None, asked_at__lt=now - UNCONFIRMED_FOR)
    Digest.objects.filter(stale).delete()
    for digest in Digest.objects.select_related("appointment"):
        with suppress(GroupAwayError):  # whether it stands is known once it can be reached
            if seat_of(digest.appointment, journal=journal, now=now) is None:
                digest.delete()


def due(*, journal: Journal, now: datetime) -> list[tuple[Digest, date]]:
    """What is due now, with the day it is due for. Days that were missed are not made up for."""
    found = []
    zones: dict[str, ZoneInfo] = {}
    confirmed = Digest.objects.filter(confirmed_at__isnull=False).select_related("appointment")
    for digest in confirmed.order_by("id"):
        programme = digest.appointment.programme
        if not answers(group_of(programme)):
            continue
        if programme not in zones:
            zones[programme] = _zone(programme, journal)
        day = _last_due(digest, now, zones[programme])
        if digest.last_on < day:
            found.append((digest, day))
    return found


def begin(digest: Digest, day: date) -> bool:
    """Take on the mail of a day. True for one of those who try, and once.

    Compared and set in one statement: of two processes that found it due, the second finds it begun.
    """
    standing = Digest.objects.filter(pk=digest.pk, last_on__lt=day, confirmed_at__isnull=False)
    return bool(standing.update(last_on=day))


def first_on(digest: Digest) -> date:
    """The next day on which a mail is due."""
    return digest.last_on + timedelta(1 if digest.weekday is None else 7)


def _last_due(digest: Digest, now: datetime, zone: ZoneInfo) -> date:
    """The last day, up to now, on which a mail is due: by the clock where the programme is."""
    day = (now.astimezone(zone) - timedelta(hours=HOUR)).date()
    if digest.weekday is None:
        return day
    return day - timedelta((day.isoweekday() - digest.weekday) % 7)


def _zone(programme: str, journal: Journal) -> ZoneInfo:
    return ZoneInfo(
        column(Rows(programme, journal.tables).find("programme", "programme"), "timezone")
    )
