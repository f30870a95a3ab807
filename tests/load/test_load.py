"""Seventy people at work: the bench in little, which says whether all of it is right and not how fast.

What it measures is printed (`pytest -s`) and never asserted: a shared machine has slow minutes. What
must hold on any machine does: no error, each fact there once, and no page whose work for the database
grows with the programme.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from once import made_once

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
COSTS = "costs.json"
LITTLE, LARGE = 1_500, 15_000
GROWS_BY = 5
"""A programme of ten times the entries may have more places and projects, longer first pages, and more payments
of each project, which are summed up where one came in. What goes through all of it grows by six and more."""

MORE_STATEMENTS = 5
"""A page with rows asks once for the names in them; one without does not."""

SOUGHT = "API: "
"""A stretch of the API looks for its cursor by halves: some statements more when a list doubles."""

HALVES = 40
"""Statements for that in a list of some thousand rows, where the little one fits on a page."""

LEAST_STEPS = 3_000
"""Below that a page is no list, or its list was empty in the little programme."""


def bench(module, *arguments):
    alone = {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")}
    command = [sys.executable, "-m", module, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, env=alone, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout


def test_seventy_people_at_work_are_never_told_what_is_not_so(tmp_path):
    results = tmp_path / "results.json"
    little = (
        "--sizes 2000 --on sqlite --scenarios seventy --seconds 30 --think 1 4 --sign-in-within 30"
    )
    photos = "--photos 12 --photo 1600 1200"
    where = ("--kept", tmp_path, "--json", results)

    said = bench("bench.load", *little.split(), *photos.split(), *where)

    print(said)  # noqa: T201 - times are shown and not judged
    seventy = json.loads(results.read_text())[0]["phases"]["seventy"]
    assert seventy["wrong"] == []
    assert seventy["groups"]["signing in"]["n"] == 70
    assert seventy["groups"].keys() >= {
        "lists",
        "API",
        "forms",
        "recording",
        "recording with a photo",
    }
    assert seventy["recorded"] > 20


def test_readers_programs_and_phones_are_served_together_and_nothing_is_lost(tmp_path):
    """What was told to anybody is looked for in the journal by `bench.load` itself, which ends with 1 otherwise."""
    results = tmp_path / "results.json"
    little = "--sizes 2000 --on sqlite --scenarios public recording mixture month --seconds 15 --phones 20"
    photos = "--photos 4 --photo 1600 1200"
    about = ("--markdown", tmp_path / "growth.md", "--svg", tmp_path / "growth.svg")

    bench(
        "bench.load",
        *little.split(),
        *photos.split(),
        "--kept",
        tmp_path,
        "--json",
        results,
        *about,
    )

    run = json.loads(results.read_text())[0]
    assert [one for phase in run["phases"].values() for one in phase["wrong"]] == []
    assert run["phases"]["mixture"]["groups"].keys() >= {
        "public pages", "sync", "exports",
    }  # fmt: skip
    assert run["phases"]["month"]["recorded"] == 20 * 50
    assert "| sqlite | " in (tmp_path / "growth.md").read_text()
    assert "<svg" in (tmp_path / "growth.svg").read_text()


@pytest.fixture(scope="module")
def costs(tmp_path_factory):
    """What each page asks of the database, in a little programme and in a larger one."""
    folders = [
        made_once(tmp_path_factory, f"of-{size}", _cost_of(size)) for size in (LITTLE, LARGE)
    ]
    return [json.loads((folder / COSTS).read_text()) for folder in folders]


def _cost_of(entries):
    def make(folder):
        installation, people, photos = folder / "installation", folder / "people", folder / "photos"
        bench("bench.load.world", "make", installation, entries)
        bench("bench.load.world", "appoint", installation, people)
        bench("bench.load.photos", photos, 4)
        about = ("--photos", photos, "--runs", 1, "--json", folder / COSTS)
        print(bench("bench.load.alone", installation, people, *about))  # noqa: T201 - likewise

    return make


def test_no_page_asks_more_questions_of_a_larger_programme(costs):
    little, large = costs

    more = {
        page: (little[page]["statements"], large[page]["statements"])
        for page in little.keys() & large.keys()
        if large[page]["statements"]
        > little[page]["statements"] + (HALVES if page.startswith(SOUGHT) else MORE_STATEMENTS)
    }

    assert len(little.keys() & large.keys()) > 40
    assert more == {}


def test_no_page_goes_through_all_of_a_larger_programme(costs):
    little, large = costs

    more = {
        page: (little[page]["steps"], large[page]["steps"])
        for page in little.keys() & large.keys()
        if large[page]["steps"] > max(LEAST_STEPS, little[page]["steps"]) * GROWS_BY
    }

    assert more == {}
