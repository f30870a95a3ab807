"""The worked example of docs/how-to/iati.md, and what it says of our own files."""

import subprocess
import sys
from pathlib import Path

import pytest

from cairn.cli import app
from cairn.exchange.iati import export
from cast import Pen
from iati_published import registered
from shared_data import shared
from told import programme_told

PAGE = Path(__file__).parents[3] / "docs/how-to/iati.md"
CAIRN = Path(sys.executable).parent / "cairn"


def block(begins):
    """The block of the page that begins so."""
    text = PAGE.read_text(encoding="utf-8")
    (found,) = [one for one in text.split("```")[1::2] if one.startswith(begins)]
    return found.removeprefix("xml").removeprefix("\n")


def check(folder, *files):
    return subprocess.run(
        [CAIRN, "check", "iati", *files],
        cwd=folder,
        env={"PATH": "/usr/bin", "CAIRN_IATI_STANDARD": str(shared("data/official"))},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_example_says_what_the_page_says(tmp_path):
    (tmp_path / "well.xml").write_text(block("xml\n<iati-activities"), encoding="utf-8")

    done = check(tmp_path, "well.xml")

    assert done.stdout == block("\nwell.xml:8")
    assert done.returncode == 1


def test_mended_it_is_valid(tmp_path):
    mended = block("xml\n<iati-activities").replace('status code="7"', 'status code="2"')
    (tmp_path / "well.xml").write_text(mended, encoding="utf-8")

    done = check(tmp_path, "well.xml")

    assert (done.returncode, done.stdout) == (0, "well.xml: valid IATI 2.03 (1 activity).\n")


@pytest.mark.django_db
def test_our_own_files_are_valid_and_can_be_followed(tmp_path):
    pen = Pen(programme_told())
    registered(pen)
    export.run(pen.programme, tmp_path)

    checked = check(tmp_path, "activities.xml", "organisation.xml")
    followed = subprocess.run(
        [CAIRN, "follow", "activities.xml", "-o", "out"], cwd=tmp_path, check=False
    )

    assert checked.returncode == 0
    assert checked.stdout.count(": valid IATI 2.03") == 2
    assert followed.returncode == 0
    assert (tmp_path / "out" / "follow.html").exists()


def test_every_command_of_the_page_is_there():
    groups = {group.name: group for group in app.registered_groups}

    assert {"check", "export"} <= groups.keys()
    for line in ("cairn check iati FILE.xml…", "cairn export iati --programme P -o DIR"):
        assert line in PAGE.read_text(encoding="utf-8")
