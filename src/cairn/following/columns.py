"""A programme's movements as columns: what the trace takes in, and what pages look up beside it.

Strings become codes here, once; everything after is arrays. What was read before is taken over: of a
movement that is on record nothing changes but how many pieces of evidence there are of it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from cairn.journal import spread
from cairn.journal.models import Entry
from cairn.journal.past import programme_of
from cairn.money.facts import EvidenceWithdrawn, PaymentEvidenced
from cairn.money.models import Evidence, Movement
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
IN_ONE_QUESTION = 5_000


@dataclass
class Coding:
    """Numbers for names, in the order they are first met."""

    names: list[tuple[str, str]] = field(default_factory=list)
    codes: dict[tuple[str, str], int] = field(default_factory=dict)

    @classmethod
    def of(cls, names: list[tuple[str, str]]) -> "Coding":
        """Numbers as they were given to these names before."""
        return cls(list(names), {name: code for code, name in enumerate(names)})

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


@dataclass(frozen=True, slots=True)
class Read:
    """What an earlier snapshot has read already, up to a position."""

    position: int
    coded: Coded


def nothing_read() -> Read:
    """No movement."""
    return Read(0, Coded(_empty(), Coding(), Coding(), Coding(), []))


def read_columns(programme: str, until: int, read: Read | None = None) -> Coded:
    """Read a programme's movements up to a position of its journal, those that are read taken over."""
    before = read or nothing_read()
    was = before.coded
    accounts, grants, projects = (
        Coding.of(each.names) for each in (was.accounts, was.grants, was.projects)
    )
    coded = Coded(_empty(), accounts, grants, projects, [])
    facts = {fact: code for code, fact in enumerate(was.facts)}
    chunks, named = [_empty()], [np.empty(0, dtype=ID)]
    for rows in _fetch(programme, before.position, until):
        columns, of = _chunk(rows, coded, facts)
        chunks.append(columns)
        named.append(of)
    order, new = _sorted(_joined(chunks))
    columns = _merged(was.columns, new, np.concatenate(named)[order])
    if before.position:
        columns = _with_evidence(columns, programme, before.position)
    return replace(coded, columns=columns, facts=list(facts))


def _fetch(programme: str, after: int, until: int) -> Iterator[list[tuple[Any, ...]]]:
    """Plain rows: a million model instances would cost more than the trace of them."""
    table = connection.ops.quote_name(Movement._meta.db_table)
    names = [connection.ops.quote_name(name) for name in COLUMNS]
    with spread.connection_to_read(programme).cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(names)}, CAST(happened_on AS varchar(10)) "  # noqa: S608 - fixed names
            f"FROM {table} WHERE programme = %s AND position > %s AND position <= %s "
            "ORDER BY position, id",  # so that codes are the same, however much was read before
            [programme, after, until],
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
    codings = (coded.accounts, coded.projects)
    # Row by row, so that codes are the same however many rows are fetched at a time.
    ends = [
        (codings[0].code(one, money), codings[what == Kind.SPEND].code(other, money))
        for what, one, other, money in zip(kind, source, target, currency, strict=True)
    ]
    sources, targets = np.array(ends, dtype=np.int32).T
    columns = Columns(
        id=np.array(id_, dtype=ID),
        kind=np.array(kind, dtype=np.uint8),
        source=sources,
        target=targets,
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
    """Where each id stands among `ids`, of which each is once; -1 where none is wanted, or none is."""
    rows = np.flatnonzero(wanted != b"")
    found = np.full(len(wanted), -1, dtype=np.int64)
    if len(rows):
        names, each = np.unique(wanted[rows], return_inverse=True)
        place = np.minimum(np.searchsorted(names, ids), len(names) - 1)
        there = np.flatnonzero(names[place] == ids)
        where = np.full(len(names), -1, dtype=np.int64)
        where[place[there]] = there
        found[rows] = where[each]
    return found


def _joined(chunks: list[Columns]) -> Columns:
    return Columns(
        **{f.name: np.concatenate([getattr(c, f.name) for c in chunks]) for f in fields(Columns)}
    )


def _picked(columns: Columns, order: Ints) -> Columns:
    return Columns(**{f.name: getattr(columns, f.name)[order] for f in fields(Columns)})


def _empty() -> Columns:
    """No movements."""
    types: dict[str, Any] = {
        "id": ID, "kind": np.uint8, "fact": np.uint8, "evidence": np.bool_,
        "amount": np.int64, "of": np.int64, "position": np.int64,
    }  # fmt: skip
    return Columns(
        **{f.name: np.empty(0, dtype=types.get(f.name, np.int32)) for f in fields(Columns)}
    )


def _sorted(columns: Columns) -> tuple[Ints, Columns]:
    """Sort by (date, position, id): the second leg of an exchange comes after its first."""
    order = np.lexsort((columns.id, columns.position, columns.day))
    return order, _picked(columns, order)


def _merged(known: Columns, new: Columns, named: NDArray[np.bytes_]) -> Columns:
    """Put new movements, which are in order, among those known; `named` are the ids they are about."""
    day, position = (
        np.concatenate([known.day, new.day]).astype(np.int64),
        np.concatenate([known.position, new.position]),
    )
    # Two of one fact stand together already, and stable sorting leaves them so.
    order = np.argsort((day << 40) + position, kind="stable")
    in_order = np.arange(len(order))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = in_order
    whole = _joined([known, new])
    if (order != in_order).any():
        whole = _picked(whole, order)
    of = np.full(len(order), -1, dtype=np.int64)
    about = np.flatnonzero(known.of >= 0)
    of[place[about]] = place[known.of[about]]
    of[place[len(known.of) :]] = _found(named, whole.id)
    return replace(whole, of=of)


def _with_evidence(columns: Columns, programme: str, after: int) -> Columns:
    """Evidence counted again for payments of which later facts attached or withdrew some."""
    later = Entry.objects.filter(programme=programme_of(programme), position__gt=after)
    kinds = [fact.kind for fact in (PaymentEvidenced, EvidenceWithdrawn)]
    facts = [str(id_) for id_ in later.filter(kind__in=kinds).values_list("id", flat=True)]
    ids: dict[str, bool] = {}
    for start in range(0, len(facts), IN_ONE_QUESTION):
        some = facts[start : start + IN_ONE_QUESTION]
        shown = Evidence.objects.filter(programme=programme)
        shown = shown.filter(id__in=some) | shown.filter(withdrawn_by__in=some)
        rows = Movement.objects.filter(programme=programme, id__in=shown.values("movement"))
        ids.update((id_, count > 0) for id_, count in rows.values_list("id", "evidence"))
    if not ids:
        return columns
    evidence, counted = columns.evidence.copy(), np.array(list(ids.values()))
    found = _found(np.array(list(ids), dtype=ID), columns.id)
    evidence[found[found >= 0]] = counted[found >= 0]
    return replace(columns, evidence=evidence)
