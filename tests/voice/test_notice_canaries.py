"""What the browser of somebody who answers a notice tells is in no file and no table, and no answer is published."""

import logging

from cairn.following.snapshot import bring_up_to_date
from cairn.journal.models import Entry
from cairn.publish.pages import pages_of
from cairn.voice.models import Waiting
from voice.conftest import work
from voice.notices_said import ask, claim, page_of
from voice.test_canaries import (  # noqa: F401 - a fixture
    ADDRESS,
    AGENT,
    FORWARDED,
    everything_on_disk,
    rows,
    sender,
)
from voice.test_saying import HERE, buckets, clock  # noqa: F401 - fixtures


def test_nothing_of_whoever_answers_is_left_anywhere(sender, clock, caplog):  # noqa: F811
    caplog.set_level(logging.DEBUG)
    ask(clock)
    claim(clock)
    for address, said in (
        (page_of(clock, "which-well") + "answer/", {"choice": "2"}),
        (page_of(clock, "which-well") + "answer/", {"choice": "nothing"}),
        (page_of(clock, "money-came") + "so/", {"claimed": "not-so"}),
    ):
        response = sender.client.post(address, said, headers=HERE)
        assert not response.cookies
        assert not hasattr(response.wsgi_request, "session")
    assert Waiting.objects.count() == 2
    work(clock, days=1)

    left = everything_on_disk().decode("utf-8", "replace") + rows() + caplog.text
    assert "which-well" in left  # it is looked for where it would be
    for canary in (ADDRESS, FORWARDED, AGENT, "x-canary-41"):
        assert canary not in left


def test_the_log_and_the_published_pages_hold_no_answer(sender, clock):  # noqa: F811
    ask(clock)
    claim(clock)
    sender.client.post(page_of(clock, "which-well") + "answer/", {"choice": "2"}, headers=HERE)
    sender.client.post(page_of(clock, "money-came") + "so/", {"claimed": "not-so"}, headers=HERE)
    work(clock, days=1)
    bring_up_to_date(clock.programme)

    log = b"".join(bytes(e.body) for e in Entry.objects.filter(programme=clock.programme))
    assert b"which-well" in log
    for hidden in (b"question-answered", b"claim-confirmed", b"not-so", b'"number"'):
        assert hidden not in log
    pages = b"".join(page.body for page in pages_of(clock.programme, clock.today))
    assert b"fewer than 10" in pages
    assert b"question-answered" not in pages
    assert b"claim-confirmed" not in pages
