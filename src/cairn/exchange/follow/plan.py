"""The words between planning movements and tracing them: places, what rows become, events."""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final, NamedTuple

from cairn.exchange.follow.match import Says
from cairn.exchange.iati.columns import Interned
from cairn.trace.policy import Kind


class What(IntEnum):
    """What a place is that money comes from or ends at."""

    ACTIVITY = 0
    """An activity in the files."""
    OUTSIDE_ACTIVITY = 1
    ORGANISATION = 2
    OWN_FUNDS = 3
    """What the organisation that reports the activity put in itself."""
    NOT_NAMED = 4
    UNEXPLAINED = 5


class Place(NamedTuple):
    """Where money comes from or ends: an activity's or organisation's id, and its name."""

    what: What
    id: str
    name: str


UNEXPLAINED: Final = Place(What.UNEXPLAINED, "unexplained", "")


class Became(IntEnum):
    """What a kept row turned into."""

    MOVEMENT = 0
    CONFIRMATION = 1
    """It says that something arrived which the sender says it sent."""
    PROMISE = 2
    CORRECTION = 3
    ZERO = 4
    DEBT_SERVICE = 5
    PAYS_ITSELF = 6
    """An activity that says it paid itself moved nothing."""
    ELSEWHERE = 7
    """Not on a way down from the activity asked for."""


class Event(NamedTuple):
    """One movement, before the movements are put in order."""

    date: int
    phase: int
    """Within a day: 0 comes in, 1 goes from activity to activity, 2 is spent."""
    rank: int
    step: int
    kind: Kind
    amount: int
    row: int
    """The transaction that says so, or -1 for own funds."""
    says: Says
    out: int = -1
    """The account it leaves."""
    into: int = -1
    """The account it enters."""
    place: int = -1
    """What it is received from, or spent on."""
    of: int = -1
    """The step of the sending that a confirmation is of."""


@dataclass
class Plan:
    """Movements to trace, and what their numbers stand for."""

    accounts: Interned[tuple[int, int]] = field(default_factory=Interned)
    """(activity, currency)."""
    places: Interned[Place] = field(default_factory=Interned)
    """Grants and spending ends, in one numbering."""
    events: list[Event] = field(default_factory=list)
    became: list[Became] = field(default_factory=list)
    corrections: dict[tuple[int, Place, bool, int], tuple[int, int]] = field(default_factory=dict)
    """(activity, far end, outgoing, currency) → (how many, minor units)."""
