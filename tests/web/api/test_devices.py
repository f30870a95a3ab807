"""Phones of the field app: made with a session, opened again, revoked; and what facts they send wait for."""

from hashlib import sha256

import pytest
from django.test import Client

from cairn.catalog import journal
from cairn.money.facts import MoneySpent
from cairn.people import devices
from cairn.people.appointments import end
from cairn.people.models import Appointment, DeviceToken
from cairn.values import Theme
from cairn.works.facts import NeedRaised, ProjectProposed
from cast import a_picture, cny, named, new_id
from security.visitors import invited
from web.api.devices import said

REVOKED = "urn:cairn:device-revoked"


@pytest.fixture
def amina(desks):
    """Somebody who has just signed in, at a post of the county."""
    return invited(desks, "county-2", "amina")


def make(visitor, called="phone", **more):
    return visitor.client.post(
        "/api/device", {"called": called}, content_type="application/json", **more
    )


def with_token(token):
    return Client(headers={"Authorization": f"Bearer {token}"})


def test_a_phone_that_is_made_acts_as_the_post_that_made_it(desks, amina):
    made = make(amina)

    said = made.json()
    seat = {"programme": desks.programme, "post": "county-2", "role": "county"}
    assert (made.status_code, said["seat"]) == (201, seat)
    assert with_token(said["token"]).get("/api/seat").json() == seat
    assert len(said["unlock"]) >= 32
    assert said["unlock"] != said["token"]


def test_it_is_made_with_the_csrf_token_of_the_session_and_not_without(amina):
    amina.client.handler.enforce_csrf_checks = True
    token = str(amina.get("account/").context["csrf_token"])

    assert make(amina).status_code == 403
    assert make(amina, headers={"X-CSRFToken": token}).status_code == 201


def test_no_token_makes_a_phone_or_opens_one(desks, amina, county):
    number = make(amina).json()["device"]

    assert county.post("device", {"called": "another"}).status_code == 403
    assert county.get("device/unlock", device=number).status_code == 403
    both = amina.client.get(
        "/api/device/unlock",
        {"device": number},
        headers={"Authorization": f"Bearer {county.token}"},
    )
    assert both.status_code == 403


def test_a_session_that_began_a_while_ago_is_told_to_show_more(amina, monkeypatch):
    monkeypatch.setattr("cairn.web.desk.middleware.signed_in_lately", lambda _request: False)

    for answer in (make(amina), amina.client.get("/api/device/unlock", {"device": 1})):
        assert answer.status_code == 403
        assert answer.json()["type"] == "urn:cairn:show-more:fresh"


@pytest.mark.parametrize(
    "body", ["{}", '{"called": ""}', '{"called": 7}', '{"called": "a\\u0000"}']
)
def test_a_phone_is_called_something(amina, body):
    answer = amina.client.post("/api/device", body, content_type="application/json")

    assert answer.status_code == 422
    assert answer.json()["objections"][0]["field"] == "called"


def test_whoever_made_a_phone_opens_it_again_and_nobody_else(desks, amina):
    made = make(amina).json()
    other = invited(desks, "township", "bakyt")

    def opened(visitor, device):
        return visitor.client.get("/api/device/unlock", {"device": device})

    assert opened(amina, made["device"]).json() == {
        "device": made["device"],
        "unlock": made["unlock"],
    }
    assert opened(other, made["device"]).status_code == 404
    assert opened(amina, made["device"] + 1000).status_code == 404
    devices.revoke(made["device"], user=amina.user.pk, now=desks.now)
    assert opened(amina, made["device"]).status_code == 404


def test_a_token_of_the_account_page_has_no_store_to_open(desks, amina):
    appointment = Appointment.objects.get(user=amina.user)
    plain = DeviceToken.objects.create(
        digest="x", appointment=appointment, called="laptop", made_at=desks.now
    )

    assert amina.client.get("/api/device/unlock", {"device": plain.pk}).status_code == 404


def test_a_revoked_phone_is_told_so_and_an_unknown_one_is_not(desks, amina):
    made = make(amina).json()
    devices.revoke(made["device"], user=amina.user.pk, now=desks.now)

    revoked = with_token(made["token"]).get("/api/seat")
    unknown = with_token("x" * 43).get("/api/seat")
    assert (revoked.status_code, revoked.json()["type"]) == (401, REVOKED)
    assert (unknown.status_code, unknown.json()["type"]) == (401, "about:blank")


def test_the_phone_of_a_post_that_ended_keeps_what_it_has(desks, amina):
    phone = with_token(make(amina).json()["token"])
    ended(desks, amina)

    answer = phone.get("/api/seat")
    assert (answer.status_code, answer.json()["type"]) == (401, "about:blank")


def test_one_that_was_revoked_before_its_post_ended_stays_revoked(desks, amina):
    made = make(amina).json()
    devices.revoke(made["device"], user=amina.user.pk, now=desks.now)
    desks.later(days=1)
    ended(desks, amina)

    assert with_token(made["token"]).get("/api/seat").json()["type"] == REVOKED


def ended(desks, visitor):
    appointment = Appointment.objects.get(user=visitor.user)
    end(appointment.pk, by=desks.seat("office"), journal=journal, now=desks.now)


# What a fact waits for


PROJECT = ProjectProposed(
    project="new-well", name=named("new-well"), place="qarasu", theme=Theme.WATER
)
SHOWN = {"theme": Theme.ROAD, "caption": named("the canal")}
SPENT = MoneySpent(account="county-office", project="new-well", amount=cny("1.00"))


def test_an_objection_says_what_it_waits_for_and_only_where_it_waits(county):
    early, wrong = said(SPENT, id=str(new_id())), said(PROJECT, id=str(new_id()))
    wrong["fact"] |= {"theme": "magic"}
    verdicts = county.post("facts", {"facts": [early, wrong]}).json()["verdicts"]

    waits, refused = (one["objections"] for one in verdicts)
    assert [one["waits_for"] for one in waits] == [[{"thing": "project", "id": "new-well"}]]
    assert all("waits_for" not in one for one in refused)
    alone = county.put(f"facts/{early['id']}", {k: v for k, v in early.items() if k != "id"})
    assert alone.json()["objections"] == waits


def test_a_fact_that_waited_is_recorded_once_that_is_there(county):
    early = said(SPENT, id=str(new_id()))
    first = county.post("facts", {"facts": [early]}).json()["verdicts"][0]
    county.record(PROJECT)
    money = said(SPENT, id=early["id"])
    again = county.post("facts", {"facts": [money]}).json()["verdicts"][0]

    assert first["receipt"] is None
    waits = [one for one in again["objections"] if one.get("waits_for")]
    assert waits == []


def test_a_file_that_is_not_here_is_waited_for_too(county):
    file = "ab" * 32
    need = NeedRaised(need="bridge", name=named("bridge"), place="qarasu", sha256=file, **SHOWN)
    answer = county.put(f"facts/{new_id()}", said(need)).json()

    assert [(one["field"], one["waits_for"]) for one in answer["objections"]] == [
        ("sha256", [{"thing": "file", "id": file}])
    ]


# Files and versions


def test_a_kept_file_is_receipted_by_the_hash_of_what_came(county):
    content = a_picture()
    sha = sha256(content).hexdigest()

    assert county.send_file(sha, content).json()["sha256"] == sha


def test_bytes_that_changed_on_the_way_are_told_apart_from_a_file_that_is_refused(county):
    other = county.send_file("0" * 64, a_picture()).json()
    nothing = b"no picture"
    refused = county.send_file(sha256(nothing).hexdigest(), nothing).json()

    assert other["type"] == "urn:cairn:other-bytes"
    assert refused["type"] == "about:blank"


@pytest.mark.parametrize("asked", [{}, {"schema_version": 1}])
def test_a_fact_may_say_by_which_version_it_was_asked(county, asked):
    assert county.put(f"facts/{new_id()}", said(PROJECT, **asked)).status_code == 201


@pytest.mark.parametrize(("version", "says"), [(2, "newer Cairn"), (0, "1 at least"), ("1", "")])
def test_a_version_that_is_not_known_is_refused_with_a_sentence(county, version, says):
    answer = county.put(f"facts/{new_id()}", said(PROJECT, schema_version=version))

    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["objections"]] == ["schema_version"]
    assert says in answer.json()["objections"][0]["message"]


def test_kinds_say_their_version(county):
    assert {one["schema_version"] for one in county.get("kinds").json()["kinds"]} == {1}
