"""How everything here is timed: side by side, and memory in a process of its own."""

import gc
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

WEIGH = Path(__file__).with_name("weigh.py")


@dataclass(frozen=True)
class Timing:
    """Seconds of several runs; half of them lay between the quartiles."""

    median: float
    least: float
    lower_quartile: float
    upper_quartile: float
    runs: int

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Timing":
        lower, median, upper = (
            statistics.quantiles(seconds, n=4, method="inclusive")
            if len(seconds) > 1
            else seconds * 3
        )
        return cls(median, min(seconds), lower, upper, len(seconds))


def race(runners: Mapping[str, Callable[[], object]], *, runs: int) -> dict[str, Timing]:
    """Time each of them `runs` times in turn, so that a busy minute is everybody's.

    Run each once beforehand: here nothing is warmed up.
    """
    seconds: dict[str, list[float]] = {name: [] for name in runners}
    gc.collect()
    for _ in range(runs):
        for name, run in runners.items():
            begin = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - begin)
    return {name: Timing.of(each) for name, each in seconds.items()}


@dataclass(frozen=True)
class Weighed:
    """One run of a command."""

    seconds: float
    cpu_seconds: float
    """Of all its threads: near `seconds` or above it, unless the machine was busy with others."""
    peak_bytes: int
    output: str


def weigh(*command: str | Path, environment: Mapping[str, str] | None = None) -> Weighed:
    """Run a command to its end. Raises RuntimeError with what it said when it fails."""
    with tempfile.NamedTemporaryFile(prefix="cairn-bench-") as said:
        answer = subprocess.run(
            [sys.executable, "-I", "-S", WEIGH, said.name, *command],
            capture_output=True,
            text=True,
            check=True,
            env=environment,
        )
        weighed = json.loads(answer.stdout)
        output = Path(said.name).read_text()
    if weighed["status"]:
        raise RuntimeError(f"{' '.join(map(str, command))}\n{output[-2000:]}")
    return Weighed(
        seconds=weighed["seconds"],
        cpu_seconds=weighed["cpu_seconds"],
        peak_bytes=weighed["peak_bytes"],
        output=output,
    )


def say(line: str) -> None:
    """Tell the person who waits."""
    print(time.strftime("%H:%M:%S"), line, file=sys.stderr, flush=True)
