"""Movements of every kind, made up by Hypothesis or from a seed, and traces held against each other."""

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from cairn.trace import reference
from cairn.trace.columns import Movements, Trace
from cairn.trace.policy import Kind

ACCOUNTS, GRANTS = 4, 3
PAYMENTS = (Kind.MOVE, Kind.SEND, Kind.SPEND)

Row = tuple[int, ...]

KINDS = st.sampled_from([*Kind, Kind.MOVE, Kind.SEND, Kind.CONFIRM, Kind.CONFIRM, Kind.SPEND])
SOME_GRANT = st.integers(-1, GRANTS - 1)
AMOUNTS = st.one_of(st.integers(1, 20), st.integers(1, 10**15))


@st.composite
def any_rows(draw, kinds=KINDS, grants=SOME_GRANT) -> list[Row]:
    """Rows of every kind that name sends, or something, among the earlier ones."""
    rows: list[Row] = []
    for kind in draw(st.lists(kinds, max_size=40)):
        sends = [i for i, row in enumerate(rows) if row[0] == Kind.SEND]
        source, target = draw(st.permutations(range(ACCOUNTS)))[:2]
        amount = draw(AMOUNTS)
        if kind == Kind.RECEIVE:
            rows.append((kind, -1, target, amount, draw(st.integers(0, GRANTS - 1)), -1))
        elif kind in PAYMENTS:
            rows.append((kind, source, target, amount, draw(grants), -1))
        elif kind in {Kind.CONFIRM, Kind.VOID} and sends:
            of = draw(st.sampled_from(sends))
            part = draw(st.sampled_from([rows[of][3], (rows[of][3] + 1) // 2]))
            rows.append((kind, -1, -1, part if kind == Kind.CONFIRM else 0, -1, of))
        elif kind == Kind.REVERSE and rows:
            rows.append((kind, -1, -1, 0, -1, draw(st.integers(0, len(rows) - 1))))
    return rows


def movements(rows: Sequence[Row]) -> Movements:
    table = np.array(rows, np.int64).reshape(-1, 6).T
    kind, source, target, amount, grant, of = table
    return Movements(
        kind=kind.astype(np.uint8),
        source=source.astype(np.int32),
        target=target.astype(np.int32),
        amount=amount.copy(),
        grant=grant.astype(np.int32),
        of=of.copy(),
        accounts=ACCOUNTS,
        grants=GRANTS,
    )


def sound(rows: list[Row]) -> Movements:
    """The same without the rows that there are objections to, and without what names those."""
    while True:
        bad = set(np.flatnonzero(reference.objections(movements(rows)).code).tolist())
        if not bad:
            return movements(rows)
        kept = [i for i, row in enumerate(rows) if i not in bad and row[5] not in bad]
        place = {i: new for new, i in enumerate(kept)} | {-1: -1}
        rows = [(*rows[i][:5], place[rows[i][5]]) for i in kept]


def assert_same(one: Trace, other: Trace) -> None:
    pairs = ((one, other), (one.standing, other.standing), (one.totals, other.totals))
    for mine, theirs in pairs:
        for name in mine.__dataclass_fields__:
            column = getattr(mine, name)
            if isinstance(column, np.ndarray):
                assert column.dtype == getattr(theirs, name).dtype, name
                assert column.tolist() == getattr(theirs, name).tolist(), name


def in_circles(n: int, *, accounts: int, grants: int) -> Movements:
    rng = np.random.default_rng(7)
    kind = rng.choice([Kind.RECEIVE, Kind.MOVE, Kind.SPEND], n, p=[0.2, 0.7, 0.1]).astype(np.uint8)
    receives = kind == Kind.RECEIVE
    source = rng.integers(0, accounts, n)
    return Movements(
        kind=kind,
        source=np.where(receives, -1, source).astype(np.int32),
        target=((source + rng.integers(1, accounts, n)) % accounts).astype(np.int32),
        amount=rng.integers(1, np.where(receives, 10_000, 3_000)),
        grant=np.where(receives, rng.integers(0, grants, n), -1).astype(np.int32),
        of=np.full(n, -1),
        accounts=accounts,
        grants=grants,
    )
