"""Whether a thing works, said by whoever has its label: once a day, counted small, and never as proof by itself."""

import re

import pytest
from django.conf import settings
from django.test import Client

from cairn.assets.facts import AssetHandedOver, AssetInspected, Condition
from cairn.catalog import journal
from cairn.following.snapshot import bring_up_to_date
from cairn.voice import throttle
from cairn.voice.facts import ThingConfirmed, Works
from cairn.voice.labels import is_label_code, label_code
from cairn.voice.models import Waiting
from cairn.voice.queries import confirmed
from cairn.worklist.queries import worklist
from cast import named
from voice.conftest import work
from voice.test_saying import HERE, buckets, clock  # noqa: F401 - fixtures


@pytest.fixture(autouse=True)
def of_labels(monkeypatch):
    """A full bucket that no time fills: that of a process outlives a test."""
    fresh = throttle.Buckets(lambda: 0.0, for_all=throttle.OF_LABELS)
    monkeypatch.setattr("cairn.web.public.works.of_labels", fresh)
    return fresh


@pytest.fixture
def pump(clock):  # noqa: F811
    fact = AssetHandedOver(
        asset="pump", name=named("Pump"), place="qarasu", keeper="qarasu-committee"
    )
    clock.record(clock.seat("committee"), fact, on=clock.today)
    return f"/en/{clock.programme}/assets/pump/works/"


def label_of(address):
    """What is printed on the label of the thing that an address is about."""
    _en, programme, things, id_, _works = address.strip("/").split("/")
    return label_code(programme, f"{things.rstrip('s')}/{id_}", secret=settings.SECRET_KEY)


def say(address, works="works", label=None):
    said = {"works": works, "label": label_of(address) if label is None else label}
    return Client(enforce_csrf_checks=True).post(address, said, headers=HERE)


def looks(desks):
    found = worklist(programme=desks.programme, journal=journal, today=desks.today)
    return [one for one in found if one.sort == "look"]


def test_anybody_says_it_once_a_day(clock, pump):  # noqa: F811
    first, second = say(pump), say(pump, "does-not")
    work(clock, days=1)
    third = say(pump, "does-not")

    assert (first.status_code, second.status_code, third.status_code) == (200, 429, 200)
    assert not first.cookies
    assert Waiting.objects.count() == 1
    assert clock.pen.the("thing-said", "asset/pump").works == 1


def test_who_has_no_label_says_nothing_and_takes_nobodys_day(clock, pump):  # noqa: F811
    wrong = say(pump, label="7KQ2-M0ZD")

    assert wrong.status_code == 422
    page = wrong.content.decode()
    assert "compare it with the label, sign by sign" in page
    assert 'aria-invalid="true"' in page
    assert 'value="7KQ2-M0ZD"' in page
    assert f'href="/en/{clock.programme}/places/qarasu/say/"' in page
    assert "Write the code" in say(pump, label=" ").content.decode()
    assert not Waiting.objects.exists()
    assert say(pump).status_code == 200


def test_a_code_is_read_as_people_write_it(pump):
    written = label_of(pump)
    sloppy = f" {written.lower().replace('-', ' ').replace('0', 'o').replace('1', 'l')} "

    assert say(pump, label=sloppy).status_code == 200


def test_each_thing_of_each_programme_has_a_code_of_its_own():
    one, other = "one secret", "another secret"
    things = [f"{sort}/thing-{n}" for sort in ("asset", "project") for n in range(500)]
    codes = {label_code(p, thing, secret=one) for p in ("one", "two") for thing in things}
    pump = label_code("one", "asset/pump", secret=one)

    assert len(codes) == 2000
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", pump)
    assert pump == label_code("one", "asset/pump", secret=one)
    assert is_label_code(pump, "one", "asset/pump", secret=one)
    for wrong in ("", "ß" * 300, label_code("one", "project/pump", secret=one)):
        assert not is_label_code(wrong, "one", "asset/pump", secret=one)
    assert not is_label_code(pump, "one", "asset/pump", secret=other)


def test_the_address_on_a_label_fills_in_its_code_and_keeps_it_nowhere_else(pump):
    code = label_of(pump).replace("-", "")
    page = Client().get(pump, {"label": code, "from": "a scanner"})

    assert page.status_code == 200
    assert f'name="label" type="text" dir="ltr" value="{code}"' in page.content.decode()
    assert 'action="./"' in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert page["Referrer-Policy"] == "same-origin"


def test_guessing_is_slowed_down_and_closes_no_form_of_a_village(pump, of_labels):
    while of_labels.take():
        pass

    assert say(pump, label="7KQ2-M0ZD").status_code == 429
    assert throttle.Buckets().take("programme/qarasu")


def test_the_thing_that_a_code_is_of_is_told_by_no_page(clock, pump):  # noqa: F811
    bring_up_to_date(clock.programme)
    thing = pump.removesuffix("works/")

    for address in (pump, thing, f"/en/{clock.programme}/places/qarasu/"):
        page = Client().get(address).content.decode()
        assert label_of(pump) not in page, address
        assert label_of(pump).replace("-", "") not in page, address


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
    clock.record(clock.seat(owed.owed_by[0].id), seen, on=clock.today)
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
    assert not Waiting.objects.exists()


def test_whoever_types_the_code_and_presses_enter_has_not_said_that_it_works(pump):
    """A browser presses the first button of a form then, even one that it does not show."""
    buttons = re.findall(r"<button[^>]*>", Client().get(pump).content.decode())

    assert 'value="" hidden' in buttons[0]


def test_one_thing_is_named(clock, pump):  # noqa: F811
    fact = ThingConfirmed(works=Works.WORKS)
    both = ThingConfirmed(works=Works.WORKS, asset="pump", project="qarasu-well")

    assert clock.pen.objections(fact).keys() == {"asset"}
    assert clock.pen.objections(both).keys() == {"asset"}


def test_a_thing_that_is_not_there_has_no_form(clock):  # noqa: F811
    assert Client().get(f"/en/{clock.programme}/assets/nothing/works/").status_code == 404
