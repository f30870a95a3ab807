"""Posts in the cast's programme, and users who hold them: what tests about people at work stand on."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from cairn.catalog import journal
from cairn.people.models import Appointment, User
from cairn.people.record import record
from cairn.people.seats import Seat, seat_of
from cairn.programme.facts import CohortOpened, PostOpened, PostRole, TeamPlaced
from cast import OPENED, Pen, assemble, named, new_id

PASSWORD = "three stones stay put"  # noqa: S105 - of nobody


def posts():
    """A post of each role."""
    for post, role, place, organisation, team in (
        ("office", PostRole.PROGRAMME_OFFICE, None, None, None),
        ("county", PostRole.COUNTY, "kunlun", "county-office", None),
        ("county-2", PostRole.COUNTY, "kunlun", "county-office", None),
        ("township", PostRole.TOWNSHIP, "hongliu", None, None),
        ("committee", PostRole.COMMITTEE, "qarasu", "qarasu-committee", None),
        ("other-committee", PostRole.COMMITTEE, "石桥村", "石桥村委会", None),
        ("leader", PostRole.TEAM_LEADER, None, None, "qarasu-2025"),
        ("member", PostRole.TEAM_MEMBER, None, None, "qarasu-2025"),
        ("sponsor", PostRole.SPONSOR, None, "water-bureau", None),
        ("keeper", PostRole.KEEPER, "qarasu", "qarasu-committee", None),
        ("auditor", PostRole.AUDITOR, None, None, None),
        ("witness", PostRole.WITNESS, None, None, None),
    ):
        yield PostOpened(
            post=post,
            name=named(post),
            role=role,
            place=place,
            organisation=organisation,
            team=team,
        )


@dataclass
class Desks:
    """Everybody at work in one programme."""

    pen: Pen
    users: dict[str, User] = field(default_factory=dict)

    @classmethod
    def opened(cls) -> "Desks":
        pen = Pen.opened()
        assemble(pen)
        team = TeamPlaced(team="qarasu-2025", cohort="2025", place="qarasu", sponsor="water-bureau")
        pen.record(team)
        for post in posts():
            pen.record(post)
        return cls(pen)

    def as_told(self) -> "Desks":
        """The same for one of the tests that share what was recorded, each of which is rolled back to it."""
        return Desks(replace(self.pen), dict(self.users))

    @property
    def now(self):
        return self.pen.now

    @property
    def today(self) -> date:
        return self.pen.today

    @property
    def programme(self) -> str:
        return self.pen.programme

    def user(self, name: str) -> User:
        if name not in self.users:
            user = User(sign_in_name=f"{name}@{self.programme}")
            user.set_unusable_password()
            user.save()
            self.users[name] = user
        return self.users[name]

    def appoint(self, name: str, post: str, *, until: date | None = None) -> Appointment:
        return Appointment.objects.create(
            user=self.user(name),
            programme=self.programme,
            post=post,
            starts_on=OPENED,
            ends_on=until,
        )

    def seat(self, post: str, name: str | None = None) -> Seat:
        """A user at a post, second factor shown a moment ago. The user is called after the post."""
        name = name or post
        held = Appointment.objects.filter(
            user=self.user(name), programme=self.programme, post=post, ended_at=None
        ).first()
        seat = seat_of(held or self.appoint(name, post), journal=journal, now=self.now)
        assert seat is not None
        return replace(seat, factor=True, fresh=True)

    def record(self, seat: Seat, fact, *, on: date | None = None, id=None):
        draft = seat.draft(fact, id=id or new_id(), happened_on=on or date(2025, 3, 1))
        return record(seat, draft, journal=journal, now=self.now)

    def later(self, **time) -> None:
        self.pen.now += timedelta(**time)


def next_cohort(pen: Pen) -> None:
    pen.record(CohortOpened(cohort="2026", name=named("2026"), ends_on=date(2026, 12, 31)))
