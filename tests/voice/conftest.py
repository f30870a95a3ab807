from itertools import count
from random import Random

import pytest

from cairn.catalog import journal
from cairn.voice import upkeep, waiting
from cairn.voice.facts import CategoryOffered, VoiceReceived
from cast import named
from people.desks import Desks

SAID = "The pump by the school stands still"


@pytest.fixture
def desks(db, monkeypatch):
    """A programme with a post of each role, on the last day of June 2025, that asks for voices.

    On no day without a voice do blanks come alone: which days those are changes with the secret.
    """
    monkeypatch.setattr(upkeep, "is_of_blanks", lambda *_of, **_secret: False)
    found = Desks.opened()
    for category, door in (("water", None), ("road", None), ("abuse", named("Ring 110"))):
        found.pen.record(CategoryOffered(category=category, name=named(category), door=door))
    return found


@pytest.fixture
def say(desks):
    """Say something today, and let it wait; its key."""
    drawn = Random(desks.programme)  # noqa: S311 - a test that can be foreseen

    def said(text=SAID, *, place="qarasu", category="water", slip="", chance=None):
        return waiting.keep(
            VoiceReceived(place=place, category=category, text=text),
            programme=desks.programme,
            about=place,
            on=desks.today,
            slip=slip,
            chance=chance or drawn,
        )

    return said


@pytest.fixture
def voice(desks, say):
    """A voice that came into the journal today; its id. Its day was yesterday."""
    key = say()
    desks.later(days=1)
    work(desks)
    return str(key)


_seeds = count()


def work(desks, *, days=0, seed=None):
    """Let days pass, and what is due be done."""
    desks.later(days=days)
    drawn = Random(next(_seeds) if seed is None else seed)  # noqa: S311 - likewise
    return upkeep.work_once(journal, now=desks.now, chance=drawn)
