"""A table is declared once: its columns feed the page and the CSV alike.

A column says what it shows of a row to a person (`cell`) and to a machine (`header`, `csv`).
The columns of the public pages are in public/columns.py; drawing.py, csv_out.py and xlsx_out.py draw
a table.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Generic, TypeVar

from django.utils.functional import Promise
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from cairn.following.answers import Named, Page, Part
from cairn.values import to_decimal
from cairn.web.published import published_day
from cairn.web.reader import Reader
from cairn.web.words import OFF_REASONS, Words

Row = TypeVar("Row")
Said = str | Promise
InCell = str | int | Decimal | date | None
"""What a cell of a workbook holds: amounts and dates as such, not as text."""
Link = Callable[[str, str], str]
"""The address of a thing's page: (what it is, its id) → URL, or "" where it has none."""

NOTHING = SafeString("")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class Setting:
    """What cells are shown in: who reads, where links lead, and the currency of the table.

    A table whose rows name their own currency has none.
    """

    reader: Reader
    link: Link
    currency: str = ""

    def currency_of(self, row: Any) -> str:  # noqa: ANN401 - any row with a currency
        """The currency of a row's amounts."""
        return self.currency or str(row.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[Row]):
    """A column of text. Others differ in what they read and how they show it.

    `means` explains it under the table. `csv_only` columns are for machines; an `optional` one is
    left out of a page on which it would be empty; one that `ages` changes from day to day, and is
    left out of what is published.
    """

    id: str
    label: Said
    of: Callable[[Row], Any]
    means: Said = ""
    csv_only: bool = False
    ages: bool = False
    optional: bool = False
    classes: ClassVar[str] = "text"

    def header(self) -> list[str]:
        """The names of this column in a CSV: stable, in English."""
        return [self.id]

    def csv(self, row: Row, setting: Setting) -> list[str]:
        """What a CSV holds of a row, a text per name in the header."""
        del setting
        return [inert(str(self.of(row) or ""))]

    def cell(self, row: Row, setting: Setting) -> SafeString:
        """What a page shows of a row; NOTHING where there is nothing to show."""
        del setting
        return isolated(self.of(row) or "")

    def in_sheet(self, row: Row, setting: Setting) -> InCell:
        """What a workbook holds of a row."""
        del setting
        return str(self.of(row) or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written(Column[Row]):
    """A text that somebody wrote in several languages: the reader's."""

    def csv(self, row: Row, setting: Setting) -> list[str]:
        return [inert(setting.reader.said(self.of(row)))]

    def cell(self, row: Row, setting: Setting) -> SafeString:
        return isolated(setting.reader.said(self.of(row)))

    def in_sheet(self, row: Row, setting: Setting) -> InCell:
        return setting.reader.said(self.of(row))


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing(Column[Row]):
    """Something on record, by name, linked to its page. `is_a` says which kind of thing."""

    is_a: Callable[[Row], str] | str

    def header(self) -> list[str]:
        return [self.id, f"{self.id}_name"]

    def csv(self, row: Row, setting: Setting) -> list[str]:
        named: Named | None = self.of(row)
        return [inert(named.id), inert(setting.reader.name(named))] if named else ["", ""]

    def cell(self, row: Row, setting: Setting) -> SafeString:
        named: Named | None = self.of(row)
        if named is None or not named.id:
            return NOTHING
        what = self.is_a if isinstance(self.is_a, str) else self.is_a(row)
        return linked(named, what, setting)

    def in_sheet(self, row: Row, setting: Setting) -> InCell:
        named: Named | None = self.of(row)
        return setting.reader.name(named) if named and named.id else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Things(Column[Row]):
    """Several things on record of one kind, each by name and linked to its page."""

    is_a: str

    def header(self) -> list[str]:
        return [self.id, f"{self.id}_names"]

    def csv(self, row: Row, setting: Setting) -> list[str]:
        named: tuple[Named, ...] = self.of(row)
        return [
            inert(" ".join(one.id for one in named)),
            inert(", ".join(setting.reader.name(one) for one in named)),
        ]

    def cell(self, row: Row, setting: Setting) -> SafeString:
        cells = ((linked(one, self.is_a, setting),) for one in self.of(row))
        return format_html_join(", ", "{}", cells)

    def in_sheet(self, row: Row, setting: Setting) -> InCell:
        return ", ".join(setting.reader.name(one) for one in self.of(row))


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount(Column[Row]):
    """Money. `bar` draws its length as well; `wrong` marks what somebody should look at."""

    bar: bool = False
    wrong: str = ""
    classes: ClassVar[str] = "number"

    def csv(self, row: Row, setting: Setting) -> list[str]:
        minor: int | None = self.of(row)
        return ["" if minor is None else to_decimal(minor, setting.currency_of(row))]

    def cell(self, row: Row, setting: Setting) -> SafeString:
        minor: int | None = self.of(row)
        if not minor:
            return NOTHING
        shown = setting.reader.amount(minor, setting.currency_of(row))
        if self.wrong:
            return format_html('<bdi class="wrong {}">{}</bdi>', self.wrong, shown)
        return SafeString(f"<bdi>{shown}</bdi>")

    def in_sheet(self, row: Row, setting: Setting) -> InCell:
        minor: int | None = self.of(row)
        return None if minor is None else Decimal(to_decimal(minor, setting.currency_of(row)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Count(Column[Row]):
    """A whole number."""

    classes: ClassVar[str] = "number"

    def csv(self, row: Row, setting: Setting) -> list[str]:
        del setting
        number: int | None = self.of(row)
        return ["" if number is None else str(number)]

    def cell(self, row: Row, setting: Setting) -> SafeString:
        number: int | None = self.of(row)
        return SafeString(setting.reader.count(number)) if number else NOTHING

    def in_sheet(self, row: Row, setting: Setting) -> InCell:
        del setting
        number: int | None = self.of(row)
        return number


@dataclass(frozen=True, slots=True, kw_only=True)
class Day(Column[Row]):
    """A date."""

    classes: ClassVar[str] = "day"

    def csv(self, row: Row, setting: Setting) -> list[str]:
        del setting
        day: date | None = self.of(row)
        return [day.isoformat() if day else ""]

    def cell(self, row: Row, setting: Setting) -> SafeString:
        day: date | None = self.of(row)
        if day is None:
            return NOTHING
        shown = setting.reader.day(day)
        return SafeString(f'<time datetime="{day.isoformat()}">{escape(shown)}</time>')

    def in_sheet(self, row: Row, setting: Setting) -> InCell:
        del setting
        day: date | None = self.of(row)
        return day


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded(Column[Row]):
    """A code, or several, shown by their words. `tag` draws them as marks."""

    words: Words
    tag: bool = False

    def csv(self, row: Row, setting: Setting) -> list[str]:
        del setting
        return [inert(" ".join(code.replace(" ", "-") for code in self._codes(row)))]

    def cell(self, row: Row, setting: Setting) -> SafeString:
        del setting
        codes = self._codes(row)
        if self.tag:
            return format_html_join(" ", "{}", ((tag(self.words[c], c),) for c in codes))
        return isolated(_list(str(self.words.get(code, code)) for code in codes))

    def in_sheet(self, row: Row, setting: Setting) -> InCell:
        del setting
        return _list(str(self.words.get(code, code)) for code in self._codes(row))

    def _codes(self, row: Row) -> tuple[str, ...]:
        codes = self.of(row) or ()
        return (codes,) if isinstance(codes, str) else codes


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts(Column[Row]):
    """What a movement was made of. In a CSV each part has a line of its own."""

    breach: Said
    classes: ClassVar[str] = "parts"

    def header(self) -> list[str]:
        return ["part_grant", "part_grant_name", "part_amount", "part_breach", "part_off_purpose"]

    def csv(self, row: Row, setting: Setting) -> list[str]:
        raise NotImplementedError("a line per part: see part_csv")

    def part_csv(self, part: Part | None, row: Row, setting: Setting) -> list[str]:
        """One part of a row; none leaves its cells empty."""
        if part is None:
            return [""] * 5
        return [
            inert(part.grant.id),
            inert(setting.reader.name(part.grant)),
            to_decimal(part.amount, setting.currency_of(row)),
            "true" if part.breach else "false",
            " ".join(part.off_reasons),
        ]

    def cell(self, row: Row, setting: Setting) -> SafeString:
        parts: tuple[Part, ...] = self.of(row)
        currency = setting.currency_of(row) if parts else ""
        items = ((self._item(part, currency, setting),) for part in parts)
        return format_html("<ul>{}</ul>", format_html_join("", "{}", items)) if parts else NOTHING

    def in_sheet(self, row: Row, setting: Setting) -> InCell:
        parts: tuple[Part, ...] = self.of(row)
        return "; ".join(
            f"{setting.reader.name(part.grant)} {to_decimal(part.amount, setting.currency_of(row))}"
            for part in parts
        )

    def _item(self, part: Part, currency: str, setting: Setting) -> SafeString:
        marks = [tag(self.breach, "breach")] if part.breach else []
        marks += [tag(OFF_REASONS.get(why, why), "off purpose") for why in part.off_reasons]
        return format_html(
            '<li>{} <bdi class="number">{}</bdi>{}</li>',
            linked(part.grant, "grant", setting),
            setting.reader.amount(part.amount, currency),
            format_html_join("", " {}", ((mark,) for mark in marks)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Generic[Row]):
    """Rows under columns.

    `rows` may be a stretch of a long list: `page` says which, and `whole` gives all of it to the
    CSV. `most` caps what a page shows, of `count` rows where `rows` does not hold them all; `more`
    is the address of the full list.
    """

    id: str
    caption: Said
    columns: tuple[Column[Any], ...]
    rows: Sequence[Row]
    empty: Said
    whole: Callable[[], Iterable[Row]] | None = None
    page: Page | None = None
    most: int | None = None
    count: int | None = None
    more: str = ""
    currency: str = ""
    row_class: Callable[[Row], str] | None = None


def shown(table: Table[Any]) -> tuple[Column[Any], ...]:
    """The columns of a table, without those that age where it is published."""
    if not published_day():
        return table.columns
    return tuple(column for column in table.columns if not column.ages)


def inert(text: str) -> str:
    """Text that no spreadsheet runs as a formula: one that could begin with an apostrophe."""
    text = text.replace("\0", "")
    return f"'{text}" if text.startswith(FORMULA) else text


def _list(words: Iterable[str]) -> str:
    return pgettext("between things in a list", ", ").join(words)


def isolated(text: object) -> SafeString:
    """Text whose direction leaves its surroundings alone.

    A sentence that keeps names apart (Reader.apart) runs from right to left, whatever it begins with:
    browsers go by the first letter that they find, even in a name.
    """
    if not text:
        return NOTHING
    runs = ' dir="rtl"' if "\u2068" in str(text) else ""
    return SafeString(f"<bdi{runs}>{escape(text)}</bdi>")


def linked(named: Named, what: str, setting: Setting) -> SafeString:
    """A thing's name, leading to its page where it has one."""
    name, address = setting.reader.name(named), setting.link(what, named.id)
    if not address:
        return isolated(name)
    return SafeString(f'<a href="{escape(address)}"><bdi>{escape(name)}</bdi></a>')


def tag(word: object, code: str) -> SafeString:
    """A mark: its word says what it is, and its class draws it."""
    return format_html('<span class="tag {}">{}</span>', code.replace(" ", "-"), word)
