"""GET /api/field: what a phone reads in one answer, and nothing beyond what its seat reads at the desk."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cairn.assets.facts import AssetHandedOver, AssetInspected, Condition
from cairn.catalog import journal
from cairn.following.snapshot import bring_up_to_date
from cairn.handover.facts import HandoverOpened
from cairn.journal.fact import Visibility
from cairn.programme.facts import (
    CohortOpened,
    PlaceAdded,
    PlaceLevel,
    PostOpened,
    PostRole,
    TeamPlaced,
)
from cairn.programme.projections import Post
from cairn.requests.facts import Help, RequestRaised
from cairn.values import Theme
from cairn.web.desk.choices import Offered
from cairn.web.field.read import OUT_THERE
from cairn.web.reader import reader_of
from cairn.works.facts import NeedRaised, ProjectProposed
from cast import named
from people.desks import Desks
from web.api.devices import Device


@pytest.fixture
def desks(db):
    """The cast with a team that is there today, and a thing at its village."""
    found = Desks.opened()
    found.pen.now = datetime.now(UTC)
    today = found.today
    ends = date(today.year + 1, 12, 31)
    found.pen.record(CohortOpened(cohort="now", name=named("Now"), ends_on=ends))
    team = TeamPlaced(team="qarasu-now", cohort="now", place="qarasu", sponsor="water-bureau")
    found.pen.record(team)
    for post, role in (("leads", PostRole.TEAM_LEADER), ("helps", PostRole.TEAM_MEMBER)):
        found.pen.record(PostOpened(post=post, name=named(post), role=role, team="qarasu-now"))
    for asset, place in (("pump", "qarasu"), ("mast", "石桥村")):
        found.pen.record(
            AssetHandedOver(asset=asset, name=named(asset), place=place, keeper="qarasu-committee")
        )
    bring_up_to_date(found.programme)
    return found


def read(desks, post="leads"):
    answer = Device(desks, post).get("field")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_leader_reads_its_village_and_what_it_owes(desks):
    desks.pen.record(AssetInspected(asset="pump", condition=Condition.WORN), on=date(2025, 6, 1))
    bring_up_to_date(desks.programme)
    said = read(desks)

    assert said["seat"]["post"] == "leads"
    assert said["seat"]["place"] == "qarasu"
    assert [(one["id"], one["condition"], one["seen_on"]) for one in said["assets"]] == [
        ("pump", "worn", "2025-06-01")
    ]
    assert {"code": "CNY", "digits": 2} in said["currencies"]
    assert [one["id"] for one in said["places"]] == ["qarasu"]
    assert [one["team"] for one in said["packs"]] == ["qarasu-now"]
    assert said["records"][: len(OUT_THERE)] == list(OUT_THERE)


def test_what_a_form_offers_is_what_the_desk_offers(desks):
    said = read(desks)
    seat = desks.seat("leads")
    for kind in said["records"]:
        declared = journal.kinds[kind]
        desk = Offered(seat, declared, reader_of("en"), wanted={})
        for field, thing in declared.references():
            if thing == "inspection":
                continue
            here = {said["things"][thing][nth]["id"] for nth in said["offered"][kind][field]}
            assert here == {id_ for id_, _name in desk(field, thing)}, (kind, field)


def test_it_is_asked_for_again_only_when_something_changed(desks):
    phone = Device(desks, "leads")
    first = phone.get("field")
    phone.client.defaults["HTTP_IF_NONE_MATCH"] = first.headers["ETag"]
    again = phone.get("field")
    desks.pen.record(AssetInspected(asset="pump", condition=Condition.GOOD))
    bring_up_to_date(desks.programme)
    changed = phone.get("field")

    assert (again.status_code, again.content) == (304, b"")
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


def test_two_posts_never_share_an_answer(desks):
    assert (
        Device(desks, "leads").get("field").headers["ETag"]
        != Device(desks, "helps").get("field").headers["ETag"]
    )


def test_a_request_among_others_is_not_read_by_a_post_that_has_no_part_in_it(desks):
    assert RequestRaised.visibility is Visibility.PROGRAMME
    desks.pen.record(
        RequestRaised(
            asked="county-2", help=next(iter(Help)), what=named("Zebra"), by=date(2027, 1, 1)
        )
    )
    bring_up_to_date(desks.programme)

    assert b"Zebra" not in Device(desks, "leads").get("field").content


MOST_QUERIES = 170
"""About half of them are the pack of the team, which is computed as its page computes it."""


def test_how_often_the_database_is_asked_does_not_grow_with_what_is_on_record(desks):
    phone = Device(desks, "leads")
    phone.get("field")
    asked = []
    for stretch in range(2):
        for nth in range(12):
            id_ = f"x-{stretch}-{nth}"
            desks.pen.record(
                ProjectProposed(project=id_, name=named(id_), place="qarasu", theme=Theme.ROAD)
            )
            desks.pen.record(
                NeedRaised(need=id_, name=named(id_), place="qarasu", theme=Theme.ROAD)
            )
            desks.pen.record(
                AssetHandedOver(
                    asset=id_, name=named(id_), place="qarasu", keeper="qarasu-committee"
                )
            )
            desks.pen.record(
                PostOpened(
                    post=id_, name=named(id_), role=PostRole.KEEPER, organisation="qarasu-committee"
                )
            )
            desks.pen.record(
                PlaceAdded(place=id_, name=named(id_), level=PlaceLevel.VILLAGE, within="hongliu")
            )
            desks.pen.record(TeamPlaced(team=id_, cohort="now", place=id_, sponsor="water-bureau"))
            desks.pen.record(
                PostOpened(
                    post=f"leads-{id_}", name=named(id_), role=PostRole.TEAM_LEADER, team=id_
                )
            )
            desks.pen.record(HandoverOpened(team=id_, outgoing=f"leads-{id_}", on=desks.today))
        bring_up_to_date(desks.programme)
        phone.get("field")
        desks.pen.record(AssetInspected(asset="pump", condition=Condition.GOOD))
        bring_up_to_date(desks.programme)
        with CaptureQueriesContext(connection) as queries:
            assert phone.get("field").status_code == 200
        asked.append(len(queries))

    assert asked[0] == asked[1] < MOST_QUERIES, asked
    assert Post.objects.filter(programme=desks.programme).count() > 24


@pytest.mark.parametrize(
    "post", ["county", "sponsor", "auditor", "office", "township", "committee", "keeper"]
)
def test_every_role_reads_something(desks, post):
    said = read(desks, post)

    assert said["seat"]["post"] == post
    assert said["programme"]["name"]
