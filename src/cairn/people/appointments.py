"""Who holds which post: invited by a link, appointed when it is opened, ended at a moment."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cairn.journal.journal import Journal
from cairn.journal.projection import Objection, Rows
from cairn.people.models import Appointment, DeviceToken, Digest, Invitation, Session, User
from cairn.people.record import MayNotError, may_appoint, refuse_unguarded
from cairn.people.rights import Guard, Where
from cairn.people.scope import column, where
from cairn.people.seats import NoSuchPostError, Seat, open_post, seat_of, seats_of, today_in
from cairn.values import CairnError

INVITED_FOR = timedelta(days=7)
"""How long an invitation may be opened."""

SECRET_BYTES = 32

Chance = Callable[[int], str]
"""Makes a secret of so many bytes: `secrets.token_urlsafe`, but in tests."""


class InvitationError(CairnError):
    """An invitation that was used, has expired, or never was: nobody is told which."""


class AppointmentError(CairnError):
    """An appointment that is not there, or not for this post to decide about."""


@dataclass(frozen=True, slots=True)
class Held:
    """A post, and who holds it now: as whoever may appoint to it sees it."""

    post: str
    name: dict[str, str]
    role: str
    holders: tuple[tuple[int, str, date, date | None], ...]
    """Each as (appointment, sign-in name, from, until)."""


def digest_of(secret: str) -> str:
    """What is kept of a secret. It is long and random, so a plain hash will do."""
    return hashlib.sha256(secret.encode()).hexdigest()


def invite(
    programme: str,
    post: str,
    *,
    by: Seat | str,
    journal: Journal,
    now: datetime,
    ends_on: date | None = None,
    chance: Chance = secrets.token_urlsafe,
) -> str:
    """Invite somebody to a post that is on record. Answers the secret of the link, once.

    `by` is a seat, held to the table of rights; or the name of a post, on the command line.
    Raises NoSuchPostError, MayNotError, GuardError.
    """
    row, rows = open_post(programme, post, journal=journal, now=now)
    if isinstance(by, Seat):
        _refuse_to_decide(by, programme, column(row, "role"), where(row, rows))
    secret = chance(SECRET_BYTES)
    Invitation.objects.create(
        digest=digest_of(secret),
        programme=programme,
        post=post,
        by=by.post if isinstance(by, Seat) else by,
        by_user_id=by.user if isinstance(by, Seat) else None,
        ends_on=ends_on,
        expires_at=now + INVITED_FOR,
    )
    return secret


def invitation(secret: str, *, journal: Journal, now: datetime) -> Invitation:
    """The invitation of a link, while it may be opened. Raises InvitationError.

    One by a user falls with the post they held: whoever leaves can leave no door open.
    """
    found = Invitation.objects.filter(digest=digest_of(secret)).first()
    waits = found is not None and found.used_at is None and now < found.expires_at
    if found and waits and _still_invites(found, journal, now):
        try:
            open_post(found.programme, found.post, journal=journal, now=now)
        except NoSuchPostError:
            pass
        else:
            return found
    raise InvitationError(_("This link was used or has expired. Ask for a new one."))


def _still_invites(found: Invitation, journal: Journal, now: datetime) -> bool:
    if found.by_user_id is None:
        return True
    held = seats_of(found.by_user_id, journal=journal, now=now)
    return (found.programme, found.by) in {(seat.programme, seat.post) for seat in held}


def accept(secret: str, user: User, *, journal: Journal, now: datetime) -> Appointment:
    """Appoint a user by an invitation, which nobody can use again. Raises InvitationError."""
    with transaction.atomic():
        found = invitation(secret, journal=journal, now=now)
        used = Invitation.objects.filter(pk=found.pk, used_at=None).update(used_at=now)
        today = today_in(Rows(found.programme, journal.tables), now)
        if not used or today is None:
            raise InvitationError(_("This link was used or has expired. Ask for a new one."))
        return Appointment.objects.create(
            user=user,
            programme=found.programme,
            post=found.post,
            starts_on=today,
            ends_on=found.ends_on,
        )


def end(appointment: int, *, by: Seat, journal: Journal, now: datetime) -> None:
    """End an appointment now, with the sessions and devices that rest on it.

    Raises AppointmentError where it is of another programme or ended already, MayNotError, GuardError.
    """
    found = Appointment.objects.filter(
        pk=appointment, programme=by.programme, ended_at=None
    ).first()
    if found is None:
        raise AppointmentError(_("There is no such appointment."))
    rows = Rows(found.programme, journal.tables)
    post = rows.find("post", found.post)
    _refuse_to_decide(by, found.programme, column(post, "role"), where(post, rows))
    _end(Appointment.objects.filter(pk=found.pk), now)


def end_team(programme: str, *, team: str, journal: Journal, now: datetime) -> int:
    """A handover is accepted: everything that lets the outgoing team act ends at this moment.

    Answers how many appointments ended. What is on record of the posts stays as it is.
    """
    return _end_where(programme, "team", team, journal, now)


def end_cohort(programme: str, *, cohort: str, journal: Journal, now: datetime) -> int:
    """The same of a whole cohort. Where a cohort was closed by a fact nothing need be called."""
    return _end_where(programme, "cohort", cohort, journal, now)


def holders(seat: Seat, *, journal: Journal, now: datetime) -> list[Held]:
    """The posts that a seat decides about, with who holds them."""
    rows = Rows(seat.programme, journal.tables)
    posts = list(journal.tables["post"].objects.filter(programme=seat.programme).order_by("id"))
    rows.load(("place", column(post, "place")) for post in posts)
    held: dict[str, list[tuple[int, str, date, date | None]]] = {post.id: [] for post in posts}
    standing = Appointment.objects.filter(programme=seat.programme, ended_at=None)
    for one in standing.select_related("user").order_by("starts_on", "id"):
        if one.post in held and seat_of(one, journal=journal, now=now):
            held[one.post].append((one.pk, str(one.user), one.starts_on, one.ends_on))
    return [
        Held(post.id, column(post, "name"), column(post, "role"), tuple(held[post.id]))
        for post in posts
        if not column(post, "closed_on")
        and may_appoint(seat, column(post, "role"), [where(post, rows)])
    ]


def names_at(programme: str) -> list[str]:
    """The names with which those who hold posts of a programme sign in: whoever looks for names in a text knows them."""
    held = Appointment.objects.filter(programme=programme, ended_at=None)
    return list(held.values_list("user__sign_in_name", flat=True).distinct())


def end_sessions(user: int, *, but: str | None = None) -> None:
    """End every session of a user, or all but one."""
    Session.objects.filter(user=user).exclude(session_key=but).delete()


def _end_where(programme: str, name: str, id: str, journal: Journal, now: datetime) -> int:  # noqa: A002
    posts = journal.tables["post"].objects.filter(programme=programme)
    ended = [post.id for post in posts if column(post, name) == id]
    return _end(Appointment.objects.filter(programme=programme, post__in=ended), now)


def _end(standing: QuerySet[Appointment], now: datetime) -> int:
    """Mark them ended; revoke their devices, forget their addresses, end the sessions of their users."""
    with transaction.atomic():
        found = list(standing.filter(ended_at=None).select_for_update())
        keys = [one.pk for one in found]
        Appointment.objects.filter(pk__in=keys).update(ended_at=now)
        tokens = DeviceToken.objects.filter(appointment__in=keys, revoked_at=None)
        tokens.update(revoked_at=now)
        Digest.objects.filter(appointment__in=keys).delete()
        for user in {one.user_id for one in found}:
            end_sessions(user)
    return len(found)


def _refuse_to_decide(by: Seat, programme: str, role: str, at: Where) -> None:
    if by.programme != programme or not may_appoint(by, role, [at]):
        message = _("This post does not decide about posts of this role.")
        raise MayNotError([Objection("post", message)])
    refuse_unguarded(by, Guard.FRESH)
