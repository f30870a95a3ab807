"""What `cairn export` is asked wrongly: exit code 2 and a sentence, and no file."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CAIRN = Path(sys.executable).with_name("cairn")


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """An installation with one programme."""
    folder = tmp_path_factory.mktemp("installed")
    opening = ["open", "p", "--name", "P", "--timezone", "Asia/Shanghai", "--currency", "CNY"]
    assert run(folder, *opening).returncode == 0
    return folder


def run(folder, *words):
    environment = {**os.environ, "CAIRN_DIR": str(folder / "installation")}
    environment.pop("CAIRN_DATABASE_URL", None)
    return subprocess.run(
        [CAIRN, *words], cwd=folder, capture_output=True, text=True, check=False, env=environment
    )


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("tables", "--programme", "q", "-o", "out"), "no programme"),
        (("tables", "-o", "-"), "--table"),
        (("geojson", "-o", "nowhere/out.geojson"), "cannot be written"),
        (("ocds", "--above", "much", "-o", "out.json"), "not an amount"),
    ],
)
def test_a_wrong_question_is_answered_with_a_sentence(installed, words, says):
    done = run(installed, "export", *words)

    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert not (installed / "out").exists()
    assert not (installed / "out.json").exists()
