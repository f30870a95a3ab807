"""What debriefs leave open: to hold, to write down, to stand by, to answer, to do, to see, to close."""

from collections.abc import Iterator
from datetime import date, timedelta

from cairn.journal.fact import Fact
from cairn.lessons.facts import (
    ACCEPTED,
    ASKED,
    BEGUN,
    CLAIMED,
    CONFIRMED,
    DRAFTED,
    REJECTED,
    VERIFIED,
    ClaimRefuted,
    DebriefHeld,
    MinutesWritten,
    RecommendationAnswered,
    RecommendationBegun,
    RecommendationClaimed,
    RecommendationClosed,
    RecommendationConfirmed,
    RecommendationPut,
    RecommendationVerified,
)
from cairn.lessons.models import Debrief, Recommendation
from cairn.worklist.clocks import AHEAD, DAYS
from cairn.worklist.commitment import THE_PROGRAMME, Among, Owed, Thing, Way, after

OPEN = (DRAFTED, CONFIRMED, ASKED, ACCEPTED, REJECTED, BEGUN, CLAIMED, VERIFIED)


def owed(programme: str, today: date, among: Among) -> Iterator[Owed]:
    """Everything that debriefs and their recommendations leave open."""
    debriefs = Debrief.objects.filter(programme=programme, minutes="")
    for row in among.within(debriefs, "debrief"):
        yield from _to_hold(row, today)
    standing = Recommendation.objects.filter(programme=programme, state__in=OPEN)
    for one in among.within(standing, "recommendation"):
        yield _next_step(one)


def _to_hold(row: Debrief, today: date) -> Iterator[Owed]:
    if row.held_on is not None:
        yield _of_debrief(row, "minutes", row.held_on, after(row.held_on, DAYS["minutes"]))
    elif (since := row.planned_on - timedelta(AHEAD)) <= today:
        yield _of_debrief(row, "hold", since, row.planned_on)


def _of_debrief(row: Debrief, sort: str, since: date, due: date) -> Owed:
    kind = DebriefHeld if sort == "hold" else MinutesWritten
    return Owed(
        sort=sort,
        key=row.id,
        of=("debrief", row.id),
        to=("place", row.place),
        since=since,
        due=due,
        ways=(Way(kind.kind, {"debrief": row.id}),),
    )


def _next_step(row: Recommendation) -> Owed:
    """The one step that a recommendation waits for."""
    since = date.fromisoformat(row.history[-1][1])
    if row.state == DRAFTED:
        return _about(row, "stand-by", row.drafted_on, None, RecommendationConfirmed)
    if row.state == CONFIRMED:
        return _about(row, "put", since, None, RecommendationPut)
    if row.state == ASKED:
        return _about(row, "recommendation", row.asked_on or since, None, RecommendationAnswered)
    if row.state in (ACCEPTED, BEGUN):
        kinds = (RecommendationClaimed, RecommendationBegun)[: 2 if row.state == ACCEPTED else 1]
        answered = row.answered_on or since
        return _about(row, "carry-out", answered, row.promised_by or answered, *kinds)
    if row.state == CLAIMED:
        return _about(row, "verify", since, None, RecommendationVerified, ClaimRefuted)
    return _about(row, "close", since, None, RecommendationClosed)


def _about(
    row: Recommendation, sort: str, since: date, due: date | None, *kinds: type[Fact]
) -> Owed:
    return Owed(
        sort=sort,
        key=row.id,
        of=("recommendation", row.id),
        to=_whom(row),
        since=since,
        due=due or after(since, DAYS[sort]),
        ways=tuple(Way(kind.kind, {"recommendation": row.id}) for kind in kinds),
    )


def _whom(row: Recommendation) -> Thing:
    """Whoever recommended it; a cohort that is gone leaves it to the programme."""
    return ("post", row.speaker) if row.speaker else THE_PROGRAMME
