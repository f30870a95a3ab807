"""A programme's movements as columns: what the trace takes in, and what pages look up beside it.

Strings become codes here, once; everything after is arrays.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from cairn.money.models import Movement
from cairn.trace.columns import Movements
from cairn.trace.policy import Kind

Ints = NDArray[np.int64]
Codes = NDArray[np.int32]

COLUMNS = (
    "id", "kind", "source", "target", "amount_minor", "currency", "grant", "of",
    "happened_on", "position", "fact", "evidence",
)  # fmt: skip

IN_ONE_FETCH = 20_000


@dataclass
class Coding:
    """Numbers for names, in the order they are first met."""

    names: list[tuple[str, str]] = field(default_factory=list)
    codes: dict[tuple[str, str], int] = field(default_factory=dict)

    def code(self, name: str, currency: str) -> int:
        """The code of a name in a currency, which is a world of its own; -1 of no name."""
        if not name:
            return -1
        key = (name, currency)
        if key not in self.codes:
            self.codes[key] = len(self.names)
            self.names.append(key)
        return self.codes[key]


@dataclass(frozen=True, slots=True)
class Columns:
    """n movements in order of (date, position). `day` counts from 0001-01-01 as date does."""

    id: NDArray[np.bytes_]
    kind: NDArray[np.uint8]
    source: Codes
    target: Codes
    amount: Ints
    grant: Codes
    of: Ints
    day: Codes
    position: Ints
    fact: NDArray[np.uint8]
    evidence: NDArray[np.bool_]

    def movements(self, *, accounts: int, grants: int) -> Movements:
        """What the trace takes in."""
        return Movements(
            kind=self.kind,
            source=self.source,
            target=self.target,
            amount=self.amount,
            grant=self.grant,
            of=self.of,
            accounts=accounts,
            grants=grants,
        )


@dataclass(frozen=True, slots=True)
class Coded:
    """Columns with what their codes stand for: (id, currency) pairs, and kinds of fact."""

    columns: Columns
    accounts: Coding
    grants: Coding
    projects: Coding
    facts: list[str]


def read_columns(programme: str, until: int) -> Coded:
    """Read a programme's movements up to a position of its journal."""
    accounts, grants, projects = Coding(), Coding(), Coding()
    facts: dict[str, int] = {}
    index: dict[str, int] = {}
    rows: list[tuple[Any, ...]] = []
    of: list[str] = []
    for id_, kind, source, target, amount, cur, grant, about, on, position, fact, seen in _fetch(
        programme, until
    ):
        index[id_] = len(rows)
        of.append(about)
        to = projects if kind == Kind.SPEND else accounts
        rows.append(
            (
                id_,
                kind,
                accounts.code(source, cur),
                to.code(target, cur),
                amount,
                grants.code(grant, cur),
                on.toordinal() if isinstance(on, date) else date.fromisoformat(on).toordinal(),
                position,
                facts.setdefault(fact, len(facts)),
                seen > 0,
            )
        )
    named = np.array([index.get(about, -1) for about in of], dtype=np.int64)
    columns = _in_order(_columns(rows, named))
    return Coded(columns, accounts, grants, projects, list(facts))


def _fetch(programme: str, until: int) -> Iterator[tuple[Any, ...]]:
    """Plain rows: a million model instances would cost more than the trace of them."""
    table = connection.ops.quote_name(Movement._meta.db_table)
    names = ", ".join(connection.ops.quote_name(name) for name in COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {names} FROM {table} WHERE programme = %s AND position <= %s",  # noqa: S608 - fixed names
            [programme, until],
        )
        while chunk := cursor.fetchmany(IN_ONE_FETCH):
            yield from chunk


def _columns(rows: list[tuple[Any, ...]], of: Ints) -> Columns:
    """Rows as columns, in the order they came."""
    id_, kind, source, target, amount, grant, day, position, fact, evidence = (
        zip(*rows, strict=True) if rows else ((),) * 10
    )
    return Columns(
        id=np.array(id_, dtype="S38"),
        kind=np.array(kind, dtype=np.uint8),
        source=np.array(source, dtype=np.int32),
        target=np.array(target, dtype=np.int32),
        amount=np.array(amount, dtype=np.int64),
        grant=np.array(grant, dtype=np.int32),
        of=of,
        day=np.array(day, dtype=np.int32),
        position=np.array(position, dtype=np.int64),
        fact=np.array(fact, dtype=np.uint8),
        evidence=np.array(evidence, dtype=np.bool_),
    )


def _in_order(columns: Columns) -> Columns:
    """Sort by (date, position, id): the second leg of an exchange comes after its first."""
    order = np.lexsort((columns.id, columns.position, columns.day))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    ordered = {f.name: getattr(columns, f.name)[order] for f in fields(Columns)}
    ordered["of"] = np.where(ordered["of"] < 0, -1, place[ordered["of"]])
    return Columns(**ordered)
