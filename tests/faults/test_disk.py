"""A disk that is full, or can only be read."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cairn.journal.trouble import FULL, READ_ONLY
from faults.forks import Forks

CAIRN = Path(sys.executable).with_name("cairn")


def cairn(folder, *arguments):
    return subprocess.run(
        [CAIRN, *arguments, "--dir", folder],
        env=os.environ | {"CAIRN_DIR": str(folder), "CAIRN_DATABASE_URL": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def fill(folder, *, leave):
    """Fill a disk but for so many bytes; the file that does it can be deleted to free them."""
    ballast = folder / "ballast"
    free = shutil.disk_usage(folder).free - leave
    ballast.write_bytes(b"\0" * free)
    ballast.chmod(0o666)
    return ballast


def test_a_full_disk_refuses_facts_until_there_is_space_again(tmp_path, small_disk):
    folder = small_disk(tmp_path / "small", 8)
    with Forks(folder) as forks:
        forks.ask("migrate")
        ballast = fill(folder, leave=2_000_000)

        told = forks.run("write_on_a_full_disk", programme="teams", start=0, ballast=str(ballast))

        assert told.ended == 0
        assert told.answer["failed"] == FULL
        assert told.answer["number"] > 20
        assert len(told.receipts) == told.answer["number"] + 20
        found = forks.ask("check", programme="teams", receipts=told.receipts)
        assert found == {"wrong": [], "position": len(told.receipts)}


def test_a_full_disk_neither_signs_nor_breaks_the_log(tmp_path, small_disk):
    folder = small_disk(tmp_path / "small", 8)
    with Forks(folder) as forks:
        forks.ask("migrate")
        forks.ask("write", programme="teams", seed=1, until=60, batched=True)
        assert forks.ask("sign", programme="teams")["signed"] == 60
        forks.ask("write", programme="teams", seed=1, start=60, until=120, batched=True)
        ballast = fill(folder, leave=0)

        told = forks.run("sign", programme="teams")

        assert told.ended == 1
        ballast.unlink()
        assert forks.ask("hold", programme="teams") == {
            "position": 120,
            "size": 60,
            "contradiction": "",
        }
        assert forks.ask("sign", programme="teams")["signed"] == 120


def test_a_postgresql_whose_disk_is_full_refuses_facts_until_there_is_space_again(
    servers, small_disk, tmp_path
):
    folder = small_disk(servers.folder / "small", 160)
    if servers.who:
        os.chown(folder, servers.who["user"], servers.who["group"])
    settings = "\nmax_wal_size = 8MB\nmin_wal_size = 2MB\n"
    with (
        servers.primary("full", folder=folder, settings=settings, initdb="--wal-segsize=1")
        as server,
        Forks(tmp_path, server.url()) as forks,
    ):  # fmt: skip
        forks.ask("migrate")
        ballast = fill(folder, leave=3_000_000)

        told = forks.run("write_until_it_fails", programme="teams", start=0)

        assert told.ended == 0
        assert told.answer["failed"], told.answer["error"]
        written = len(told.receipts)
        assert written > 20
        ballast.unlink()
        if server.process.poll() is not None:  # its own log did not fit, and it gave up
            server.process = None
            server.start()
        server.wait_until("SELECT pg_is_in_recovery()", (False,))
        again = forks.run("write", programme="teams", seed=1, start=written, until=written + 20)
        assert again.ended == 0
        receipts = told.receipts + again.receipts
        found = forks.ask("check", programme="teams", receipts=receipts)
        assert found == {"wrong": [], "position": written + 20}


@pytest.mark.parametrize(
    "command", [("check",), ("rebuild",), ("import", "sheet.csv", "--programme", "teams")]
)
def test_on_a_disk_that_can_only_be_read_a_command_says_so_in_a_sentence(
    tmp_path, small_disk, command
):
    folder = small_disk(tmp_path / "small", 8)
    with Forks(folder) as forks:
        forks.ask("migrate")
        forks.ask("write", programme="teams", seed=1, until=30)
    (tmp_path / "sheet.csv").write_text("account,name\n")
    subprocess.run(["/bin/mount", "-o", "remount,ro", folder], check=True)

    done = cairn(folder, *(each.replace("sheet", f"{tmp_path}/sheet") for each in command))

    assert done.returncode == 2
    assert done.stderr.startswith(f"cairn: {READ_ONLY}")
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_fact_for_a_disk_that_can_only_be_read_is_refused_and_leaves_nothing(
    tmp_path, small_disk
):
    folder = small_disk(tmp_path / "small", 8)
    with Forks(folder) as forks:
        forks.ask("migrate")
        forks.ask("write", programme="teams", seed=1, until=30)
        subprocess.run(["/bin/mount", "-o", "remount,ro", folder], check=True)

        told = forks.run("write_until_it_fails", programme="teams", start=30)

        assert told.receipts == []
        assert told.answer["failed"] == READ_ONLY
        subprocess.run(["/bin/mount", "-o", "remount,rw", folder], check=True)
        forks.ask("write", programme="teams", seed=1, start=30, until=40)
        assert forks.ask("check", programme="teams") == {"wrong": [], "position": 40}
