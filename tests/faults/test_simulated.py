"""The simulator's courses of events, one a seed: see simulator.py, which runs one by itself.

SIMULATED_SEEDS says how many (8), SIMULATED_FIRST from which on (1), SIMULATED_STEPS how long (200).
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

SEEDS = int(os.environ.get("SIMULATED_SEEDS", "8"))
FIRST = int(os.environ.get("SIMULATED_FIRST", "1"))
STEPS = int(os.environ.get("SIMULATED_STEPS", "200"))
SIMULATOR = Path(__file__).with_name("simulator.py")
AT_A_TIME = 2
SHOWN = 40
"""Lines of a run that failed which are shown: the last steps, and what then did not hold."""


def run(seed, steps=STEPS, **environment):
    return subprocess.run(
        [sys.executable, "-W", "error", SIMULATOR, str(seed), str(steps)],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60 + 2 * steps,
    )


def shown(seed, steps, done):
    lines = [*done.stdout.splitlines(), *done.stderr.splitlines()]
    again = f"{sys.executable} {SIMULATOR} {seed} {steps}"
    return "\n".join([f"SEED {seed}, again: {again}", *lines[-SHOWN:]])


def test_whatever_happens_nothing_acknowledged_is_lost_and_nothing_seen_is_contradicted():
    seeds = range(FIRST, FIRST + SEEDS)
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        broken = [
            shown(seed, STEPS, done)
            for seed, done in zip(seeds, pool.map(run, seeds), strict=True)
            if done.returncode
        ]

    assert not broken, "\n\n".join(broken)


@pytest.mark.parametrize("seed", [FIRST])
def test_the_same_seed_gives_the_same_steps_and_the_same_root(seed):
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        once, again = pool.map(
            lambda order: run(seed, 120, PYTHONHASHSEED=order).stdout, ["1", "2"]
        )
    another = run(seed + 1, 120).stdout

    assert once == again
    assert "the end:" in once
    assert once != another
