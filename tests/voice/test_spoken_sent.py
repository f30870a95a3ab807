"""A recording comes with the form: as a phone's recorder and a browser without scripts send it."""

import tempfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cairn.journal import files
from cairn.journal.recordings import made_plain
from cairn.voice import waiting
from cairn.voice.facts import MOST_SPOKEN_BYTES
from cairn.voice.models import Waiting
from cast import a_picture, a_recording
from journal.test_recordings import NAMES, WHO, long, sample, tagged
from voice.conftest import SAID
from voice.test_canaries import everything_on_disk, rows
from voice.test_saying import HERE, Resident, buckets, clock, code_in  # noqa: F401 - fixtures

FILENAME = "Aynurs-phone-20250630-081502.m4a"


class Speaker(Resident):
    """Somebody who does not write."""

    def speak(self, content, *, text="", category="water", name=FILENAME, **more):
        sent = SimpleUploadedFile(name, content, "audio/mp4")
        said = {"text": text, "category": category, "do": "send", "sound": sent}
        return self.client.post(self.form, said, headers=HERE, **more)


@pytest.fixture
def speaker(clock):  # noqa: F811 - the fixture
    return Speaker(clock.programme)


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
    in_tables, on_disk = rows(), everything_on_disk()
    for canary in (WHO, FILENAME, "Aynur", "audio/mp4", "20250630"):
        assert canary not in in_tables
        assert canary.encode() not in on_disk


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
    assert list(files.kept_files(desks.programme)) == []


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
    assert list(files.kept_files(desks.programme)) == []


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
