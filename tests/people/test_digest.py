"""The digest by e-mail: who gets it, when, what stands in it, and how it ends."""

import email.policy
import re
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone, translation
from django_tasks_db.management.commands import db_worker

from cairn.catalog import journal
from cairn.people import appointments, digests
from cairn.people.digests import DigestLinkError, Wanted
from cairn.people.models import Appointment, Digest, DigestLink
from cairn.programme.facts import (
    CohortClosed,
    CohortOpened,
    PostClosed,
    PostOpened,
    PostRole,
    TeamPlaced,
)
from cairn.web import mailing
from cairn.worklist import queries
from cast import named
from people.desks import Desks

ADDRESS = "amina@example.org"
LINK = re.compile(r"http://localhost:8000(/\S+)")


@pytest.fixture
def desks(db, settings, monkeypatch):
    """A programme with a post of each role, today: mails go by the clock. This installation sends them.

    The worker would close the connection, and with it what the test rolls back; Django's test client
    takes the same care.
    """
    monkeypatch.setattr(db_worker, "close_old_connections", lambda: None)
    settings.MAILS = True
    desks = Desks.opened()
    desks.pen.now = datetime.now(UTC)
    return desks


def ask(desks, post="county", address=ADDRESS, *, weekday=None, language="en", now=None):
    seat = desks.seat(post)
    mailing.ask(seat, Wanted(address, language, weekday), now=now or desks.now)
    return digests.digest_at(seat)


def confirmed(desks, post="county", address=ADDRESS, **more):
    """A digest whose address was confirmed by its link."""
    digest = ask(desks, post, address, **more)
    now = more.get("now") or desks.now
    secret = digests.link(digest, confirms=True, now=now)
    digests.confirm(secret, journal=journal, now=now)
    mailing._waiting().delete()
    digest.refresh_from_db()
    return digest


def tomorrow(desks, days=1):
    return desks.now + timedelta(days=days)


def paths_in(mail):
    return LINK.findall(mail.body)


def press(path, client=None):
    """Open the page of a link, and press its button."""
    client = client or Client()
    assert client.get(path).status_code == 200
    return client.post(path)


# Asking and confirming


def test_nothing_is_sent_to_an_address_before_it_is_confirmed(desks, mailoutbox):
    ask(desks)
    mailing.work()
    [asking] = mailoutbox
    mailing.begin_due(now=tomorrow(desks, 3))
    mailing.work()
    assert mailoutbox == [asking]

    assert asking.to == [ADDRESS]
    [path] = paths_in(asking)
    assert press(path).status_code == 200
    assert Digest.objects.get().confirmed_at is not None
    assert mailing.begin_due(now=tomorrow(desks)) == 1
    mailing.work()
    assert len(mailoutbox) == 2


def test_opening_the_link_is_not_agreeing(desks, mailoutbox):
    ask(desks)
    mailing.work()
    [path] = paths_in(mailoutbox[0])

    for _ in range(3):
        assert Client().get(path).status_code == 200
        assert Client().head(path).status_code == 200
    assert Digest.objects.get().confirmed_at is None


def test_the_link_works_once(desks, mailoutbox):
    ask(desks)
    mailing.work()
    [path] = paths_in(mailoutbox[0])
    press(path)

    assert Client().get(path).status_code == 404
    assert Client().post(path).status_code == 404


def test_the_link_works_for_seven_days(desks):
    digest = ask(desks)
    secret = digests.link(digest, confirms=True, now=desks.now)

    digests.linked(secret, confirms=True, now=tomorrow(desks, 6))
    with pytest.raises(DigestLinkError):
        digests.confirm(secret, journal=journal, now=tomorrow(desks, 7))


def test_a_link_that_turns_off_confirms_nothing(desks):
    digest = ask(desks)
    secret = digests.link(digest, confirms=False, now=desks.now)

    with pytest.raises(DigestLinkError):
        digests.confirm(secret, journal=journal, now=desks.now)


def test_a_new_address_is_confirmed_anew_and_an_old_link_does_not_do(desks):
    digest = confirmed(desks)
    old = digests.link(digest, confirms=True, now=desks.now)
    ask(desks, address="bek@example.org")

    with pytest.raises(DigestLinkError):
        digests.confirm(old, journal=journal, now=desks.now)
    assert Digest.objects.get().confirmed_at is None
    assert mailing.begin_due(now=tomorrow(desks)) == 0


def test_another_day_or_language_needs_no_new_confirmation(desks):
    confirmed(desks)
    ask(desks, weekday=3, language="zh-hans")

    found = Digest.objects.get()
    assert (found.weekday, found.language) == (3, "zh-hans")
    assert found.confirmed_at is not None
    assert not mailing._waiting().exists()


def test_only_secrets_hashes_are_kept_and_no_address_waits_in_the_queue(desks, mailoutbox):
    ask(desks)
    waiting = mailing._waiting().get()
    mailing.work()

    [path] = paths_in(mailoutbox[0])
    secret = path.rstrip("/").rpartition("/")[2]
    assert len(secret) >= 43
    assert DigestLink.objects.get().hashed == appointments.digest_of(secret)
    assert ADDRESS not in str(vars(waiting))


def test_an_address_that_nobody_confirms_is_forgotten(desks):
    ask(desks)
    mailing.begin_due(now=tomorrow(desks, 6))
    assert Digest.objects.exists()

    mailing.begin_due(now=tomorrow(desks, 8))
    assert not Digest.objects.exists()


# When


@pytest.mark.parametrize(
    ("weekday", "hour", "last"),
    [
        (None, 5, date(2025, 6, 30)),
        (None, 6, date(2025, 7, 1)),
        (2, 5, date(2025, 6, 24)),  # 2025-07-01 is a Tuesday
        (2, 6, date(2025, 7, 1)),
        (1, 6, date(2025, 6, 30)),
        (3, 23, date(2025, 6, 25)),
        (7, 23, date(2025, 6, 29)),
    ],
)
def test_a_mail_is_due_in_the_morning_where_the_programme_is(desks, weekday, hour, last):
    now = datetime(2025, 7, 1, hour, tzinfo=ZoneInfo("Asia/Shanghai"))
    digest = confirmed(desks, weekday=weekday, now=now)

    assert digest.last_on == last
    assert digests.due(journal=journal, now=now) == []
    days = 1 if weekday is None else 7
    assert digests.first_on(digest) == last + timedelta(days)
    found = digests.due(journal=journal, now=now + timedelta(days=days))
    assert found == [(digest, last + timedelta(days))]


def test_days_that_were_missed_are_not_made_up_for(desks):
    digest = confirmed(desks)

    assert mailing.begin_due(now=tomorrow(desks, 30)) == 1
    assert mailing.begin_due(now=tomorrow(desks, 30)) == 0
    digest.refresh_from_db()
    assert digest.last_on == digests._last_due(
        digest, tomorrow(desks, 30), ZoneInfo("Asia/Shanghai")
    )


def test_asking_for_other_days_brings_no_second_mail_of_a_day(desks):
    confirmed(desks, now=tomorrow(desks, -1))
    assert mailing.begin_due(now=desks.now) == 1
    for weekday in (1, 2, 3, 4, 5, 6, 7, None):
        ask(desks, weekday=weekday)
        assert mailing.begin_due(now=desks.now) == 0


# What stands in it


def expected(desks, post):
    seat = desks.seat(post)
    whole = queries.worklist(programme=desks.programme, journal=journal, today=desks.today)
    return queries.counts(whole, seat)


def sent(desks, post="county", **more):
    confirmed(desks, post, **more)
    mailing.begin_due(now=tomorrow(desks))
    mailing.work()


def test_it_says_how_many_as_the_worklist_does(desks, mailoutbox):
    sent(desks)
    counts = expected(desks, "county")

    [mail] = mailoutbox
    assert counts.mine > 0
    assert re.findall(r": (\d+)$", mail.body, re.MULTILINE) == [
        str(n) for n in (counts.mine, counts.overdue, counts.come_up, counts.owed_to_me)
    ]
    assert Digest.objects.get().sent_on is not None


def test_it_holds_numbers_and_links_and_nothing_of_what_is_on_record(desks, mailoutbox):
    sent(desks)

    raw = mailoutbox[0].message().as_bytes()
    told = message_from_bytes(raw, policy=email.policy.default)
    assert told.get_content_type() == "text/plain"
    assert not told.is_multipart()
    text = f"{told['Subject']}\n{told.get_content()}"
    for called, rows in desks.pen.tables().items():
        for row in rows:
            if len(row["id"]) > 4 and called not in {"programme", "rule"}:
                assert row["id"] not in text, called
            for name in (row.get("name") or {}).values() if "name" in row else ():
                assert name not in text, called
    assert desks.programme not in text
    assert "county" not in text
    assert told["Auto-Submitted"] == "auto-generated"
    assert told["Bcc"] is None
    assert told["Cc"] is None


def test_its_links_lead_to_the_worklist_and_to_turning_it_off(desks, mailoutbox):
    sent(desks)

    paths = paths_in(mailoutbox[0])
    assert paths[:2] == ["/en/~desk/worklist/", "/en/~desk/worklist/?view=to-me"]
    assert paths[2].startswith("/en/~desk/digest/off/")
    assert len(paths) == 3
    assert mailoutbox[0].extra_headers["List-Unsubscribe"].endswith(f"{paths[2]}>")


def test_it_is_written_in_the_language_that_was_asked_for(desks, mailoutbox):
    with translation.override("en"):
        sent(desks, language="zh-hans")

    [mail] = mailoutbox
    assert mail.subject == "您的待办清单"
    assert "其中逾期" in mail.body
    assert paths_in(mail)[0] == "/zh-hans/~desk/worklist/"


def test_links_lead_to_where_the_pages_are(desks, mailoutbox, settings):
    settings.CAIRN_URL = "https://pages.example.org/cairn"
    sent(desks)

    assert "https://pages.example.org/cairn/en/~desk/worklist/\n" in mailoutbox[0].body


def test_where_nothing_is_owed_no_mail_comes(desks, mailoutbox):
    digest = confirmed(desks, "auditor")
    counts = expected(desks, "auditor")
    assert (counts.mine, counts.come_up, counts.owed_to_me) == (0, 0, 0)

    assert mailing.begin_due(now=tomorrow(desks)) == 1
    mailing.work()
    assert mailoutbox == []
    digest.refresh_from_db()
    assert (digest.sent_on, digest.failed_on) == (None, None)


# Once


def test_a_day_has_one_mail_however_often_it_is_looked(desks, mailoutbox):
    confirmed(desks)
    for _ in range(3):
        mailing.begin_due(now=tomorrow(desks))
        mailing.work()
    assert len(mailoutbox) == 1

    mailing.begin_due(now=tomorrow(desks, 2))
    mailing.work()
    assert len(mailoutbox) == 2


def test_of_two_who_find_it_due_one_begins_it(desks):
    confirmed(desks)
    now = tomorrow(desks)
    first, second = digests.due(journal=journal, now=now), digests.due(journal=journal, now=now)

    assert first == second
    assert digests.begin(*first[0])
    assert not digests.begin(*second[0])


def test_a_task_that_was_claimed_is_never_run_again(desks, mailoutbox):
    """As when a worker dies while it sends: whether the mail left, nobody knows."""
    confirmed(desks)
    mailing.begin_due(now=tomorrow(desks))
    mailing._waiting().get().claim("a worker that died")

    mailing.work()
    mailing.begin_due(now=tomorrow(desks))
    mailing.work()
    assert mailoutbox == []
    mailing.begin_due(now=tomorrow(desks, 2))
    mailing.work()
    assert len(mailoutbox) == 1


def test_what_waited_past_its_day_is_not_sent_beside_the_next(desks, mailoutbox):
    confirmed(desks)
    mailing.begin_due(now=tomorrow(desks))
    mailing.begin_due(now=tomorrow(desks, 2))
    assert mailing._waiting().count() == 2

    mailing.work()
    assert len(mailoutbox) == 1


def test_the_queue_forgets_what_is_done(desks):
    sent(desks)
    done = mailing.DBTaskResult.objects.filter(queue_name=mailing.QUEUE)
    assert done.count() == 1

    mailing.begin_due(now=tomorrow(desks, 9))
    assert done.filter(started_at__isnull=False).count() == 0


# How it ends


def test_the_link_in_the_mail_turns_it_off_without_signing_in(desks, mailoutbox):
    sent(desks)
    path = paths_in(mailoutbox[0])[2]
    assert Client().get(path).status_code == 200
    assert Digest.objects.exists()

    assert press(path).status_code == 200
    assert not Digest.objects.exists()
    assert not DigestLink.objects.exists()
    assert Client().get(path).status_code == 404
    assert mailing.begin_due(now=tomorrow(desks, 2)) == 0


def test_so_does_the_link_of_an_earlier_mail(desks, mailoutbox):
    sent(desks)
    mailing.begin_due(now=tomorrow(desks, 2))
    mailing.work()
    earlier = paths_in(mailoutbox[0])[2]

    press(earlier)
    assert not Digest.objects.exists()


def test_it_is_turned_off_while_a_mail_waits(desks, mailoutbox):
    confirmed(desks)
    mailing.begin_due(now=tomorrow(desks))
    digests.end(desks.seat("county"))

    mailing.work()
    assert mailoutbox == []


def team(desks):
    """A leader of a team whose cohort lasts."""
    today = desks.today
    pen = desks.pen
    ends_on = today + timedelta(365)
    pen.record(CohortOpened(cohort="now", name=named("Now"), ends_on=ends_on))
    pen.record(TeamPlaced(team="qarasu-now", cohort="now", place="qarasu", sponsor="water-bureau"))
    role = PostRole.TEAM_LEADER
    pen.record(PostOpened(post="lead", name=named("lead"), role=role, team="qarasu-now"))


def ended_by_hand(desks):
    held = Appointment.objects.get(programme=desks.programme, post="lead")
    appointments.end(held.pk, by=desks.seat("office"), journal=journal, now=desks.now)


def handed_over(desks):
    appointments.end_team(desks.programme, team="qarasu-now", journal=journal, now=desks.now)


def cohort_closed(desks):
    desks.pen.record(CohortClosed(cohort="now"), on=desks.today)


def post_closed(desks):
    desks.pen.record(PostClosed(post="lead"), on=desks.today)


def day_passed(desks):
    yesterday = desks.today - timedelta(2)
    Appointment.objects.filter(programme=desks.programme, post="lead").update(ends_on=yesterday)


@pytest.mark.parametrize(
    "ends", [ended_by_hand, handed_over, cohort_closed, post_closed, day_passed]
)
def test_it_ends_with_the_appointment_and_the_address_is_forgotten(desks, mailoutbox, ends):
    team(desks)
    confirmed(desks, "lead")
    off = digests.link(Digest.objects.get(), confirms=False, now=desks.now)
    mailing.begin_due(now=tomorrow(desks))  # one waits already
    ends(desks)

    mailing.work()
    mailing.begin_due(now=tomorrow(desks, 2))
    mailing.work()
    assert mailoutbox == []
    assert not mailing.DBTaskResult.objects.filter(status="FAILED").exists()
    assert not Digest.objects.exists()
    with pytest.raises(DigestLinkError):
        digests.turn_off(off, now=desks.now)


@pytest.mark.parametrize("ends", [ended_by_hand, handed_over])
def test_where_somebody_ends_it_the_address_goes_at_that_moment(desks, ends):
    team(desks)
    confirmed(desks, "lead")
    ends(desks)

    assert not Digest.objects.exists()


def test_whoever_holds_the_post_next_begins_without_one(desks):
    confirmed(desks)
    desks.appoint("bek", "county")

    assert digests.digest_at(desks.seat("county", "bek")) is None


# An address that gets too many, or is none


def test_an_address_gets_three_such_mails_a_day_and_nobody_learns_who_asked(desks, mailoutbox):
    for nth, post in enumerate(("county", "office", "township", "committee", "auditor")):
        ask(desks, post)
        mailing.work()
        assert len(mailoutbox) == min(nth + 1, mailing.PER_ADDRESS)
    assert Digest.objects.count() == 5

    ask(desks, "keeper", now=tomorrow(desks, 2))
    assert mailing._waiting().count() == 1


def test_a_user_writes_to_ten_addresses_a_day(desks):
    for nth in range(mailing.PER_USER):
        ask(desks, address=f"a{nth}@example.org")

    with pytest.raises(mailing.TooManyMailsError):
        ask(desks, address="one-more@example.org")
    assert Digest.objects.get().address == f"a{mailing.PER_USER - 1}@example.org"


def test_a_mail_that_was_asked_for_and_changed_before_it_left_is_not_sent(desks, mailoutbox):
    ask(desks)
    ask(desks, address="bek@example.org", now=desks.now + timedelta(seconds=1))
    mailing.work()

    assert [mail.to for mail in mailoutbox] == [["bek@example.org"]]


def test_what_is_no_address_never_becomes_a_header(desks, mailoutbox, caplog):
    digest = confirmed(desks)
    broken = "a@example.org\nBcc: everybody@example.org"
    Digest.objects.filter(pk=digest.pk).update(address=broken)
    mailing.begin_due(now=tomorrow(desks))
    mailing.work()

    assert mailoutbox == []
    digest.refresh_from_db()
    assert digest.failed_on == digest.last_on
    assert "everybody" not in caplog.text


def test_the_clock_of_tests_is_the_clock_of_mails(desks):
    """Tasks ask the clock; what these tests say of days rests on it."""
    assert abs(timezone.now() - desks.now) < timedelta(minutes=5)
