"""What the journal will not take about debriefs and recommendations."""

from collections.abc import Iterator
from typing import Any, Final, get_args

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cairn.about_people import refused
from cairn.journal.projection import Objection, Recorded, Rows, objects
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
    DebriefCalled,
    DebriefHeld,
    Ending,
    ItemPut,
    MinutesWritten,
    RecommendationAnswered,
    RecommendationClosed,
    RecommendationConfirmed,
    RecommendationDrafted,
    RecommendationMerged,
    RecommendationPut,
    RecommendationReworded,
    ThemeOffered,
)
from cairn.lessons.projections import Debrief, Recommendation, Step

INSTEAD: Final = {
    DRAFTED: gettext_lazy("Its speaker or the chair has not said yet that this is what was meant."),
    CONFIRMED: gettext_lazy("It stands as it was meant; nobody is asked to answer it yet."),
    ASKED: gettext_lazy("It waits for its answer."),
    ACCEPTED: gettext_lazy("It was accepted and is not done yet."),
    REJECTED: gettext_lazy("It was rejected: close it, or let it be answered anew."),
    BEGUN: gettext_lazy("Somebody is at it."),
    CLAIMED: gettext_lazy("It is said to be done: somebody else sees whether it is."),
    VERIFIED: gettext_lazy("It is done, and somebody else saw it: close it."),
    CLOSED: gettext_lazy("It is closed."),
    DROPPED: gettext_lazy("Nobody stands by it."),
    MERGED: gettext_lazy("Another one says the same, and goes on for it."),
}
"""Why a step cannot be taken from a state."""

ANSWERS_NOTHING: Final = frozenset({"auditor", "witness"})
"""Roles that look on: nobody asks an answer of them."""


@objects(DebriefCalled, RecommendationPut, RecommendationDrafted)
def an_open_post_is_named(
    said: Recorded[DebriefCalled | RecommendationPut | RecommendationDrafted], rows: Rows
) -> Iterator[Objection]:
    """Whoever has the chair or is asked is there, and does something."""
    field = "chair" if isinstance(said.fact, DebriefCalled) else "asked"
    post = rows.find("post", getattr(said.fact, field) or "")
    if post is None:
        return
    cohort = rows.find("cohort", getattr(post, "cohort", ""))
    if getattr(post, "closed_on", None) or getattr(cohort, "closed_on", None):
        yield Objection(field, _("This post is no more; ask the one that took its place."))
    if getattr(post, "role", "") in ANSWERS_NOTHING:
        yield Objection(field, _("This post looks on, and answers for nothing."))


@objects(DebriefHeld)
def held_after_it_was_called(said: Recorded[DebriefHeld], rows: Rows) -> Iterator[Objection]:
    """More posts than people cannot have taken part."""
    del rows
    if said.fact.present < len(set(said.fact.posts)):
        yield Objection("present", _("More posts took part than people: count again."))


@objects(MinutesWritten)
def minutes_of_what_was_held(said: Recorded[MinutesWritten], rows: Rows) -> Iterator[Objection]:
    """Nothing was said before it was held."""
    if rows.the(Debrief, said.fact.debrief).held_on is None:
        yield Objection("debrief", _("Say first that it was held, and how many took part."))


@objects(ItemPut, RecommendationDrafted, RecommendationReworded, ThemeOffered)
def of_things_and_work(
    said: Recorded[ItemPut | RecommendationDrafted | RecommendationReworded | ThemeOffered],
    rows: Rows,
) -> Iterator[Objection]:
    """What would watch, rate or change people is refused, and told why."""
    del rows
    field = "name" if isinstance(said.fact, ItemPut | ThemeOffered) else "text"
    text: Any = getattr(said.fact, field)
    if any(refused(one) for one in text.by_language().values()):
        message = _(
            "This is about people: watching, sorting or changing them. Cairn recommends of things and "
            "work only. Say what is to be built, kept or done."
        )
        yield Objection(field, message)


@objects(*get_args(Step))
def step_by_step(said: Recorded[Step], rows: Rows) -> Iterator[Objection]:
    """Each step is taken from where it can be."""
    row = rows.the(Recommendation, said.fact.recommendation)
    offered = type(said.fact).offered["recommendation"]
    states = offered.get("state__in") or (offered["state"],)
    if row.state not in states:
        yield Objection("recommendation", str(INSTEAD[row.state]))
    if said.happened_on < row.drafted_on:
        message = _("It was recommended only on {day}.").format(day=row.drafted_on)
        yield Objection("happened_on", message)


@objects(RecommendationConfirmed)
def whoever_said_it_confirms_it(
    said: Recorded[RecommendationConfirmed], rows: Rows
) -> Iterator[Objection]:
    """Its speaker, or the chair for whoever spoke."""
    row = rows.the(Recommendation, said.fact.recommendation)
    if said.post not in {row.speaker, row.chair}:
        yield Objection(
            "recommendation", _("Only its speaker or the chair can say what was meant.")
        )


@objects(RecommendationMerged)
def merged_into_another(said: Recorded[RecommendationMerged], rows: Rows) -> Iterator[Objection]:
    """Into one that goes on."""
    into = rows.the(Recommendation, said.fact.into)
    if into.id == said.fact.recommendation:
        yield Objection("into", _("Name another recommendation."))
    elif into.state in {CLOSED, DROPPED, MERGED}:
        yield Objection("into", str(INSTEAD[into.state]))


@objects(RecommendationAnswered)
def what_is_accepted_has_its_day(
    said: Recorded[RecommendationAnswered], rows: Rows
) -> Iterator[Objection]:
    """A yes says by when; a no has nothing to come."""
    del rows
    fact = said.fact
    if fact.answer is Answer.REJECTED:
        if fact.by:
            yield Objection("by", _("Only what will be done has a day."))
    elif fact.by is None:
        yield Objection("by", _("Say by when it will be done."))
    elif fact.by < said.happened_on:
        yield Objection("by", _("That day has passed already."))


@objects(RecommendationClosed)
def how_it_ended(said: Recorded[RecommendationClosed], rows: Rows) -> Iterator[Objection]:
    """Implemented is what somebody else saw; any other end has its reason."""
    row = rows.the(Recommendation, said.fact.recommendation)
    if said.fact.ending is Ending.IMPLEMENTED:
        if row.state != VERIFIED:
            yield Objection("ending", _("Nobody else has seen that it was done."))
    elif said.fact.reason is None:
        yield Objection("reason", _("Say why."))
