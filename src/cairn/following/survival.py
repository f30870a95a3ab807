"""How many of some things still stand after so long, where most of them stand to this day.

The estimate of Kaplan and Meier (1958): at each age at which something ended, the share that stood
before is multiplied by (n - ended) / n, n being those known to have stood for so long. What stands to
this day counts for as long as it has stood, and no longer. Pure.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

YEAR = 365
"""Days after which a thing has stood for a year; a leap year's extra day is let pass."""

YEARS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Life:
    """For how many days a thing has stood, and whether it ended then or stands on."""

    days: int
    ended: bool


@dataclass(frozen=True, slots=True)
class Fall:
    """At an age in days, `ended` of `at_risk` ended; `standing` is the share that stands after it."""

    days: int
    at_risk: int
    ended: int
    standing: float


@dataclass(frozen=True, slots=True)
class After:
    """What stands after so many years, as far as `at_risk` things have been there for so long.

    `standing` is None where none has, and not all ended before: then nobody knows yet.
    """

    years: int
    at_risk: int
    standing: float | None


@dataclass(frozen=True, slots=True)
class Curve:
    """Of `of` things: each fall in order of age, what stands after whole years, the oldest age seen."""

    of: int
    falls: tuple[Fall, ...]
    after: tuple[After, ...]
    longest: int


def survival(lives: Collection[Life]) -> Curve:
    """The curve of these lives."""
    ends = Counter(life.days for life in lives if life.ended)
    leaves = Counter(life.days for life in lives)
    at_risk, standing, falls = len(lives), 1.0, list[Fall]()
    for days in sorted(leaves):
        if ended := ends[days]:
            standing *= (at_risk - ended) / at_risk
            falls.append(Fall(days, at_risk, ended, standing))
        at_risk -= leaves[days]
    return Curve(
        of=len(lives),
        falls=tuple(falls),
        after=tuple(_after(years, lives, falls) for years in YEARS),
        longest=max(leaves, default=0),
    )


def _after(years: int, lives: Collection[Life], falls: list[Fall]) -> After:
    """At exactly that age: what ended on the day is down, and was at risk on it."""
    age = years * YEAR
    at_risk = sum(life.days >= age for life in lives)
    standing = next((fall.standing for fall in reversed(falls) if fall.days <= age), 1.0)
    known = at_risk > 0 or (bool(falls) and standing == 0)
    return After(years, at_risk, standing if known else None)
