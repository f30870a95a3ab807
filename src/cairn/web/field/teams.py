"""The pack of a team and the lines of a handover, as a phone takes them along on the walk."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cairn.catalog import journal
from cairn.following import queries
from cairn.following.answers import Name, Named
from cairn.following.handovers import HandoverFollowed, LineFollowed
from cairn.handover.facts import FROZEN, GOING_ON, LEFT, AssetSought, BalanceChecked
from cairn.handover.models import Handover
from cairn.pack import Pack, pack_of
from cairn.pack.values import UNKNOWN, AssetLine, Keys
from cairn.people.seats import Seat
from cairn.web.desk.handovers import at_of, team_of
from cairn.web.field.things import name_of


@dataclass(frozen=True, slots=True)
class SaidThen:
    """What may happen, or was tried, and what then. One that was computed has a sort in place of words."""

    sort: str
    of: Name
    on: date | None
    minor: int | None
    currency: str
    said: Name
    then: Name


@dataclass(frozen=True, slots=True)
class DayAhead:
    """A day to come, and what falls on it."""

    on: date
    sort: str
    of: Name


@dataclass(frozen=True, slots=True)
class KeysHere:
    """Where the keys of an asset are."""

    asset: Name
    holder: Name
    said: Name


@dataclass(frozen=True, slots=True)
class PackLineHere:
    """A line of a pack: what it is about, and what would make it ready."""

    key: str
    what: str
    name: Name
    sort: str
    minor: int | None
    currency: str
    note: Name
    missing: tuple[str, ...]
    late: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PackHere:
    """A pack, as far as a phone shows it; all of it stands on the public page."""

    team: str
    place: Name
    cohort: Name
    day: date
    ready: int
    of: int
    lines: tuple[PackLineHere, ...]
    contacts: tuple[Name, ...]
    keys: tuple[KeysHere, ...]
    risks: tuple[SaidThen, ...]
    tried: tuple[SaidThen, ...]
    advice: tuple[Name, ...]
    calendar: tuple[DayAhead, ...]


@dataclass(frozen=True, slots=True)
class LineHere:
    """A line of a frozen pack, and what was said to it so far."""

    line: str
    key: str
    what: str
    name: Name
    id: str
    sort: str
    minor: int | None
    currency: str
    stated: int | None
    checked_on: date | None
    sight: str
    answer: str
    reason: Name
    due: date | None


@dataclass(frozen=True, slots=True)
class HandoverHere:
    """A handover that this seat has a part in: `answers` where it takes over; it `seeks` and `checks` or not."""

    team: str
    place: Name
    cohort: Name
    state: str
    planned_on: date
    answers: bool
    seeks: bool
    checks: bool
    lines: tuple[LineHere, ...]


def packs_of(seat: Seat) -> tuple[PackHere, ...]:
    """The pack of the seat's own team, and of those from which it takes over. Raises NotTracedYetError."""
    own = team_of(seat)
    if not own:
        return ()
    teams = [own, *(row.id for row in _taken_over(seat, own))]
    return tuple(
        _pack(pack_of(programme=seat.programme, team=team, journal=journal)) for team in teams
    )


def handovers_of(seat: Seat) -> tuple[HandoverHere, ...]:
    """The walks that are under way and that the seat has a part in: its own team's, and the one it takes over."""
    own = team_of(seat)
    if not own:
        return ()
    return tuple(_walks(seat, [own, *(row.id for row in _taken_over(seat, own))]))


def _taken_over(seat: Seat, team: str) -> list[Handover]:
    rows = Handover.objects.filter(
        programme=seat.programme, successor=team, state__in=[*GOING_ON, LEFT]
    )
    return list(rows.order_by("id"))


def _walks(seat: Seat, teams: list[str]) -> Iterator[HandoverHere]:
    for team in teams:
        found = queries.follow_team(programme=seat.programme, team=team).handover
        if found and found.state in (FROZEN, LEFT):
            yield _walk(seat, found)


def _walk(seat: Seat, found: HandoverFollowed) -> HandoverHere:
    at = at_of(seat, found.team.team)
    return HandoverHere(
        team=found.team.team,
        place=name_of(found.team.place.name),
        cohort=name_of(found.team.cohort.name),
        state=found.state,
        planned_on=found.planned_on,
        answers=seat.post == found.incoming.id,
        seeks=seat.may(AssetSought.kind, at),
        checks=seat.may(BalanceChecked.kind, at),
        lines=tuple(_line(one) for one in found.lines),
    )


def _line(one: LineFollowed) -> LineHere:
    return LineHere(
        line=one.line,
        key=one.key,
        what=one.what,
        name=name_of(one.of.name),
        id=one.of.id,
        sort=one.sort,
        minor=one.minor,
        currency=one.currency,
        stated=one.stated,
        checked_on=one.checked_on,
        sight=one.sight,
        answer=one.answer,
        reason=name_of(one.reason),
        due=one.due,
    )


def _pack(pack: Pack) -> PackHere:
    return PackHere(
        team=pack.team.team,
        place=name_of(pack.team.place.name),
        cohort=name_of(pack.team.cohort.name),
        day=pack.day,
        ready=pack.readiness.ready,
        of=pack.readiness.of,
        lines=tuple(
            PackLineHere(
                line.key,
                line.what,
                name_of(line.name),
                line.key.split("/")[1] if line.what == "commitment" else "",
                line.minor,
                line.currency,
                name_of(line.note),
                line.missing,
                line.late,
            )
            for line in pack.lines
        ),
        contacts=tuple(name_of(one.post.name) for one in pack.contacts),
        keys=tuple(_keys(one, one.keys) for one in pack.assets if isinstance(one.keys, Keys)),
        risks=tuple(
            SaidThen(
                one.sort,
                name_of(one.of.name),
                one.on if isinstance(one.on, date) else None,
                one.minor,
                one.currency,
                name_of(one.if_),
                name_of(one.then),
            )
            for one in pack.risks
        ),
        tried=tuple(
            SaidThen(one.sort, name_of(one.of.name), one.on, None, "", name_of(one.why), {})
            for one in pack.tried
        ),
        advice=tuple(name_of(one.said) for one in pack.advice),
        calendar=tuple(DayAhead(one.on, one.sort, name_of(one.of.name)) for one in pack.calendar),
    )


def _keys(asset: AssetLine, keys: Keys) -> KeysHere:
    holder = keys.holder if isinstance(keys.holder, Named) else Named(UNKNOWN, {})
    return KeysHere(name_of(asset.asset.name), name_of(holder.name), name_of(keys.said))
