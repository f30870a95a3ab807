"""What is done to a served Cairn while it is at work: processes killed, a disk filled, a database lost."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.load.server import FOLLOWING, PAGES, Server

FULL_SECONDS = 8
DOWN_SECONDS = 4
MEGABYTES = 4096
LEFT_BYTES = 64 * 1024


@dataclass(frozen=True)
class Fault:
    """Something that is done, and over when this returns."""

    said: str
    do: Callable[[], None]


@dataclass(frozen=True)
class Database:
    """PostgreSQL as a server that can be killed; none where SQLite's file lies in the installation."""

    server: Any = None

    @property
    def url(self) -> str:
        return self.server.url() if self.server else ""

    def restart(self) -> None:
        """As when its power fails, and comes back."""
        self.server.kill()
        time.sleep(DOWN_SECONDS)
        self.server.start()


@dataclass(frozen=True)
class Disk:
    """Where the installation lies; a disk of its own where one may be mounted, so that it can be filled."""

    folder: Path
    can_be_full: bool

    @classmethod
    @contextmanager
    def mounted(cls, folder: Path) -> "Iterator[Disk]":
        folder.mkdir()
        options = f"size={MEGABYTES}m,mode=755"
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            print(f"no disk will be full: {done.stderr.strip()}", file=sys.stderr)
            yield cls(folder, can_be_full=False)
            return
        try:
            yield cls(folder, can_be_full=True)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)

    def fill(self) -> None:
        """Leave next to nothing for a while."""
        ballast = self.folder / "ballast"
        try:
            with ballast.open("wb") as file, suppress(OSError):
                os.posix_fallocate(
                    file.fileno(), 0, shutil.disk_usage(self.folder).free - LEFT_BYTES
                )
            time.sleep(FULL_SECONDS)
        finally:
            ballast.unlink()


def faults_of(server: Server, disk: Disk, database: Database) -> list[Fault]:
    """Everything that can be done here."""
    found = [
        Fault("kill -9 of a process that answers pages", lambda: _kill(server, PAGES)),
        Fault("kill -9 of the process that follows the money", lambda: _kill(server, FOLLOWING)),
    ]
    if disk.can_be_full:
        found.append(Fault(f"a full disk for {FULL_SECONDS} s", disk.fill))
    if database.server:
        found.append(Fault(f"the database gone for {DOWN_SECONDS} s", database.restart))
    return found


def _kill(server: Server, part: str) -> None:
    """The youngest, so that the memory of another can be watched for as long as all of it lasts."""
    pids = server.parts()[part]
    if pids:
        with suppress(ProcessLookupError):
            os.kill(pids[-1], signal.SIGKILL)
