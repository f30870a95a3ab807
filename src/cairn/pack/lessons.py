"""Recommendations here that are open or were rejected: of debriefs held here, or asked of the team's posts."""

from collections.abc import Sequence

from django.db.models import Q

from cairn.following.answers import Named
from cairn.following.queries.reading import some
from cairn.lessons.facts import CLOSED, DROPPED, MERGED, Answer
from cairn.lessons.models import Debrief, Recommendation
from cairn.pack.ground import Ground
from cairn.pack.values import UNKNOWN, RecommendationLine, Some

ENDED = (CLOSED, DROPPED, MERGED)


def concerning(ground: Ground) -> list[Recommendation]:
    """The recommendations that the team leaves: open ones, and those that were rejected."""
    posts = ground.own_posts
    here = Q(place__in=ground.places) | Q(post__in=posts) | Q(speaker__in=posts)
    alive = ~Q(state__in=ENDED) | Q(state=CLOSED, answer=Answer.REJECTED)
    found = Recommendation.objects.filter(here & alive, programme=ground.programme)
    return list(found.order_by("drafted_on", "id"))


def recommendations(
    ground: Ground, rows: Sequence[Recommendation]
) -> tuple[RecommendationLine, ...]:
    """Each as it stands, open ones first."""
    ids = {row.debrief for row in rows}
    debriefs = {row.id: row.name for row in some(Debrief, ground.programme, ids)}
    found = [
        RecommendationLine(
            recommendation=Named(row.id, row.name),
            debrief=Named(row.debrief, debriefs.get(row.debrief, {})),
            place=ground.reading.place(row.place),
            speaker=ground.post(row.speaker) if row.speaker else None,
            asked=_asked(ground, row),
            state=row.state,
            answer=row.answer,
            reason=row.reason,
            drafted_on=row.drafted_on,
            promised_by=row.promised_by,
            ended=row.state in ENDED,
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: (one.ended, one.drafted_on, one.recommendation.id)))


def _asked(ground: Ground, row: Recommendation) -> Some:
    return ground.post(row.post) if row.post else UNKNOWN


def debriefs(ground: Ground) -> list[Debrief]:
    """The debriefs that are planned and not held: here, or for a place that this lies in."""
    places = [*ground.places, *ground.above]
    rows = Debrief.objects.filter(programme=ground.programme, held_on=None, place__in=places)
    return list(rows.order_by("planned_on", "id"))
