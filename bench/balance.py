"""Plain-text accounting on the same movements: ledger, hledger and beancount merely balancing.

None of them can attribute, so this is no race of equals: it says what people wait for today, for
less. What they say was spent is held against ours, so that all have read the same.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from bench.clock import Weighed, say, weigh
from bench.files import write_beancount, write_journal, written
from bench.made import REVERSE, SPEND, Made, made

BEAN_CHECK = Path(sys.executable).with_name("bean-check")


def balance(size: int, seed: int) -> dict[str, Weighed]:
    """Time each of the three that is installed, once: they take seconds to minutes."""
    journal = written("journal", size, seed, write_journal)
    commands: dict[str, Sequence[str | Path]] = {
        "ledger": ("ledger", "-f", journal, "--depth", "1", "balance"),
        "hledger": ("hledger", "-f", journal, "--depth", "1", "balance"),
        "beancount": (
            BEAN_CHECK,
            "--no-cache",
            written("beancount", size, seed, write_beancount),
        ),
    }
    spent = _spent(made("programme", size, seed))
    weighed = {}
    for name, command in commands.items():
        say(f"{name} balances {size:,} movements")
        weighed[name] = weigh(*command)
        if name != "beancount":
            _agrees(name, weighed[name].output, spent)
    return weighed


def versions() -> dict[str, str]:
    said = {
        name: subprocess.run([name, "--version"], capture_output=True, text=True, check=True).stdout
        for name in ("ledger", "hledger")
        if shutil.which(name)
    }
    return {name: re.search(r"\d+(\.\d+)+", text)[0] for name, text in said.items()}


def _spent(movements: Made) -> int:
    reversed_ = np.zeros(len(movements), bool)
    reversed_[movements.of[movements.kind == REVERSE]] = True
    return int(movements.amount[(movements.kind == SPEND) & ~reversed_].sum())


def _agrees(name: str, output: str, spent: int) -> None:
    line = re.search(r"^ *([\d.]+) CNY +Expenses", output, re.MULTILINE)
    if not line or line[1] != f"{spent // 100}.{spent % 100:02}":
        raise ValueError(f"{name} says otherwise: {spent} minor units were spent, not\n{output}")
