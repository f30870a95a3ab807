"""The worklist, requests and what is computed, as the desk shows them."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse

from cairn.catalog import journal
from cairn.money.facts import MoneyReceived, MoneySent
from cairn.requests.facts import Help, RequestAccepted, RequestRaised
from cairn.values import Text
from cairn.worklist import kept
from cast import cny
from security.visitors import invited

WORDS = Text(en="An engineer for the pump", zh_hans="请工程师查看水泵")


@pytest.fixture
def today(desks):
    return desks.today


@pytest.fixture
def sent(desks, today):
    """Money on its way to the committee for twenty days: overdue for six."""
    county, then = desks.seat("county"), today - timedelta(20)
    received = MoneyReceived(account="county-office", grant="water-2025", amount=cny("900.00"))
    desks.record(county, received, on=then)
    sending = MoneySent(source="county-office", target="qarasu-committee", amount=cny("40.00"))
    return str(desks.record(county, sending, on=then).id)


@pytest.fixture
def asked(desks, today):
    """The committee asked the county for an engineer today."""
    fact = RequestRaised(asked="county", help=Help.EXPERTISE, what=WORDS, by=today + timedelta(30))
    return str(desks.record(desks.seat("committee"), fact, on=today).id)


def at(client, route, *args, language="en", **query):
    address = reverse(route, args=args).replace("/en/", f"/{language}/", 1)
    response = client.get(address, **query)
    assert response.status_code == 200
    return response.content.decode()


def test_the_action_that_closes_it_is_a_tap_away_and_filled(bek, sent):
    page = at(bek, "desk:worklist")

    address = f"/en/~desk/record/money.money-confirmed/?movement={sent}&amp;amount=40.00"
    assert address in page
    assert "6 days overdue" in page
    assert address in at(bek, "desk:home")


@pytest.mark.parametrize("route", ["desk:home", "desk:worklist"])
def test_while_a_long_list_is_made_for_another_the_page_says_so_and_looks_again(
    desks, bek, sent, monkeypatch, route
):
    monkeypatch.setattr(kept, "PATIENCE_SECONDS", 0)
    with kept.kept_list(desks.programme, journal, desks.today)._alone():
        response = bek.get(reverse(route))
        other = bek.get(reverse("desk:may-record"))

    assert (response.status_code, response["Retry-After"]) == (503, "2")
    assert response["Cache-Control"] == "no-store"
    assert "The worklist is being put together" in response.content.decode()
    assert '<meta http-equiv="refresh" content="2">' in response.content.decode()
    assert other.status_code == 200
    assert sent in at(bek, route)


def test_it_is_said_in_chinese(bek, sent):
    page = at(bek, "desk:worklist", language="zh-hans")

    assert "确认到账" in page
    assert "逾期 6 天" in page


def test_those_above_see_that_it_came_up_and_those_beside_see_nothing(desks, sent):
    township, keeper = invited(desks, "township", "t"), invited(desks, "other-committee", "o")

    assert "came up to you" in at(township, "desk:worklist")
    assert sent not in at(keeper, "desk:worklist")


@pytest.mark.parametrize(("view", "lists"), [("beneath", True), ("to-me", True), ("mine", False)])
def test_whoever_sent_it_sees_it_beneath_and_as_owed_to_it(desks, sent, view, lists):
    county = invited(desks, "county", "c")

    page = at(county, "desk:worklist", view=view, sort="confirm")
    assert ("Say what arrived</b>" in page) == lists


def test_filters_that_are_not_known_narrow_nothing_but_the_list(bek, sent):
    assert "Nothing is owed" in at(bek, "desk:worklist", sort="no-such-sort")
    assert sent in at(bek, "desk:worklist", view="no-such-view")
    assert sent in at(bek, "desk:worklist", overdue="yes", start="x")


def test_it_can_be_taken_as_a_file(bek, sent):
    response = bek.get(reverse("desk:worklist"), csv="worklist")
    rows = list(csv.DictReader(io.StringIO(b"".join(response).decode("utf-8-sig"))))

    (row,) = [row for row in rows if row["sort"] == "confirm"]
    assert (row["owed_by"], row["owed_to"], row["days_over"]) == ("committee", "county-office", "6")
    assert (row["amount"], row["currency"]) == ("40.00", "CNY")
    assert bek.get(reverse("desk:worklist"), xlsx="worklist").status_code == 200
    assert bek.get(reverse("desk:worklist"), csv="people").status_code == 404


def test_a_request_shows_where_it_stands_and_what_may_be_done(desks, bek, asked, today):
    county = invited(desks, "county", "c")

    page = at(county, "desk:request", asked)
    assert "waits for an answer" in page
    assert "I will do it" in page
    assert "I will do it" not in at(bek, "desk:request", asked)
    assert "Withdraw it" in at(bek, "desk:request", asked)

    promised = RequestAccepted(request=asked, by=today + timedelta(3))
    desks.record(desks.seat("county"), promised, on=today)
    assert "promised by" in at(bek, "desk:request", asked)


@pytest.mark.parametrize(
    ("query", "shows"),
    [
        ({}, True),
        ({"whose": "by-me"}, True),
        ({"whose": "of-me"}, False),
        ({"state": "done"}, False),
    ],
)
def test_requests_are_listed_by_whose_they_are(bek, asked, query, shows):
    assert (asked in at(bek, "desk:requests", **query)) == shows


def test_requests_can_be_taken_as_a_file(bek, asked):
    response = bek.get(reverse("desk:requests"), csv="requests")
    (row,) = csv.DictReader(io.StringIO(b"".join(response).decode("utf-8-sig")))

    assert (row["id"], row["state"], row["asked"]) == (asked, "open", "county")


def test_nobody_takes_along_what_others_ask_of_one_another(desks, bek, asked):
    """They are not public: an auditor reads them here, and takes none of them along."""
    auditor = invited(desks, "auditor", "a")
    assert asked in at(auditor, "desk:requests")

    response = auditor.get(reverse("desk:requests"), csv="requests")
    assert list(csv.DictReader(io.StringIO(b"".join(response).decode("utf-8-sig")))) == []
    beneath = auditor.get(reverse("desk:worklist"), csv="worklist", view="beneath")
    text = b"".join(beneath).decode()
    assert asked in text
    assert "engineer" not in text


def test_a_request_of_another_programme_is_not_there(desks, asked):
    other = type(desks).opened()
    other.pen.now = desks.now

    stranger = invited(other, "county", "s")
    assert stranger.get(reverse("desk:request", args=[asked])).status_code == 404
    assert asked not in at(stranger, "desk:requests")


def test_everything_that_is_never_reported_again_can_be_read(bek, desks):
    from cairn.following.snapshot import bring_up_to_date  # noqa: PLC0415

    bring_up_to_date(desks.programme)
    page = at(bek, "desk:computed")

    addresses = [part.partition('"')[0] for part in page.split('href="')[1:]]
    reports = [
        one.replace("&amp;", "&")
        for one in addresses
        if f"/{desks.programme}/" in one or "csv=" in one
    ]
    assert len(reports) > 10
    for address in reports:
        assert bek.get(address).status_code == 200, address
