"""What following the money costs after one more fact: the trace alone, and a whole snapshot by its parts.

    .venv/bin/python -m bench.go_on trace [--sizes 1000000 10000000] [--policy fifo]
    .venv/bin/python -m bench.go_on snapshot FOLDER PROGRAMME     of `cairn demo --no-serve --movements N`

A snapshot is made from nothing, then as the worker makes it after one more payment, which is recorded.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from cairn.trace.columns import Movements

RUNS = 15
STRETCH = 10**6


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.go_on", description=__doc__)
    asking = parser.add_subparsers(dest="what", required=True)
    alone = asking.add_parser("trace")
    alone.add_argument("--sizes", type=int, nargs="+", default=[10**6, 10**7])
    alone.add_argument("--policy", default="grant-fifo")
    whole = asking.add_parser("snapshot")
    whole.add_argument("folder", type=Path)
    whole.add_argument("programme")
    whole.add_argument("--on", action="store_true", help="only go on: it is followed already")
    asked = parser.parse_args()
    if asked.what == "snapshot":
        snapshot(asked.folder, asked.programme, only_on=asked.on)
        return
    for size in asked.sizes:
        trace(size, asked.policy)


def trace(size: int, called: str) -> None:
    """Everything but the last movement, then that one, with its lot state on disk in between."""
    from bench.made import REVERSE, made

    from cairn.trace.kernel import Buffers, trace_on
    from cairn.trace.lot_state import nothing, read, save
    from cairn.trace.policy import Policy

    policy, whole = Policy(called), made("programme", size).movements()
    last = int(np.flatnonzero(whole.kind != REVERSE)[-1])
    marked = np.zeros(last, np.bool_)
    marked[whole.of[whole.kind == REVERSE]] = True
    state = nothing(policy, accounts=whole.accounts, grants=whole.grants)
    buffers = Buffers()
    for begin in range(0, last, STRETCH):  # whose rows nobody keeps: fifo has many, pro-rata more
        end = min(begin + STRETCH, last)
        ahead = marked[begin:end]
        made_on = trace_on(state, _part(whole, begin, end), at=[end], ahead=ahead, buffers=buffers)
        state = made_on.states[0]
    more, buffers = _part(whole, last, last + 1), Buffers()
    trace_on(state, more, at=[last + 1], buffers=buffers)
    print(f"{called}, {size:,} movements, then one more; load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory(prefix="cairn-bench-") as folder:
        path = Path(folder) / "state.lots"
        _median("the lot state written", lambda: save(state, path, made_of="bench"))
        _median("read and held to its hash", lambda: read(path, made_of="bench"))
        _median(
            "one more movement, and the lot state after it",
            lambda: trace_on(state, more, at=[last + 1], buffers=buffers),
        )
        megabytes = path.stat().st_size / 1e6
    print(f"{len(state.grant):,} lots, {len(state.open):,} sends open, {megabytes:.1f} MB\n")


def _part(whole: Movements, begin: int, end: int) -> Movements:
    columns = (f.name for f in fields(whole) if f.name not in {"accounts", "grants"})
    return replace(whole, **{name: getattr(whole, name)[begin:end] for name in columns})


def _median(name: str, step: Callable[[], object]) -> None:
    spent = []
    for _ in range(RUNS):
        wall, cpu = time.perf_counter(), time.process_time()
        step()
        spent.append((time.perf_counter() - wall, time.process_time() - cpu))
    wall, cpu = (1e3 * statistics.median(each) for each in zip(*spent, strict=True))
    print(f"{name:<50}{wall:>9.1f} ms {cpu:>9.1f} ms of processor", flush=True)


def snapshot(folder: Path, programme: str, *, only_on: bool) -> None:
    os.environ["CAIRN_DIR"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "cairn.config.settings"
    import django

    django.setup()
    from cairn.following import snapshot as following

    if not only_on:
        following.make_anew(programme)
    for what in ("as it was" if only_on else "from nothing", "one more payment", "and another"):
        with _parts(following) as spent:
            following.bring_up_to_date(programme)
        found = following.latest(programme)
        print(f"\n{what}: {len(found.columns.kind):,} movements, position {found.position:,}")
        for name, (wall, cpu) in sorted(spent.items(), key=lambda each: -each[1][1]):
            print(f"{name:<50}{wall:>9.2f} s {cpu:>9.2f} s of processor", flush=True)
        _pay(programme)


@contextmanager
def _parts(following: ModuleType) -> Iterator[dict[str, tuple[float, float]]]:
    """Each part of a snapshot, timed in its place."""
    spent: dict[str, tuple[float, float]] = {}

    def timed(name: str, really: Callable[..., Any]) -> Callable[..., Any]:
        def act(*arguments: object, **named: object) -> object:
            wall, cpu = time.perf_counter(), time.process_time()
            try:
                return really(*arguments, **named)
            finally:
                spent[name] = time.perf_counter() - wall, time.process_time() - cpu

        return act

    parts = (
        "_continued", "read_columns", "traced", "read_purposes", "attributions", "read_places",
        "read_recordings", "edges", "statements", "totals", "lists", "exceptions", "_print",
        "_write", "make",
    )  # fmt: skip
    real = {name: getattr(following, name) for name in parts}
    import cairn.trace.kernel  # noqa: F401 - what loads once is not the snapshot's

    for name in parts:
        setattr(following, name, timed(name, real[name]))
    try:
        yield spent
    finally:
        for name in parts:
            setattr(following, name, real[name])


def _pay(programme: str) -> None:
    """One more payment, today."""
    from random import Random

    from cairn.catalog import journal
    from cairn.demo.diary import uuid7
    from cairn.journal.entry import Draft
    from cairn.money.facts import MoneySpent
    from cairn.money.models import Movement
    from cairn.trace.policy import Kind
    from cairn.values import Money

    last = Movement.objects.filter(programme=programme, kind=Kind.SPEND).latest("position")
    now = datetime.now(UTC)
    amount = Money(minor=100, currency=last.currency)
    fact = MoneySpent(account=last.source, project=last.target, amount=amount)
    id_ = uuid7(int(now.timestamp() * 1000), Random().getrandbits(74))  # noqa: S311 - nobody is to be unable to guess it
    draft = Draft(id_, last.happened_on, "programme-office", fact)
    journal.append(programme, draft, now=now)


if __name__ == "__main__":
    sys.exit(main())
