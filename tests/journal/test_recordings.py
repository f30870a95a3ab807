"""Recordings are kept as they play, with nothing beside; what is none, or plays for too long, is refused.

The files in recordings/ are a second of a tone, as an encoder wrote it. mutagen reads and writes what
Cairn leaves behind: another reader than ours.
"""

import io
import struct
import time
import wave
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import mutagen
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutagen.apev2 import APEv2
from mutagen.id3 import APIC, TIT2, TPE1
from mutagen.mp3 import MP3
from mutagen.mp4 import MP4
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis

from cairn.journal import files, openings
from cairn.journal.pictures import NotAPictureError
from cairn.journal.recordings import NotARecordingError, is_recording, made_plain
from cairn.journal.sound.why import MOST_BYTES
from cast import a_recording

FOLDER = Path(__file__).with_name("recordings")
WHO = "Amina, at home, 39.5 N 76.0 E"
NAMES = ("tone.mp3", "tone.m4a", "tone.opus.ogg", "tone.vorbis.ogg")


def sample(name):
    return (FOLDER / name).read_bytes()


def tagged(name):
    """A sample in which somebody says who recorded it where."""
    out = io.BytesIO(sample(name))
    if name.endswith("mp3"):
        sound = MP3(out)
        sound.tags.add(TPE1(text=WHO))
        sound.tags.add(TIT2(text=WHO))
        sound.tags.add(APIC(mime="image/jpeg", data=WHO.encode() * 50))
        sound.save(out, v1=2)
        ape = APEv2()
        ape["Artist"] = WHO
        ape.save(out)
    elif name.endswith("m4a"):
        sound = MP4(out)
        sound["\xa9ART"] = WHO
        sound["\xa9cmt"] = WHO * 40
        sound.save(out)
    else:
        sound = (OggOpus if "opus" in name else OggVorbis)(out)
        sound["artist"] = WHO
        sound["comment"] = WHO * 400  # longer than a page
        sound.save(out)
    return out.getvalue()


every_sample = pytest.mark.parametrize("name", NAMES)


@every_sample
def test_what_stood_beside_the_sound_is_gone_and_it_plays_as_long(name):
    content = tagged(name)
    assert WHO.encode() in content

    kept = made_plain(content)

    assert WHO.encode() not in kept
    heard = mutagen.File(io.BytesIO(kept))
    assert not heard.tags
    assert heard.info.length == pytest.approx(1, abs=0.15)


@every_sample
def test_with_other_words_beside_it_it_is_the_same_file(name):
    if name.endswith("m4a"):
        pytest.skip("its boxes keep their length, so that the places of samples stay right")
    assert made_plain(tagged(name)) == made_plain(sample(name))


@every_sample
def test_made_plain_once_more_it_is_the_same(name):
    kept = made_plain(tagged(name))

    assert made_plain(kept) == kept


def test_an_m4a_says_neither_where_it_was_recorded_nor_when():
    """A phone writes the place into moov.udta, where no tag is."""
    content = bytearray(sample("tone.m4a"))
    at = content.index(b"mvhd")
    content[at + 8 : at + 16] = struct.pack(">II", 3_800_000_000, 3_800_000_001)
    place = b"+39.5000+076.0000/"
    box = (
        struct.pack(">I4s", 12 + len(place), b"\xa9xyz") + struct.pack(">HH", len(place), 0) + place
    )
    udta = content.index(b"udta")
    start = udta - 4
    old = struct.unpack(">I", content[start:udta])[0]
    assert old > len(box) + 8
    padding = struct.pack(">I4s", old - 8 - len(box), b"free") + bytes(old - 16 - len(box))
    content[udta + 4 : start + old] = box + padding
    assert place in content

    kept = made_plain(bytes(content))

    assert place not in kept
    assert struct.pack(">I", 3_800_000_000) not in kept
    assert b"udta" not in kept


def test_a_wav_is_its_samples():
    kept = made_plain(a_recording())

    assert b"Amin" not in kept
    with wave.open(io.BytesIO(kept)) as heard, wave.open(io.BytesIO(a_recording())) as sent:
        assert heard.getparams() == sent.getparams()
        assert heard.readframes(9_999) == sent.readframes(9_999)


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("tone.mp3", ".mp3"), ("tone.m4a", ".m4a"),
        ("tone.opus.ogg", ".ogg"), ("tone.vorbis.ogg", ".ogg"),
    ],
)  # fmt: skip
def test_a_recording_is_kept_by_its_hash_under_the_ending_of_its_sort(
    settings, tmp_path, name, suffix
):
    settings.CAIRN_DIR = tmp_path

    file = files.keep("teams", sample(name))
    here = files.kept("teams", file)

    assert here.is_recording
    assert here.path.suffix == suffix
    assert sha256(here.path.read_bytes()).hexdigest() == file
    assert openings.suffix_of(here.path.read_bytes()) == suffix
    assert files.kept("teams", files.keep("teams", sample(name))) == here


@every_sample
def test_what_was_cut_off_is_refused_or_plays(name):
    content = sample(name)
    for end in range(0, len(content), 61):
        try:
            kept = made_plain(content[:end]) if is_recording(content[:end]) else None
        except NotARecordingError:
            continue
        assert kept is None or mutagen.File(io.BytesIO(kept)) is not None


@settings(max_examples=200)
@given(st.sampled_from(NAMES), st.lists(st.tuples(st.integers(0, 6_000), st.integers(0, 255))))
def test_whatever_is_sent_is_kept_or_refused_in_words(name, changes):
    content = bytearray(sample(name))
    for at, byte in changes:
        content[at % len(content)] = byte
    made = b""
    with suppress(NotARecordingError):
        made = made_plain(bytes(content)) if is_recording(bytes(content)) else b""

    assert not made or openings.suffix_of(made) == openings.suffix_of(bytes(content))


@given(st.binary(max_size=300))
def test_nothing_else_is_taken_for_a_recording_and_kept(content):
    for begin in (b"ID3\x04\0\0\0\0\0\0", b"OggS\0", b"RIFF\0\0\0\0WAVE", b"\0\0\0\x14ftypM4A "):
        with pytest.raises(NotARecordingError):
            made_plain(begin + content)


def long(seconds, rate=4_000):
    out = io.BytesIO()
    with wave.open(out, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(1)
        written.setframerate(rate)
        written.writeframes(b"\x80" * int(seconds * rate))
    return out.getvalue()


def test_five_minutes_and_five_mebibytes_are_kept_and_no_more():
    assert made_plain(long(300))
    with pytest.raises(NotARecordingError, match="5 minutes"):
        made_plain(long(301))
    with pytest.raises(NotARecordingError, match="5 MB"):
        made_plain(a_recording() + bytes(MOST_BYTES))


def test_what_only_seems_to_begin_again_and_again_is_given_up_soon():
    for content in (b"\xff" * MOST_BYTES, b"\xff\xfb\x90\x64" * (MOST_BYTES // 4)):
        began = time.process_time()
        with pytest.raises(NotARecordingError):
            made_plain(b"ID3\x04\0\0\0\0\0\0" + content[10:])
        assert time.process_time() - began < 1  # it took seconds


def test_video_and_what_lies_elsewhere_are_refused():
    video = sample("tone.m4a").replace(b"soun", b"vide")
    elsewhere = sample("tone.m4a").replace(b"url \0\0\0\x01", b"url \0\0\0\0")
    two = sample("tone.opus.ogg") * 2
    for content in (video, elsewhere, two):
        with pytest.raises(NotARecordingError, match="more than sound"):
            made_plain(content)


def test_a_page_that_calls_itself_a_recording_is_none(settings, tmp_path):
    settings.CAIRN_DIR = tmp_path
    for content in (b"<script>alert(1)</script>", b"ID3" + b"<script>" * 99, b"OggS<script>"):
        with pytest.raises((NotARecordingError, NotAPictureError)):
            files.keep("teams", content)
    assert list(files.kept_files("teams")) == []
