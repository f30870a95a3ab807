"""Slowing down whoever sends much, without knowing who: buckets in the memory of a process.

In a database a bucket would keep the moment of the last voice of a village.
"""

import threading
import time
from collections.abc import Callable
from typing import Final

IN_A_VILLAGE: Final = (10, 20.0)
FOR_ALL: Final = (60, 1.0)
OF_LABELS: Final = (200, 0.05)
"""How many at once, and seconds until one more. The codes of labels have a bucket of their own, so large
that filling it takes twenty a second for as long as it lasts; so small that guessing one of 2⁴⁰ takes
centuries."""

MOST_VILLAGES: Final = 10_000


class Buckets:
    """Whether one more may come now: to a village, and altogether."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, for_all: tuple[int, float] = FOR_ALL
    ) -> None:
        self._clock, self._lock, self._for_all = clock, threading.Lock(), for_all
        self._held: dict[str, tuple[float, float]] = {}
        """What is left in a bucket, and when that was."""

    def take(self, village: str = "") -> bool:
        """Take one; whether there was one left."""
        with self._lock:
            now = self._clock()
            if len(self._held) > MOST_VILLAGES:
                self._held.clear()
            wanted = [("", self._for_all), *([(village, IN_A_VILLAGE)] if village else [])]
            left = {name: self._left(name, limit, now) for name, limit in wanted}
            if min(left.values()) < 1:
                return False
            self._held.update({name: (one - 1, now) for name, one in left.items()})
            return True

    def _left(self, name: str, limit: tuple[int, float], now: float) -> float:
        most, every = limit
        left, then = self._held.get(name, (float(most), now))
        return min(float(most), left + (now - then) / every)


buckets, of_labels = Buckets(), Buckets(for_all=OF_LABELS)
"""Those of this process."""
