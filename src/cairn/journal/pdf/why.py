"""What a PDF cannot be kept for, and how much of one is looked at. Django is not loaded here."""

from enum import StrEnum
from typing import Final

MOST_BYTES: Final = 10 * 2**20
MOST_UNPACKED: Final = 256 * 2**20
"""Of all its streams together: thirty pages that were scanned in 8 bits at 300 dpi."""
MOST_OBJECTS: Final = 100_000
MOST_PAGES: Final = 500
MOST_PIXELS: Final = 100_000_000
"""Of one picture: a sheet of A3 at 600 dpi has 70 million."""
MOST_KEPT: Final = 16 * 2**20
"""A PDF made anew can be longer: objects that were packed together are written out."""

SECONDS: Final = 15
"""Of work, before it is given up."""
MEMORY: Final = 2**30


class Why(StrEnum):
    """Why a PDF is not kept."""

    UNREADABLE = "unreadable"
    LOCKED = "locked"
    ACTIVE = "active"
    TOO_LARGE = "too-large"
    TOO_MUCH = "too-much"


class NotKeptError(Exception):
    """A PDF that is not kept, and why."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why
