"""`python -m bench.load`: seventy people at work in a programme of 10⁵ entries, on `cairn serve`.

    python -m bench.load [--entries 100000] [--seconds 300] [--workers N] [--on postgresql]

Prints a table; `--json FILE` writes everything down. Ends with 1 where anything went wrong, or a
fact that was told to be on record is not there, or is there twice. See README.md.
"""

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any

from bench.clock import say
from bench.load.photos import SIZE, photos
from bench.load.report import table
from bench.load.server import Server, serving

THINKING = (10.0, 30.0)
"""Seconds between two pages of one person: seventy people ask for three and a half pages a second."""

AT_ONCE = (0.0, 0.0)
KEEPS = Path(os.environ.get("CAIRN_BENCH_DIR", Path(tempfile.gettempdir()) / "cairn-bench"))


def main() -> int:
    asked = _asked()
    before = _machine()
    with ExitStack() as ending:
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="cairn-load-")))
        environment = _environment(asked, ending)
        run = folder / "installation"
        _prepare(asked, run, environment)
        _python("world", "appoint", run, folder / "people.json", environment=environment)
        size = tuple(asked.photo)
        said = json.loads((folder / "people.json").read_text())
        plan = {
            "seed": asked.seed,
            "people": said["people"],
            "photos": [str(one) for one in photos(asked.kept / "photos", asked.photos, size=size)],
            "sign_in_within": asked.sign_in_within,
            "phases": [
                ("with time to think", asked.seconds, asked.think),
                *([("all at once", asked.at_once, AT_ONCE)] if asked.at_once else []),
            ],
        }
        with serving(run, workers=asked.workers, environment=environment) as server:
            plan["host"] = server.host
            results = _drive(plan, server, folder)
        facts = [one for phase in results["phases"].values() for one in phase["facts"]]
        seconds = sum(phase["seconds"] for phase in results["phases"].values())
        recorded = {"position": said["position"], "facts": facts, "seconds": seconds}
        (folder / "recorded.json").write_text(json.dumps(recorded))
        _python("world", "judge", run, folder / "recorded.json", environment=environment)
    results |= {
        "machine": before,
        "entries": said["position"],
        "on": asked.on,
        "workers": asked.workers or "as it comes",
        "think": asked.think,
        "people": len(said["people"]),
    }
    if asked.json:
        asked.json.write_text(json.dumps(results))
    print(table(results))
    wrong = [one for phase in results["phases"].values() for one in phase["wrong"]]
    for one in wrong[:5]:
        print(one, file=sys.stderr)
    return bool(wrong)


def _drive(plan: dict[str, Any], server: Server, folder: Path) -> dict[str, Any]:
    """Run the client, and measure the server from phase to phase."""
    (folder / "plan.json").write_text(json.dumps(plan))
    command = [
        sys.executable,
        "-m",
        "bench.load.drive",
        str(folder / "plan.json"),
        str(folder / "answer.json"),
    ]
    marks: list[tuple[str, dict[str, float]]] = []
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as client:
        assert client.stdin
        assert client.stdout
        for line in client.stdout:
            marks.append((json.loads(line)["phase"], server.processor()))
            client.stdin.write("\n")
            client.stdin.flush()
    assert client.returncode == 0, "the client ended badly"
    results: dict[str, Any] = json.loads((folder / "answer.json").read_text())
    for (name, first), (_next, last) in pairwise(marks):
        taken = {part: last[part] - first[part] for part in first}
        results["phases"][name]["server"] = taken
    results["memory"] = server.memory()
    return results


def _environment(asked: argparse.Namespace, ending: ExitStack) -> dict[str, str]:
    """What the server and all that prepares it are told: nothing of ours, and which database."""
    alone = {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")}
    if asked.on == "postgresql":
        sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))
        from on_postgres import postgresql

        alone["CAIRN_DATABASE_URL"] = ending.enter_context(postgresql(durable=True))
    return alone


def _prepare(asked: argparse.Namespace, run: Path, environment: dict[str, str]) -> None:
    """A fresh installation: a copy of the one that is kept; on PostgreSQL one made anew."""
    if asked.on == "postgresql":
        _python("world", "make", run, asked.entries, environment=environment)
        return
    kept = asked.kept / f"load-{asked.entries}"
    if not (kept / "programme").exists():
        shutil.rmtree(kept, ignore_errors=True)
        say(f"recording {asked.entries:,} entries in {kept}, for this run and later ones")
        _python("world", "make", kept, asked.entries, environment=environment)
    shutil.copytree(kept, run)


def _machine() -> dict[str, Any]:
    """What this runs on. `bench.machine` names peers too, which need not be installed here."""
    said = subprocess.run(["lscpu"], capture_output=True, text=True, check=True).stdout
    model = re.search(r"^Model name:\s*(.*)$", said, re.MULTILINE)
    return {
        "processor": model[1] if model else platform.machine(),
        "cores": os.cpu_count(),
        "date": time.strftime("%Y-%m-%d"),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
    }


def _python(module: str, *arguments: object, environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", f"bench.load.{module}", *map(str, arguments)]
    subprocess.run(command, check=True, env=environment)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.load", description=__doc__.splitlines()[0]
    )
    add = parser.add_argument
    add("--entries", type=int, default=100_000, help="that the programme has")
    add("--seconds", type=float, default=300, help="of work with time to think")
    add("--at-once", type=float, default=60, help="seconds without any time to think; 0 for none")
    add("--think", type=float, nargs=2, default=THINKING, help="seconds between two pages")
    add("--sign-in-within", type=float, default=30, help="seconds in which all sign in")
    add("--photos", type=int, default=150, help="made before, each sent once")
    add("--photo", type=int, nargs=2, default=SIZE, help="pixels of a photo")
    add("--workers", type=int, help="of cairn serve; else as many as it takes by itself")
    add("--on", choices=["sqlite", "postgresql"], default="sqlite")
    add("--kept", type=Path, default=KEEPS, help="where programme and photos are kept")
    add("--seed", type=int, default=1)
    add("--json", type=Path, help="a file for all results")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
