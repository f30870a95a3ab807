"""The example of docs/how-to/export.md, from its first command to its last, as whoever follows it types it."""

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs/how-to/export.md"

TYPED = """
import contextlib, io, json, shlex, sys
from cairn import cli
said = {}
for line in json.load(sys.stdin):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = cli.app(shlex.split(line)[1:], standalone_mode=False)
    said[line] = [code or 0, out.getvalue()]
print(json.dumps(said))
"""
"""Every command in one process: each would wait two seconds for Django."""


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """The folder of whoever followed the page, and what each command said."""
    folder = tmp_path_factory.mktemp("followed")
    text = PAGE.read_text(encoding="utf-8")
    for name, sheet in re.findall(r"```csv (\S+)\n(.*?)```", text, re.DOTALL):
        (folder / name).write_text(sheet, encoding="utf-8")
    lines = [
        line
        for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
        for line in block.splitlines()
    ]
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CAIRN_", "DJANGO_"))
    }
    done = subprocess.run(
        [sys.executable, "-c", TYPED],
        input=json.dumps(lines), cwd=folder, capture_output=True, text=True, check=False,
        env={**environment, "CAIRN_DIR": str(folder / "installation")},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert len(said) == len(lines) > 10
    return folder, said


def test_every_command_of_the_page_ends_well(followed):
    _folder, said = followed

    assert {line: code for line, (code, _out) in said.items() if code} == {}


def test_the_movements_are_those_that_the_page_shows(followed):
    folder, _said = followed
    text = PAGE.read_text(encoding="utf-8")
    (shown,) = re.findall(r"```\nmovements.csv\n(.*?)```", text, re.DOTALL)
    head, *lines = (re.split(r"\s{2,}", line) for line in shown.splitlines())
    with (folder / "qinghe-data/data/movements.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))

    assert head == ["kind", "happened_on", "to_account", "project", "amount"]
    assert [[cell for name in head if (cell := row[name])] for row in rows] == lines
    moved = (folder / "movements.csv").read_bytes()
    assert moved == (folder / "qinghe-data/data/movements.csv").read_bytes()


def test_the_workbook_comes_back_as_on_record_already(followed):
    _folder, said = followed
    _code, out = said["cairn import qinghe.xlsx --programme qinghe"]

    assert "on record already" in out
    assert re.search(r"\b0 good; \d+ on record already; 0 refused", out)


def test_the_other_files_hold_what_the_page_says(followed):
    folder, _said = followed
    (release,) = json.loads((folder / "purchases.json").read_text())["releases"][:1]
    grants = json.loads((folder / "grants.json").read_text())["grants"]
    drawn = json.loads((folder / "qinghe.geojson").read_text())["features"]
    tagged = (folder / "projects.csv").read_text(encoding="utf-8-sig").splitlines()
    text = PAGE.read_text(encoding="utf-8")
    (shown,) = re.findall(r"```\n(id,name_en.*?)```", text, re.DOTALL)

    assert release["contracts"][0]["value"]["amount"] == 12500.5
    assert [one["amountDisbursed"] for one in grants] == [50000]
    assert {one["id"].partition("/")[0] for one in drawn} == {"place", "project"}
    for line, begins in zip(tagged, shown.splitlines(), strict=False):
        assert line.startswith(begins)
    assert len(json.loads((folder / "records.json").read_text())["records"]) == 2
