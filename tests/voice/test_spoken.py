"""A voice that is a recording: sent, waiting, heard by one post, written down, and gone."""

import json
import re
import tempfile
from datetime import UTC, datetime
from hashlib import sha256
from random import Random

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cairn.catalog import journal
from cairn.journal import files, sealing, shredding
from cairn.journal.facts import PartShredded
from cairn.journal.journal import RefusedError
from cairn.journal.models import Entry
from cairn.journal.recordings import made_plain
from cairn.publish.openings import openings_of
from cairn.values import Text
from cairn.voice import upkeep, waiting
from cairn.voice.facts import (
    MOST_SPOKEN_BYTES,
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
from cast import a_picture, a_recording, named
from journal.test_recordings import NAMES, WHO, long, sample, tagged
from security.visitors import invited
from voice.conftest import SAID, work
from voice.test_canaries import everything_on_disk, rows
from voice.test_saying import HERE, Resident, buckets, clock, code_in  # noqa: F401 - fixtures

FILENAME = "Aynurs-phone-20250630-081502.m4a"
WORDS = "The pump has stood still for a week"


@pytest.fixture(autouse=True)
def _within_a_transaction(monkeypatch):
    """The test rolls back, so that nothing is ever durable."""
    monkeypatch.setattr(sealing, "after_erasing", lambda: None)
    monkeypatch.setattr(upkeep, "after_releasing", lambda: None)


class Speaker(Resident):
    """Somebody who does not write."""

    def speak(self, content, *, text="", category="water", name=FILENAME, **more):
        sent = SimpleUploadedFile(name, content, "audio/mp4")
        said = {"text": text, "category": category, "do": "send", "sound": sent}
        return self.client.post(self.form, said, headers=HERE, **more)


@pytest.fixture
def speaker(clock):  # noqa: F811 - the fixture
    return Speaker(clock.programme)


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
        on=desks.now.date(),
        slip="",
        chance=chance or Random(str(content)),  # noqa: S311 - a test that can be foreseen
        sound=content,
    )


def kept(desks):
    """The bytes of every recording that is kept as a file."""
    return [path.read_bytes() for _file, path in files.kept_files(desks.programme)]


def step(desks, post, fact):
    return desks.record(desks.seat(post), fact, on=desks.now.date())


# Sent


def test_a_phones_own_recorder_opens_without_a_script(speaker):
    page = speaker.client.get(speaker.form).content.decode()

    assert 'name="sound" type="file" accept="audio/*" capture' in page
    assert 'name="sound" type="file" accept="audio/*" aria' in page  # or one that there is already
    assert 'enctype="multipart/form-data"' in page
    assert "<script" not in page


def test_the_form_says_who_hears_it_and_what_becomes_of_it(speaker):
    page = speaker.client.get(speaker.form).content.decode()

    for said in (
        "A voice can be recognised.",
        "Only those who look at it first hear it.",
        "They write down what you say, and then the sound is erased",
        "A recording that nobody wrote down is erased 30 days after it came.",
        "Your phone may keep one as well",
    ):
        assert said in page


@pytest.mark.parametrize("name", NAMES)
def test_a_recording_waits_as_it_plays_and_with_nothing_beside(speaker, name):
    sent = tagged(name)
    assert WHO.encode() in sent

    response = speaker.speak(sent)
    assert code_in(response)
    assert "Your phone may have kept the recording" in response.content.decode()
    (row,) = Waiting.objects.all()
    assert bytes(row.sound) == made_plain(sent)
    for canary in (WHO, FILENAME, "Aynur", "audio/mp4", "20250630"):
        assert canary not in rows()
        assert canary.encode() not in everything_on_disk()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"I am no sound at all", "no recording that can be heard"),
        (a_picture(), "no recording that can be heard"),
        (sample("tone.mp3")[:200], "no recording that can be heard"),
        (b"\0\0\0\x18ftyp3gp4" + bytes(400), "no recording that can be heard"),
        (b"#!AMR\n" + bytes(4_000), "no recording that can be heard"),
        (sample("tone.m4a").replace(b"soun", b"vide"), "more than sound"),
        (long(121), "longer than 2 minutes"),
        (a_recording() + bytes(MOST_SPOKEN_BYTES), "larger than 3 MB"),
    ],
    ids=["words", "picture", "cut", "3gp", "amr", "video", "long", "large"],
)
def test_what_is_no_recording_or_too_much_of_one_is_refused_and_nothing_is_kept(
    speaker, desks, content, says
):
    response = speaker.speak(content)
    page = response.content.decode()

    assert response.status_code == 422
    assert says in page
    assert "choose it once more" in page
    assert 'value="water" required checked' in page
    assert not Waiting.objects.exists()
    assert kept(desks) == []


def test_two_minutes_are_taken(speaker):
    assert code_in(speaker.speak(long(120)))


def test_somebody_who_wrote_and_recorded_chooses_and_keeps_what_was_typed(speaker):
    response = speaker.speak(sample("tone.mp3"), text=SAID)

    assert response.status_code == 422
    assert "one of the two" in response.content.decode()
    assert SAID in response.content.decode()
    assert not Waiting.objects.exists()


def test_a_file_that_is_empty_is_none(speaker):
    assert "or send a recording" in speaker.speak(b"").content.decode()
    assert code_in(speaker.speak(b"", text=SAID))


def test_of_what_is_too_sensitive_no_sound_is_kept(speaker, desks):
    response = speaker.speak(sample("tone.mp3"), category="abuse")

    assert "Ring 110" in response.content.decode()
    assert not Waiting.objects.exists()
    assert kept(desks) == []


def test_no_upload_is_ever_written_into_a_temporary_file(speaker, settings, tmp_path, monkeypatch):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "not-there"  # whoever writes there breaks
    opened = []
    for name in ("NamedTemporaryFile", "TemporaryFile", "SpooledTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, lambda *_args, **_more: opened.append(1))
    large = long(100, rate=29_000)
    assert 2_621_440 < len(large) < MOST_SPOKEN_BYTES  # Django would write it to a disk

    assert code_in(speaker.speak(large))
    assert speaker.speak(large * 5).status_code == 422
    assert opened == []


@pytest.mark.parametrize("filled", [0, 1])
def test_of_two_inputs_the_one_that_was_filled_counts(speaker, filled):
    """As a browser sends them: an input in which nothing was chosen comes without a name."""
    sounds = [(b"", b""), (b"", b"")]
    sounds[filled] = (b"x.mp3", sample("tone.mp3"))
    parts = [b'"text"\r\n\r\n', b'"category"\r\n\r\nwater', b'"do"\r\n\r\nsend']
    parts += [b'"sound"; filename="%s"\r\n\r\n%s' % sound for sound in sounds]
    body = b"".join(b"--x\r\nContent-Disposition: form-data; name=%s\r\n" % one for one in parts)
    sort = "multipart/form-data; boundary=x"
    response = speaker.client.post(
        speaker.form, body + b"--x--\r\n", content_type=sort, headers=HERE
    )

    assert code_in(response)
    assert bytes(Waiting.objects.get().sound) == made_plain(sample("tone.mp3"))


def test_other_files_that_a_form_brings_are_not_even_held(speaker):
    more = SimpleUploadedFile("x.m4a", sample("tone.m4a"), "audio/mp4")
    said = {"text": SAID, "category": "water", "do": "send", "another": more}

    assert code_in(speaker.client.post(speaker.form, said, headers=HERE))
    assert not any(row.sound for row in Waiting.objects.all())


def test_a_recording_weighs_more_than_a_text_and_another_village_is_not_slowed(speaker, clock):  # noqa: F811
    for _time in range(3):
        assert speaker.speak(sample("tone.mp3")).status_code == 200

    assert speaker.speak(sample("tone.mp3")).status_code == 429
    assert speaker.say().status_code == 200
    assert Speaker(clock.programme, "石桥村").speak(sample("tone.mp3")).status_code == 200


@pytest.mark.parametrize(("what", "most"), [("MOST_SPOKEN_ALIKE", 1), ("MOST_SPOKEN_BYTES", 4_000)])
def test_a_day_has_room_for_so_many_recordings_and_for_texts_still(
    speaker, monkeypatch, what, most
):
    monkeypatch.setattr(waiting, what, most)
    speaker.speak(sample("tone.mp3"))
    full = speaker.speak(sample("tone.mp3"))

    assert full.status_code == 429
    assert "Write it, or send it tomorrow" in full.content.decode()
    assert code_in(speaker.say())


# Waiting, and the batch


def test_no_file_is_there_before_its_day_is_over(desks, passing):
    key = speak(desks)
    passing()
    assert kept(desks) == []
    passing(days=1)

    assert kept(desks) == [made_plain(sample("tone.m4a"))]
    assert desks.pen.the("voice", str(key)).spoken
    assert not Waiting.objects.exists()
    assert files.with_doomed() == []


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

    monkeypatch.setattr(upkeep.Slip.objects, "bulk_create", broken)
    with pytest.raises(OSError, match="no space"):
        work(desks)
    monkeypatch.undo()
    monkeypatch.setattr(sealing, "after_erasing", lambda: None)
    monkeypatch.setattr(upkeep, "after_releasing", lambda: None)

    assert Waiting.objects.count() == 1
    shredding.finish_shredding()  # as the next start does
    assert kept(desks) == []
    passing()
    assert len(kept(desks)) == 1
    assert files.with_doomed() == []


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
    assert sound_at(at("other-committee"), spoken).status_code in {403, 404}


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
    page = township.client.get(reverse("desk:voice", args=[spoken])).content.decode()

    hidden = dict(re.findall(r'type="hidden" name="(id|voice|happened_on)" value="([^"]+)"', page))
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
        for one in worklist(programme=desks.programme, journal=journal, today=desks.now.date())
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


def test_then_it_goes_on_without_and_its_sender_reads_the_answer(clock, speaker, passing, at):  # noqa: F811
    code = code_in(speaker.speak(sample("tone.mp3")))
    passing(days=30)
    voice = Voice.objects.get(programme=clock.programme).id
    today = clock.now.date()
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
