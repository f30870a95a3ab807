"""An installation in which everything was done once, for all that look through what it left."""

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client

from guarantees import living
from once import made_once
from people.desks import Desks
from told import programme_told

TESTS = Path(__file__).parents[1]


@dataclass(frozen=True)
class Lived:
    """What is left of it: the database and its log, files, a backup, a published record, what was logged."""

    folder: Path
    told: dict

    def holding(self, *needles: str) -> list[tuple[str, str]]:
        """Which files hold which of these, in any case; in their bytes or in their names."""
        found = []
        for path in sorted(self.folder.rglob("*")):
            if not path.is_file() or path.name == "told.json":
                continue
            content = path.read_bytes().lower()
            name = path.relative_to(self.folder).as_posix()
            found += [
                (name, needle)
                for needle in needles
                if needle.lower().encode() in content or needle in path.name
            ]
        return found


@pytest.fixture(scope="session")
def lived(tmp_path_factory) -> Lived:
    folder = made_once(tmp_path_factory, "lived", _live)
    found = Lived(folder, json.loads((folder / "told.json").read_text()))
    # Looking can find something: what a post recorded is in the database, the backup, the record.
    for part in ("data/", "backup.tar", "site/"):
        assert any(name.startswith(part) for name, _ in found.holding(living.KEPT)), part
    # So is what a resident said, in the database and the backup, whether its day is over or not.
    for said in (living.SAID, living.WAITS):
        inside = {name.partition("/")[0] for name, _ in found.holding(said)}
        assert inside == {"data", "backup.tar"}, said
    assert (folder / "log.txt").stat().st_size > 1000
    return found


def _live(folder: Path) -> None:
    alone = {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")}
    done = subprocess.run(
        [sys.executable, living.__file__, folder],
        env=alone | {"PYTHONPATH": str(TESTS), "DJANGO_SETTINGS_MODULE": "cairn.config.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    (folder / "stdout.txt").write_text(done.stdout + done.stderr)
    assert done.returncode == 0, done.stderr


def in_other_forms(text: str) -> list[str]:
    """A text as itself and as whoever hides it carelessly would keep it: under a hash without a key."""
    raw = text.encode()
    hashes = [hashlib.new(name, raw).hexdigest() for name in ("md5", "sha1", "sha256", "sha512")]
    return [text, raw.hex(), *hashes]


@pytest.fixture(scope="module")
def told(django_db_setup, django_db_blocker):
    """The programme of told.py, told once for all tests of a file and rolled back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield programme_told()
        transaction.set_rollback(True)


@pytest.fixture
def look(told, db):
    """Open a page of it: look("grants/") or look("grants/?csv=grants", "zh-hans")."""
    client = Client()
    return lambda path="", language="en": client.get(f"/{language}/{told}/{path}")


@pytest.fixture
def desks(db):
    """A programme with a post of each role, today."""
    found = Desks.opened()
    found.pen.now = datetime.now(UTC)
    return found
