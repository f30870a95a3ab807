"""Places are renamed, merged and split: history stays, totals follow, nothing new happens there."""

from datetime import date

import pytest

from cairn.following import queries
from cairn.following.snapshot import bring_up_to_date
from cairn.money.facts import MoneySpent
from cairn.programme.facts import PlaceAdded, PlaceLevel, PlaceMerged, PlaceRenamed, PlaceSplit
from cairn.values import Text, Theme
from cairn.works.facts import ProjectProposed
from cast import DAY, cny, named

BRIDGE, QARASU = "石桥村", "qarasu"
AFTER = date(2025, 3, 2)
MERGED = PlaceMerged(place=BRIDGE, successor=QARASU)


def road(project, place=BRIDGE):
    return ProjectProposed(project=project, name=named(project), place=place, theme=Theme.ROAD)


def test_nothing_new_happens_at_a_place_that_is_no_more(cast):
    cast.record(MERGED)

    assert cast.objections(road("late"), on=AFTER) == {
        "place": "Stone Bridge is no more since 2025-03-01; it became Qarasu (qarasu)."
    }


def test_what_happened_there_before_may_be_told_late(cast):
    cast.record(MERGED)

    assert not cast.objections(road("early"), on=DAY)
    assert cast.the("project", "early").place == BRIDGE


def test_what_was_spent_at_a_merged_village_counts_for_its_successor_and_once_above(cast):
    cast.record(road("lane"))
    for project, amount in (("lane", "5.00"), ("qarasu-well", "7.00")):
        cast.record(MoneySpent(account="county-office", project=project, amount=cny(amount)))
    cast.record(MERGED)
    bring_up_to_date(cast.programme)

    def spent(place):
        found = queries.follow_place(programme=cast.programme, place=place, today=AFTER)
        return found.rows[0].spent, found.rows[0].projects, found.projects_count

    assert spent(BRIDGE) == (500, 1, 1)
    assert spent(QARASU) == (1200, 2, 2)
    assert spent("hongliu") == (1200, 2, 2)
    assert spent("kunlun") == (1200, 2, 2)


def test_a_renamed_place_keeps_its_id_and_says_what_it_was_called(cast):
    cast.record(PlaceRenamed(place=QARASU, name=Text(en="New Qarasu")))
    bring_up_to_date(cast.programme)

    changes = queries.place_changes(programme=cast.programme, place=QARASU)
    assert cast.the("place", QARASU).name == {"en": "New Qarasu"}
    assert changes.former == (({"en": "Qarasu"}, DAY),)
    assert cast.objections(
        PlaceRenamed(place=QARASU, name=Text(en="Old")), on=date(2025, 2, 1)
    ) == {"happened_on": "It was renamed on 2025-03-01; what came before is told."}


def test_a_split_village_names_what_it_became_and_its_sums_stay(cast):
    for place in ("upper", "lower"):
        cast.record(
            PlaceAdded(place=place, name=named(place), level=PlaceLevel.VILLAGE, within="hongliu")
        )
    cast.record(MoneySpent(account="county-office", project="qarasu-well", amount=cny("7.00")))
    cast.record(PlaceSplit(place=QARASU, successors=("upper", "lower")))
    bring_up_to_date(cast.programme)

    changes = queries.place_changes(programme=cast.programme, place="upper")
    upper = queries.follow_place(programme=cast.programme, place="upper", today=AFTER)
    whole = queries.follow_place(programme=cast.programme, place="hongliu", today=AFTER)
    assert [(one.id, day) for one, day in changes.predecessors] == [(QARASU, DAY)]
    assert (upper.rows[0].spent, whole.rows[0].spent) == (0, 700)


@pytest.mark.parametrize(
    ("fact", "says"),
    [
        (
            PlaceMerged(place="hongliu", successor=QARASU),
            {"place": "Only a village becomes part of another, or several."},
        ),
        (
            PlaceMerged(place=QARASU, successor="hongliu"),
            {"successor": "A village becomes a village."},
        ),
        (
            PlaceMerged(place=QARASU, successor=QARASU),
            {"successor": "It becomes another place, and each only once."},
        ),
        (
            PlaceSplit(place=QARASU, successors=(BRIDGE, BRIDGE)),
            {"successors": "It becomes another place, and each only once."},
        ),
    ],
)
def test_a_village_becomes_other_villages(cast, fact, says):
    assert cast.objections(fact) == says


def test_two_places_cannot_have_become_each_other(cast):
    cast.record(MERGED, on=AFTER)

    assert cast.objections(PlaceMerged(place=QARASU, successor=BRIDGE)) == {
        "successor": "石桥村 is no more itself."
    }
    assert cast.objections(MERGED) == {"place": "This place is no more since 2025-03-02."}
