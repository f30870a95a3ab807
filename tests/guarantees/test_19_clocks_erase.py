"""With a clock that is set on: everything sealed in a told programme is erased when its time is over, and not before."""

import ast
from datetime import timedelta

import pytest

from cairn.catalog import journal
from cairn.journal import sealing
from cairn.journal.facts import PartShredded
from cairn.journal.models import Entry, SealedPart
from cairn.journal.sealing import WHOLE
from cairn.programme.retention import erase_what_is_over
from cast import NOW
from guarantees.there import SOURCE, has_voices

LONGEST_YEARS = 30
YEAR = timedelta(days=366)


@pytest.fixture(autouse=True)
def _within_a_transaction(monkeypatch):
    monkeypatch.setattr(sealing, "after_erasing", lambda _programme: None)


def left(programme):
    return SealedPart.objects.filter(programme=programme).exclude(field=WHOLE).count()


def test_every_sealed_answer_has_its_years():
    for kind in journal.kinds.values():
        for field, sealed in kind.seals().items():
            assert 0 < sealed.years <= LONGEST_YEARS, f"{kind.kind}.{field}"


def test_the_clock_erases_everything_when_its_years_are_over_and_says_so(told, db):
    before = left(told)

    assert before >= 8
    assert erase_what_is_over(journal, now=NOW + 29 * timedelta(days=365)) == 0
    assert left(told) == before
    assert erase_what_is_over(journal, now=NOW + LONGEST_YEARS * YEAR) >= before
    assert left(told) == 0
    said = Entry.objects.filter(programme=told, kind=PartShredded.kind)
    assert said.count() == before
    assert erase_what_is_over(journal, now=NOW + LONGEST_YEARS * YEAR) == 0


def test_the_clock_runs_wherever_pages_are_served():
    module = ast.parse((SOURCE / "web/serve.py").read_text(encoding="utf-8"))
    worker = next(one for one in module.body if getattr(one, "name", "") == "follow_until")
    loop = next(node for node in ast.walk(worker) if isinstance(node, ast.While))
    called = {ast.unparse(call.func) for call in ast.walk(loop) if isinstance(call, ast.Call)}

    assert "erase_what_is_over" in called
    if has_voices():
        assert "voices.work_once" in called


def test_what_a_resident_said_is_erased_in_days_by_a_clock_of_its_own(db):
    pytest.importorskip("cairn.voice", reason="there are no voices in this installation")
    from cairn.voice import upkeep  # noqa: PLC0415 - where there are voices
    from guarantees.there import rows  # noqa: PLC0415
    from guarantees.voices import speaking  # noqa: PLC0415

    told = speaking()
    assert "The pump stands still, says 3" in rows()
    upkeep.work_once(journal, now=told.desks.now + timedelta(days=731 + 1))

    assert "The pump stands still" not in rows()
    said = Entry.objects.filter(programme=told.programme, kind="voice.voice-received")
    at = said.values("position")
    assert said.count() == len(told.keys)
    there = SealedPart.objects.filter(programme=told.programme, position__in=at)
    assert not there.exclude(field=WHOLE).exists()


HELD_BY = ("tests/voice/test_life.py::test_a_text_is_erased_ninety_days_after_it_was_closed_and_not_before",
           "tests/voice/test_life.py::test_a_text_is_erased_after_two_years_closed_or_not",
           "tests/voice/test_spoken.py::test_a_recording_that_nobody_wrote_down_is_erased_after_thirty_days")  # fmt: skip
