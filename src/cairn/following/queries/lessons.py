"""Debriefs, and what became of what they recommended."""

from collections.abc import Sequence
from datetime import date
from statistics import median_low

from django.db.models import Count, QuerySet

from cairn.following.answers import Named, Page
from cairn.following.lessons import (
    DebriefFollowed,
    DebriefRow,
    Item,
    RecommendationFollowed,
    RecommendationRow,
    Share,
    Shares,
    StepTaken,
)
from cairn.following.queries.reading import Reading, page, read, some
from cairn.lessons.facts import (
    ACCEPTED,
    ASKED,
    BEGUN,
    CLOSED,
    DRAFTED,
    DROPPED,
    MERGED,
    STANDING,
    Answer,
    Ending,
)
from cairn.lessons.models import AgendaItem, Debrief, LessonTheme, Recommendation
from cairn.programme.models import Cohort, Post
from cairn.values import UnknownThingError

ANSWER_WITHIN = 30
"""Days in which a recommendation is answered, as the worklist has it; a test holds both to it."""

ENDED = (CLOSED, DROPPED, MERGED)


def recommendations(
    *,
    programme: str,
    today: date,
    place: str | None = None,
    cohort: str | None = None,
    theme: str | None = None,
    state: str | None = None,
    start: int = 0,
    size: int | None = 50,
) -> tuple[tuple[RecommendationRow, ...], Page]:
    """The register: open ones first and of these the oldest; `place` takes everything within it."""
    reading = read(programme)
    found = _chosen(reading, place, cohort, theme)
    if state:
        found = found.filter(state=state)
    rows = sorted(found, key=lambda row: (row.state in ENDED, row.drafted_on, row.id))
    stretch = rows[start : None if size is None else start + size]
    return recommendation_rows(reading, stretch, today), page(start, size or len(rows), len(rows))


def recommendation_shares(
    *,
    programme: str,
    today: date,
    place: str | None = None,
    cohort: str | None = None,
    theme: str | None = None,
) -> Shares:
    """What became of them, in numbers."""
    rows = list(_chosen(read(programme), place, cohort, theme))
    asked = [row for row in rows if row.asked_on]
    answered = [row for row in asked if row.answer]
    yes = [row for row in answered if row.answer != Answer.REJECTED]
    done = [row for row in yes if row.ending == Ending.IMPLEMENTED]
    claimed = [row for row in rows if row.claimed]
    ages = [(today - row.drafted_on).days for row in rows if row.state not in ENDED]
    return Shares(
        answered=Share(len(answered), len(asked)),
        accepted=Share(len(yes), len(answered)),
        implemented=Share(len(done), len(yes)),
        verified=Share(sum(row.verified_on is not None for row in claimed), len(claimed)),
        open=len(ages),
        open_days=median_low(ages) if ages else None,
    )


def _chosen(
    reading: Reading, place: str | None, cohort: str | None, theme: str | None
) -> QuerySet[Recommendation]:
    found = Recommendation.objects.filter(programme=reading.id)
    if place:
        found = found.filter(place__in=reading.within(place))
    if cohort:
        found = found.filter(cohort=cohort)
    return found.filter(theme=theme) if theme else found


def recommendation_rows(
    reading: Reading, rows: Sequence[Recommendation], today: date
) -> tuple[RecommendationRow, ...]:
    """Recommendations as rows."""
    posts = _names(Post, reading, {id_ for row in rows for id_ in (row.speaker, row.post)})
    debriefs = _names(Debrief, reading, {row.debrief for row in rows})
    cohorts = _names(Cohort, reading, {row.cohort for row in rows})
    themes = _names(LessonTheme, reading, {row.theme for row in rows})
    return tuple(
        RecommendationRow(
            recommendation=Named(row.id, row.name),
            debrief=Named(row.debrief, debriefs.get(row.debrief, {})),
            cohort=Named(row.cohort, cohorts.get(row.cohort, {})),
            place=reading.place(row.place),
            theme=Named(row.theme, themes.get(row.theme, {})),
            speaker=Named(row.speaker, posts.get(row.speaker, {})),
            asked=Named(row.post, posts.get(row.post, {})),
            state=row.state,
            answer=row.answer,
            reason=row.reason,
            drafted_on=row.drafted_on,
            asked_on=row.asked_on,
            answered_on=row.answered_on,
            promised_by=row.promised_by,
            verified_on=row.verified_on,
            ending=row.ending,
            closed_on=row.closed_on,
            days=((row.closed_on or today) - row.drafted_on).days,
            overdue=_is_late(row, today),
        )
        for row in rows
    )


def _is_late(row: Recommendation, today: date) -> bool:
    if row.state == ASKED and row.asked_on:
        return (today - row.asked_on).days > ANSWER_WITHIN
    return row.state in (ACCEPTED, BEGUN) and bool(row.promised_by and row.promised_by < today)


def _names(
    table: type[Post | Debrief | Cohort | LessonTheme], reading: Reading, ids: set[str]
) -> dict[str, dict[str, str]]:
    return {row.id: row.name for row in some(table, reading.id, ids - {""})}


def follow_recommendation(
    *, programme: str, recommendation: str, today: date
) -> RecommendationFollowed:
    """One recommendation with its steps. Raises UnknownThingError."""
    reading = read(programme)
    row = Recommendation.objects.filter(programme=programme, id=recommendation).first()
    if row is None:
        raise UnknownThingError(f"There is no recommendation ‘{recommendation}’ in this programme.")
    posts = _names(Post, reading, {step[2] for step in row.history})
    into = Recommendation.objects.filter(programme=programme, id=row.merged_into).first()
    return RecommendationFollowed(
        row=recommendation_rows(reading, [row], today)[0],
        steps=tuple(
            StepTaken(fact, date.fromisoformat(on), Named(post, posts.get(post, {})), state)
            for fact, on, post, state in row.history
        ),
        into=Named(into.id, into.name) if into else None,
        as_of=reading.as_of,
    )


def debriefs(
    *, programme: str, start: int = 0, size: int | None = 50
) -> tuple[tuple[DebriefRow, ...], Page]:
    """Debriefs, the latest first."""
    reading = read(programme)
    rows = list(Debrief.objects.filter(programme=programme).order_by("-planned_on", "id"))
    stretch = rows[start : None if size is None else start + size]
    return _debrief_rows(reading, stretch), page(start, size or len(rows), len(rows))


def _debrief_rows(reading: Reading, rows: Sequence[Debrief]) -> tuple[DebriefRow, ...]:
    posts = _names(Post, reading, {row.chair for row in rows})
    cohorts = _names(Cohort, reading, {row.cohort for row in rows})
    of = Recommendation.objects.filter(
        programme=reading.id, debrief__in=[row.id for row in rows]
    ).exclude(state__in=(DROPPED, MERGED))
    counts = dict(of.values_list("debrief").annotate(Count("id")))
    return tuple(
        DebriefRow(
            debrief=Named(row.id, row.name),
            cohort=Named(row.cohort, cohorts.get(row.cohort, {})),
            place=reading.place(row.place),
            chair=Named(row.chair, posts.get(row.chair, {})),
            planned_on=row.planned_on,
            held_on=row.held_on,
            present=row.present or None,
            recommendations=counts.get(row.id, 0),
        )
        for row in rows
    )


def follow_debrief(*, programme: str, debrief: str, today: date) -> DebriefFollowed:
    """A debrief, its agenda, and what it recommends. Raises UnknownThingError.

    What earlier debriefs of the place, or of places around or within it, left open stands on its agenda
    by itself.
    """
    reading = read(programme)
    row = Debrief.objects.filter(programme=programme, id=debrief).first()
    if row is None:
        raise UnknownThingError(f"There is no debrief ‘{debrief}’ in this programme.")
    posts = _names(Post, reading, set(row.posts))
    items = list(AgendaItem.objects.filter(programme=programme, debrief=debrief).order_by("id"))
    by = _names(Post, reading, {item.put_by for item in items})
    every = Recommendation.objects.filter(programme=programme).order_by("drafted_on", "id")
    near = {*reading.within(row.place), *reading.parts_of(row.place)}
    before = every.filter(state__in=(DRAFTED, *STANDING), place__in=near)
    before = before.filter(drafted_on__lte=row.held_on or row.planned_on).exclude(debrief=debrief)
    own = every.filter(debrief=debrief).exclude(state__in=(DROPPED, MERGED))
    return DebriefFollowed(
        row=_debrief_rows(reading, [row])[0],
        posts=tuple(Named(one, posts.get(one, {})) for one in row.posts),
        items=tuple(Item(item.name, Named(item.put_by, by.get(item.put_by, {}))) for item in items),
        left_open=recommendation_rows(reading, list(before), today),
        recommendations=recommendation_rows(reading, list(own), today),
        as_of=reading.as_of,
    )
