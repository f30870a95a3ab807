"""Handing a mail to the server: what is tried again, what is not, and what nobody may read in a log."""

import logging
import re
import stat
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from django.test import override_settings

from cairn.people.models import Digest
from cairn.web import mailing
from cairn.web.mailing import WAITS, DBTaskResult, NoMailError
from people import mail_server as server
from people.mail_server import mail_server
from people.test_digest import ADDRESS, ask, confirmed, desks, tomorrow

__all__ = ["desks"]

TESTS = Path(__file__).parents[1]


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


def test_a_folder_that_cannot_be_written_is_tried_again(desks, settings, tmp_path):
    (tmp_path / "file").touch()
    due(desks)
    settings.EMAIL_FILE_PATH = str(tmp_path / "file" / "mails")
    mailing.work()

    assert mailing._waiting().count() == 1


def test_an_installation_without_a_way_to_send_says_what_to_set(desks, settings, mailoutbox):
    due(desks)
    settings.MAILS = False

    with pytest.raises(NoMailError, match="Set CAIRN_MAIL to smtp://user@host or to a folder"):
        mailing.once(now=desks.now)
    assert mailoutbox == []
    settings.MAILS = True
    assert mailing.once(now=desks.now) == (0, 0)
    assert len(mailoutbox) == 1
