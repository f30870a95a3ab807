"""Whether what a notice claims is so, said by anybody: once a day, counted small, looked into by another."""

import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cairn.catalog import journal
from cairn.following.snapshot import bring_up_to_date
from cairn.journal.journal import RefusedError
from cairn.notices import rules
from cairn.notices.facts import (
    About,
    InLanguage,
    NoticeRewritten,
    NoticeWithdrawn,
    VersionChecked,
    VersionPublished,
)
from cairn.publish.pages import pages_of
from cairn.values import Text
from cairn.voice import throttle
from cairn.voice.facts import (
    CLAIMS,
    MOST_CHOICES,
    ClaimConfirmed,
    Claimed,
    ClaimLookedInto,
    Found,
)
from cairn.voice.models import Waiting
from cairn.worklist.queries import worklist
from posted import SINCE, draft
from security.visitors import invited
from voice.conftest import work
from voice.notices_said import ask, claim, page_of, send
from voice.test_saying import buckets, clock  # noqa: F401 - fixtures

WHAT = Text(en="The account shows 86,000, and the receipt hangs beside it")
LOOKED = ClaimLookedInto(notice="money-came", found=Found.IN_PART, what=WHAT)


@pytest.fixture(autouse=True)
def full(monkeypatch):
    """Full buckets: those of a process outlive a test."""
    monkeypatch.setattr("cairn.web.public.notice_said.buckets", throttle.Buckets())


@pytest.fixture
def claimed(clock):  # noqa: F811
    """Where one says whether what a notice claims is so."""
    claim(clock)
    return page_of(clock, "money-came") + "so/"


def say(address, claimed="so", **headers):
    return send(address, {"claimed": claimed}, **headers)


def owed(desks):
    found = worklist(programme=desks.programme, journal=journal, today=desks.today)
    return [one for one in found if one.sort == "claim"]


def look(address):
    return Client().get(address).content.decode()


def test_what_voices_know_of_notices_is_what_notices_say():
    """Neither capability imports the other."""
    assert set(CLAIMS) <= set(About)
    assert MOST_CHOICES == rules.MOST_CHOICES


def _section(page):
    return page.partition('id="claim-title"')[2].partition("</section>")[0]


def test_anybody_says_it_and_each_answer_counts_once_a_day(clock, claimed):  # noqa: F811
    responses = [say(claimed), say(claimed), say(claimed, "not-so"), say(claimed, "not-so")]
    assert Waiting.objects.count() == 2
    work(clock, days=1)
    say(claimed)
    work(clock, days=1)

    row = clock.pen.the("claim-said", "money-came")
    assert (row.so, row.not_so) == (2, 1)
    assert not any(response.cookies for response in responses)


def test_whoever_comes_second_is_answered_as_the_first_was(claimed):
    """Else anybody could find out, by saying it, whether somebody had that day."""
    first, second = say(claimed, "not-so"), say(claimed, "not-so")

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.content == second.content


def test_nor_does_what_is_done_tell_it(claimed):
    """Either way everything that waits is written again: the same statements, whoever was first."""
    say(claimed, "so")
    asked = []
    for _time in range(2):
        with CaptureQueriesContext(connection) as queries:
            say(claimed, "not-so")
        asked.append([re.sub(r"\W.*", "", one["sql"]) for one in queries])

    assert asked[0] == asked[1]
    assert "INSERT" in asked[1]


def test_of_a_day_that_waits_still_it_is_said_once_and_of_the_next_once_more(clock, claimed):  # noqa: F811
    say(claimed)
    clock.later(days=1)  # nobody has taken the first day's batch yet
    say(claimed)

    assert Waiting.objects.count() == 2


def test_it_says_nothing_of_whoever_said_it(claimed):
    say(claimed, "not-so")
    (row,) = Waiting.objects.all()

    assert (row.about, row.slip) == ("notice/money-came/not-so", "")
    assert json.loads(bytes(row.said)) == {
        "kind": "voice.claim-confirmed",
        "fact": {"notice": "money-came", "claimed": "not-so"},
    }


def test_the_journal_counts_it_once_a_day_whatever_waits(clock, claimed):  # noqa: F811
    fact, today = ClaimConfirmed(notice="money-came", claimed=Claimed.SO), clock.today
    clock.pen.record(fact, on=today)

    assert clock.pen.objections(fact, on=today).keys() == {"claimed"}
    other = ClaimConfirmed(notice="money-came", claimed=Claimed.NOT_SO)
    assert clock.pen.objections(other, on=today) == {}


def test_it_is_counted_in_steps_of_five(clock, claimed):  # noqa: F811
    for nth in range(9):
        day = clock.today - timedelta(nth)
        clock.pen.record(ClaimConfirmed(notice="money-came", claimed=Claimed.SO), on=day)
    bring_up_to_date(clock.programme)
    page = look(page_of(clock, "money-came"))

    figures = re.findall(r"<dd>(.*?)</dd>", _section(page))
    assert [figure.strip() for figure in figures] == ["5 or more", "fewer than 10"]
    assert "proves nothing by itself" in page


@pytest.mark.parametrize("sent", ["", "perhaps", "SO"])
def test_only_what_is_offered_is_taken(claimed, sent):
    assert say(claimed, sent).status_code == 422


def test_a_form_from_elsewhere_is_refused(claimed):
    assert say(claimed, Origin="https://elsewhere.example").status_code == 403


@pytest.mark.parametrize("about", [one for one in About if one not in CLAIMS])
def test_a_notice_that_claims_nothing_is_not_asked_about(clock, about):  # noqa: F811
    claim(clock, about=about)
    bring_up_to_date(clock.programme)

    assert Client().get(page_of(clock, "money-came") + "so/").status_code == 404
    assert "claim-title" not in look(page_of(clock, "money-came"))
    fact = ClaimConfirmed(notice="money-came", claimed=Claimed.SO)
    assert clock.pen.objections(fact, on=clock.today).keys() == {"notice"}


def test_a_version_that_is_stale_is_not_asked_about_and_the_others_are(clock, claimed):  # noqa: F811
    """Whoever reads it would judge what the notice said before."""
    clock.record(clock.seat("member"), draft("money-came", InLanguage.ZH_HANS), on=SINCE)
    for fact in (VersionChecked, VersionPublished):
        clock.record(clock.seat("leader"), fact(version="money-came.zh-hans"), on=SINCE)
    chinese = page_of(clock, "money-came", "zh-hans")
    assert 'name="claimed"' in look(chinese + "so/")
    changed = NoticeRewritten(
        notice="money-came", title="The money came", text="Half of it.", reason="Half came"
    )
    clock.record(clock.seat("leader"), changed, on=clock.today)
    bring_up_to_date(clock.programme)

    for page in (chinese, chinese + "so/"):
        assert 'name="claimed"' not in look(page)
    assert say(chinese + "so/").status_code == 422
    assert not Waiting.objects.exists()
    assert "what it said then" in look(page_of(clock, "money-came"))
    assert say(claimed).status_code == 200


def test_works_are_claimed_too(clock):  # noqa: F811
    claim(clock, about=About.WORKS)

    assert say(page_of(clock, "money-came") + "so/").status_code == 200


# Looking into it


def test_that_it_is_not_so_is_owed_a_look_until_somebody_looked(clock, claimed):  # noqa: F811
    say(claimed, "not-so")
    assert owed(clock) == []
    work(clock, days=1)

    (one,) = owed(clock)
    assert (one.of.id, one.ways[0].kind) == ("money-came", "voice.claim-looked-into")
    assert one.to.id == "qarasu"
    clock.record(clock.seat(one.owed_by[0].id), LOOKED, on=clock.today)
    assert owed(clock) == []
    say(claimed, "not-so")
    work(clock, days=1)
    assert owed(clock) == []  # said on the day of the look
    say(claimed, "not-so")
    work(clock, days=1)
    assert len(owed(clock)) == 1


def test_that_it_is_so_is_owed_nothing(clock, claimed):  # noqa: F811
    say(claimed, "so")
    work(clock, days=1)

    assert owed(clock) == []


def test_whoever_wrote_the_notice_does_not_judge_it(clock, claimed):  # noqa: F811
    say(claimed, "not-so")
    work(clock, days=1)

    assert "leader" not in {post.id for one in owed(clock) for post in one.owed_by}
    with pytest.raises(RefusedError, match="another"):
        clock.record(clock.seat("leader"), LOOKED, on=clock.today)
    with pytest.raises(RefusedError, match="somebody else"):
        clock.record(clock.seat("township", "leader"), LOOKED, on=clock.today)
    clock.record(clock.seat("township"), LOOKED, on=clock.today)


def test_the_desk_offers_a_look_to_others_than_its_writer(clock, claimed):  # noqa: F811
    page = reverse("desk:notice", args=["money-came"])
    offered = [
        "voice.claim-looked-into" in invited(clock, post, post).client.get(page).content.decode()
        for post in ("leader", "township")
    ]

    assert offered == [False, True]


def test_nor_does_whoever_changed_its_source(clock, claimed):  # noqa: F811
    changed = NoticeRewritten(
        notice="money-came", title="The money came", text="Half of it.", reason="Half came"
    )
    clock.record(clock.seat("committee"), changed, on=clock.today)

    for post in ("leader", "committee"):
        with pytest.raises(RefusedError, match="another"):
            clock.record(clock.seat(post), LOOKED, on=clock.today)


def test_what_was_withdrawn_is_looked_into_no_more(clock, claimed):  # noqa: F811
    say(claimed, "not-so")
    work(clock, days=1)
    gone = NoticeWithdrawn(notice="money-came", reason="It went back")
    clock.record(clock.seat("leader"), gone, on=clock.today)

    assert owed(clock) == []
    assert "notice" in clock.pen.objections(LOOKED, on=clock.today)


def test_everybody_reads_what_was_found_and_who_looked(clock, claimed):  # noqa: F811
    clock.record(clock.seat("township"), LOOKED, on=clock.today)
    bring_up_to_date(clock.programme)
    page = look(page_of(clock, "money-came"))
    pages = {page.address: page for page in pages_of(clock.programme, clock.today)}
    published = pages[page_of(clock, "money-came")]

    assert published.answers is not None  # it is drawn again when a figure moves, and only then
    for one in (page, published.body.decode()):
        assert "It is so in part" in one
        assert WHAT.en in one
        assert "township" in _section(one)
    assert 'name="claimed"' in page
    assert 'name="claimed"' not in published.body.decode()


def test_it_may_be_looked_into_unasked_so_that_a_look_betrays_nobody(clock, claimed):  # noqa: F811
    clock.record(clock.seat("township"), LOOKED, on=clock.today)

    assert clock.pen.the("claim-said", "money-came").not_so == 0


def test_a_later_finding_stands(clock, claimed):  # noqa: F811
    clock.record(clock.seat("township"), LOOKED, on=clock.today)
    now_so = ClaimLookedInto(notice="money-came", found=Found.SO, what=Text(en="The rest came"))
    clock.record(clock.seat("county"), now_so, on=clock.today)

    row = clock.pen.the("claim-said", "money-came")
    assert (row.found, row.looked_by) == ("so", "county")


def test_nobody_finds_anything_before_the_notice_was_written(clock, claimed):  # noqa: F811
    early = clock.pen.objections(LOOKED, on=SINCE - timedelta(1))

    assert "happened_on" in early


def test_rebuilding_gives_the_same_figures_and_findings(clock, claimed):  # noqa: F811
    ask(clock)
    say(claimed, "not-so")
    send(page_of(clock, "which-well") + "answer/", {"choice": "3"})
    work(clock, days=1)
    clock.record(clock.seat("township"), LOOKED, on=clock.today)
    before = clock.pen.tables()
    journal.rebuild(clock.programme)

    assert before["question-said"]
    assert before["claim-said"]
    assert clock.pen.tables() == before
