"""Rows of a movements file, judged: either each is sound and they are movements, or we say why not.

Whole columns at a time; a sentence is only made for a row that is bad. How files are read is in
files.py.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cairn.exchange.movements.ids import rows_of
from cairn.exchange.movements.text import (
    NO_NUMBER,
    NOT_POSITIVE,
    TOO_LARGE,
    TOO_MANY_DECIMALS,
    UNREAD,
    not_empty,
)
from cairn.trace.columns import NONE, UNREADABLE, Bools, Bytes, Int32s, Int64s, Movements, Objection
from cairn.trace.kernel import objections
from cairn.trace.policy import Kind
from cairn.values import MAX_MINOR, UNEXPLAINED, UnknownCurrencyError, currency_digits, to_decimal

KIND_BY_NAME: Final = {kind.name.lower(): kind for kind in Kind}
PAYMENTS: Final = (Kind.MOVE, Kind.SEND, Kind.SPEND)
REFERRING: Final = (Kind.CONFIRM, Kind.VOID, Kind.REVERSE)


@dataclass(frozen=True, slots=True)
class Words:
    """A column of few distinct texts: the code of each row's, and the texts by code."""

    codes: Int32s
    texts: list[str]

    def __getitem__(self, row: int) -> str:
        return self.texts[int(self.codes[row])]

    def given(self) -> Bools:
        """Which rows are not empty."""
        given: Bools = self.look_up([bool(text) for text in self.texts], np.bool_)
        return given

    def look_up(self, by_text: Iterable[int], dtype: type) -> npt.NDArray[Any]:
        """Give each row what `by_text` has for its text."""
        return np.array([*by_text, 0], dtype)[self.codes]


class Amounts(Protocol):
    """A column of amounts, however the file keeps them."""

    def given(self) -> Bools:
        """Which rows are not empty."""
        ...

    def in_minor(self, digits: Bytes) -> tuple[Int64s, Bytes]:
        """Minor units by each row's currency digits, and what is wrong (see trace_text)."""
        ...

    def __getitem__(self, row: int) -> str: ...


@dataclass(frozen=True, slots=True)
class Rows:
    """The nine columns as they stand in the file, nothing but text; empty means empty."""

    id: pa.StringArray
    kind: Words
    date: Words
    source: Words
    target: Words
    amount: Amounts
    currency: Words
    grant: Words
    of: pa.StringArray


@dataclass(frozen=True, slots=True)
class Read:
    """Movements, and the names behind their codes."""

    movements: Movements
    ids: pa.StringArray
    accounts: list[tuple[str, str]]
    """Name and currency by account code."""
    grants: list[tuple[str, str]]
    """Name and currency by grant code."""


@dataclass(frozen=True, slots=True)
class Objected:
    """One bad row, counted from 0, and what is wrong with it."""

    row: int
    reason: str


def judge(rows: Rows) -> Read | list[Objected]:
    """Make movements of sound rows, in order of (date, row); else name every bad row."""
    return _Judgement(rows).result()


class _Judgement:
    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.objected: list[Objected] = []
        self.bad = np.zeros(len(rows.id), np.bool_)
        kinds = (KIND_BY_NAME.get(text, UNREADABLE) for text in rows.kind.texts)
        self.kind = rows.kind.look_up(kinds, np.uint8)
        self.refers = np.isin(self.kind, REFERRING)

    def result(self) -> Read | list[Objected]:
        rows = self.rows
        self._object(
            self.kind == UNREADABLE,
            lambda i: f"‘{rows.kind[i]}’ is no kind of movement; write {_one_of(KIND_BY_NAME)}",
        )
        of = self._ids()
        self._ends()
        self._grants()
        day = self._days()
        currency = self._currencies(of)
        amount = self._amounts(currency)
        order = _order(day)
        movements = self._among_each_other(order, amount, of, currency)
        if self.objected:
            return sorted(self.objected, key=lambda objected: objected.row)
        return movements

    def _object(self, which: Bools, reason: Callable[[int], str]) -> None:
        self.objected += [Objected(int(i), reason(int(i))) for i in np.flatnonzero(which)]
        self.bad |= which

    def _ids(self) -> Int64s:
        """Answer the row that each one's `of` names, or -1."""
        rows, n = self.rows, len(self.rows.id)
        first, named = rows_of(rows.id, rows.of)
        self._object(
            (first != np.arange(n)) & not_empty(rows.id),
            lambda i: f"the id ‘{rows.id[i]}’ is that of an earlier row already",
        )
        of = np.where(self.refers, named, NONE)
        self._object(~not_empty(rows.id), lambda _: "it has no id")
        names_one = not_empty(rows.of)
        self._object(
            self.refers & ~names_one, lambda i: f"a {rows.kind[i]} must name a movement in ‘of’"
        )
        self._object(
            ~self.refers & names_one & (self.kind != UNREADABLE),
            lambda i: f"a {rows.kind[i]} names no other movement: leave ‘of’ empty",
        )
        self._object(
            self.refers & names_one & (of == NONE),
            lambda i: f"‘of’ names ‘{rows.of[i]}’, which is no movement in this file",
        )
        return of

    def _ends(self) -> None:
        rows, kind = self.rows, self.kind
        source, target = rows.source.given(), rows.target.given()
        pays, receives = np.isin(kind, PAYMENTS), kind == Kind.RECEIVE
        self._object(
            pays & ~source, lambda i: f"a {rows.kind[i]} needs ‘from’: the account it leaves"
        )
        self._object(
            (pays | receives) & ~target,
            lambda i: (
                f"a {rows.kind[i]} needs ‘to’: "
                + ("the project" if kind[i] == Kind.SPEND else "the account it goes to")
            ),
        )
        self._object(
            (receives | self.refers) & source, lambda i: f"a {rows.kind[i]} leaves ‘from’ empty"
        )
        self._object(self.refers & target, lambda i: f"a {rows.kind[i]} leaves ‘to’ empty")
        places = {text: place for place, text in enumerate(rows.target.texts)}
        same = rows.source.look_up((places.get(text, NONE) for text in rows.source.texts), np.int32)
        self._object(
            pays & source & (same == rows.target.codes),
            lambda i: f"‘from’ and ‘to’ are both ‘{rows.source[i]}’",
        )

    def _grants(self) -> None:
        rows = self.rows
        given = rows.grant.given()
        self._object(
            (self.kind == Kind.RECEIVE) & ~given, lambda _: "a receive needs the grant received"
        )
        self._object(
            self.refers & given,
            lambda i: f"a {rows.kind[i]} leaves ‘grant’ empty: it follows what it names",
        )
        self._object(
            rows.grant.look_up((text == UNEXPLAINED for text in rows.grant.texts), np.bool_),
            lambda _: f"no grant may be called ‘{UNEXPLAINED}’: that is what has no grant",
        )

    def _days(self) -> Int32s:
        rows = self.rows
        days = rows.date.look_up(map(_day, rows.date.texts), np.int32)
        self._object(days == 0, lambda i: f"‘{rows.date[i]}’ is no date; write it like 2025-03-31")
        return days

    def _currencies(self, of: Int64s) -> Int32s:
        """Answer each row's currency, by its code in the column: its own, or of what it names."""
        rows, given = self.rows, self.rows.currency.given()
        texts = rows.currency.texts
        known_texts = [_digits(text) != UNREAD for text in texts]
        known = rows.currency.look_up(known_texts, np.bool_)
        self._object(
            ~self.refers & ~given & (self.kind != UNREADABLE), lambda _: "it has no currency"
        )
        self._object(
            given & ~known,
            lambda i: (
                f"‘{rows.currency[i]}’ is not a currency code of ISO 4217, such as CNY or USD"
            ),
        )
        currency = rows.currency.codes.copy()
        names = self.refers & (of != NONE)
        # A reverse of a confirm has the currency of the confirm, which is that of its send.
        for kinds in ((Kind.CONFIRM, Kind.VOID), (Kind.REVERSE,)):
            which = np.flatnonzero(names & np.isin(self.kind, kinds))
            currency[which] = currency[of[which]]
        known &= Words(currency, texts).look_up(known_texts, np.bool_)
        self._object(
            names & given & known & (currency != rows.currency.codes),
            lambda i: f"it says {rows.currency[i]}, but ‘{rows.of[i]}’ is in {texts[currency[i]]}",
        )
        return currency

    def _amounts(self, currency: Int32s) -> Int64s:
        rows, given = self.rows, self.rows.amount.given()
        no_amount = (self.kind == Kind.VOID) | (self.kind == Kind.REVERSE)
        self._object(
            no_amount & given, lambda i: f"a {rows.kind[i]} leaves ‘amount’ empty: it is all of it"
        )
        needed = ~no_amount & (self.kind != UNREADABLE)
        self._object(needed & ~given, lambda i: f"a {rows.kind[i]} needs an amount")
        texts = rows.currency.texts
        digits = Words(currency, texts).look_up(map(_digits, texts), np.uint8)
        digits[~(needed & given)] = UNREAD
        minor, wrong = rows.amount.in_minor(digits)
        for problem, reason in _WRONG_AMOUNTS.items():
            self._object(wrong == problem, _about(rows.amount, reason))
        self._object(
            wrong == TOO_MANY_DECIMALS,
            lambda i: (
                f"the amount ‘{rows.amount[i]}’ has more decimals than "
                f"{texts[currency[i]]}, which has {digits[i]}"
            ),
        )
        return minor

    def _among_each_other(
        self, order: Int64s, amount: Int64s, of: Int64s, currency: Int32s
    ) -> Read:
        """Put the rows in order, give codes to names, and judge what refers to what."""
        rows, n = self.rows, len(order)
        in_order = bool((order == np.arange(n)).all())
        place = np.empty(n, np.int64)
        place[order] = np.arange(n)
        of = np.where(of == NONE, NONE, place[of])
        kind = self.kind.copy()
        kind[self.bad] = UNREADABLE
        pays = np.isin(kind, PAYMENTS)
        spends = kind == Kind.SPEND
        texts = rows.currency.texts
        grants, (grant,) = _codes(texts, currency, (rows.grant, rows.grant.given()))
        accounts, (source, target) = _codes(
            texts, currency, (rows.source, pays), (rows.target, (kind <= Kind.SEND))
        )
        target[spends] = rows.target.codes[spends]

        def ordered(column: npt.NDArray[Any]) -> npt.NDArray[Any]:
            return column if in_order else column[order]

        movements = Movements(
            kind=ordered(kind),
            source=ordered(source),
            target=ordered(target),
            amount=ordered(amount),
            grant=ordered(grant),
            of=ordered(of),
            accounts=len(accounts),
            grants=len(grants),
        )
        self._structure(movements, order, currency)
        ids = rows.id if in_order else rows.id.take(pa.array(order))
        return Read(movements, ids, accounts, grants)

    def _structure(self, movements: Movements, order: Int64s, currency: Int32s) -> None:
        found = objections(movements)
        for at in np.flatnonzero(found.code):
            i = int(order[at])
            if self.bad[i]:
                continue
            objection = Objection(found.code[at])
            reason = _REASONS[objection].format(kind=self.rows.kind[i], of=self.rows.of[i])
            if objection == Objection.MORE_THAN_IN_TRANSIT:
                left = to_decimal(int(found.in_transit[at]), self.rows.currency.texts[currency[i]])
                reason = f"it confirms {self.rows.amount[i]} where {left} of ‘{self.rows.of[i]}’ is in transit"
            self.objected.append(Objected(i, reason))


_WRONG_AMOUNTS: Final = {
    NO_NUMBER: "is not an amount; write it like 1234.50",
    NOT_POSITIVE: "is not above zero",
    TOO_LARGE: f"is too large: more than {MAX_MINOR:.0e} of the smallest unit",
}

_REASONS: Final = {
    Objection.LATER: "‘of’ names ‘{of}’, which is not earlier",
    Objection.NOT_A_SEND: "a {kind} must name a send, which ‘{of}’ is not",
    Objection.REVERSES_A_REVERSE: "‘{of}’ is a reverse, which cannot be reversed; record it anew",
    Objection.REVERSED_TWICE: "‘{of}’ is reversed already",
    Objection.AFTER_REVERSAL: "it comes after the reversal of ‘{of}’",
    Objection.MORE_THAN_IN_TRANSIT: "it confirms more than is in transit of ‘{of}’",
    Objection.NOTHING_IN_TRANSIT: "nothing of ‘{of}’ is in transit any more",
}


def _about(amounts: Amounts, reason: str) -> Callable[[int], str]:
    return lambda i: f"the amount ‘{amounts[i]}’ {reason}"


def _codes(
    currencies: list[str], currency: Int32s, *columns: tuple[Words, Bools]
) -> tuple[list[tuple[str, str]], list[Int32s]]:
    """Give one code to each (name, currency) that the marked rows of any column hold, in order.

    Answers what the codes stand for, and the columns in codes, with -1 in rows not marked.
    """
    names = sorted({text for words, _ in columns for text in words.texts})
    rank_of_name = {name: rank for rank, name in enumerate(names)}
    by_text = sorted(range(len(currencies)), key=lambda code: currencies[code])
    rank = np.empty(len(currencies) + 1, np.int64)
    rank[by_text] = np.arange(len(currencies))
    width = max(len(currencies), 1)
    pairs = [
        width * words.look_up((rank_of_name[text] for text in words.texts), np.int64)
        + rank[currency]
        for words, _ in columns
    ]
    held = np.zeros(len(names) * width, np.bool_)
    for pair, (_, marked) in zip(pairs, columns, strict=True):
        held[pair[marked]] = True
    code = np.cumsum(held, dtype=np.int64) - 1
    stand_for = [
        (names[pair // width], currencies[by_text[pair % width]])
        for pair in np.flatnonzero(held).tolist()
    ]
    coded = [
        np.where(marked, code[pair], NONE).astype(np.int32)
        for pair, (_, marked) in zip(pairs, columns, strict=True)
    ]
    return stand_for, coded


def _order(day: Int32s) -> Int64s:
    """Rows by day, and of one day as they stand."""
    if (day[1:] >= day[:-1]).all():
        return np.arange(len(day))
    # Sixteen bits are sorted by radix, and two centuries fit.
    spread = day - day.min()
    return np.argsort(spread.astype(np.uint16) if spread.max() < 2**16 else day, kind="stable")


def _day(text: str) -> int:
    """The day's number, or 0 for what is no date: 0001-01-01 is day 1."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        return 0
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        return 0


def _digits(currency: str) -> int:
    try:
        return currency_digits(currency)
    except UnknownCurrencyError:
        return UNREAD


def _one_of(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} or {last}"
