"""The kinds of movement and the policies of the trace."""

from enum import IntEnum, StrEnum


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
