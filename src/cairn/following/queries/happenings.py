"""What happened at some places, day by day, each sort from a source of its own.

A source is a function of what a story is about to the happenings that it knows; `SOURCES` lists them. What
is on record of one more capability is one more function there.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from django.db.models import Min

from cairn.assets.facts import Condition
from cairn.assets.models import Asset, Enterprise, Inspection, Upkeep
from cairn.following.answers import Named
from cairn.following.queries.reading import Reading, some
from cairn.following.story import Happening
from cairn.handover.facts import ACCEPTED, LEFT, WITHDRAWN
from cairn.handover.models import Handover
from cairn.lessons.models import Debrief, Recommendation
from cairn.notices.models import Notice, Version
from cairn.programme.models import Cohort, Post, Team
from cairn.works.models import Need, Project


@dataclass(frozen=True, slots=True)
class About:
    """What a story is about: a place with all that is told with it, and what its posts recommended."""

    reading: Reading
    place: str
    places: frozenset[str]
    recommendations: Sequence[Recommendation]

    @property
    def here(self) -> dict[str, Any]:
        """The rows of a table with a place that are of these."""
        return {"programme": self.reading.id, "place__in": sorted(self.places)}

    def around(self, ids: Iterable[str]) -> bool:
        """Whether any of these places is one of them, or one that the place lies in."""
        path = self.reading.places[self.place].path.strip("/").split("/")
        return any(id_ in self.places or id_ in path for id_ in ids)


Source = Callable[[About], Iterator[Happening]]


def happenings(about: About) -> list[Happening]:
    """Everything, the earliest first."""
    found = [one for source in SOURCES for one in source(about)]
    return sorted(found, key=lambda one: one.on)


def _of_place(about: About) -> Iterator[Happening]:
    """What became of the places themselves."""
    reading = about.reading
    for id_ in sorted(about.places):
        row, here = reading.places[id_], reading.place(id_)
        for (former, until), (name, _until) in pairwise([*row.former, [row.name, ""]]):
            yield Happening(
                date.fromisoformat(until), "renamed", here, Named(id_, former), said=name
            )
        if row.ended_on:
            what = "merged" if len(row.successors) == 1 else "split"
            for one in row.successors:
                yield Happening(row.ended_on, what, here, reading.place(one), "place")


def _of_teams(about: About) -> Iterator[Happening]:
    for row in Team.objects.filter(**about.here).order_by("placed_on", "id"):
        sponsor = about.reading.organisation(row.sponsor)
        yield Happening(row.placed_on, "team", about.reading.place(row.place), sponsor)


def _of_needs(about: About) -> Iterator[Happening]:
    rows = list(Need.objects.filter(**about.here).order_by("raised_on", "id"))
    projects = about.reading.projects(row.project for row in rows if row.project)
    for row in rows:
        place, need = about.reading.place(row.place), Named(row.id, row.name)
        yield Happening(row.raised_on, "need", place, need, "need")
        if row.answered_on is None:
            continue
        what = "need-refused" if row.refused else "need-elsewhere"
        said: Any = {"": row.refused} if row.refused else row.elsewhere
        if row.project:
            what, said = "need-taken-up", projects[row.project].name
        yield Happening(row.answered_on, what, place, need, "need", said=said)


def _of_projects(about: About) -> Iterator[Happening]:
    for row in Project.objects.filter(**about.here).order_by("id"):
        place, project = about.reading.place(row.place), Named(row.id, row.name)
        if row.started_on:
            yield Happening(row.started_on, "started", place, project, "project")
        if row.completed_on:
            yield Happening(row.completed_on, "completed", place, project, "project")
        if row.cancelled_on:
            why = {"": row.cancelled_because} if row.cancelled_because else None
            yield Happening(row.cancelled_on, "cancelled", place, project, "project", said=why)


def _of_assets(about: About) -> Iterator[Happening]:
    """That it came, each time it was seen broken or gone, each repair, and its end."""
    reading = about.reading
    rows = {row.id: row for row in Asset.objects.filter(**about.here).order_by("id")}
    named = {id_: (reading.place(row.place), Named(id_, row.name)) for id_, row in rows.items()}
    mine = {"programme": reading.id, "asset__in": list(rows)}
    for id_, row in rows.items():
        keeper = reading.organisation(row.keeper) if row.kept_since == row.handed_on else None
        yield Happening(row.handed_on, "handed", *named[id_], "asset", by=keeper)
        if row.out_on:
            why = {"": row.out_because} if row.out_because else None
            yield Happening(row.out_on, "out", *named[id_], "asset", said=why)
    seen = Inspection.objects.filter(**mine, condition__in=(Condition.BROKEN, Condition.GONE))
    for asset, on, condition in seen.order_by("inspected_on", "id").values_list(
        "asset", "inspected_on", "condition"
    ):
        yield Happening(on, f"seen-{condition}", *named[asset], "asset")
    repairs = Upkeep.objects.filter(**mine).exclude(condition="").order_by("done_on", "id")
    for asset, on, what in repairs.values_list("asset", "done_on", "what"):
        yield Happening(on, "repaired", *named[asset], "asset", said=what or None)


def _of_enterprises(about: About) -> Iterator[Happening]:
    for row in Enterprise.objects.filter(**about.here).order_by("id"):
        place, one = about.reading.place(row.place), Named(row.id, row.name)
        holder = about.reading.organisation(row.holder)
        yield Happening(row.opened_on, "enterprise", place, one, "enterprise", by=holder)
        if row.closed_on:
            why = {"": row.closed_because} if row.closed_because else None
            yield Happening(row.closed_on, "enterprise-closed", place, one, "enterprise", said=why)


def _of_notices(about: About) -> Iterator[Happening]:
    """Each that was put up here, or where this place lies, on the day it was first published."""
    reading = about.reading
    rows = [row for row in Notice.objects.filter(programme=reading.id) if about.around(row.places)]
    shown = Version.objects.filter(programme=reading.id).exclude(shown={})
    first = dict(shown.values_list("notice").annotate(Min("published_on")))
    for row in sorted(rows, key=lambda row: row.id):
        if on := first.get(row.id):
            place = reading.place(row.place) if row.place else reading.place(about.place)
            yield Happening(on, "notice", place, Named(row.id, row.name), "notice")


def _of_lessons(about: About) -> Iterator[Happening]:
    """What a debrief was held for, what posts of the place recommended, and what became of that."""
    reading = about.reading
    for row in Debrief.objects.filter(programme=reading.id).order_by("id"):
        if row.held_on and about.around([row.place]):
            held = Named(row.id, row.name)
            yield Happening(row.held_on, "debrief", reading.place(row.place), held, "debrief")
    ids = {id_ for one in about.recommendations for id_ in (one.speaker, one.post)}
    posts = {row.id: Named(row.id, row.name) for row in some(Post, reading.id, ids - {""})}
    for one in about.recommendations:
        place, named = reading.place(about.place), Named(one.id, one.name)
        said_by, asked = posts.get(one.speaker), posts.get(one.post)
        yield Happening(one.drafted_on, "recommended", place, named, "recommendation", said_by)
        if one.answered_on:
            what = f"answered-{one.answer}"
            yield Happening(one.answered_on, what, place, named, "recommendation", asked)
        if one.closed_on:
            yield Happening(one.closed_on, f"closed-{one.ending}", place, named, "recommendation")


def _of_handovers(about: About) -> Iterator[Happening]:
    """When a team began to hand over, and whether the next one took over or nobody did."""
    reading = about.reading
    rows = Handover.objects.filter(**about.here).exclude(state=WITHDRAWN).order_by("id")
    ids = {id_ for row in rows for id_ in (row.id, row.successor)}
    teams = {row.id: row for row in some(Team, reading.id, ids - {""})}
    cohorts = some(Cohort, reading.id, {row.cohort for row in teams.values()})
    names = {row.id: row.name for row in cohorts}
    for row in rows:
        place, team = reading.place(row.place), Named(row.id, names[teams[row.id].cohort])
        yield Happening(row.opened_on, "handover", place, team, "team")
        if row.ended_on and row.state in (ACCEPTED, LEFT):
            taken = teams.get(row.successor) if row.state == ACCEPTED else None
            whose = reading.organisation(taken.sponsor if taken else row.sponsor)
            yield Happening(row.ended_on, f"handover-{row.state}", place, team, "team", whose)


SOURCES: tuple[Source, ...] = (
    _of_place,
    _of_teams,
    _of_needs,
    _of_projects,
    _of_assets,
    _of_enterprises,
    _of_notices,
    _of_lessons,
    _of_handovers,
)
"""In this order what happened on one day is told."""
