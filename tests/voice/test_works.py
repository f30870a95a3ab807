"""Whether a thing works, said by anybody: once a day, counted small, and never as proof by itself."""

import pytest
from django.test import Client

from cairn.assets.facts import AssetHandedOver, AssetInspected, Condition
from cairn.catalog import journal
from cairn.following.snapshot import bring_up_to_date
from cairn.voice.facts import ThingConfirmed, Works
from cairn.voice.models import Waiting
from cairn.voice.queries import confirmed
from cairn.worklist.queries import worklist
from cast import named
from voice.conftest import work
from voice.test_saying import HERE, buckets, clock  # noqa: F401 - fixtures


@pytest.fixture
def pump(clock):  # noqa: F811
    fact = AssetHandedOver(
        asset="pump", name=named("Pump"), place="qarasu", keeper="qarasu-committee"
    )
    clock.record(clock.seat("committee"), fact, on=clock.now.date())
    return f"/en/{clock.programme}/assets/pump/works/"


def say(address, works="works"):
    return Client(enforce_csrf_checks=True).post(address, {"works": works}, headers=HERE)


def looks(desks):
    found = worklist(programme=desks.programme, journal=journal, today=desks.now.date())
    return [one for one in found if one.sort == "look"]


def test_anybody_says_it_once_a_day(clock, pump):  # noqa: F811
    first, second = say(pump), say(pump, "does-not")
    work(clock, days=1)
    third = say(pump, "does-not")

    assert (first.status_code, second.status_code, third.status_code) == (200, 429, 200)
    assert not first.cookies
    assert Waiting.objects.count() == 1
    assert clock.pen.the("thing-said", "asset/pump").works == 1


def test_it_says_nothing_of_whoever_said_it(clock, pump):  # noqa: F811
    say(pump)
    (row,) = Waiting.objects.all()

    assert (row.about, row.slip) == ("asset/pump", "")
    assert (
        bytes(row.said)
        == b'{"kind": "voice.thing-confirmed", "fact": {"works": "works", "asset": "pump"}}'
    )


def test_it_is_counted_in_steps_of_five(clock, pump):  # noqa: F811
    for _time in range(4):
        clock.pen.record(ThingConfirmed(asset="pump", works=Works.WORKS))
    assert confirmed(programme=clock.programme, thing="asset", id_="pump").works == 0

    for _time in range(5):
        clock.pen.record(ThingConfirmed(asset="pump", works=Works.WORKS))
    assert confirmed(programme=clock.programme, thing="asset", id_="pump").works == 5
    bring_up_to_date(clock.programme)
    page = Client().get(pump.removesuffix("works/")).content.decode()
    assert "5 or more" in page
    assert "fewer than 10" in page


def test_what_is_not_there_is_owed_a_look_until_somebody_looked(clock, pump):  # noqa: F811
    say(pump, "not-there")
    assert looks(clock) == []
    work(clock, days=1)

    (owed,) = looks(clock)
    assert (owed.of.id, owed.ways[0].kind) == ("pump", "assets.asset-inspected")
    seen = AssetInspected(asset="pump", condition=Condition.GOOD)
    clock.record(clock.seat(owed.owed_by[0].id), seen, on=clock.now.date())
    assert looks(clock) == []


def test_a_project_is_asked_about_too(clock):  # noqa: F811
    address = f"/en/{clock.programme}/projects/qarasu-well/works/"

    assert Client().get(address).status_code == 200
    assert say(address, "not-there").status_code == 200
    work(clock, days=1)
    assert [one.of.id for one in looks(clock)] == ["qarasu-well"]


@pytest.mark.parametrize("works", ["", "perhaps"])
def test_only_what_is_offered_is_taken(pump, works):
    assert say(pump, works).status_code == 422


def test_one_thing_is_named(clock, pump):  # noqa: F811
    fact = ThingConfirmed(works=Works.WORKS)
    both = ThingConfirmed(works=Works.WORKS, asset="pump", project="qarasu-well")

    assert clock.pen.objections(fact).keys() == {"asset"}
    assert clock.pen.objections(both).keys() == {"asset"}


def test_a_thing_that_is_not_there_has_no_form(clock):  # noqa: F811
    assert Client().get(f"/en/{clock.programme}/assets/nothing/works/").status_code == 404
