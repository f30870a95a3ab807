"""`cairn voices` on an installation of its own: the day's batch, once."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from cairn.voice.clocks import is_of_blanks

WAITING = """
import sys
from datetime import date
from pathlib import Path
from random import SystemRandom
from cairn.config.installation import installation
installation(Path(sys.argv[1]))
from cairn.catalog import journal
from cairn.programme.facts import PlaceAdded, PlaceLevel
from cairn.values import Text
from cairn.voice import waiting
from cairn.voice.facts import CategoryOffered, VoiceReceived
from cast import Pen, NOW
pen, on = Pen("teams", now=NOW), date(2025, 3, 1)
pen.record(PlaceAdded(place="qarasu", name=Text(en="Qarasu"), level=PlaceLevel.VILLAGE), on=on)
pen.record(CategoryOffered(category="water", name=Text(en="Water")), on=on)
waiting.keep(VoiceReceived(place="qarasu", category="water", text="Dry"), programme="teams",
             about="qarasu", on=on, slip="", chance=SystemRandom())
"""


def run(*command, folder):
    alone = {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")}
    path = {"PYTHONPATH": str(Path(__file__).parents[1])}
    made = subprocess.run(
        [str(part) for part in command],
        env=alone | path,
        check=True,
        capture_output=True,
        text=True,
        cwd=folder,
    )
    return made.stdout


def a_secret_without_days_of_blanks():
    """The secret decides of which days blanks come alone: here of none about now, wherever it is which day."""
    now = datetime.now(UTC).date()
    days = [now + timedelta(nth) for nth in (-2, -1, 0, 1)]
    secrets = (f"stones-{nth}" for nth in count())
    return next(s for s in secrets if not any(is_of_blanks(day, "teams", secret=s) for day in days))


def test_it_takes_the_voices_of_days_that_are_over_and_says_how_many_entries(tmp_path):
    cairn, folder = Path(sys.executable).with_name("cairn"), tmp_path / "installation"
    opened = ("--name", "Teams", "--timezone", "Asia/Shanghai", "--currency", "CNY")
    run(cairn, "open", "teams", *opened, "--on", "2025-01-01", "--dir", folder, folder=tmp_path)
    (folder / "secret").write_text(a_secret_without_days_of_blanks())
    run(sys.executable, "-c", WAITING, folder, folder=tmp_path)

    first = run(cairn, "voices", "--dir", folder, folder=tmp_path)
    second = run(cairn, "voices", "--dir", folder, folder=tmp_path)
    checked = run(cairn, "check", "--dir", folder, folder=tmp_path)

    assert first.startswith("voices  teams: 5 entries, ")
    assert second == "voices  nothing is due\n"
    assert "WRONG" not in checked
