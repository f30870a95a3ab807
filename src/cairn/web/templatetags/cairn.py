"""What templates may say about money, days and names. Each asks the reader of the page."""

from collections.abc import Mapping
from datetime import date

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cairn.following.answers import Name, Named
from cairn.web.reader import reader
from cairn.web.words import (
    CONDITIONS,
    FORMS,
    LANGUAGES,
    LEVELS,
    NEED_STATES,
    NOTICE_STATES,
    OFF_REASONS,
    OVERDUE,
    PROJECT_STAGES,
    REACHES,
    SIGHTS,
    THEMES,
)

register = template.Library()

WORDS = (
    THEMES,
    PROJECT_STAGES,
    LEVELS,
    OFF_REASONS,
    CONDITIONS,
    OVERDUE,
    NEED_STATES,
    FORMS,
    NOTICE_STATES,
    LANGUAGES,
    SIGHTS,
)
"""Codes that mean something on a page; `other` is a theme's word unless a table has its own."""


@register.filter
def money(minor: int, currency: str) -> SafeString:
    """An exact amount with its currency: {{ row.spent|money:row.currency }}."""
    return format_html('<bdi class="money">{}</bdi>', reader().money(minor, currency))


@register.filter
def amount(minor: int, currency: str) -> SafeString:
    """An exact amount where its currency stands near by."""
    return format_html('<bdi class="money">{}</bdi>', reader().amount(minor, currency))


@register.filter
def brief(minor: int, currency: str) -> SafeString:
    """About how much; the exact amount stands near by."""
    asks = reader()
    # "CNY 1.2 million" begins in Latin letters, and is read in the direction of its last word.
    return format_html(
        '<bdi class="money" dir="{}">{}</bdi>', asks.direction, asks.brief(minor, currency)
    )


@register.filter
def share(part: int, whole: int) -> str:
    """How much of a whole, in per cent."""
    return reader().share(part, whole)


@register.filter
def day(when: date | None) -> SafeString:
    """A date, written out."""
    if when is None:
        return SafeString("–")
    return format_html('<time datetime="{}">{}</time>', when.isoformat(), reader().day(when))


@register.filter
def number(count: int) -> str:
    """A whole number, grouped."""
    return reader().count(count)


@register.filter
def kilobytes(size: int) -> str:
    """How long a file is, in kB of a thousand bytes: one at least."""
    return reader().count(max(1, round(size / 1000)))


@register.filter
def called(named: Named | None) -> SafeString:
    """A thing's name."""
    return format_html("<bdi>{}</bdi>", reader().name(named)) if named else SafeString("")


@register.filter
def written(name: Name) -> SafeString:
    """A text in several languages: the reader's."""
    return format_html("<bdi>{}</bdi>", reader().said(name))


@register.filter
def word(code: str) -> str:
    """The word for a code: a theme, a stage, a level, a condition, why a payment is off."""
    for words in WORDS:
        if code in words:
            return str(words[code])
    return code


@register.filter
def of_1000(part: int, longest: int) -> str:
    """A length out of 1000, for a bar: plain digits in every language."""
    return f"{1000 * part / longest:.1f}" if longest > 0 else "0"


@register.filter
def reach(scope: str) -> str:
    """How far a post reaches in what it may do."""
    return str(REACHES.get(scope, ""))


@register.filter
def get(things: Mapping[str, object], name: str) -> object:
    """One of several things, by a name that a template could not write after a dot."""
    return things[name]
