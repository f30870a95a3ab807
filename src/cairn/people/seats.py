"""Who acts: a seat is a user acting as one post, now.

An appointment stands or not by what is true at this moment: its dates, its post, the cohort of its
post. All of it is computed on reading, so that nobody acts a moment longer because a job did not run.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from cairn.journal.away import GroupAwayError
from cairn.journal.entry import Draft
from cairn.journal.fact import Fact
from cairn.journal.journal import Journal
from cairn.journal.projection import ReadModel, Rows
from cairn.journal.spread import group_of
from cairn.people.models import Appointment
from cairn.people.rights import Scope, Where, rights
from cairn.people.scope import column, where
from cairn.values import CairnError

WHILE_IT_WAITS = ("handover.", "requests.request-raised", "assets.asset-inspected")
"""What a team may record before it has taken over: its handover, what it sees on the walk, that it needs help."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A user acting as a post. Pages and the API find it as `request.seat`.

    `factor` says that a second factor was shown, `fresh` that the user signed in a moment ago.
    """

    user: int
    appointment: int
    programme: str
    post: str
    role: str
    name: dict[str, str]
    stands: Where
    factor: bool = False
    fresh: bool = False
    waits: bool = False
    """Whether its team is named to take over and has not yet: till then it records its handover alone."""

    def may(self, what: str, at: Iterable[Where] = ()) -> bool:
        """Whether this post may do this, to all these things: rights.csv."""
        return self._has(what) and rights().may(self.role, what, of=self.stands, at=at)

    def scope(self, what: str) -> Scope | None:
        """How far this post reaches in this; None where it may not do it at all."""
        return rights().scope(self.role, what) if self._has(what) else None

    def _has(self, what: str) -> bool:
        """Facts have a full stop in their kinds, and pages have none."""
        return not self.waits or "." not in what or what.startswith(WHILE_IT_WAITS)

    def draft(self, fact: Fact, *, id: UUID, happened_on: date) -> Draft:  # noqa: A002 - it is the id
        """What this post wants to record."""
        return Draft(id, happened_on, self.post, fact)


Held = tuple[list[Seat], list[Appointment]]
"""The posts that a user holds, and appointments of which nobody can say: their programmes are out of reach."""


class NoSuchPostError(CairnError):
    """A post that is not on record, or no more."""


def seats_of(user: int, *, journal: Journal, now: datetime) -> list[Seat]:
    """Every post that a user holds now, in order of programme and post. Raises GroupAwayError."""
    held, away = held_by(user, journal=journal, now=now)
    if away:
        raise GroupAwayError(group_of(away[0].programme))
    return held


def held_by(user: int, *, journal: Journal, now: datetime) -> Held:
    """What a user holds now."""
    mine = Appointment.objects.filter(user=user, ended_at=None).order_by("programme", "post", "id")
    seats, away = list[Seat](), list[Appointment]()
    for appointment in mine:
        try:
            seat = seat_of(appointment, journal=journal, now=now)
        except GroupAwayError:
            away.append(appointment)
        else:
            seats += [seat] if seat else []
    return seats, away


def seat_of(
    appointment: Appointment | None, *, journal: Journal, now: datetime, rows: Rows | None = None
) -> Seat | None:
    """The seat that an appointment gives now, by `rows` of its programme; None where it does not stand."""
    if appointment is None or (appointment.ended_at and appointment.ended_at <= now):
        return None
    rows = rows or Rows(appointment.programme, journal.tables)
    today = today_in(rows, now)
    post = rows.find("post", appointment.post)
    if post is None or today is None or not post_stands(post, rows, today):
        return None
    if today < appointment.starts_on or (appointment.ends_on and today > appointment.ends_on):
        return None
    return Seat(
        user=appointment.user_id,
        appointment=appointment.pk,
        programme=appointment.programme,
        post=post.id,
        role=str(column(post, "role")),
        name=column(post, "name"),
        stands=where(post, rows),
        waits=waits(post, rows, today),
    )


def look_up(posts: Iterable[str], rows: Rows) -> None:
    """Read at once what `seat_of` asks about these posts, a statement a table."""
    posts = list(posts)
    rows.load([("programme", "programme"), *(("post", post) for post in posts)])
    found = [rows.find("post", post) for post in posts]
    stands_on = (("place", "place"), ("cohort", "cohort"), ("turn", "team"))
    rows.load(
        (called, id_) for called, name in stands_on for row in found if (id_ := column(row, name))
    )


def post_stands(post: ReadModel, rows: Rows, today: date) -> bool:
    """Whether anybody can act as a post: it is open, its team has not handed over, its cohort not ended."""
    if column(post, "closed_on") or column(_turn(post, rows), "ended_on"):
        return False
    return _lasts(rows.find("cohort", column(post, "cohort")), today)


def _lasts(cohort: ReadModel | None, today: date) -> bool:
    if cohort is None:
        return True
    return not (column(cohort, "closed_on") or today > column(cohort, "ends_on"))


def _turn(post: ReadModel, rows: Rows) -> ReadModel | None:
    """Whether it is the turn of a post's team; None of one that was never in a handover."""
    team = column(post, "team")
    return rows.find("turn", team) if team else None


def waits(post: ReadModel, rows: Rows, today: date) -> bool:
    """Whether a post's team is named to take over from one that is still there, and has not yet.

    Once the cohort before it has ended nobody else is there to act, whether or not both have signed.
    """
    before = column(_turn(post, rows), "waits_for")
    team = rows.find("team", before) if before else None
    return team is not None and _lasts(rows.find("cohort", column(team, "cohort")), today)


def open_post(
    programme: str, post: str, *, journal: Journal, now: datetime
) -> tuple[ReadModel, Rows]:
    """A post to which somebody can be appointed, with the rows it was read from.

    Raises NoSuchPostError.
    """
    rows = Rows(programme, journal.tables)
    row, today = rows.find("post", post), today_in(rows, now)
    if row is None or today is None or not post_stands(row, rows, today):
        raise NoSuchPostError(f"There is no post ‘{post}’ in ‘{programme}’ now; open it first.")
    return row, rows


def today_in(rows: Rows, now: datetime) -> date | None:
    """Which day it is in a programme; None where there is no such programme."""
    programme = rows.find("programme", "programme")
    zone = column(programme, "timezone")
    return now.astimezone(ZoneInfo(zone)).date() if zone else None
