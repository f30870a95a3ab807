"""What voices leave open: to look at, to give to a post, to answer, to keep a promise, to close."""

from collections.abc import Iterator
from datetime import date

from cairn.journal.fact import Fact
from cairn.voice.clocks import working_days_after
from cairn.voice.facts import (
    ANSWERED,
    DISPUTED,
    OPEN,
    RECEIVED,
    ROUTED,
    SCREENED,
    DisputeAnswered,
    Outcome,
    VoiceAnswered,
    VoiceClosed,
    VoiceMerged,
    VoiceRedacted,
    VoiceRedirected,
    VoiceRouted,
    VoiceScreened,
)
from cairn.voice.models import Voice
from cairn.voice.queries import clocks
from cairn.worklist.clocks import DAYS
from cairn.worklist.commitment import Owed, Way, after


def owed(programme: str, today: date) -> Iterator[Owed]:
    """Everything that voices leave open. Each is owed to the village that it came from."""
    del today
    days = clocks(programme)
    for row in Voice.objects.filter(programme=programme, state__in=OPEN):
        since = _last_day(row)
        if row.state == RECEIVED:
            ways = (VoiceScreened, VoiceRedacted)
            yield _about(row, "voice-screen", since, row.screen_by, *ways)
        elif row.state == SCREENED:
            due = min(working_days_after(since, days.screen_days), max(row.answer_by, since))
            yield _about(row, "voice-route", since, due, VoiceRouted, VoiceMerged, VoiceRedacted)
        elif row.state == ROUTED:
            due = row.answer_by
            yield _about(row, "voice-answer", since, due, VoiceAnswered, VoiceRedirected)
        elif row.state == DISPUTED:
            due = working_days_after(since, days.answer_days)
            yield _about(row, "voice-dispute", since, due, DisputeAnswered)
        elif row.state == ANSWERED:
            yield _after_its_answer(row, since)


def _after_its_answer(row: Voice, since: date) -> Owed:
    """A promise is owed by its day; any other answer is closed once its sender had time to read it."""
    if row.outcome == Outcome.WILL_BE_DONE and row.promised_by:
        return _about(row, "voice-promise", since, row.promised_by, VoiceAnswered)
    due = after(since, DAYS["voice-close"])
    return _about(row, "voice-close", since, due, VoiceClosed, VoiceAnswered)


def _about(row: Voice, sort: str, since: date, due: date, *kinds: type[Fact]) -> Owed:
    return Owed(
        sort=sort,
        key=row.id,
        of=("voice", row.id),
        to=("place", row.place),
        since=since,
        due=due,
        ways=tuple(Way(kind.kind, {"voice": row.id}) for kind in kinds),
    )


def _last_day(row: Voice) -> date:
    """The day of its last step."""
    return date.fromisoformat(row.history[-1][1]) if row.history else row.received_on
