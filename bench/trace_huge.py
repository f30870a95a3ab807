"""A trace of more movements than memory should hold: in stretches, lot state carried from one to the next.

    .venv/bin/python -m bench.trace_huge [--movements 100000000] [--stretch 4000000] [--policy grant-fifo]

Movements lie in Parquet, made once: stories of five million after each other, as `made.py` tells them. A
first pass reads kinds and what they name, since a reversal changes what came before it; the second traces
stretch by stretch, so that sends are confirmed and movements reversed across their edges, and writes each
one's rows to Parquet. Memory goes with the stretch and the lot state, and not with the movements.

The trace itself asserts at each edge that of each grant, received = standing + in transit + spent; what
was written is read back and held against what was read, amount for amount. Up to ten million are traced
in memory, too, and every row compared.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
from bench.clock import say
from bench.made import ACCOUNTS, GRANTS, RECEIVE, REVERSE, SEND, SPEND, VERSION, folder, make
from pyarrow import parquet

from cairn.trace.columns import Movements
from cairn.trace.kernel import Buffers, trace, trace_on
from cairn.trace.lot_state import nothing
from cairn.trace.policy import Policy

STORY = 5 * 10**6
COLUMNS = {
    "kind": pa.uint8(), "source": pa.int32(), "target": pa.int32(), "amount": pa.int64(),
    "grant": pa.int32(), "of": pa.int64(),
}  # fmt: skip
ROWS = pa.schema(
    {"movement": pa.int64(), "grant": pa.int32(), "amount": pa.int64(), "breach": pa.bool_()}
)
COMPARED_UPTO = 10**7


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.trace_huge", description=__doc__)
    parser.add_argument("--movements", type=int, default=10**8)
    parser.add_argument("--stretch", type=int, default=4 * 10**6)
    parser.add_argument("--policy", default="grant-fifo")
    parser.add_argument("--made", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    home = folder() / f"huge-v{VERSION}"
    home.mkdir(exist_ok=True)
    if asked.made is not None:
        _make(home / f"{asked.made}.parquet", asked.made)
        return
    stories = _stories(home, asked.movements)
    out = home / "out"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    say(f"{asked.movements:,} movements, {asked.policy}, load {os.getloadavg()[0]:.1f}")
    try:
        answer = _traced(stories, asked.movements, asked.stretch, Policy(asked.policy), out)
        print(json.dumps(answer, indent=1))
        if asked.movements <= COMPARED_UPTO:
            _compare(stories, asked.movements, Policy(asked.policy), out)
    finally:
        shutil.rmtree(out)


def _stories(home: Path, count: int) -> list[Path]:
    """The files that hold so many movements, each made in a process of its own: that takes gigabytes."""
    paths = [home / f"{number}.parquet" for number in range(-(-count // STORY))]
    for number, path in enumerate(paths):
        if not path.exists():
            say(f"making story {number + 1} of {len(paths)}")
            line = [sys.executable, "-m", "bench.trace_huge", "--made", str(number)]
            subprocess.run(line, check=True)
    return paths


def _make(path: Path, number: int) -> None:
    """A story that begins where the one before it ends; what it names is numbered among all."""
    story = make("programme", STORY, np.random.default_rng(number + 1))
    columns = {name: getattr(story, name) for name in COLUMNS}
    columns["of"] = np.where(story.of >= 0, story.of + number * STORY, -1)
    unfinished = path.with_suffix(f".{os.getpid()}")
    table = pa.table(columns, schema=pa.schema(COLUMNS))
    parquet.write_table(table, unfinished, row_group_size=10**6, compression="zstd")
    unfinished.rename(path)


def _stretches(
    stories: list[Path], count: int, size: int, names: list[str]
) -> Iterator[dict[str, np.ndarray]]:
    """So many movements' columns, a stretch at a time."""
    held: list[pa.RecordBatch] = []
    there = passed = 0
    for path in stories:
        for batch in parquet.ParquetFile(path).iter_batches(size, columns=names):
            left = batch
            while len(left) and passed < count:
                part = left.slice(0, min(size - there, count - passed))
                left = left.slice(len(part))
                held.append(part)
                there, passed = there + len(part), passed + len(part)
                if there == size or passed == count:
                    table = pa.Table.from_batches(held)
                    yield {name: table[name].to_numpy() for name in names}
                    held, there = [], 0


def _reversed(stories: list[Path], count: int, size: int) -> np.ndarray:
    """What is reversed, in order."""
    found = [
        part["of"][part["kind"] == REVERSE]
        for part in _stretches(stories, count, size, ["kind", "of"])
    ]
    return np.unique(np.concatenate(found))


def _traced(
    stories: list[Path], count: int, size: int, policy: Policy, out: Path
) -> dict[str, object]:
    start = nothing(policy, accounts=ACCOUNTS, grants=GRANTS)
    _once(start)
    began = {"wall": time.perf_counter(), "cpu": time.process_time()}
    marked = _reversed(stories, count, size)
    first = time.perf_counter() - began["wall"]
    state, buffers, rows, carried, tracing, received = start, Buffers(), 0, 0, 0.0, 0
    with parquet.ParquetWriter(out / "rows.parquet", ROWS, compression="zstd") as writer:
        for columns in _stretches(stories, count, size, list(COLUMNS)):
            movements = Movements(**columns, accounts=ACCOUNTS, grants=GRANTS)
            end = state.movements + len(movements)
            ahead = np.zeros(len(movements), np.bool_)
            low, high = np.searchsorted(marked, [state.movements, end])
            ahead[marked[low:high] - state.movements] = True
            cpu = time.process_time()
            traced = trace_on(state, movements, at=[end], ahead=ahead, buffers=buffers)
            tracing += time.process_time() - cpu
            writer.write_table(_rows(traced.trace, state.movements))
            has_rows = np.isin(movements.kind, [RECEIVE, *range(1, SEND + 1), SPEND])
            has_rows &= ~traced.trace.reversed
            carried += int(movements.amount[has_rows].sum())
            received += int(movements.amount[has_rows & (movements.kind == RECEIVE)].sum())
            rows += len(traced.trace.grant)
            state = traced.states[0]
            say(f"{end:,} movements, {rows:,} rows, {_peak() / 1e9:.2f} GB at most")
    wall, cpu = time.perf_counter() - began["wall"], time.process_time() - began["cpu"]
    peak = (
        _peak()
    )  # what follows holds what was written against what was read, and is no part of it
    totals = traced.trace.totals
    assert received == int(totals.received[:-1].sum()), "some was received that no grant has"
    assert (totals.received == totals.standing + totals.in_transit + totals.spent).all()
    written = _written(out)
    assert written == (rows, carried), f"{written} was written of {rows, carried}"
    return {
        "movements": count,
        "rows": rows,
        "conserved": True,
        "seconds": round(wall, 1),
        "processor": round(cpu, 1),
        "of it tracing": round(tracing, 1),
        "first pass, seconds": round(first, 1),
        "movements a second": round(count / wall),
        "movements a second of processor": round(count / cpu),
        "movements a second of tracing": round(count / tracing),
        "peak bytes": peak,
        "open sends at the end": len(state.open),
        "lots at the end": len(state.grant),
        "bytes written": (out / "rows.parquet").stat().st_size,
        "load after": round(os.getloadavg()[0], 1),
    }


def _once(start: object) -> None:
    """Have it compiled and loaded, before a clock starts."""
    empty = {name: np.zeros(1, kind.to_pandas_dtype()) for name, kind in COLUMNS.items()}
    one = Movements(**empty | {"amount": np.ones(1, np.int64)}, accounts=ACCOUNTS, grants=GRANTS)
    state = trace_on(start, one, at=[1]).states[0]
    trace_on(state, one)


def _rows(traced: object, before: int) -> pa.Table:
    movement = np.repeat(np.arange(before, before + len(traced.reversed)), np.diff(traced.offsets))
    columns = [movement, traced.grant, traced.amount, traced.breach]
    return pa.Table.from_arrays([pa.array(column) for column in columns], schema=ROWS)


def _written(out: Path) -> tuple[int, int]:
    rows = amount = 0
    for batch in parquet.ParquetFile(out / "rows.parquet").iter_batches(columns=["amount"]):
        rows += len(batch)
        amount += int(batch["amount"].to_numpy().sum())
    return rows, amount


def _compare(stories: list[Path], count: int, policy: Policy, out: Path) -> None:
    [columns] = _stretches(stories, count, count, list(COLUMNS))
    whole = _rows(trace(Movements(**columns, accounts=ACCOUNTS, grants=GRANTS), policy), 0)
    assert parquet.read_table(out / "rows.parquet").equals(whole), "other rows than in memory"
    say("every row is that of a trace in memory")


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main()
