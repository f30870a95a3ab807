"""Stretches of lists that the database sorts: each begins beside a row that was shown, and counts none off.

So the thousandth page costs what the first does, and what is recorded meanwhile shifts nobody's place.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

from cairn.following.answers import Page
from cairn.journal.projection import M

APART = "~"
"""Between the parts of a key: no id holds it."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Where a stretch lies: after the row of a key, or before it. `start` is said on the page and no more."""

    key: str
    start: int = 0
    before: bool = False


Start = int | Beside


def stretch(
    found: QuerySet[M], *by: str, start: Start = 0, size: int | None
) -> tuple[list[M], Page]:
    """The rows of a stretch, in an order whose last column tells any two apart; and where it lies.

    `by` are columns, each rising, or falling where it begins with `-`. A key that is none of this list begins it.
    """
    total = found.count()
    rows, begins = found.order_by(*by), start if isinstance(start, int) else start.start
    if isinstance(start, int):
        shown = list(rows[start : None if size is None else start + size])
    else:
        try:
            shown = _beside(rows, by, start, size)
        except (ValidationError, ValueError):
            shown, begins = list(rows[:size]), 0
    first, last = (key_of(shown[nth], by) if shown else "" for nth in (0, -1))
    return shown, Page(max(0, begins), total if size is None else size, total, first, last)


def key_of(row: Model, by: tuple[str, ...]) -> str:
    """What a list is sorted by, of one row."""
    values = (getattr(row, name.lstrip("-")) for name in by)
    return APART.join(one.isoformat() if isinstance(one, date) else str(one) for one in values)


def _beside(rows: QuerySet[M], by: tuple[str, ...], start: Beside, size: int | None) -> list[M]:
    parts = start.key.split(APART)
    if len(parts) != len(by):
        raise ValueError(start.key)
    beyond, same = Q(), dict[str, Any]()
    for name, value in zip(by, parts, strict=True):
        column = name.lstrip("-")
        sign = "lt" if name.startswith("-") != start.before else "gt"
        beyond |= Q(**same, **{f"{column}__{sign}": value})
        same[column] = value
    if not start.before:
        return list(rows.filter(beyond)[:size])
    return list(rows.filter(beyond).reverse()[:size])[::-1]
