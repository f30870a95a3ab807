"""On a cluster of several machines, as docs/how-to/many.md has it: `ray start` on each, then `--address`. `make ray`.

They are all this machine: each has a name, an address of the loopback and an environment of its own, and may
see no folder of the others.
"""

import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from many.commands import below, ended, environment, files_in, is_still, made, many, workers
from many.offices import KEYLESS, LARGE, PROGRAMMES, SMALL
from on_postgres import postgresql

RAY = Path(sys.executable).with_name("ray")
OWN_NAME = ("unshare", "--uts", "--mount")
ANY_PORTS = ("--min-worker-port=0", "--max-worker-port=0")
"""Else all machines choose among the same, and there is but one computer."""

pytestmark = pytest.mark.ray


@pytest.fixture(scope="module", autouse=True)
def names():
    """Only where a process may have a name of its own: as root."""
    may = shutil.which("unshare") and subprocess.run([*OWN_NAME, "true"], check=False)
    if not may or may.returncode:
        pytest.skip("each machine has a name of its own, which unshare gives to root alone")


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """An installation on PostgreSQL, in a folder that machines share: the folder, and what it needs set."""
    folder = tmp_path_factory.mktemp("cluster") / "shared" / "home"
    folder.parent.mkdir()
    with postgresql() as url:
        made(folder, CAIRN_DATABASE_URL=url)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE empty")
        yield folder, {"CAIRN_DATABASE_URL": url}


class Cluster:
    """A head that does no work, and the machines that joined it."""

    def __init__(self, folder):
        self.folder, self.machines = folder, {}
        token = folder / "token"
        token.write_text(secrets.token_hex(32))
        token.chmod(0o600)
        self.set = {
            "RAY_USAGE_STATS_ENABLED": "0",
            "RAY_AUTH_MODE": "token",
            "RAY_AUTH_TOKEN_PATH": str(token),
        }

    def begin(self):
        head = ("--head", "--include-dashboard=false", "--port=0", f"--temp-dir={self.folder}/ray")
        said = self._start("head", *head, "--num-cpus=0")
        self.address = re.search(r"ray start --address='(\S+)'", said)[1]

    def join(self, name, *, before="true", **set_):
        """One more, with a processor; `before` runs in its shell as it comes up."""
        at = f"--node-ip-address=127.0.0.{len(self.machines) + 2}"
        self._start(name, f"--address={self.address}", at, "--num-cpus=1", before=before, **set_)

    def _start(self, name, *options, before="true", **set_):
        log = self.folder / name
        begin = f'hostname "$0" && {before} && exec "$@"'
        options += ANY_PORTS
        with log.open("w") as out:
            self.machines[name] = subprocess.Popen(
                [*OWN_NAME, "sh", "-c", begin, name, RAY, "start", *options, "--block"],
                env=environment(**self.set, **set_),
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        until = time.monotonic() + 120
        while "Ray runtime started" not in log.read_text():
            assert self.machines[name].poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.1)
        return log.read_text()

    def lose(self, name):
        """Its power is cut: all of its processes at once."""
        machine = self.machines.pop(name)
        for pid in below(machine.pid):
            with suppress(ProcessLookupError):  # workers end by themselves once their raylet has
                os.kill(pid, signal.SIGKILL)
        machine.wait()

    def leave(self):
        """All but the head."""
        for name in set(self.machines) - {"head"}:
            machine = self.machines[name]
            machine.terminate()
            try:
                machine.wait(timeout=60)
            except subprocess.TimeoutExpired:
                self.lose(name)
            else:
                del self.machines[name]


@pytest.fixture(scope="module")
def head():
    """A cluster of no machines that do anything; its sockets are in a folder with a short name."""
    folder = Path(tempfile.mkdtemp(prefix="cairn-ray-", dir="/tmp"))
    cluster = Cluster(folder)
    try:
        cluster.begin()
        yield cluster
        cluster.leave()
    finally:
        for name in list(cluster.machines):
            cluster.lose(name)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def cluster(head):
    yield head
    head.leave()


def asked(cluster, folder, set_, *words):
    return many(folder, *words, f"--address={cluster.address}", **cluster.set, **set_)


def machines_of(said):
    return {programme: its["worker"].partition("/")[0] for programme, its in said.items()}


def test_two_machines_publish_what_one_does(office, cluster):
    folder, set_ = office
    out = folder.with_name("published"), folder.with_name("published-here")
    cluster.join("second", **set_)
    cluster.join("third", **set_)

    said, last, code = ended(asked(cluster, *office, "publish", out[0], "--languages", "en"))
    ended(many(folder, "publish", out[1], "--languages", "en", **set_))

    assert (code, last["failed"]) == (1, [KEYLESS]), said
    at = machines_of(said)
    assert {at[LARGE], at[SMALL]} == {"second", "third"}
    assert files_in(out[0]) == files_in(out[1])


def test_a_machine_that_is_lost_half_way_loses_nothing_and_changes_no_byte(office, cluster):
    folder, set_ = office
    out = folder.with_name("exported"), folder.with_name("exported-here")
    cluster.join("second", **set_)
    cluster.join("third", **set_)

    command = asked(cluster, *office, "export", "-o", out[0])
    lost = lose_half_way(cluster, command, out[0])
    said, last, code = ended(command)
    ended(many(folder, "export", "-o", out[1], **set_))

    assert lost, "no machine was in the middle"
    assert (code, last["failed"]) == (0, []), said
    assert machines_of(said)[LARGE] == ({"second", "third"} - {lost}).pop()
    assert files_in(out[0]) == files_in(out[1])


def lose_half_way(cluster, command, out):
    """Lose the machine that is in the middle of exporting the largest programme: its name, or nothing."""
    while command.poll() is None:
        for pid, programme in workers():
            for name, machine in cluster.machines.items():
                half_way = programme == LARGE and any(out.glob(f".{LARGE}.*/data/*"))
                if half_way and pid in below(machine.pid) and is_still(pid, LARGE):
                    cluster.lose(name)
                    return name
        time.sleep(0.005)
    return None


@pytest.mark.parametrize(
    ("lacks", "told"),
    [
        ("folder", r"The machine second has no .*: every worker needs it\."),
        ("database", r"The machine second has another database, another secret or another Cairn"),
        ("tables", r"The machine second has another database, another secret or another Cairn"),
        ("secret", r"The machine second has another database, another secret or another Cairn"),
        (
            "cairn",
            r"its worker could not begin: .*No module named 'cairn' – .* ip=127\.0\.0\.\d+\)",
        ),
    ],
)
def test_a_machine_that_lacks_something_does_nothing_and_says_what(
    lacks, told, office, cluster, tmp_path
):
    folder, set_ = office
    before, its = "true", dict(set_)
    match lacks:
        case "folder":
            before = f"mount -t tmpfs none '{folder.parent}'"
        case "database":
            its = {}
        case "tables":
            its["CAIRN_DATABASE_URL"] = set_["CAIRN_DATABASE_URL"].replace("/cairn?", "/empty?")
        case "secret":
            its["CAIRN_SECRET"] = "another" * 10
        case "cairn":
            (tmp_path / "cairn.py").write_text(
                "raise ModuleNotFoundError(\"No module named 'cairn'\")"
            )
            its["PYTHONPATH"] = str(tmp_path)
    there = set(files_in(folder))
    cluster.join("second", before=before, **its)

    said, last, code = ended(asked(cluster, *office, "trace"))

    assert (code, last["well"]) == (1, 0)
    assert set(said) == set(PROGRAMMES)
    assert [its["failed"] for its in said.values() if not re.search(told, its["failed"])] == []
    assert set(files_in(folder)) == there


def test_several_machines_are_refused_where_one_has_the_database_in_a_file(cluster, tmp_path):
    folder = made(tmp_path / "home")
    cluster.join("second")

    _said, last, code = ended(asked(cluster, folder, {}, "trace"))

    assert code == 2
    assert "SQLite's file is for one machine, and this cluster has " in last["error"]
    assert "second" in last["error"]


def test_who_has_not_the_token_of_a_cluster_is_told_so(office, head):
    folder, set_ = office
    guessed = {"RAY_AUTH_TOKEN": "0" * 64, "RAY_AUTH_MODE": "token"}
    hurried = {"RAY_NUM_REDIS_GET_RETRIES": "2"}  # of 20, a second each

    where = f"--address={head.address}"
    _said, last, code = ended(many(folder, "trace", where, **set_, **guessed, **hurried))

    assert code == 2
    told = last["error"].splitlines()[-1]  # Ray itself says above it how often it tried
    assert "RAY_AUTH_MODE and RAY_AUTH_TOKEN_PATH must say here what they say there" in told
