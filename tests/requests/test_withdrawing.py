"""Who withdraws a request where both posts stand at one place, and may speak for each other."""

from datetime import date

import pytest

from cairn.journal.journal import RefusedError
from cairn.requests.facts import Help, RequestRaised, RequestRefused, RequestWithdrawn
from cairn.values import Text

JUNE = date(2025, 6, 1)
VALVES = RequestRaised(
    asked="leader", help=Help.EXPERTISE, what=Text(en="How a valve is drained"), by=JUNE
)


@pytest.fixture
def asked_of_the_leader(desks):
    return str(desks.record(desks.seat("committee"), VALVES, on=JUNE).id)


def test_whoever_was_asked_says_that_it_cannot_and_does_not_withdraw_it(desks, asked_of_the_leader):
    withdrawn = RequestWithdrawn(request=asked_of_the_leader, reason="Too much to do")
    with pytest.raises(RefusedError) as refused:
        desks.record(desks.seat("leader"), withdrawn, on=JUNE)

    assert [one.field for one in refused.value.objections] == ["request"]
    cannot = RequestRefused(request=asked_of_the_leader, reason="Too much to do")
    desks.record(desks.seat("leader"), cannot, on=JUNE)
    assert desks.pen.the("request", asked_of_the_leader).state == "refused"


def test_whoever_asked_withdraws_it(desks, asked_of_the_leader):
    withdrawn = RequestWithdrawn(request=asked_of_the_leader, reason="We found the manual")
    desks.record(desks.seat("committee"), withdrawn, on=JUNE)

    assert desks.pen.the("request", asked_of_the_leader).state == "withdrawn"
