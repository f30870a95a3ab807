"""`python -m bench.load.soak`: the mixture for hours, while parts of Cairn are killed and its disk fills up.

    python -m bench.load.soak [--minutes 120] [--on sqlite] [--entries 10000] [--seed 1]

It ends with 0 if, whatever was done to it: nothing that was acknowledged is lost or there twice; nothing
failed but within moments of a fault; memory stays flat; `cairn check` and `cairn verify` find nothing wrong.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from bench.clock import say
from bench.load.faults import Database, Disk, Fault, faults_of
from bench.load.memory import Memory
from bench.load.photos import SMALL, photos
from bench.load.run import ROOT, World, begun, environment_on, open_world
from bench.load.scenarios import Scenario
from bench.load.server import CAIRN, serving

MIXTURE = Scenario(
    "everybody at once, for long",
    {"readers": 8, "at_work": 6, "phones": 8, "exporters": 1},
    {"readers": (0.2, 2), "at_work": (2, 8), "phones": (2, 10), "exporters": (5, 20)},
    sign_in_within=20,
)
WORKERS = 2
"""So that one goes on while the other was killed."""

GRACE_SECONDS = 60.0
"""How long after a fault an answer may still be an error: connections that broke, a start, a busy machine."""

FAULTS_EVERY = (20.0, 240.0)
"""Seconds between two faults: a tenth of the whole, within these."""

SHORT_MINUTES = 60
"""In less than that nobody at work would be asked for their code again."""

SAMPLES_EVERY = 2.0
SIGNS_EVERY = 60.0


@dataclass
class Soak:
    """What happened, and what was wrong."""

    wrong: list[str] = field(default_factory=list)
    faults: list[tuple[str, float, float]] = field(default_factory=list)
    """Each as (what, from, until)."""
    signed: int = 0

    def holds(self, what: str, done: "subprocess.CompletedProcess[str]") -> None:
        say(f"{what}: {(done.stdout or done.stderr).strip().splitlines()[-1:]}")
        if done.returncode:
            self.wrong.append(f"{what} ended with {done.returncode}: {done.stdout}{done.stderr}")

    def excuses(self, at: float) -> bool:
        """Whether something was done to Cairn right before."""
        return any(start <= at <= until + GRACE_SECONDS for _what, start, until in self.faults)


def main() -> int:
    asked = _asked()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # its server and disk end with it
    soak = Soak()
    with ExitStack() as ending:
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="cairn-soak-")))
        database = ending.enter_context(_database(asked.on))
        disk = ending.enter_context(Disk.mounted(folder / "disk"))
        world = open_world(
            disk.folder,
            on=asked.on,
            size=asked.entries,
            kept=asked.kept,
            environment=environment_on(database.url),
        )
        world.environment["CAIRN_KEYS"] = str(folder / "keys")
        if asked.minutes < SHORT_MINUTES:
            world.environment["DJANGO_SETTINGS_MODULE"] = "bench.load.asks_again_soon"
            world.environment["PYTHONPATH"] = str(ROOT)
        key = _key(world)
        _run(world, soak, asked, disk, database)
        _proven(world, soak, key, folder / "published")
    for what, start, until in soak.faults:
        say(f"{what}: {time.strftime('%H:%M:%S', time.localtime(start))}, {until - start:.0f} s")
    for one in soak.wrong:
        print(f"WRONG: {one[:2000]}", file=sys.stderr)
    print(f"{asked.minutes:g} minutes, {len(soak.faults)} faults, {len(soak.wrong)} things wrong")
    return bool(soak.wrong)


def _run(
    world: World, soak: Soak, asked: argparse.Namespace, disk: Disk, database: Database
) -> None:
    """The mixture and the faults; then everything is judged that people were told."""
    made = world.appoint(phones=MIXTURE.users["phones"])
    small = [str(one) for one in photos(asked.kept / "photos", 20, size=SMALL)]
    plan = made | {"seed": asked.seed, "photos": small, "small_photos": small}
    seconds = asked.minutes * 60
    log = world.folder.parent / "server.log"
    with (
        log.open("w") as said,
        serving(
            world.installation, workers=WORKERS, environment=world.environment, log=said
        ) as server,
        begun(MIXTURE, plan, host=server.host, folder=log.parent, seconds=seconds) as client,
    ):
        memory = Memory(server, seconds=seconds)
        every = min(max(seconds / 10, FAULTS_EVERY[0]), FAULTS_EVERY[1])
        _hurt(
            soak,
            faults_of(server, disk, database),
            Random(asked.seed),  # noqa: S311 - no secret
            every=every,
            until=time.time() + seconds - every,
            meanwhile=[(SAMPLES_EVERY, memory.sample), (SIGNS_EVERY, lambda: _sign(world, soak))],
        )
        if client.wait():
            soak.wrong.append(f"the client ended badly: {(log.parent / 'locust.log').read_text()}")
        memory.sample()
    _judge(world, soak, made, log.parent / "answer.json")
    soak.wrong += memory.wrong()
    for line in memory.said():
        say(line)
    if soak.wrong:
        sys.stderr.write(log.read_text()[-6000:])


def _hurt(
    soak: Soak,
    faults: list[Fault],
    rng: Random,
    *,
    every: float,
    until: float,
    meanwhile: list[tuple[float, Callable[[], None]]],
) -> None:
    """Every so often one of the faults, all of them in turn; then half as long again for the last to heal."""
    due = {nth: time.time() for nth in range(len(meanwhile))}
    order: list[Fault] = []
    next_at = time.time() + every
    while time.time() < until:
        for nth, (seconds, do) in enumerate(meanwhile):
            if time.time() >= due[nth]:
                do()
                due[nth] = time.time() + seconds
        if time.time() >= next_at:
            order = order or rng.sample(faults, len(faults))
            fault = order.pop()
            start = time.time()
            say(fault.said)
            fault.do()
            soak.faults.append((fault.said, start, time.time()))
            next_at = time.time() + every
        time.sleep(0.2)


def _judge(world: World, soak: Soak, made: dict[str, Any], answer: Path) -> None:
    heard = json.loads(answer.read_text())
    say(
        f"{len(heard['asked']):,} requests, {len(heard['facts']):,} receipts, {len(heard['wrong'])} errors, "
        f"{heard['again']} codes shown again"
    )
    if len(heard["facts"]) < len(made["phones"]):
        soak.wrong.append(f"no more than {len(heard['facts'])} facts were recorded")
    if not heard["again"]:
        soak.wrong.append("nobody was asked for their code again")
    unexcused = [text for at, text in heard["wrong"] if not soak.excuses(at)]
    soak.wrong += [f"without a fault: {text}" for text in unexcused[:5]]
    told = {name: heard[name] for name in ("facts", "tried", "seconds")}
    try:
        world.judge(told | {"position": made["position"], "cut_off": True})
    except subprocess.CalledProcessError as error:
        soak.wrong.append(f"what people were told and what is on record differ: {error}")


def _proven(world: World, soak: Soak, key: str, out: Path) -> None:
    """`cairn check` on the journal, and `cairn verify` on what is published of it."""
    programme = (world.installation / "programme").read_text()
    soak.holds("cairn check", _cairn(world, "check"))
    soak.holds("cairn log sign", _cairn(world, "log", "sign"))
    publish = ("publish", out, "--programme", programme, "--languages", "en")
    soak.holds("cairn publish", _cairn(world, *publish))
    verify = [CAIRN, "verify", str(out), "--key", key]
    soak.holds("cairn verify", subprocess.run(verify, capture_output=True, text=True, check=False))
    if not soak.signed:
        soak.wrong.append("no checkpoint was signed while it ran")


def _key(world: World) -> str:
    programme = (world.installation / "programme").read_text()
    made = _cairn(world, "keys", "make", programme, "--origin", f"example.org/{programme}")
    assert made.returncode == 0, made.stderr
    return made.stdout.strip().splitlines()[-1]


def _sign(world: World, soak: Soak) -> None:
    """As an operator's timer does. On a full disk it may refuse; what it signed holds all the same."""
    soak.signed += _cairn(world, "log", "sign").returncode == 0


def _cairn(world: World, *words: object) -> "subprocess.CompletedProcess[str]":
    command = [str(CAIRN), *map(str, words), "--dir", str(world.installation)]
    return subprocess.run(
        command, env=world.environment, cwd=ROOT, capture_output=True, text=True, check=False
    )


@contextmanager
def _database(on: str) -> Iterator[Database]:
    if on == "sqlite":
        yield Database()
        return
    sys.path.insert(0, str(ROOT / "tests"))
    from faults.servers import Servers

    with Servers.installed() as servers, servers.primary("soak") as server:
        yield Database(server)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.load.soak", description=__doc__.splitlines()[0]
    )
    add = parser.add_argument
    add("--minutes", type=float, default=120)
    add("--on", choices=["sqlite", "postgresql"], default="sqlite")
    add("--entries", type=int, default=10_000)
    add("--seed", type=int, default=1)
    kept = os.environ.get("CAIRN_BENCH_DIR", Path(tempfile.gettempdir()) / "cairn-bench")
    add("--kept", type=Path, default=Path(kept), help="where programmes and photos are kept")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
