"""`cairn open`: from nothing to a programme that a sheet can be imported into."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CAIRN = Path(sys.executable).with_name("cairn")
OPEN = ("open", "qinghe", "--name", "青河驻村工作", "--timezone", "Asia/Shanghai")


@pytest.fixture
def cairn(tmp_path):
    """Run a command on an installation of its own."""
    alone = {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")}

    def run(*words):
        command = [CAIRN, *words, "--dir", tmp_path / "office"]
        return subprocess.run(command, env=alone, capture_output=True, text=True, check=False)

    return run


def test_a_programme_is_opened_filled_and_checked_from_nothing(cairn, tmp_path):
    sheet = tmp_path / "sent.csv"
    sheet.write_text("id,date,from,to,amount\n1,2025-03-02,county,village,5\n")

    opened = cairn(*OPEN, "--currency", "CNY", "--on", "2025-01-01")
    imported = cairn("import", sheet, "--programme", "qinghe")
    checked = cairn("check")

    assert opened.stdout.startswith("opened  qinghe in ")
    assert "1 good" in imported.stdout
    assert (opened.returncode, imported.returncode, checked.returncode) == (0, 0, 0)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        (("--currency", "RMB"), "‘RMB’ is not a currency code"),
        (("--currency", "CNY", "--timezone", "Beijing"), "‘Beijing’ is not a time zone"),
        (("--currency", "CNY", "--on", "2999-01-01"), "has not come yet"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(cairn, changed, says):
    refused = cairn(*OPEN, *changed)

    assert refused.returncode == 2
    assert says in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_a_programme_is_opened_once(cairn):
    cairn(*OPEN, "--currency", "CNY")
    again = cairn(*OPEN, "--currency", "CNY")

    assert (again.returncode, again.stderr) == (2, "cairn: This programme is already open.\n")
