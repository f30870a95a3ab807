"""Voices at the desk: who reads them, what they may do, and cards from the box."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from cairn.voice.facts import VoiceRouted, VoiceScreened
from cairn.voice.models import Waiting
from security.visitors import invited
from voice.conftest import SAID


@pytest.fixture
def at(desks):
    """A browser at a post."""

    def signed_in(post):
        desks.pen.now = datetime.now(UTC)  # sessions go by the clock
        return invited(desks, post, post)

    return signed_in


def page(visitor, route, *args, status=200):
    response = visitor.client.get(reverse(route, args=args))
    assert response.status_code == status
    return response.content.decode()


def test_a_screener_reads_a_voice_and_sees_what_to_do(desks, voice, at):
    township = at("township")

    assert SAID in page(township, "desk:voices")
    assert f"/en/~desk/record/voice.voice-screened/?voice={voice}" in page(
        township, "desk:voice", voice
    )


def test_only_the_post_that_is_to_answer_reads_it_in_the_village(desks, voice, at):
    committee = at("committee")
    assert SAID not in page(committee, "desk:voices")
    page(committee, "desk:voice", voice, status=404)

    today = desks.today
    desks.record(desks.seat("township"), VoiceScreened(voice=voice), on=today)
    desks.record(desks.seat("township"), VoiceRouted(voice=voice, asked="committee"), on=today)
    assert SAID in page(committee, "desk:voice", voice)
    assert "Answer it" in page(committee, "desk:voice", voice)


@pytest.mark.parametrize("post", ["sponsor", "auditor", "witness"])
def test_who_has_no_business_with_voices_reads_none(voice, at, post):
    visitor = at(post)

    page(visitor, "desk:voices", status=403)
    page(visitor, "desk:voice", voice, status=403)


def test_a_card_from_the_box_waits_like_any_other_voice(desks, at, monkeypatch):
    monkeypatch.setattr("cairn.web.desk.worklist.timezone.now", lambda: desks.now)
    committee = at("committee")
    said = {"place": "qarasu", "category": "water", "text": "The tap drips", "do": "send"}

    page_ = committee.client.post(reverse("desk:card"), said)
    assert page_.status_code == 200
    assert "this is its code" in page_.content.decode()
    (row,) = Waiting.objects.all()
    assert (row.about, b"The tap drips" in bytes(row.said)) == ("qarasu", True)
    assert "committee" not in repr(row.__dict__)


def test_a_card_of_another_village_is_not_entered_here(desks, at):
    said = {"place": "石桥村", "category": "water", "text": "The tap drips"}
    response = at("committee").client.post(reverse("desk:card"), said)

    assert response.status_code == 422
    assert not Waiting.objects.exists()
