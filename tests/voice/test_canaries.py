"""Canaries: what a sender's browser tells and what they must not leave behind is grepped for in every file.

The database's own bytes, its write-ahead log, the folder of the installation, the published record,
and everything logged while it was sent.
"""

import logging
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from cairn.following.snapshot import bring_up_to_date
from cairn.journal.models import Entry
from cairn.publish.pages import pages_of
from cairn.values import Text
from cairn.voice.facts import Outcome, VoiceAnswered, VoiceClosed, VoiceRouted, VoiceScreened
from cairn.voice.models import Voice
from voice.conftest import work
from voice.test_saying import HERE, Resident, buckets, clock, code_in  # noqa: F401 - fixtures

ADDRESS = "203.0.113.77"
AGENT = "Canary/41.7 (a browser of nobody)"
PHONE = "13800138041"
CANARY = "canary-of-the-text-5b1f"
FORWARDED = "198.51.100.41"

pytestmark = pytest.mark.django_db(transaction=False)


def everything_on_disk():
    """The bytes of every file of the installation, the database and its log among them."""
    names = [Path(connection.settings_dict["NAME"])] if connection.vendor == "sqlite" else []
    names += [Path(f"{name}-wal") for name in names]
    inside = [path for path in Path(settings.CAIRN_DIR).rglob("*") if path.is_file()]
    return b"".join(path.read_bytes() for path in {*names, *inside} if path.exists())


def rows():
    """Every value of every table, as text: what a transaction wrote and no file has yet."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - the tables' own names
            found += [
                bytes(value).decode("utf-8", "replace")
                if isinstance(value, bytes | memoryview)
                else str(value)
                for row in cursor.fetchall()
                for value in row
            ]
    return "\n".join(found)


@pytest.fixture
def sender(clock):  # noqa: F811 - the fixture
    resident = Resident(clock.programme)
    resident.client = Client(
        enforce_csrf_checks=True,
        REMOTE_ADDR=ADDRESS,
        headers={
            "User-Agent": AGENT,
            "X-Forwarded-For": FORWARDED,
            "Accept-Language": "x-canary-41",
        },
    )
    return resident


def test_nothing_of_a_sender_is_left_anywhere(sender, clock, caplog):  # noqa: F811
    caplog.set_level(logging.DEBUG)
    warned = sender.say(f"Call {PHONE} about the pump")
    code = code_in(sender.say(CANARY))
    assert code_in(sender.say("Another voice"))
    sender.look(code)
    sender.look("1234")
    work(clock, days=1)
    sender.look(code)

    assert warned.status_code == 422
    left = rows() + everything_on_disk().decode("utf-8", "replace") + caplog.text
    assert CANARY in left  # the grep can find something
    for canary in (ADDRESS, FORWARDED, AGENT, "x-canary-41", PHONE, code, code.replace("-", "")):
        assert canary not in left
        assert canary.lower() not in left.lower()


def test_no_page_sets_a_cookie_or_opens_a_session(sender):
    for response in (
        sender.client.get(sender.form),
        sender.say(),
        sender.say(category="abuse"),
        sender.client.get(sender.codes),
        sender.look("x"),
    ):
        assert not response.cookies
        assert not hasattr(response.wsgi_request, "session")


def test_nothing_that_was_said_is_published(sender, clock):  # noqa: F811
    code = code_in(sender.say(CANARY))
    work(clock, days=1)
    today, voice = clock.today, Voice.objects.get(programme=clock.programme).id
    clock.record(clock.seat("township"), VoiceScreened(voice=voice), on=today)
    clock.record(clock.seat("township"), VoiceRouted(voice=voice, asked="committee"), on=today)
    answer = VoiceAnswered(voice=voice, outcome=Outcome.DONE, answer=Text(en="It is mended"))
    clock.record(clock.seat("committee"), answer, on=today)
    clock.record(clock.seat("township"), VoiceClosed(voice=voice), on=today)
    bring_up_to_date(clock.programme)

    pages = {page.address: page.body for page in pages_of(clock.programme, today)}
    board = f"/en/{clock.programme}/places/qarasu/answers/"
    assert b"It is mended" in pages[board]
    for address, body in pages.items():
        assert "/say/" not in address
        assert "~code" not in address
        for canary in (CANARY, code, voice):
            assert canary.encode() not in body, address
    log = b"".join(bytes(e.body) for e in Entry.objects.filter(programme=clock.programme))
    assert len(log) > 1000
    for canary in (CANARY, code, "It is mended", "voice.voice"):
        assert canary.encode() not in log


def test_what_is_erased_is_in_no_table(sender, clock):  # noqa: F811
    sender.say(CANARY)
    work(clock, days=1)
    assert CANARY in rows()
    work(clock, days=730)

    assert CANARY not in rows()
    assert HERE
