"""What queries answer about a place's story: frozen values, as in answers.py."""

from dataclasses import dataclass
from datetime import date

from cairn.following.answers import AsOf, Name, Named, TeamRow
from cairn.following.lessons import RecommendationRow
from cairn.following.standing import AssetRow, EnterpriseRow, NeedRow, PlaceChanges
from cairn.following.turns import Turn


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened at a place on a day. `what` says what, to which `thing`.

    `is_a` says what the thing is, where it has a page; `by` who did it, `said` why or into what.
    """

    on: date
    what: str
    place: Named
    thing: Named
    is_a: str = ""
    by: Named | None = None
    said: Name | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Days that follow each other: those of a cohort, or those between, before or after cohorts."""

    turn: Turn | None
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class MoneyHere:
    """Money on some days in one currency: what came to accounts at a place, what its projects were paid.

    `of` is a place that was split, whose money nobody can divide; else nothing.
    """

    span: Span
    of: Named | None
    arrived: int
    spent: int
    currency: str

    @property
    def turn(self) -> Turn | None:
        """The cohort in whose days it was."""
        return self.span.turn


@dataclass(frozen=True, slots=True)
class BuiltRow:
    """An asset, in whose days it was handed over, and when it ended if it did."""

    turn: Turn | None
    row: AssetRow
    handed_on: date
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class Chapter:
    """What happened at a place in some days, and what became of it since.

    `standing` of what was `handed` over; `met` (or taken up) and `refused` of the needs that were `raised`;
    `implemented` of what its posts `recommended`; promises as they count for these days.
    """

    span: Span
    teams: tuple[TeamRow, ...]
    money: tuple[MoneyHere, ...]
    handed: int
    standing: int
    raised: int
    met: int
    refused: int
    recommended: int
    implemented: int
    kept: int
    broken: int
    open: int
    happenings: tuple[Happening, ...]

    @property
    def turn(self) -> Turn | None:
        """The cohort whose days these are."""
        return self.span.turn


@dataclass(frozen=True, slots=True)
class Quarter:
    """Three months at a place: what was paid for its projects, what stood and what waited at their end."""

    first: date
    last: date
    spent: int
    assets: int
    needs: int
    currency: str


@dataclass(frozen=True, slots=True)
class PlaceStory:
    """A place over all cohorts, with everything within it and what became part of it.

    `split` are the places that were split into it and others: their story until then is part of it.
    """

    programme: Named
    as_of: AsOf
    place: Named
    level: str
    above: tuple[Named, ...]
    changes: PlaceChanges
    split: tuple[Named, ...]
    currencies: tuple[str, ...]
    chapters: tuple[Chapter, ...]
    quarters: tuple[Quarter, ...]
    built: tuple[BuiltRow, ...]
    needs: tuple[NeedRow, ...]
    recommendations: tuple[RecommendationRow, ...]
    enterprises: tuple[EnterpriseRow, ...]
