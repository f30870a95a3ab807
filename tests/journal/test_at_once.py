"""Several processes, each with several threads, write in one programme at the same time.

They commit, so they have a database of their own: a test's own is rolled back.
"""

import subprocess
import sys
from pathlib import Path

from django.db import connection

PROCESSES, THREADS, FACTS = 2, 2, 6

COUNT = "from cairn.journal.journal import entries; print(*(e.position for e in entries('teams')))"


def python(environment, *arguments):
    return subprocess.Popen(
        [sys.executable, *arguments], env=environment, stdout=subprocess.PIPE, text=True
    )


def numbers(process):
    output, _nothing = process.communicate(timeout=120)
    assert process.returncode == 0
    return [int(number) for number in output.split()]


def test_writers_at_once_leave_no_gap_and_lose_nothing(elsewhere):
    migrate = python(elsewhere, "-m", "django", "migrate", "--verbosity=0")
    assert numbers(migrate) == []
    script = str(Path(__file__).with_name("append_many.py"))

    writers = [
        python(elsewhere, script, name, str(THREADS), str(FACTS)) for name in "abcd"[:PROCESSES]
    ]
    recorded = [position for writer in writers for position in numbers(writer)]

    everything = PROCESSES * THREADS * FACTS
    assert sorted(recorded) == list(range(2, 2 + everything))
    code = f"import django; django.setup(); {COUNT}"
    assert numbers(python(elsewhere, "-c", code)) == list(range(1, 2 + everything))


def test_a_check_finds_nothing_wrong_where_somebody_records_meanwhile(elsewhere):
    migrate = python(elsewhere, "-m", "django", "migrate", "--verbosity=0")
    assert numbers(migrate) == []

    checking = python(elsewhere, str(Path(__file__).with_name("check_meanwhile.py")))
    output, _nothing = checking.communicate(timeout=120)

    assert checking.returncode == 0
    modes = {"sqlite": "DEFERRED IMMEDIATE", "postgresql": "repeatable-read read-committed"}
    assert output.splitlines() == [f"9 {modes[connection.vendor]}"]
