"""What is asked of the database by all that a demo has: which indexes serve it, and how lists are paged."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from on_postgres import postgresql

pytestmark = pytest.mark.long

CAIRN = Path(sys.executable).with_name("cairn")
PLANS = Path(__file__).with_name("plans.py")

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


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_indexes_serve_what_a_demo_asks_and_its_lists_are_paged(database, tmp_path):
    """All of what is asked of a database, told once: telling it takes a minute."""
    asked = _asked(database, tmp_path)

    assert len(asked["indexes"]) > 15
    assert len(asked["statements"]) > 300
    assert len(asked["rows"]) > 30
    assert _of_no_use(asked) == {}
    assert _counting_off_rows_before_a_page(asked) == {}
    assert _with_more_rows_than_a_page(asked) == {}


def _of_no_use(asked):
    """Indexes that find rows for nobody."""
    plans = "\n".join(one["plan"] for one in asked["statements"])
    return {
        name: said
        for name, said in asked["indexes"].items()
        if name not in plans and name not in KEPT
    }


def _counting_off_rows_before_a_page(asked):
    """OFFSET 0 counts off none: it is how PostgreSQL is told to look for each id by itself."""
    return {
        one["where"]: one["sql"][:300]
        for one in asked["statements"]
        if re.search(r"OFFSET (?!0\b)", one["sql"])
    }


def _with_more_rows_than_a_page(asked):
    return {route: rows for route, rows in asked["rows"].items() if rows > ROWS_OF_A_PAGE}


def _asked(database, folder):
    """The demo's story on this database, and all that was asked of it."""
    alone = {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")}
    if database == "sqlite":
        return _told_and_asked(folder, alone)
    with postgresql() as url:
        return _told_and_asked(folder, alone | {"CAIRN_DATABASE_URL": url})


def _told_and_asked(folder, environment):
    home, answer = folder / "demo", folder / "plans.json"
    for command in (
        [CAIRN, "demo", "--no-serve", "--dir", home],
        [sys.executable, PLANS, home, answer],
    ):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(answer.read_text())
