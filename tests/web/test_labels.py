"""Labels, printed at the desk: each has its code and the square that fills it in; nobody else sees them."""

import re
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.test import Client

from cairn.assets.facts import AssetHandedOver, AssetInspected, Condition
from cairn.voice.labels import label_code
from cairn.web.qr import code_of
from cairn.works.facts import ProjectCompleted, ProjectStarted
from cast import named
from people.desks import Desks
from security.visitors import DESK, invited


@pytest.fixture
def desks(db):
    """Two pumps in two villages; and the well of one, that is being dug."""
    found = Desks.opened()
    for asset, place, keeper in (
        ("pump", "qarasu", "qarasu-committee"),
        ("石桥村-pump", "石桥村", "qarasu-committee"),
        ("lamp", "石桥村", "county-office"),
    ):
        fact = AssetHandedOver(asset=asset, name=named(asset), place=place, keeper=keeper)
        found.pen.record(fact)
    found.pen.record(ProjectStarted(project="qarasu-well"))
    found.pen.now = datetime.now(UTC)
    return found


def printed(visitor, query=""):
    """Each label: the id of its thing, and its code."""
    page = visitor.get(f"{DESK}labels/{query}").content.decode()
    ids = re.findall(r'<p class="id"><bdi dir="ltr">([^<]+)<', page)
    return dict(zip(ids, re.findall(r'<p class="code"><bdi dir="ltr">([^<]+)<', page), strict=True))


def test_a_label_has_the_code_that_its_thing_asks_for_and_a_square_that_fills_it_in(desks):
    township = invited(desks, "township", "township")
    page = township.get(f"{DESK}labels/?place=qarasu").content.decode()
    code = label_code(desks.programme, "asset/pump", secret=settings.SECRET_KEY)
    address = f"http://testserver/en/{desks.programme}/assets/pump/works/"
    path, _width = code_of(f"{address}?label={code.replace('-', '')}")

    assert printed(township, "?place=qarasu") == {
        "pump": code,
        "qarasu-well": label_code(
            desks.programme, "project/qarasu-well", secret=settings.SECRET_KEY
        ),
    }
    assert f'd="{path}"' in page
    assert f">{address}<" in page


def test_what_is_gone_and_what_is_built_has_no_label_of_its_own(desks):
    desks.pen.record(AssetInspected(asset="pump", condition=Condition.GONE))
    desks.pen.record(ProjectCompleted(project="qarasu-well"))

    assert printed(invited(desks, "township", "township"), "?place=qarasu") == {}


def test_a_post_prints_those_within_its_reach_and_those_that_it_keeps(desks):
    at_the_county = printed(invited(desks, "county", "county"))
    at_the_village = printed(invited(desks, "committee", "committee"))

    assert set(at_the_county) >= {"pump", "石桥村-pump", "lamp", "qarasu-well"}
    assert set(at_the_village) == {"pump", "石桥村-pump", "qarasu-well"}
    assert at_the_village.items() <= at_the_county.items()


@pytest.mark.parametrize("post", ["sponsor", "auditor", "witness"])
def test_who_only_looks_on_prints_none(desks, post):
    assert invited(desks, post, post).get(f"{DESK}labels/").status_code == 403


def test_who_does_not_sign_in_sees_none(desks):
    assert Client().get(f"{DESK}labels/").status_code == 302
    assert Client().get(f"/en/{desks.programme}/places/qarasu/labels/").status_code == 404


def test_with_another_secret_every_code_is_another(desks, settings):
    before = printed(invited(desks, "township", "township"))
    settings.SECRET_KEY = "another"  # noqa: S105 - a test's
    after = printed(invited(desks, "township", "township-2"))

    assert before.keys() == after.keys()
    assert not set(before.values()) & set(after.values())
