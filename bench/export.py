"""How long an export of a million rows takes, and how much memory: each in a process of its own.

    .venv/bin/python -m bench.export [--movements 1000000] [--dir FOLDER]

Takes the large demo that bench.pages loads, or the one in FOLDER. Each table is written to a file as
`cairn export` and the web write it. Memory is what the process held at its most beyond what it held once
the trace was open and its first rows were made: in all, and of its own. What is not its own are pages of
the database and of the trace that the system maps, and takes back where others need the room.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from threading import Event, Thread

RESULTS = Path(__file__).with_name("export.json")
WRITTEN = ("movements csv", "movements hxl", "movements parquet", "attributions csv")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.export", description=__doc__)
    parser.add_argument("--movements", type=int, default=10**6)
    parser.add_argument("--dir", type=Path)
    parser.add_argument("--one", choices=WRITTEN)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(measure(asked.one, f"large-{asked.movements}")))
        return
    from bench.machine import machine
    from bench.pages import loaded

    home = asked.dir or loaded(asked.movements)
    on = machine()
    found = {one: in_a_process(one, asked.movements, home) for one in WRITTEN}
    RESULTS.write_text(json.dumps({"machine": on, "exports": found}, indent=1) + "\n")
    print("| export | rows | MB | s | s of processor | MiB beyond the first rows | of its own |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for one, its in found.items():
        print(
            f"| {one} | {its['rows']:,} | {its['bytes'] / 1e6:.0f} | {its['seconds']:.1f} "
            f"| {its['processor']:.1f} | {its['mib']:.0f} | {its['own']:.0f} |"
        )


def in_a_process(one: str, movements: int, home: Path) -> dict:
    command = [sys.executable, "-m", "bench.export", "--one", one, "--movements", str(movements)]
    environment = {**os.environ, "CAIRN_DIR": str(home)}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return json.loads(done.stdout)


def measure(one: str, programme: str) -> dict:
    os.environ["DJANGO_SETTINGS_MODULE"] = "cairn.config.settings"
    import django

    django.setup()
    from itertools import islice

    from cairn.exchange.hxl.write import hxl_of
    from cairn.exchange.tables.package import table_named
    from cairn.exchange.tables.write import csv_of, write_parquet
    from cairn.following.queries.reading import read

    name, form = one.split()
    table, reading = table_named(name), read(programme)
    warm = list(islice(table.read(reading), 20_000))
    assert len(warm) == 20_000
    del warm
    out = Path(os.environ["CAIRN_DIR"]) / f"export.{form}"
    own = Own()
    held, began, used = most(), time.perf_counter(), time.process_time()
    if form == "parquet":
        write_parquet(out, table, table.read(reading))
    else:
        make = hxl_of if form == "hxl" else csv_of
        with out.open("wb") as file:
            for some in make(table, table.read(reading)):
                file.write(some)
    took = time.perf_counter() - began, time.process_time() - used
    grew = own.grew()
    size = out.stat().st_size
    out.unlink()
    rows = table.rows_there(reading)
    return {
        "rows": rows, "bytes": size, "seconds": took[0], "processor": took[1], "mib": most() - held,
        "own": grew,
    }  # fmt: skip


class Own:
    """The memory that is this process's own, looked at every twentieth of a second, in MiB."""

    def __init__(self) -> None:
        self.first = self.most = self._now()
        self.over = Event()
        self.watch = Thread(target=self._look, daemon=True)
        self.watch.start()

    def grew(self) -> float:
        self.over.set()
        self.watch.join()
        return self.most - self.first

    def _look(self) -> None:
        while not self.over.wait(0.05):
            self.most = max(self.most, self._now())

    def _now(self) -> float:
        told = Path("/proc/self/status").read_text()
        return int(told.partition("RssAnon:")[2].split()[0]) / 1024


def most() -> float:
    """The most memory this process held so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
