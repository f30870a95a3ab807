"""What the database itself keeps of something erased, where somebody reads since before: in a database of its own."""

import subprocess
import sys
from pathlib import Path

from django.db import connection

TESTS = Path(__file__).parents[1]


def python(environment, *arguments):
    environment = environment | {"PYTHONPATH": str(TESTS)}
    return subprocess.run(
        [sys.executable, *arguments],
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        timeout=120,
    ).stdout


def test_it_goes_once_whoever_reads_has_ended_and_nobody_waits_for_them(elsewhere):
    python(elsewhere, "-m", "django", "migrate", "--verbosity=0")

    said = python(elsewhere, str(Path(__file__).with_name("erase_beside_a_reader.py")))

    *steps, took = said.splitlines()
    held = {"sqlite": ("True", "False"), "postgresql": ("-", "-")}[connection.vendor]
    assert steps == [f"{held[0]} 1", f"{held[0]} 1", f"{held[1]} 0"]
    assert float(took) < 10, "SQLite's own patience is thirty seconds"
