"""A programme's movements as columns: what the trace takes in, and what pages look up beside it.

Strings become codes here, once; everything after is arrays.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from cairn.journal import spread
from cairn.money.models import Movement
from cairn.trace.columns import Movements
from cairn.trace.policy import Kind

Ints = NDArray[np.int64]
Codes = NDArray[np.int32]

COLUMNS = (
    "id", "kind", "source", "target", "amount_minor", "currency", "grant", "of",
    "position", "fact", "evidence",
)  # fmt: skip

ID = "S38"
"""A movement's id: a UUID, and /2 for the second leg of an exchange."""

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
    coded = Coded(_empty(), Coding(), Coding(), Coding(), [])
    facts: dict[str, int] = {}
    chunks, named = [_empty()], [np.empty(0, dtype=ID)]
    for rows in _fetch(programme, until):
        columns, of = _chunk(rows, coded, facts)
        chunks.append(columns)
        named.append(of)
    whole = Columns(
        **{f.name: np.concatenate([getattr(c, f.name) for c in chunks]) for f in fields(Columns)}
    )
    whole = replace(whole, of=_found(np.concatenate(named), whole.id))
    return replace(coded, columns=_in_order(whole), facts=list(facts))


def _fetch(programme: str, until: int) -> Iterator[list[tuple[Any, ...]]]:
    """Plain rows: a million model instances would cost more than the trace of them."""
    table = connection.ops.quote_name(Movement._meta.db_table)
    names = [connection.ops.quote_name(name) for name in COLUMNS]
    with spread.connection_to_read(programme).cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(names)}, CAST(happened_on AS varchar(10)) "  # noqa: S608 - fixed names
            f"FROM {table} WHERE programme = %s AND position <= %s",
            [programme, until],
        )
        while chunk := cursor.fetchmany(IN_ONE_FETCH):
            yield chunk


def _chunk(
    rows: list[tuple[Any, ...]], coded: Coded, facts: dict[str, int]
) -> tuple[Columns, NDArray[np.bytes_]]:
    """Some rows as columns, in the order they came, and the ids that each is about."""
    id_, kind, source, target, amount, currency, grant, of, position, fact, evidence, on = zip(
        *rows, strict=True
    )
    days = {day: date.fromisoformat(day).toordinal() for day in set(on)}
    ends = [coded.projects if one == Kind.SPEND else coded.accounts for one in kind]
    columns = Columns(
        id=np.array(id_, dtype=ID),
        kind=np.array(kind, dtype=np.uint8),
        source=_codes(map(coded.accounts.code, source, currency)),
        target=_codes(end.code(*key) for end, *key in zip(ends, target, currency, strict=True)),
        amount=np.array(amount, dtype=np.int64),
        grant=_codes(map(coded.grants.code, grant, currency)),
        of=np.full(len(rows), -1, dtype=np.int64),
        day=np.array([days[day] for day in on], dtype=np.int32),
        position=np.array(position, dtype=np.int64),
        fact=np.array([facts.setdefault(one, len(facts)) for one in fact], dtype=np.uint8),
        evidence=np.array(evidence) > 0,
    )
    return columns, np.array(of, dtype=ID)


def _codes(codes: Iterable[int]) -> Codes:
    return np.fromiter(codes, dtype=np.int32)


def _found(wanted: NDArray[np.bytes_], ids: NDArray[np.bytes_]) -> Ints:
    """Where each id stands among `ids`; -1 where none is wanted."""
    rows = np.flatnonzero(wanted != b"")
    order = np.argsort(ids)
    found = np.full(len(wanted), -1, dtype=np.int64)
    found[rows] = order[np.searchsorted(ids, wanted[rows], sorter=order)]
    return found


def _empty() -> Columns:
    """No movements."""
    types: dict[str, Any] = {
        "id": ID, "kind": np.uint8, "fact": np.uint8, "evidence": np.bool_,
        "amount": np.int64, "of": np.int64, "position": np.int64,
    }  # fmt: skip
    return Columns(
        **{f.name: np.empty(0, dtype=types.get(f.name, np.int32)) for f in fields(Columns)}
    )


def _in_order(columns: Columns) -> Columns:
    """Sort by (date, position, id): the second leg of an exchange comes after its first."""
    order = np.lexsort((columns.id, columns.position, columns.day))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    ordered = {f.name: getattr(columns, f.name)[order] for f in fields(Columns)}
    ordered["of"] = np.where(ordered["of"] < 0, -1, place[ordered["of"]])
    return Columns(**ordered)
