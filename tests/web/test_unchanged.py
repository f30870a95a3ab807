"""A public page is drawn once, and anew as soon as anything changes that it depends on."""

import re
import shutil
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cairn.following.snapshot import bring_up_to_date
from cairn.journal.readonly import make_read_only
from cairn.money.facts import GrantPledged
from cairn.web.public import unchanged
from cast import Pen, assemble, cny, named
from merkle.signers import COUNTY
from web.test_pages import PAGES
from witness.watched import watch, with_key

READS_AT_MOST = 1
"""Statements of a page that nothing has changed of: how far the journal reaches."""

CHANGES_WITHOUT_A_FACT = re.compile(
    r'FROM "(people_|voice_(?:waiting|slip|turned)|django_|account_|mfa_|auth_)'
)
"""Tables of which a page that is kept may show nothing."""


def asked(address, **headers):
    return Client().get(address, headers={"accept-encoding": "gzip", **headers})


@pytest.fixture
def grants(cast):
    """The address of a page of a programme with everybody there."""
    bring_up_to_date(cast.programme)
    return f"/en/{cast.programme}/grants/"


def pledge(cast):
    cast.record(
        GrantPledged(
            grant="roads", name=named("Roads for all"), sponsor="seed-company", amount=cny("5")
        )
    )


def read(response):
    assert response.status_code == 200
    return response.content


def test_a_page_is_drawn_once_and_given_again_byte_for_byte(grants):
    first = asked(grants)

    with CaptureQueriesContext(connection) as statements:
        again = asked(grants)

    assert read(again) == read(first)
    assert dict(again.items()) == dict(first.items())
    assert len(statements) <= READS_AT_MOST


def test_whoever_has_a_page_is_told_so_before_it_is_drawn(grants):
    tag = asked(grants)["ETag"]

    with CaptureQueriesContext(connection) as statements:
        again = asked(grants, if_none_match=tag)

    assert (again.status_code, again.content) == (304, b"")
    assert len(statements) <= READS_AT_MOST


def test_with_a_fact_the_page_is_another_and_says_how_far_it_reaches(cast, grants):
    before = asked(grants, accept_encoding="")
    pledge(cast)

    after = asked(grants, accept_encoding="", if_none_match=before["ETag"])

    assert "1 newer" not in before.content.decode()
    assert read(after) != read(before)


def test_with_a_trace_the_page_shows_what_was_traced(cast, grants):
    pledge(cast)
    before = asked(grants, accept_encoding="")
    bring_up_to_date(cast.programme)

    after = asked(grants, accept_encoding="")

    assert read(after) != read(before)


def test_each_language_and_each_host_has_a_page_of_its_own(grants):
    english, chinese = asked(grants), asked(grants.replace("/en/", "/zh-hans/"))
    elsewhere = Client(SERVER_NAME="127.0.0.1").get(grants)

    assert read(english) != read(chinese)
    assert len(unchanged.pages) == 3
    assert read(elsewhere)


def test_a_host_that_is_not_ours_is_refused_a_page_that_is_kept(grants):
    read(asked(grants))

    assert Client(SERVER_NAME="elsewhere.example").get(grants).status_code == 400


def test_with_a_checkpoint_and_with_a_cosignature_the_page_says_so(cast, grants):
    log = with_key(cast.programme)
    try:
        alone = read(asked(grants, accept_encoding=""))
        watch(log)
        waiting = read(asked(grants, accept_encoding=""))
        watch(log, COUNTY)
        witnessed = read(asked(grants, accept_encoding=""))
        make_read_only(cast.programme, "the log says otherwise.")
        stopped = read(asked(grants, accept_encoding=""))
    finally:
        shutil.rmtree(log.folder)

    assert len({alone, waiting, witnessed, stopped}) == 4
    assert b"1 outside witness has cosigned" in witnessed


def test_with_the_day_where_the_programme_is_the_page_is_another(cast):
    at = datetime(2025, 6, 30, 15, 59, tzinfo=UTC)  # in Asia/Shanghai a minute before midnight

    def stamp(now):
        return unchanged.stamp_of(cast.programme, "en", now=now)

    assert stamp(at) == stamp(at - timedelta(hours=12))
    assert stamp(at) != stamp(at + timedelta(minutes=1))


@pytest.mark.parametrize(
    "address",
    [
        "/en/{0}/grants/?sponsor=sponsor-a",  # somebody may have typed it
        "/en/{0}/~search/?q=well",
        "/en/{0}/~search/",
        "/en/{0}/grants/no-such-grant/",
        "/en/{0}@20/grants/",  # a past, which is made while somebody wants it
        "/en/no-such-programme/grants/",
        "/en/{0}/places/qarasu/say/",
        "/en/{0}/places/qarasu/answers/",
        "/en/{0}/~code/",
        "/en/{0}/~log/",
        "/en/~desk/sign-in/",
        "/api/projects",
        "/en/",
    ],
)
def test_what_is_typed_asked_by_a_form_or_of_the_desk_is_never_kept(cast, grants, address):
    asked(address.format(cast.programme))

    assert len(unchanged.pages) == 0


def test_neither_head_nor_post_is_answered_with_what_was_kept(grants):
    read(asked(grants))

    assert Client().head(grants).content == b""
    assert Client().post(grants).status_code == 405


def test_what_is_kept_has_an_end_and_what_nobody_asks_for_goes_first(monkeypatch):
    monkeypatch.setattr(unchanged, "MOST_BYTES", 1000)
    pages = unchanged._Pages()

    for number in range(50):
        pages.put(number, unchanged._Drawn("", (), bytes(100)))
        pages.get(0)

    assert pages.bytes <= 1000
    assert len(pages) == 10
    assert pages.get(0) is not None
    assert pages.get(49) is not None
    assert pages.get(1) is None


def test_a_page_that_is_kept_reads_nothing_that_changes_without_a_fact(told, db):
    found, kept = {}, 0
    for path in PAGES:
        with CaptureQueriesContext(connection) as statements:
            asked(f"/en/{told}/{path}")
        if len(unchanged.pages) > kept:
            kept = len(unchanged.pages)
            wrong = [q["sql"] for q in statements if CHANGES_WITHOUT_A_FACT.search(q["sql"])]
            found |= {path: wrong} if wrong else {}

    assert kept > 20
    assert found == {}


def test_two_programmes_of_one_name_after_another_do_not_share_a_page(cast):
    """A database put back has other entries at the same positions: the root of its tree says so."""
    other = Pen.opened()
    assemble(other)

    one, two = (
        unchanged.stamp_of(p, "en", now=cast.now) for p in (cast.programme, other.programme)
    )
    assert one[0] == two[0]
    assert one != two
