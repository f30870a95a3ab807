"""What handovers leave open: to open one, the next step of each, and what the outgoing sponsor owes.

A line's key is not the id of a thing: what is open about lines hangs on their handover.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from cairn.handover.facts import (
    ACCEPTED,
    GOING_ON,
    LEFT,
    WITHDRAWN,
    ExceptionSettled,
    HandoverOpened,
    HandoverWitnessed,
    IncomingSigned,
    LinesAccepted,
    OutgoingSigned,
    PackFrozen,
    PlanWritten,
    SideMissing,
    SuccessorNamed,
)
from cairn.handover.models import Handover, HandoverLine
from cairn.journal.fact import Fact
from cairn.programme.models import Cohort, Team
from cairn.worklist.clocks import AHEAD, DAYS
from cairn.worklist.commitment import Among, Owed, Way, after


def owed(programme: str, today: date, among: Among) -> Iterator[Owed]:
    """Everything that handovers leave open. Each is owed to the place that is handed over."""
    yield from _to_open(programme, today, among)
    going_on = Handover.objects.filter(programme=programme, state__in=(*GOING_ON, LEFT))
    for row in among.within(going_on, "handover"):
        yield _next_step(row)
    lines = HandoverLine.objects.filter(programme=programme, open=True)
    excepted = list(among.within(lines, "handover", "handover"))
    ids = {line.handover for line in excepted}
    over = Handover.objects.filter(programme=programme, id__in=ids, state=ACCEPTED)
    by_id = {row.id: row for row in over}
    for line in excepted:
        if line.handover in by_id:
            yield _to_settle(line, by_id[line.handover])


def _to_open(programme: str, today: date, among: Among) -> Iterator[Owed]:
    """A team whose cohort ends soon hands over, unless its cohort is closed or it has begun to."""
    ending = Cohort.objects.filter(
        programme=programme, closed_on=None, ends_on__lte=today + timedelta(AHEAD)
    )
    ends = dict(ending.values_list("id", "ends_on"))
    teams = Team.objects.filter(programme=programme, cohort__in=ends)
    begun = Handover.objects.filter(programme=programme).exclude(state=WITHDRAWN)
    there = set(begun.values_list("id", flat=True))
    for team in among.within(teams, "team"):
        if team.id not in there:
            ends_on = ends[team.cohort]
            yield Owed(
                sort="hand-over",
                key=team.id,
                of=("team", team.id),
                to=("place", team.place),
                since=ends_on - timedelta(AHEAD),
                due=ends_on,
                ways=(Way(HandoverOpened.kind, {"team": team.id}),),
                team=team.id,
            )


def _next_step(row: Handover) -> Owed:
    """The one step that a handover waits for. Whose it is, a second kind says where the first is anybody's."""
    since = row.frozen_on or row.opened_on
    nobody = row.incoming_missing or not row.successor
    if row.state == LEFT and nobody:
        left_on = row.ended_on or since
        return _of(row, "take-over", left_on, SuccessorNamed, count=max(len(row.keys), 1))
    if nobody and not row.incoming_missing:
        return _of(row, "successor", row.opened_on, SuccessorNamed, decided_by=SideMissing)
    if not row.frozen:
        alone = row.outgoing_missing or row.state == LEFT
        whose = HandoverWitnessed if alone else OutgoingSigned
        return _of(row, "freeze", row.opened_on, PackFrozen, decided_by=whose)
    return _walked(row, since)


def _walked(row: Handover, since: date) -> Owed:
    """Once the pack is frozen, the incoming side answers each line."""
    if not row.incoming_missing and (unanswered := _unanswered(row)):
        return _of(row, "walk", since, LinesAccepted, decided_by=PlanWritten, count=unanswered)
    return _signature(row, since)


def _signature(row: Handover, since: date) -> Owed:
    """The outgoing side signs, then the witness, and last whoever takes over."""
    if not (row.outgoing_signed or row.outgoing_missing):
        return _of(row, "sign-out", since, OutgoingSigned)
    since = row.outgoing_signed_on or since
    if not row.witnessed:
        return _of(row, "witness", since, HandoverWitnessed)
    return _of(row, "sign-in", row.witnessed_on or since, IncomingSigned)


def _unanswered(row: Handover) -> int:
    lines = HandoverLine.objects.filter(programme=row.programme, handover=row.id, standing=True)
    return lines.filter(answer="").count()


def _of(
    row: Handover,
    sort: str,
    since: date,
    kind: type[Fact],
    *,
    decided_by: type[Fact] | None = None,
    count: int = 1,
) -> Owed:
    answers = {"handover": row.id}
    if sort in {"sign-out", "sign-in", "witness"}:
        answers["sha256"] = row.sha256
    due = after(since, DAYS[sort])
    return Owed(
        sort=sort,
        key=row.id,
        of=("handover", row.id),
        to=("place", row.place),
        since=since,
        due=due if row.state == LEFT else max(due, row.planned_on),
        ways=(Way(kind.kind, answers),),
        decided_by=decided_by.kind if decided_by else "",
        count=count,
    )


def _to_settle(line: HandoverLine, row: Handover) -> Owed:
    """What was excepted, refused or contested: the sponsor that sent the outgoing team puts it right."""
    since = line.answered_on or row.ended_on or row.opened_on
    return Owed(
        sort="settle",
        key=line.id,
        of=("handover", row.id),
        to=("place", row.place),
        since=since,
        due=line.due or after(since, DAYS["settle"]),
        ways=(Way(ExceptionSettled.kind, {"line": line.id}),),
    )
