"""A voice step by step, and its end: what is refused, what is erased when, what the board shows."""

import json
from datetime import date, timedelta

import pytest
from django.conf import settings

from cairn.catalog import journal
from cairn.following.snapshot import bring_up_to_date
from cairn.journal import sealing
from cairn.journal.journal import RefusedError
from cairn.journal.models import Entry
from cairn.people.record import MayNotError
from cairn.values import Text
from cairn.voice import upkeep
from cairn.voice.clocks import blank_goes_on, working_days_after
from cairn.voice.facts import (
    ClocksSet,
    DisputeAnswered,
    Outcome,
    VoiceAnswered,
    VoiceClosed,
    VoiceDisputed,
    VoiceRedacted,
    VoiceRedirected,
    VoiceRouted,
    VoiceScreened,
)
from cairn.voice.models import VoiceText
from cairn.voice.queries import board
from cairn.worklist.queries import worklist
from cast import named
from voice.conftest import SAID, work

ANSWER = Text(en="The pump is mended")


def step(desks, post, fact):
    desks.record(desks.seat(post), fact, on=desks.today)


def refusal(desks, post, fact):
    try:
        step(desks, post, fact)
    except RefusedError as refused:
        return {one.field for one in refused.objections}
    return set()


def answered(desks, voice, outcome=Outcome.DONE, answer=ANSWER, **more):
    step(desks, "township", VoiceScreened(voice=voice))
    step(desks, "township", VoiceRouted(voice=voice, asked="committee"))
    step(desks, "committee", VoiceAnswered(voice=voice, outcome=outcome, answer=answer, **more))


def texts(desks):
    """Every text of a voice that is left."""
    ids = VoiceText.objects.filter(programme=desks.programme).values_list("id", flat=True)
    return {
        said["text"]
        for said in sealing.answers_of(desks.programme, list(ids)).values()
        if "text" in said
    }


def test_a_voice_is_looked_at_given_answered_and_closed(desks, voice):
    answered(desks, voice)
    step(desks, "township", VoiceClosed(voice=voice))

    row = desks.pen.the("voice", voice)
    assert row.state == "closed"
    assert [(post, state) for _fact, _day, post, state in row.history] == [
        ("township", "screened"),
        ("township", "routed"),
        ("committee", "answered"),
        ("township", "closed"),
    ]


@pytest.mark.parametrize(
    ("post", "fact"),
    [
        ("committee", lambda v: VoiceScreened(voice=v)),
        ("sponsor", lambda v: VoiceScreened(voice=v)),
        ("witness", lambda v: VoiceRouted(voice=v, asked="committee")),
        ("leader", lambda v: VoiceClosed(voice=v)),
    ],
)
def test_only_the_levels_above_a_village_look_at_its_voices(desks, voice, post, fact):
    with pytest.raises(MayNotError):
        step(desks, post, fact(voice))


def test_nobody_answers_what_was_not_looked_at(desks, voice):
    routed = VoiceRouted(voice=voice, asked="committee")

    assert refusal(desks, "township", routed) == {"voice"}
    step(desks, "township", VoiceScreened(voice=voice))
    step(desks, "township", routed)
    assert refusal(desks, "township", VoiceScreened(voice=voice)) == {"voice"}


@pytest.mark.parametrize("asked", ["auditor", "witness", "sponsor"])
def test_who_answers_for_nothing_is_given_no_voice(desks, voice, asked):
    step(desks, "township", VoiceScreened(voice=voice))

    assert refusal(desks, "township", VoiceRouted(voice=voice, asked=asked)) == {"asked"}


@pytest.mark.parametrize(
    ("outcome", "more", "wrong"),
    [
        (Outcome.WILL_BE_DONE, {}, {"by"}),
        (Outcome.DONE, {"by": date(2026, 1, 1)}, {"by"}),
        (Outcome.NOT_OURS, {}, {"theirs"}),
        (Outcome.CANNOT, {"theirs": "county-office"}, {"theirs"}),
        (Outcome.WILL_BE_DONE, {"by": date(2025, 1, 2)}, {"by"}),
    ],
)
def test_an_answer_says_what_it_comes_to(desks, voice, outcome, more, wrong):
    step(desks, "township", VoiceScreened(voice=voice))
    step(desks, "township", VoiceRouted(voice=voice, asked="committee"))
    fact = VoiceAnswered(voice=voice, outcome=outcome, answer=ANSWER, **more)

    assert refusal(desks, "committee", fact) == wrong


def test_a_promise_is_owed_by_its_day_and_is_not_closed_before_it_is_kept(desks, voice):
    by = desks.today + timedelta(30)
    answered(desks, voice, Outcome.WILL_BE_DONE, by=by)
    owed = [
        one
        for one in worklist(programme=desks.programme, journal=journal, today=desks.today)
        if one.what == "voice"
    ]

    assert [(one.sort, one.due, [p.id for p in one.owed_by]) for one in owed] == [
        ("voice-promise", by, ["committee"])
    ]
    assert refusal(desks, "township", VoiceClosed(voice=voice)) == {"voice"}
    step(desks, "committee", VoiceAnswered(voice=voice, outcome=Outcome.DONE, answer=ANSWER))
    step(desks, "township", VoiceClosed(voice=voice))


def test_a_dispute_goes_one_level_up_past_whoever_answered(desks, voice):
    step(desks, "township", VoiceScreened(voice=voice))
    step(desks, "township", VoiceRouted(voice=voice, asked="township"))
    step(desks, "township", VoiceAnswered(voice=voice, outcome=Outcome.DONE, answer=ANSWER))
    desks.pen.record(VoiceDisputed(voice=voice), on=desks.today)
    (owed,) = (
        one
        for one in worklist(programme=desks.programme, journal=journal, today=desks.today)
        if one.sort == "voice-dispute"
    )
    again = DisputeAnswered(voice=voice, outcome=Outcome.CANNOT, answer=ANSWER)

    assert {post.id for post in owed.owed_by} == {"county", "county-2"}
    assert refusal(desks, "township", again) == {"voice"}
    step(desks, "county", again)
    assert desks.pen.the("voice", voice).outcome == "cannot"


def test_it_is_passed_on_and_its_clock_goes_on(desks, voice):
    step(desks, "township", VoiceScreened(voice=voice))
    step(desks, "township", VoiceRouted(voice=voice, asked="committee"))
    due = desks.pen.the("voice", voice).answer_by
    step(desks, "committee", VoiceRedirected(voice=voice, asked="county", reason="A county road"))

    row = desks.pen.the("voice", voice)
    assert (row.post, row.answer_by, row.state) == ("county", due, "routed")


def test_the_clocks_are_working_days_and_the_programme_sets_them(desks, voice, say):
    row = desks.pen.the("voice", voice)
    assert (row.received_on, row.screen_by, row.answer_by) == (
        date(2025, 6, 30),  # a Monday
        date(2025, 7, 2),
        date(2025, 7, 21),
    )
    desks.pen.record(ClocksSet(screen_days=1, answer_days=5, keep_days=30), on=desks.today)
    key = say()
    work(desks, days=1)

    assert desks.pen.the("voice", str(key)).answer_by == date(2025, 7, 8)
    assert working_days_after(date(2025, 7, 4), 1) == date(2025, 7, 7)


def test_what_waits_too_long_goes_up_a_level_on_reading(desks, voice):
    (one,) = (
        one
        for one in worklist(programme=desks.programme, journal=journal, today=date(2025, 7, 3))
        if one.sort == "voice-screen"
    )

    assert [[post.id for post in rung.posts] for rung in one.rungs] == [
        ["township"],
        ["county", "county-2"],
    ]


# Erasing


def test_what_was_written_first_is_erased_once_it_was_written_anew(desks, voice):
    step(desks, "township", VoiceRedacted(voice=voice, text="The pump stands still; […]"))
    assert SAID in texts(desks)
    work(desks)

    assert texts(desks) - {"-"} == {"The pump stands still; […]"}
    shredded = Entry.objects.filter(programme=desks.programme, kind="journal.part-shredded")
    assert voice in {json.loads(bytes(entry.body))["fact"]["entry"] for entry in shredded}


def test_a_text_is_erased_ninety_days_after_it_was_closed_and_not_before(desks, voice):
    answered(desks, voice)
    step(desks, "township", VoiceClosed(voice=voice))

    work(desks, days=89)
    assert SAID in texts(desks)
    work(desks, days=1)
    assert SAID not in texts(desks)
    assert board(programme=desks.programme, place="qarasu", today=desks.today).answers[0].said


def test_a_text_is_erased_after_two_years_closed_or_not(desks, voice):
    work(desks, days=728)
    assert SAID in texts(desks)
    work(desks, days=1)
    assert texts(desks) <= {"-"}


def test_blanks_are_erased_on_days_that_nobody_outside_can_foresee(desks, say):
    for day in range(8):
        say(f"voice {day}")
        work(desks, days=1)
    blanks = VoiceText.objects.filter(programme=desks.programme, voice="")
    goes_on = {
        id_: blank_goes_on(received_on, id_, secret=settings.SECRET_KEY)
        for id_, received_on in blanks.values_list("id", "received_on")
    }
    many = []
    for _quarter in range(7):  # till the voices' own texts go, and blanks with them
        work(desks, days=90)
        left = set(blanks.filter(id__in=goes_on, erased=False).values_list("id", flat=True))
        assert left == {id_ for id_, day in goes_on.items() if day is None or day > desks.today}
        many.append(len(left))
    assert 0 < many[0] < len(goes_on)
    work(desks, days=180)
    left = set(blanks.filter(id__in=goes_on, erased=False).values_list("id", flat=True))
    assert left == {id_ for id_, day in goes_on.items() if day is None}
    entry, first = str(blanks[0].id), date(2025, 6, 30)
    days = {blank_goes_on(first, entry, secret=f"secret {n}") for n in range(200)}
    assert len(days) > 50
    assert None in days
    assert max(days - {None}) <= first + timedelta(730)


def test_rebuilding_erases_nothing_anew_and_gives_the_same_tables(desks, voice):
    answered(desks, voice)
    step(desks, "township", VoiceClosed(voice=voice))
    work(desks, days=120)
    before = desks.pen.tables()

    journal.rebuild(desks.programme)

    assert desks.pen.tables() == before


# The board


def test_the_board_shows_answers_and_small_counts_as_fewer_than_five(desks, voice):
    answered(desks, voice)
    found = board(programme=desks.programme, place="qarasu", today=desks.today)

    assert [(one.said, one.outcome, one.category, one.month) for one in found.answers] == [
        (ANSWER.by_language(), "done", {}, "")
    ]
    assert (found.received, found.answered, found.closed, found.done) == (0, 0, 0, 0)


def test_closed_is_not_done_and_both_are_counted(desks, say):
    keys = [str(say(f"voice {n}")) for n in range(11)]
    work(desks, days=1)
    for nth, key in enumerate(keys):
        answered(desks, key, Outcome.DONE if nth < 5 else Outcome.CANNOT, Text(en=f"Answer {nth}"))
        step(desks, "township", VoiceClosed(voice=key))
    found = board(programme=desks.programme, place="qarasu", today=desks.today)

    assert (found.received, found.answered, found.closed) == (10, 10, 10)
    assert found.done in {0, 5}  # where five begin the secret decides
    assert len(found.answers) == 11


def test_answers_say_what_and_when_once_their_month_is_over(desks, say):
    keys = [str(say(f"voice {n}")) for n in range(11)]
    work(desks, days=1)
    for nth, key in enumerate(keys):
        answered(desks, key, answer=Text(en=f"Answer {nth}"))

    def labels(today):
        found = board(programme=desks.programme, place="qarasu", today=today)
        return [(one.category, one.month) for one in found.answers if one.month]

    assert labels(date(2025, 7, 31)) == []
    assert labels(date(2025, 8, 1)) == []  # where the programme is; in UTC July goes on
    # Ten of eleven could be labelled; the eleventh alone would be found out, so five more are not.
    july = [(named("water").by_language(), "2025-07")] * 5
    assert labels(date(2025, 8, 2)) == july
    step(desks, "committee", VoiceAnswered(voice=keys[0], outcome=Outcome.CANNOT, answer=ANSWER))
    assert labels(date(2025, 9, 30)) == july


def test_that_an_answer_is_disputed_is_not_shown(desks, voice):
    answered(desks, voice)
    desks.pen.record(VoiceDisputed(voice=voice), on=desks.today)
    open_one = board(programme=desks.programme, place="qarasu", today=desks.today)
    step(desks, "county", DisputeAnswered(voice=voice, outcome=Outcome.DONE, answer=ANSWER))
    step(desks, "township", VoiceClosed(voice=voice))
    closed = board(programme=desks.programme, place="qarasu", today=desks.today)
    desks.pen.record(VoiceDisputed(voice=voice), on=desks.today)

    assert not open_one.answers[0].closed
    assert closed.answers[0].closed
    assert board(programme=desks.programme, place="qarasu", today=desks.today) == closed


def test_what_was_closed_may_be_answered_anew_and_is_open_again(desks, voice):
    """Else whoever sees an answer change after it was closed knows that it was disputed."""
    answered(desks, voice)
    step(desks, "township", VoiceClosed(voice=voice))
    step(desks, "committee", VoiceAnswered(voice=voice, outcome=Outcome.CANNOT, answer=ANSWER))

    row = desks.pen.the("voice", voice)
    assert (row.state, row.outcome, row.closed_on) == ("answered", "cannot", None)


def test_with_what_is_erased_as_its_voice_was_closed_some_blanks_go(desks, say, voice, monkeypatch):
    """A single erasure, so many days after a closing that everybody saw, would tell the day it came."""
    for number in range(6):
        say(f"voice {number}")
        work(desks, days=1)
    answered(desks, voice)
    step(desks, "township", VoiceClosed(voice=voice))
    late = desks.today + timedelta(91)  # the days that blanks have by themselves
    monkeypatch.setattr(upkeep, "blank_goes_on", lambda *_of, **_secret: late)
    work(desks, days=89)
    before = set(VoiceText.objects.filter(programme=desks.programme, erased=True).values_list("id"))
    (done,) = work(desks, days=1)

    assert done.erased == 1 + upkeep.ALONG
    erased = VoiceText.objects.filter(programme=desks.programme, erased=True)
    gone = [row for row in erased if (row.id,) not in before]
    assert [row.voice for row in gone if row.voice] == [voice]


def test_the_board_tells_no_order_of_time(desks, say):
    keys = [str(say(f"voice {n}")) for n in range(4)]
    work(desks, days=1)
    in_order = sorted(keys)
    said = ("Dug", "Asked", "Paid", "Built")  # as their keys are ordered, and not as letters are
    for nth in (2, 0, 3, 1):  # neither the newest first nor the oldest is the order of their keys
        answered(desks, in_order[nth], Outcome.DONE, Text(en=said[nth]))
        desks.later(days=1)
    found = board(programme=desks.programme, place="qarasu", today=desks.today)

    assert [one.said["en"] for one in found.answers] == list(said)


def test_the_pages_show_it_in_both_languages(desks, voice, client):
    answered(desks, voice)
    bring_up_to_date(desks.programme)

    for language in ("en", "zh-hans"):
        page = client.get(f"/{language}/{desks.programme}/places/qarasu/answers/")
        assert page.status_code == 200
        assert "The pump is mended" in page.content.decode()
