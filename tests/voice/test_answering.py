"""One answer for several voices: offered at the desk, ticked, recorded for each or for none, and linked by nothing."""

import re
from datetime import UTC, datetime
from uuid import UUID

import pytest

from cairn.people.models import FormDraft
from cairn.values import Text
from cairn.voice.facts import (
    DisputeAnswered,
    Outcome,
    VoiceAnswered,
    VoiceClosed,
    VoiceDisputed,
    VoiceRouted,
    VoiceScreened,
)
from cairn.voice.models import Voice
from cairn.voice.queries import answer_of, board
from security.visitors import invited
from voice.conftest import work
from voice.test_saying import buckets, clock, code_in, resident  # noqa: F401 - fixtures
from web.test_recording import inputs_of

KIND = "voice.voice-answered"
WORDS = "The seal is replaced; the pump runs"
DONE = {"outcome": "done", "answer_en": WORDS, "by": "", "theirs": ""}


@pytest.fixture
def routed(desks, say):
    """Voices given to a post, in the order in which they were said: routed(("water", "qarasu"), …)."""

    def given(*about, to="committee"):
        keys = [
            str(say(f"voice {nth} of {category}", category=category, place=place))
            for nth, (category, place) in enumerate(about)
        ]
        work(desks, days=1)
        township = desks.seat("township")
        for key in keys:
            desks.record(township, VoiceScreened(voice=key), on=desks.today)
            desks.record(township, VoiceRouted(voice=key, asked=to), on=desks.today)
        return keys

    return given


@pytest.fixture
def water(routed):
    """Three voices about the water of one village, that wait for its committee."""
    return routed(*[("water", "qarasu")] * 3)


@pytest.fixture
def committee(desks):
    """A browser at the committee's post."""
    desks.pen.now = datetime.now(UTC)  # sessions go by the clock
    return invited(desks, "committee", "committee")


def opened(visitor, voice):
    return visitor.get(f"record/{KIND}/?voice={voice}")


def boxes(page):
    """What each box would send, by what stands beside it."""
    found = re.findall(
        r'name="also" value="([^"]+)"[^>]*> <span[^>]*>([^<]*)<', page.content.decode()
    )
    return {said: value for value, said in found}


def answer(visitor, voice, *ticked, **said):
    """Open the form of a voice, tick some of those beside it, and press."""
    page = opened(visitor, voice)
    filled = {**inputs_of(page), **DONE, **said}
    filled |= {"also": [boxes(page)[one] for one in ticked]}
    return filled, visitor.post(f"record/{KIND}/", **filled)


def given(desks, key, words=WORDS, outcome=Outcome.DONE):
    said = VoiceAnswered(voice=key, outcome=outcome, answer=Text(en=words))
    desks.record(desks.seat("committee"), said, on=desks.today)


def states(desks, keys):
    return [desks.pen.the("voice", key).state for key in keys]


def test_those_alike_are_offered_and_no_others(desks, routed, committee):
    one, *_rest = routed(
        ("water", "qarasu"), ("water", "qarasu"), ("road", "qarasu"), ("water", "石桥村")
    )
    routed(("water", "qarasu"), to="keeper")
    answered_before = routed(("water", "qarasu"))[0]
    said = VoiceAnswered(voice=answered_before, outcome=Outcome.DONE, answer=Text(en="Done"))
    desks.record(desks.seat("committee"), said, on=desks.today)

    assert list(boxes(opened(committee, one))) == ["voice 1 of water"]


def test_one_press_answers_each_with_a_fact_of_its_own(desks, water, committee):
    _filled, done = answer(committee, water[0], "voice 2 of water")

    assert done.status_code == 302
    rows = [desks.pen.the("voice", key) for key in water]
    assert [row.state for row in rows] == ["answered", "routed", "answered"]
    assert rows[0].answered != rows[2].answered
    assert answer_of(desks.programme, rows[2]).said == {"en": WORDS}


def test_nothing_on_record_says_that_they_belong_together(desks, water, committee):
    answer(committee, water[0], "voice 1 of water", "voice 2 of water")

    rows = [vars(desks.pen.the("voice", key)) for key in water]
    for own in rows:
        others = {key for key in water if key != own["id"]}
        others |= {row["answered"] for row in rows if row["id"] != own["id"]}
        assert not [one for one in others if one in repr(own)]
    ids = {UUID(row["answered"]) for row in rows}
    assert len({one.int >> 80 for one in ids}) == 3  # nor do their ids share a millisecond
    assert not FormDraft.objects.exists()


def test_what_is_ticked_is_kept_in_no_draft(desks, water, committee):
    page = opened(committee, water[0])
    filled = {**inputs_of(page), **DONE, "do": "keep"}
    filled["also"] = list(boxes(page).values())
    committee.post(f"record/{KIND}/", **filled)
    committee.post(f"record/{KIND}/draft/", **filled)

    (draft,) = FormDraft.objects.all()
    assert "also" not in draft.said
    assert not [key for key in water[1:] if key in repr(draft.said)]


def test_all_are_answered_or_none(desks, water, committee):
    page = opened(committee, water[0])
    filled = {**inputs_of(page), **DONE, "also": list(boxes(page).values())}
    said = VoiceAnswered(voice=water[2], outcome=Outcome.CANNOT, answer=Text(en="No"))
    desks.record(desks.seat("committee"), said, on=desks.today)
    refused = committee.post(f"record/{KIND}/", **filled)

    assert refused.status_code == 422
    assert "does not wait for its answer any more" in refused.content.decode()
    assert states(desks, water) == ["routed", "routed", "answered"]
    assert list(boxes(refused)) == ["voice 1 of water"]


def test_one_that_cannot_be_answered_on_that_day_holds_up_the_others(desks, water, say, committee):
    late = str(say("one more"))
    work(desks, days=9)
    township, today = desks.seat("township"), desks.today
    desks.record(township, VoiceScreened(voice=late), on=today)
    desks.record(township, VoiceRouted(voice=late, asked="committee"), on=today)
    early = str(desks.pen.the("voice", water[0]).received_on)
    _filled, refused = answer(committee, water[0], "one more", happened_on=early)

    assert refused.status_code == 422
    assert "one more It came only on" in refused.content.decode()
    assert states(desks, [*water, late]) == ["routed"] * 4


def test_what_is_sent_twice_is_recorded_once(desks, water, committee):
    filled, first = answer(committee, water[0], "voice 1 of water")
    second = committee.post(f"record/{KIND}/", **filled)

    assert second["Location"] == first["Location"]
    assert [len(desks.pen.the("voice", key).history) for key in water] == [3, 3, 2]


def test_a_voice_that_is_answered_already_is_read_beside_its_form_and_no_other_is_offered(
    desks, water, committee
):
    given(desks, water[0], outcome=Outcome.CANNOT)
    page = opened(committee, water[0])

    assert "voice 0 of water" in page.content.decode()
    assert boxes(page) == {}


def test_a_voice_of_another_post_is_not_read_beside_the_form(desks, routed, committee):
    (other,) = routed(("water", "石桥村"), to="other-committee")

    assert "voice 0 of water" not in opened(committee, other).content.decode()


@pytest.mark.parametrize("also", ["x", "{other}:x", "{other}:01936f0a-0000-7000-8000-000000000002"])
def test_what_was_not_offered_is_not_answered(desks, routed, committee, also):
    one, other = routed(("water", "qarasu"), ("road", "qarasu"))
    filled = {**inputs_of(opened(committee, one)), **DONE, "also": also.format(other=other)}
    committee.post(f"record/{KIND}/", **filled)

    assert states(desks, [other]) == ["routed"]


def test_a_form_that_answers_nothing_of_the_sort_takes_no_boxes(desks, committee):
    page = committee.get("record/works.need-raised/")
    answer = committee.post("record/works.need-raised/", **inputs_of(page), also="x")

    assert "The form sent what it does not ask for: also" in answer.content.decode()


# What the board shows


def shown(desks):
    return board(programme=desks.programme, place="qarasu", today=desks.today)


def test_an_answer_to_three_voices_stands_once_and_all_three_count(desks, routed):
    keys = routed(*[("water", "qarasu")] * 5)
    for key in keys[:4]:
        given(desks, key)
    given(desks, keys[4], "Another answer")
    found = shown(desks)

    assert sorted(one.said["en"] for one in found.answers) == ["Another answer", WORDS]
    assert found.answered == 5


def test_what_would_read_alike_stands_once_whatever_it_is_about(desks, routed):
    """That the same words answer water and road is nowhere shown, so it is not shown by two lines."""
    keys = routed(("water", "qarasu"), ("road", "qarasu"), ("water", "qarasu"))
    given(desks, keys[0])
    given(desks, keys[1])
    given(desks, keys[2], outcome=Outcome.CANNOT)

    assert sorted(one.outcome for one in shown(desks).answers) == ["cannot", "done"]


def test_a_dispute_reopens_one_voice_and_nothing_on_the_board_says_so(desks, water):
    for key in water:
        given(desks, key)
    desks.record(desks.seat("township"), VoiceClosed(voice=water[1]), on=desks.today)
    before = shown(desks).answers
    desks.pen.record(VoiceDisputed(voice=water[0]), on=desks.today)

    assert states(desks, water) == ["disputed", "closed", "answered"]
    assert shown(desks).answers == before
    assert [one.closed for one in before] == [False]
    anew = DisputeAnswered(voice=water[0], outcome=Outcome.CANNOT, answer=Text(en="Not before May"))
    desks.record(desks.seat("county"), anew, on=desks.today)
    assert {one.said["en"] for one in shown(desks).answers} == {WORDS, "Not before May"}
    assert answer_of(desks.programme, desks.pen.the("voice", water[1])).said == {"en": WORDS}


def test_it_is_closed_once_all_are(desks, water):
    township = desks.seat("township")
    for key in water:
        given(desks, key)
    closed = []
    for key in water:
        desks.record(township, VoiceClosed(voice=key), on=desks.today)
        closed.append(shown(desks).answers[0].closed)

    assert closed == [False, False, True]


def test_what_several_were_given_says_what_it_is_about_as_each_would(desks, routed):
    """Labels come in fives of voices, once their month is over; alike, they still stand once."""
    keys = routed(*[("water", "qarasu")] * 10)
    for nth, key in enumerate(keys):
        given(desks, key, f"Answer {nth % 2}")
    month = desks.today.isoformat()[:7]
    assert [one.month for one in shown(desks).answers] == ["", ""]

    desks.later(days=40)
    assert [one.month for one in shown(desks).answers] == [month, month]


def test_each_code_shows_the_answer_and_disputes_its_own_voice_alone(desks, resident):  # noqa: F811
    codes = [code_in(resident.say(f"No water, says {nth}")) for nth in range(2)]
    work(desks, days=1)
    keys = list(Voice.objects.filter(programme=desks.programme).values_list("id", flat=True))
    for key in keys:
        township, today = desks.seat("township"), desks.today
        desks.record(township, VoiceScreened(voice=key), on=today)
        desks.record(township, VoiceRouted(voice=key, asked="committee"), on=today)
    committee = invited(desks, "committee", "committee")  # by the clock of the pages
    (other,) = boxes(opened(committee, keys[0]))
    answer(committee, keys[0], other)

    assert all(WORDS in resident.look(code).content.decode() for code in codes)
    resident.look(codes[0], do="dispute")
    work(desks, days=1)
    assert sorted(states(desks, keys)) == ["answered", "disputed"]
    assert "did not happen" in resident.look(codes[0]).content.decode()
    assert WORDS in resident.look(codes[1]).content.decode()
