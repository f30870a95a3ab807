"""The same voices in another order of coming make the same entries in the same order: it tells nothing of when each came."""

from random import Random

import pytest
from django.db import transaction

pytest.importorskip("cairn.voice", reason="there are no voices in this installation")


def batch_of(desks, order, seed=7):
    """The ids of a day's batch in the order of their positions, for voices that came in an order."""
    from cairn.catalog import journal  # noqa: PLC0415 - where there are voices
    from cairn.journal.models import Entry  # noqa: PLC0415 - likewise
    from cairn.voice import upkeep, waiting  # noqa: PLC0415 - likewise
    from cairn.voice.facts import VoiceReceived  # noqa: PLC0415 - likewise

    day = desks.today
    with transaction.atomic():
        for number in order:
            waiting.keep(
                VoiceReceived(place="qarasu", category="water", text=f"voice {number}"),
                programme=desks.programme,
                about="qarasu",
                on=day,
                slip="",
                chance=Random(number),  # noqa: S311 - so that its key is the same
            )
        desks.later(days=1)
        upkeep.work_once(journal, now=desks.now, chance=Random(seed))  # noqa: S311 - likewise
        kinds = ["voice.voice-received", "voice.blank-received"]
        found = Entry.objects.filter(programme=desks.programme, kind__in=kinds)
        ids = [str(id_) for id_ in found.order_by("position").values_list("id", flat=True)]
        desks.later(days=-1)
        transaction.set_rollback(True)
    return ids


def test_the_order_of_coming_makes_no_difference(desks):
    from cairn.voice.facts import CategoryOffered  # noqa: PLC0415 - likewise
    from cast import named  # noqa: PLC0415

    desks.pen.record(CategoryOffered(category="water", name=named("Water")))
    first = batch_of(desks, range(7))

    assert len(first) == 10  # padded
    assert batch_of(desks, reversed(range(7))) == first
    assert batch_of(desks, [3, 0, 6, 2, 5, 1, 4]) == first


def test_chance_alone_decides_the_order(desks):
    from cairn.voice.facts import CategoryOffered  # noqa: PLC0415 - likewise
    from cast import named  # noqa: PLC0415

    desks.pen.record(CategoryOffered(category="water", name=named("Water")))
    batches = [batch_of(desks, range(7), seed) for seed in range(4)]
    voices = set.intersection(*map(set, batches))
    orders = {tuple(one for one in batch if one in voices) for batch in batches}

    assert len(voices) == 7
    assert len(orders) == 4


HELD_BY = ("tests/voice/test_waiting.py::test_the_order_of_a_batch_is_that_of_the_shuffle_and_not_of_coming",
           "tests/voice/test_waiting.py::test_what_was_said_waits_until_its_day_is_over",
           "tests/voice/test_waiting.py::test_a_batch_is_padded_so_that_nobody_counts_it")  # fmt: skip
