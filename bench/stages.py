"""Where the time of an append goes, by samples of what runs, at each tick of the kernel.

A profiler that counts calls would make what calls most look worst. Here the timer of the process
interrupts it, and the stage is that of the innermost function on the stack that STAGES names.
"""

import signal
from collections import Counter
from types import FrameType
from typing import Self

EVERY_SECONDS = 0.001

STAGES = {
    "_drafts": "Pydantic: the facts; their ids",
    "refuse_if_read_only": "whether the programme is read-only",
    "lock": "the programme's lock",
    "_bodies": "whether ids were sent before",
    "Rows.load": "reading the rows that facts name",
    "Journal.objections": "rules",
    "_Batch._judge": "judging, the rest of it",
    "Journal.write": "canonical bytes",
    "Journal.fold": "folding",
    "leaf_hash": "leaves and frontier of the tree",
    "Frontier.with_leaves": "leaves and frontier of the tree",
    "_Batch.write": "INSERT of the entries",
    "Rows.flush": "writing the read models",
    "Atomic.__enter__": "BEGIN",
    "Atomic.__exit__": "COMMIT",
    "Journal.append_batch": "the head, and the rest",
    "_timed": "the bench itself",
}


class Samples:
    """Takes samples while it is entered."""

    def __init__(self) -> None:
        self._found: Counter[str] = Counter()

    def __enter__(self) -> Self:
        signal.signal(signal.SIGPROF, self._sample)
        signal.setitimer(signal.ITIMER_PROF, EVERY_SECONDS, EVERY_SECONDS)
        return self

    def __exit__(self, *_error: object) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, signal.SIG_DFL)

    def shares(self) -> dict[str, float]:
        """The share of the samples that each stage had, the largest first."""
        return {stage: n / self._found.total() for stage, n in self._found.most_common()}

    def _sample(self, _number: int, frame: FrameType | None) -> None:
        while frame is not None and frame.f_code.co_qualname not in STAGES:
            frame = frame.f_back
        if frame is not None:
            self._found[STAGES[frame.f_code.co_qualname]] += 1
