"""The text of a paper somebody sends: plain text, a Word document, a PDF.

A process of its own reads it (see __main__.py), because a hostile file can keep its reader busy or fill
the memory; there it meets its limits, and what stands here stays up. Nothing of the file is kept.
"""

import subprocess
import sys
from enum import StrEnum
from typing import Final

from cairn.values import CairnError

MOST_BYTES: Final = 5 * 2**20
MOST_SIGNS: Final = 60_000
SECONDS: Final = 15
"""Of work, before it is given up."""


class Why(StrEnum):
    """Why a paper cannot be read."""

    TOO_LARGE = "too-large"
    UNREADABLE = "unreadable"
    LOCKED = "locked"
    NO_TEXT = "no-text"
    TOO_LONG = "too-long"
    OLD_WORD = "old-word"


class PaperUnreadableError(CairnError):
    """A paper that cannot be read, and why."""

    def __init__(self, why: Why) -> None:
        super().__init__(f"this paper cannot be read: {why}")
        self.why = why


def text_of(content: bytes) -> str:
    """What a paper says, paragraph by paragraph. Raises PaperUnreadableError."""
    if len(content) > MOST_BYTES:
        raise PaperUnreadableError(Why.TOO_LARGE)
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-m", "cairn.exchange.paper"],
            input=content,
            capture_output=True,
            timeout=2 * SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise PaperUnreadableError(Why.UNREADABLE) from error
    said = done.stdout.decode("utf-8", "replace")
    if done.returncode == 0:
        return said
    known = said in set(Why)
    raise PaperUnreadableError(Why(said) if known else Why.UNREADABLE)
