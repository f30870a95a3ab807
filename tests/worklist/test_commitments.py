"""What is owed, by whom, and what closes it: of every sort, by whoever the list says owes it."""

from datetime import date

import pytest

from cairn.money.facts import (
    AccountOpened,
    MoneyConfirmed,
    MoneySent,
    MovementReversed,
    SendingVoided,
)
from cairn.values import Theme
from cairn.worklist.clocks import SORTS
from cairn.worklist.queries import ways_of
from cairn.works.facts import NeedTakenUp, ProjectCancelled, ProjectProposed
from cast import cny, named
from worklist.open_things import (
    LEFT_NOTHING,
    MAY,
    TODAY,
    ask,
    closing,
    listed,
    only,
    propose,
    raise_need,
    send,
    spend,
    with_everything_open,
)


@pytest.fixture(scope="module")
def everything(django_db_setup, django_db_blocker):
    with with_everything_open(django_db_blocker) as desks:
        yield desks


@pytest.fixture
def busy(everything, db):
    return everything.as_told()


NEXT_YEAR = date(2026, 5, 1)


def keys(desks, today=TODAY):
    return {(one.sort, one.key) for one in listed(desks, today)}


def posts(one):
    return [post.id for post in one.owed_by]


BY_NOW = [sort for sort in SORTS if sort != "account-for"]
"""All but what is owed only when a year is over."""


OF_TEAMS = {"freeze", "walk", "sign-out", "witness", "sign-in"}
"""Steps that wait for teams which have gone home by next year: somebody else is named first."""


def test_there_is_one_of_every_sort(busy):
    assert {one.sort for one in listed(busy)} == set(BY_NOW)
    assert {one.sort for one in listed(busy, NEXT_YEAR)} == set(SORTS) - OF_TEAMS


def test_an_enterprise_accounts_for_a_year_by_the_end_of_march(busy):
    one = only(busy, "account-for", NEXT_YEAR)
    assert (one.since, one.due, one.year) == (date(2026, 1, 1), date(2026, 3, 31), 2025)

    busy.record(busy.seat(posts(one)[0]), closing(busy, one), on=TODAY)
    assert "account-for" not in {one.sort for one in listed(busy, NEXT_YEAR)}


@pytest.mark.parametrize("sort", BY_NOW)
def test_its_one_action_by_whoever_owes_it_closes_it(busy, sort):
    one = next(one for one in listed(busy) if one.sort == sort)
    seat = busy.seat(posts(one)[0])

    assert ways_of(one, seat)[0] == one.ways[0] or sort == "need"
    busy.record(seat, closing(busy, one), on=TODAY)

    assert (sort, one.key) not in keys(busy)


@pytest.mark.parametrize(
    ("sort", "owes", "to"),
    [
        ("confirm", ["committee"], "county-office"),
        ("rest", ["county", "county-2"], "qarasu-committee"),
        ("evidence", ["committee", "keeper"], "programme"),
        ("reopening", ["county-2"], "county"),
        ("approve", ["county", "county-2"], "qarasu"),
        ("unsaid", ["committee", "leader"], "qarasu"),
        ("need", ["township"], "leader"),
        ("upkeep", ["committee", "keeper"], "qarasu"),
        ("answer", ["county"], "leader"),
        ("see", ["leader"], "county"),
        ("voice-screen", ["township"], "qarasu"),
        ("voice-listen", ["township"], "qarasu"),
        ("voice-answer", ["committee"], "qarasu"),
        ("voice-dispute", ["township"], "qarasu"),
    ],
)
def test_the_nearest_that_may_close_it_owe_it(busy, sort, owes, to):
    one = next(one for one in listed(busy) if one.sort == sort)

    assert (posts(one), one.to.id) == (owes, to)


def test_what_was_sent_is_owed_by_whoever_it_was_sent_to(desks):
    send(desks)

    one = only(desks, "confirm")
    assert (one.minor, one.currency, one.ways[0].answers["amount"]) == (10_000, "CNY", "100.00")


def test_what_did_not_arrive_of_it_is_owed_by_whoever_sent_it(desks):
    """A short arrival leaves the rest in transit, as a commitment of the sender."""
    movement = send(desks)
    arrives = MoneyConfirmed(movement=movement, amount=cny("60.00"))
    desks.record(desks.seat("committee"), arrives, on=date(2025, 5, 9))

    one = only(desks, "rest")
    assert (posts(one), one.to.id) == (["county", "county-2"], "qarasu-committee")
    assert (one.minor, one.since, one.due) == (4_000, date(2025, 5, 9), date(2025, 5, 23))
    assert "confirm" not in {one.sort for one in listed(desks)}


@pytest.mark.parametrize("undone", ["void", "reverse"])
def test_what_came_back_is_owed_no_more(desks, undone):
    movement = send(desks)
    facts = {
        "void": SendingVoided(movement=movement, reason="Wrong account"),
        "reverse": MovementReversed(movement=movement, reason="Typed twice"),
    }
    desks.record(desks.seat("county"), facts[undone], on=MAY)

    assert [one for one in listed(desks) if one.sort != "approve"] == []


def test_payments_without_evidence_are_one_commitment_of_a_project_and_an_account(busy):
    spend(busy, on=date(2025, 4, 20))

    one = only(busy, "evidence")
    assert (one.count, one.minor, one.since) == (2, 8_000, date(2025, 4, 20))

    busy.record(busy.seat("committee"), closing(busy, one), on=TODAY)
    assert only(busy, "evidence").count == 1


def test_whoever_proposed_a_project_does_not_owe_its_approval(desks):
    fact = ProjectProposed(project="road", name=named("Road"), place="kunlun", theme=Theme.ROAD)
    desks.record(desks.seat("county"), fact)

    one = next(one for one in listed(desks) if one.key == "road")
    assert posts(one) == ["county-2"]


def test_a_project_that_left_nothing_is_said_in_another_way(busy):
    busy.record(busy.seat("leader"), LEFT_NOTHING, on=TODAY)

    assert "unsaid" not in {one.sort for one in listed(busy)}


def test_a_need_is_owed_again_when_its_project_is_given_up(desks):
    desks.record(desks.seat("leader"), raise_need(), on=MAY)
    propose(desks, "bridge")
    taken = NeedTakenUp(need="footbridge", project="bridge")
    desks.record(desks.seat("township"), taken, on=MAY)
    assert "need" not in {one.sort for one in listed(desks)}

    given_up = ProjectCancelled(project="bridge", reason="No ground")
    desks.record(desks.seat("county"), given_up, on=MAY)

    assert only(desks, "need").key == "footbridge"


def test_what_nobody_can_do_is_owed_by_the_office(desks):
    """The driller has no post, nor has anybody at its account's place."""
    account = AccountOpened(
        account="driller", name=named("Driller"), holder="kunlun-drilling", currency="CNY"
    )
    desks.pen.record(account)
    sent = MoneySent(source="county-office", target="driller", amount=cny("1.00"))
    desks.record(desks.seat("county"), sent, on=MAY)

    assert posts(only(desks, "confirm")) == ["office"]


def test_the_day_alone_makes_it_overdue(desks):
    ask(desks)

    assert [only(desks, "answer", date(2025, 6, day)).days_over for day in (7, 8, 9, 20)] == [
        0, 0, 1, 12,
    ]  # fmt: skip


def test_a_list_is_computed_anew_after_each_fact(busy):
    before = keys(busy)
    movement = send(busy)

    assert keys(busy) - before == {("confirm", movement)}
