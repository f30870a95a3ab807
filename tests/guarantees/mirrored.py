"""Small programmes that went on for some weeks, and what somebody who looked every day has of each.

Looked at as they are, and as they would be if the code were careless in one way.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

import pytest
from django.conf import settings

from cairn.voice import queries
from cairn.voice.counts import SMALL, shown
from cairn.voice.models import ThingSaid, Voice
from cairn.web.public.unchanged import pages
from guarantees.attacker import Rule
from guarantees.mirror import Board, Day, Listed, look
from guarantees.small import NOTICES, THINGS, Small


@dataclass
class Mirrored:
    """A programme, and its days by how they were published. `truth` has what is in the database then."""

    small: Small
    days: dict[str, list[Day]] = field(default_factory=dict)
    truth: list[dict[object, int]] = field(default_factory=list)


def whole_cells(cells, *, possible):
    """Labels without complement: each cell of five and more is labelled, all of it."""
    del possible
    return {cell: list(some) for cell, some in cells.items() if len(some) >= SMALL}


CARELESS: dict[str, dict[str, Callable]] = {
    "plain": {"in_steps": lambda count, **_of: count},
    "floor": {"in_steps": lambda count, **_of: shown(count)},
}
"""What a board would be made with instead, under the names that queries.py has for it."""


@contextmanager
def careless(how: str) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, instead in CARELESS.get(how, {}).items():
            patch.setattr(queries, name, instead)
        pages.clear()  # what other code drew
        yield
        pages.clear()


def mirrored(seed: int, *, days: int = 14, how: tuple[str, ...] = ("",)) -> Mirrored:
    """A programme drawn from a seed, looked at on each of its days; always the same from the same seed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "SECRET_KEY", f"of small programmes {seed}")
        return _mirrored(seed, days, how)


def _mirrored(seed: int, days: int, how: tuple[str, ...]) -> Mirrored:
    chance = Random(seed)  # noqa: S311 - a test that can be foreseen
    small = Small(
        chance,
        villages=chance.choice((1, 2)),
        categories=chance.choice((2, 3)),
        busy=chance.choice((2, 3, 4)),
        eager=chance.choice((0.3, 0.5, 0.8)),
        days_apart=chance.choice((1, 5)),
        programme=f"small-{seed}",
    )
    found = Mirrored(small, {one: [] for one in how})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cairn.web.public.reads.timezone.now", lambda: small.now)
        for _day in range(days):
            small.go_on()
            for one in how:
                with careless(one):
                    looked = look(small.programme, small.today, small.places, THINGS, NOTICES)
                found.days[one].append(looked)
            found.truth.append(_truth(small))
    return found


def flagged(found: Mirrored) -> list[Day]:
    """Its days, as if boards marked which answers are disputed: so many of them as are."""
    days = []
    for day, truth in zip(found.days[""], found.truth, strict=True):
        boards = {}
        for village, board in day.boards.items():
            disputed = truth["disputed", village]
            answers = {
                id_: replace(one, disputed=nth < disputed)
                for nth, (id_, one) in enumerate(board.answers.items())
            }
            boards[village] = replace(board, answers=answers)
        days.append(replace(day, boards=boards))
    return days


def _truth(small: Small) -> dict[object, int]:
    """What nobody published, as it is."""
    found: dict[object, int] = {}
    for village in small.places:
        rows = list(Voice.objects.filter(programme=small.programme, place=village))
        found["came", village] = len(rows)
        found["disputed", village] = sum(row.state == "disputed" for row in rows)
        answered = [row for row in rows if row.answered]
        found["waiting", village] = len(rows) - len(answered)
        for category in small.offered:
            found["about", village, category] = sum(row.category == category for row in answered)
    for row in ThingSaid.objects.filter(programme=small.programme):
        thing = f"{row.id.partition('/')[0]}s/{row.id.partition('/')[2]}"
        words = (row.works, row.does_not, row.not_there)
        for word, many in zip(("It works", "It does not", "It is not there"), words, strict=True):
            found["said", thing, word] = many
    return found


# Labels alone, without a database: they depend on nothing but what is answered when.

START = date(2025, 6, 16)
VILLAGE = "qarasu"


def labelled_days(answered: Sequence[Sequence[str]], rule: Rule, apart: int = 5) -> list[Day]:
    """The board of a village on each day on which answers about these appeared, labelled by a rule."""
    days, appeared = [], []
    for nth, categories in enumerate(answered):
        on = START + timedelta(apart * nth)
        appeared += [(category, f"{on:%Y-%m}") for category in categories]
        counts: dict[tuple[str, str], int] = {}
        for cell in appeared:
            counts[cell] = counts.get(cell, 0) + 1
        left, answers = dict(rule(on, counts)), {}
        for number, cell in enumerate(appeared):
            label = cell if left.get(cell, 0) > 0 else ("", "")
            left[cell] = left.get(cell, 0) - 1
            answers[str(number)] = Listed(
                str(number), "", "", closed=False, disputed=False, label=label
            )
        days.append(Day(on, {VILLAGE: Board({}, answers)}, {}))
    return days


def drawn_answers(chance: Random, categories: Sequence[str]) -> list[list[str]]:
    """What some days' answers are about: few a day, over some months, one category the favourite."""
    drawn = (*categories, *[chance.choice(categories)] * 3)
    return [
        [chance.choice(drawn) for _answer in range(chance.choice((0, 1, 2, 2)))]
        for _day in range(chance.randint(6, 14))
    ]
