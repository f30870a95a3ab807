"""The kinds of movement and the policies of the trace. Light: everybody may import it."""

from enum import IntEnum, StrEnum
from typing import Final

VERSION: Final = "1"
"""The version of the semantics, named with the policy on each page and in each export."""


class Policy(StrEnum):
    """How a payment is made up where nobody said which grant's money it is."""

    GRANT_FIFO = "grant-fifo"
    FIFO = "fifo"
    PRO_RATA = "pro-rata"


class Kind(IntEnum):
    """What a movement does."""

    RECEIVE = 0
    MOVE = 1
    SEND = 2
    CONFIRM = 3
    VOID = 4
    SPEND = 5
    REVERSE = 6
