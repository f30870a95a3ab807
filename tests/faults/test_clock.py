"""A clock ten years off, either way: facts are taken or refused as rules say, and nothing breaks."""

from datetime import date, timedelta

import pytest

from cairn.catalog import invariants, journal
from cairn.journal.checks import answers
from cairn.journal.heads import position_of
from cairn.programme.facts import PlaceAdded, PlaceLevel
from cast import DAY, NOW, named

TEN_YEARS = timedelta(days=3652)


def village(name):
    return PlaceAdded(place=name, name=named(name), level=PlaceLevel.VILLAGE)


def wrong(pen):
    found = answers(journal, pen.programme, invariants=invariants)
    return {answer.holds: answer.wrong for answer in found if answer.wrong}


def test_a_clock_ten_years_fast_takes_what_happened_and_what_it_thinks_has(cast):
    cast.now = NOW + TEN_YEARS
    first = cast.record(village("before"), on=DAY)
    second = cast.record(village("to-come"), on=date(2035, 1, 1))
    cast.now = NOW
    third = cast.record(village("after"), on=DAY)

    assert [first.position + 1, first.position + 2] == [second.position, third.position]
    assert cast.append(cast.draft(village("after"), id=third.id)) == third
    assert wrong(cast) == {}


def test_a_clock_ten_years_slow_refuses_what_has_not_come_and_writes_nothing(cast):
    position = position_of(cast.programme)
    cast.now = NOW - TEN_YEARS

    assert "has not come yet" in cast.objections(village("today"), on=DAY)["happened_on"]
    assert "before the programme" in cast.objections(village("then"), on=date(2015, 1, 1))[
        "happened_on"
    ]  # fmt: skip
    assert position_of(cast.programme) == position
    cast.now = NOW
    assert cast.record(village("today"), on=DAY).position == position + 1
    assert wrong(cast) == {}


@pytest.mark.parametrize("way", [-1, 1])
def test_a_receipt_is_the_same_by_any_clock(cast, way):
    draft = cast.draft(village("once"))
    receipt = cast.append(draft)

    cast.now = NOW + way * TEN_YEARS

    assert cast.append(draft) == receipt
