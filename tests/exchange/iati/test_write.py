"""A programme's record as IATI files: what is in them."""

from datetime import date

import pytest

from cairn.exchange.follow.match import Says
from cairn.exchange.follow.run import follow
from cairn.exchange.iati.budgets import in_years
from cairn.following.snapshot import bring_up_to_date
from cairn.money.facts import GrantPledged, MoneyReceived
from cairn.values import Text
from cast import DAY, Pen, cny
from iati_published import (
    REF,
    activity,
    activity_file,
    found_wrong,
    organisation_file,
    registered,
)
from iati_texts import activity as written
from iati_texts import put, transaction, whole
from told import programme_told


@pytest.fixture
def programme(db):
    pen = Pen(programme_told())
    registered(pen)
    bring_up_to_date(pen.programme)
    return pen.programme


def transactions(element):
    """Each transaction as `type amount`, in order."""
    return [
        f"{one.find('transaction-type').get('code')} {one.findtext('value')}"
        for one in element.iter("transaction")
    ]


def test_both_files_are_valid(programme):
    errors, warnings = found_wrong(activity_file(programme))

    assert errors == []
    assert {rule for _, rule, _, _ in warnings} <= {"102.1.1"}  # a theme that DAC has no code for
    assert found_wrong(organisation_file(programme)) == ([], [])


def test_the_same_record_is_the_same_bytes(programme):
    assert activity_file(programme) == activity_file(programme)
    assert organisation_file(programme) == organisation_file(programme)


def test_a_grant_tells_its_pledge_what_came_in_and_where_it_went(programme):
    water = activity(activity_file(programme), "grant-water-2025")

    told = transactions(water)

    assert told[0] == "13 1000000.00"
    assert "1 50000.00" in told
    # Of 20,000 that were sent 18,000 arrived, told at both ends; the rest is on its way.
    assert [told.count(one) for one in ("3 18000.00", "1 18000.00", "3 2000.00")] == [1, 1, 1]
    assert {one.get("ref") for one in water.iter("participating-org")} == {REF, None}


def test_what_was_reversed_is_not_told(programme):
    assert b">700.00<" not in activity_file(programme)


def test_both_ends_of_what_passes_agree(programme, tmp_path):
    """`cairn follow` over our own file: nobody contradicts anybody, from the grant to the project."""
    (path,) = put(tmp_path, activity_file(programme))

    followed = follow([path])

    says = set(followed.matches.says.tolist())
    assert Says.BOTH in says
    assert not says & {Says.OTHER_DATE, Says.OTHER_AMOUNT, Says.ONLY_SENDER, Says.ONLY_RECEIVER}
    assert not says & {Says.OUTSIDE}
    assert followed.published.problems == []


def test_the_chain_reaches_from_the_sponsor_s_own_activity_to_the_project(db, tmp_path):
    """A sponsor that publishes names our activity as we name theirs: the money is followed through."""
    pen = Pen(programme_told())
    registered(pen)
    theirs = "CN-USCI-2-7"
    pen.record(
        GrantPledged(
            grant="clinic-2025",
            name=Text(en="Clinic"),
            sponsor="seed-company",
            amount=cny("700.00"),
            sponsors_activity=theirs,
        )
    )
    pen.movement(MoneyReceived(grant="clinic-2025", account="county-office", amount=cny("700.00")))
    bring_up_to_date(pen.programme)
    ours = f"{REF}-{pen.programme}-grant-clinic-2025"
    sponsor = whole(
        written(
            theirs,
            transaction("3", "2025-03-01", "700.00", "CNY", receiver=ours),
            transaction("12", "2025-03-01", "700.00", "CNY", receiver=ours),
            reporter="CN-USCI-2",
        )
    )

    followed = follow(put(tmp_path, sponsor, activity_file(pen.programme)), start=theirs)

    there = followed.published.by_identifier()
    assert ours in {followed.published.ids.values[number] for number in there}
    rows = followed.matches.says[followed.published.column("activity") == 0]
    assert rows.tolist() == [Says.BOTH, Says.BOTH]


def test_a_project_tells_where_it_is_as_coarsely_as_it_is_on_record(programme):
    well = activity(activity_file(programme), "project-qarasu-well")

    assert well.findtext("location/point/pos") == "34.00 -42.00"
    assert well.find("location/exactness").get("code") == "2"


def test_what_a_project_left_is_its_result(programme):
    well = activity(activity_file(programme), "project-qarasu-well")

    assert well.find("result/indicator/period/actual").get("value").isdecimal()
    comments = [
        one.text for one in well.findall("result/indicator/period/actual/comment/narrative")
    ]
    assert any("seen on 2025-" in one for one in comments)


def test_names_are_told_in_each_language_there_is(programme):
    roads = activity(activity_file(programme), "grant-roads-2025")
    lang = "{http://www.w3.org/XML/1998/namespace}lang"

    told = {one.get(lang): one.text for one in roads.findall("title/narrative")}

    assert told == {"en": "Roads <2025>", "zh": "2025年道路"}


def test_evidence_is_linked_where_the_record_has_an_address(programme, db):
    well = activity(activity_file(programme), "project-qarasu-well")

    links = [one.get("url") for one in well.findall("document-link")]

    assert links
    assert all(one.startswith("https://record.example.org/teams/files/") for one in links)
    assert all(one.endswith(".jpg") for one in links)


def test_without_an_address_nothing_is_linked(db):
    pen = Pen(programme_told())
    registered(pen, website=None)
    bring_up_to_date(pen.programme)

    assert b"document-link" not in activity_file(pen.programme)


@pytest.mark.parametrize(
    ("start", "end", "parts"),
    [
        (date(2025, 1, 1), date(2025, 12, 31), [("2025-01-01", "2025-12-31", 100)]),
        (date(2025, 7, 1), None, [("2025-07-01", "2025-12-31", 100)]),
        (date(2025, 7, 1), DAY, [("2025-07-01", "2025-12-31", 100)]),
        (
            date(2024, 12, 31),
            date(2026, 1, 1),
            [("2025-01-01", "2025-12-31", 99), ("2026-01-01", "2026-01-01", 1)],
        ),
    ],
)
def test_a_budget_is_cut_at_the_ends_of_years_and_sums_to_the_whole(start, end, parts):
    assert [(f"{a}", f"{b}", minor) for a, b, minor in in_years(start, end, 100)] == parts
