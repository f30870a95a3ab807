"""How a sheet's columns are read, as a form: the guess is shown, and mended column by column."""

import re
from collections.abc import Iterator
from collections.abc import Mapping as Said
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from pydantic import ValidationError

from cairn.exchange.sheets.facts import TELLS
from cairn.exchange.sheets.held import About
from cairn.exchange.sheets.mapping import SheetMap
from cairn.exchange.sheets.words import KINDS, ROW_KINDS, RowKind
from cairn.people.seats import Seat
from cairn.web.desk import sheet_words as words

Choice = tuple[str, str, bool]
"""A value, its words, and whether it is chosen."""


@dataclass(frozen=True, slots=True)
class ColumnForm:
    """A column: its heading, a few of its cells, and what it may be; nothing if it names people."""

    name: str
    heading: str
    cells: tuple[str, ...]
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class SheetForm:
    """What is asked of one sheet."""

    at: int
    name: str
    kinds: tuple[Choice, ...]
    rows: str
    columns: tuple[ColumnForm, ...]
    constants: tuple[tuple[str, str, str], ...]
    """What the same in every row may be said of: name, label, value."""
    orders: tuple[Choice, ...]
    units: tuple[Choice, ...]
    marks: tuple[Choice, ...]
    ids: tuple[Choice, ...]
    out: bool
    wrong: tuple[str, ...] = ()


def may_import(seat: Seat) -> list[RowKind]:
    """The kinds of rows of which this post may record anything."""
    return [kind for kind in ROW_KINDS if any(seat.scope(fact.kind) for fact in TELLS[kind])]


def forms(
    about: About,
    seat: Seat,
    wrong: Said[int, tuple[str, ...]],
    posted: Said[str, str] | None = None,
) -> list[SheetForm]:
    """A form for each sheet, filled with its map; or with what was posted, and what is wrong with it."""
    offered = may_import(seat)
    maps = about.map().sheet
    return [
        _form(at, about.sheets[at], one, offered, posted, wrong.get(at, ()))
        for at, one in enumerate(maps)
    ]


def _form(
    at: int,
    seen: dict[str, Any],
    how: SheetMap,
    offered: list[RowKind],
    posted: Said[str, str] | None,
    wrong: tuple[str, ...],
) -> SheetForm:
    def value(name: str, otherwise: str) -> str:
        return posted.get(f"{at}-{name}", "") if posted is not None else otherwise

    field_of = {heading: field for field, heading in how.columns.items()}
    out = bool(seen["out"]) or how.rows_are not in offered
    kinds: list[tuple[str, str | Promise]] = [("", _("— leave this sheet out —"))]
    kinds += [(kind, words.KINDS[kind]) for kind in offered]
    return SheetForm(
        at=at,
        name=how.name,
        kinds=_choices(kinds, value("kind", "" if out else how.rows_are)),
        rows=value("rows", "-".join(map(str, how.header_rows))),
        columns=tuple(
            ColumnForm(
                f"{at}-c{one['column']}",
                one["heading"],
                tuple(one["cells"]),
                ()
                if one["personal"]
                else _fields(
                    how.rows_are, value(f"c{one['column']}", field_of.get(one["heading"], ""))
                ),
            )
            for one in seen["columns"]
        ),
        constants=tuple(
            (f"{at}-k-{field}", _label(field), value(f"k-{field}", how.constants.get(field, "")))
            for field in _may_be_constant(how)
        ),
        orders=_choices(
            [
                ("", _("refuse them")),
                ("day-first", _("the day comes first")),
                ("month-first", _("the month comes first")),
            ],
            value("order", how.date_order or ""),
        ),
        units=_choices(_units(how.unit), value("unit", f"{how.unit:f}")),
        marks=_choices([(".", "1,234.50"), (",", "1.234,50")], value("mark", how.decimal_mark)),
        ids=_choices(
            [("row", _("one row")), ("document", _("a document of several rows"))],
            value("ids", how.id_is),
        ),
        out=out,
        wrong=wrong,
    )


def _choices(found: list[tuple[str, str | Promise]], chosen: str) -> tuple[Choice, ...]:
    return tuple((value, str(label), value == chosen) for value, label in found)


def _fields(kind: RowKind, chosen: str) -> tuple[Choice, ...]:
    nothing = ("", _("— not read —"))
    return _choices([nothing, *((field, _label(field)) for field in KINDS[kind].fields)], chosen)


def _label(field: str) -> str:
    return str(words.FIELDS.get(field, field))


def _may_be_constant(how: SheetMap) -> Iterator[str]:
    """What a sheet may leave out because it is the same in every row: what it is from its title."""
    yield "currency"
    for need in KINDS[how.rows_are].needs:
        for field in (need,) if isinstance(need, str) else need:
            if field not in {"currency", "amount", "date", "income", "expense", "recommendation"}:
                yield field


def _units(unit: Decimal) -> list[tuple[str, str | Promise]]:
    known: list[tuple[str, str | Promise]] = list(words.UNITS.items())
    shown = f"{unit:f}"
    return known if shown in words.UNITS else [*known, (shown, shown)]


@dataclass(frozen=True, slots=True)
class Mended:
    """What a person has said of every sheet: their maps; which are out, or to be looked at anew; what is wrong."""

    sheets: tuple[SheetMap, ...]
    out: frozenset[int]
    again: dict[int, tuple[RowKind, tuple[int, ...]]]
    wrong: dict[int, tuple[str, ...]]


def mended(about: About, seat: Seat, posted: Said[str, str]) -> Mended:
    """Read the form back."""
    offered = may_import(seat)
    sheets, out, again = [], set(), {}
    wrong: dict[int, tuple[str, ...]] = {}
    for at, before in enumerate(about.map().sheet):
        kind = next((one for one in offered if one == posted.get(f"{at}-kind")), None)
        rows = _rows(posted.get(f"{at}-rows", ""))
        if kind is None:
            out.add(at)
            sheets.append(before)
        elif not rows:
            wrong[at] = (_("Write the row of the headings as a number, like 3, or two like 3-4."),)
            sheets.append(before)
        elif (kind, rows) != (before.rows_are, before.header_rows):
            again[at] = (kind, rows)
            sheets.append(before)
        else:
            how, objections = _mended(at, about.sheets[at], before, posted)
            sheets.append(how)
            if objections:
                wrong[at] = objections
    return Mended(tuple(sheets), frozenset(out), again, wrong)


def _rows(text: str) -> tuple[int, ...]:
    found = re.fullmatch(r"\s*(\d{1,7})\s*(?:[-–,]\s*(\d{1,7})\s*)?", text, re.ASCII)
    if not found or not int(found[1]):
        return ()
    first, last = int(found[1]), int(found[2] or found[1])
    return tuple(range(first, last + 1)) if 0 <= last - first < 4 else ()


def _mended(
    at: int, seen: dict[str, Any], before: SheetMap, posted: Said[str, str]
) -> tuple[SheetMap, tuple[str, ...]]:
    def value(name: str) -> str:
        return posted.get(f"{at}-{name}", "").strip()

    columns: dict[str, str] = {}
    wrong = []
    for one in seen["columns"]:
        field = "" if one["personal"] else value(f"c{one['column']}")
        if field in columns:
            message = _("Two columns are {field}: ‘{one}’ and ‘{other}’. Choose one of them.")
            other = one["heading"]
            wrong.append(message.format(field=_label(field), one=columns[field], other=other))
        elif field:
            columns[field] = one["heading"]
    constants = {
        field: said
        for field in _may_be_constant(before)
        if field not in columns and (said := value(f"k-{field}"))
    }
    read = set(columns.values())
    try:
        how = SheetMap(
            name=before.name,
            rows_are=before.rows_are,
            header_rows=before.header_rows,
            unit=Decimal(value("unit")),
            date_order=value("order") or None,
            decimal_mark=value("mark"),
            id_is=value("ids"),
            columns=columns,
            constants=constants,
            left_out=tuple(one["heading"] for one in seen["columns"] if one["heading"] not in read),
        )
    except (ValidationError, ArithmeticError):
        return before, (_("Choose one of those offered."),)
    wrong += [
        _("Nothing says the {field}: choose its column, or write what it is in every row.").format(
            field=_(" or ").join(map(_label, need.split(" or ")))
        )
        for need in how.still_needed()
        if need != "currency"
    ]
    return how, tuple(wrong)
