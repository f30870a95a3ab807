"""On two workers of Ray it is what it is in one process, to the byte; killed half way too. `make ray`.

A worker is killed with SIGKILL while it is in the middle of a programme, which is seen from outside: by
the folder it writes in, the files it reads, the lock it holds.
"""

import os
import shutil
import signal
import sqlite3
import time
from contextlib import suppress
from pathlib import Path

import pytest

from cairn.journal.durable import locked
from cairn.many.on_ray import RETRIES
from many.commands import below, ended, files_in, is_still, made, many, workers
from many.offices import KEYLESS, LARGE, PROGRAMMES

pytestmark = pytest.mark.ray

WRITER = "120"
"""The byte of SQLite's -shm file that whoever writes has locked (WAL_WRITE_LOCK)."""

MARKS = {"anew", "rebuilt"}
"""That the tables under a trace were made anew: what a rebuild leaves beside it."""


class Home:
    """A copy of the installation, and what is written from it."""

    def __init__(self, folder):
        self.folder, self.out = folder, folder.with_name(f"{folder.name}-out")

    @property
    def commands(self):
        """Each of the five, with its options."""
        return {
            "trace": (),
            "export": ("-o", self.out / "exported"),
            "publish": (self.out / "published", "--languages", "en"),
            "verify": (self.out / "published",),
            "rebuild": (),
        }

    def begin(self, name, *more):
        return many(self.folder, name, *self.commands[name], *more)

    def result(self, name):
        """Every byte of what a command leaves, by its path; of the database every row."""
        match name:
            case "trace":
                found = files_in(self.folder / "traces")
                return {path: held for path, held in found.items() if Path(path).name not in MARKS}
            case "export":
                return files_in(self.out / "exported")
            case "publish":
                return files_in(self.out / "published")
            case "rebuild":
                marked = sorted(self.folder.glob("traces/*/anew"))
                assert len(marked) == len(list(self.folder.glob("traces/*/")))
                return rows_of(self.folder / "cairn.sqlite3")
        return None

    def is_half_way(self, name, programme, pid):
        """Whether that process is in the middle of that programme."""
        match name:
            case "trace":
                return any((self.folder / "traces" / programme).glob("making-*/*"))
            case "export":
                return any((self.out / "exported").glob(f".{programme}.*/data/*"))
            case "publish":
                return (self.out / "published" / programme / "under-way").exists()
            case "verify":
                return reads(pid, self.out / "published" / programme)
            case "rebuild":
                return writes(pid, self.folder / "cairn.sqlite3-shm")
        return False


def rows_of(database):
    with sqlite3.connect(database) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {
            table: sorted(map(repr, connection.execute(f'SELECT * FROM "{table}"')))  # noqa: S608 - its own tables
            for (table,) in tables.fetchall()
        }


def reads(pid, folder):
    """Whether a process has a file open below a folder."""
    for opened in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            if opened.readlink().is_relative_to(folder):
                return True
    return False


def writes(pid, shared):
    """Whether a process holds SQLite's lock of who writes."""
    inode = f":{shared.stat().st_ino}"
    for line in Path("/proc/locks").read_text().splitlines():
        _n, _kind, _advisory, how, holder, file, first, _last = line.split()[-8:]
        if (how, holder, first) == ("WRITE", str(pid), WRITER) and file.endswith(inode):
            return True
    return False


def kill_half_way(home, name, command):
    """Kill the first worker that is in the middle of the largest programme: its process, or nothing."""
    while command.poll() is None:
        mine = below(command.pid)
        for pid, programme in workers():
            while pid in mine and programme == LARGE and is_still(pid, programme):
                if home.is_half_way(name, programme, pid):
                    os.kill(pid, signal.SIGKILL)
                    return pid
        time.sleep(0.005)
    return None


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """The installation before anything is done with it."""
    return made(tmp_path_factory.mktemp("many") / "first")


@pytest.fixture(scope="module")
def here(first):
    """All five done in one process, without Ray."""
    home = Home(shutil.copytree(first, first.with_name("here")))
    for name in home.commands:
        ended(home.begin(name))
    return home


@pytest.fixture(scope="module")
def there(first):
    """To be done by workers, one after the other as they need it."""
    return Home(shutil.copytree(first, first.with_name("there")))


@pytest.mark.parametrize("name", ["trace", "export", "publish", "verify", "rebuild"])
def test_a_worker_killed_half_way_loses_nothing_and_changes_no_byte(name, here, there):
    command = there.begin(name, "--workers", "2")
    killed = kill_half_way(there, name, command)
    said, last, code = ended(command)

    assert killed, "nobody was in the middle"
    wanted = set(PROGRAMMES) - ({KEYLESS} if name in {"publish", "verify"} else set())
    assert {one for one, its in said.items() if "failed" not in its} == wanted
    assert last["well"] == len(wanted)
    assert last["failed"] == ([KEYLESS] if name == "publish" else [])
    assert code == (name == "publish")
    assert not said[LARGE]["worker"].endswith(f"/{killed}"), "it had done its programme before"
    assert there.result(name) == here.result(name)


def test_a_cluster_of_this_machine_is_on_loopback_behind_a_token_and_tells_nobody(there):
    with locked(there.folder / "traces" / LARGE / "lock"):  # so that its worker waits for us
        command = there.begin("trace", "--workers=1")
        working = worker_on(LARGE, command)
        listening = [one for pid in below(command.pid) for one in listens(pid)]
        given = environment_of(working)
    _said, last, code = ended(command)

    assert (code, last["failed"]) == (0, [])
    assert len(listening) > 3, "Ray's processes listen somewhere"
    assert {address for address in listening if not is_loopback(address)} == set()
    assert given["RAY_USAGE_STATS_ENABLED"] == "0"
    assert given["RAY_AUTH_MODE"] == "token"
    assert len(given["RAY_AUTH_TOKEN"]) == 64


def test_what_always_dies_fails_and_the_others_are_done(there):
    """As a programme that needs more memory than there is would."""
    with locked(there.folder / "traces" / LARGE / "lock"):
        command = there.begin("trace", "--workers=2")
        killed = []
        while len(killed) <= RETRIES:
            killed.append(worker_on(LARGE, command, but=killed))
            os.kill(killed[-1], signal.SIGKILL)
        said, last, code = ended(command)

    assert (code, last["failed"], last["well"]) == (1, [LARGE], len(PROGRAMMES) - 1)
    assert f"its process died {1 + RETRIES} times" in said[LARGE]["failed"]


def worker_on(programme, command, *, but=()):
    """The process that works on a programme for a command: none that was killed before."""
    while command.poll() is None:
        mine = below(command.pid)
        for pid, its in workers():
            if its == programme and pid in mine and pid not in but:
                return pid
        time.sleep(0.05)
    raise AssertionError(f"nobody works on {programme}: {command.communicate()}")


def listens(pid):
    """The addresses at which a process listens, in the kernel's hexadecimal."""
    sockets = set()
    with suppress(OSError):
        for opened in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                sockets.add(str(opened.readlink()))
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            _nth, local, _remote, state, *_rest = line.split()
            if state == "0A" and f"socket:[{line.split()[9]}]" in sockets:
                yield local.partition(":")[0]


def is_loopback(address):
    """127.0.0.1, as IPv4 and as IPv4 in IPv6, and ::1, each as the kernel writes it."""
    return address in {
        "0100007F",
        "0000000000000000FFFF00000100007F",
        "00000000000000000000000001000000",
    }


def environment_of(pid):
    pairs = Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
    return dict(pair.split("=", 1) for pair in pairs if "=" in pair)
