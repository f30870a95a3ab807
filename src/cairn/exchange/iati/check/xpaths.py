"""What the rules of a ruleset read: what XPaths find in an element, and what texts say."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Final

from lxml import etree

from cairn.values import CairnError

Case = Mapping[str, Any]

_DAY: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?:$|[TZ+-])", re.ASCII)
TODAY: Final = ("NOW", "TODAY")
_FARTHEST_EAST: Final = timedelta(hours=14)
"""How far ahead of UTC the clocks are where a day begins first."""


class UnusableRulesetError(CairnError):
    """A ruleset asks for something that this Cairn cannot check; better said than passed over."""


@dataclass(frozen=True, slots=True)
class Given:
    """What rules need that is not in the file."""

    now: datetime
    organisations: frozenset[str] = frozenset()
    """Ids of organisations that are known to exist, whatever they begin with."""
    agencies: frozenset[str] = frozenset()
    """What the ids of organisations begin with: the agencies that register them."""
    one: str = ""
    """What `$1` stands for, in a loop."""


@dataclass(frozen=True, slots=True)
class Match:
    """What an XPath found: an element, an attribute or a text."""

    element: etree._Element
    attribute: str = ""
    value: str | None = None

    @property
    def text(self) -> str:
        """What it says; of an element, with all in it."""
        return "".join(map(str, self.element.itertext())) if self.value is None else self.value


@lru_cache(maxsize=2048)
def compiled(expression: str) -> etree.XPath:
    """An XPath of a ruleset, ready to be asked. Raises UnusableRulesetError."""
    # A value of the file that stands for $1 comes as a variable: no quote in it ends a text.
    written = re.sub(r"(['\"])\$1\1|\$1", "$one", expression)
    try:
        return etree.XPath(written)
    except etree.XPathSyntaxError as error:
        raise UnusableRulesetError(f"‘{expression}’ is no XPath: {error}.") from error


@lru_cache(maxsize=2048)
def _boolean(expression: str) -> etree.XPath:
    return compiled(f"boolean({expression})")


def true(element: etree._Element, expression: str, given: Given) -> bool:
    """Whether an expression holds of an element."""
    return bool(_boolean(expression)(element, one=given.one))


def find(element: etree._Element, expression: str, given: Given) -> list[Match]:
    """What an expression finds in an element, in order."""
    found: object = compiled(expression)(element, one=given.one)
    if not isinstance(found, list):
        return [Match(element, "", str(found))] if found else []
    return [match for each in found if (match := _match(each)) is not None]


def _match(found: object) -> Match | None:
    if isinstance(found, etree._Element):
        return Match(found)
    if isinstance(found, etree._ElementUnicodeResult):
        parent = found.getparent()
        if parent is not None:
            return Match(parent, str(found.attrname or ""), str(found))
    return None


def paths(element: etree._Element, case: Case, given: Given) -> list[Match]:
    """What the paths of a case find, one after another."""
    return [match for path in case.get("paths", ()) for match in find(element, path, given)]


def dates(
    element: etree._Element, expression: str, given: Given
) -> list[tuple[Match | None, date]]:
    """The dates that an XPath finds. What is no date is for the schema to say."""
    if expression in TODAY:
        # A day is not in the future once it has begun anywhere: files are written far east, too.
        return [(None, (given.now + _FARTHEST_EAST).date())]
    found = ((match, _date(match.text)) for match in find(element, expression, given))
    return [(match, day) for match, day in found if day is not None]


def _date(text: str) -> date | None:
    found = _DAY.match(text.strip())
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def moment_in(text: str) -> datetime | None:
    """The moment that a text says; None where it says none."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    # Without a zone nobody knows the hour: it may be that of the zone where a day begins first.
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC) - _FARTHEST_EAST


def a_year_after(day: date) -> date:
    """The same day of the next year; the 1st of March for the 29th of February."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # the 29th of February, or the year 9999
        return date(day.year + 1, 3, 1) if day.year < date.max.year else date.max


def number_in(text: str) -> Decimal | None:
    """The number that a text says; None where it says none."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
