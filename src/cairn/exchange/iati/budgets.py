"""A budget in periods of a year at most, which is the longest that IATI takes."""

from collections.abc import Iterator
from datetime import date, timedelta


def in_years(start: date, end: date | None, minor: int) -> Iterator[tuple[date, date, int]]:
    """Cut a budget at the ends of calendar years, each part by its days; they sum to the whole.

    Without an end, or with one before its start, it is of the year that it starts in.
    """
    if end is None or end < start:
        end = date(start.year, 12, 31)
    days, told, since = (end - start).days + 1, 0, start
    while since <= end:
        until = min(end, date(since.year, 12, 31))
        upto = minor * ((until - start).days + 1) // days
        if upto > told:
            yield since, until, upto - told
        told, since = upto, until + timedelta(1) if until < date.max else date.max
        if until == end:
            return
