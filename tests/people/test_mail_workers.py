"""Workers as processes, which commit: several beside each other, one that dies, that of `cairn serve`.

What each of them relies on is held by quick tests in test_digest.py; here it is put together.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

TESTS = Path(__file__).parents[1]
CAIRN = Path(sys.executable).with_name("cairn")

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
