"""`cairn shred` in an installation of its own: nothing of what was erased is left in it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

# A dozen commands each, in processes of their own: CI runs them, with the other long tests. That nothing
# erased is published any more is held by tests/publish/test_openings.py every time.
pytestmark = pytest.mark.long

TESTS = Path(__file__).parent
CANARY = "Aynurs-well-the-third-house"

TELL = f"""
import django; django.setup()
from datetime import UTC, datetime
from cast import *
from cairn.journal.files import keep
from cairn.money.facts import MoneySpent, PaymentEvidenced
pen = Pen("teams", now=datetime.now(UTC))
assemble(pen)
paid = pen.movement(MoneySpent(account="qarasu-committee", project="qarasu-well", amount=cny("9.00")))
photo = keep("teams", a_picture())
said = pen.record(PaymentEvidenced(movement=paid, sha256=photo, caption=named({CANARY!r})))
print(said.position, photo)
"""


def run(folder, *command, code=0, given=None):
    environment = os.environ | {
        "CAIRN_DIR": str(folder / "data"),
        "DJANGO_SETTINGS_MODULE": "cairn.config.settings",
        "PYTHONPATH": str(TESTS),
    }
    environment.pop("CAIRN_DATABASE_URL", None)
    ended = subprocess.run(
        [sys.executable, *command],
        env=environment,
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == code, ended.stderr
    return ended.stdout if code == 0 else ended.stderr


def cairn(folder, *command, code=0, given=None):
    return run(folder, "-m", "cairn.cli", *command, code=code, given=given)


def holding(folder: Path, needle: str) -> list[str]:
    return [
        path.relative_to(folder).as_posix()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and (needle.encode() in path.read_bytes() or needle in path.name)
    ]


@pytest.fixture
def told(tmp_path):
    """An installation with a log and a published record; the position of the evidence, its file."""
    office = ("--name", "Teams", "--timezone", "Asia/Shanghai", "--currency", "CNY")
    cairn(tmp_path, "open", "teams", *office, "--on", "2025-01-01")
    position, photo = run(tmp_path, "-c", TELL).split()
    cairn(tmp_path, "keys", "make", "teams", "--origin", "example.org/teams")
    cairn(tmp_path, "publish", str(tmp_path / "out"))
    return tmp_path, position, photo


def test_what_is_shredded_is_nowhere_and_the_record_still_verifies(told):
    folder, position, photo = told
    kept = folder / "checkpoint-kept"
    kept.write_bytes((folder / "out" / "checkpoint").read_bytes())
    assert holding(folder / "data", CANARY)
    assert holding(folder / "out", CANARY)

    why = ("--programme", "teams", "--reason", "It named somebody", "--yes")
    assert "Publish again" in cairn(folder, "shred", position, "caption", *why)
    assert photo in cairn(folder, "shred", position, "sha256", *why)
    cairn(folder, "publish", str(folder / "out"))

    assert holding(folder / "data", CANARY) == []
    assert holding(folder, photo) == []
    assert holding(folder / "out", CANARY) == []
    verified = cairn(folder, "verify", str(folder / "out"), "--since", str(kept))
    assert "It continues the checkpoint" in verified
    cairn(folder, "check")


def test_nothing_is_erased_without_a_yes_and_what_cannot_be_is_said(told):
    folder, position, _photo = told
    why = ("--programme", "teams", "--reason", "x")

    said = cairn(folder, "shred", position, "caption", *why, code=2, given="n\n")
    assert "Nothing was erased" in said
    for entry, field, says in (
        ("9999", "caption", "has no entry 9999"),
        ("x", "caption", "neither a position nor the id"),
        (position, "movement", "it has caption, sha256"),
        ("1", "caption", "it has none"),
    ):
        assert says in cairn(folder, "shred", entry, field, *why, "--yes", code=2)

    assert holding(folder / "data", CANARY)
