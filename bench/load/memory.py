"""Whether memory stays flat: the line through what the oldest process of each part held, once it was warm."""

import time
from collections import defaultdict
from statistics import median

import numpy as np
from bench.load.report import MIB
from bench.load.server import FOLLOWING, PAGES, Server

WARM_PART = 0.4
"""Of the time of a process is for warming up: catalogues, templates, pages that are kept (32 MiB at most)."""

SHORT_MINUTES = 20.0
"""Less than that no line can be drawn through: then what it holds at its end is held against a bound."""

MOST_AN_HOUR = {PAGES: 24.0, FOLLOWING: 48.0}
"""MiB. The one that follows the money holds a programme's movements while it traces them, and these grow."""

MOST = {PAGES: 300.0, FOLLOWING: 400.0}
"""MiB, as it mostly is: whoever signs in takes 100 MiB more for a moment, which is what Argon2 asks for."""

LEAST_SAMPLES = 10


class Memory:
    """Samples of what each process holds of its own."""

    def __init__(self, server: Server, *, seconds: float) -> None:
        self._server, self._seconds = server, seconds
        self._held: dict[tuple[str, int], list[tuple[float, float]]] = defaultdict(list)

    def sample(self) -> None:
        now, parts = time.time(), self._server.parts()
        for part, held in self._server.memory().items():
            for pid, bytes_ in zip(parts[part], held, strict=False):
                if bytes_:
                    self._held[part, pid].append((now, bytes_ / MIB))

    def wrong(self) -> list[str]:
        """Sentences about what grew, or is too much."""
        found = []
        for (part, pid), samples in self._longest().items():
            most = median(held for _at, held in samples)
            if most > MOST[part]:
                found.append(f"{part} ({pid}) holds {most:.0f} MiB, of {MOST[part]:.0f} at most")
            slope = self._slope(samples)
            if slope is not None and slope > MOST_AN_HOUR[part]:
                found.append(f"{part} ({pid}) grows by {slope:.1f} MiB an hour")
        watched = {part for part, _pid in self._longest()}
        return found + [
            f"of {part} no process lived long enough to be watched"
            for part in MOST.keys() - watched
        ]

    def said(self) -> list[str]:
        lines = []
        for (part, pid), samples in self._longest().items():
            slope = self._slope(samples)
            grows = "too short for a slope" if slope is None else f"{slope:+.1f} MiB an hour"
            all_of_it = [held for _at, held in samples]
            held = f"{median(all_of_it):.0f} MiB, at most {max(all_of_it):.0f}"
            minutes = (samples[-1][0] - samples[0][0]) / 60
            lines.append(f"{part} ({pid}), {minutes:.1f} minutes: mostly {held}; {grows}")
        return lines

    def _longest(self) -> dict[tuple[str, int], list[tuple[float, float]]]:
        """Of each part the process that was watched for longest."""
        found: dict[str, tuple[int, list[tuple[float, float]]]] = {}
        for (part, pid), samples in self._held.items():
            enough = part in MOST and len(samples) >= LEAST_SAMPLES
            if enough and (part not in found or len(samples) > len(found[part][1])):
                found[part] = (pid, samples)
        return {(part, pid): samples for part, (pid, samples) in found.items()}

    def _slope(self, samples: list[tuple[float, float]]) -> float | None:
        """MiB an hour, from when it was warm."""
        begin, end = samples[0][0], samples[-1][0]
        if end - begin < SHORT_MINUTES * 60:
            return None
        warm = [one for one in samples if one[0] >= begin + WARM_PART * (end - begin)]
        at, held = np.array(warm).T
        return float(np.polyfit((at - at[0]) / 3600, held, 1)[0])
