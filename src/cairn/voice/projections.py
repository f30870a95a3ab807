"""Read models of voices. None holds what was said: that is sealed, and erased in time."""

from datetime import date
from typing import Any, ClassVar, Final

from django.db import models

from cairn.journal.facts import PartShredded
from cairn.journal.projection import ReadModel, Recorded, Rows, folds
from cairn.voice.clocks import DEFAULT, working_days_after
from cairn.voice.facts import (
    ANSWERED,
    CLOSED,
    DISPUTED,
    RECEIVED,
    ROUTED,
    SCREENED,
    BlankReceived,
    CategoryOffered,
    CategoryWithdrawn,
    ClaimConfirmed,
    Claimed,
    ClaimLookedInto,
    ClocksSet,
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
    Works,
)

THE_CLOCKS: Final = "clocks"


class Category(ReadModel):
    """Something that residents may speak about."""

    called: ClassVar[str] = "category"

    name = models.JSONField()
    door = models.JSONField(default=dict)
    """Where to go with it instead, where it is too sensitive to be kept."""
    withdrawn_on = models.DateField(null=True)


class Clocks(ReadModel):
    """How long a programme may take, and how long it keeps what was said: one row of it at most."""

    called: ClassVar[str] = "voice-clocks"

    screen_days = models.PositiveSmallIntegerField()
    answer_days = models.PositiveSmallIntegerField()
    keep_days = models.PositiveSmallIntegerField()


class Voice(ReadModel):
    """A voice, but for what it says. Its id is that of its entry: random, like its place among others."""

    called: ClassVar[str] = "voice"

    name = models.JSONField()
    """What it is about, as its category was called."""
    place = models.CharField(max_length=100)
    category = models.CharField(max_length=100)
    received_on = models.DateField()
    state = models.CharField(max_length=10, default=RECEIVED)
    screen_by = models.DateField()
    answer_by = models.DateField()
    text = models.CharField(max_length=100)
    """The entry that holds what was said: its own, or the last that wrote it anew."""
    spoken = models.BooleanField(default=False)
    """Whether that is a recording, which somebody is to write down; not any more once it is erased."""
    post = models.CharField(max_length=100, blank=True)
    """The post that is to answer."""
    outcome = models.CharField(max_length=20, blank=True)
    answered = models.CharField(max_length=100, blank=True)
    """The fact that holds the answer that stands."""
    answered_on = models.DateField(null=True)
    promised_by = models.DateField(null=True)
    theirs = models.CharField(max_length=100, blank=True)
    disputed_on = models.DateField(null=True)
    """The day on which its sender last said that it did not happen."""
    closed_on = models.DateField(null=True)
    history = models.JSONField(default=list)
    """Each step: the fact that took it, its day, its post, and the state that it led to."""

    class Meta:
        indexes = [models.Index(fields=["programme", "state"])]


class ThingSaid(ReadModel):
    """How often residents said of a thing that it works. Its id is `asset/ID` or `project/ID`."""

    called: ClassVar[str] = "thing-said"

    works = models.PositiveIntegerField(default=0)
    does_not = models.PositiveIntegerField(default=0)
    not_there = models.PositiveIntegerField(default=0)
    missed_on = models.DateField(null=True)
    """The day on which somebody last said that it is not there."""


class QuestionSaid(ReadModel):
    """How often each choice of what a notice asks was chosen. Its id is that of the notice.

    The counts are of the notice as a whole, whichever its villages: finer ones would be small.
    """

    called: ClassVar[str] = "question-said"

    times = models.JSONField(default=list)
    """By the number of the choice, the first at 0."""


class ClaimSaid(ReadModel):
    """On how many days somebody said of what a notice claims that it is so, or is not. Its id is that of the notice.

    And what a post found that looked into it, last.
    """

    called: ClassVar[str] = "claim-said"

    so = models.PositiveIntegerField(default=0)
    so_on = models.DateField(null=True)
    """The day on which somebody last said so."""
    not_so = models.PositiveIntegerField(default=0)
    not_so_on = models.DateField(null=True)
    found = models.CharField(max_length=10, blank=True)
    what = models.JSONField(default=dict)
    looked_on = models.DateField(null=True)
    looked_by = models.CharField(max_length=100, blank=True)
    """The post that looked into it."""


class VoiceText(ReadModel):
    """That an entry holds a text to be erased one day: a voice, one written anew, a blank."""

    called: ClassVar[str] = "voice-text"

    voice = models.CharField(max_length=100, blank=True)
    """Empty for a blank."""
    received_on = models.DateField()
    spoken = models.BooleanField(default=False)
    """Whether it is a recording."""
    replaced = models.BooleanField(default=False)
    erased = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["programme", "erased"])]


@folds(CategoryOffered)
def _offered(said: Recorded[CategoryOffered], rows: Rows) -> None:
    rows.put(
        Category(
            programme=said.programme,
            id=said.fact.category,
            name=said.fact.name.by_language(),
            door=said.fact.door.by_language() if said.fact.door else {},
        )
    )


@folds(CategoryWithdrawn)
def _withdrawn(said: Recorded[CategoryWithdrawn], rows: Rows) -> None:
    category = rows.the(Category, said.fact.category)
    category.withdrawn_on = said.happened_on
    rows.put(category)


@folds(ClocksSet)
def _clocks_set(said: Recorded[ClocksSet], rows: Rows) -> None:
    fact = said.fact
    days = {"screen_days": fact.screen_days, "answer_days": fact.answer_days}
    rows.put(Clocks(programme=said.programme, id=THE_CLOCKS, keep_days=fact.keep_days, **days))


@folds(VoiceReceived, VoiceSpoken)
def _received(said: Recorded[VoiceReceived | VoiceSpoken], rows: Rows) -> None:
    clocks = rows.get(Clocks, THE_CLOCKS) or DEFAULT
    rows.put(
        Voice(
            programme=said.programme,
            id=str(said.id),
            name=rows.the(Category, said.fact.category).name,
            text=str(said.id),
            spoken=isinstance(said.fact, VoiceSpoken),
            place=said.fact.place,
            category=said.fact.category,
            received_on=said.happened_on,
            screen_by=working_days_after(said.happened_on, clocks.screen_days),
            answer_by=working_days_after(said.happened_on, clocks.answer_days),
        )
    )


@folds(VoiceReceived, VoiceSpoken, VoiceRedacted, BlankReceived)
def _written(said: Recorded[Any], rows: Rows) -> None:
    voice = getattr(said.fact, "voice", "")
    if isinstance(said.fact, (VoiceReceived, VoiceSpoken)):
        voice = str(said.id)
    rows.put(
        VoiceText(
            programme=said.programme,
            id=str(said.id),
            voice=voice,
            received_on=said.happened_on,
            spoken=isinstance(said.fact, VoiceSpoken),
        )
    )


@folds(ThingConfirmed)
def _confirmed(said: Recorded[ThingConfirmed], rows: Rows) -> None:
    fact = said.fact
    id_ = f"asset/{fact.asset}" if fact.asset else f"project/{fact.project}"
    row = rows.get(ThingSaid, id_) or ThingSaid(programme=said.programme, id=id_)
    if fact.works is Works.WORKS:
        row.works += 1
    elif fact.works is Works.DOES_NOT:
        row.does_not += 1
    else:
        row.not_there += 1
        row.missed_on = max(row.missed_on or said.happened_on, said.happened_on)
    rows.put(row)


@folds(QuestionAnswered)
def _chosen(said: Recorded[QuestionAnswered], rows: Rows) -> None:
    fact = said.fact
    row = rows.get(QuestionSaid, fact.notice)
    row = row or QuestionSaid(programme=said.programme, id=fact.notice)
    times = [*row.times, *[0] * (fact.number - len(row.times))]
    times[fact.number - 1] += 1
    row.times = times
    rows.put(row)


@folds(ClaimConfirmed)
def _claim_confirmed(said: Recorded[ClaimConfirmed], rows: Rows) -> None:
    row = _claim(said, rows)
    if said.fact.claimed is Claimed.SO:
        row.so += 1
        row.so_on = max(row.so_on or said.happened_on, said.happened_on)
    else:
        row.not_so += 1
        row.not_so_on = max(row.not_so_on or said.happened_on, said.happened_on)
    rows.put(row)


@folds(ClaimLookedInto)
def _looked_into(said: Recorded[ClaimLookedInto], rows: Rows) -> None:
    row = _claim(said, rows)
    row.found, row.what = said.fact.found.value, said.fact.what.by_language()
    row.looked_on, row.looked_by = said.happened_on, said.post
    rows.put(row)


def _claim(said: Recorded[Any], rows: Rows) -> ClaimSaid:
    row = rows.get(ClaimSaid, said.fact.notice)
    return row or ClaimSaid(programme=said.programme, id=said.fact.notice)


@folds(VoiceDisputed)
def _disputed(said: Recorded[VoiceDisputed], rows: Rows) -> None:
    _take(said, rows, DISPUTED, disputed_on=said.happened_on, closed_on=None)


@folds(VoiceScreened)
def _screened(said: Recorded[VoiceScreened], rows: Rows) -> None:
    _take(said, rows, SCREENED)


@folds(VoiceRedacted)
def _redacted(said: Recorded[VoiceRedacted], rows: Rows) -> None:
    voice = rows.the(Voice, said.fact.voice)
    before = rows.the(VoiceText, voice.text)
    before.replaced = True
    rows.put(before)
    state = ROUTED if voice.state == ROUTED else SCREENED
    _take(said, rows, state, text=str(said.id), spoken=False)


@folds(VoiceRouted)
def _routed(said: Recorded[VoiceRouted], rows: Rows) -> None:
    by = said.fact.by or rows.the(Voice, said.fact.voice).answer_by
    _take(said, rows, ROUTED, post=said.fact.asked, answer_by=by)


@folds(VoiceRedirected)
def _redirected(said: Recorded[VoiceRedirected], rows: Rows) -> None:
    _take(said, rows, ROUTED, post=said.fact.asked)


@folds(VoiceAnswered, DisputeAnswered)
def _answered(said: Recorded[VoiceAnswered | DisputeAnswered], rows: Rows) -> None:
    fact = said.fact
    _take(
        said,
        rows,
        ANSWERED,
        outcome=fact.outcome.value,
        answered=str(said.id),
        answered_on=said.happened_on,
        closed_on=None,
        promised_by=fact.by if fact.outcome is Outcome.WILL_BE_DONE else None,
        theirs=fact.theirs or "",
    )


@folds(VoiceClosed)
def _closed(said: Recorded[VoiceClosed], rows: Rows) -> None:
    _take(said, rows, CLOSED, closed_on=said.happened_on)


@folds(PartShredded)
def _shredded(said: Recorded[PartShredded], rows: Rows) -> None:
    text = rows.get(VoiceText, said.fact.entry)
    if text is not None:
        text.erased = True
        rows.put(text)
        voice = rows.get(Voice, text.voice)
        if voice is not None and voice.text == text.id:
            voice.spoken = False  # nobody can listen any more: it goes on without
            rows.put(voice)


def _take(said: Recorded[Any], rows: Rows, state: str, **columns: str | bool | date | None) -> None:
    """Take a step of a voice. Nobody's post is written where its sender took it."""
    voice = rows.the(Voice, said.fact.voice)
    for name, value in columns.items():
        setattr(voice, name, value)
    voice.state = state
    post = "" if isinstance(said.fact, VoiceDisputed) else said.post
    voice.history = [*voice.history, [str(said.id), said.happened_on.isoformat(), post, state]]
    rows.put(voice)
