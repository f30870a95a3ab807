"""What queries answer about teams and their handovers: frozen values, as in answers.py."""

from dataclasses import dataclass
from datetime import date

from cairn.following.answers import Name, Named
from cairn.values import in_language


def between(source: Name, target: Name) -> Name:
    """From one account to another, in each language in which either is called something."""
    return {
        code: f"{in_language(source, code)} → {in_language(target, code)}"
        for code in sorted({*source, *target})
    }


@dataclass(frozen=True, slots=True)
class TeamStanding:
    """A team: its place, its cohort, who sent it. `state` is how far its handover has come; "" without one."""

    team: str
    place: Named
    cohort: Named
    sponsor: Named
    placed_on: date
    ends_on: date
    closed_on: date | None
    state: str


@dataclass(frozen=True, slots=True)
class LineFollowed:
    """A line of a pack that was frozen, and what was said to it on the walk and since.

    `of` is what it is about; a promise has only its sort. Amounts are minor units of `currency`.
    `stays_with` is the outgoing sponsor where the line is refused, contested or nobody's yet.
    """

    line: str
    key: str
    what: str
    of: Named
    sort: str
    minor: int | None
    currency: str
    stated: int | None
    checked_on: date | None
    sight: str
    sight_note: Name
    notes: tuple[Name, ...]
    answer: str
    reason: Name
    answered_on: date | None
    due: date | None
    open: bool
    settled_on: date | None
    how: Name
    stays_with: Named | None

    @property
    def agrees(self) -> bool:
        """Whether a balance is what its statement says."""
        return self.checked_on is not None and self.stated == self.minor

    @property
    def to_go_to(self) -> bool:
        """Whether it is an asset to which nobody went yet."""
        return self.what == "asset" and not self.sight

    @property
    def to_check(self) -> bool:
        """Whether it is a balance that was not held against a statement yet."""
        return self.what == "balance" and self.checked_on is None


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature: whose, with which fact, and when."""

    side: str
    post: Named
    fact: str
    on: date


@dataclass(frozen=True, slots=True)
class Absent:
    """A side that takes no part, and why."""

    side: str
    why: str
    text: Name


@dataclass(frozen=True, slots=True)
class HandoverFollowed:
    """The handover of a team: what was frozen, said and signed. `contest_until` is the last day to contest."""

    team: TeamStanding
    state: str
    opened_on: date
    planned_on: date
    outgoing: Named
    successor: TeamStanding | None
    incoming: Named
    upto: int | None
    sha256: str
    frozen_on: date | None
    lines: tuple[LineFollowed, ...]
    risks: tuple[Name, ...]
    plan: Name
    absent: tuple[Absent, ...]
    signed: tuple[Signed, ...]
    ended_on: date | None
    contest_until: date | None

    def counted(self, answer: str) -> int:
        """How many lines were answered so."""
        return sum(line.answer == answer for line in self.lines)

    @property
    def accepted(self) -> int:
        """How many lines were accepted as they stand, or but for something."""
        return self.counted("accepted") + self.counted("excepted")

    @property
    def unanswered(self) -> int:
        """How many lines nothing was said to."""
        return self.counted("")

    @property
    def answered(self) -> int:
        """How many lines something was said to."""
        return len(self.lines) - self.unanswered

    @property
    def by_side(self) -> dict[str, Signed]:
        """The signatures by whose they are: outgoing, witness, incoming."""
        return {one.side: one for one in self.signed}

    @property
    def open(self) -> int:
        """How many lines the outgoing sponsor owes something about."""
        return sum(line.open for line in self.lines)


@dataclass(frozen=True, slots=True)
class NoteLeft:
    """A word that a team left: a risk, an attempt or advice."""

    sort: str
    text: Name
    then: Name
    on: date


@dataclass(frozen=True, slots=True)
class TeamFollowed:
    """A team, what it was given, what it hands over, and what it left word of."""

    row: TeamStanding
    given: HandoverFollowed | None
    handover: HandoverFollowed | None
    notes: tuple[NoteLeft, ...]
