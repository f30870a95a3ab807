"""A debrief of the cast's cohort, in June 2025."""

from datetime import date

import pytest

from cairn.journal.journal import RefusedError
from cairn.lessons.facts import DebriefCalled, DebriefHeld, RecommendationDrafted
from cairn.values import Text
from cast import named
from people.desks import Desks

JUNE = date(2025, 6, 2)
TEXT = Text(en="List every warranty with its end date", zh_hans="写明每项质保到期日")


@pytest.fixture
def desks(db):
    """The cast's programme, whose cohort has held its debrief."""
    found = Desks.opened()
    called = DebriefCalled(
        debrief="close", cohort="2025", place="kunlun", name=named("Close"), chair="county", on=JUNE
    )
    found.record(found.seat("county"), called, on=JUNE)
    held = DebriefHeld(debrief="close", posts=("county", "leader"), present=9)
    found.record(found.seat("county"), held, on=JUNE)
    return found


def refusal(desks, post, fact, on=JUNE):
    """What is said against a fact, by field; nothing where it is taken."""
    try:
        desks.record(desks.seat(post), fact, on=on)
    except RefusedError as refused:
        return {one.field: one.message for one in refused.objections}
    return {}


def draft(desks, text=TEXT, **more):
    """A recommendation that was drafted; its id."""
    fact = RecommendationDrafted(debrief="close", text=text, **({"speaker": "leader"} | more))
    return str(desks.record(desks.seat("county"), fact, on=JUNE).id)
