"""A client from the package index, written by others, reads what `cairn serve` serves: services, requests, one by its id."""

import pytest
from georeport import GeoReport

import requests
from browser.conftest import make, serving
from voice.test_open311 import REQUEST, SERVICE

MAKE = """
import sys
from pathlib import Path
from cairn.config.installation import installation
installation(Path(sys.argv[1]), make=True)
from cairn.values import Text
from cairn.voice.facts import *
from cast import named
from people.desks import Desks
pen = Desks.opened().pen
for category, door in (("water", None), ("road", None), ("abuse", named("Ring 110"))):
    pen.record(CategoryOffered(category=category, name=named(category), door=door))
for text in ("No water", "Still no water"):
    voice = str(pen.record(VoiceReceived(place="qarasu", category="water", text=text)).id)
    pen.record(VoiceScreened(voice=voice))
    pen.record(VoiceRouted(voice=voice, asked="committee"))
    answer = Text(en=f"To “{text}”: it is mended", zh_hans="已修好")
    pen.record(VoiceAnswered(voice=voice, outcome=Outcome.DONE, answer=answer))
pen.record(VoiceClosed(voice=voice))
print(pen.programme)
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The address of a server, and the programme on it: one answer is open, one closed."""
    folder = tmp_path_factory.mktemp("open311")
    made = make(MAKE, folder)
    with serving(folder) as address:
        yield address, made.strip()


@pytest.fixture(params=["json", "xml"])
def client(request, served):
    address, programme = served
    return GeoReport(
        f"{address}open311/v2/{programme}", jurisdiction=programme, output_format=request.param
    )


def test_it_finds_the_services_of_a_programme(client):
    found = client.get_service_list()

    assert [list(one) for one in found] == [SERVICE] * 3
    assert [one["service_code"] for one in found] == ["abuse", "road", "water"]
    assert client.get_service_definition("water")["service_code"] == "water"


def test_it_reads_requests_and_each_of_them_by_its_id(client):
    found = client.get_service_requests()

    assert [list(one) for one in found] == [REQUEST] * 2
    assert {(one["status"], one["status_notes"]) for one in found} == {
        ("open", "It is done. To “No water”: it is mended"),
        ("closed", "It is done. To “Still no water”: it is mended"),
    }
    assert {one["requested_datetime"] for one in found} == {None}
    for one in found:
        assert client.get_service_request(one["service_request_id"]) == one
    both = ",".join(one["service_request_id"] for one in found)
    assert client.get_service_requests(service_request_id=both, status="open") == found


def test_it_narrows_them(client):
    closed = client.get_service_requests(status="closed")
    (one,) = [closed] if isinstance(closed, dict) else closed  # of one in XML it makes no list

    assert one["status"] == "closed"


def test_it_is_refused_in_a_way_that_it_understands(client):
    with pytest.raises(requests.HTTPError, match="404 Client Error"):
        client.get_service_request("nothing")
    with pytest.raises(requests.HTTPError, match="400 Client Error"):
        client.get_service_requests(start_date="2025-06-01T00:00:00Z")
    client.jurisdiction = "city.gov"
    with pytest.raises(requests.HTTPError, match="404 Client Error"):
        client.get_service_list()


def test_the_discovery_leads_it_to_the_programme(served):
    address, programme = served
    told = requests.get(f"{address}open311/discovery.json", timeout=10).json()
    (endpoint,) = told["endpoints"]

    assert endpoint["url"] == f"{address}open311/v2/{programme}"
    assert len(GeoReport(endpoint["url"]).get_service_requests()) == 2
