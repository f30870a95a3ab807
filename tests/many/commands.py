"""`cairn many` as a process, and what can be seen of it and its workers from outside."""

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

CAIRN = Path(sys.executable).with_name("cairn")
TESTS = Path(__file__).parents[1]


def environment(**more):
    """That of a process of its own: of this one's, nothing that says where Cairn is."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")}
    return clean | {"PYTHONPATH": str(TESTS)} | more


def made(folder, **more):
    """Make an installation with several programmes in a folder; the folder."""
    offices = [sys.executable, TESTS / "many" / "offices.py", folder]
    subprocess.run(offices, env=environment(**more), check=True)
    return folder


def many(home, *words, **more):
    """Begin a command over many programmes."""
    where = () if words[0] == "verify" else ("--dir", home)
    return subprocess.Popen(
        [CAIRN, "many", *map(str, words), "--json", *where],
        env=environment(**more),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process):
    """What it said of each programme, its last line, and its code."""
    out, error = process.communicate(timeout=150)
    *said, last = [json.loads(line) for line in out.splitlines()] or [{"error": error}]
    assert "Traceback" not in error, error
    return {one["programme"]: one for one in said}, last, process.returncode


def files_in(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def workers():
    """The programme that each process of Ray works on."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            title = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
            if title.startswith("ray::cairn many "):
                yield int(process.name), title.removeprefix("ray::cairn many ").split()[1]


def is_still(pid, programme):
    with suppress(OSError):
        return programme.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


def below(pid):
    """A process and all that it started."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            after_its_name = stat.read_text().rpartition(")")[2].split()
            parents[int(stat.parent.name)] = int(after_its_name[1])
    found, more = set(), {pid}
    while more:
        found |= more
        more = {one for one, parent in parents.items() if parent in found} - found
    return found
