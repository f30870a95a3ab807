"""What the journal will not take about voices."""

from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cairn.journal.projection import Objection, Recorded, Rows, objects
from cairn.lexicon import topics_in
from cairn.voice.facts import (
    ANSWERED,
    CLOSED,
    DISPUTED,
    MERGED,
    RECEIVED,
    ROUTED,
    SCREENED,
    CategoryOffered,
    CategoryWithdrawn,
    DisputeAnswered,
    Outcome,
    ThingConfirmed,
    VoiceAnswered,
    VoiceClosed,
    VoiceDisputed,
    VoiceMerged,
    VoiceReceived,
    VoiceRedacted,
    VoiceRedirected,
    VoiceRouted,
    VoiceScreened,
)
from cairn.voice.projections import Category, Voice

FROM: Final[dict[type[Any], tuple[str, ...]]] = {
    VoiceScreened: (RECEIVED,),
    VoiceRedacted: (RECEIVED, SCREENED, ROUTED),
    VoiceRouted: (SCREENED,),
    VoiceRedirected: (ROUTED,),
    # Also once it was closed: else whoever sees an answer change after that knows that it was disputed.
    VoiceAnswered: (ROUTED, ANSWERED, CLOSED),
    VoiceDisputed: (ANSWERED, CLOSED),
    DisputeAnswered: (DISPUTED,),
    VoiceClosed: (ANSWERED,),
    VoiceMerged: (SCREENED, ROUTED),
}
"""The states from which each step may be taken."""

INSTEAD: Final = {
    RECEIVED: gettext_lazy("Nobody has looked at it yet, whether it shows who somebody is."),
    SCREENED: gettext_lazy("It waits to be given to a post that answers."),
    ROUTED: gettext_lazy("It waits for its answer."),
    ANSWERED: gettext_lazy("It was answered. Answer it anew, or close it."),
    DISPUTED: gettext_lazy("Its sender says that it did not happen: a level up answers that."),
    CLOSED: gettext_lazy("It is closed."),
    MERGED: gettext_lazy("Another voice is answered for it."),
}
"""Why a step cannot be taken from a state."""

ANSWERS_NOTHING: Final = frozenset({"auditor", "witness", "sponsor"})
"""Roles that nobody gives a voice to."""


@objects(VoiceReceived)
def a_category_is_asked_about(said: Recorded[VoiceReceived], rows: Rows) -> Iterator[Objection]:
    """What is too sensitive is not kept, whichever way it comes."""
    category = rows.get(Category, said.fact.category)
    if category is not None and category.door:
        yield Objection("category", _("This is too sensitive to be kept here."))


@objects(ThingConfirmed)
def about_one_thing(said: Recorded[ThingConfirmed], rows: Rows) -> Iterator[Objection]:
    """An asset or a project."""
    del rows
    if bool(said.fact.asset) == bool(said.fact.project):
        yield Objection("asset", _("Name an asset or a project, and not both."))


@objects(CategoryWithdrawn)
def withdrawn_once(said: Recorded[CategoryWithdrawn], rows: Rows) -> Iterator[Objection]:
    """Once is enough."""
    if rows.the(Category, said.fact.category).withdrawn_on:
        yield Objection("category", _("Nobody is asked about this any more already."))


@objects(*FROM)
def a_voice_goes_step_by_step(said: Recorded[Any], rows: Rows) -> Iterator[Objection]:
    """It is looked at before it goes to anybody, and answered by whoever it was given to."""
    voice = rows.the(Voice, said.fact.voice)
    if voice.state not in FROM[type(said.fact)]:
        yield Objection("voice", str(INSTEAD[voice.state]))
    if said.happened_on < voice.received_on:
        yield Objection("happened_on", _("It came only on {day}.").format(day=voice.received_on))


@objects(VoiceRouted, VoiceRedirected)
def somebody_can_answer(
    said: Recorded[VoiceRouted | VoiceRedirected], rows: Rows
) -> Iterator[Objection]:
    """An open post, of those that answer for something."""
    asked = rows.find("post", said.fact.asked)
    cohort = rows.find("cohort", getattr(asked, "cohort", ""))
    if getattr(asked, "role", "") in ANSWERS_NOTHING:
        yield Objection("asked", _("This post looks on, and answers for nothing."))
    if getattr(asked, "closed_on", None) or getattr(cohort, "closed_on", None):
        yield Objection("asked", _("This post is no more; ask the one that took its place."))
    if isinstance(said.fact, VoiceRouted) and said.fact.by and said.fact.by < said.happened_on:
        yield Objection("by", _("That day has passed already."))


@objects(VoiceAnswered, DisputeAnswered)
def an_answer_says_what_it_comes_to(
    said: Recorded[VoiceAnswered | DisputeAnswered], rows: Rows
) -> Iterator[Objection]:
    """A promise has its day, and what is somebody else's says whose."""
    del rows
    fact = said.fact
    promised, passed_on = (
        fact.outcome is Outcome.WILL_BE_DONE,
        fact.outcome is Outcome.NOT_OURS,
    )
    if promised and fact.by is None:
        yield Objection("by", _("Say by when it will be done."))
    if fact.by and (not promised or fact.by < said.happened_on):
        yield Objection("by", _("Only what will be done has a day, and one to come."))
    if passed_on and not fact.theirs:
        yield Objection("theirs", _("Say whose it is."))
    if fact.theirs and not passed_on:
        yield Objection("theirs", _("Only what is not yours is somebody else's."))


@objects(VoiceClosed)
def a_promise_is_kept_before_it_is_closed(
    said: Recorded[VoiceClosed], rows: Rows
) -> Iterator[Objection]:
    """What will be done is open until somebody answers that it is done, or why not."""
    if rows.the(Voice, said.fact.voice).outcome == Outcome.WILL_BE_DONE:
        yield Objection("voice", _("It was promised: answer that it is done, or why it cannot be."))


@objects(VoiceMerged)
def merged_into_one_that_goes_on(said: Recorded[VoiceMerged], rows: Rows) -> Iterator[Objection]:
    """Another, of the same village, that is or will be answered."""
    voice, into = rows.the(Voice, said.fact.voice), rows.the(Voice, said.fact.into)
    if voice.id == into.id:
        yield Objection("into", _("Name another voice."))
    elif into.place != voice.place:
        yield Objection("into", _("That voice is from another place."))
    elif into.state not in {SCREENED, ROUTED, ANSWERED}:
        yield Objection("into", str(INSTEAD[into.state]))


@objects(CategoryOffered)
def a_category_is_about_things(said: Recorded[CategoryOffered], rows: Rows) -> Iterator[Objection]:
    """What is kept is about things and work; what only has a door may be about what people suffer."""
    del rows
    if said.fact.door is None and any(map(topics_in, said.fact.name.by_language().values())):
        yield Objection(
            "name",
            _(
                "This asks about people: about what they are, believe or suffer. Ask about things and "
                "work; or name the door where one must go with it instead."
            ),
        )
