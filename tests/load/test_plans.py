"""What is asked of the database by all that a demo has: which indexes serve it, and how lists are paged."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from on_postgres import postgresql
from once import made_once

pytestmark = pytest.mark.long

CAIRN = Path(sys.executable).with_name("cairn")
PLANS = Path(__file__).with_name("plans.py")
ANSWER = "plans.json"

ROWS_OF_A_PAGE = 200
"""No table of a page has more, nor a stretch of the API."""

KEPT = {
    "journal_sought_words": "words sought in a large programme, on PostgreSQL: a demo has few enough to look through",
    "people_session_expire_date_6a5f72cd": "Django's own, of every table of sessions",
    "people_digestlink_of_id_78a66ad3": "links go with the mail they stand in: a demo sends none",
    "reported_re_program_146a1f_idx": "IATI that is read again: exchange/iati/judging.py",
    "reported_re_program_286569_idx": "what an activity of such a file says: likewise, and its page",
}
"""Indexes that no statement of the demo needs, each with the reason why it stays."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def asked(request, tmp_path_factory):
    """The demo's story on each database, and all that was asked of it."""

    def make(folder):
        alone = {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")}
        if request.param == "sqlite":
            _ask(folder, alone)
        else:
            with postgresql() as url:
                _ask(folder, alone | {"CAIRN_DATABASE_URL": url})

    made = made_once(tmp_path_factory, f"plans-{request.param}", make)
    return json.loads((made / ANSWER).read_text())


def _ask(folder, environment):
    home = folder / "demo"
    for command in (
        [CAIRN, "demo", "--no-serve", "--dir", home],
        [sys.executable, PLANS, home, folder / ANSWER],
    ):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-4000:]


def test_every_index_finds_rows_for_somebody(asked):
    plans = "\n".join(one["plan"] for one in asked["statements"])

    unused = {name: said for name, said in asked["indexes"].items() if name not in plans}

    assert len(asked["indexes"]) > 15
    assert len(asked["statements"]) > 300
    assert {name: said for name, said in unused.items() if name not in KEPT} == {}


def test_no_statement_counts_off_the_rows_before_a_page(asked):
    wrong = {
        one["where"]: one["sql"][:300] for one in asked["statements"] if "OFFSET" in one["sql"]
    }

    assert wrong == {}


def test_no_page_has_more_rows_than_a_page_has(asked):
    more = {route: rows for route, rows in asked["rows"].items() if rows > ROWS_OF_A_PAGE}

    assert len(asked["rows"]) > 30
    assert more == {}
