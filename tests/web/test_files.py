"""A kept file is shown where an entry has opened it, alone in its frame, until it is shredded."""

import pytest
from django.test import Client

from cairn.following.snapshot import bring_up_to_date
from cairn.journal import files, sealing
from cairn.journal.facts import PartShredded
from cairn.money.facts import MoneySpent, PaymentEvidenced
from cairn.values import Text
from cast import a_picture, cny
from pdfs import a_pdf

SPENT = MoneySpent(account="qarasu-committee", project="qarasu-well", amount=cny("100.00"))


@pytest.fixture
def photo(cast):
    return files.keep(cast.programme, a_picture())


def evidence(cast, photo):
    return cast.record(
        PaymentEvidenced(movement=cast.movement(SPENT), sha256=photo, caption=Text(en="Pump"))
    )


def address(cast, photo):
    return f"/files/{cast.programme}/{photo}.jpg"


def test_a_file_that_an_entry_opens_is_shown_and_runs_nothing(cast, photo):
    evidence(cast, photo)

    answer = Client().get(address(cast, photo))

    assert answer.status_code == 200
    assert answer.content == files.path_of(cast.programme, photo).read_bytes()
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer


def test_a_file_that_no_entry_names_is_shown_to_nobody(cast, photo):
    assert Client().get(address(cast, photo)).status_code == 404


def test_a_file_is_shown_in_its_own_programme_alone(cast, photo):
    evidence(cast, photo)

    assert Client().get(f"/files/another/{photo}.jpg").status_code == 404


def test_a_file_is_gone_once_it_is_shredded(
    cast, photo, django_capture_on_commit_callbacks, monkeypatch
):
    monkeypatch.setattr(sealing, "after_erasing", lambda _programme: None)
    receipt = evidence(cast, photo)

    with django_capture_on_commit_callbacks(execute=True):
        cast.record(PartShredded(entry=str(receipt.id), field="sha256", reason="A slip"))

    assert Client().get(address(cast, photo)).status_code == 404


@pytest.fixture
def document(cast):
    return files.keep(cast.programme, a_pdf())


def test_a_pdf_is_handed_out_and_never_shown(cast, document):
    evidence(cast, document)

    answer = Client().get(f"/files/{cast.programme}/{document}.pdf")
    assert answer.content == files.path_of(cast.programme, document).read_bytes()
    assert answer["Content-Disposition"].startswith("attachment;")
    assert Client().get(address(cast, document)).status_code == 404


def test_a_project_links_to_its_documents_beside_its_photos(cast, photo, document):
    evidence(cast, photo)
    evidence(cast, document)
    bring_up_to_date(cast.programme)

    page = Client().get(f"/en/{cast.programme}/projects/qarasu-well/").content.decode()
    assert f'<img src="{address(cast, photo)}"' in page
    link = f'<a href="/files/{cast.programme}/{document}.pdf" download>document (PDF, 1 kB)</a>'
    assert link in page
    assert f'src="/files/{cast.programme}/{document}' not in page


def test_a_pdf_is_gone_once_it_is_shredded(
    cast, document, django_capture_on_commit_callbacks, monkeypatch
):
    monkeypatch.setattr(sealing, "after_erasing", lambda _programme: None)
    receipt = evidence(cast, document)

    with django_capture_on_commit_callbacks(execute=True):
        cast.record(PartShredded(entry=str(receipt.id), field="sha256", reason="A slip"))

    assert files.kept(cast.programme, document) is None
    assert not list(files.kept_files(cast.programme))
