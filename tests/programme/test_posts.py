"""Posts on record: opened, closed, of a team or a cohort."""

from datetime import date

import pytest

from cairn.programme.facts import (
    ApprovalLimitSet,
    CohortClosed,
    CohortOpened,
    PostClosed,
    PostOpened,
    PostRole,
    SecondFactorReplaced,
    TeamPlaced,
)
from cast import DAY, POST, cny, named

LEADER = PostOpened(
    post="leader", name=named("Leader"), role=PostRole.TEAM_LEADER, team="qarasu-2025"
)


@pytest.fixture
def team(cast):
    cast.record(
        TeamPlaced(team="qarasu-2025", cohort="2025", place="qarasu", sponsor="water-bureau")
    )
    return cast


def test_a_post_is_at_a_place_or_of_an_organisation(cast):
    cast.record(
        PostOpened(
            post="accountant",
            name=named("Accountant"),
            role=PostRole.COUNTY,
            place="kunlun",
            organisation="county-office",
        )
    )

    post = cast.the("post", "accountant")
    assert (post.role, post.place, post.organisation) == ("county", "kunlun", "county-office")
    assert (post.team, post.cohort, post.opened_on, post.closed_on) == ("", "", DAY, None)


def test_a_post_of_a_team_is_where_the_team_is_and_ends_with_its_cohort(team):
    team.record(LEADER)

    post = team.the("post", "leader")
    assert (post.place, post.team, post.cohort) == ("qarasu", "qarasu-2025", "2025")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("place", "kunlun", "The team is at qarasu."),
        ("cohort", "2026", "The team is of the cohort 2025."),
    ],
)
def test_a_post_of_a_team_is_of_no_other_place_or_cohort(team, field, value, sentence):
    if field == "cohort":
        opened = CohortOpened(cohort="2026", name=named("2026"), ends_on=date(2026, 12, 31))
        team.record(opened)

    assert team.objections(LEADER.model_copy(update={field: value})) == {field: sentence}


def test_no_post_is_opened_for_a_cohort_that_has_ended(team):
    team.record(CohortClosed(cohort="2025"))

    assert team.objections(LEADER) == {"team": "This cohort ended on 2025-03-01."}


def test_a_post_is_closed_once(team):
    team.record(LEADER)
    team.record(PostClosed(post="leader"))

    assert team.the("post", "leader").closed_on == DAY
    assert team.objections(PostClosed(post="leader")) == {
        "post": "This post was closed on 2025-03-01."
    }


def test_nothing_happens_to_a_post_before_it_was_opened(team):
    team.record(LEADER)

    assert team.objections(PostClosed(post="leader"), on=date(2025, 2, 1)) == {
        "happened_on": "This post was opened only on 2025-03-01."
    }


def test_a_lost_second_factor_is_confirmed_by_another_post(team):
    team.record(LEADER)
    team.record(
        PostOpened(post=POST, name=named("Accountant"), role=PostRole.COUNTY, place="kunlun")
    )

    assert not team.objections(SecondFactorReplaced(post="leader"))
    assert team.objections(SecondFactorReplaced(post=POST)) == {
        "post": "Another post confirms that it was lost."
    }


def test_the_limit_for_one_approval_is_on_record(cast):
    limit = cast.record(ApprovalLimitSet(amount=cny("200000.00")))

    programme = cast.the("programme", "programme")
    assert (programme.limit_minor, programme.limit_currency) == (20_000_000, "CNY")
    assert programme.limit_set == str(limit.id)
