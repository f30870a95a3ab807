"""A place's story: everything that happened there, whichever cohort was there, and whatever it was called."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cairn.assets.facts import AssetHandedOver, AssetInspected, AssetTakenOutOfUse, Condition
from cairn.following import queries
from cairn.following.snapshot import bring_up_to_date
from cairn.journal.entry import Draft
from cairn.money.facts import MoneyConfirmed, MoneyMoved, MoneyReceived, MoneySent, MoneySpent
from cairn.programme.facts import (
    CohortClosed,
    CohortOpened,
    PlaceAdded,
    PlaceLevel,
    PlaceMerged,
    PlaceRenamed,
    PlaceSplit,
    PostOpened,
    PostRole,
    TeamPlaced,
)
from cairn.requests.facts import Help, RequestAccepted, RequestRaised
from cairn.values import Text, Theme, UnknownThingError
from cairn.works.facts import NeedRaised, NeedRefused, ProjectProposed, ProjectStarted
from cast import DAY, cny, named, new_id

TODAY = date(2026, 6, 30)
COUNTY, VILLAGE, WELL, QARASU, BRIDGE = (
    "county-office", "qarasu-committee", "qarasu-well", "qarasu", "石桥村",
)  # fmt: skip


@pytest.fixture
def two(cast):
    """Two cohorts, each with a team of another sponsor at Qarasu."""
    cast.now = datetime(2026, 7, 1, tzinfo=UTC)
    teams = (("2025", "water-bureau"), ("2026", "seed-company"))
    cast.record(CohortClosed(cohort="2025"), on=date(2025, 12, 20))
    opened = CohortOpened(cohort="2026", name=named("Cohort of 2026"), ends_on=date(2026, 12, 31))
    cast.record(opened, on=date(2026, 1, 15))
    for cohort, sponsor in teams:
        team = TeamPlaced(team=f"qarasu-{cohort}", cohort=cohort, place=QARASU, sponsor=sponsor)
        cast.record(team, on=date(int(cohort), 2, 1))
    return cast


def story(pen, place=QARASU, **more):
    bring_up_to_date(pen.programme)
    return queries.place_story(programme=pen.programme, place=place, today=TODAY, **more)


def told(found):
    """What happened, as (day, what, of what)."""
    return [
        (one.on.isoformat(), one.what, one.thing.id)
        for chapter in found.chapters
        for one in chapter.happenings
    ]


def chapters(found):
    return {one.turn.cohort.id if one.turn else None: one for one in found.chapters}


def raised(pen, need, on, place=QARASU):
    fact = NeedRaised(need=need, name=named(need), place=place, theme=Theme.ROAD)
    pen.record(fact, on=on)


def handed(pen, asset, on, place=QARASU):
    fact = AssetHandedOver(asset=asset, name=named(asset), place=place, keeper=VILLAGE)
    pen.record(fact, on=on)


def test_a_story_is_told_cohort_by_cohort_from_top_to_bottom(two):
    raised(two, "bridge", date(2025, 3, 1))
    handed(two, "pump", date(2025, 6, 1))
    broken = AssetInspected(asset="pump", condition=Condition.BROKEN)
    two.record(broken, on=date(2026, 3, 1))
    refused = NeedRefused(need="bridge", reason="A road is built there")
    two.record(refused, on=date(2026, 1, 2))
    out = AssetTakenOutOfUse(asset="pump", reason="No water")
    two.record(out, on=date(2026, 4, 1))

    found = story(two)
    assert told(found) == [
        ("2025-02-01", "team", "water-bureau"),
        ("2025-03-01", "need", "bridge"),
        ("2025-06-01", "handed", "pump"),
        ("2026-01-02", "need-refused", "bridge"),
        ("2026-02-01", "team", "seed-company"),
        ("2026-03-01", "seen-broken", "pump"),
        ("2026-04-01", "out", "pump"),
    ]
    assert list(chapters(found)) == ["2025", None, "2026"]
    first, second = chapters(found)["2025"], chapters(found)["2026"]
    assert (first.handed, first.standing, first.raised, first.refused) == (1, 0, 1, 1)
    assert (second.handed, second.raised) == (0, 0)
    assert [one.sponsor.id for one in second.teams] == ["seed-company"]
    assert (first.kept, first.broken) == (0, 1)
    assert [one.ended_on for one in found.built] == [date(2026, 4, 1)]


def test_money_arrives_from_elsewhere_and_is_spent_here(two):
    received = MoneyReceived(grant="water-2025", account=COUNTY, amount=cny("100.00"))
    two.record(received, on=date(2025, 2, 1))
    sent = two.movement(
        MoneySent(source=COUNTY, target=VILLAGE, amount=cny("40.00")), on=date(2025, 12, 19)
    )
    two.record(MoneyConfirmed(movement=sent, amount=cny("35.00")), on=date(2026, 1, 20))
    moved = MoneyMoved(source=VILLAGE, target=COUNTY, amount=cny("3.00"))
    two.record(moved, on=date(2026, 1, 21))
    for account, amount, day in ((COUNTY, "7.00", 1), (VILLAGE, "5.00", 2)):
        paid = MoneySpent(account=account, project=WELL, amount=cny(amount))
        two.record(paid, on=date(2026, 5, day))

    rows = [row for one in story(two).chapters for row in one.money]
    assert [(row.turn.cohort.id, row.arrived, row.spent) for row in rows] == [("2026", 3500, 1200)]
    county = [row for one in story(two, "kunlun").chapters for row in one.money]
    assert [(row.turn.cohort.id, row.arrived, row.spent) for row in county] == [
        ("2025", 10000, 0),
        ("2026", 0, 1200),
    ]


def test_quarters_say_what_was_spent_what_stood_and_what_waited(two):
    raised(two, "bridge", date(2025, 3, 1))
    handed(two, "pump", date(2025, 6, 1))
    out = AssetTakenOutOfUse(asset="pump", reason="No water")
    two.record(out, on=date(2025, 10, 1))
    two.record(NeedRefused(need="bridge", reason="A road is built there"), on=date(2025, 7, 1))
    received = MoneyReceived(grant="water-2025", account=VILLAGE, amount=cny("100.00"))
    two.record(received, on=date(2025, 2, 1))
    paid = MoneySpent(account=VILLAGE, project=WELL, amount=cny("7.00"))
    two.record(paid, on=date(2025, 9, 30))

    found = story(two).quarters
    assert [(one.spent, one.assets, one.needs) for one in found] == [
        (0, 0, 1),
        (0, 1, 1),
        (700, 1, 0),
        (0, 0, 0),
        (0, 0, 0),
        (0, 0, 0),
    ]
    assert (found[0].first, found[-1].last) == (date(2025, 1, 1), date(2026, 6, 30))


def test_promises_of_all_chapters_are_those_of_the_place(two):
    raised(two, "bridge", date(2025, 3, 1))
    raised(two, "lane", date(2025, 11, 10))
    two.record(NeedRefused(need="lane", reason="A road is built there"), on=date(2026, 1, 5))
    raised(two, "mill", date(2026, 6, 1))

    found = [(one.kept, one.broken, one.open) for one in story(two).chapters]
    assert found == [(0, 1, 0), (1, 0, 0), (0, 0, 1)]
    rows = queries.cohort_years(programme=two.programme, today=TODAY, place=QARASU).promises
    for nth, part in enumerate(("kept", "broken", "open")):
        assert sum(getattr(row, part) for row in rows) == sum(one[nth] for one in found)


def test_the_story_of_a_village_takes_in_what_became_part_of_it(two):
    raised(two, "lane", date(2025, 3, 1), BRIDGE)
    two.record(PlaceRenamed(place=QARASU, name=Text(en="New Qarasu")), on=date(2025, 9, 1))
    two.record(PlaceMerged(place=BRIDGE, successor=QARASU), on=date(2026, 2, 2))

    found = story(two)
    assert ("2025-03-01", "need", "lane") in told(found)
    assert ("2026-02-02", "merged", QARASU) in told(found)
    renamed = [o for c in found.chapters for o in c.happenings if o.what == "renamed"]
    assert [(one.thing.name, one.said) for one in renamed] == [
        ({"en": "Qarasu"}, {"en": "New Qarasu"})
    ]
    assert chapters(found)["2025"].raised == 1
    assert found.split == ()


def test_the_story_of_a_part_tells_the_whole_before_it_was_split_and_divides_no_money(two):
    received = MoneyReceived(grant="water-2025", account=VILLAGE, amount=cny("100.00"))
    two.record(received, on=date(2025, 2, 1))
    raised(two, "bridge", date(2025, 3, 1))
    for place in ("upper", "lower"):
        added = PlaceAdded(
            place=place, name=named(place), level=PlaceLevel.VILLAGE, within="hongliu"
        )
        two.record(added, on=date(2026, 2, 1))
    two.record(PlaceSplit(place=QARASU, successors=("upper", "lower")), on=date(2026, 2, 2))
    raised(two, "store", date(2026, 3, 1), "upper")
    raised(two, "mill", date(2026, 3, 1), "lower")

    found = story(two, "upper")
    assert [one.id for one in found.split] == [QARASU]
    assert ("2025-03-01", "need", "bridge") in told(found)
    assert ("2026-03-01", "need", "store") in told(found)
    assert "mill" not in {thing for _day, _what, thing in told(found)}
    money = [row for one in found.chapters for row in one.money]
    assert [(row.of.id, row.arrived) for row in money] == [(QARASU, 10000)]


def test_what_is_asked_among_posts_changes_no_page_over_the_years(two):
    post = PostOpened(
        post="township", name=named("Township"), role=PostRole.TOWNSHIP, place="hongliu"
    )
    two.record(post, on=date(2025, 2, 1))

    def pages():
        bring_up_to_date(two.programme)
        asked = {"programme": two.programme, "today": TODAY}
        answers = queries.place_story(**asked, place=QARASU), queries.cohort_years(**asked)
        return [replace(one, as_of=None) for one in answers]

    before = pages()
    asked = RequestRaised(
        asked="township", help=Help.REPAIR, what=named("The pump"), place=QARASU, by=DAY
    )
    request = two.movement(asked)
    two.append(Draft(new_id(), DAY, "township", RequestAccepted(request=request, by=DAY)))

    assert pages() == before


def test_a_place_that_nobody_added_has_no_story(two):
    with pytest.raises(UnknownThingError):
        story(two, "nowhere")


def test_more_of_everything_asks_no_more_questions(two):
    def asked():
        bring_up_to_date(two.programme)
        with CaptureQueriesContext(connection) as found:
            queries.place_story(programme=two.programme, place=QARASU, today=TODAY)
        return len(found)

    def more(nth):
        raised(two, f"need-{nth}", date(2025, 3, 1 + nth))
        handed(two, f"pump-{nth}", date(2025, 6, 1 + nth))
        proposed = ProjectProposed(
            project=f"road-{nth}", name=named("Road"), place=QARASU, theme=Theme.ROAD
        )
        two.record(proposed, on=date(2025, 3, 1 + nth))
        two.record(ProjectStarted(project=f"road-{nth}"), on=date(2025, 4, 1 + nth))

    more(0)
    few = asked()
    for nth in range(1, 6):
        more(nth)

    assert asked() <= few
    assert few <= 48
