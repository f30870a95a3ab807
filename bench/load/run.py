"""One run: an installation of a size on a database, and Locust on the server that serves it."""

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from bench.clock import say
from bench.load.scenarios import Scenario
from bench.load.server import Server
from bench.processor import processor

ROOT = Path(__file__).parents[2]
STOPS_WITHIN = 150
"""Seconds in which whoever is at something comes to its end."""

NO_END = 3600


@dataclass(frozen=True)
class World:
    """An installation with a programme in it."""

    folder: Path
    installation: Path
    environment: dict[str, str]

    def appoint(self, *, phones: int) -> dict[str, Any]:
        """Have people and phones in it: who they are, and what they read."""
        people = self.folder / "people.json"
        self._python("appoint", self.installation, people, phones)
        said: dict[str, Any] = json.loads(people.read_text())
        return said

    def judge(self, recorded: dict[str, Any]) -> None:
        """Raises CalledProcessError unless each fact that was told to be on record is there once."""
        path = self.folder / "recorded.json"
        path.write_text(json.dumps(recorded))
        self._python("judge", self.installation, path)

    def make(self, entries: int, folder: Path) -> None:
        begin = time.perf_counter()
        self._python("make", folder, entries)
        say(f"recorded {entries:,} entries in {time.perf_counter() - begin:,.0f} s")

    def copy(self, made: Path) -> None:
        begin = time.perf_counter()
        self._python("copy", self.installation, made)
        say(f"copied in {time.perf_counter() - begin:,.0f} s")

    def disk(self) -> dict[str, int]:
        """Bytes of the database, and of the traces beside it."""
        traces = sum(
            one.stat().st_size for one in (self.installation / "traces").rglob("*") if one.is_file()
        )
        url = self.environment.get("CAIRN_DATABASE_URL")
        if url:
            with psycopg.connect(url) as connection:
                row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
                assert row
                return {"database": row[0], "traces": traces}
        files = self.installation.glob("cairn.sqlite3*")
        return {"database": sum(one.stat().st_size for one in files), "traces": traces}

    def _python(self, *arguments: object) -> None:
        command = [sys.executable, "-m", "bench.load.world", *map(str, arguments)]
        subprocess.run(command, check=True, env=self.environment, cwd=ROOT)


def open_world(
    folder: Path, *, on: str, size: int, kept: Path, environment: dict[str, str]
) -> World:
    """A fresh installation: on SQLite a copy of one that is kept; on a PostgreSQL that is up, made anew."""
    world = World(folder, folder / "installation", environment)
    if on == "postgresql":
        world.make(size, world.installation)
        return world
    shutil.copytree(_made(size, kept, environment), world.installation)
    return world


def _made(size: int, kept: Path, environment: dict[str, str]) -> Path:
    """An installation on SQLite that is kept, and made where it is not there."""
    made = kept / f"load-{size}"
    if not (made / "programme").exists():
        shutil.rmtree(made, ignore_errors=True)
        say(f"recording {size:,} entries in {made}, for this run and later ones")
        World(made, made, environment).make(size, made)
    return made


def environment_on(url: str) -> dict[str, str]:
    """What the server and all that prepares it are told: nothing of ours, and which database."""
    alone = {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")}
    return alone | ({"CAIRN_DATABASE_URL": url} if url else {})


@contextmanager
def world_on(on: str, folder: Path, *, size: int, kept: Path) -> Iterator[World]:
    """A copy of an installation of this size, kept from an earlier run or made now; its database is up.

    PostgreSQL is the wheel's, fsync on, its files beside the installation.
    """
    if on == "sqlite":
        yield open_world(folder, on=on, size=size, kept=kept, environment=environment_on(""))
        return
    sys.path.insert(0, str(ROOT / "tests"))
    from on_postgres import postgresql

    made = kept / f"load-{size}-postgresql"
    if not (made / "installation" / "programme").exists():
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir(parents=True)
        on_sqlite = _made(size, kept, environment_on(""))
        say(f"copying it to PostgreSQL in {made}, for this run and later ones")
        with postgresql(durable=True, data=made / "data") as url:
            World(made, made / "installation", environment_on(url)).copy(on_sqlite)
    for part in ("installation", "data"):  # as they are, whoever owns them
        subprocess.run(["cp", "--archive", made / part, folder], check=True)
    folder.chmod(0o711)  # PostgreSQL runs as nobody
    with postgresql(durable=True, data=folder / "data") as url:
        yield World(folder, folder / "installation", environment_on(url))


def drive(
    scenario: Scenario, about: dict[str, Any], *, server: Server, folder: Path, seconds: float
) -> dict[str, Any]:
    """Run Locust, and measure the server meanwhile. Raises CalledProcessError where Locust itself fails."""
    with begun(scenario, about, host=server.host, folder=folder, seconds=seconds) as client:
        before = server.processor()
        if client.wait():
            sys.stderr.write((folder / "locust.log").read_text()[-4000:])
            raise subprocess.CalledProcessError(client.returncode, "locust")
    after = server.processor()
    answer: dict[str, Any] = json.loads((folder / "answer.json").read_text())
    # Half a minute of waiting for whoever still thinks is none of work: what a request takes is.
    answer["server"] = {part: after[part] - before[part] for part in after}
    answer["memory"] = server.memory()
    answer["recorded"] = len(answer["facts"]) + answer["seconds"]
    asked = answer.pop("asked")
    answer["requests"] = len(asked)
    answer["groups"] = figures((group, seconds) for group, _page, seconds in asked)
    answer["pages"] = figures((f"{group}: {page}", seconds) for group, page, seconds in asked)
    return answer


def figures(asked: Iterable[tuple[str, float]]) -> dict[str, dict[str, float]]:
    """How many of each there were, and milliseconds in which 50, 95 and 99 of 100 were answered."""
    found: dict[str, list[float]] = defaultdict(list)
    for name, seconds in asked:
        found[name].append(1000 * seconds)
    return {
        name: {"n": len(ms), **{f"p{part}": round(centile(ms, part), 1) for part in (50, 95, 99)}}
        for name, ms in sorted(found.items())
    }


def centile(found: list[float], part: int) -> float:
    """Of 100 of these, `part` are no more than this."""
    if len(found) == 1:
        return found[0]
    return statistics.quantiles(found, n=100, method="inclusive")[part - 1]


@contextmanager
def begun(
    scenario: Scenario, about: dict[str, Any], *, host: str, folder: Path, seconds: float
) -> Iterator["subprocess.Popen[bytes]"]:
    """Locust, which writes `answer.json` into the folder when it ends; it is killed with whoever waits for it."""
    (folder / "answer.json").unlink(missing_ok=True)
    plan = about | scenario.plan() | {"host": host, "answer": str(folder / "answer.json")}
    plan["seed"] = f"{about['seed']}/{scenario.said}"  # of each other ids than of the last
    if not scenario.pages:
        plan["pages"] = about["pages"]
    (folder / "plan.json").write_text(json.dumps(plan))
    wanted = {"readers": "Reader", "exporters": "Exporter", "phones": "Phone", "at_work": "AtWork"}
    wanted |= {"recorders": "Recorder"}
    many = sum(scenario.users.values())
    lasts = NO_END if scenario.phones_send_once else seconds
    options = (
        f"--headless --only-summary --users {many} --spawn-rate {many} --run-time {lasts:.0f}s"
    )
    options += f" --stop-timeout {STOPS_WITHIN} --exit-code-on-error 0 --loglevel WARNING"
    command = [sys.executable, "-m", "locust", "-f", str(Path(__file__).with_name("mixture.py"))]
    command += [
        *options.split(),
        "--host",
        f"http://{host}",
        *(wanted[one] for one in scenario.users),
    ]
    alone = os.environ | {"CAIRN_LOAD_PLAN": str(folder / "plan.json"), "PYTHONPATH": str(ROOT)}
    with (folder / "locust.log").open("w") as log:
        client = subprocess.Popen(command, env=alone, cwd=ROOT, stdout=log, stderr=log)
    try:
        yield client
    finally:
        client.kill()
        client.wait()


def machine() -> dict[str, Any]:
    """What this runs on. `bench.machine` names peers too, which need not be installed here."""
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "date": time.strftime("%Y-%m-%d"),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
    }
