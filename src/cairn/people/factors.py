"""What a user has beside the password, and what becomes of it when it is lost."""

from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext as _

from cairn.journal.entry import Receipt
from cairn.journal.fact import Fact
from cairn.journal.journal import Journal
from cairn.journal.projection import Objection, Rows
from cairn.people.appointments import end_sessions
from cairn.people.models import Appointment
from cairn.people.record import MayNotError, record
from cairn.people.seats import Seat, seat_of, today_in

KINDS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""Recovery codes alone are no second factor."""


def has_factor(user: int) -> bool:
    """Whether a user has set up a second factor."""
    return bool(Authenticator.objects.filter(user=user, type__in=KINDS).exists())


def factors_of(user: int) -> dict[int, Authenticator]:
    """The second factors that a user has set up, by their numbers."""
    return {one.pk: one for one in Authenticator.objects.filter(user=user, type__in=KINDS)}


def replace_lost(
    confirming: Seat,
    post: str,
    *,
    fact: Fact,
    id: UUID,  # noqa: A002 - it is the id
    journal: Journal,
    now: datetime,
) -> Receipt:
    """Another post confirms that the second factor of a post's holders was lost.

    On record goes `fact`, which names posts alone. Their factors are void from that moment and their
    sessions end; they sign in with the password, and set up a new one before they act again.
    Raises as `record` does; MayNotError, too, where the same user holds both posts.
    """
    held = Appointment.objects.filter(programme=confirming.programme, post=post, ended_at=None)
    with transaction.atomic():
        standing = [one for one in held if seat_of(one, journal=journal, now=now)]
        users = {one.user_id for one in standing}
        if confirming.user in users:
            message = _("You hold that post yourself; somebody else must confirm it.")
            raise MayNotError([Objection("post", message)])
        today = today_in(Rows(confirming.programme, journal.tables), now)
        assert today is not None  # noqa: S101 - a seat is in a programme on record
        draft = confirming.draft(fact, id=id, happened_on=today)
        receipt = record(confirming, draft, journal=journal, now=now)
        Authenticator.objects.filter(user__in=users).delete()
        for user in users:
            end_sessions(user)
    return receipt


def kinds_of(user: int) -> set[str]:
    """Which second factors a user has: `totp`, `webauthn`."""
    found = Authenticator.objects.filter(user=user).values_list("type", flat=True)
    return set(found) - {Authenticator.Type.RECOVERY_CODES.value}
