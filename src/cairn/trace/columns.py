"""What goes into a trace and what comes out of it, as columns; and what a trace refuses.

An account code stands for an account in one currency, a grant code for a grant in one currency:
whoever makes the codes keeps the currencies apart.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from cairn.values import CairnError

Bytes = npt.NDArray[np.uint8]
Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

NONE: Final = -1
"""No account, no grant, no movement."""

LARGEST: Final = 2**62
"""What one amount, and all money there is in one trace, may come to in minor units."""


class UnsoundMovementsError(CairnError):
    """Movements that break the rules of `objections`, or codes out of range."""


class TooMuchMoneyError(CairnError):
    """More money than 64-bit integers keep exact."""


class Objection(IntEnum):
    """Why a movement cannot be, as it stands among the others."""

    NONE = 0
    UNKNOWN = 1
    """`of` names no movement."""
    LATER = 2
    """`of` names a movement that is not earlier."""
    NOT_A_SEND = 3
    """A confirm or void names something else than a send."""
    REVERSES_A_REVERSE = 4
    REVERSED_TWICE = 5
    """What it reverses is reversed already, by itself or with the send it belongs to."""
    AFTER_REVERSAL = 6
    """A confirm or void that comes after the reversal of its send."""
    MORE_THAN_IN_TRANSIT = 7
    NOTHING_IN_TRANSIT = 8
    """A void with nothing left to give back."""


UNREADABLE: Final = 255
"""A kind that `objections` passes over: a row whose reader found it bad for reasons of its own."""


@dataclass(frozen=True, slots=True)
class Movements:
    """Columns of n movements in order of (date, recorded order)."""

    kind: Bytes
    source: Int32s
    """Account code, or -1."""
    target: Int32s
    """Account code, for a spend any code of its project, or -1."""
    amount: Int64s
    """Minor units; 0 for a void or a reverse."""
    grant: Int32s
    """The grant received, or named by a payment; or -1."""
    of: Int64s
    """The movement confirmed, voided or reversed, by its place here; or -1."""
    accounts: int
    """How many account codes there are: 0 to accounts - 1."""
    grants: int
    """How many grant codes there are. The code `grants` itself is unexplained money."""

    def __len__(self) -> int:
        return len(self.kind)


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands where at the end: one row per key, sorted by account, grant, in_transit; no zero."""

    account: Int32s
    """Where it stands or, in transit, the account that it is on its way to."""
    grant: Int32s
    amount: Int64s
    in_transit: Bools


@dataclass(frozen=True, slots=True)
class Totals:
    """Per grant code, the last being unexplained money: int64[grants + 1] each."""

    received: Int64s
    """For unexplained money: what arose."""
    standing: Int64s
    in_transit: Int64s
    spent: Int64s
    breach: Int64s
    """Of what was spent."""


@dataclass(frozen=True, slots=True)
class Trace:
    """Attributions: rows offsets[i] to offsets[i + 1] say what movement i was made of, in order.

    Confirms, voids, reverses and what was reversed have no rows.
    """

    offsets: Int64s
    grant: Int32s
    amount: Int64s
    breach: Bools
    standing: Standing
    reversed: Bools
    """Which movements never happened: those reversed, and confirms and voids fallen with a send."""
    totals: Totals


@dataclass(frozen=True, slots=True)
class Objections:
    """One code of Objection per movement, 0 where there is none."""

    code: Bytes
    in_transit: Int64s
    """What a confirm or void found in transit."""

    def __bool__(self) -> bool:
        return bool(self.code.any())
