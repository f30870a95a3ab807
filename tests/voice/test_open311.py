"""Open311 GeoReport v2: what its specification's examples hold is there, and nothing that the board hides."""

import pytest
from django.test import Client
from lxml import etree

from cairn.values import Text
from cairn.voice.facts import (
    CategoryWithdrawn,
    Outcome,
    VoiceAnswered,
    VoiceClosed,
    VoiceRouted,
    VoiceScreened,
)
from cairn.voice.models import Waiting
from voice.conftest import SAID, work

# The fields of the examples at https://wiki.open311.org/GeoReport_v2/, in their order.
SERVICE = ["service_code", "service_name", "description", "metadata", "type", "keywords", "group"]
REQUEST = [
    "service_request_id", "status", "status_notes", "service_name", "service_code", "description",
    "agency_responsible", "service_notice", "requested_datetime", "updated_datetime",
    "expected_datetime", "address", "address_id", "zipcode", "lat", "long", "media_url",
]  # fmt: skip


@pytest.fixture
def answered(desks, voice):
    today, township = desks.today, desks.seat("township")
    desks.record(township, VoiceScreened(voice=voice), on=today)
    desks.record(township, VoiceRouted(voice=voice, asked="committee"), on=today)
    said = VoiceAnswered(voice=voice, outcome=Outcome.DONE, answer=Text(en="It is mended"))
    desks.record(desks.seat("committee"), said, on=today)
    return voice


@pytest.fixture
def get(desks):
    def got(path, **query):
        return Client().get(f"/open311/v2/{desks.programme}/{path}", query)

    return got


def test_services_are_the_categories(get, desks):
    found = get("services.json").json()

    assert [list(one) for one in found] == [SERVICE] * 3
    assert [one["service_code"] for one in found] == ["abuse", "road", "water"]


def test_a_request_is_an_answer_and_says_no_more_than_the_board(get, answered):
    (one,) = get("requests.json").json()

    assert list(one) == REQUEST
    assert one["status_notes"] == "It is done. It is mended"
    assert (one["status"], one["address"]) == ("open", "Qarasu")
    assert [one[name] for name in ("service_code", "requested_datetime", "description")] == [
        None
    ] * 3
    assert answered not in str(one)
    assert SAID not in str(one)


def test_one_is_found_by_its_id_in_both_formats(get, answered):
    (one,) = get("requests.json").json()
    again = get(f"requests/{one['service_request_id']}.json").json()
    root = etree.fromstring(get(f"requests/{one['service_request_id']}.xml").content)

    assert again == [one]
    assert (root.tag, root[0].tag) == ("service_requests", "request")
    assert [child.tag for child in root[0]] == REQUEST
    assert root.findtext("request/status") == "open"


def test_it_is_narrowed_by_state(get, desks, answered):
    desks.record(desks.seat("township"), VoiceClosed(voice=answered), on=desks.today)

    assert len(get("requests.json", status="closed").json()) == 1
    assert get("requests.json", status="open").json() == []


def test_ids_override_whatever_else_is_asked_and_what_is_empty_asks_nothing(get, answered):
    (one,) = get("requests.json").json()
    id_ = one["service_request_id"]

    others = {"status": "closed", "service_code": "road", "start_date": "2025-06-01T00:00:00Z"}
    assert get("requests.json", service_request_id=f"x, {id_}", **others).json() == [one]
    nothing = dict.fromkeys(("service_request_id", "service_code", "status", "start_date"), "")
    assert get("requests.json", jurisdiction_id="", **nothing).json() == [one]
    assert get("requests.json", service_request_id="x").json() == []


def test_pages_are_turned(get, answered):
    assert len(get("requests.json", page="1", page_size="1").json()) == 1
    assert get("requests.json", page="2", page_size="1").json() == []
    assert len(get("requests.json", page="0", page_size="many").json()) == 1


@pytest.mark.parametrize("asked", ["start_date", "end_date"])
def test_nothing_is_found_by_a_date(get, answered, asked):
    response = get("requests.xml", **{asked: "2025-06-01T00:00:00Z"})

    assert response.status_code == 400
    assert etree.fromstring(response.content).tag == "errors"


def test_a_service_asks_nothing_beside_the_text(get):
    assert get("services/water.json").json() == {"service_code": "water", "attributes": []}
    root = etree.fromstring(get("services/water.xml").content)
    assert (root.tag, [child.tag for child in root]) == (
        "service_definition",
        ["service_code", "attributes"],
    )
    assert get("services/nothing.json").status_code == 404


def test_another_jurisdiction_than_the_address_names_is_not_there(get, desks):
    assert get("services.json", jurisdiction_id=desks.programme).status_code == 200
    assert get("services.json", jurisdiction_id="city.gov").status_code == 404


def test_what_is_not_there_is_said_so(get, desks):
    assert get("requests/nothing.json").status_code == 404
    assert Client().get("/open311/v2/nowhere/services.xml").status_code == 404
    assert get("services.csv").status_code == 404


def test_errors_have_the_form_of_the_specification(get):
    (error,) = get("requests/nothing.json").json()
    root = etree.fromstring(get("requests/nothing.xml").content)

    assert error == {"code": 404, "description": "There is no such request."}
    assert [(one.tag, one.text) for one in root[0]] == [
        ("code", "404"),
        ("description", "There is no such request."),
    ]
    assert (root.tag, root[0].tag) == ("errors", "error")


def test_whoever_sends_a_request_is_told_why_none_is_taken(desks):
    address = f"/open311/v2/{desks.programme}/requests.json"
    response = Client(enforce_csrf_checks=True).post(address, {"description": "x"})

    assert response.status_code == 403
    assert response.json()[0]["code"] == 403
    assert not Waiting.objects.exists()


def test_formats_are_named_as_the_specification_has_them(get):
    assert get("services.xml")["Content-Type"] == "text/xml; charset=utf-8"
    assert get("services.xml").content.startswith(b"<?xml version='1.0' encoding='UTF-8'?>")
    assert get("services.json")["Content-Type"] == "application/json"


def test_the_discovery_names_each_programme_as_an_endpoint(desks):
    told = Client().get("/open311/discovery.json").json()
    root = etree.fromstring(Client().get("/open311/discovery.xml").content)

    assert list(told) == ["changeset", "contact", "key_service", "endpoints"]
    (one,) = (e for e in told["endpoints"] if e["url"].endswith(f"/open311/v2/{desks.programme}"))
    assert list(one) == ["specification", "url", "changeset", "type", "formats"]
    assert one["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert (one["type"], one["formats"]) == ("production", ["text/xml", "application/json"])
    assert [child.tag for child in root] == list(told)
    assert [child.tag for child in root.find("endpoints/endpoint")] == list(one)
    assert [child.text for child in root.find("endpoints/endpoint/formats")] == one["formats"]
    before = told["changeset"]
    desks.pen.record(CategoryWithdrawn(category="road"))
    assert Client().get("/open311/discovery.json").json()["changeset"] > before


def test_no_cookie_is_set(get, answered):
    assert not get("requests.json").cookies
    assert work
