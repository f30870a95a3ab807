"""What an auditor asks for: what stands out, and what has changed between two states of a record."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from cairn.following.answers import AsOf, GrantRow, Named, Page
from cairn.following.columns import Ints
from cairn.following.compute import added_up
from cairn.following.queries.lists import exception_list, grant_rows
from cairn.following.queries.programme import unexplained
from cairn.following.queries.reading import Reading, page, read, some
from cairn.money.models import Movement
from cairn.trace.policy import Kind
from cairn.works.models import Project

KINDS = ("unexplained", "off purpose", "breach", "late", "reversed", "backdated", "round")
"""The kinds of exception, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Put:
    """A movement that was reversed or backdated, by the entry that says so.

    Of a reversal, `of` is the position of what it reversed and `reason` says why. Of one that was
    backdated, `reached` is the day that its account had reached on record.
    """

    what: str
    position: int
    happened_on: date
    recorded_on: date
    kind: str
    account: Named
    amount: int
    currency: str
    of: int | None = None
    reason: str = ""
    reached: date | None = None
    movement: str = ""

    @property
    def days_behind(self) -> int | None:
        """How many days before what its account had on record it is dated."""
        return (self.reached - self.happened_on).days if self.reached else None


@dataclass(frozen=True, slots=True)
class Run:
    """Payments of round amounts out of one account, close in time."""

    account: Named
    first_on: date
    last_on: date
    payments: int
    positions: tuple[int, ...]
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A figure of a grant or a project, or of all of them, then and now. `figure` is a code."""

    thing: Named
    figure: str
    then: int
    now: int
    currency: str

    @property
    def change(self) -> int:
        """By how much it grew."""
        return self.now - self.then


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed from one position of a journal to a later one: figures that differ, and sums."""

    programme: Named
    first: int
    last: int
    as_of: AsOf
    totals: tuple[Changed, ...]
    grants: tuple[Changed, ...]
    projects: tuple[Changed, ...]


# What stands out


def exception_counts(*, programme: str) -> dict[str, int]:
    """How many there are of each kind."""
    reading = read(programme)
    found = reading.snapshot.exceptions
    return {
        "unexplained": len(found.unexplained),
        "off purpose": len(exception_list(reading, None, "off purpose")),
        "breach": len(exception_list(reading, None, "breach")),
        "late": len(found.late),
        "reversed": len(found.reversals),
        "backdated": len(found.backdated),
        "round": len(found.round_starts) - 1,
    }


def late(*, programme: str, start: int = 0, size: int = 100) -> tuple[tuple[int, ...], Page]:
    """The positions of entries that were recorded long after what they tell of."""
    rows = read(programme).snapshot.exceptions.late
    return tuple(int(row) for row in rows[start : start + size]), page(start, size, len(rows))


def reversals(*, programme: str, start: int = 0, size: int = 100) -> tuple[tuple[Put, ...], Page]:
    """Movements that were recorded by mistake, and what was said of it."""
    reading = read(programme)
    rows = reading.snapshot.exceptions.reversals
    return tuple(_put(reading, rows[start : start + size], "reversed")), page(
        start, size, len(rows)
    )


def backdated(*, programme: str, start: int = 0, size: int = 100) -> tuple[tuple[Put, ...], Page]:
    """Movements put in behind what their account had on record already."""
    reading = read(programme)
    found = reading.snapshot.exceptions
    rows, reached = found.backdated[start : start + size], found.reached[start : start + size]
    days = [date.fromordinal(int(day)) for day in reached]
    return tuple(_put(reading, rows, "backdated", days)), page(start, size, len(found.backdated))


def round_runs(*, programme: str, start: int = 0, size: int = 100) -> tuple[tuple[Run, ...], Page]:
    """Runs of payments of round amounts, by their first day."""
    reading = read(programme)
    found, total = reading.snapshot.exceptions, len(reading.snapshot.exceptions.round_starts) - 1
    runs = range(start, min(start + size, total))
    pieces = [found.round[found.round_starts[one] : found.round_starts[one + 1]] for one in runs]
    return tuple(_run(reading, piece) for piece in pieces), page(start, size, total)


def _put(
    reading: Reading, rows: Ints, what: str, reached: list[date] | None = None
) -> Iterator[Put]:
    columns, at = reading.snapshot.columns, reading.snapshot
    ids = [columns.id[row].decode() for row in rows]
    known = {movement.id: movement for movement in some(Movement, reading.id, set(ids))}
    for place, (row, id_) in enumerate(zip(rows, ids, strict=True)):
        of = int(columns.of[row])
        about = of if what == "reversed" else int(row)
        position = int(columns.position[row])
        yield Put(
            what=what,
            position=position,
            happened_on=date.fromordinal(int(columns.day[row])),
            recorded_on=date.fromordinal(int(at.recorded.on[position - 1])),
            kind=at.facts[columns.fact[about]],
            account=_account(reading, about),
            amount=int(columns.amount[about]),
            currency=known[id_].currency if id_ in known else "",
            of=int(columns.position[of]) if what == "reversed" else None,
            reason=known[id_].note if id_ in known else "",
            reached=reached[place] if reached else None,
            movement=id_,
        )


def _account(reading: Reading, row: int) -> Named:
    """The account that a movement is about: where it left, else where it arrived."""
    columns, at = reading.snapshot.columns, reading.snapshot
    if columns.kind[row] == Kind.CONFIRM:
        code = int(columns.target[columns.of[row]])
    elif columns.kind[row] == Kind.VOID:
        code = int(columns.source[columns.of[row]])
    else:
        code = int(columns.source[row])
        if code < 0 or at.accounts[code][0].startswith("~"):
            code = int(columns.target[row])
    return reading.account(at.accounts[code][0]) if code >= 0 else Named("", {})


def _run(reading: Reading, rows: Ints) -> Run:
    columns, at = reading.snapshot.columns, reading.snapshot
    account, currency = at.accounts[columns.source[rows[0]]]
    return Run(
        account=reading.account(account),
        first_on=date.fromordinal(int(columns.day[rows[0]])),
        last_on=date.fromordinal(int(columns.day[rows[-1]])),
        payments=len(rows),
        positions=tuple(int(position) for position in columns.position[rows]),
        amount=int(columns.amount[rows].sum()),
        currency=currency,
    )


# What has changed

OF_GRANTS = (
    "pledged", "received", "standing", "in_transit", "spent", "evidenced", "breach", "off_purpose",
)  # fmt: skip
OF_PROJECTS = ("budget", "spent", "evidenced")

Figures = dict[tuple[str, str], dict[str, int]]
"""By (id, currency): figures by their code."""


def difference(*, first: str, second: str) -> Difference:
    """How figures changed from one state of a programme to another: keys of pasts, or its id."""
    then, now = read(first), read(second)
    grants = _of_grants(grant_rows(then)), _of_grants(grant_rows(now))
    changed = list(_changed(_of_projects(then), _of_projects(now), OF_PROJECTS))
    known = now.projects({id_ for (id_, _cur), *_rest in changed})
    sums = _sums(grants[0], then), _sums(grants[1], now)
    return Difference(
        programme=then.programme,
        first=then.snapshot.position,
        last=now.snapshot.position,
        as_of=now.as_of,
        totals=tuple(
            Changed(Named("", {}), figure, before, after, currency)
            for (_id, currency), figure, before, after in _changed(
                *sums, (*OF_GRANTS, "unexplained"), all_of_them=True
            )
        ),
        grants=tuple(
            Changed(now.grant(id_), figure, before, after, currency)
            for (id_, currency), figure, before, after in _changed(grants[0], grants[1], OF_GRANTS)
        ),
        projects=tuple(
            Changed(
                Named(id_, known[id_].name if id_ in known else {}), figure, before, after, currency
            )
            for (id_, currency), figure, before, after in changed
        ),
    )


def _changed(
    then: Figures, now: Figures, figures: Iterable[str], *, all_of_them: bool = False
) -> Iterator[tuple[tuple[str, str], str, int, int]]:
    for key in sorted({*then, *now}):
        for figure in figures:
            before = then.get(key, {}).get(figure, 0)
            after = now.get(key, {}).get(figure, 0)
            if before != after or (all_of_them and (before or after)):
                yield key, figure, before, after


def _of_grants(rows: Iterable[GrantRow]) -> Figures:
    return {
        (row.grant.id, row.currency): {figure: getattr(row, figure) for figure in OF_GRANTS}
        for row in rows
    }


def _of_projects(reading: Reading) -> Figures:
    """Set-based: a large programme has too many projects to make a row of each."""
    found: Figures = defaultdict(dict)
    at = reading.snapshot
    rows = at.edges.rows
    for figure, amounts in (("spent", at.edges.amount), ("evidenced", at.edges.evidenced)):
        for pair, amount in zip(at.projects, added_up(amounts[rows], at.edges.starts), strict=True):
            if not pair[0].startswith("~"):
                found[pair][figure] = int(amount)
    budgets = Project.objects.filter(programme=reading.id).exclude(budget_minor=None)
    for id_, minor, currency in budgets.values_list("id", "budget_minor", "budget_currency"):
        found[id_, currency]["budget"] = minor or 0
    return dict(found)


def _sums(grants: Figures, reading: Reading) -> Figures:
    """The figures of all grants together, and what is unexplained, by currency."""
    found: Figures = defaultdict(lambda: defaultdict(int))
    for (_id, currency), figures in grants.items():
        for figure, amount in figures.items():
            found["", currency][figure] += amount
    for one in unexplained(reading):
        found["", one.currency]["unexplained"] = one.arisen
    return {key: dict(figures) for key, figures in found.items()}


# Which entries have money in them


def positions_of(
    *, programme: str, kind: str = "", above: int | None = None, currency: str = ""
) -> tuple[AsOf, Named, Ints]:
    """The entries to draw a sample from: all, of a kind, or with money above an amount."""
    reading = read(programme)
    at = reading.snapshot
    found = np.arange(1, at.position + 1, dtype=np.int64)
    if kind:
        code = at.kinds.index(kind) if kind in at.kinds else -1
        found = found[at.recorded.kind == code]
    if above is not None:
        large = (at.columns.amount > above) & (_currencies(reading) == at.currency_code(currency))
        found = np.intersect1d(found, at.columns.position[large])
    return reading.as_of, reading.programme, found


def _currencies(reading: Reading) -> Ints:
    """The currency of each movement, as its place in the snapshot's `currencies`."""
    at, columns = reading.snapshot, reading.snapshot.columns
    about = np.where(columns.of < 0, np.arange(len(columns.of)), columns.of)
    source, grant = columns.source[about], columns.grant[about]
    of_grant = np.array([at.currency_code(one) for _grant, one in at.grants] + [-1], dtype=np.int64)
    of_account = np.array([*at.currency_of_account, -1], dtype=np.int64)
    return np.where(source >= 0, of_account[source], of_grant[grant])
