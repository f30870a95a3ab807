"""No column for a moment in any table of voices; random ids, drawn without a clock; the same moment for a whole batch."""

import json
from random import Random, SystemRandom

import pytest
from django.apps import apps

from cairn.catalog import journal

pytest.importorskip("cairn.voice", reason="there are no voices in this installation")

OF_A_MOMENT = {
    "DateTimeField",
    "TimeField",
    "DurationField",
    "AutoField",
    "BigAutoField",
    "SmallAutoField",
}


def test_no_table_of_voices_has_a_column_for_a_moment_or_an_order():
    models = list(apps.get_app_config("voice").get_models())

    assert len(models) >= 3
    for model in models:
        kinds = {field.name: field.get_internal_type() for field in model._meta.fields}
        assert not {name for name, kind in kinds.items() if kind in OF_A_MOMENT}, model


def test_what_a_resident_says_has_no_answer_that_tells_more_than_a_day():
    for kind in ("voice.voice-received", "voice.voice-spoken"):
        assert set(journal.kinds[kind].model_fields) == {"place", "category", "text"}


def test_ids_are_random_and_a_batch_has_one_moment(db, monkeypatch):
    from cairn.journal.models import Entry  # noqa: PLC0415 - once Django is started
    from cairn.web.public import say  # noqa: PLC0415 - where there are voices
    from guarantees.voices import speaking  # noqa: PLC0415 - likewise

    assert isinstance(say.CHANCE, SystemRandom)
    monkeypatch.setattr(say, "CHANCE", Random(14))  # noqa: S311 - to be foreseen
    told = speaking()
    kinds = ["voice.voice-received", "voice.blank-received"]
    found = Entry.objects.filter(programme=told.programme, kind__in=kinds).order_by("position")
    bodies = [json.loads(bytes(entry.body)) for entry in found]
    assert len(bodies) >= len(told.keys)
    assert {entry.id.version for entry in found} == {4}
    assert len({body["recorded_at"] for body in bodies}) == 1
    assert len({body["happened_on"] for body in bodies}) == 1
    ids = [str(entry.id) for entry in found]
    assert ids != sorted(ids)
    assert told.keys != [one for one in ids if one in told.keys]  # nor is it the order of coming


HELD_BY = ("tests/voice/test_life.py::test_the_board_tells_no_order_of_time",
           "tests/voice/test_waiting.py::test_nothing_private_has_a_column_for_a_moment_or_a_sender",
           "tests/voice/test_waiting.py::test_no_rowid_counts_who_came_first",
           "tests/voice/test_waiting.py::test_an_id_tells_no_time")  # fmt: skip
