"""A recording in an installation of its own, from a phone to its end: where it is at each step, and then nowhere.

Every byte of its folder, what was logged, published, backed up and left for temporary files is searched.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
SOUND = b"canary-of-a-voice-7f3a19"
"""Samples as good as any; nobody else has them."""
SENDER = (b"Amina, at home", b"39.5678 N 76.0123 E", b"Aynurs-phone-081502", b"203.0.113.77")
"""Beside the sound, and in the request."""

LIVE = """
import io, json, logging, sys, wave
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

folder = Path(sys.argv[1])
from cairn.config.installation import installation
installation(folder / "data", make=True)
from django.test.utils import setup_test_environment
setup_test_environment()
logging.basicConfig(filename=folder / "log.txt", level=logging.DEBUG, force=True)

from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cairn.catalog import journal
from cairn.following.snapshot import bring_up_to_date
from cairn.journal import checks, files, keys
from cairn.journal.backup import back_up
from cairn.journal.log import Log
from cairn.publish.record import Drawn, publish
from cairn.voice import upkeep
from cairn.voice.facts import CategoryOffered, VoiceRedacted
from cairn.voice.models import Voice
from cast import named
from people.desks import Desks
from publish.few_pages import few_pages_of

CANARY = sys.argv[2].encode()
SENDER = json.loads(sys.argv[3])


def recording():
    out = io.BytesIO()
    with wave.open(out, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(1)
        written.setframerate(8_000)
        written.writeframes(CANARY * 1_000)
    said = " ".join(SENDER[:2]).encode() * 20
    return out.getvalue() + b"LIST" + len(said).to_bytes(4, "little") + said


def holding(where):
    return sorted({
        path.relative_to(folder).parts[0] + (":files" if "files" in path.parts else "")
        for path in (folder / where).rglob("*") if path.is_file() and CANARY in path.read_bytes()
    })


desks = Desks.opened()
desks.pen.now = datetime.now(UTC)
desks.pen.record(CategoryOffered(category="water", name=named("Water")))
keys.make(desks.programme, origin=f"canary.example/{desks.programme}")
signer = keys.signer_of(desks.programme)


def published(to):
    bring_up_to_date(desks.programme)
    sign = lambda: Log(desks.programme).sign(signer)
    publish(desks.programme, folder / to, sign=sign, drawn=Drawn(draw=few_pages_of))


told = {}
client = Client(REMOTE_ADDR=SENDER[3], headers={"Origin": "http://testserver"})
sent = SimpleUploadedFile(SENDER[2] + ".wav", recording(), "audio/wav")
said = {"category": "water", "text": "", "do": "send", "sound": sent}
form = f"/en/{desks.programme}/places/qarasu/say/"
told["status"] = client.post(form, said).status_code
told["waiting"] = holding("data")

desks.later(days=1)
upkeep.work_once(journal, now=desks.now, chance=Random(1))
told["on record"] = holding("data")
published("site-before")
told["published"] = holding("site-before")
back_up(folder / "backup-before.tar", keys=True, now=desks.now)
told["backed up"] = CANARY in (folder / "backup-before.tar").read_bytes()

(voice,) = Voice.objects.filter(programme=desks.programme)
words = VoiceRedacted(voice=voice.id, text="The pump stands still")
desks.record(desks.seat("township"), words, on=desks.today)
upkeep.work_once(journal, now=desks.now, chance=Random(2))
published("site")
back_up(folder / "backup.tar", keys=True, now=desks.now)
(folder / "cache.txt").write_text(repr([vars(cache) for cache in caches.all()]))
told["files"] = [file for file, _path in files.kept_files(desks.programme)]
told["wrong"] = [one.holds for one in checks.answers(journal, desks.programme) if one.wrong]
(folder / "backup-before.tar").unlink()  # as an operator does once its time is over
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """The folder of it all, and what was found in it on the way."""
    folder = tmp_path_factory.mktemp("spoken")
    (folder / "tmp").mkdir()
    alone = {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")}
    sender = json.dumps([one.decode() for one in SENDER])
    made = subprocess.run(
        [sys.executable, "-c", LIVE, folder, SOUND.decode(), sender],
        env={**alone, "PYTHONPATH": str(TESTS), "TMPDIR": str(folder / "tmp")},
        check=False,
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    return folder, json.loads(made.stdout.splitlines()[-1])


def left(folder, *needles):
    """Which files hold any of these bytes."""
    return [
        (path.relative_to(folder).as_posix(), needle)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for needle in needles
        if needle in path.read_bytes() or needle.decode() in path.name
    ]


def test_it_waits_in_the_database_and_only_after_its_day_as_a_file(lived):
    _folder, told = lived

    assert told["status"] == 200
    assert told["waiting"] == ["data"]
    assert told["on record"] == ["data:files"]


def test_it_is_in_a_backup_and_in_nothing_that_is_published(lived):
    _folder, told = lived

    assert told["backed up"]
    assert told["published"] == []


def test_once_it_is_written_down_no_byte_of_it_is_left_anywhere(lived):
    folder, told = lived

    assert told["files"] == []
    assert left(folder, SOUND) == []
    assert left(folder, b"The pump stands still")  # looking can find something
    assert told["wrong"] == []


def test_nothing_of_its_sender_was_ever_left(lived):
    folder, _told = lived

    assert left(folder, *SENDER) == []
    assert list((folder / "tmp").iterdir()) == []
