"""A command that does not trace starts without the compiler and the column files."""

import subprocess
import sys

HEAVY = {"numba", "llvmlite", "pyarrow", "lxml", "python_calamine"}

ASK = """
import sys, django
django.setup()
import cairn.cli, cairn.catalog, cairn.journal.upkeep
print(*sys.modules)
"""


def test_a_command_of_the_journal_loads_neither_compiler_nor_parsers(sqlite):
    done = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, check=True)

    assert "cairn.money.rules" in done.stdout.split()
    assert not HEAVY & {module.partition(".")[0] for module in done.stdout.split()}
