"""Reading over the API: the same frozen answers as pages, by cursors, with tags."""

from dataclasses import asdict
from datetime import UTC, date, datetime

import pytest

from cairn.catalog import journal
from cairn.following import queries
from cairn.following.snapshot import bring_up_to_date
from cairn.money.facts import MoneyConfirmed, MoneySent
from cairn.people import devices
from cairn.programme.facts import PlaceAdded, PlaceLevel
from cairn.values import LANGUAGES
from cairn.web.public import reads
from cairn.worklist import kept
from cast import Pen, assemble, cny, named, new_id
from people.desks import Desks, posts
from told import tell_a_year
from web.api.devices import Device


@pytest.fixture
def desks(db):
    pen = Pen.opened()
    assemble(pen)
    tell_a_year(pen)
    for post in posts():
        if post.team is None:
            pen.record(post)
    bring_up_to_date(pen.programme)
    pen.now = datetime.now(UTC)
    return Desks(pen)


@pytest.fixture
def auditor(desks):
    return Device(desks, "auditor")


LISTS = [
    "places",
    "grants",
    "projects",
    "accounts",
    "in-transit",
    "exceptions",
    "worklist?view=beneath",
]


def as_json(value):
    """A frozen answer as JSON has it."""
    if isinstance(value, dict):
        return {name: as_json(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_json(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def walked(device, path, limit=1, rows="rows", **query):
    found, cursor = [], None
    while True:
        more = {"cursor": cursor} if cursor else {}
        answer = device.get(path, limit=limit, **query, **more).json()
        found.append(answer[rows])
        cursor = answer["next"]
        if cursor is None:
            return [row for stretch in found for row in stretch]


def test_what_is_read_is_what_pages_show(auditor, desks):
    today = reads.today_in(desks.programme)
    asked = {"programme": desks.programme}
    for path, value in (
        ("programme", queries.programme_totals(**asked, today=today)),
        ("places/qarasu", queries.follow_place(**asked, place="qarasu", today=today)),
        ("grants/water-2025", queries.follow_grant(**asked, grant="water-2025", today=today)),
    ):
        assert auditor.get(path).json() == as_json(asdict(value)), path
    for path, rows in (
        ("grants", queries.grants(**asked)),
        ("projects", queries.projects(**asked, today=today)[0]),
        ("accounts", queries.accounts(**asked)[0]),
        ("in-transit", queries.in_transit(**asked, today=today)[0]),
        ("exceptions", queries.exceptions(**asked)[0]),
    ):
        assert rows, path
        assert auditor.get(path).json()["rows"] == [as_json(asdict(row)) for row in rows], path


def test_a_statement_and_the_payments_of_a_project_are_read_whole(auditor, desks):
    account = queries.follow_account(programme=desks.programme, account="county-office", size=999)
    lines = [as_json(asdict(line)) for line in account.lines]
    assert len(lines) > 3
    assert auditor.get("accounts/county-office").json()["lines"] == lines
    for limit in (1, 2, 3):
        assert walked(auditor, "accounts/county-office", limit, "lines") == lines
    project = auditor.get("projects/qarasu-well").json()
    assert len(project["payments"]) > 1
    assert walked(auditor, "projects/qarasu-well", 1, "payments") == project["payments"]


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("limit", [1, 2])
def test_a_list_is_the_same_in_any_stretches(auditor, path, limit):
    whole = auditor.get(path, limit=200).json()

    assert whole["next"] is None
    assert walked(auditor, path, limit) == whole["rows"]


def test_a_cursor_stays_where_it_is_when_older_money_is_recorded_late(auditor, desks):
    sent = [
        desks.pen.record(
            MoneySent(source="county-office", target="qarasu-committee", amount=cny("1.00")),
            on=date(2025, 4, day),
        )
        for day in (1, 2, 3, 3, 3)
    ]
    bring_up_to_date(desks.programme)
    before = auditor.get("in-transit", limit=200).json()["rows"]
    at = [row["movement"] for row in before].index(str(sent[2].id)) + 1
    cursor = auditor.get("in-transit", limit=at).json()["next"]
    desks.pen.record(
        MoneySent(source="county-office", target="qarasu-committee", amount=cny("1.00")),
        on=date(2025, 1, 2),
    )
    desks.pen.record(
        MoneyConfirmed(movement=str(sent[0].id), amount=cny("1.00")), on=date(2025, 4, 9)
    )
    desks.pen.record(
        MoneyConfirmed(movement=str(sent[2].id), amount=cny("1.00")), on=date(2025, 4, 9)
    )
    bring_up_to_date(desks.programme)

    after = auditor.get("in-transit", cursor=cursor, limit=200).json()["rows"]
    assert [row["movement"] for row in after] == [row["movement"] for row in before[at:]]


def test_a_cursor_of_another_list_is_refused_or_is_a_place_in_this_one(auditor):
    cursors = {}
    for path in LISTS:
        cursors[path] = auditor.get(path, limit=1).json()["next"]
    for path in LISTS:
        for cursor in filter(None, cursors.values()):
            assert auditor.get(path, cursor=cursor).status_code in {200, 400}


def test_who_has_the_answer_is_told_so_until_a_fact_is_recorded(auditor, desks):
    first = auditor.get("grants")
    asked = {"headers": {"If-None-Match": first["ETag"]}}
    again = auditor.client.get("/api/grants", **asked)
    other = auditor.client.get("/api/grants?limit=1", **asked)
    desks.pen.record(
        PlaceAdded(place="new", name=named("New"), level=PlaceLevel.VILLAGE, within="hongliu")
    )

    assert (again.status_code, again.content) == (304, b"")
    assert other.status_code == 200
    assert auditor.client.get("/api/grants", **asked).status_code == 200


def test_what_is_read_is_kept_by_no_browser(auditor):
    assert auditor.get("grants")["Cache-Control"] == "no-store"


def test_a_programme_that_was_not_followed_yet_says_when_to_come_back(db):
    device = Device(Desks.opened(), "auditor")
    device.token = devices.give(device.desks.seat("auditor"), called="x", now=device.desks.now)

    answer = device.get("grants")
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert answer["Content-Type"] == "application/problem+json"


def test_kinds_have_what_a_form_asks(auditor):
    answer = auditor.get("kinds")
    kinds = {kind["kind"]: kind for kind in answer.json()["kinds"]}

    spent = kinds["money.money-spent"]
    questions = {one["field"]: one for one in spent["questions"]}
    assert questions["project"]["names"] == "project"
    assert questions["amount"]["question"].keys() == set(LANGUAGES)
    assert questions["amount"]["question"]["en"] != questions["amount"]["question"]["zh-hans"]
    assert spent["fact_schema"]["properties"]["amount"]
    assert (spent["may"], spent["guard"]) == ("", "fresh")
    assert kinds["money.evidence-attached"]["has_successor"]
    same = auditor.client.get("/api/kinds", headers={"If-None-Match": answer["ETag"]})
    assert same.status_code == 304


def test_ids_are_read_only_of_ones_own_programme(auditor):
    other = Desks.opened()
    bring_up_to_date(other.programme)
    other.pen.record(
        PlaceAdded(place="theirs", name=named("T"), level=PlaceLevel.VILLAGE, within="hongliu")
    )

    assert auditor.get("places/theirs").status_code == 404
    assert auditor.get(f"facts/{new_id()}").status_code == 404


def test_while_a_long_worklist_is_made_for_another_who_asks_is_told_when_to_ask_again(
    desks, auditor, monkeypatch
):
    monkeypatch.setattr(kept, "PATIENCE_SECONDS", 0)
    with kept.kept_list(desks.programme, journal, reads.today_in(desks.programme))._alone():
        answer = auditor.get("worklist", view="beneath")

    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert answer["Content-Type"] == "application/problem+json"
    assert "is being put together" in answer.json()["detail"]
    assert auditor.get("worklist", view="beneath").status_code == 200


def test_a_worklist_is_that_of_whoever_asks(desks):
    office, auditor = Device(desks, "office"), Device(desks, "auditor")

    theirs = auditor.get("worklist", view="mine")
    tagged = {"headers": {"If-None-Match": theirs["ETag"]}}
    again = office.client.get("/api/worklist?view=mine", **tagged)

    assert theirs.json()["rows"] == []
    assert again.status_code == 200
    whole = walked(auditor, "worklist", limit=50, view="beneath")
    assert whole
    assert [row["due"] for row in whole] == sorted(row["due"] for row in whole)
    late = walked(auditor, "worklist", limit=50, view="beneath", overdue="true")
    assert late == [row for row in whole if row["days_over"] > 0]
