"""More of what tests/guarantees/test_20 and test_21 hold: some dozens of small programmes, each mirrored for weeks."""

from random import Random

import pytest

from cairn.voice.counts import labelled
from guarantees.attacker import Attack, labels_found, months_over
from guarantees.mirrored import VILLAGE, drawn_answers, labelled_days, mirrored

pytestmark = pytest.mark.long


@pytest.mark.parametrize("seed", range(100, 112))
def test_no_programme_shows_a_small_count_to_a_solver(db, seed):
    told = mirrored(seed, days=20)
    days, offered = told.days[""], told.small.offered

    assert Attack(days).found() == {}
    for village in told.small.places:
        assert labels_found(days, village, months_over(labelled, len(offered)), offered) == {}


@pytest.mark.parametrize("many", [2, 3])
def test_no_labels_tell_how_few_there_were(many):
    categories = ("water", "road", "school")[:many]
    rule, some = months_over(labelled, many), 0
    for seed in range(400 if many == 2 else 60):
        answered = drawn_answers(Random(seed), categories)  # noqa: S311 - to be foreseen
        days = labelled_days(answered, rule)
        some += any(one.label[1] for one in days[-1].boards[VILLAGE].answers.values())
        assert labels_found(days, VILLAGE, rule, categories) == {}, seed

    assert some > 5
