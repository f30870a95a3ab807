"""What queries answer about a programme over the years: frozen values, as in answers.py."""

from dataclasses import dataclass

from cairn.following.answers import AsOf, Named
from cairn.following.survival import Curve
from cairn.following.turns import Turn


@dataclass(frozen=True, slots=True)
class MoneyOfTurn:
    """The money of a cohort's days in one currency; of `turn` None, of days that are no cohort's.

    `before` is what was left of grants when they began, `received` entered accounts under a grant,
    `spent` was paid for projects, `beside` is the part of that which no grant's money paid, `elsewhere`
    left grants in other ways, `unspent` is what was left of them on the last of these days. So
    before + received - (spent - beside) - elsewhere = unspent. Of one place only `spent` is known: a
    grant is the programme's.
    """

    turn: Turn | None
    before: int | None
    received: int | None
    spent: int
    beside: int | None
    elsewhere: int | None
    unspent: int | None
    currency: str


@dataclass(frozen=True, slots=True)
class StandingOfTurn:
    """What became of the assets that were handed over in a cohort's days.

    `ended` are no more; of those that stand, nobody has seen `unseen` for a year.
    """

    turn: Turn | None
    curve: Curve
    ended: int
    unseen: int

    @property
    def standing(self) -> int:
        """How many stand today."""
        return self.curve.of - self.ended


@dataclass(frozen=True, slots=True)
class LearnedOfTurn:
    """What became of a cohort's recommendations; `carried` were open when it ended, None until then."""

    cohort: Named
    made: int
    answered: int
    accepted: int
    implemented: int
    carried: int | None
    open: int


@dataclass(frozen=True, slots=True)
class PromisesOfTurn:
    """How many promises of a sort were kept, were broken, are open, of a cohort's days."""

    turn: Turn | None
    sort: str
    kept: int
    broken: int
    open: int


@dataclass(frozen=True, slots=True)
class VillageOfTurn:
    """A place in a cohort's days: itself, nothing within it. `standing` of those `handed` over then."""

    place: Named
    level: str
    turn: Turn | None
    spent: int
    handed: int
    standing: int
    kept: int
    broken: int
    open: int
    currency: str


@dataclass(frozen=True, slots=True)
class Years:
    """Cohorts side by side, and each village beside the others, in the order of the tree.

    `currencies` are those in which anything moved, the programme's own first; villages are in one.
    """

    programme: Named
    as_of: AsOf
    turns: tuple[Turn, ...]
    currencies: tuple[str, ...]
    money: tuple[MoneyOfTurn, ...]
    standing: tuple[StandingOfTurn, ...]
    learned: tuple[LearnedOfTurn, ...]
    promises: tuple[PromisesOfTurn, ...]
    villages: tuple[VillageOfTurn, ...]
