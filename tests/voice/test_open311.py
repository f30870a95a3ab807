"""Open311 GeoReport v2: what its specification's examples hold is there, and nothing that the board hides."""

import pytest
from django.test import Client
from lxml import etree

from cairn.values import Text
from cairn.voice.facts import Outcome, VoiceAnswered, VoiceClosed, VoiceRouted, VoiceScreened
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
    today, township = desks.now.date(), desks.seat("township")
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
    assert (one["service_code"], one["requested_datetime"], one["description"]) == ("", None, "")
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
    desks.record(desks.seat("township"), VoiceClosed(voice=answered), on=desks.now.date())

    assert len(get("requests.json", status="closed").json()) == 1
    assert get("requests.json", status="open").json() == []


@pytest.mark.parametrize("asked", ["start_date", "end_date"])
def test_nothing_is_found_by_a_date(get, answered, asked):
    response = get("requests.xml", **{asked: "2025-06-01T00:00:00Z"})

    assert response.status_code == 400
    assert etree.fromstring(response.content).tag == "errors"


def test_what_is_not_there_is_said_so(get, desks):
    assert get("requests/nothing.json").status_code == 404
    assert Client().get("/open311/v2/nowhere/services.xml").status_code == 404
    assert get("services.csv").status_code == 404


def test_no_cookie_is_set(get, answered):
    assert not get("requests.json").cookies
    assert work
