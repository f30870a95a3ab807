"""PostgreSQL servers to be killed, from the wheel: primaries, and standbys that follow them.

The lines of settings are those that docs/how-to/high-availability.md gives.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from on_postgres import ROLE, _programs, _run, _who_runs_it

BOTH = """
wal_level = replica
max_wal_senders = 5
wal_keep_size = '256MB'
synchronous_commit = on
hot_standby = on
"""
SYNCHRONOUS = "\nsynchronous_standby_names = 'FIRST 1 (standby)'\n"

SECONDS = 60


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@dataclass
class Servers:
    """Programs that run servers, as a user who is not root, in folders that user may use."""

    folder: Path
    who: dict
    programs: Path

    @classmethod
    @contextlib.contextmanager
    def installed(cls):
        # Not in pytest's folders: those are closed to the user who runs the server.
        with tempfile.TemporaryDirectory(prefix="cairn-faults-", dir="/tmp") as name:
            folder = Path(name)
            who = _who_runs_it(folder)
            yield cls(folder, who, _programs(folder) / "bin")

    @contextlib.contextmanager
    def primary(self, name, *, settings="", folder=None, initdb=""):
        """A new server with an empty database, which goes when this ends."""
        data = (folder or self.folder) / name
        options = "--auth=trust --encoding=UTF8 --locale=C.UTF-8 --username=postgres --no-sync"
        _run([self.programs / "initdb", *options.split(), *initdb.split(), "-D", data], self.who)
        with self._running(data, f"{BOTH}{settings}") as server:
            server.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
            server.execute(f"CREATE DATABASE {ROLE} OWNER {ROLE}")
            yield server

    @contextlib.contextmanager
    def standby(self, name, primary, *, synchronous=False):
        """A server that follows another from now on; if `synchronous`, the other waits for it.

        The setting comes after the standby: without one the primary would wait for ever.
        """
        data = self.folder / name
        source = f"host=127.0.0.1 port={primary.port} user=postgres application_name=standby"
        copy = ["-D", data, "-d", source, "-R", "-X", "stream", "-c", "fast", "--no-sync"]
        _run([self.programs / "pg_basebackup", *copy], self.who)
        with self._running(data) as server:
            if synchronous:
                with (primary.data / "postgresql.conf").open("a") as file:
                    file.write(SYNCHRONOUS)
                primary.execute("SELECT pg_reload_conf()")
            expected = "sync" if synchronous else "async"
            primary.wait_until("SELECT sync_state FROM pg_stat_replication", (expected,))
            yield server

    @contextlib.contextmanager
    def _running(self, data, settings=""):
        server = Server(self, data)
        with (data / "postgresql.conf").open("a") as file:
            file.write(settings)
        server.start()
        try:
            yield server
        finally:
            server.kill()
            shutil.rmtree(data, ignore_errors=True)


@dataclass
class Server:
    """One server on loopback."""

    servers: Servers
    data: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen | None = None

    def start(self):
        options = f"-c listen_addresses=127.0.0.1 -p {self.port} -c log_min_messages=log"
        with (self.servers.folder / f"{self.data.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    self.servers.programs / "postgres",
                    *("-D", self.data, "-c", "unix_socket_directories="),
                    *options.split(),
                ],
                stdin=subprocess.DEVNULL,
                stderr=log,
                **self.servers.who,
            )
        self.wait_until("SELECT 1", (1,))

    def kill(self):
        """As when its power fails: the server and everything it started, at once."""
        if self.process is None:
            return
        stopped = [self.process.pid]
        for (
            pid
        ) in stopped:  # each is stopped before its children are listed, so that none is missed
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
            stopped += children_of(pid)
        for pid in stopped:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        self.process = None
        wait_until_gone(stopped)

    def promote(self):
        """Make a standby the primary."""
        self.execute("SELECT pg_promote()")
        self.wait_until("SELECT pg_is_in_recovery()", (False,))

    def execute(self, statement):
        """Run a statement as the superuser."""
        with self._connect() as connection:
            cursor = connection.execute(statement)
            return cursor.fetchone() if cursor.description else None

    def ask(self, statement):
        """What a question to Cairn's own database is answered."""
        with psycopg.connect(
            f"host=127.0.0.1 port={self.port} user=postgres dbname={ROLE}", autocommit=True
        ) as connection:
            return connection.execute(statement).fetchall()

    def wait_until(self, statement, answer):
        until = time.monotonic() + SECONDS
        while True:
            with contextlib.suppress(psycopg.OperationalError):
                if self.execute(statement) == answer:
                    return
            assert time.monotonic() < until, f"never {answer}: {statement}"
            assert self.process.poll() is None, f"{self.data.name} has ended"
            time.sleep(0.05)

    def _connect(self):
        return psycopg.connect(
            f"host=127.0.0.1 port={self.port} user=postgres dbname=postgres",
            options=f"-c statement_timeout={SECONDS}s",
            autocommit=True,
        )

    def url(self, *others):
        """Of its database; of whichever of several servers takes writes."""
        ports = ",".join(str(server.port) for server in (self, *others))
        hosts = ",".join(["127.0.0.1"] * (1 + len(others)))
        return (
            f"postgresql://{ROLE}@/{ROLE}?host={hosts}&port={ports}"
            "&target_session_attrs=read-write&connect_timeout=10"
        )


def children_of(pid):
    """The processes that one started, and that are still there."""
    with contextlib.suppress(FileNotFoundError):
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def wait_until_gone(pids):
    until = time.monotonic() + SECONDS
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        assert time.monotonic() < until, f"{pids} would not die"
        time.sleep(0.01)
