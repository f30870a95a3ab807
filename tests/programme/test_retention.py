"""The clock of what is sealed: to the day, on a leap day too, and not where a programme takes no facts."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from cairn.catalog import journal
from cairn.journal import files, sealing
from cairn.journal.readonly import make_read_only
from cairn.money.facts import MoneySpent, PaymentEvidenced
from cairn.programme.retention import erase_what_is_over
from cairn.values import Text
from cast import a_picture, cny

THERE = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def _within_a_transaction(monkeypatch):
    monkeypatch.setattr(sealing, "after_erasing", lambda _programme: None)


@pytest.fixture
def evidenced(cast):
    """A payment of a leap day with a picture and a caption: the position of its evidence."""
    spent = MoneySpent(account="qarasu-committee", project="qarasu-well", amount=cny("9.00"))
    cast.now = datetime(2028, 3, 1, tzinfo=THERE)
    paid = cast.movement(spent, on=date(2028, 2, 29))
    photo = files.keep(cast.programme, a_picture())
    fact = PaymentEvidenced(movement=paid, sha256=photo, caption=Text(en="The pump"))
    return cast.record(fact, on=date(2028, 2, 29)).position


def left(cast, position):
    return sealing.parts_at(cast.programme, [position])[position].keys()


def at(*day, hour=12):
    return datetime(*day, hour, tzinfo=THERE)


def test_it_erases_on_the_day_and_not_before(cast, evidenced):
    assert erase_what_is_over(journal, now=at(2058, 2, 28)) == 0
    assert left(cast, evidenced) == {"sha256", "caption"}

    assert erase_what_is_over(journal, now=at(2058, 3, 1, hour=0)) == 2
    assert left(cast, evidenced) == set()
    assert erase_what_is_over(journal, now=at(2058, 3, 1)) == 0


def test_a_programme_that_takes_no_facts_is_left_alone(cast, evidenced, settings, tmp_path):
    settings.CAIRN_DIR = tmp_path
    make_read_only(cast.programme, "a test")

    assert erase_what_is_over(journal, now=at(2090, 1, 1)) == 0
    assert left(cast, evidenced) == {"sha256", "caption"}
