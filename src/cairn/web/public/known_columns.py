"""Columns of a pack: no cell of them is empty. What nobody recorded says “unknown”; what is not there, “none”."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.safestring import SafeString

from cairn.pack.values import UNKNOWN
from cairn.web.public.pack_words import UNSAID
from cairn.web.reader import Reader
from cairn.web.tables import (
    Amount,
    Coded,
    Column,
    Count,
    Day,
    InCell,
    Row,
    Setting,
    Thing,
    Things,
    Written,
    inert,
    isolated,
    tag,
)


def _unsaid(value: object, nothing: str = "none") -> str:
    """The code of what stands in place of a value; "" where the value says something itself."""
    if value == UNKNOWN:
        return UNKNOWN
    is_nothing = value is None or value in ("", (), {}) or getattr(value, "id", "there") == ""
    return nothing if is_nothing else ""


def _word(code: str) -> SafeString:
    return tag(UNSAID[code], code) if code == UNKNOWN else isolated(UNSAID[code])


@dataclass(frozen=True, slots=True, kw_only=True)
class Known(Column[Row]):
    """A column of another kind, which says so where a thing is unknown, or where there is none."""

    nothing: ClassVar[str] = "none"

    def csv(self, row: Row, setting: Setting) -> list[str]:
        code = _unsaid(self.of(row), self.nothing)
        return [code] * len(self.header()) if code else super(Known, self).csv(row, setting)

    def cell(self, row: Row, setting: Setting) -> SafeString:
        code = _unsaid(self.of(row), self.nothing)
        return _word(code) if code else super(Known, self).cell(row, setting)

    def in_sheet(self, row: Row, setting: Setting) -> InCell:
        code = _unsaid(self.of(row), self.nothing)
        return str(UNSAID[code]) if code else super(Known, self).in_sheet(row, setting)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDay(Known[Row], Day[Row]):
    """A date, or that it is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownThing(Known[Row], Thing[Row]):
    """Something on record, or that it is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownThings(Known[Row], Things[Row]):
    """Several things, or that there are none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownText(Known[Row], Written[Row]):
    """A text that somebody wrote, or that there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCode(Known[Row], Coded[Row]):
    """Codes by their words, or that there are none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyThings(KnownThings[Row]):
    """What something is restricted to: nothing restricts it where there is none."""

    nothing: ClassVar[str] = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyCode(KnownCode[Row]):
    """Likewise of codes."""

    nothing: ClassVar[str] = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyDay(KnownDay[Row]):
    """Likewise of the day until which something may be used."""

    nothing: ClassVar[str] = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCount(Known[Row], Count[Row]):
    """A whole number, 0 among them; or that it is unknown."""

    def cell(self, row: Row, setting: Setting) -> SafeString:
        value = self.of(row)
        is_nought = value == 0 and not _unsaid(value)
        return SafeString(setting.reader.count(0)) if is_nought else Known.cell(self, row, setting)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAmount(Known[Row], Amount[Row]):
    """Money, 0 among it; or that it is unknown."""

    def cell(self, row: Row, setting: Setting) -> SafeString:
        value = self.of(row)
        if value != 0 or _unsaid(value):
            return Known.cell(self, row, setting)
        return SafeString(f"<bdi>{setting.reader.amount(0, setting.currency_of(row))}</bdi>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence(Column[Row]):
    """What a row says in the reader's language. `of` is the same for a machine."""

    says: Callable[[Row, Reader], str]

    def csv(self, row: Row, setting: Setting) -> list[str]:
        return [inert(self.says(row, setting.reader))]

    def cell(self, row: Row, setting: Setting) -> SafeString:
        return isolated(self.says(row, setting.reader))

    def in_sheet(self, row: Row, setting: Setting) -> InCell:
        return self.says(row, setting.reader)


def is_a(row: Any) -> str:  # noqa: ANN401 - any row that says what it is about
    """Which page the thing that a row is about has."""
    return str(row.what)
