"""Facts that come while another is being recorded go into one transaction, each judged alone."""

import json
import os
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parents[1]


def test_those_that_wait_are_recorded_at_once_and_judged_alone(elsewhere):
    elsewhere["PYTHONPATH"] = os.pathsep.join([str(TESTS), elsewhere.get("PYTHONPATH", "")])
    for command in (
        ["-m", "django", "migrate", "--verbosity=0"],
        [str(TESTS / "people" / "send_together.py")],
    ):
        done = subprocess.run(
            [sys.executable, *command],
            env=elsewhere,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert not done.returncode, done.stderr
    good, bad, told, away, ended, after = json.loads(done.stdout)

    first = good["answers"]["first"][0]
    assert good == {
        "took": [1, 4],
        "answers": {
            "first": [first, "leader"],
            "one": [first + 1, "committee"],
            "not its right": "MayNotError: 该岗位不能记录此事项。",
            "proposes": [first + 2, "amina"],
            "another at its post": "RefusedError: This post recorded what came before; another must do this.",
            "the same at another post": "RefusedError: You recorded what came before, as another post; somebody else must do this.",
            "another": [first + 3, "chen"],
            "taken": "RefusedError: ‘one’ is already taken; choose another id.",
            "an id": [first + 4, "committee"],
            "the id by a colleague": [first + 4, "committee"],
            "the id by who may not": "SeatEndedError: You do not hold this post any more.",
        },
    }
    # One breaks: the transaction of all three is undone, and each is recorded alone.
    assert bad == {
        "took": [1, 0, 1, 0, 1],
        "answers": {
            "first": [first + 5, "leader"],
            "two": [first + 6, "committee"],
            "broken": "RuntimeError: a rule of ours is broken",
            "three": [first + 7, "amina"],
        },
    }
    assert "3 facts are recorded one by one" in done.stderr
    # Nobody hears of a receipt that is not on disk.
    assert (told["took"], told["early"]) == ([1, 2], ["first"])
    assert set(told["answers"]) == {"first", "four", "five"}
    # What all would meet, all are told; and nothing was written.
    assert away["took"] == [1, 2]
    assert (
        away["answers"]["six"]
        == away["answers"]["seven"]
        == "OperationalError: the database is gone"
    )
    # Where whoever records for others is cut off, they hear it, and the next one is recorded.
    assert (
        "RuntimeError: Whoever recorded it was cut off; send it again." in ended["answers"].values()
    )
    assert len(ended["answers"]) == 2
    assert after["answers"]["first"][0] == ended["answers"]["first"][0] + 1
