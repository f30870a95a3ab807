"""Files over the API."""

from hashlib import sha256

import pytest

from cairn.journal.files import is_kept, kept, kept_files, path_of
from cairn.people import quota
from cairn.people.models import FilesSent
from cast import a_picture
from pdfs import a_pdf
from web.api.devices import Device


def sha_of(content):
    return sha256(content).hexdigest()


def test_a_picture_is_kept_made_anew_and_the_answer_says_as_what(county, desks):
    content = a_picture()
    answer = county.send_file(sha_of(content), content)

    kept = answer.json()["file"]
    assert answer.status_code == 201
    assert kept != sha_of(content)
    assert sha_of(path_of(desks.programme, kept).read_bytes()) == kept
    assert county.send_file(sha_of(content), content).json()["file"] == kept


def test_a_pdf_is_kept_made_anew(county, desks):
    content = a_pdf(info=b"<</Author(Amina)>>")
    answer = county.send_file(sha_of(content), content)

    assert answer.status_code == 201
    here = kept(desks.programme, answer.json()["file"])
    assert here.is_document
    assert sha_of(here.path.read_bytes()) == answer.json()["file"]
    assert county.send_file(sha_of(content), content).json() == answer.json()
    assert [path for _file, path in kept_files(desks.programme)] == [here.path]


def test_bytes_of_another_hash_are_refused(county, desks):
    answer = county.send_file("0" * 64, a_picture())

    assert answer.status_code == 422
    assert "send them again" in answer.json()["detail"]
    assert not FilesSent.objects.exists()


@pytest.mark.parametrize("sha", ["0" * 63, "G" * 64, "0" * 65])
def test_an_address_that_is_no_hash_is_refused(county, sha):
    assert county.send_file(sha, b"x").status_code == 422


def test_what_is_no_picture_is_refused(county, desks):
    content = b"<svg xmlns='http://www.w3.org/2000/svg'/>"

    answer = county.send_file(sha_of(content), content)
    assert answer.status_code == 422
    assert not is_kept(desks.programme, sha_of(content))


@pytest.mark.parametrize("more", [1, 2**20 + 1])
def test_twenty_mebibytes_is_the_most(county, more):
    content = b"\xff" * (20 * 2**20 + more)

    assert county.send_file(sha_of(content), content).status_code == 413


def test_a_post_that_may_attach_no_evidence_sends_no_files(desks):
    content = a_picture()

    assert Device(desks, "auditor").send_file(sha_of(content), content).status_code == 403


def test_a_post_sends_so_many_files_a_day_and_goes_on_the_next(county, desks, monkeypatch):
    monkeypatch.setattr(quota, "MOST_FILES", 2)
    content = a_picture()
    statuses = [county.send_file(sha_of(content), content).status_code for _ in range(3)]
    other = Device(desks, "committee").send_file(sha_of(content), content).status_code
    FilesSent.objects.filter(post="county").update(day="2026-01-01")

    assert (statuses, other) == ([201, 201, 429], 201)
    assert county.send_file(sha_of(content), content).status_code == 201
    assert FilesSent.objects.filter(post="county").count() == 1
