"""`cairn serve` on an installation, and the processor's seconds that its processes take."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
CAIRN = Path(sys.executable).with_name("cairn")


@dataclass(frozen=True)
class Server:
    """Where it answers, and the processes that it has."""

    host: str
    process: int
    follower: int
    """The process that follows the money: the first that `cairn serve` starts."""

    def processor(self) -> dict[str, float]:
        """Seconds of processor so far: of those that answer pages, and of that which follows the money."""
        each = {pid: _seconds(pid) for pid in _family(self.process)}
        following = each.pop(self.follower, 0.0)
        return {"pages": sum(each.values()), "following": following}

    def memory(self) -> int:
        """Bytes that its processes hold, each counted with what it shares with others."""
        return sum(_held(pid) for pid in _family(self.process))


@contextmanager
def serving(folder: Path, *, workers: int | None, environment: dict[str, str]) -> Iterator[Server]:
    """Serve it until the block ends, as the command does it by itself unless `workers` says more."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(CAIRN), "serve", "--dir", str(folder), "--port", str(port)]
    command += ["--workers", str(workers)] if workers else []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
        assert server.stdout
        try:
            address = server.stdout.readline().strip()
            assert address, "the server did not start"
            first = min(
                pid for pid in _children(server.pid) if "resource_tracker" not in _command(pid)
            )
            yield Server(address.removeprefix("http://").rstrip("/"), server.pid, first)
        finally:
            server.terminate()
            ended = server.wait(timeout=60)
    assert ended == 0, f"the server ended with {ended}"


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError):  # a thread that has ended since
            found += map(int, (task / "children").read_text().split())
    return found


def _family(pid: int) -> list[int]:
    found = [pid]
    for one in found:
        found += _children(one)
    return found


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()


def _seconds(pid: int) -> float:
    """User and system time (proc(5): fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def _held(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:")), 0)
