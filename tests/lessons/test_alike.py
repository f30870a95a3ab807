"""Which recommendations are suggested as saying the same, and why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.demo.learning import RECOMMENDED, SAME
from cairn.lessons.alike import alike


@pytest.mark.parametrize("language", ["zh", "en"])
def test_of_the_demos_debrief_the_one_pair_that_says_the_same_is_suggested(language):
    texts = {str(nth): {language: getattr(one, language)} for nth, one in enumerate(RECOMMENDED)}
    same = next(nth for nth, one in enumerate(RECOMMENDED) if one.fate == SAME)

    (pair,) = alike(texts)
    assert (pair.first, pair.second) == (str(same - 1), str(same))
    assert {"zh": "图纸", "en": "drawings"}[language] in pair.shares


def test_what_is_in_two_languages_is_compared_in_each_and_never_across():
    one = {"en": "Keep the pump in order", "zh-hans": "管好水泵"}
    assert len(alike({"1": one, "2": dict(one), "3": {"ug": "پومپىنى ئاسراش"}})) == 1


@given(st.lists(st.text(max_size=40), max_size=6))
def test_whatever_is_written_it_suggests_no_more_than_pairs(texts):
    said = {str(nth): {"en": text} for nth, text in enumerate(texts)}
    found = alike(said)
    assert all(int(pair.first) < int(pair.second) for pair in found)
    assert len({(pair.first, pair.second) for pair in found}) == len(found)


def test_sentences_without_words_are_not_alike():
    assert alike({"1": {"en": "1 2"}, "2": {"en": "3 4"}}) == []
