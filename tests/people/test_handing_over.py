"""Handing a mail to the server: what is tried again, what is not, and what nobody may read in a log."""

import logging
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from django.test import override_settings

from cairn.people.models import Digest
from cairn.web import mailing
from cairn.web.mailing import WAITS, DBTaskResult
from people import mail_server as server
from people.mail_server import mail_server
from people.test_digest import ADDRESS, ask, confirmed, desks, tomorrow

__all__ = ["desks"]

TESTS = Path(__file__).parents[1]
CAIRN = Path(sys.executable).with_name("cairn")


def due(desks, **more):
    """A digest of which a mail is due."""
    digest = confirmed(desks, **more)
    mailing.begin_due(now=tomorrow(desks))
    return digest


def its_hour_comes():
    """What waits for a later hour waits no longer."""
    return mailing._waiting().update(run_after=datetime.now(UTC) - timedelta(seconds=1))


def test_a_server_takes_it(desks, settings):
    digest = due(desks)
    with mail_server(server.TAKES, settings) as there:
        mailing.work()

    [raw] = there.taken
    told = message_from_bytes(raw)
    assert told["To"] == ADDRESS
    assert told["From"] == "cairn@localhost"
    assert re.fullmatch(r"<[0-9a-f]{32}@localhost>", told["Message-ID"])
    digest.refresh_from_db()
    assert (digest.sent_on, digest.failed_on) == (digest.last_on, None)


@pytest.mark.parametrize("answers", [server.GREYLISTS, server.IS_BUSY])
def test_what_it_puts_off_is_tried_again_and_sent_once(desks, settings, answers):
    due(desks)
    with mail_server(answers, settings):
        mailing.work()
    assert mailing._waiting().count() == 1
    assert not mailing._waiting().ready().exists()
    mailing.begin_due(now=tomorrow(desks))

    its_hour_comes()
    with mail_server(server.TAKES, settings) as there:
        mailing.work()
    assert len(there.taken) == 1
    assert not mailing._waiting().exists()


def test_a_server_that_is_not_there_is_tried_four_times_more(desks, settings):
    digest = due(desks)
    with mail_server(server.TAKES, settings):
        pass  # its port is free again, and nobody listens
    mailing.work()
    waited = []
    while mailing._waiting().exists():
        waiting = mailing._waiting().get()
        waited.append(round((waiting.run_after - datetime.now(UTC)) / timedelta(minutes=1)))
        its_hour_comes()
        mailing.work()

    assert waited == [wait / timedelta(minutes=1) for wait in WAITS]
    digest.refresh_from_db()
    assert (digest.sent_on, digest.failed_on) == (None, digest.last_on)


@pytest.mark.parametrize("answers", [server.REFUSES, server.REFUSES_CONTENT])
def test_what_it_refuses_for_good_is_not_tried_again_that_day(desks, settings, answers):
    digest = due(desks)
    with mail_server(answers, settings) as there:
        mailing.work()

    assert there.taken == []
    assert not mailing._waiting().exists()
    digest.refresh_from_db()
    assert digest.failed_on == digest.last_on
    with mail_server(server.TAKES, settings) as there:
        mailing.begin_due(now=tomorrow(desks, 2))
        mailing.work()
    assert len(there.taken) == 1


def test_where_its_answer_is_lost_nothing_is_sent_twice(desks, settings):
    digest = due(desks)
    with mail_server(server.GOES_AWAY_AFTERWARDS, settings) as there:
        mailing.work()
        mailing.begin_due(now=tomorrow(desks))
        mailing.work()

    assert len(there.taken) == 1
    assert not mailing._waiting().exists()
    digest.refresh_from_db()
    assert digest.failed_on == digest.last_on


def test_a_confirmation_is_tried_again_as_well(desks, settings):
    ask(desks)
    with mail_server(server.GREYLISTS, settings):
        mailing.work()
    its_hour_comes()
    with mail_server(server.TAKES, settings) as there:
        mailing.work()

    assert b"/en/~desk/digest/confirm/" in there.taken[0]
    assert Digest.objects.get().failed_on is None


@pytest.mark.parametrize(
    "answers",
    [
        {"RCPT": f"550 no mailbox {ADDRESS}"},
        {"MAIL": f"421 busy, {ADDRESS}"},
        {".": f"554 spam for {ADDRESS}"},
    ],
)
def test_58_no_log_and_no_queue_holds_the_address(desks, settings, caplog, capfd, answers):
    caplog.set_level(logging.DEBUG)
    due(desks)
    ask(desks, "office")
    with mail_server(answers, settings):
        mailing.work()
    settings.EMAIL_FILE_PATH = str(TESTS / "conftest.py" / ADDRESS)  # no folder can be there
    its_hour_comes()
    mailing.work()

    said = caplog.text + "".join(capfd.readouterr())
    kept = str(list(DBTaskResult.objects.values()))
    assert "A mail was not handed over (" in said
    for text in (said, kept):
        assert ADDRESS not in text
        assert "/digest/" not in text


def test_files_of_mails_are_for_their_user_alone(desks, settings, tmp_path):
    due(desks)
    folder = tmp_path / "deep" / "mails"
    with override_settings(
        EMAIL_BACKEND="django.core.mail.backends.filebased.EmailBackend",
        EMAIL_FILE_PATH=str(folder),
    ):
        mailing.work()

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert len(list(folder.iterdir())) == 1


# Whole processes, which commit: one database, several workers, one that dies

MAKE = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from cairn.config.installation import installation
installation(Path(sys.argv[1]), make=True)
from cairn.catalog import journal
from cairn.people import digests
from cairn.people.digests import Wanted
from people.desks import Desks
desks = Desks.opened()
desks.pen.now = before = datetime.now(UTC) - timedelta(days=2)
for nth in range(int(sys.argv[2])):
    seat = desks.seat("county", f"holder-{nth}")
    digest = digests.ask(seat, Wanted(f"a{nth}@example.org", "en", None), journal=journal, now=before)
    secret = digests.link(digest, confirms=True, now=before)
    digests.confirm(secret, journal=journal, now=before)
"""

DIES = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from django.core.mail.backends.filebased import EmailBackend
send = EmailBackend.send_messages
def send_and_die(self, mails):
    if sys.argv[2] == "after":
        send(self, mails)
    os._exit(9)
EmailBackend.send_messages = send_and_die
from cairn.config.installation import installation
installation(Path(sys.argv[1]))
from cairn.web import mailing
mailing.once(now=datetime.now(UTC))
"""

NEXT_DAY = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from cairn.config.installation import installation
installation(Path(sys.argv[1]))
from cairn.web import mailing
mailing.once(now=datetime.now(UTC) + timedelta(days=1))
"""


class Installation:
    """An installation in a folder, with so many digests that are due; its mails go to another."""

    def __init__(self, where, holders):
        self.folder, self.mails = where / "data", where / "mails"
        self.run("-c", MAKE, self.folder, holders)

    def begin(self, *command):
        alone = {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")}
        alone.pop("DJANGO_SETTINGS_MODULE", None)
        environment = {**alone, "PYTHONPATH": str(TESTS), "CAIRN_MAIL": str(self.mails)}
        return subprocess.Popen(
            [str(part) for part in command],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *command, code=0):
        with self.begin(sys.executable, *command) as process:
            told, wrong = process.communicate()
        assert process.returncode == code, wrong
        return told

    def digest(self):
        return self.run(CAIRN, "digest", "--dir", self.folder)

    @property
    def sent_to(self):
        """To whom mails went, as often as they did."""
        text = "".join(path.read_text() for path in self.mails.glob("*"))
        return sorted(re.findall(r"^To: (\S+)$", text, re.MULTILINE))


def test_two_workers_beside_each_other_send_each_mail_once(tmp_path):
    there = Installation(tmp_path, holders=12)
    both = [there.begin(CAIRN, "digest", "--dir", there.folder) for _ in range(2)]
    told = [process.communicate() for process in both]

    assert [process.returncode for process in both] == [0, 0], told
    assert there.sent_to == sorted(f"a{nth}@example.org" for nth in range(12))
    begun = [int(re.search(r"due  (\d+)", out)[1]) for out, _wrong in told]
    assert sum(begun) == 12
    assert there.digest() == "due  0\nwaiting  0\n"
    assert len(there.sent_to) == 12


@pytest.mark.parametrize(("dies", "left"), [("before", 0), ("after", 1)])
def test_a_worker_that_dies_while_it_sends_has_sent_it_once_or_not_at_all(tmp_path, dies, left):
    there = Installation(tmp_path, holders=1)
    there.run("-c", DIES, there.folder, dies, code=9)
    assert len(there.sent_to) == left

    assert there.digest() == "due  0\nwaiting  0\n"
    assert len(there.sent_to) == left
    there.run("-c", NEXT_DAY, there.folder)
    assert len(there.sent_to) == left + 1


def test_where_pages_are_served_a_worker_sends_them_and_ends_with_the_server(tmp_path):
    there = Installation(tmp_path, holders=2)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with there.begin(CAIRN, "serve", "--dir", there.folder, "--port", port) as server:
        server.stdout.readline()
        until = time.monotonic() + 120
        while len(there.sent_to) < 2 and time.monotonic() < until:
            time.sleep(0.2)
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=30)

    assert there.sent_to == ["a0@example.org", "a1@example.org"]
    assert server.returncode == 0
    assert there.digest() == "due  0\nwaiting  0\n"


def test_a_folder_that_cannot_be_written_is_tried_again(desks, settings, tmp_path):
    (tmp_path / "file").touch()
    due(desks)
    settings.EMAIL_FILE_PATH = str(tmp_path / "file" / "mails")
    mailing.work()

    assert mailing._waiting().count() == 1


def test_without_a_way_to_send_the_command_says_what_to_set(tmp_path):
    folder = tmp_path / "data"
    alone = {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")}
    make = (
        "import sys; from pathlib import Path\nfrom cairn.config.installation import installation\n"
    )
    make += "installation(Path(sys.argv[1]), make=True)"
    subprocess.run([sys.executable, "-c", make, folder], env=alone, check=True)
    done = subprocess.run(
        [CAIRN, "digest", "--dir", folder], env=alone, capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert done.stderr.startswith("cairn: This installation sends no mails. Set CAIRN_MAIL ")
