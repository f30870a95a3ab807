from datetime import UTC, date, datetime

import pytest

from cairn.programme.facts import (
    CohortClosed,
    CohortOpened,
    OrganisationJoined,
    OrganisationRole,
    PlaceAdded,
    PlaceLevel,
    PolicyChosen,
    ProgrammeOpened,
    TeamPlaced,
)
from cairn.trace.policy import Policy
from cast import DAY, OPENED, OPENING, Pen, named

A_TEAM = TeamPlaced(team="team", cohort="2025", place="qarasu", sponsor="water-bureau")


def place(name, level, within=None):
    return PlaceAdded(place=name, name=named(name), level=level, within=within)


# The life of a programme


def test_the_first_fact_opens_the_programme(pen):
    programme = pen.the("programme", "programme")

    assert programme.name == {"en": "Resident teams", "zh-hans": "驻村工作"}
    assert (programme.timezone, programme.currency) == ("Asia/Shanghai", "CNY")
    assert (programme.opened_on, programme.policy) == (OPENED, "grant-fifo")


def test_nothing_is_recorded_before_a_programme_is_open(db):
    pen = Pen()

    assert pen.objections(place("kunlun", PlaceLevel.COUNTY)) == {
        "programme": f"There is no programme ‘{pen.programme}’; its first fact opens it."
    }


def test_a_programme_is_opened_once(pen):
    assert pen.objections(OPENING) == {"programme": "This programme is already open."}


def test_nothing_is_dated_before_the_programme(pen):
    kunlun = place("kunlun", PlaceLevel.COUNTY)

    assert pen.objections(kunlun, on=date(2024, 12, 31)) == {
        "happened_on": "2024-12-31 is before the programme was opened, on 2025-01-01."
    }
    assert not pen.objections(kunlun, on=OPENED)


def test_nothing_is_dated_in_the_future(pen):
    assert pen.objections(place("kunlun", PlaceLevel.COUNTY), on=date(2025, 7, 1)) == {
        "happened_on": "2025-07-01 has not come yet; today is 2025-06-30."
    }


def test_a_day_begins_when_it_begins_in_the_programmes_time_zone(pen):
    pen.now = datetime(2025, 6, 30, 16, 30, tzinfo=UTC)  # half past midnight in Shanghai

    assert not pen.objections(place("kunlun", PlaceLevel.COUNTY), on=date(2025, 7, 1))


def test_a_day_has_not_come_yet_where_the_programme_is_behind_utc(db):
    pen = Pen(now=datetime(2025, 7, 1, 2, 30, tzinfo=UTC))  # still the evening before in Lima
    pen.record(OPENING.model_copy(update={"timezone": "America/Lima"}), on=OPENED)

    assert pen.objections(place("a", PlaceLevel.COUNTY), on=date(2025, 7, 1)) == {
        "happened_on": "2025-07-01 has not come yet; today is 2025-06-30."
    }
    assert not pen.objections(place("a", PlaceLevel.COUNTY), on=date(2025, 6, 30))


def test_a_programme_opens_by_its_own_clock(db):
    pen = Pen(now=datetime(2025, 6, 30, 23, 30, tzinfo=UTC))

    assert not pen.objections(OPENING, on=date(2025, 7, 1))
    assert set(Pen().objections(OPENING, on=date(2025, 7, 1))) == {"happened_on"}


def test_a_time_zone_is_one_that_there_is():
    with pytest.raises(ValueError, match="is not a time zone"):
        ProgrammeOpened(name=named("P"), timezone="Kunlun/Qarasu", currency="CNY")


def test_a_policy_is_chosen_for_the_programme(pen):
    pen.record(PolicyChosen(policy=Policy.PRO_RATA))

    assert pen.the("programme", "programme").policy == "pro-rata"


# Places


def test_a_place_knows_all_it_is_part_of(cast):
    assert cast.the("place", "qarasu").path == "/kunlun/hongliu/qarasu/"


@pytest.mark.parametrize(
    ("level", "within"),
    [
        (PlaceLevel.TOWNSHIP, "kunlun"),
        (PlaceLevel.VILLAGE, "kunlun"),
        (PlaceLevel.VILLAGE, "hongliu"),
        (PlaceLevel.COUNTY, None),
        (PlaceLevel.TOWNSHIP, None),
        (PlaceLevel.VILLAGE, None),
    ],
)
def test_a_place_stands_within_a_larger_one_or_alone(cast, level, within):
    assert not cast.objections(place("new", level, within))


@pytest.mark.parametrize(
    ("level", "within", "sentence"),
    [
        (PlaceLevel.COUNTY, "kunlun", "A county cannot be part of a county."),
        (PlaceLevel.TOWNSHIP, "hongliu", "A township cannot be part of a township."),
        (PlaceLevel.TOWNSHIP, "qarasu", "A township cannot be part of a village."),
        (PlaceLevel.VILLAGE, "qarasu", "A village cannot be part of a village."),
    ],
)
def test_a_place_cannot_stand_within_a_smaller_one(cast, level, within, sentence):
    assert cast.objections(place("new", level, within)) == {"within": sentence}


def test_a_place_must_be_part_of_one_on_record(pen):
    assert pen.objections(place("qarasu", PlaceLevel.VILLAGE, "hongliu")) == {
        "within": "There is no place ‘hongliu’ in this programme."
    }


def test_an_id_names_one_place(cast):
    assert cast.objections(place("qarasu", PlaceLevel.VILLAGE)) == {
        "place": "‘qarasu’ is already taken; choose another id."
    }


def test_an_id_of_a_place_may_be_an_organisations_too(cast):
    qarasu = OrganisationJoined(
        organisation="qarasu", name=named("Qarasu"), role=OrganisationRole.COMMITTEE
    )

    assert not cast.objections(qarasu)


# Cohorts and teams


def test_a_cohort_ends_after_it_begins(pen):
    cohort = CohortOpened(cohort="2025", name=named("2025"), ends_on=DAY)

    assert pen.objections(cohort, on=DAY) == {"ends_on": "A cohort ends after the day it begins."}
    assert not pen.objections(cohort, on=OPENED)


def test_a_cohort_is_closed(cast):
    cast.record(CohortClosed(cohort="2025"), on=date(2025, 6, 1))

    assert cast.the("cohort", "2025").closed_on == date(2025, 6, 1)


def test_a_cohort_is_closed_once(cast):
    cast.record(CohortClosed(cohort="2025"), on=date(2025, 6, 1))

    assert cast.objections(CohortClosed(cohort="2025"), on=date(2025, 6, 2)) == {
        "cohort": "This cohort ended on 2025-06-01."
    }


def test_a_cohort_is_not_closed_before_it_began(cast):
    cast.record(CohortOpened(cohort="next", name=named("Next"), ends_on=date(2026, 1, 1)), on=DAY)

    assert cast.objections(CohortClosed(cohort="next"), on=date(2025, 2, 28)) == {
        "happened_on": "This cohort began only on 2025-03-01."
    }
    assert not cast.objections(CohortClosed(cohort="next"), on=DAY)


def test_a_team_is_sent_by_a_sponsor_to_a_living_cohort(cast):
    cast.record(A_TEAM)

    team = cast.the("team", "team")
    assert (team.cohort, team.place, team.sponsor) == ("2025", "qarasu", "water-bureau")
    assert (team.strength, team.placed_on) == (None, DAY)


def test_only_a_sponsor_sends_a_team(cast):
    team = A_TEAM.model_copy(update={"sponsor": "kunlun-drilling"})

    assert cast.objections(team) == {"sponsor": "Only a sponsor sends a team; this is no sponsor."}


def test_no_team_joins_a_cohort_that_has_ended(cast):
    cast.record(CohortClosed(cohort="2025"), on=DAY)

    assert cast.objections(A_TEAM, on=date(2025, 3, 2)) == {
        "cohort": "This cohort ended on 2025-03-01."
    }


def test_a_team_that_joined_before_the_cohort_ended_may_be_recorded_late(cast):
    cast.record(CohortClosed(cohort="2025"), on=DAY)

    assert not cast.objections(A_TEAM, on=DAY)
