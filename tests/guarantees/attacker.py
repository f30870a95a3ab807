"""Somebody who mirrors a programme every day, knows its code, and computes what residents did.

What is published gives sums and bounds of counts that nobody published; a solver (HiGHS, by SciPy) finds
the least and the greatest that each count can be. One that can only be a number from 1 to 4 is found.
Labels follow a rule that is no sum: every way in which the answers could be about something is tried.

What posts did is public one by one, and is no secret: which answers there are, since when, and how each
came to be closed. So of a village with four answers everybody knows that four voices were answered. What
is looked for is the rest: how many wait, came on a day, were disputed, were said of a thing, are about what.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from math import inf

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from guarantees.mirror import Day, Listed

STEP = 5
MOST_A_DAY = 50
"""Voices of a village that one day takes."""

Sum = dict[object, int]
"""So many times each unknown; under None what is known."""
Cell = tuple[str, str]
"""What an answer is about, and the month in which it appeared."""
Rule = Callable[[date, Mapping[Cell, int]], Mapping[Cell, int]]
"""How many answers of each cell are labelled on a day, if there are so many of each."""


@dataclass(frozen=True)
class Knows:
    """What the attacker knows of the code."""

    steps: str = "secret"
    """How figures are made: plain; with a floor of five; or in steps of five that begin at a secret."""
    blanks_alone: bool = True
    """Whether a batch may be of blanks alone."""
    flags: bool = False
    """Whether a board marks each answer that is disputed."""


class Unknowns:
    """Whole numbers of which bounds of sums are known."""

    def __init__(self) -> None:
        self.at: dict[object, int] = {}
        self.bounds: list[tuple[float, float]] = []
        self.known: list[tuple[Sum, float, float]] = []
        self.points: list[np.ndarray] = []
        """Ways in which it could have been: where two differ nothing is pinned."""

    def new(self, name: object, low: float = 0, high: float = inf) -> object:
        if name not in self.at:
            self.at[name] = len(self.bounds)
            self.bounds.append((low, high))
        return name

    def where(self, sum_: Sum, low: float = -inf, high: float = inf) -> None:
        self.known.append((sum_, low - sum_.get(None, 0), high - sum_.get(None, 0)))

    def only(self, sum_: Sum) -> int | None:
        """The one number that a sum can be, or None."""
        row = self._row(sum_)
        for wanted in (row, -row):
            if len(self._among_points(row)) > 1:
                return None
            self.points.append(self._solve(wanted))
        values = self._among_points(row)
        return values.pop() + sum_.get(None, 0) if len(values) == 1 else None

    def _among_points(self, row: np.ndarray) -> set[int]:
        return {round(float(row @ point)) for point in self.points}

    def span(self, sum_: Sum) -> tuple[int, int]:
        """The least and the greatest that a sum can be."""
        row, plus = self._row(sum_), sum_.get(None, 0)
        least, greatest = (round(float(row @ self._solve(sign * row))) for sign in (1, -1))
        return least + plus, greatest + plus

    def _row(self, sum_: Sum) -> np.ndarray:
        row = np.zeros(len(self.bounds))
        for name, times in sum_.items():
            if name is not None:
                row[self.at[name]] += times
        return row

    def _solve(self, wanted: np.ndarray) -> np.ndarray:
        at, columns, values = [], [], []
        for number, (sum_, _low, _high) in enumerate(self.known):
            for name, times in sum_.items():
                if name is not None:
                    at.append(number)
                    columns.append(self.at[name])
                    values.append(times)
        shape = (len(self.known), len(self.bounds))
        rows = coo_array((values, (at, columns)), shape=shape).tocsr()
        lows, highs = zip(*((low, high) for _sum, low, high in self.known), strict=True)
        found = milp(
            wanted,
            integrality=np.ones(len(self.bounds)),
            bounds=Bounds(*map(np.array, zip(*self.bounds, strict=True))),
            constraints=LinearConstraint(rows, lows, highs),
        )
        assert found.success, f"what is published cannot have come about: {found.message}"
        return found.x


@dataclass
class Attack:
    """What follows from the days that somebody looked at."""

    days: Sequence[Day]
    knows: Knows = field(default_factory=Knows)

    def __post_init__(self) -> None:
        self.of = Unknowns()
        self.villages, self.things = list(self.days[0].boards), list(self.days[0].things)
        for nth, day in enumerate(self.days):
            self._batches(nth)
            for village in self.villages:
                self._village(nth, village)
            for thing, figures in day.things.items():
                for word, figure in figures.items():
                    self._figure((thing, word), self.said(nth, thing, word), figure)
            for notice, figures in day.asked.items():
                for word, figure in figures.items():
                    self._figure((notice, word), self.said(nth, notice, word), figure)

    def found(self) -> dict[str, int]:
        """Every count that can only be one number from 1 to 4, by what it counts."""
        found = {}
        for name, sum_ in self.cells():
            only = self.of.only(sum_)
            if only is not None and 0 < only < STEP:
                found[name] = only
        return found

    def cells(self) -> Iterator[tuple[str, Sum]]:
        """What nobody published, day by day: counts, and the sums of them that come to mind."""
        for nth, day in enumerate(self.days):
            on, new = day.on.isoformat(), self._new_batches(nth)
            waiting = {village: self.waiting(nth, village) for village in self.villages}
            for village in self.villages:
                yield f"waiting in {village} on {on}", waiting[village]
                yield f"overdue in {village} on {on}", {("overdue", village, nth): 1}
                yield f"disputed in {village} on {on}", {("disputed", village, nth): 1}
                disputes = {("dispute", village, batch): 1 for batch in self._batches_until(nth)}
                yield f"ever disputed in {village} until {on}", disputes
                for batch in new:
                    yield f"came to {village} at {batch}", {("voice", village, batch): 1}
                    yield f"disputed in {village} at {batch}", {("dispute", village, batch): 1}
            yield f"waiting anywhere on {on}", _plus(*waiting.values())
            for batch in new:
                for what in ("voice", "dispute"):
                    every = {(what, village, batch): 1 for village in self.villages}
                    yield f"{what} anywhere at {batch}", every
            for thing, figures in day.things.items():
                sums = [self.said(nth, thing, word) for word in figures]
                for word, sum_ in zip(figures, sums, strict=True):
                    yield f"{thing}: {word} until {on}", sum_
                yield f"{thing}: anything until {on}", _plus(*sums)
            for notice, figures in day.asked.items():
                for word in figures:
                    yield f"{notice}: {word} until {on}", self.said(nth, notice, word)

    def came(self, nth: int, village: str) -> Sum:
        """How many voices a village has had until a day."""
        return {("voice", village, batch): 1 for batch in self._batches_until(nth)}

    def waiting(self, nth: int, village: str) -> Sum:
        """How many of them have no answer of their own."""
        answered = len(self.days[nth].boards[village].answers)
        return _plus(self.came(nth, village), {None: -answered})

    def said(self, nth: int, thing: str, word: str) -> Sum:
        """How often something was said of a thing until a day."""
        return {("said", thing, word, batch): 1 for batch in self._batches_until(nth)}

    def _batches_until(self, nth: int) -> list[str]:
        return sorted(self.days[nth].batches)

    def _new_batches(self, nth: int) -> list[str]:
        before = self.days[nth - 1].batches if nth else {}
        return [batch for batch in self._batches_until(nth) if batch not in before]

    def _batches(self, nth: int) -> None:
        """The leaves of a batch are voices, disputes, what was said of things and notices, and blanks."""
        for batch in self._new_batches(nth):
            leaves, of = self.days[nth].batches[batch], self.of
            inside: Sum = {of.new(("blank", batch), 0, self._most_blanks(leaves)): 1}
            for village in self.villages:
                answered = self.days[nth - 1].boards[village].answers if nth else ()
                inside[of.new(("voice", village, batch), 0, MOST_A_DAY)] = 1
                inside[of.new(("dispute", village, batch), 0, len(answered))] = 1
            for thing, figures in self.days[nth].things.items():
                once_a_day: Sum = {
                    of.new(("said", thing, word, batch), 0, 1): 1 for word in figures
                }
                of.where(once_a_day, high=1)
                inside |= once_a_day
            for notice, figures in self.days[nth].asked.items():
                for word in figures:
                    inside[of.new(("said", notice, word, batch), 0, MOST_A_DAY)] = 1
            of.where(inside, leaves, leaves)

    def _most_blanks(self, leaves: int) -> int:
        return STEP if self.knows.blanks_alone and leaves == STEP else STEP - 1

    def _village(self, nth: int, village: str) -> None:
        board, of = self.days[nth].boards[village], self.of
        answers = list(board.answers.values())
        done = sum(one.outcome == "It is done" for one in answers)
        waiting = self.waiting(nth, village)
        of.where(waiting, low=0)
        came, known = board.figures["Came in"], len(answers) - len(answers) % STEP
        self._figure(("came", village), self.came(nth, village), came, known=known)
        late = of.new(("overdue", village, nth))
        of.where(_plus(waiting, {late: -1}), low=0)
        self._figure(("late", village), {late: 1}, board.figures["Not answered in time"])
        now = of.new(("disputed", village, nth), 0, len(answers))
        of_done = of.new(("done and disputed", village, nth), 0, done)
        of.where({now: 1, of_done: -1}, low=0, high=len(answers) - done)
        self._figure(("done", village), {of_done: -1, None: done}, board.figures["Of all: done"])
        if self.knows.flags:
            flagged = sum(one.disputed for one in answers)
            of.where({now: 1}, flagged, flagged)
        self._disputes_since(nth, village, now)
        for told, figure in ((len(answers), "Answered"), (_closed(answers), "Closed")):
            assert board.figures[figure] in {told, told - told % STEP}, "posts' doing, and no more"

    def _disputes_since(self, nth: int, village: str, now: object) -> None:
        """What was disputed stays so until a post answers anew, which everybody reads."""
        came: Sum = {("dispute", village, batch): -1 for batch in self._new_batches(nth)}
        before: Sum = {("disputed", village, nth - 1): -1} if nth else {}
        answers = self.days[nth].boards[village].answers
        earlier = self.days[nth - 1].boards[village].answers if nth else {}
        anew = sum(answers[id_].told != one.told for id_, one in earlier.items())
        for id_, one in earlier.items():
            opened = one.closed and not answers[id_].closed and answers[id_].told == one.told
            assert not opened, "what was closed is open again: it was disputed"
        assert self.knows.flags or not any(one.disputed for one in answers.values())
        self.of.where(_plus({now: 1}, before, came), low=-anew, high=0)

    def _figure(self, of: object, sum_: Sum, figure: int, *, known: int = 0) -> None:
        """What a figure tells of a count, by how it is made: never less than what is `known` anyway."""
        if self.knows.steps == "plain":
            self.of.where(sum_, figure, figure)
        elif self.knows.steps == "floor":
            self.of.where(sum_, figure, figure + STEP - 1)
        else:
            below, above = self._begins(of, figure), self._begins(of, figure + STEP)
            if figure > known:
                self.of.where(_plus(sum_, {below: -1}), low=0)
            self.of.where(_plus(sum_, {above: -1}), high=-1)

    def _begins(self, of: object, step: int) -> object:
        return self.of.new(("step", of, step), step, step + STEP - 1)


def _plus(*sums: Sum) -> Sum:
    found: Counter = Counter()
    for one in sums:
        found.update(one)
    return dict(found)


def _closed(answers: Sequence[Listed]) -> int:
    return sum(one.closed for one in answers)


# Labels


def labels_found(
    days: Sequence[Day], village: str, rule: Rule, categories: Sequence[str]
) -> dict[str, int]:
    """Small counts of answers about something that can be nothing else, of those that no label tells.

    An answer that is labelled on any day says of itself what it is about, as four others of its month
    do; what it says is taken off. Each way of the others to be about something is followed from day to
    day, and dropped where a board would have shown other labels.
    """
    boards = [day.boards[village].answers for day in days]
    labels = {id_: one.label for board in boards for id_, one in board.items() if one.label[1]}
    first = {id_: day.on for day in reversed(days) for id_ in day.boards[village].answers}
    layers: list[set[tuple[tuple[Cell, int], ...]]] = []
    steps: list[dict[object, set[object]]] = []
    ways: set[tuple[tuple[Cell, int], ...]] = {()}
    for day, board in zip(days, boards, strict=True):
        told = Counter(labels[id_] for id_ in board if id_ in labels)
        shown = Counter(one.label for one in board.values() if one.label[1])
        came = [first[id_] for id_ in board if first[id_] == day.on and id_ not in labels]
        step: dict[object, set[object]] = defaultdict(set)
        for way in ways:
            for after in _spread(dict(way), f"{day.on:%Y-%m}", len(came), categories):
                if Counter(rule(day.on, _plus(after, told))) == shown:
                    step[tuple(sorted(after.items()))].add(way)
        ways = set(step)
        assert ways, "no answers can have these labels"
        layers.append(ways)
        steps.append(step)
    for earlier, later in reversed(list(pairwise(range(len(days))))):
        layers[earlier] &= {way for after in layers[later] for way in steps[later][after]}
    return _small(days, layers, categories)


def _spread(
    counts: dict[Cell, int], month: str, more: int, categories: Sequence[str]
) -> Iterator[dict[Cell, int]]:
    """Every way in which so many more could be about something."""
    if not more:
        yield counts
        return
    first, *others = categories
    least = 0 if others else more
    for many in range(least, more + 1):
        cell = (first, month)
        after = counts | {cell: counts.get(cell, 0) + many} if many else counts
        yield from _spread(after, month, more - many, others) if others else [after]


def _small(days, layers, categories) -> dict[str, int]:
    found = {}
    for day, ways in zip(days, layers, strict=True):
        cells = {cell for way in ways for cell, _many in way}
        sums = {f"{cell} on {day.on}": {cell} for cell in cells}
        for category in categories:
            sums[f"{category} on {day.on}"] = {cell for cell in cells if cell[0] == category}
        for name, of in sums.items():
            values = {sum(many for cell, many in way if cell in of) for way in ways}
            if len(values) == 1 and 0 < min(values) < STEP:
                found[name] = values.pop()
    return found


def months_over(labels: Callable[..., Mapping[str, Sequence]], possible: int) -> Rule:
    """The rule of boards: each month by itself, once it is over."""

    def rule(on: date, counts: Mapping[Cell, int]) -> Mapping[Cell, int]:
        found = {}
        for month in {month for _category, month in counts}:
            if month < f"{on - timedelta(1):%Y-%m}":
                cells = {c: list(range(n)) for (c, m), n in counts.items() if m == month and n}
                told = labels(cells, possible=possible)
                found |= {(category, month): len(some) for category, some in told.items()}
        return {cell: many for cell, many in found.items() if many}

    return rule


def at_once(labels: Callable[..., Mapping[Cell, Sequence]], possible: int) -> Rule:
    """A rule that is careless of days: all months together, as soon as there are enough."""

    def rule(_on: date, counts: Mapping[Cell, int]) -> Mapping[Cell, int]:
        cells = {cell: list(range(many)) for cell, many in counts.items() if many}
        return {cell: len(some) for cell, some in labels(cells, possible=possible).items() if some}

    return rule
