"""The headings of a table: which rows they stand in, joined over merged cells, with their units."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from cairn.exchange.sheets.cells import Line, Sheet
from cairn.exchange.sheets.mapping import MapError, SheetMap
from cairn.exchange.sheets.values import plain, text_of
from cairn.exchange.sheets.words import CURRENCIES, UNITS

LOOK_FOR_HEADINGS: Final = 40

_UNIT_IN_BRACKETS: Final = re.compile(r"[(\[](?:单位|unit)?:?([^()\[\]]{1,24})[)\]]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading: its words without what is said of unit and currency, and those."""

    column: int
    shown: str
    plain: str
    unit: Decimal | None
    currency: str | None


def headings_of(sheet: Sheet, lines: Sequence[Line]) -> list[Heading]:
    """The headings of one or more rows, joined per column as 项目·名称; none of them twice."""
    rows = [_texts(line) for line in lines]
    width = max((len(row) for row in rows), default=0)
    rows = [row + [""] * (width - len(row)) for row in rows]
    for at, line in enumerate(lines[:-1]):
        _spread(rows[at], rows[at + 1 :], [s for s in sheet.spans if s[0] == line.number])
    seen: Counter[str] = Counter()
    found = []
    for column in range(width):
        parts = dict.fromkeys(row[column] for row in rows if row[column])
        shown = "·".join(parts)
        if not shown:
            continue
        seen[shown] += 1
        name = f"{shown} #{seen[shown]}" if seen[shown] > 1 else shown
        found.append(_heading(column, name))
    return found


def _texts(line: Line) -> list[str]:
    return [re.sub(r"\s+", " ", text_of(cell)) for cell in line.cells]


def _spread(row: list[str], below: list[list[str]], spans: list[tuple[int, int, int]]) -> None:
    """Carry a merged heading over the columns it spans.

    Text files have no merges: there a heading reaches over the blanks beside it that have a
    heading of their own underneath.
    """
    for _, first, last in spans:
        row[first : last + 1] = [row[first]] * (min(last + 1, len(row)) - first)
    if not spans:
        for column in range(1, len(row)):
            if not row[column] and row[column - 1] and any(under[column] for under in below):
                row[column] = row[column - 1]


def _heading(column: int, shown: str) -> Heading:
    unit = currency = None
    text = unicodedata.normalize("NFKC", shown)
    for said in _UNIT_IN_BRACKETS.findall(text):
        its_unit, its_currency = unit_said(said)
        unit, currency = unit or its_unit, currency or its_currency
        if its_unit or its_currency:
            text = text.replace(said, "")
    text = re.sub(r"·?[(\[](单位|unit)?:?[)\]]", "", text, flags=re.IGNORECASE)
    for mark in ("£", "€"):
        if mark in text:
            currency, text = CURRENCIES[mark], text.replace(mark, "")
    return Heading(column, shown, plain(re.sub(r" #\d+$", "", text)), unit, currency)


def unit_said(text: str) -> tuple[Decimal | None, str | None]:
    """The unit and currency that words like 万元, 万美元 or GBP say."""
    said = plain(text)
    for name, code in CURRENCIES.items():
        if said.startswith(name) or said.endswith(name):
            rest = said.removeprefix(name).removesuffix(name)
            # 人民币万元 is a currency and a unit; 万美元 likewise.
            return UNITS.get(rest, UNITS.get(rest + "元")) if rest else Decimal(1), code
    if said in UNITS:
        return UNITS[said], "CNY" if said.endswith("元") else None
    if re.fullmatch(r"[a-z]{3}", said) and said.upper() in {
        "CNY",
        "USD",
        "EUR",
        "GBP",
        "KGS",
        "RUB",
        "HKD",
    }:
        return Decimal(1), said.upper()
    return None, None


def find_headings(sheet: Sheet, how: SheetMap) -> tuple[tuple[int, ...], int, dict[str, int]]:
    """Where the map's headings stand, the table's width, and the column of each field.

    Next month's sheet may have one title row more: headings that are not where the map says are
    looked for nearby. Raises MapError.
    """
    top = []
    for line in sheet.lines():
        top.append(line)
        if line.number >= max(LOOK_FOR_HEADINGS, how.header_rows[-1]):
            break
    offsets = [row - how.header_rows[0] for row in how.header_rows]
    wanted = {_same(heading) for heading in how.columns.values()}
    fewest_missing: set[str] = wanted
    for start in (how.header_rows[0], *range(1, len(top) + 1)):
        rows = tuple(start + offset for offset in offsets)
        headings = headings_of(sheet, [line for line in top if line.number in rows])
        column_of = {_same(heading.shown): heading.column for heading in headings}
        missing = wanted - column_of.keys()
        if not missing:
            columns = {name: column_of[_same(shown)] for name, shown in how.columns.items()}
            return rows, max(column_of.values(), default=-1) + 1, columns
        fewest_missing = min(fewest_missing, missing, key=len)
    raise MapError(
        f"sheet ‘{sheet.name}’: the map names the heading ‘{min(fewest_missing)}’, which is not there; "
        "mend the map, or remove it to have it guessed anew"
    )


def _same(heading: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", heading)).strip().casefold()
