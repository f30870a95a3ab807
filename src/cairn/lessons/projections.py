"""Read models of debriefs and of what they recommend."""

from datetime import date
from typing import Any, ClassVar

from django.db import models

from cairn.journal.projection import ReadModel, Recorded, Rows, folds
from cairn.lessons.facts import (
    ACCEPTED,
    ASKED,
    BEGUN,
    CLAIMED,
    CLOSED,
    CONFIRMED,
    DRAFTED,
    DROPPED,
    MERGED,
    REJECTED,
    VERIFIED,
    Answer,
    ClaimRefuted,
    DebriefCalled,
    DebriefHeld,
    ItemPut,
    MinutesWritten,
    RecommendationAnswered,
    RecommendationBegun,
    RecommendationClaimed,
    RecommendationClosed,
    RecommendationConfirmed,
    RecommendationDrafted,
    RecommendationDropped,
    RecommendationMerged,
    RecommendationPut,
    RecommendationReworded,
    RecommendationThemed,
    RecommendationVerified,
    ThemeOffered,
)


class Debrief(ReadModel):
    """A meeting at which a cohort says what it learned."""

    called: ClassVar[str] = "debrief"

    name = models.JSONField()
    cohort = models.CharField(max_length=100)
    place = models.CharField(max_length=100)
    chair = models.CharField(max_length=100)
    planned_on = models.DateField()
    held_on = models.DateField(null=True)
    posts = models.JSONField(default=list)
    """The posts that took part; of whoever sat there nothing is kept."""
    present = models.PositiveIntegerField(default=0)
    """How many took part."""
    minutes = models.CharField(max_length=100, blank=True)
    """The fact that holds the minutes that stand."""


class AgendaItem(ReadModel):
    """Something to be spoken about at a debrief. Its id is that of the fact that put it."""

    called: ClassVar[str] = "agenda-item"

    debrief = models.CharField(max_length=100)
    name = models.JSONField()
    put_by = models.CharField(max_length=100)
    put_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["programme", "debrief", "id"])]


class LessonTheme(ReadModel):
    """What like recommendations are about."""

    called: ClassVar[str] = "lesson-theme"

    name = models.JSONField()


class Recommendation(ReadModel):
    """Something that a debrief asks somebody to do. Its id is that of the fact that drafted it."""

    called: ClassVar[str] = "recommendation"

    name = models.JSONField()
    """What is recommended."""
    debrief = models.CharField(max_length=100)
    cohort = models.CharField(max_length=100)
    place = models.CharField(max_length=100)
    """The place that its debrief was held for."""
    speaker = models.CharField(max_length=100, blank=True)
    chair = models.CharField(max_length=100)
    stands_by = models.CharField(max_length=100)
    """The post that says whether it was meant: its speaker, else the chair."""
    theme = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=10, default=DRAFTED)
    drafted_on = models.DateField()
    wanted_by = models.DateField(null=True)
    post = models.CharField(max_length=100, blank=True)
    """The post that owes the answer, and then what it promised; before it is asked, whom the draft names."""
    asked_on = models.DateField(null=True)
    answer = models.CharField(max_length=10, blank=True)
    answered_on = models.DateField(null=True)
    reason = models.JSONField(default=dict)
    """Why it was answered so."""
    promised_by = models.DateField(null=True)
    claimed = models.CharField(max_length=100, blank=True)
    """The fact that says it is done."""
    verified_on = models.DateField(null=True)
    ending = models.CharField(max_length=20, blank=True)
    closed_on = models.DateField(null=True)
    merged_into = models.CharField(max_length=100, blank=True)
    history = models.JSONField(default=list)
    """Each step: the fact that took it, its day, its post, and the state that it led to."""

    class Meta:
        indexes = [models.Index(fields=["programme", "state"])]


@folds(DebriefCalled)
def _called(said: Recorded[DebriefCalled], rows: Rows) -> None:
    fact = said.fact
    rows.put(
        Debrief(
            programme=said.programme,
            id=fact.debrief,
            name=fact.name.by_language(),
            cohort=fact.cohort,
            place=fact.place,
            chair=fact.chair,
            planned_on=fact.on,
        )
    )


@folds(ItemPut)
def _put(said: Recorded[ItemPut], rows: Rows) -> None:
    rows.put(
        AgendaItem(
            programme=said.programme,
            id=str(said.id),
            debrief=said.fact.debrief,
            name=said.fact.name.by_language(),
            put_by=said.post,
            put_on=said.happened_on,
        )
    )


@folds(DebriefHeld)
def _held(said: Recorded[DebriefHeld], rows: Rows) -> None:
    debrief = rows.the(Debrief, said.fact.debrief)
    debrief.held_on = said.happened_on
    debrief.posts, debrief.present = list(said.fact.posts), said.fact.present
    rows.put(debrief)


@folds(MinutesWritten)
def _written(said: Recorded[MinutesWritten], rows: Rows) -> None:
    debrief = rows.the(Debrief, said.fact.debrief)
    debrief.minutes = str(said.id)
    rows.put(debrief)


@folds(ThemeOffered)
def _offered(said: Recorded[ThemeOffered], rows: Rows) -> None:
    name = said.fact.name.by_language()
    rows.put(LessonTheme(programme=said.programme, id=said.fact.theme, name=name))


@folds(RecommendationDrafted)
def _drafted(said: Recorded[RecommendationDrafted], rows: Rows) -> None:
    fact = said.fact
    debrief = rows.the(Debrief, fact.debrief)
    rows.put(
        Recommendation(
            programme=said.programme,
            id=str(said.id),
            name=fact.text.by_language(),
            debrief=debrief.id,
            cohort=debrief.cohort,
            place=debrief.place,
            speaker=fact.speaker or "",
            chair=debrief.chair,
            stands_by=fact.speaker or debrief.chair,
            drafted_on=said.happened_on,
            wanted_by=fact.by,
            post=fact.asked or "",
            history=[_step(said, DRAFTED)],
        )
    )


@folds(RecommendationReworded)
def _reworded(said: Recorded[RecommendationReworded], rows: Rows) -> None:
    _take(said, rows, DRAFTED, name=said.fact.text.by_language())


@folds(RecommendationDropped)
def _dropped(said: Recorded[RecommendationDropped], rows: Rows) -> None:
    _take(said, rows, DROPPED, closed_on=said.happened_on)


@folds(RecommendationMerged)
def _merged(said: Recorded[RecommendationMerged], rows: Rows) -> None:
    _take(said, rows, MERGED, closed_on=said.happened_on, merged_into=said.fact.into)


@folds(RecommendationConfirmed)
def _confirmed(said: Recorded[RecommendationConfirmed], rows: Rows) -> None:
    _take(said, rows, CONFIRMED)


@folds(RecommendationThemed)
def _themed(said: Recorded[RecommendationThemed], rows: Rows) -> None:
    state = rows.the(Recommendation, said.fact.recommendation).state
    _take(said, rows, state, theme=said.fact.theme)


@folds(RecommendationPut)
def _asked(said: Recorded[RecommendationPut], rows: Rows) -> None:
    since = rows.the(Recommendation, said.fact.recommendation).asked_on or said.happened_on
    _take(said, rows, ASKED, post=said.fact.asked, asked_on=since)


@folds(RecommendationAnswered)
def _answered(said: Recorded[RecommendationAnswered], rows: Rows) -> None:
    fact = said.fact
    no = fact.answer is Answer.REJECTED
    begun = rows.the(Recommendation, fact.recommendation).state == BEGUN and not no
    _take(
        said,
        rows,
        REJECTED if no else BEGUN if begun else ACCEPTED,
        answer=fact.answer.value,
        answered_on=said.happened_on,
        reason=fact.reason.by_language(),
        promised_by=fact.by,
    )


@folds(RecommendationBegun)
def _begun(said: Recorded[RecommendationBegun], rows: Rows) -> None:
    _take(said, rows, BEGUN)


@folds(RecommendationClaimed)
def _claimed(said: Recorded[RecommendationClaimed], rows: Rows) -> None:
    _take(said, rows, CLAIMED, claimed=str(said.id))


@folds(RecommendationVerified)
def _verified(said: Recorded[RecommendationVerified], rows: Rows) -> None:
    _take(said, rows, VERIFIED, verified_on=said.happened_on)


@folds(ClaimRefuted)
def _refuted(said: Recorded[ClaimRefuted], rows: Rows) -> None:
    _take(said, rows, BEGUN, claimed="")


@folds(RecommendationClosed)
def _closed(said: Recorded[RecommendationClosed], rows: Rows) -> None:
    _take(said, rows, CLOSED, ending=said.fact.ending.value, closed_on=said.happened_on)


Step = (
    RecommendationReworded
    | RecommendationDropped
    | RecommendationMerged
    | RecommendationConfirmed
    | RecommendationThemed
    | RecommendationPut
    | RecommendationAnswered
    | RecommendationBegun
    | RecommendationClaimed
    | RecommendationVerified
    | ClaimRefuted
    | RecommendationClosed
)


def _take(
    said: Recorded[Any], rows: Rows, state: str, **columns: str | date | dict[str, str] | None
) -> None:
    """Take a step of a recommendation."""
    row = rows.the(Recommendation, said.fact.recommendation)
    for name, value in columns.items():
        setattr(row, name, value)
    row.state = state
    row.history = [*row.history, _step(said, state)]
    rows.put(row)


def _step(said: Recorded[Any], state: str) -> list[str]:
    return [str(said.id), said.happened_on.isoformat(), said.post, state]
