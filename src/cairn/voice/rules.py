"""What the journal will not take about voices."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cairn.journal.projection import Objection, Recorded, Rows, objects
from cairn.lexicon import topics_in
from cairn.voice.facts import (
    ANSWERED,
    CLAIMS,
    CLOSED,
    DISPUTED,
    RECEIVED,
    ROUTED,
    SCREENED,
    CategoryOffered,
    CategoryWithdrawn,
    ClaimConfirmed,
    Claimed,
    ClaimLookedInto,
    DisputeAnswered,
    Outcome,
    QuestionAnswered,
    ThingConfirmed,
    VoiceAnswered,
    VoiceClosed,
    VoiceDisputed,
    VoiceReceived,
    VoiceRedacted,
    VoiceRedirected,
    VoiceRouted,
    VoiceScreened,
    VoiceSpoken,
)
from cairn.voice.projections import Category, ClaimSaid, Voice

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
}
"""The states from which each step may be taken."""

INSTEAD: Final = {
    RECEIVED: gettext_lazy("Nobody has looked at it yet, whether it shows who somebody is."),
    SCREENED: gettext_lazy("It waits to be given to a post that answers."),
    ROUTED: gettext_lazy("It waits for its answer."),
    ANSWERED: gettext_lazy("It was answered. Answer it anew, or close it."),
    DISPUTED: gettext_lazy("Its sender says that it did not happen: a level up answers that."),
    CLOSED: gettext_lazy("It is closed."),
}
"""Why a step cannot be taken from a state."""

ANSWERS_NOTHING: Final = frozenset({"auditor", "witness", "sponsor"})
"""Roles that nobody gives a voice to."""


@objects(VoiceReceived, VoiceSpoken)
def a_category_is_asked_about(
    said: Recorded[VoiceReceived | VoiceSpoken], rows: Rows
) -> Iterator[Objection]:
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


@objects(QuestionAnswered)
def what_is_asked_is_answered(said: Recorded[QuestionAnswered], rows: Rows) -> Iterator[Objection]:
    """With one of its choices, while it stands on the board."""
    question = rows.find("question", said.fact.notice)
    if question is None:
        yield Objection("notice", _("There is nothing to choose from in this notice."))
        return
    if not getattr(question, "open", False):
        yield Objection("notice", _("This notice stands on no board any more."))
    yield from _on_the_board(said.happened_on, question)
    if said.fact.number > len(getattr(question, "choices", ())):
        yield Objection("number", _("That is none of its choices."))


@objects(ClaimConfirmed, ClaimLookedInto)
def what_is_claimed_can_be_seen(
    said: Recorded[ClaimConfirmed | ClaimLookedInto], rows: Rows
) -> Iterator[Objection]:
    """Money that arrived, works: of a notice that was not taken back."""
    notice = rows.find("notice", said.fact.notice)
    if getattr(notice, "topic", "") not in CLAIMS:
        yield Objection("notice", _("This notice claims nothing that one could go and see."))
    if getattr(notice, "withdrawn_on", None):
        yield Objection("notice", _("This notice stands on no board any more."))
    if isinstance(said.fact, ClaimConfirmed):
        yield from _on_the_board(said.happened_on, notice)
    elif said.happened_on < getattr(notice, "written_on", said.happened_on):
        message = _("The notice was written only on {day}.")
        yield Objection("happened_on", message.format(day=getattr(notice, "written_on", "")))


@objects(ClaimConfirmed)
def once_a_day(said: Recorded[ClaimConfirmed], rows: Rows) -> Iterator[Objection]:
    """However many say the same of a notice on a day, it is counted once."""
    row = rows.get(ClaimSaid, said.fact.notice)
    last = row and (row.so_on if said.fact.claimed is Claimed.SO else row.not_so_on)
    if last == said.happened_on:
        yield Objection("claimed", _("Somebody said so on that day already. Once a day is enough."))


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


@objects(VoiceScreened)
def a_recording_does_not_go_on(said: Recorded[VoiceScreened], rows: Rows) -> Iterator[Objection]:
    """It would be heard by whoever answers. One that was erased before anybody listened may."""
    if rows.the(Voice, said.fact.voice).spoken:
        yield Objection(
            "voice",
            _("It is a recording, and a voice can be recognised: write down what it says instead."),
        )


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


def _on_the_board(day: date, row: Any) -> Iterator[Objection]:  # noqa: ANN401 - a notice or its question
    """A day from the first to the last on which it stands there."""
    if row is not None and not row.since <= day <= row.until:
        message = _("It stands on the board from {since} to {until}.")
        yield Objection("happened_on", message.format(since=row.since, until=row.until))
