"""A canary is erased; then tables, search, pages, files, the published record and what is made anew are searched for it."""

import pytest

from cairn.catalog import journal
from cairn.following.snapshot import bring_up_to_date
from cairn.journal import files, sealing
from cairn.journal.facts import PartShredded
from cairn.journal.models import SealedPart
from cairn.money.facts import MoneySpent, PaymentEvidenced
from cairn.publish.openings import openings_of
from cairn.publish.pages import pages_of
from cairn.values import Text
from cast import DAY, a_picture, cny
from guarantees.there import ROOT, rows

CANARY = "Aynur's well, the third house"


@pytest.fixture
def erased(cast, monkeypatch, django_capture_on_commit_callbacks):
    """A payment with a picture and a caption, both erased: its receipt, the picture, its salts."""
    monkeypatch.setattr(sealing, "after_erasing", lambda _programme: None)
    paid = cast.movement(
        MoneySpent(account="qarasu-committee", project="qarasu-well", amount=cny("9.00"))
    )
    photo = files.keep(cast.programme, a_picture("crimson"))
    receipt = cast.record(PaymentEvidenced(movement=paid, sha256=photo, caption=Text(en=CANARY)))
    parts = sealing.parts_at(cast.programme, [receipt.position])[receipt.position]
    salts = [part.salt for part in parts.values()]
    bring_up_to_date(cast.programme)
    assert CANARY in rows()
    assert files.is_kept(cast.programme, photo)
    with django_capture_on_commit_callbacks(execute=True):
        for field in ("caption", "sha256"):
            cast.record(
                PartShredded(entry=str(receipt.id), field=field, reason="It named somebody")
            )
    return receipt, photo, salts


def test_no_table_has_the_content_or_its_salt(cast, erased):
    receipt, photo, salts = erased

    assert CANARY not in rows()
    assert photo not in rows()
    kept = {bytes(salt) for salt in SealedPart.objects.values_list("salt", flat=True)}
    assert not kept & set(salts)
    assert sealing.parts_at(cast.programme, [receipt.position]) == {}


def test_no_picture_is_kept_in_any_size(cast, erased):
    _receipt, photo, _salts = erased
    there = [path.name for path in files.folder_of(cast.programme).rglob("*") if path.is_file()]

    assert not files.is_kept(cast.programme, photo)
    assert not [name for name in there if photo in name]


def test_no_page_table_or_opening_shows_it(cast, erased):
    _receipt, photo, _salts = erased
    bring_up_to_date(cast.programme)
    pages = [
        page for page in pages_of(cast.programme, DAY) if "projects/qarasu-well" in page.address
    ]
    opened = list(openings_of(cast.programme, 10_000, journal.kinds))

    assert len(pages) >= 4
    for page in pages:
        assert CANARY.encode() not in page.body, page.address
        assert photo.encode() not in page.body, page.address
    assert CANARY not in repr(opened)
    assert photo not in repr(opened)


def test_a_rebuild_brings_nothing_back(cast, erased):
    _receipt, photo, _salts = erased
    journal.rebuild(cast.programme)

    assert CANARY not in rows()
    assert photo not in rows()


def test_what_is_erased_is_never_in_the_search_index(cast, erased):
    """No sealed answer is among what is sought: names of things alone are."""
    assert erased
    for kind in journal.kinds.values():
        assert not {"name"} & set(kind.seals())


def test_what_a_resident_said_is_in_no_byte_of_any_file_once_it_is_erased(lived):
    """In files of its own, with nothing of the database switched off: also not where it was deleted."""
    pytest.importorskip("cairn.voice", reason="nobody says anything in this installation but posts")
    from guarantees.living import ERASED, SAID  # noqa: PLC0415

    assert lived.holding(SAID)
    assert lived.told["erased_in"] == []
    assert lived.holding(ERASED) == []


def test_how_long_backups_hold_it_is_said():
    said = (ROOT / "docs/how-to/shred.md").read_text(encoding="utf-8")

    assert "**Backups made before.**" in said
    assert "thirty days" in said
    assert "`secure_delete`" in said
    assert "write-ahead log" in said


HELD_BY = ("tests/test_shred.py::test_what_is_shredded_is_nowhere_and_the_record_still_verifies",
           "tests/journal/test_sealing.py::test_a_file_goes_with_the_last_answer_that_names_it",
           "tests/journal/test_sealing.py::test_a_rebuild_shreds_what_an_older_copy_brought_back",
           "tests/voice/test_spoken_gone.py::test_once_it_is_written_down_no_byte_of_it_is_left_anywhere")  # fmt: skip
