"""Every promise on public record, counted by place, sort, the cohort it counts for and what became of it."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from itertools import chain
from typing import Any

import numpy as np

from cairn.assets.facts import Condition
from cairn.assets.models import Asset, Inspection, Upkeep
from cairn.following.promises import (
    ANSWER_WITHIN,
    CONFIRM_WITHIN,
    NEED_WITHIN,
    Promise,
    State,
    months_after,
    of_mending,
    of_upkeep,
    unless_given_up,
    within,
)
from cairn.following.queries.reading import Reading
from cairn.following.turns import Turn, nth_on, nths
from cairn.lessons.facts import (
    ACCEPTED,
    BEGUN,
    CLAIMED,
    CLOSED,
    DROPPED,
    MERGED,
    REJECTED,
    VERIFIED,
    Answer,
    Ending,
)
from cairn.lessons.models import Recommendation
from cairn.trace.policy import Kind
from cairn.works.facts import Finding
from cairn.works.models import Milestone, Need, ProgressInspection, Project

Counts = Counter[tuple[str, str, int, State]]
"""How many promises by (place, sort, which turn, what became of them)."""

MENDED = (Condition.GOOD, Condition.WORN)
ANSWERED = (ACCEPTED, REJECTED, BEGUN, CLOSED)
"""In which condition a repair leaves what it mended; the states that an answer leads to."""


def promises_counted(
    reading: Reading,
    turns: Sequence[Turn],
    today: date,
    ends: dict[str, date],
    inside: Collection[str] | None = None,
) -> Counts:
    """Every promise of a programme, or of the places `inside`, counted.

    `ends` are the assets there that are no more, with their day.
    """
    here: dict[str, Any] = {"programme": reading.id}
    if inside is not None:
        here["place__in"] = sorted(inside)
    found: Counts = Counter()
    every = chain(_of_works(here), _of_assets(here, today, ends), _of_lessons(here))
    for one in every:
        found[one.place, one.sort, nth_on(turns, one.decided_on(today)), one.state(today)] += 1
    return found + _of_sendings(reading, turns, today, inside)


def _of_sendings(
    reading: Reading, turns: Sequence[Turn], today: date, inside: Collection[str] | None
) -> Counts:
    """Money sent is confirmed in full, or taken back, within its clock: many, and so counted in columns.

    It is its receiver's promise, and stands at the place of the account it was sent to.
    """
    at = reading.snapshot
    columns, stands = at.columns, ~at.lists.reversed
    sent = np.flatnonzero((columns.kind == Kind.SEND) & stands)
    place = at.where.of_account[columns.target[sent]]
    if inside is not None:
        here = [code for code, id_ in enumerate(at.places) if id_ in inside]
        sent, place = sent[np.isin(place, here)], place[np.isin(place, here)]
    due = columns.day.astype(np.int64) + CONFIRM_WITHIN
    answered = np.zeros(len(columns.kind), dtype=np.int64)
    last = np.zeros(len(columns.kind), dtype=np.int64)
    for kind in (Kind.CONFIRM, Kind.VOID):
        rows = np.flatnonzero((columns.kind == kind) & stands)
        of = columns.of[rows]
        rows, of = rows[columns.day[rows] <= due[of]], of[columns.day[rows] <= due[of]]
        whole = columns.amount[of] if kind == Kind.VOID else columns.amount[rows]
        np.add.at(answered, of, whole)
        np.maximum.at(last, of, columns.day[rows])
    kept = answered[sent] >= columns.amount[sent]
    now = today.toordinal()
    state = np.where(kept, State.KEPT, np.where(due[sent] < now, State.BROKEN, State.OPEN))
    decided = np.where(kept, last[sent], np.minimum(due[sent], now))
    keys, many = np.unique(
        np.stack([place, nths(turns, decided), state]), axis=1, return_counts=True
    )
    return Counter(
        {
            (at.places[where] if where >= 0 else "", "confirm", int(turn), State(its)): int(count)
            for where, turn, its, count in zip(*keys, many, strict=True)
        }
    )


def _of_works(here: dict[str, Any]) -> Iterator[Promise]:
    """Projects and their milestones by their day, work put right by the day named, needs by their clock."""
    ended: dict[str, tuple[date | None, date | None]] = {}
    rows = Project.objects.filter(**here).values_list(
        "id", "place", "ends_on", "approved_on", "started_on", "completed_on", "cancelled_on"
    )
    place_of: dict[str, str] = {}
    for id_, place, ends_on, approved_on, started_on, completed_on, cancelled_on in rows:
        ended[id_], place_of[id_] = (completed_on, cancelled_on), place
        if ends_on and (approved_on or started_on):
            finish = Promise("finish", place, ends_on, completed_on)
            yield from unless_given_up(finish, cancelled_on)
    milestones = Milestone.objects.filter(**here)
    for project, place, due_on, reached_on in milestones.values_list(
        "project", "place", "due_on", "reached_on"
    ):
        promise = Promise("milestone", place, due_on, reached_on)
        yield from unless_given_up(promise, ended[project][1])
    yield from _to_put_right(here, place_of, ended)
    needs = Need.objects.filter(**here)
    for place, raised_on, answered_on in needs.values_list("place", "raised_on", "answered_on"):
        yield within("need", place, raised_on, NEED_WITHIN, answered_on)


def _to_put_right(
    here: dict[str, Any],
    place_of: dict[str, str],
    ended: dict[str, tuple[date | None, date | None]],
) -> Iterator[Promise]:
    """Work is put right once it is seen to go as planned, or the project is completed."""
    said: dict[str, dict[date, date]] = defaultdict(dict)
    right: dict[str, list[date]] = defaultdict(list)
    projects = Project.objects.filter(**here).values("id")
    rows = ProgressInspection.objects.filter(programme=here["programme"], project__in=projects)
    rows = rows.order_by("inspected_on", "id")
    for project, on, finding, by in rows.values_list(
        "project", "inspected_on", "finding", "mend_by"
    ):
        if by:
            said[project].setdefault(by, on)
        elif finding == Finding.AS_PLANNED:
            right[project].append(on)
    for project, days in said.items():
        completed_on, cancelled_on = ended[project]
        for by, on in days.items():
            done = [day for day in (*right[project], completed_on) if day and day >= on]
            promise = Promise("put-right", place_of[project], by, min(done, default=None))
            yield from unless_given_up(promise, cancelled_on)


def _of_assets(here: dict[str, Any], today: date, ends: dict[str, date]) -> Iterator[Promise]:
    assets = Asset.objects.filter(**here)
    mine = {"programme": here["programme"], "asset__in": assets.values("id")}
    said: dict[str, list[tuple[date, date]]] = defaultdict(list)
    mended, serviced = defaultdict[str, list[date]](list), defaultdict[str, list[date]](list)
    for asset, on, condition, by in Inspection.objects.filter(**mine).values_list(
        "asset", "inspected_on", "condition", "mend_by"
    ):
        if by:
            said[asset].append((on, by))
        elif condition == Condition.GOOD:
            mended[asset].append(on)
    for asset, on, condition in Upkeep.objects.filter(**mine).values_list(
        "asset", "done_on", "condition"
    ):
        if not condition:
            serviced[asset].append(on)
        elif condition in MENDED:
            mended[asset].append(on)
    for id_, place, handed_on, planned_on, every in assets.values_list(
        "id", "place", "handed_on", "planned_on", "every_months"
    ):
        end = ends.get(id_)
        yield from of_mending(place, said[id_], mended[id_], end)
        if every:
            since = _plan_since(handed_on, planned_on, every, serviced[id_])
            until = min(end or today, today)
            yield from of_upkeep(
                place, since, every, serviced[id_], until=until, ended=end is not None
            )


def _plan_since(handed_on: date, planned_on: date, every: int, serviced: Collection[date]) -> date:
    """From when the intervals of its present plan are counted: what was due before it nobody promised."""
    last = max((day for day in serviced if day <= planned_on), default=handed_on)
    return last if months_after(last, every) > planned_on else planned_on


def _of_lessons(here: dict[str, Any]) -> Iterator[Promise]:
    """Recommendations are answered by their clock, and those accepted are done by the day promised."""
    for row in Recommendation.objects.filter(**here).exclude(state__in=(DROPPED, MERGED)):
        steps = [(step[3], date.fromisoformat(step[1])) for step in row.history]
        if row.asked_on:
            first = next((day for state, day in steps if state in ANSWERED), None)
            yield within("answer", row.place, row.asked_on, ANSWER_WITHIN, first)
        yes = row.answer in (Answer.ACCEPTED, Answer.IN_PART)
        if row.promised_by and yes and row.ending != Ending.NO_LONGER:
            yield _carried_out(row, row.promised_by, steps)


def _carried_out(
    row: Recommendation, promised_by: date, steps: Iterable[tuple[str, date]]
) -> Promise:
    """Done on the day it was last said to be done, unless somebody saw that it is not."""
    if row.ending == Ending.NOT_IMPLEMENTED and row.closed_on:
        return Promise("carry-out", row.place, min(promised_by, row.closed_on), None)
    done: date | None = None
    for state, day in steps:
        if state == CLAIMED:
            done = done or day
        elif state not in (VERIFIED, CLOSED):
            done = None
    return Promise("carry-out", row.place, promised_by, done or row.closed_on)
