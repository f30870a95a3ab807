"""GET /api/field: everything that a phone reads without network, in one answer.

It is what this seat reads at the desk, no more of it than a phone has use for: what lies within its
reach, at most MOST of each sort. Amounts are minor units, names are texts by language.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.http import HttpRequest, HttpResponseBase

from cairn.catalog import journal
from cairn.following import queries
from cairn.following.answers import AsOf, Name, Named
from cairn.following.queries.lists import account_row
from cairn.following.queries.reading import Reading, read
from cairn.money.models import Account
from cairn.people.reach import kinds_for
from cairn.people.rights import Scope
from cairn.people.seats import Seat
from cairn.programme.models import Place
from cairn.values import currency_digits
from cairn.web.api.answers import answer, tag_of, unchanged
from cairn.web.desk.asking import seat_at
from cairn.web.desk.choices import currencies_of
from cairn.web.desk.usual import usual_for
from cairn.web.desk.worklist import commitments
from cairn.web.field.teams import HandoverHere, PackHere, handovers_of, packs_of
from cairn.web.field.things import Thing, choices_of, name_of
from cairn.web.public import reads
from cairn.worklist.commitment import Commitment
from cairn.worklist.queries import mine, ways_of

OUT_THERE: Final = (
    "money.money-spent",
    "assets.asset-inspected",
    "works.progress-inspected",
    "works.need-raised",
    "works.milestone-reached",
    "assets.asset-repaired",
)
"""What is recorded standing before the thing: a phone offers it before what is usual at a desk."""

MOST: Final = 300
"""Rows of one sort: what a phone shows, and a leader looks through."""


@dataclass(frozen=True, slots=True)
class SeatHere:
    """As which post the phone acts. `waits` says that its team has not taken over yet."""

    programme: str
    post: str
    role: str
    name: Name
    place: str
    waits: bool


@dataclass(frozen=True, slots=True)
class CurrencyHere:
    """A currency in which accounts are kept, and how many decimals ISO 4217 gives it."""

    code: str
    digits: int


@dataclass(frozen=True, slots=True)
class WayHere:
    """A fact that answers a commitment, and what its form is filled with."""

    kind: str
    answers: dict[str, str]


@dataclass(frozen=True, slots=True)
class OwedHere:
    """Something this post owes, or that came up to it (`came_up`). A request is named by its id alone."""

    sort: str
    key: str
    what: str
    of: Thing
    to: Thing
    since: date
    due: date
    days_over: int
    came_up: bool
    minor: int | None
    currency: str
    count: int
    year: int
    language: str
    ways: tuple[WayHere, ...]


@dataclass(frozen=True, slots=True)
class PlaceHere:
    """A place within reach."""

    id: str
    name: Name
    path: str


@dataclass(frozen=True, slots=True)
class ProjectHere:
    """A project, in one currency."""

    id: str
    name: Name
    place: str
    theme: str
    stage: str
    budget: int | None
    spent: int
    currency: str
    ends_on: date | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class AssetHere:
    """An asset as it was seen last."""

    id: str
    name: Name
    place: str
    keeper: Name
    condition: str
    seen_on: date | None
    mender: Name
    mend_by: date | None
    due_on: date | None
    overdue: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AccountHere:
    """What stands in an account, and what is on its way to it."""

    id: str
    name: Name
    holder: Name
    standing: int
    in_transit: int
    unexplained: int
    currency: str


@dataclass(frozen=True, slots=True)
class NoticeHere:
    """A notice in force at the seat's place: its texts by language."""

    id: str
    topic: str
    since: date
    until: date
    title: Name
    text: Name


@dataclass(frozen=True, slots=True)
class NeedHere:
    """A need, and how far its answer has come."""

    id: str
    name: Name
    place: str
    theme: str
    state: str
    raised_on: date


@dataclass(frozen=True, slots=True)
class FieldSaid:
    """Everything that the field app reads offline. `records` are the kinds with a form, the usual first."""

    seat: SeatHere
    programme: Thing
    timezone: str
    as_of: AsOf
    today: date
    currencies: tuple[CurrencyHere, ...]
    records: tuple[str, ...]
    worklist: tuple[OwedHere, ...]
    places: tuple[PlaceHere, ...]
    projects: tuple[ProjectHere, ...]
    assets: tuple[AssetHere, ...]
    accounts: tuple[AccountHere, ...]
    notices: tuple[NoticeHere, ...]
    needs: tuple[NeedHere, ...]
    things: dict[str, list[Thing]]
    offered: dict[str, dict[str, list[int]]]
    packs: tuple[PackHere, ...]
    handovers: tuple[HandoverHere, ...]


def field(request: HttpRequest) -> HttpResponseBase:
    """Everything that the field app shows without network: this post's worklist, its things, its pack."""
    seat = seat_at(request)
    today = reads.today_in(seat.programme)
    _named, as_of = reads.programme_and_position(seat.programme)
    tag = tag_of("field", seat.programme, seat.user, seat.post, seat.role, seat.waits, as_of, today)
    same = unchanged(request, tag)
    return answer(said_to(seat, today), tag) if same is None else same


def said_to(seat: Seat, today: date) -> FieldSaid:
    """What a seat reads on a day. Raises NotTracedYetError, BeingPutTogetherError."""
    # First: where the worklist is not there yet, nothing else is done.
    owed = mine(commitments(seat), seat)[:MOST]
    reading = read(seat.programme)
    place = seat.stands.path.strip("/").rpartition("/")[2]
    within = place or None
    kinds = [kind for kind in kinds_for(seat, journal.kinds.values()) if kind.has_form()]
    named = [kind.kind for kind in kinds]
    usual = [*OUT_THERE, *(kind.kind for kind in usual_for(seat))]
    records = dict.fromkeys([*(kind for kind in usual if kind in named), *named])
    choices = choices_of(seat, kinds)
    here = seat.programme
    projects, _page = queries.projects(programme=here, today=today, place=within, size=MOST)
    needs, _page = queries.needs(programme=here, today=today, place=within, size=MOST)
    there = place in reading.places
    board = queries.board(programme=here, today=today, place=place) if there else ()
    return FieldSaid(
        seat=SeatHere(
            seat.programme, seat.post, seat.role, name_of(seat.name), place, waits=seat.waits
        ),
        programme=_thing(reading.programme),
        timezone=reading.row.timezone,
        as_of=reading.as_of,
        today=today,
        currencies=tuple(CurrencyHere(code, currency_digits(code)) for code in currencies_of(seat)),
        records=tuple(records),
        worklist=tuple(_owed(one, seat) for one in owed),
        places=tuple(_places(reading, seat)),
        projects=tuple(
            ProjectHere(
                row.project.id,
                name_of(row.project.name),
                row.place.id,
                row.theme,
                row.stage,
                row.budget,
                row.spent,
                row.currency,
                row.ends_on,
                row.overdue,
            )
            for row in projects
        ),
        assets=_assets(seat, within, today),
        accounts=_accounts(reading, seat, within),
        notices=tuple(
            NoticeHere(
                one.row.notice.id,
                one.row.topic,
                one.row.since,
                one.row.until,
                name_of({text.language: text.title for text in one.texts}),
                name_of({text.language: text.text for text in one.texts}),
            )
            for one in board
        ),
        needs=tuple(
            NeedHere(
                row.need.id,
                name_of(row.need.name),
                row.place.id,
                row.theme,
                row.state,
                row.raised_on,
            )
            for row in needs
        ),
        things=choices.things,
        offered=choices.offered,
        packs=packs_of(seat),
        handovers=handovers_of(seat),
    )


def _thing(named: Named) -> Thing:
    return Thing(named.id, name_of(named.name), 0)


def _owed(one: Commitment, seat: Seat) -> OwedHere:
    of = Named(one.of.id, {}) if one.what == "request" else one.of
    return OwedHere(
        one.sort,
        one.key,
        one.what,
        _thing(of),
        _thing(one.to),
        one.since,
        one.due,
        one.days_over,
        not one.owes(seat.post),
        one.minor,
        one.currency,
        one.count,
        one.year,
        one.language,
        tuple(WayHere(way.kind, dict(way.answers)) for way in ways_of(one, seat)),
    )


def _places(reading: Reading, seat: Seat) -> list[PlaceHere]:
    found: list[Place] = [
        row for row in reading.places.values() if row.path.startswith(seat.stands.path)
    ]
    found.sort(key=lambda row: row.path)
    return [PlaceHere(row.id, name_of(row.name), row.path) for row in found[:MOST]]


def _assets(seat: Seat, place: str | None, today: date) -> tuple[AssetHere, ...]:
    """Those within its place; of an organisation without one, those it keeps."""
    keeper = None if place or _reads_everything(seat) else seat.stands.organisation
    rows, _page = queries.assets(
        programme=seat.programme, today=today, place=place, keeper=keeper, size=MOST
    )
    return tuple(
        AssetHere(
            row.asset.id,
            name_of(row.asset.name),
            row.place.id,
            name_of(row.keeper.name),
            row.condition,
            row.seen_on,
            name_of(row.mender.name) if row.mender else {},
            row.mend_by,
            row.due_on,
            row.overdue,
        )
        for row in rows
    )


def _accounts(reading: Reading, seat: Seat, place: str | None) -> tuple[AccountHere, ...]:
    """Those within its place; of an organisation without one, those it holds."""
    found = Account.objects.filter(programme=seat.programme)
    if place:
        inside = reading.within(place)
        found = found.filter(place__in=inside)
    elif not _reads_everything(seat):
        found = found.filter(holder=seat.stands.organisation)
    rows = [account_row(reading, row) for row in found.order_by("id")[:MOST]]
    return tuple(
        AccountHere(
            row.account.id,
            name_of(row.account.name),
            name_of(row.holder.name),
            row.standing,
            row.in_transit,
            row.unexplained,
            row.currency,
        )
        for row in rows
    )


def _reads_everything(seat: Seat) -> bool:
    return seat.scope("desk:worklist") is Scope.PROGRAMME or not seat.stands.organisation
