"""What a recording cannot be kept for, and how much of one is looked at."""

from enum import StrEnum
from typing import Final

MOST_BYTES: Final = 5 * 2**20
MOST_SECONDS: Final = 5 * 60


class Why(StrEnum):
    """Why a recording is not kept."""

    UNREADABLE = "unreadable"
    OTHER = "other"
    """A container that could be kept, with something in it that could not: video, another codec."""
    TOO_LARGE = "too-large"
    TOO_LONG = "too-long"


class NotPlainError(Exception):
    """A recording that cannot be made plain, and why."""

    def __init__(self, why: Why = Why.UNREADABLE) -> None:
        super().__init__(why)
        self.why = why


def refuse_if_long(seconds: float, most: int) -> None:
    """Raises NotPlainError for one that plays for longer than so many seconds, or not at all."""
    if seconds <= 0:
        raise NotPlainError
    if seconds > most:
        raise NotPlainError(Why.TOO_LONG)
