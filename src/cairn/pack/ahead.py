"""What is to come: the calendar of the next twelve months, and what may go wrong."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from cairn.following.answers import Named
from cairn.lessons.models import Debrief
from cairn.pack.ground import Ground
from cairn.pack.values import (
    UNKNOWN,
    Ahead,
    AssetLine,
    Balance,
    Day,
    EnterpriseLine,
    GrantHere,
    NoticeLine,
    OnItsWay,
    ProjectLine,
    RecommendationLine,
    Risk,
)
from cairn.values import UNEXPLAINED
from cairn.worklist.clocks import DAYS, LOOK_EVERY
from cairn.worklist.of_assets import ACCOUNTED_BY
from cairn.works.models import Milestone

LEAVES = "sponsor"
"""The role of an organisation that goes home with its team."""


def calendar(
    ground: Ground,
    *,
    projects: Sequence[ProjectLine],
    assets: Sequence[AssetLine],
    enterprises: Sequence[EnterpriseLine],
    grants: Sequence[GrantHere],
    recommendations: Sequence[RecommendationLine],
    notices: Sequence[NoticeLine],
    debriefs: Sequence[Debrief],
) -> tuple[Ahead, ...]:
    """What falls on a day within a year of the pack's, by day."""
    found = [
        *_of_projects(ground, projects),
        *_of_assets(assets),
        *_of_enterprises(ground, enterprises),
        *(
            _ahead(one.until, "spend-until", "grant", one.grant, one.standing, one.currency)
            for one in grants
        ),
        *(
            _ahead(one.promised_by, "promised", "recommendation", one.recommendation)
            for one in recommendations
            if not one.ended
        ),
        *(_ahead(one.until, "notice-ends", "notice", one.notice) for one in notices if one.own),
        *(
            _ahead(row.planned_on, "debrief", "debrief", Named(row.id, row.name))
            for row in debriefs
        ),
        _cohort_ends(ground),
    ]
    last = a_year_after(ground.day)
    soon = [one for one in found if one and ground.day <= one.on <= last]
    return tuple(sorted(soon, key=lambda one: (one.on, one.sort, one.of.id)))


def a_year_after(day: date) -> date:
    """The same day of the next year; the last of February where it has no 29th."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def _ahead(
    on: Day, sort: str, what: str, of: Named, minor: int | None = None, currency: str = ""
) -> Ahead | None:
    return Ahead(on, sort, what, of, minor, currency) if isinstance(on, date) else None


def _cohort_ends(ground: Ground) -> Ahead | None:
    cohort = ground.cohorts[ground.team.cohort]
    ends = None if cohort.closed_on else cohort.ends_on
    return _ahead(ends, "cohort-ends", "cohort", Named(cohort.id, cohort.name))


def _of_projects(ground: Ground, projects: Sequence[ProjectLine]) -> Iterator[Ahead | None]:
    for one in projects:
        if one.stage in {"approved", "started"}:
            yield _ahead(one.ends_on, "project-ends", "project", one.project)
    going = {one.project.id: one.project for one in projects if one.stage != "completed"}
    waiting = Milestone.objects.filter(
        programme=ground.programme, project__in=list(going), reached_on=None
    )
    for row in waiting:
        yield _ahead(row.due_on, "milestone", "project", Named(row.project, row.name))


def _of_assets(assets: Sequence[AssetLine]) -> Iterator[Ahead | None]:
    for one in assets:
        yield _ahead(one.next_service, "service", "asset", one.asset)
        yield _ahead(one.warranty_until, "warranty-ends", "asset", one.asset)
        yield _ahead(one.mend_by, "mend", "asset", one.asset)
        if isinstance(one.seen_on, date) and one.condition != "gone":
            look = one.seen_on + timedelta(LOOK_EVERY)
            yield _ahead(look, "inspect", "asset", one.asset)


def _of_enterprises(
    ground: Ground, enterprises: Sequence[EnterpriseLine]
) -> Iterator[Ahead | None]:
    """The accounts of this year are due in the next."""
    day = ground.day
    for one in enterprises:
        for year in (day.year, day.year + 1):
            yield _ahead(date(year, *ACCOUNTED_BY), "account-for", "enterprise", one.enterprise)


# Risks


def risks(
    ground: Ground,
    *,
    projects: Iterable[ProjectLine],
    assets: Iterable[AssetLine],
    grants: Iterable[GrantHere],
    balances: Iterable[Balance],
    transit: Iterable[OnItsWay],
) -> list[Risk]:
    """What may go wrong as far as facts tell. What to do then follows from the sort."""
    found = [
        *_for_assets(ground, assets),
        *_for_money(ground, grants, balances, transit),
        *_for_projects(ground, projects),
    ]
    return sorted(found, key=lambda one: (_when(one), one.sort, one.of.id))


def _when(one: Risk) -> date:
    return one.on if isinstance(one.on, date) else date.max


def _risk(
    sort: str, what: str, of: Named, on: Day = None, minor: int | None = None, currency: str = ""
) -> Risk:
    return Risk(sort, what, of, on, minor, currency, {}, {})


def _for_assets(ground: Ground, assets: Iterable[AssetLine]) -> Iterator[Risk]:
    for one in assets:
        until = one.warranty_until
        if isinstance(until, date) and ground.day <= until <= a_year_after(ground.day):
            yield _risk("warranty-ends", "asset", one.asset, until)
        if one.condition in {"broken", "gone"} and one.mender == UNKNOWN:
            yield _risk("nobody-mends", "asset", one.asset)
        if one.keeper_is == LEAVES:
            yield _risk("keeper-leaves", "asset", one.asset)
        if one.every_months == UNKNOWN and one.condition != "gone":
            yield _risk("no-upkeep", "asset", one.asset)


def _for_money(
    ground: Ground,
    grants: Iterable[GrantHere],
    balances: Iterable[Balance],
    transit: Iterable[OnItsWay],
) -> Iterator[Risk]:
    for one in grants:
        unspent = one.standing + one.in_transit + one.elsewhere
        if isinstance(one.until, date) and unspent and one.grant.id != UNEXPLAINED:
            sort = "spent-too-late" if one.until < ground.day else "spend-until"
            yield _risk(sort, "grant", one.grant, one.until, unspent, one.currency)
    for balance in balances:
        if balance.unexplained:
            yield _risk(
                "unexplained",
                "account",
                balance.account,
                minor=balance.unexplained,
                currency=balance.currency,
            )
    for way in transit:
        late = way.since + timedelta(DAYS["confirm"])
        if late < ground.day:
            yield _risk("not-arrived", "account", way.target, late, way.amount, way.currency)


def _for_projects(ground: Ground, projects: Iterable[ProjectLine]) -> Iterator[Risk]:
    for one in projects:
        if isinstance(one.ends_on, date) and one.ends_on < ground.day and one.stage == "started":
            yield _risk("not-finished", "project", one.project, one.ends_on)
        for money in one.money:
            if money.budget != UNKNOWN and money.spent > int(money.budget):
                over = money.spent - int(money.budget)
                yield _risk(
                    "over-budget", "project", one.project, minor=over, currency=money.currency
                )
