"""`python -m bench.load`: what a served Cairn carries, by Locust, at sizes from 10⁴ to 10⁷ entries.

    python -m bench.load [--sizes 10000 …] [--on sqlite postgresql] [--scenarios public mixture …] [--seconds 60]

Prints a table for each run; `--json`, `--markdown` and `--svg` write everything down, beside what other sizes and
the other database gave before. Ends with 1 where anything went wrong, or a fact that was told to be on record is
not there, or is there twice. See README.md.
"""

import argparse
import json
import os
import signal
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.clock import say
from bench.load.growth import draw, table_of_growth
from bench.load.photos import SIZE, SMALL, photos
from bench.load.report import table
from bench.load.run import World, drive, machine, world_on
from bench.load.scenarios import SCENARIOS
from bench.load.server import serving

KEEPS = Path(os.environ.get("CAIRN_BENCH_DIR", Path(tempfile.gettempdir()) / "cairn-bench"))


def main() -> int:
    asked = _asked()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # its server and database end with it
    before = json.loads(asked.json.read_text()) if asked.json and asked.json.exists() else []
    kept = {(run["on"], run["size"]): run for run in before}
    wrong = []
    for on in asked.on:
        for size in asked.sizes:
            run = kept[on, size] = _measured(asked, on, size)
            print(table(run), flush=True)
            wrong += [one for phase in run["phases"].values() for one in phase["wrong"]]
            if asked.json:  # after each: a size may take hours, and a machine its leave
                asked.json.write_text(json.dumps(_in_order(kept), indent=1) + "\n")
    runs = _in_order(kept)
    if asked.markdown:
        asked.markdown.write_text(table_of_growth(runs))
    if asked.svg:
        draw(runs, asked.svg)
    for one in wrong[:5]:
        print(one[1], file=sys.stderr)
    return bool(wrong)


def _in_order(kept: dict[tuple[str, int], dict[str, Any]]) -> list[dict[str, Any]]:
    """SQLite first, each from the least to the most."""
    return [kept[one] for one in sorted(kept, key=lambda one: (one[0] != "sqlite", one))]


def _measured(asked: argparse.Namespace, on: str, size: int) -> dict[str, Any]:
    """Every scenario on one installation of this size, one after another."""
    before = machine()
    with ExitStack() as ending:
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="cairn-load-")))
        world = ending.enter_context(world_on(on, folder, size=size, kept=asked.kept))
        made = world.appoint(phones=max(asked.phones, 70))
        disk = world.disk()
        plan = {
            "seed": asked.seed,
            "photos": _paths(asked.kept, asked.photos, tuple(asked.photo)),
            "small_photos": _paths(asked.kept, 20, SMALL),
        }
        phases = {}
        with serving(
            world.installation, workers=asked.workers, environment=world.environment
        ) as server:
            for name in asked.scenarios:
                say(f"{on}, {size:,} entries: {SCENARIOS[name].said}")
                scenario = _as_asked(SCENARIOS[name], asked)
                phases[name] = drive(
                    scenario, made | plan, server=server, folder=folder, seconds=asked.seconds
                )
            memory = server.memory() | {"with files": server.memory_with_files()}
        _judge(world, made, phases)
    for phase in phases.values():  # ids of facts: judged, and of use to nobody
        del phase["facts"], phase["tried"]
    return {
        "machine": before,
        "on": on,
        "size": size,
        "entries": made["position"],
        "workers": asked.workers or "as it comes",
        "disk": disk,
        "memory": memory,
        "phases": phases,
    }


def _as_asked(scenario: Any, asked: argparse.Namespace) -> Any:  # noqa: ANN401 - a Scenario
    users = {
        name: min(many, asked.phones) if scenario.phones_send_once else many
        for name, many in scenario.users.items()
    }
    think = scenario.think
    if asked.think and "at_work" in think:
        think = think | {"at_work": tuple(asked.think)}
    return replace(scenario, users=users, think=think, sign_in_within=asked.sign_in_within)


def _judge(world: World, made: dict[str, Any], phases: dict[str, Any]) -> None:
    facts = [one for phase in phases.values() for one in phase["facts"]]
    tried = [one for phase in phases.values() for one in phase["tried"]]
    seconds = sum(phase["seconds"] for phase in phases.values())
    told = {"position": made["position"], "facts": facts, "tried": tried, "seconds": seconds}
    world.judge(told | {"cut_off": False})


def _paths(kept: Path, many: int, size: tuple[int, int]) -> list[str]:
    return [str(one) for one in photos(kept / "photos", many, size=size)]


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.load", description=__doc__.splitlines()[0]
    )
    add = parser.add_argument
    usual = ["public", "public at 300", "recording", "recording at 100", "mixture", "month"]
    add("--sizes", type=int, nargs="+", default=[10**4, 10**5, 10**6, 10**7], help="in entries")
    add("--on", nargs="+", choices=["sqlite", "postgresql"], default=["sqlite", "postgresql"])
    add("--scenarios", nargs="+", choices=[*SCENARIOS], default=usual)
    add("--seconds", type=float, default=60, help="of each scenario")
    add("--phones", type=int, default=1000, help="that come back from a month without network")
    add("--think", type=float, nargs=2, help="seconds between two pages of people at work")
    add("--sign-in-within", type=float, default=30, help="seconds in which all sign in")
    add("--photos", type=int, default=150, help="made before, for the desk")
    add("--photo", type=int, nargs=2, default=SIZE, help="pixels of a photo")
    add("--workers", type=int, help="of cairn serve; else as many as it takes by itself")
    add("--kept", type=Path, default=KEEPS, help="where programmes and photos are kept")
    add("--seed", type=int, default=1)
    add("--json", type=Path, help="a file for all results")
    add("--markdown", type=Path, help="a file for a table of all sizes")
    add("--svg", type=Path, help="a file for a picture of growth")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
