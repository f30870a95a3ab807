"""Databases that cannot be reached, and for how long nobody tries again. No Django.

A server that is gone without a word costs whoever asks it the time limit of a connection. Each process
remembers that for some seconds and says so at once, else the pages of every other programme would
wait behind those of one.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from cairn.values import CairnError

TRIED_AGAIN_AFTER: Final = 5.0
"""So many seconds after a try that failed."""

REPLICA: Final = "-replica"
"""What the name of a group's replica ends in."""

log = logging.getLogger("cairn")


class GroupAwayError(CairnError):
    """The database of a group of programmes cannot be reached. `group` says which."""

    def __init__(self, alias: str) -> None:
        self.group = alias.removesuffix(REPLICA)
        super().__init__(
            f"The database of the group ‘{self.group}’ cannot be reached. What was being written to "
            "it may not be on record; the programmes of other groups go on."
        )


class Away:
    """Which databases did not answer of late, as this process found."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._again: dict[str, float] = {}
        """When whoever asks may try again; nothing of a database that answered."""

    def refuse(self, alias: str) -> None:
        """Raises GroupAwayError while nobody is to try. Then one may; others wait for what it finds."""
        with self._lock:
            again, now = self._again.get(alias), self._clock()
            if again is None:
                return
            if now < again:
                raise GroupAwayError(alias)
            self._again[alias] = now + TRIED_AGAIN_AFTER

    def failed(self, alias: str, why: str) -> GroupAwayError:
        """Remember that it could not be reached; what to raise."""
        with self._lock:
            known = alias in self._again
            self._again[alias] = self._clock() + TRIED_AGAIN_AFTER
        if not known:
            log.warning("The database ‘%s’ cannot be reached: %s", alias, why.strip())
        return GroupAwayError(alias)

    def answered(self, alias: str) -> None:
        """It is there, again."""
        with self._lock:
            back = self._again.pop(alias, None)
        if back is not None:
            log.warning("The database ‘%s’ is there again", alias)


away = Away()
"""Those of this process."""
