"""What a misspelt id may mean."""

import pytest

from cairn.exchange.links.likeness import Ids, Like

ON_RECORD = ("GB-CHC-1-WELL", "GB-CHC-2-WELL", "SE-0-77", "XM DAC 9")


@pytest.mark.parametrize(
    ("written", "meant", "like"),
    [
        ("GB–CHC–1–WELL", "GB-CHC-1-WELL", Like.DASH),
        ("GB-CHC-1-WELL ", "GB-CHC-1-WELL", Like.SPACE),
        ("XMDAC9", "XM DAC 9", Like.SPACE),
        ("gb-chc-1-well", "GB-CHC-1-WELL", Like.CASE),
        ("ＧＢ-CHC-1-WELL", "GB-CHC-1-WELL", Like.SPACE),
        ("GB-CHC-1-WEL", "GB-CHC-1-WELL", Like.SIGN),
        ("GB-CHC-1-WELLS", "GB-CHC-1-WELL", Like.SIGN),
        ("GB-CHC-1-WALL", "GB-CHC-1-WELL", Like.SIGN),
        ("SE-0-78", "SE-0-77", Like.DIGIT),
        ("SE-0-770", "SE-0-77", Like.DIGIT),
    ],
)
def test_an_id_is_like_one_that_is_written_otherwise(written, meant, like):
    assert Ids(ON_RECORD).like(written) == [(meant, like)]


@pytest.mark.parametrize("written", ["GB-CHC-1-WILLOW", "SE-1", "", "GB-CHC-12-WELLS"])
def test_two_edits_are_another_id(written):
    assert Ids(ON_RECORD).like(written) == []


def test_several_that_are_like_it_are_all_offered():
    found = Ids(ON_RECORD).like("GB-CHC-3-WELL")

    assert found == [("GB-CHC-1-WELL", Like.DIGIT), ("GB-CHC-2-WELL", Like.DIGIT)]
