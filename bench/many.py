"""How many programmes an hour: traced, exported, published, verified, rebuilt, by how many workers.

    make .venv/.ray
    .venv/bin/python -m bench.many [--programmes 40] [--published 8] [--workers 1 2 4] [--on postgresql]

The programmes are those of `cairn demo --movements` with a seed each, in one installation, with keys.
Each command runs first in one process without Ray, then by so many workers; what it would find done is
removed before. The rate is of the work alone: from when the first programme was begun until the last
was done. Until then Python, Django and Ray start, which is paid once, however many programmes there are.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

from bench.clock import say

RESULTS = Path(__file__).with_name("many.json")
CAIRN = Path(sys.executable).with_name("cairn")
WORKS = ("trace", "export", "publish", "verify", "rebuild")


def main() -> None:
    asked = _asked()
    sys.path.append(str(Path(__file__).parents[1] / "tests"))
    from on_postgres import postgresql

    for name in [name for name in os.environ if name.startswith("CAIRN_")]:
        del os.environ[name]
    with postgresql(durable=True) if asked.on == "postgresql" else nullcontext() as url:
        if url:
            os.environ["CAIRN_DATABASE_URL"] = url
        with tempfile.TemporaryDirectory(prefix="cairn-bench-many-") as folder:
            print(HEAD + "".join(f"{line(run)}\n" for run in measured(asked, Path(folder))))


def measured(asked: argparse.Namespace, folder: Path) -> list[dict]:
    home, out = folder / "home", folder / "out"
    say(f"making {asked.programmes} programmes of {asked.movements} movements")
    made(home, asked.programmes, asked.movements)
    found = []
    for work in asked.only:
        few = asked.published if work in {"publish", "verify"} else asked.programmes
        for workers in (None, *asked.workers):
            forget(work, home, out)
            found.append(one(work, home, out, workers=workers, programmes=few, of=asked.movements))
            say(line(found[-1]))
            keep(asked, found)
    return found


def keep(asked: argparse.Namespace, found: list[dict]) -> None:
    """After each run: on a busy machine the whole may take an hour, and be broken off."""
    on = {"cores": os.cpu_count(), "date": time.strftime("%Y-%m-%d"), "movements": asked.movements}
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    results[asked.on] = on | {"runs": found}
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")


def made(home: Path, programmes: int, movements: int) -> None:
    """In a process of its own, as Django has one installation in each."""
    subprocess.run([sys.executable, "-c", MAKE, home, str(programmes), str(movements)], check=True)


MAKE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from cairn.config.installation import installation
installation(Path(sys.argv[1]), make=True)
from cairn.catalog import journal
from cairn.demo import large, load
from cairn.programme import log_keys
for seed in range(1, int(sys.argv[2]) + 1):
    tale = large.tale(int(sys.argv[3]), seed=1000 + seed)
    load.load(tale, journal, lambda done: None)
    log_keys.make(
        journal, tale.programme, origin=f"cairn.example/{tale.programme}",
        post="programme-office", now=datetime(2026, 1, 1, tzinfo=UTC),
    )
"""


def forget(work: str, home: Path, out: Path) -> None:
    """Remove what would be found done."""
    gone = {"trace": home / "traces", "export": out / "exported", "publish": out / "published"}
    if work in gone:
        shutil.rmtree(gone[work], ignore_errors=True)


def one(work: str, home: Path, out: Path, *, workers: int | None, programmes: int, of: int) -> dict:
    """A run of a command, and what it came to."""
    named = [f"--programme=large-{of}-{1000 + seed}" for seed in range(1, programmes + 1)]
    more = {"export": ("-o", out / "exported"), "publish": (out / "published", "--languages", "en")}
    words = (*more[work],) if work in more else ()
    where = (out / "published",) if work == "verify" else ("--dir", home)
    by = () if workers is None else ("--workers", str(workers))
    began, load = time.time(), os.getloadavg()[0]
    running = subprocess.Popen(
        [CAIRN, "many", work, *words, *named, *by, "--json", *where],
        stdout=subprocess.PIPE,
        text=True,
    )
    said = [(time.time(), json.loads(text)) for text in running.stdout]
    assert running.wait() == 0, said
    (*each, (ended, last)) = said
    assert last["well"] == programmes
    first = min(at - its["seconds"] for at, its in each)
    return {
        "work": work,
        "workers": workers,
        "programmes": programmes,
        "per_hour": round(programmes / (ended - first) * 3600),
        "start_seconds": round(first - began, 1),
        "seconds_each": round(sum(its["seconds"] for _at, its in each) / programmes, 3),
        "processor_each": round(sum(its["processor"] for _at, its in each) / programmes, 3),
        "load_before": round(load, 1),
    }


HEAD = (
    "| | workers | programmes/hour | until the first begins, s | s each | s of processor each |\n"
    "|---|--:|--:|--:|--:|--:|\n"
)


def line(its: dict) -> str:
    workers = its["workers"] or "none: one process without Ray"
    return (
        f"| {its['work']} | {workers} | {its['per_hour']:,} | {its['start_seconds']} "
        f"| {its['seconds_each']} | {its['processor_each']} |"
    )


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.many", description=__doc__)
    parser.add_argument("--programmes", type=int, default=40)
    parser.add_argument("--published", type=int, default=8, help="of them: it takes longest")
    parser.add_argument("--movements", type=int, default=200, help="of each programme")
    parser.add_argument("--workers", nargs="+", type=int, default=[1, 2, 4])
    parser.add_argument("--only", nargs="+", choices=WORKS, default=list(WORKS))
    parser.add_argument("--on", choices=("sqlite", "postgresql"), default="sqlite")
    return parser.parse_args()


if __name__ == "__main__":
    main()
