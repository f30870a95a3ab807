"""Movements as a small table of text, and attributions as text again."""

from collections.abc import Callable
from dataclasses import dataclass
from textwrap import dedent

import numpy as np
import pytest

from cairn.trace.columns import Movements, Trace
from cairn.trace.policy import Kind


@dataclass(frozen=True)
class Told:
    """What a table told: movements, and the names behind their codes."""

    movements: Movements
    ids: list[str]
    accounts: list[str]
    grants: list[str]

    def rows(self, trace: Trace) -> str:
        """What each movement was made of: `m3: road 60, well 40 breach`."""
        lines = []
        for i, name in enumerate(self.ids):
            parts = [
                f"{self.grant(trace.grant[row])} {trace.amount[row]}"
                + (" breach" if trace.breach[row] else "")
                for row in range(trace.offsets[i], trace.offsets[i + 1])
            ]
            if parts:
                lines.append(f"{name}: {', '.join(parts)}")
        return "\n".join(lines)

    def paid(self, trace: Trace, movement: str) -> str:
        """The attributions of one movement."""
        rows = dict(line.split(": ") for line in self.rows(trace).splitlines())
        return rows.get(movement, "nothing")

    def standing(self, trace: Trace) -> str:
        """What stands where: `county road 40`, `village road 60 in transit`."""
        s = trace.standing
        return "\n".join(
            f"{self.accounts[account]} {self.grant(grant)} {amount}"
            + (" in transit" if in_transit else "")
            for account, grant, amount, in_transit in zip(
                s.account, s.grant, s.amount, s.in_transit, strict=True
            )
        )

    def grant(self, code: int) -> str:
        return [*self.grants, "unexplained"][code]


@pytest.fixture
def told() -> Callable[[str], Told]:
    return tell


def tell(table: str) -> Told:
    """Read rows of `id kind from to amount grant of`, with - for what is empty."""
    lines = [line.split() for line in dedent(table).strip().splitlines()]
    ids = [line[0] for line in lines]
    accounts: dict[str, int] = {}
    grants: dict[str, int] = {}
    projects: dict[str, int] = {}

    def code(names: dict[str, int], name: str) -> int:
        return -1 if name == "-" else names.setdefault(name, len(names))

    rows = [
        (
            Kind[kind.upper()],
            code(accounts, source),
            code(projects if kind == "spend" else accounts, target),
            0 if amount == "-" else int(amount),
            code(grants, grant),
            -1 if of == "-" else ids.index(of),
        )
        for _, kind, source, target, amount, grant, of in lines
    ]
    return Told(columns(rows, len(accounts), len(grants)), ids, list(accounts), list(grants))


def columns(rows: list[tuple[int, ...]], accounts: int, grants: int) -> Movements:
    kind, source, target, amount, grant, of = zip(*rows, strict=True) if rows else [[]] * 6
    return Movements(
        kind=np.array(kind, np.uint8),
        source=np.array(source, np.int32),
        target=np.array(target, np.int32),
        amount=np.array(amount, np.int64),
        grant=np.array(grant, np.int32),
        of=np.array(of, np.int64),
        accounts=accounts,
        grants=grants,
    )
