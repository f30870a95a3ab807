"""`cairn invite`: how the first user of an installation gets in."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cairn.catalog import journal
from cairn.journal.heads import position_of
from cairn.people.appointments import InvitationError, accept, holders, invitation, invite
from cairn.people.models import Appointment
from cairn.people.seats import NoSuchPostError, seats_of
from cairn.programme.facts import CohortClosed, PostClosed
from cairn.web.desk import inviting

NOW = datetime(2025, 6, 30, 4, 0, tzinfo=UTC)
CAIRN = Path(sys.executable).with_name("cairn")


def secret_of(link):
    return link.rstrip("/").rpartition("/")[2]


def test_the_first_post_of_a_programme_is_its_office(pen):
    link = inviting.link(pen.programme, "programme-office", now=NOW)

    assert link.startswith("http://localhost:8000/en/~desk/invited/")
    assert pen.the("post", "programme-office").role == "programme-office"
    found = invitation(secret_of(link), journal=journal, now=NOW)
    assert (found.post, found.by_user) == ("programme-office", None)


def test_later_ones_must_be_on_record(desks):
    before = position_of(desks.programme)

    with pytest.raises(NoSuchPostError, match="There is no post ‘nobody’ in"):
        inviting.link(desks.programme, "nobody", now=NOW)
    assert inviting.link(
        desks.programme, "auditor", now=NOW, base="https://a.b", language="zh-hans"
    )
    assert position_of(desks.programme) == before


def test_a_programme_must_be_there(db):
    with pytest.raises(NoSuchPostError, match="open it with `cairn open`"):
        inviting.link("nothing", "office", now=NOW)


def test_a_link_leads_to_where_the_pages_are(desks, settings):
    settings.PLAIN, settings.ALLOWED_HOSTS = False, ["pages.example.org"]

    assert inviting.link(desks.programme, "office", now=NOW).startswith(
        "https://pages.example.org/"
    )


def test_the_command_prints_the_link_and_nothing_else(tmp_path):
    alone = {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")}
    where = {"env": alone, "cwd": tmp_path, "capture_output": True, "text": True}
    opened = ("open", "p", "--name", "P", "--timezone", "Asia/Shanghai", "--currency", "CNY")
    subprocess.run([CAIRN, *opened], check=True, **where)

    done = subprocess.run(
        [CAIRN, "invite", "p", "office", "--url", "https://a.example"], check=True, **where
    )

    assert re.fullmatch(r"https://a\.example/en/~desk/invited/[\w-]{43}/\n", done.stdout)


# What an invitation leads to


def test_an_appointment_begins_today_where_the_programme_is_and_ends_as_invited(desks):
    ends_on = desks.today.replace(year=2026)
    context = {"journal": journal, "now": desks.now}
    secret = invite(desks.programme, "county", by="office", ends_on=ends_on, **context)

    held = accept(secret, desks.user("amina"), **context)

    assert (str(held.starts_on), held.ends_on) == ("2025-06-30", ends_on)
    assert [seat.post for seat in seats_of(held.user_id, **context)] == ["county"]
    with pytest.raises(InvitationError):
        accept(secret, desks.user("bek"), **context)


@pytest.mark.parametrize(
    ("post", "fact"),
    [("leader", CohortClosed(cohort="2025")), ("county", PostClosed(post="county"))],
)
def test_nobody_is_invited_to_a_post_that_is_no_more(desks, post, fact):
    context = {"journal": journal, "now": desks.now}
    secret = invite(desks.programme, post, by="office", **context)
    desks.pen.record(fact)

    with pytest.raises(NoSuchPostError):
        invite(desks.programme, post, by="office", **context)
    with pytest.raises(InvitationError):
        accept(secret, desks.user("amina"), **context)
    assert not Appointment.objects.exists()


def test_whoever_decides_about_posts_sees_who_holds_them(desks):
    desks.appoint("amina", "committee")
    desks.appoint("bek", "auditor")

    seen = holders(desks.seat("township"), journal=journal, now=desks.now)

    assert {held.post for held in seen} == {
        "committee", "other-committee", "keeper", "member",
    }  # fmt: skip
    names = [name for held in seen for _key, name, _since, _until in held.holders]
    assert names == [str(desks.user("amina"))]
