"""Villages with every number of voices publish figures from which a solver, who knows the code, finds no count below five."""

import re
from collections import defaultdict
from itertools import product

import pytest

pytest.importorskip(
    "cairn.voice", reason="nothing that residents said is counted in this installation"
)

SMALL = 5


def published(counts):
    """What is shown of a village whose cells (a category in a month) have so many answers."""
    from cairn.voice.counts import labelled, shown  # noqa: PLC0415 - where there are voices

    cells = {cell: list(range(count)) for cell, count in enumerate(counts) if count}
    labels = labelled(cells, possible=len(counts))
    seen = tuple(len(labels.get(cell, ())) for cell in range(len(counts)))
    return seen, sum(counts) - sum(seen), shown(sum(counts))


@pytest.mark.parametrize(("cells", "most"), [(2, 16), (3, 10)])
def test_a_solver_over_every_village_finds_no_small_count(cells, most):
    """All villages that publish the same are alike to it: a small count that all of them share is found."""
    alike = defaultdict(list)
    for counts in product(range(most + 1), repeat=cells):
        if sum(counts) <= most:  # beyond it the enumeration cuts villages off, and is no proof
            alike[published(counts)].append(counts)

    assert len(alike) > 3
    for seen, villages in alike.items():
        for cell in range(cells):
            possible = {counts[cell] for counts in villages}
            assert len(possible) > 1 or min(possible) == 0 or min(possible) >= SMALL, (
                seen,
                villages,
            )


def test_the_solver_finds_what_a_careless_page_would_show():
    """Suppressing a small cell beside a total and the other cells gives it away."""
    alike = defaultdict(set)
    for one, other in product(range(9), repeat=2):
        alike[one if one >= SMALL else None, other if other >= SMALL else None, one + other].add(
            (one, other)
        )

    assert {(3, 7)} in alike.values()


def test_a_villages_page_shows_no_figure_between_none_and_five(db):
    """Through the page itself, its tables and whatever else is served of them."""
    from cairn.following.snapshot import bring_up_to_date  # noqa: PLC0415 - where there are voices
    from guarantees.voices import speaking  # noqa: PLC0415 - likewise

    told = speaking(4)
    bring_up_to_date(told.programme)
    board = f"/en/{told.programme}/places/qarasu/answers/"
    page = told.client.get(board)
    assert page.status_code == 200
    figures = re.findall(r"<dd>\s*(?:<bdi>)?(\d+)", page.content.decode())
    assert not [figure for figure in figures if 0 < int(figure) < SMALL]
    assert "4" not in re.findall(r"\b\d+\b", re.sub(r"<[^>]*>", " ", _main(page)))


def _main(page) -> str:
    return page.content.decode().partition("<main")[2].partition("</main>")[0]


HELD_BY = ("tests/voice/test_counts.py::test_no_village_is_the_only_one_with_its_small_count",
           "tests/voice/test_counts.py::test_labels_come_in_fives_and_leave_enough_without")  # fmt: skip
