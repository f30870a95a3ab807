"""docs/scale.md says what bench/scale.py works out, and nothing older."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_page_has_the_tables_as_they_are_worked_out():
    printed = subprocess.run(
        [sys.executable, "-m", "bench.scale"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    page = (ROOT / "docs/scale.md").read_text(encoding="utf-8")

    tables = printed.strip().split("\n\n")
    assert len(tables) == 4
    for table in tables:
        assert table in page
