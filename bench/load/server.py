"""`cairn serve` on an installation, and the processor's seconds and the memory that its processes take."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

TICK = os.sysconf("SC_CLK_TCK")
CAIRN = Path(sys.executable).with_name("cairn")
PAGES, FOLLOWING, BESIDE = "pages", "following", "beside"


@dataclass(frozen=True)
class Server:
    """Where it answers, and the processes that it has."""

    host: str
    process: int

    def parts(self) -> dict[str, list[int]]:
        """Its processes. Those that answer pages are forks of it; the others say what they are called."""
        children = _children(self.process)
        follower = [pid for pid in children if _said(pid, "comm").strip() == "cairn-follow"]
        answering = [pid for pid in children if " serve " in _said(pid, "cmdline")]
        return {
            PAGES: sorted(answering),
            FOLLOWING: follower,
            BESIDE: [self.process, *(set(children) - {*follower, *answering})],
        }

    def processor(self) -> dict[str, float]:
        """Seconds of processor so far: of those that answer pages, of that which follows the money, the rest."""
        return {part: sum(map(_seconds, pids)) for part, pids in self.parts().items()}

    def memory(self) -> dict[str, list[int]]:
        """Bytes of each process that are its own: what it maps of files the system takes back when it must."""
        return {
            part: [_held(pid, "RssAnon") for pid in pids] for part, pids in self.parts().items()
        }

    def memory_with_files(self) -> int:
        """Bytes that its processes hold, each counted with what it shares with others."""
        return sum(_held(pid, "VmRSS") for pids in self.parts().values() for pid in pids)


@contextmanager
def serving(
    folder: Path,
    *,
    workers: int | None,
    environment: dict[str, str],
    log: IO[str] | None = None,
) -> Iterator[Server]:
    """Serve it until the block ends, as the command does it by itself unless `workers` says more."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(CAIRN), "serve", "--dir", str(folder), "--port", str(port)]
    command += ["--workers", str(workers)] if workers else []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment
    ) as server:
        assert server.stdout
        try:
            address = server.stdout.readline().strip()
            assert address, "the server did not start"
            yield Server(address.removeprefix("http://").rstrip("/"), server.pid)
        finally:
            server.terminate()
            ended = server.wait(timeout=60)
    assert ended == 0, f"the server ended with {ended}"


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with suppress(
        FileNotFoundError, ProcessLookupError
    ):  # a thread or process that has ended since
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (task / "children").read_text().split())
    return found


def _said(pid: int, what: str) -> str:
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/{what}").read_bytes().replace(b"\0", b" ").decode()
    return ""


def _stat(pid: int) -> list[str]:
    """proc(5), from its third field on."""
    return _said(pid, "stat").rpartition(")")[2].split() or ["0"] * 50


def _seconds(pid: int) -> float:
    """User and system time (proc(5): fields 14 and 15)."""
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) / TICK


def _held(pid: int, what: str) -> int:
    lines = _said(pid, "status").splitlines()
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{what}:")), 0)
