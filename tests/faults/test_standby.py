"""A primary that dies under load, and the standby that takes its place.

With a synchronous standby nothing that was acknowledged is lost. With an asynchronous one something
may be; then the log says so, and the programme takes no facts until somebody has looked.
"""

import os
import random
import signal
from pathlib import Path

from faults.conftest import ROUNDS, SEED
from faults.forks import Forks, Told
from faults.servers import BOTH, SYNCHRONOUS

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "high-availability.md"


def test_a_synchronous_standby_loses_nothing_that_was_acknowledged(servers, tmp_path):
    for number in range(max(2, ROUNDS // 50)):
        random_ = random.Random(f"{SEED}/standby/{number}")  # noqa: S311 - to be the same again
        limit = random_.randint(20, 400)
        with (
            servers.primary("primary") as primary,
            servers.standby("standby", primary, synchronous=True) as standby,
            Forks(tmp_path, primary.url(standby)) as forks,
        ):
            forks.ask("migrate")
            told = Told()
            forks.begin("write_until_it_fails", programme="teams", start=0, batched=number % 2)
            for said in forks.lines():
                if "leaf" in said:
                    told.receipts.append((said["position"], said["id"], said["leaf"]))
                    if said["position"] == limit:
                        primary.kill()
                else:
                    told.answer |= said
            assert told.answer["failed"], told.answer["error"]

            standby.promote()

            written = len(told.receipts)
            round_ = f"FAULT_SEED={SEED}, round {number}"
            found = forks.ask("check", programme="teams", receipts=told.receipts)
            assert found["wrong"] == [], round_
            # The writer sends again what it got no receipt for, and goes on.
            again = forks.run("write", programme="teams", seed=1, start=written, until=written + 60)
            receipts = told.receipts + again.receipts
            found = forks.ask("check", programme="teams", receipts=receipts)
            assert found == {"wrong": [], "position": written + 60}, round_


def test_without_its_synchronous_standby_a_primary_acknowledges_nothing(servers, tmp_path):
    with (
        servers.primary("primary") as primary,
        servers.standby("standby", primary, synchronous=True) as standby,
        Forks(tmp_path, primary.url()) as forks,
    ):
        forks.ask("migrate")
        forks.ask("write", programme="teams", seed=1, until=30)
        standby.kill()

        told = forks.run("write", programme="teams", seed=1, start=30, until=31, kill_after=2)

        assert told.receipts == []
        assert told.ended == -signal.SIGKILL


def test_what_an_asynchronous_standby_loses_the_checkpoint_tells(servers, tmp_path):
    with (
        servers.primary("primary") as primary,
        servers.standby("standby", primary) as standby,
        Forks(tmp_path, primary.url(standby)) as forks,
    ):
        forks.ask("migrate")
        forks.ask("write", programme="teams", seed=1, until=60, batched=True)
        reached = primary.execute("SELECT pg_current_wal_lsn()")
        standby.wait_until(f"SELECT pg_last_wal_replay_lsn() >= '{reached[0]}'", (True,))
        [sender] = primary.execute("SELECT pid FROM pg_stat_replication")
        os.kill(sender, signal.SIGSTOP)  # as on a slow line: what is written now stays behind
        lost = forks.run("write", programme="teams", seed=1, start=60, until=90)
        assert len(lost.receipts) == 30
        assert forks.ask("sign", programme="teams")["signed"] == 90
        primary.kill()
        standby.promote()

        held = forks.ask("hold", programme="teams")

        assert held["position"] == 60
        assert "30 are missing" in held["contradiction"]
        assert forks.ask("check", programme="teams")["wrong"] == []
        # Before anybody looked, others write: as many facts as were lost, and more.
        forks.ask("write_something_else", programme="teams", many=40)
        held = forks.ask("hold", programme="teams")
        assert held["position"] == 100
        assert "are not those" in held["contradiction"]
        assert forks.ask("sign", programme="teams")["contradiction"]
        assert "takes no facts" in forks.ask("try_to_write", programme="teams", number=91)[
            "refused"
        ]  # fmt: skip


def test_the_how_to_gives_the_settings_that_are_tested_here():
    text = HOW_TO.read_text()

    for line in f"{BOTH}{SYNCHRONOUS}".split("\n"):
        assert line in text
