"""For pairs of days, of filters and of sums: figures are equal, or differ by five and more."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip(
    "cairn.voice", reason="nothing that residents said is counted in this installation"
)

SMALL = 5
counts = st.integers(0, 300)


@given(counts, counts)
def test_two_figures_are_equal_or_differ_by_five_and_more(one, other):
    from cairn.voice.counts import shown  # noqa: PLC0415 - where there are voices

    assert shown(one) == shown(other) or abs(shown(one) - shown(other)) >= SMALL


@given(st.lists(st.integers(0, 60), min_size=2, max_size=9), st.data())
def test_a_filter_and_what_it_leaves_out_never_give_a_small_count(cells, data):
    """Whatever cells are asked for, and whatever others, the difference of what is shown is coarse."""
    from cairn.voice.counts import shown  # noqa: PLC0415 - likewise

    some = data.draw(st.sets(st.sampled_from(range(len(cells)))))
    more = some | data.draw(st.sets(st.sampled_from(range(len(cells)))))
    difference = shown(sum(cells[at] for at in more)) - shown(sum(cells[at] for at in some))
    assert difference % SMALL == 0


def test_a_day_and_the_next_show_the_same_until_five_more_came(db):
    from cairn.catalog import journal  # noqa: PLC0415 - likewise
    from cairn.voice import upkeep  # noqa: PLC0415 - likewise
    from guarantees.voices import speaking  # noqa: PLC0415 - likewise

    told = speaking(5)
    before = board_of(told)
    said = {"category": "water", "text": "One more says so", "do": "send"}
    for _time in range(3):
        told.client.post(f"/en/{told.programme}/places/qarasu/say/", said)
    upkeep.work_once(journal, now=told.desks.now + timedelta(days=2))

    assert before
    assert board_of(told) == before


def test_no_address_of_a_board_narrows_it(db):
    """There is no filter over what residents said: the same board whatever is asked."""
    from guarantees.voices import speaking  # noqa: PLC0415 - likewise

    told = speaking(3)
    plain = board_of(told)
    for asked in (
        {"category": "water"},
        {"month": "2025-06"},
        {"until": "2025-06-01"},
        {"state": "answered"},
    ):
        assert board_of(told, asked) == plain, asked


def board_of(told, asked=None):
    from cairn.following.snapshot import bring_up_to_date  # noqa: PLC0415 - likewise

    bring_up_to_date(told.programme)
    page = told.client.get(f"/en/{told.programme}/places/qarasu/answers/", asked or {})
    assert page.status_code == 200
    return _figures(page)


def _figures(page) -> list[str]:
    main = page.content.decode().partition("<main")[2].partition("</main>")[0]
    return re.findall(r"<dd>(.*?)</dd>", main, re.DOTALL)


HELD_BY = ("tests/voice/test_counts.py::test_two_figures_of_two_days_or_two_filters_are_equal_or_differ_by_five",
           "tests/voice/test_counts.py::test_a_sum_of_figures_adds_nothing_to_them")  # fmt: skip
