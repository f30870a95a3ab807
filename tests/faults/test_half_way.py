"""Killed between commit and checkpoint, checkpoint and publication, and within each of them.

After that nothing acknowledged is lost, the log goes on, whoever reads what is published finds it whole or is
told that it is half-way, and the next to publish finishes it.
"""

import random

import pytest

from faults.conftest import ROUNDS, SEED
from faults.forks import Told

KILLED = -9
PLACES = {
    "before the tiles": ("/log/teams/tile/", False),
    "between tiles and checkpoint": ("/log/teams/checkpoint", False),
    "between checkpoint and the signer's memory": ("/keys/teams~signed/", False),
    "between checkpoint and publication": ("/out/tile/", True),
    "between its tiles and a page": ("/out/en/", True),
    "between a page and its checkpoint": ("/out/checkpoint", True),
    "between its checkpoint and the manifest": ("/out/manifest.json", True),
    "after the manifest": ("/out/under-way", False),
}
ON_BOTH = {"between tiles and checkpoint", "between checkpoint and publication"}


@pytest.fixture(params=["sqlite", "postgresql"])
def forks(request):
    """Files are published from either database alike: on PostgreSQL some places will do."""
    where = request.node.callspec.params.get("where")
    if request.param == "postgresql" and where and where not in ON_BOTH:
        pytest.skip("tried on SQLite")
    return request.getfixturevalue(f"on_{request.param}")


@pytest.fixture
def published(forks, tmp_path):
    """A programme of which 30 facts are published, and what a mirror kept of that."""
    out = str(tmp_path / "out")
    forks.ask("load")
    forks.ask("write", programme="teams", seed=1, until=30, batched=True)
    forks.ask("make_key", programme="teams")
    forks.ask("publish", programme="teams", out=out)
    return out, forks.ask("read", programme="teams", out=out)["note"]


def write_and_die(forks, told, random_, start):
    """A writer that dies once its last facts are committed and before it says so."""
    forks.begin("write", programme="teams", seed=random_.randrange(10**6), start=start,
                until=start + 60, batched=True, answer=random_.randint(2, 4))  # fmt: skip
    forks.rest(told)
    assert told.ended == KILLED
    return forks.ask("check", programme="teams", receipts=told.receipts)["position"]


def holds_on(forks, told):
    """Start again: nothing contradicts the log, and all that was acknowledged is there."""
    assert forks.ask("start")["stopped"] == {}
    found = forks.ask("check", programme="teams", receipts=told.receipts)
    assert found["wrong"] == []
    return found["position"]


@pytest.mark.parametrize("where", PLACES)
def test_whoever_is_killed_there_is_finished_by_the_next(forks, published, where):
    (out, kept), (place, half_way), told = published, PLACES[where], Told()
    position = write_and_die(forks, told, random.Random(f"{SEED}/{where}"), 30)  # noqa: S311 - to be the same again

    assert forks.run("publish", programme="teams", out=out, place=place).ended == KILLED

    assert holds_on(forks, told) == position
    found = forks.ask("read", programme="teams", out=out, since=kept)
    assert found["half_way"] == half_way, found
    assert found["holds"] or half_way, found
    forks.begin("write", programme="teams", seed=3, start=position - 1, until=position + 20)
    forks.rest(told)
    assert told.ended == 0
    position = holds_on(forks, told)
    assert forks.ask("publish", programme="teams", out=out)["published"] == position
    assert forks.ask("read", programme="teams", out=out, since=kept)["holds"] == position
    assert not [
        path for path in forks.folder.glob("out/**/*") if path.name.startswith((".", "under"))
    ]


def test_a_publisher_killed_at_any_moment_is_finished_by_the_next(forks, published):
    (out, kept), told, deaths, position = published, Told(), 0, 31
    for number in range(max(6, ROUNDS // 20)):
        random_ = random.Random(f"{SEED}/publisher/{number}")  # noqa: S311 - likewise
        round_ = f"FAULT_SEED={SEED}, round {number}"
        position = write_and_die(forks, told, random_, position - 1)
        died = forks.run("publish", programme="teams", out=out, change=random_.randint(1, 18)).ended
        deaths += died == KILLED

        assert holds_on(forks, told) == position, round_
        found = forks.ask("read", programme="teams", out=out, since=kept)
        assert found["holds"] or found["half_way"], f"{round_}: {found}"
        kept = found.get("note", kept)
    assert forks.ask("publish", programme="teams", out=out)["published"] == position
    assert forks.ask("read", programme="teams", out=out, since=kept)["holds"] == position
    assert deaths > number // 2
