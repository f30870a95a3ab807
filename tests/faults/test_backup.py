"""Backups made under load come back whole, and nothing else is accepted."""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import threading
from pathlib import Path

import pytest

from faults.forks import Forks, Told

CAIRN = Path(sys.executable).with_name("cairn")


def cairn(*arguments, **environment):
    return subprocess.run(
        [CAIRN, *arguments],
        env=os.environ | {"CAIRN_DATABASE_URL": ""} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def installed(on_sqlite, tmp_path):
    """An installation of 300 facts, of which a checkpoint covers 260."""
    on_sqlite.ask("write", programme="teams", seed=1, until=260, batched=True)
    on_sqlite.ask("sign", programme="teams")
    on_sqlite.ask("write", programme="teams", seed=1, start=260, until=300, batched=True)
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "photo").write_bytes(b"a photo")
    (tmp_path / "traces").mkdir()
    (tmp_path / "traces" / "columns").write_bytes(b"computed")
    return tmp_path


@pytest.fixture
def outside(tmp_path_factory):
    return tmp_path_factory.mktemp("outside")


@pytest.fixture
def backup(installed, outside):
    out = outside / "backup.tar"
    done = cairn("backup", out, "--dir", installed)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"backed up  teams: 300 facts\n{out}\n"
    return out


def names_in(archive):
    with tarfile.open(archive) as opened:
        return opened.getnames()


def test_what_is_restored_is_what_was_backed_up(installed, backup, outside, on_sqlite):
    done = cairn("restore", backup, "--dir", outside / "new")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"restored  {outside / 'new'}\n"
    new = str(outside / "new")
    held = on_sqlite.ask("hold", folder=new, programme="teams")
    assert held == {"position": 300, "size": 260, "contradiction": ""}
    assert on_sqlite.ask("check", folder=new, programme="teams") == {"wrong": [], "position": 300}
    assert (outside / "new" / "files" / "photo").read_bytes() == b"a photo"
    assert not (outside / "new" / "keys").exists()
    assert sorted(path.name for path in outside.iterdir()) == ["backup.tar", "new"]


def test_a_backup_leaves_out_keys_unless_asked_and_what_is_computed(installed, outside):
    without, with_them = outside / "without.tar", outside / "with.tar"

    cairn("backup", without, "--dir", installed)
    cairn("backup", with_them, "--dir", installed, "--keys")

    assert set(names_in(with_them)) - set(names_in(without)) == {"keys/teams", "secret"}
    assert {"cairn.sqlite3", "files/photo", "log/teams/checkpoint"} < set(names_in(without))
    assert "traces/columns" not in names_in(with_them)
    assert with_them.stat().st_mode & 0o077 == 0
    assert cairn("restore", with_them, "--dir", outside / "new").returncode == 0
    assert (outside / "new" / "keys" / "teams").stat().st_mode & 0o777 == 0o600
    signed = cairn("log", "sign", "teams", "--dir", outside / "new")
    assert signed.returncode == 0, signed.stderr


def test_in_a_folder_a_backup_is_named_by_the_time_and_takes_no_place(installed, outside, backup):
    done = cairn("backup", outside, "--dir", installed)
    again = cairn("backup", backup, "--dir", installed)

    assert Path(done.stdout.splitlines()[-1]).name.startswith("cairn-20")
    assert again.returncode == 2
    assert "is there already" in again.stderr
    assert not [path for path in outside.iterdir() if path.name.startswith(".")]


def test_nothing_is_restored_over_anything(installed, backup, outside):
    (outside / "new").mkdir()
    (outside / "new" / "something").touch()

    done = cairn("restore", backup, "--dir", outside / "new")

    assert done.returncode == 2
    assert "holds something already" in done.stderr
    assert [path.name for path in (outside / "new").iterdir()] == ["something"]


def rewritten(archive, change):
    """The same archive with its files changed, as somebody would who knows how it is made."""
    with tarfile.open(archive) as opened:
        files = {each.name: opened.extractfile(each).read() for each in opened}
    change(files)
    with tarfile.open(archive, "w") as opened:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            opened.addfile(member, io.BytesIO(content))


def turned(files):
    files["cairn.sqlite3"] = files["cairn.sqlite3"][:-1] + bytes([files["cairn.sqlite3"][-1] ^ 1])


def added(files):
    manifest = files.pop("backup.json")
    files["log/teams/read-only"] = b"because"
    files["backup.json"] = manifest


def climbing(files):
    files["../evil"] = b"evil"


def climbing_first(files):
    manifest = files.pop("backup.json")
    files["../evil"] = b"evil"
    files["backup.json"] = manifest


def endless(files):
    del files["backup.json"]


def other_facts(files):
    """The last facts gone and others changed, and every hash in the archive put right."""
    database = sqlite3.connect(":memory:")
    database.deserialize(bytes(files["cairn.sqlite3"][:18]) + b"\1\1" + files["cairn.sqlite3"][20:])
    for name in ("no_update", "no_delete", "no_gap", "no_replace"):
        database.execute(f"DROP TRIGGER journal_entry_{name}")
    database.execute("UPDATE journal_entry SET body = replace(body, '9.00', '8.00')")
    database.execute("DELETE FROM journal_entry WHERE position > 200")
    database.execute("UPDATE journal_head SET position = 200")
    database.commit()
    files["cairn.sqlite3"] = database.serialize()
    database.close()
    manifest = json.loads(files.pop("backup.json"))
    manifest["positions"]["teams"] = 200
    manifest["files"]["cairn.sqlite3"] = hashlib.sha256(files["cairn.sqlite3"]).hexdigest()
    files["backup.json"] = json.dumps(manifest).encode()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (turned, "cairn.sqlite3 in"),
        (added, "log/teams/read-only in"),
        (climbing, "goes on after its end"),
        (climbing_first, "holds ‘../evil’"),
        (endless, "its end is missing"),
        (other_facts, "frontier of"),
    ],
)
def test_a_backup_that_was_changed_is_refused_and_leaves_nothing(
    installed, backup, outside, change, says
):
    rewritten(backup, change)

    done = cairn("restore", backup, "--dir", outside / "new")

    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in outside.iterdir()] == ["backup.tar"]


@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.9])
def test_a_backup_that_is_cut_short_is_refused(installed, backup, outside, part):
    whole = backup.read_bytes()
    backup.write_bytes(whole[: int(len(whole) * part)])

    done = cairn("restore", backup, "--dir", outside / "new")

    assert done.returncode == 2
    assert "no backup" in done.stderr or "not as it was written" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (outside / "new").exists()


def test_an_older_backup_than_what_was_published_takes_no_facts(installed, outside, on_sqlite):
    published, older, new = outside / "published", outside / "older.tar", outside / "new"
    (installed / "log" / "teams" / "published").write_text(f"{published}\n")
    cairn("backup", older, "--dir", installed)
    on_sqlite.ask("sign", programme="teams")
    on_sqlite.ask("write", programme="teams", seed=1, start=300, until=310)
    on_sqlite.ask("sign", programme="teams")
    shutil.copytree(installed / "log" / "teams", published)

    done = cairn("restore", older, "--dir", new)

    assert done.returncode == 0, done.stderr
    assert "‘teams’ takes no facts: " in done.stderr
    assert "10 are missing" in done.stderr
    refused = on_sqlite.ask("try_to_write", folder=str(new), programme="teams", number=300)
    assert "cairn log recover teams" in refused["refused"]


def test_a_backup_made_under_load_is_restored_whole(on_sqlite, outside, tmp_path):
    """A drill: one process writes, one signs, and meanwhile backups are made and restored."""
    on_sqlite.ask("write", programme="teams", seed=1, until=40, batched=True)
    on_sqlite.ask("sign", programme="teams")
    told, over = Told(), threading.Event()

    def sign():
        with Forks(tmp_path) as signers:
            while not over.wait(0.05):
                signers.ask("sign", programme="teams")

    on_sqlite.begin("write", programme="teams", seed=1, start=40, until=10**6, kill_after=12)
    signer = threading.Thread(target=sign)
    reader = threading.Thread(target=on_sqlite.rest, args=(told,))
    for thread in (signer, reader):
        thread.start()
    known = []
    try:
        for number in range(3):
            known.append(len(told.receipts))
            done = cairn("backup", outside / f"{number}.tar", "--dir", tmp_path)
            assert done.returncode == 0, done.stderr
    finally:
        over.set()
        for thread in (signer, reader):
            thread.join()

    assert known[-1] > known[0]
    for number, acknowledged in enumerate(known):
        done = cairn("restore", outside / f"{number}.tar", "--dir", outside / f"new-{number}")
        assert done.returncode == 0, done.stderr
        folder, receipts = str(outside / f"new-{number}"), told.receipts[:acknowledged]
        found = on_sqlite.ask("check", folder=folder, programme="teams", receipts=receipts)
        assert found["wrong"] == []
        held = on_sqlite.ask("hold", folder=folder, programme="teams")
        assert held["contradiction"] == ""
        assert held["position"] >= max(held["size"], 40 + acknowledged)


def test_a_postgresql_is_left_to_its_own_tools(on_postgresql, tmp_path, outside):
    url = on_postgresql.environment["CAIRN_DATABASE_URL"]

    done = cairn("backup", outside, "--dir", tmp_path, CAIRN_DATABASE_URL=url)

    assert done.returncode == 2
    assert "pg_dump" in done.stderr
    assert "docs/how-to/backup.md" in done.stderr
    assert not any(outside.iterdir())


def test_a_dump_taken_after_the_log_is_restored_and_holds(servers, tmp_path, outside):
    """What docs/how-to/backup.md says to do, while facts are recorded."""
    with servers.primary("dumped") as server, Forks(tmp_path, server.url()) as forks:
        forks.ask("migrate")
        forks.ask("write", programme="teams", seed=1, until=300, batched=True)
        forks.ask("sign", programme="teams")
        forks.begin("write", programme="teams", seed=1, start=300, until=10**6, kill_after=4)
        log, dump = outside / "log.tar", outside / "cairn.dump"
        subprocess.run(["/bin/tar", "-cf", log, "-C", tmp_path, "log"], check=True)
        programs = servers.programs
        subprocess.run(
            [programs / "pg_dump", "--format=custom", f"--file={dump}", server.url()], check=True
        )
        forks.rest()
        server.execute("CREATE DATABASE again OWNER cairn")
        again = server.url().replace("/cairn?", "/again?")
        restoring = ["--exit-on-error", "--no-owner", f"--dbname={again}", dump]
        subprocess.run([programs / "pg_restore", *restoring], check=True)
        (outside / "new").mkdir()
        subprocess.run(["/bin/tar", "-xf", log, "-C", outside / "new"], check=True)

        done = cairn("check", "--dir", outside / "new", CAIRN_DATABASE_URL=again)

        assert done.returncode == 0, done.stdout + done.stderr
        assert "WRONG" not in done.stdout
