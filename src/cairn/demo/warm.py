"""`python -m cairn.demo.warm`: compile the trace's kernel while something else is going on.

Numba compiles at the first call and keeps the result on disk. On a fresh machine that is half of
the demo's start; done in a process of its own, beside the loading, it costs nothing.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from subprocess import DEVNULL, Popen

import numpy as np

from cairn.trace.columns import Movements
from cairn.trace.policy import Policy


@contextmanager
def compiling() -> Iterator[None]:
    """Have the kernel compiled by the end of the block; an interruption ends that too."""
    command = [sys.executable, "-m", "cairn.demo.warm"]
    process = Popen(command, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL)  # noqa: S603 - ourselves
    try:
        yield
        process.wait()
    finally:
        process.terminate()
        process.wait()


def one_movement() -> Movements:
    """The smallest thing there is to trace, in the types of a real one."""
    return Movements(
        kind=np.array([0], dtype=np.uint8),
        source=np.array([-1], dtype=np.int32),
        target=np.array([0], dtype=np.int32),
        amount=np.array([1], dtype=np.int64),
        grant=np.array([0], dtype=np.int32),
        of=np.array([-1], dtype=np.int64),
        accounts=1,
        grants=1,
    )


if __name__ == "__main__":
    from cairn.trace.kernel import trace_on
    from cairn.trace.lot_state import nothing

    start, one = nothing(Policy.GRANT_FIFO, accounts=1, grants=1), one_movement()
    trace_on(trace_on(start, one, at=[1]).states[0], one)
