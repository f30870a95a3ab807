"""A voice that is a recording: waiting, heard by whoever looks first, written down, and gone."""

import json
import re
from datetime import UTC, datetime
from hashlib import sha256
from random import Random

import pytest
from django.urls import reverse

from cairn.catalog import journal
from cairn.journal import files, sealing, shredding
from cairn.journal.facts import PartShredded
from cairn.journal.journal import RefusedError
from cairn.journal.models import Entry
from cairn.journal.recordings import made_plain
from cairn.programme.facts import PlaceAdded, PlaceLevel, PostOpened, PostRole
from cairn.publish.openings import openings_of
from cairn.values import Text
from cairn.voice import upkeep, waiting
from cairn.voice.facts import (
    CategoryOffered,
    Outcome,
    VoiceAnswered,
    VoiceClosed,
    VoiceRedacted,
    VoiceRouted,
    VoiceScreened,
    VoiceSpoken,
)
from cairn.voice.models import Slip, Voice, VoiceText, Waiting
from cairn.worklist.queries import worklist
from cast import a_recording, named
from journal.test_recordings import long, sample
from security.visitors import invited
from voice.conftest import work
from voice.test_canaries import rows
from voice.test_saying import buckets, clock, code_in  # noqa: F401 - fixtures
from voice.test_spoken_sent import speaker  # noqa: F401 - likewise

WORDS = "The pump has stood still for a week"


@pytest.fixture(autouse=True)
def _within_a_transaction(monkeypatch):
    """The test rolls back, so that nothing is ever durable."""
    monkeypatch.setattr(sealing, "after_erasing", lambda _programme: None)
    monkeypatch.setattr(upkeep, "after_releasing", lambda _programme: None)


@pytest.fixture
def passing(desks, django_capture_on_commit_callbacks):
    """Let days pass, and whatever follows once it is durable."""

    def passed(*, days=0, seed=None):
        with django_capture_on_commit_callbacks(execute=True):
            return work(desks, days=days, seed=seed)

    return passed


@pytest.fixture
def spoken(desks, passing):
    """A recording that came into the journal today: the id of its voice."""
    key = speak(desks)
    passing(days=1)
    return str(key)


def speak(desks, sound=None, *, category="water", place="qarasu", chance=None):
    content = made_plain(sample("tone.m4a") if sound is None else sound)

    return waiting.keep(
        VoiceSpoken(place=place, category=category, text=sha256(content).hexdigest()),
        programme=desks.programme,
        about=place,
        on=desks.today,
        slip="",
        chance=chance or Random(str(content)),  # noqa: S311 - a test that can be foreseen
        sound=content,
    )


def kept(desks):
    """The bytes of every recording that is kept as a file."""
    return [path.read_bytes() for _file, path in files.kept_files(desks.programme)]


def step(desks, post, fact):
    return desks.record(desks.seat(post), fact, on=desks.today)


# Waiting, and the batch


def test_no_file_is_there_before_its_day_is_over(desks, passing):
    key = speak(desks)
    passing()
    assert kept(desks) == []
    passing(days=1)

    assert kept(desks) == [made_plain(sample("tone.m4a"))]
    assert desks.pen.the("voice", str(key)).spoken
    assert not Waiting.objects.exists()
    assert desks.programme not in files.with_doomed()


def test_its_entry_is_one_among_others_and_as_long(desks, say, passing):
    for number in range(3):
        say(f"voice {number}")
    speak(desks)
    passing(days=1)

    found = [
        entry
        for entry in Entry.objects.filter(programme=desks.programme)
        if entry.kind in {"voice.voice-received", "voice.voice-spoken", "voice.blank-received"}
    ]
    assert len(found) == 5
    assert len({len(bytes(entry.body)) for entry in found}) == 1
    assert {entry.id.version for entry in found} == {4}
    for entry in found:
        assert b"spoken" not in bytes(entry.body)


def test_files_are_written_in_the_order_of_the_shuffle(desks, passing):
    sounds = [long(1 + nth / 10) for nth in range(6)]
    for nth, sound in enumerate(sounds):
        speak(desks, sound, chance=Random(nth))  # noqa: S311
    passing(days=1, seed=5)

    written = sorted(
        (path.stat().st_mtime_ns, path.read_bytes())
        for _file, path in files.kept_files(desks.programme)
    )
    assert sorted(content for _at, content in written) == sorted(map(made_plain, sounds))
    assert [content for _at, content in written] != [made_plain(sound) for sound in sounds]


def test_a_batch_that_breaks_off_leaves_everything_waiting_and_the_next_brings_it(
    desks, passing, monkeypatch
):
    speak(desks)
    desks.later(days=1)

    def broken(*_args, **_more):
        raise OSError("no space left")

    monkeypatch.setattr(upkeep.Slip.objects, "beside", broken)
    with pytest.raises(OSError, match="no space"):
        work(desks)
    monkeypatch.undo()
    monkeypatch.setattr(sealing, "after_erasing", lambda _programme: None)
    monkeypatch.setattr(upkeep, "after_releasing", lambda _programme: None)

    assert Waiting.objects.count() == 1
    shredding.finish_shredding()  # as the next start does
    assert kept(desks) == []
    passing()
    assert len(kept(desks)) == 1
    assert desks.programme not in files.with_doomed()


def test_what_the_journal_refuses_leaves_no_file(desks, passing):
    speak(desks, category="abuse")
    passing(days=1)

    assert not Voice.objects.filter(programme=desks.programme).exists()
    assert not Waiting.objects.exists()
    assert kept(desks) == []


def test_two_that_sound_alike_are_erased_each_for_itself(desks, passing):
    keys = [str(speak(desks, chance=Random(nth))) for nth in range(2)]  # noqa: S311
    passing(days=1)
    step(desks, "township", VoiceRedacted(voice=keys[0], text=WORDS))
    passing()
    assert len(kept(desks)) == 1
    step(desks, "township", VoiceRedacted(voice=keys[1], text=WORDS))
    passing()

    assert kept(desks) == []


# Heard, and written down


@pytest.fixture
def at(desks):
    """A browser at a post."""

    def signed_in(post):
        desks.pen.now = datetime.now(UTC)  # sessions go by the clock
        return invited(desks, post, post)

    return signed_in


def hidden_in(response):
    """What the form beside a recording sends with the words."""
    hidden = r'type="hidden" name="(id|voice|happened_on)" value="([^"]+)"'
    return dict(re.findall(hidden, response.content.decode()))


def sound_at(visitor, voice, **headers):
    return visitor.client.get(reverse("desk:voice-sound", args=[voice]), headers=headers)


def test_who_looks_at_it_hears_it_whole_or_in_parts(desks, spoken, at):
    township = at("township")
    content = made_plain(sample("tone.m4a"))
    whole, part = sound_at(township, spoken), sound_at(township, spoken, Range="bytes=4-7")

    assert (whole.status_code, whole.content) == (200, content)
    assert whole["Content-Type"] == "audio/mp4"
    assert whole["Cache-Control"] == "no-store"
    assert (part.status_code, part.content) == (206, b"ftyp")


@pytest.mark.parametrize("post", ["committee", "keeper", "sponsor", "auditor", "witness"])
def test_nobody_else_hears_it(spoken, at, post):
    assert sound_at(at(post), spoken).status_code in {403, 404}


def test_another_township_does_not_hear_it(desks, spoken, at):
    beside = PlaceAdded(
        place="beside", name=named("Beside"), level=PlaceLevel.TOWNSHIP, within="kunlun"
    )
    desks.pen.record(beside)
    post = PostOpened(post="beside", name=named("Beside"), role=PostRole.TOWNSHIP, place="beside")
    desks.pen.record(post)

    assert sound_at(at("beside"), spoken).status_code == 404


def test_it_is_at_no_public_address_and_opens_in_no_published_record(desks, spoken, client):
    (file,) = (file for file, _path in files.kept_files(desks.programme))

    for suffix in (".m4a", ".mp3", ".ogg", ".wav", ".jpg", ".pdf"):
        assert client.get(reverse("file", args=[desks.programme, file, suffix])).status_code == 404
    assert file not in repr(list(openings_of(desks.programme, 10_000, journal.kinds)))


def test_its_page_plays_it_beside_where_it_is_written_down(desks, spoken, at):
    township = at("township")
    page = township.client.get(reverse("desk:voice", args=[spoken])).content.decode()
    lists = township.client.get(reverse("desk:voices")).content.decode()
    owed = township.client.get(reverse("desk:worklist")).content.decode()
    (file,) = (file for file, _path in files.kept_files(desks.programme))

    assert f'src="{reverse("desk:voice-sound", args=[spoken])}"' in page
    assert "voice.voice-screened" not in page
    assert "A recording that nobody has written down yet" in lists
    assert f'href="{reverse("desk:voice", args=[spoken])}">Listen, and write it down' in owed
    assert file not in page + lists


def test_the_words_of_whoever_listens_go_on_and_the_sound_is_erased(desks, spoken, at, passing):
    township = at("township")
    hidden = hidden_in(township.client.get(reverse("desk:voice", args=[spoken])))
    response = township.client.post(
        reverse("desk:record", args=["voice.voice-redacted"]),
        hidden | {"text": WORDS, "do": "record"},
    )
    assert response.status_code == 302, response.content.decode()
    assert sound_at(township, spoken).status_code == 404
    passing()

    assert kept(desks) == []
    row = desks.pen.the("voice", spoken)
    assert (row.state, row.spoken) == ("screened", False)
    page = township.client.get(reverse("desk:voice", args=[spoken])).content.decode()
    assert WORDS in page
    assert "<audio" not in page


def test_words_that_show_somebody_are_asked_about_beside_what_is_heard(desks, spoken, at):
    township = at("township")
    said = hidden_in(township.client.get(reverse("desk:voice", args=[spoken])))
    said |= {"text": "Call 13812345678 about the pump", "do": "record"}
    form = reverse("desk:record", args=["voice.voice-redacted"])
    asked = township.client.post(form, said)

    assert asked.status_code == 422
    assert "<mark>13812345678</mark>" in asked.content.decode()
    assert reverse("desk:voice-sound", args=[spoken]) in asked.content.decode()
    assert sound_at(township, spoken).status_code == 200
    assert township.client.post(form, said | {"text": WORDS}).status_code == 302
    assert sound_at(township, spoken).status_code == 404


def test_a_recording_does_not_go_on_as_it_is(desks, spoken):
    for fact in (
        VoiceScreened(voice=spoken),
        VoiceRouted(voice=spoken, asked="committee"),
    ):
        with pytest.raises(RefusedError) as refused:
            step(desks, "township", fact)
        assert {one.field for one in refused.value.objections} == {"voice"}
    (owed,) = (
        one
        for one in worklist(programme=desks.programme, journal=journal, today=desks.today)
        if one.what == "voice"
    )
    assert (owed.sort, [way.kind for way in owed.ways]) == (
        "voice-listen",
        ["voice.voice-redacted"],
    )


def test_whoever_answers_reads_words_and_never_had_the_sound(desks, spoken, at, passing):
    step(desks, "township", VoiceRedacted(voice=spoken, text=WORDS))
    step(desks, "township", VoiceRouted(voice=spoken, asked="committee"))
    passing()
    committee = at("committee")

    page = committee.client.get(reverse("desk:voice", args=[spoken])).content.decode()
    assert WORDS in page
    assert "<audio" not in page
    assert sound_at(committee, spoken).status_code in {403, 404}


def test_what_is_erased_names_the_field_of_a_text_so_that_nobody_tells_who_spoke(
    desks, spoken, passing
):
    step(desks, "township", VoiceRedacted(voice=spoken, text=WORDS))
    passing(days=731)

    facts = [
        said.fact for said in journal.facts(desks.programme) if isinstance(said.fact, PartShredded)
    ]
    assert spoken in {fact.entry for fact in facts}
    assert {(fact.field, fact.reason) for fact in facts} == {("text", upkeep.REASON)}


def test_the_sound_goes_at_once_and_the_fact_that_says_so_comes_at_night(desks, spoken, passing):
    """By day it would follow the entry of those words: everybody could tell that this one was spoken."""
    step(desks, "township", VoiceRedacted(voice=spoken, text=WORDS))
    by_day = passing()

    def erased():
        facts = Entry.objects.filter(programme=desks.programme, kind=PartShredded.kind)
        return {json.loads(bytes(one.body))["fact"]["entry"] for one in facts}

    assert [(done.erased, done.silenced) for done in by_day] == [(0, 1)]
    assert kept(desks) == []
    assert spoken not in erased()
    assert passing() == []
    passing(days=1)
    assert spoken in erased()
    assert not VoiceText.objects.filter(id=spoken, erased=False).exists()


# Its clocks


def test_a_recording_that_nobody_wrote_down_is_erased_after_thirty_days(desks, spoken, passing, at):
    passing(days=28)  # with the day of its batch, the twenty-ninth
    assert len(kept(desks)) == 1
    passing(days=1)

    assert kept(desks) == []
    row = desks.pen.the("voice", spoken)
    assert (row.state, row.spoken) == ("received", False)
    page = at("township").client.get(reverse("desk:voice", args=[spoken])).content.decode()
    assert "nobody wrote down in time" in page
    assert "<audio" not in page


def test_then_it_goes_on_without_and_its_sender_reads_the_answer(clock, speaker, passing):  # noqa: F811
    code = code_in(speaker.speak(sample("tone.mp3")))
    passing(days=30)
    voice = Voice.objects.get(programme=clock.programme).id
    today = clock.today
    clock.record(clock.seat("township"), VoiceScreened(voice=voice), on=today)
    clock.record(clock.seat("township"), VoiceRouted(voice=voice, asked="committee"), on=today)
    sorry = Text(en="Nobody listened in time. Please say it once more.")
    answer = VoiceAnswered(voice=voice, outcome=Outcome.CANNOT, answer=sorry)
    clock.record(clock.seat("committee"), answer, on=today)

    assert "Please say it once more" in speaker.look(code).content.decode()
    clock.record(clock.seat("township"), VoiceClosed(voice=voice), on=today)
    passing(days=701)
    assert not Slip.objects.exists()


def test_what_was_written_down_of_it_has_the_clock_of_a_text(desks, spoken, passing):
    step(desks, "township", VoiceRedacted(voice=spoken, text=WORDS))
    step(desks, "township", VoiceRouted(voice=spoken, asked="committee"))
    done = VoiceAnswered(voice=spoken, outcome=Outcome.DONE, answer=Text(en="It is mended"))
    step(desks, "committee", done)
    step(desks, "township", VoiceClosed(voice=spoken))
    passing(days=89)
    assert WORDS in rows()
    passing(days=1)

    assert WORDS not in rows()
    assert not VoiceText.objects.filter(voice=spoken, erased=False).exists()


def test_a_rebuild_makes_the_same_tables_and_brings_no_sound_back(desks, spoken, passing):
    other = str(speak(desks, sample("tone.mp3")))
    passing(days=1)
    step(desks, "township", VoiceRedacted(voice=spoken, text=WORDS))
    passing()
    before = desks.pen.tables()

    journal.rebuild(desks.programme)

    assert desks.pen.tables() == before
    assert kept(desks) == [made_plain(sample("tone.mp3"))]
    assert desks.pen.the("voice", other).spoken


def test_no_post_records_one(desks):
    desks.pen.record(CategoryOffered(category="roof", name=named("Roofs")))
    file = files.keep(desks.programme, a_recording())

    with pytest.raises(RefusedError):
        step(desks, "office", VoiceSpoken(place="qarasu", category="roof", text=file))
