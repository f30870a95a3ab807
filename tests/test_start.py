"""Who does not trace does not wait for the compiler: no command loads it before it has money to follow."""

import os
import subprocess
import sys

import pytest

RUN = """
import atexit, sys
compiler = {"numba", "llvmlite"}
loaded = lambda: compiler & {name.partition(".")[0] for name in sys.modules}
atexit.register(lambda: print("loaded", *sorted(loaded()), file=sys.stderr))
from cairn.cli import main
main()
"""


@pytest.fixture(scope="module")
def cairn(tmp_path_factory):
    """Runs commands on an installation with a programme; says what of the compiler they loaded."""
    folder = tmp_path_factory.mktemp("office")
    alone = {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")}

    def run(*words, there=True):
        words = [*map(str, words), *(["--dir", str(folder)] if there else [])]
        done = subprocess.run(
            [sys.executable, "-c", RUN, *words],
            env=alone,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stderr.splitlines()[-1]

    opened = (
        "open",
        "qinghe",
        "--name",
        "青河",
        "--timezone",
        "Asia/Shanghai",
        "--currency",
        "CNY",
    )
    assert run(*opened) == "loaded"
    return run


def test_help_loads_no_compiler(cairn):
    assert cairn("--help", there=False) == "loaded"
    assert cairn("trace", "--help", there=False) == "loaded"


@pytest.mark.parametrize("words", [("check",), ("rebuild",), ("log", "show")])
def test_a_command_of_the_record_loads_no_compiler(cairn, words):
    assert cairn(*words) == "loaded"


def test_an_export_of_money_that_was_followed_loads_no_compiler(cairn, tmp_path):
    first = cairn("export", "tables", "-o", tmp_path / "first")

    assert first == "loaded llvmlite numba"  # else this test could not fail
    assert cairn("export", "tables", "-o", tmp_path / "again") == "loaded"
    assert cairn("export", "xlsx", "-o", tmp_path / "book.xlsx") == "loaded"
    cairn("rebuild")
    assert cairn("export", "tables", "-o", tmp_path / "anew") == first
