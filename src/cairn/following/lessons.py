"""What queries answer about debriefs and recommendations: frozen values, as in answers.py."""

from dataclasses import dataclass
from datetime import date

from cairn.following.answers import AsOf, Name, Named


@dataclass(frozen=True, slots=True)
class RecommendationRow:
    """A recommendation as it stands. `asked` is who owes the answer, or what they promised.

    `days` are how long it has been open, or was; `overdue` says that its answer or what was promised
    is late.
    """

    recommendation: Named
    debrief: Named
    cohort: Named
    place: Named
    theme: Named
    speaker: Named
    asked: Named
    state: str
    answer: str
    reason: Name
    drafted_on: date
    asked_on: date | None
    answered_on: date | None
    promised_by: date | None
    verified_on: date | None
    ending: str
    closed_on: date | None
    days: int
    overdue: bool


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many: never a share without both."""

    some: int
    of: int


@dataclass(frozen=True, slots=True)
class Shares:
    """What became of recommendations, in numbers that say of how many they are.

    `answered` of those that somebody was asked to answer; `accepted`, in part too, of those answered;
    `implemented` of those accepted; `verified` by another of those said to be done. `open_days` is the
    median age in days of those open, None where none is.
    """

    answered: Share
    accepted: Share
    implemented: Share
    verified: Share
    open: int
    open_days: int | None


@dataclass(frozen=True, slots=True)
class StepTaken:
    """A step of a recommendation: the fact that took it, its day, its post, where it led."""

    fact: str
    on: date
    post: Named
    state: str


@dataclass(frozen=True, slots=True)
class RecommendationFollowed:
    """A recommendation with each of its steps; `into` is another that goes on for it."""

    row: RecommendationRow
    steps: tuple[StepTaken, ...]
    into: Named | None
    as_of: AsOf


@dataclass(frozen=True, slots=True)
class DebriefRow:
    """A debrief: where, of which cohort, when, and how many recommendations came of it."""

    debrief: Named
    cohort: Named
    place: Named
    chair: Named
    planned_on: date
    held_on: date | None
    present: int | None
    recommendations: int


@dataclass(frozen=True, slots=True)
class Item:
    """Something to be spoken about, by the post that put it."""

    name: Name
    post: Named


@dataclass(frozen=True, slots=True)
class DebriefFollowed:
    """A debrief with its agenda: what posts put, and what earlier debriefs left open."""

    row: DebriefRow
    posts: tuple[Named, ...]
    items: tuple[Item, ...]
    left_open: tuple[RecommendationRow, ...]
    recommendations: tuple[RecommendationRow, ...]
    as_of: AsOf
