"""What a published copy opens comes back with its entry; what nothing opens is told."""

import shutil

import pytest

from cairn.catalog import invariants, journal
from cairn.journal import files, keys, openings, sealing
from cairn.journal.checks import answers
from cairn.journal.facts import PartShredded
from cairn.journal.log import Log
from cairn.journal.models import SealedPart
from cairn.journal.recover import Recovery
from cairn.money.facts import MoneySpent, PaymentEvidenced
from cairn.values import Text
from cast import a_picture, cny
from journal.test_log_recover import lose, untriggered  # noqa: F401 - a fixture
from pdfs import a_pdf

SPENT = MoneySpent(account="qarasu-committee", project="qarasu-well", amount=cny("100.00"))


@pytest.fixture(params=[a_picture, a_pdf], ids=["a picture", "a PDF"])
def evidence(request, cast, tmp_path, untriggered, monkeypatch):  # noqa: F811
    """Two pieces of evidence under a checkpoint, opened in a copy; the caption of one shredded."""
    monkeypatch.setattr(sealing, "after_erasing", lambda _programme: None)
    keys.make(cast.programme, origin=f"cairn.example/{cast.programme}")
    payment = cast.movement(SPENT)
    photo = files.keep(cast.programme, request.param())
    said = [
        cast.record(PaymentEvidenced(movement=payment, sha256=photo, caption=Text(en=caption)))
        for caption in ("One", "Two")
    ]
    copy = tmp_path / "copy"
    _publish(cast, copy, said)
    cast.record(PartShredded(entry=str(said[0].id), field="caption", reason="A slip"))
    log = Log(cast.programme)
    log.sign(keys.signer_of(cast.programme))
    for name in ("checkpoint", "tile"):
        source = log.folder / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, copy / name)
    return copy, photo, said


def _publish(cast, copy, said):
    """As `cairn publish` would, before anything was shredded."""
    found = {}
    for receipt in said:
        parts = sealing.parts_at(cast.programme, [receipt.position])[receipt.position]
        answers_ = sealing.answers_of(cast.programme, [str(receipt.id)])[str(receipt.id)]
        found[receipt.position] = {f: (p.salt, answers_[f]) for f, p in parts.items()}
        here = files.path_of(cast.programme, answers_["sha256"])
        kept = copy / openings.kept_path(cast.programme, answers_["sha256"], here.suffix)
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(here, kept)
    path = copy / openings.path_of(openings.bundle_of(said[0].position))
    path.parent.mkdir(parents=True)
    path.write_bytes(openings.written(found))


def lose_all_of_it(cast, photo):
    lose(cast, 3)
    SealedPart.objects.filter(programme=cast.programme).delete()
    files.path_of(cast.programme, photo).unlink()


def mend(cast, copy=None):
    recovery = Recovery(journal, cast.programme)
    return recovery.mend(recovery.look(other=copy), other=copy)


def wrong(cast):
    found = answers(journal, cast.programme, invariants=invariants)
    return [answer.wrong for answer in found if answer.wrong]


def test_what_a_copy_opens_is_put_back_and_what_was_shredded_is_not(cast, evidence):
    copy, photo, (first, second) = evidence
    lose_all_of_it(cast, photo)

    lost = mend(cast, copy)

    assert lost == []
    assert files.is_kept(cast.programme, photo)
    said = sealing.answers_of(cast.programme, [str(first.id), str(second.id)])
    assert "caption" not in said[str(first.id)]
    assert said[str(second.id)]["caption"] == {"en": "Two"}
    assert wrong(cast) == []


def test_what_no_copy_opens_is_told(cast, evidence):
    _copy, photo, (first, second) = evidence
    lose_all_of_it(cast, photo)

    lost = mend(cast)

    assert lost == [
        (first.position, "sha256"),
        (second.position, "caption"),
        (second.position, "sha256"),
    ]
    assert "no fact says that it was erased" in str(wrong(cast))


def test_a_copy_that_opens_something_else_is_not_believed(cast, evidence):
    copy, photo, (_first, second) = evidence
    lose_all_of_it(cast, photo)
    bundle = openings.bundle_of(second.position)
    path = copy / openings.path_of(bundle)
    found = openings.read(path.read_bytes(), bundle)
    found[second.position]["caption"] = (found[second.position]["caption"][0], {"en": "Other"})
    path.write_bytes(openings.written(found))

    assert mend(cast, copy) == [(second.position, "caption")]
