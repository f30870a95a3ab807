"""How money, days, counts and names are shown to a reader of one language, after CLDR.

Amounts go through text and never through floats. Grouping is done here and not by Babel's
formatter, which costs ten times as much as the rest of a table's cell: its symbols are CLDR's.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Literal

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_compact_decimal, format_percent
from django.utils.translation import get_language

from cairn.following.answers import Name, Named
from cairn.kyrgyz import in_arabic
from cairn.values import DRAFTED, RIGHT_TO_LEFT, in_language, to_decimal
from cairn.web.words import ENDS

LOCALES = {"zh-hans": "zh_Hans", "ky-arab": "ky"}
"""CLDR's names. It has no Kyrgyz in Arabic letters: what it says in Cyrillic is converted."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader of one language."""

    language: str
    locale: Locale
    group: str
    decimal: str

    @property
    def direction(self) -> str:
        """Which way the language runs, for the `dir` attribute."""
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"

    @property
    def drafted(self) -> bool:
        """Whether a machine wrote what the pages say in this language."""
        return self.language in DRAFTED

    def amount(self, minor: int, currency: str) -> str:
        """An exact amount without its currency: "1,234,567.50"."""
        whole, point, rest = to_decimal(abs(minor), currency).partition(".")
        sign = "−" if minor < 0 else ""
        return f"{sign}{self.count(int(whole))}{self.decimal if point else ''}{rest}"

    def money(self, minor: int, currency: str) -> str:
        """An exact amount with its currency: "CNY 1,234,567.50"."""
        return f"{currency}\N{NO-BREAK SPACE}{self.amount(minor, currency)}"

    def brief(self, minor: int, currency: str) -> str:
        """About how much, to be read at a glance: "CNY 1.2 million", "123.5万元"."""
        number = float(to_decimal(minor, currency))
        long: Literal["short", "long"] = "short" if self.language == "zh-hans" else "long"
        digits = 0 if abs(number) < 1000 else 2 if abs(number) >= 10**8 else 1
        text = format_compact_decimal(
            number, format_type=long, locale=self.locale, fraction_digits=digits
        )
        if self.language == "zh-hans" and currency == "CNY":
            return f"{text}元"
        return f"{currency} {self._lettered(text)}".replace(" ", "\N{NO-BREAK SPACE}")

    def count(self, number: int) -> str:
        """A whole number, grouped."""
        return f"{number:,}".replace(",", self.group)

    def share(self, part: int, whole: int) -> str:
        """How much of a whole, in per cent; nothing where there is no whole."""
        if not whole:
            return ""
        exact = part / whole
        digits = "#,##0.0 %" if 0 < exact < 0.1 or 0.99 < exact < 1 else None
        if self.language != "ky" and digits:
            digits = "#,##0.0%"
        return str(format_percent(exact, format=digits, locale=self.locale))

    def day(self, day: date) -> str:
        """A date, written out: "3 Jun 2025", "2025年6月3日"."""
        return self._lettered(_day(day, self.locale))

    def apart(self, text: str) -> str:
        """A name or value within a sentence from right to left: its own direction leaves the rest alone."""
        return f"\u2068{text}\u2069" if self.direction == "rtl" and text else text

    def _lettered(self, text: str) -> str:
        """What CLDR says, in the letters of the language."""
        return in_arabic(text) if self.language == "ky-arab" else text

    def said(self, name: Name) -> str:
        """Which version of a text in several languages this reader gets."""
        return in_language(name, self.language)

    def name(self, named: Named) -> str:
        """What a thing is called: its name, the word for an end outside the record, or its id."""
        if named.name:
            return self.said(named.name)
        word = ENDS.get(named.id)
        return str(word) if word else named.id


def reader() -> Reader:
    """The reader of the language that is active."""
    return reader_of(get_language() or "en")


@cache
def reader_of(language: str) -> Reader:
    """The reader of a language, by its code in the URL."""
    locale = Locale.parse(LOCALES.get(language, language))
    symbols = locale.number_symbols["latn"]
    return Reader(language, locale, symbols["group"], symbols["decimal"])


@lru_cache(maxsize=8192)
def _day(day: date, locale: Locale) -> str:
    pattern = "d MMM yyyy" if locale.language == "en" else "medium"
    return str(format_date(day, pattern, locale))
