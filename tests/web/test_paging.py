"""Long lists go on beside the row that was shown last, whatever was recorded meanwhile."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cairn.assets.models import Asset
from cairn.following.queries.stretches import Beside, key_of, stretch
from cairn.following.snapshot import bring_up_to_date
from cairn.money.models import Account
from cairn.programme.facts import PlaceAdded, PlaceLevel
from cairn.values import Theme
from cairn.works.facts import ProjectProposed
from cairn.works.models import Project
from cast import named

MANY, ON_A_PAGE = 120, 50


def project(nth):
    return ProjectProposed(
        project=f"culvert-{nth:03}", name=named(f"Culvert {nth}"), place="qarasu", theme=Theme.ROAD
    )


@pytest.fixture
def projects(cast):
    """A programme with some more projects than fit on two pages: its id."""
    for nth in range(MANY):
        cast.record(project(nth))
    bring_up_to_date(cast.programme)
    return cast


def turned(address, way):
    """The page that the link to the `later` rows leads to, or to the `earlier`; None without one."""
    page = Client().get(address).content.decode()
    rel = {"later": "next", "earlier": "prev"}[way]
    found = re.search(rf'<a[^>]*rel="{rel}"[^>]*>', page)
    return re.search(r'href="([^"]*)"', found[0])[1] if found else None


def shown(address):
    page = Client().get(address).content.decode()
    return re.findall(r"/projects/([\w-]+)/\"", page.split("<tbody", 1)[1])


def test_every_project_stands_on_one_page_and_no_statement_counts_rows_off(projects):
    base = f"/en/{projects.programme}/projects/"
    address, found, pages = base, [], 0
    with CaptureQueriesContext(connection) as statements:
        while address and pages < 10:
            found += dict.fromkeys(shown(address))
            later = turned(address, "later")
            address, pages = later and base + unescape(later), pages + 1

    every = Project.objects.filter(programme=projects.programme).order_by("id")
    assert found == [row.id for row in every]
    assert pages == -(-len(every) // ON_A_PAGE)
    assert [one["sql"] for one in statements if "OFFSET" in one["sql"]] == []


def test_what_is_recorded_meanwhile_shifts_nobodys_place(projects):
    base = f"/en/{projects.programme}/projects/"
    later = base + unescape(turned(base, "later"))
    before = shown(later)

    projects.record(
        ProjectProposed(project="a-bridge", name=named("x"), place="qarasu", theme=Theme.ROAD)
    )

    assert shown(later) == before


def test_the_way_back_leads_over_the_same_rows(projects):
    base = f"/en/{projects.programme}/projects/"
    second = base + unescape(turned(base, "later"))
    third = base + unescape(turned(second, "later"))

    assert shown(base + unescape(turned(third, "earlier"))) == shown(second)
    assert shown(base + unescape(turned(second, "earlier"))) == shown(base)


@pytest.mark.parametrize(
    "asked", ["after=zzz", "after=a~b~c", "before=a", "start=9&after=", "start=50"]
)
@pytest.mark.parametrize("page", ["projects", "accounts", "assets", "budgets"])
def test_an_address_that_somebody_typed_is_a_page(projects, page, asked):
    assert Client().get(f"/en/{projects.programme}/{page}/?{asked}").status_code == 200


@pytest.mark.parametrize("by", [("place", "id"), ("-place", "-id"), ("place", "-id")])
def test_a_list_that_is_sorted_by_more_than_ids_goes_on_where_it_was(projects, by):
    for nth in range(4):
        place = f"place-{nth}"
        projects.record(
            PlaceAdded(place=place, name=named(place), level=PlaceLevel.VILLAGE, within="hongliu")
        )
    rows = Project.objects.filter(programme=projects.programme)
    whole = list(rows.order_by(*by))

    found, at = stretch(rows, *by, start=0, size=7)
    while len(found) < len(whole):
        more, at = stretch(rows, *by, start=Beside(at.last, len(found)), size=7)
        found += more
    back, _at = stretch(rows, *by, start=Beside(key_of(whole[10], by), 5, before=True), size=5)

    assert [row.id for row in found] == [row.id for row in whole]
    assert [row.id for row in back] == [row.id for row in whole[5:10]]
    assert (
        stretch(Account.objects.filter(programme=projects.programme, id="none"), "id", size=5)[0]
        == []
    )
    assert (
        stretch(
            Asset.objects.filter(programme=projects.programme, id="none"), "place", "id", size=None
        )[0]
        == []
    )
