"""The form, the warning, the door, the code: as a browser without scripts and without cookies has them."""

import re

import pytest
from django.test import Client

from cairn.following.snapshot import bring_up_to_date
from cairn.journal import sealing
from cairn.values import Text
from cairn.voice import throttle
from cairn.voice.facts import Outcome, VoiceAnswered, VoiceClosed, VoiceRouted, VoiceScreened
from cairn.voice.models import Slip, Turned, Voice, Waiting
from voice.conftest import SAID, work

HERE = {"Origin": "http://testserver"}


@pytest.fixture(autouse=True)
def buckets(monkeypatch):
    """Full buckets: those of a process outlive a test."""
    fresh = throttle.Buckets()
    monkeypatch.setattr("cairn.web.public.say.buckets", fresh)
    monkeypatch.setattr("cairn.web.public.code.buckets", fresh)
    return fresh


@pytest.fixture
def clock(desks, monkeypatch):
    """Pages take today to be the desks'."""
    monkeypatch.setattr("cairn.web.public.reads.timezone.now", lambda: desks.now)
    return desks


class Resident:
    """Somebody with a browser, in a village."""

    def __init__(self, programme, place="qarasu"):
        self.client = Client(enforce_csrf_checks=True)
        self.form = f"/en/{programme}/places/{place}/say/"
        self.codes = f"/en/{programme}/~code/"
        self.board = f"/en/{programme}/places/{place}/answers/"

    def say(self, text=SAID, category="water", *, do="send", **headers):
        said = {"text": text, "category": category, "do": do}
        return self.client.post(self.form, said, headers=HERE | headers)

    def look(self, code, do=""):
        return self.client.post(self.codes, {"code": code, "do": do}, headers=HERE)


@pytest.fixture
def resident(clock):
    return Resident(clock.programme)


def code_in(response):
    return re.search(r'<p class="code"[^>]*><bdi>([0-9A-Z-]+)</bdi>', response.content.decode())[1]


def answered(desks, key, outcome=Outcome.DONE, answer="The pump is mended", by=None):
    today, voice = desks.today, str(key)
    desks.record(desks.seat("township"), VoiceScreened(voice=voice), on=today)
    desks.record(desks.seat("township"), VoiceRouted(voice=voice, asked="committee"), on=today)
    fact = VoiceAnswered(voice=voice, outcome=outcome, answer=Text(en=answer), by=by)
    return desks.record(desks.seat("committee"), fact, on=today)


def test_anybody_says_something_and_gets_a_code_once(resident):
    response = resident.say()

    assert response.status_code == 200
    assert re.fullmatch(r"([0-9A-Z]{4}-){6}[0-9A-Z]{4}", code_in(response))
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies
    assert Waiting.objects.count() == 1


def test_the_form_says_what_is_kept_and_that_a_village_may_guess(resident):
    page = resident.client.get(resident.form)

    assert "Not the hour, not your device, no address, no cookie." in page.content.decode()
    assert "others may guess who wrote" in page.content.decode()
    assert "<script" not in page.content.decode()
    assert not page.cookies


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Referer": "https://elsewhere.example/form"},
        {"Referer": "http://testserver.elsewhere.example/"},
    ],
)
def test_a_form_from_elsewhere_is_refused(resident, headers):
    said = {"text": SAID, "category": "water"}

    assert resident.client.post(resident.form, said, headers=headers).status_code == 403
    assert resident.client.post(resident.codes, {"code": "x"}, headers=headers).status_code == 403
    assert not Waiting.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [HERE, {"Sec-Fetch-Site": "same-origin"}, {"Referer": "http://testserver/en/"}],
)
def test_a_form_from_here_is_taken_whichever_header_the_browser_sends(resident, headers):
    said = {"text": SAID, "category": "water"}

    assert resident.client.post(resident.form, said, headers=headers).status_code == 200


def test_what_shows_somebody_is_warned_of_and_nothing_is_kept(resident):
    response = resident.say("Call 13812345678 about the pump")

    assert response.status_code == 422
    page = response.content.decode()
    assert "<mark>13812345678</mark>" in page
    assert "a telephone number or account" in page
    assert not Waiting.objects.exists()


def test_it_may_be_sent_all_the_same(resident):
    response = resident.say("Call 13812345678 about the pump", do="anyway")

    assert code_in(response)


def test_the_name_of_whoever_holds_a_post_is_seen(resident, desks):
    desks.appoint("gulnara", "committee")
    response = resident.say(f"gulnara@{desks.programme} has not come")

    assert response.status_code == 422


def test_what_is_too_sensitive_is_not_kept_and_the_door_is_named(resident):
    response = resident.say("He hits her", category="abuse")

    page = response.content.decode()
    assert response.status_code == 200
    assert "Ring 110" in page
    assert "He hits her" not in page
    assert not Waiting.objects.exists()
    assert list(Turned.objects.values_list("times", flat=True)) == [1]


@pytest.mark.parametrize(
    ("text", "category"), [("", "water"), (SAID, "nothing-offered"), ("x" * 2001, "water")]
)
def test_what_cannot_be_taken_is_said_and_stays_in_the_form(resident, text, category):
    response = resident.say(text, category)

    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    assert not Waiting.objects.exists()


def test_signs_that_no_page_can_show_are_refused(resident):
    assert resident.say("a\x01b").status_code == 422


def test_there_is_no_form_in_a_past_nor_for_a_place_that_is_not_there(resident, clock):
    assert resident.client.get(resident.form.replace("qarasu", "nowhere")).status_code == 404
    past = resident.form.replace(clock.programme, f"{clock.programme}@5")
    assert resident.client.get(past).status_code in {404, 503}


def test_a_code_opens_its_voice_and_shows_its_answer(resident, clock):
    code = code_in(resident.say())

    assert "tomorrow" in resident.look(code).content.decode()
    work(clock, days=1)
    assert "nobody has looked at it" in resident.look(code).content.decode()
    answered(clock, Voice.objects.get(programme=clock.programme).id)
    page = resident.look(code.lower().replace("-", " ")).content.decode()
    assert "The pump is mended" in page
    assert SAID not in page


@pytest.mark.parametrize("typed", ["", "x", "0000-0000-0000-0000-0000-0000-0000"])
def test_another_code_opens_nothing(resident, typed):
    resident.say()
    response = resident.look(typed)

    assert response.status_code == 422
    assert response["Cache-Control"] == "no-store"


def test_a_code_in_an_address_opens_nothing(resident):
    code = code_in(resident.say())
    response = resident.client.get(resident.codes, {"code": code})

    assert (response.status_code, response["Location"]) == (302, resident.codes)


def test_whoever_holds_the_code_says_that_it_did_not_happen(resident, clock):
    code = code_in(resident.say())
    work(clock, days=1)
    voice = Voice.objects.get(programme=clock.programme).id
    answered(clock, voice)

    assert "goes one level up" in resident.look(code, "dispute").content.decode()
    resident.look(code, "dispute")
    assert Waiting.objects.count() == 1
    work(clock, days=1)

    assert clock.pen.the("voice", voice).state == "disputed"
    assert clock.pen.the("voice", voice).history[-1][2] == ""


def test_a_village_is_slowed_down_and_another_is_not(resident, clock):
    for _time in range(10):
        assert resident.say().status_code == 200
    slowed = resident.say()

    assert slowed.status_code == 429
    assert SAID in slowed.content.decode()
    assert Resident(clock.programme, "石桥村").say().status_code == 200


def test_a_bucket_fills_again():
    now = [0.0]
    bucket = throttle.Buckets(lambda: now[0])
    taken = [bucket.take("teams/qarasu") for _time in range(12)]
    now[0] = 20.0

    assert taken == [True] * 10 + [False] * 2
    assert [bucket.take("teams/qarasu"), bucket.take("teams/qarasu")] == [True, False]


def test_the_code_of_an_erased_text_opens_nothing_any_more(resident, clock):
    code = code_in(resident.say())
    work(clock, days=1)
    voice = Voice.objects.get(programme=clock.programme).id
    answered(clock, voice)
    clock.record(clock.seat("township"), VoiceClosed(voice=voice), on=clock.today)

    work(clock, days=89)
    assert Slip.objects.exists()
    work(clock, days=1)
    assert not Slip.objects.exists()
    assert resident.look(code).status_code == 422
    bring_up_to_date(clock.programme)
    assert "The pump is mended" in resident.client.get(resident.board).content.decode()


def test_nothing_of_a_voice_is_in_a_read_model(resident, clock):
    resident.say()
    work(clock, days=1)

    assert SAID not in repr(clock.pen.tables())
    assert sealing.answers_of(clock.programme, [Voice.objects.get(programme=clock.programme).text])
