"""The sections of the bench: each measures, checks that all who took part agree, and answers JSON."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, fields, is_dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import polars as pl
import pyarrow.parquet as pq
from bench import balance as peers
from bench import trace_polars
from bench.clock import Timing, Weighed, race, say, weigh
from bench.files import write_csv, write_parquet, written
from bench.made import RECEIVE, Made, made
from bench.trace_c import TraceInC
from bench.trace_duckdb import TraceInDuckDB

from cairn.trace.columns import Movements, Trace
from cairn.trace.kernel import Buffers, trace
from cairn.trace.policy import Policy

Answer = dict[str, Any]

CAIRN = Path(sys.executable).with_name("cairn")

UPTO = {"grant-fifo": 10**7, "fifo": 10**6, "pro-rata": 10**5}
"""Where each policy is for: fifo's lots and pro-rata's rows multiply past that."""

TREE_UPTO = 10**6


def kernel(sizes: Sequence[int], seed: int) -> Answer:
    """Cairn's kernel and trace.c in turn on a programme, for growth and for how near C it is."""
    answer: Answer = {}
    for size in sizes:
        programme = made("programme", size, seed)
        columns = programme.movements()
        answer[str(size)] = {}
        for policy in (policy for policy, upto in UPTO.items() if size <= upto):
            say(f"kernel: {policy}, {size:,} movements, beside C")
            answer[str(size)][policy] = _kernel_and_c(programme, columns, Policy(policy))
    return answer


def _kernel_and_c(programme: Made, columns: Movements, policy: Policy) -> Answer:
    # Both keep their memory from run to run; "fresh" is Cairn's without, as a command has it.
    ours = partial(trace, columns, policy, buffers=Buffers())
    rows = ours()
    count = len(rows.grant)
    runners: dict[str, Callable[[], object]] = {"cairn": ours}
    if policy is not Policy.PRO_RATA:
        in_c = TraceInC(programme)
        _hold_same(rows, in_c.trace(policy))
        runners["c"] = partial(in_c.trace, policy)
    runners["cairn, fresh memory"] = partial(trace, columns, policy)
    timings = race(runners, runs=_runs(len(programme)))
    if policy is not Policy.PRO_RATA:
        in_c.close()
    return {"rows": count, **_seconds(timings)}


def tree(sizes: Sequence[int], seed: int) -> Answer:
    """Everybody on the tree, where a query engine can follow the money too."""
    answer: Answer = {}
    for size in (size for size in sizes if size <= TREE_UPTO):
        say(f"tree: {size:,} movements by Cairn, C, Polars and DuckDB")
        tree_ = made("tree", size, seed)
        columns, frame = tree_.movements(), trace_polars.frame(tree_)
        in_c, in_duckdb = TraceInC(tree_), TraceInDuckDB(tree_)
        ours = _totals(_frame(trace(columns, Policy.FIFO), tree_))
        in_duckdb.trace()
        theirs = {"polars": trace_polars.trace(frame), "duckdb": pl.DataFrame(in_duckdb.rows())}
        for name, rows in theirs.items():
            if not _totals(rows).equals(ours):
                raise ValueError(f"{name} and Cairn disagree on the tree of {size:,}")
        for policy in (Policy.FIFO, Policy.GRANT_FIFO):
            _hold_same(trace(columns, policy), in_c.trace(policy))
        runners: dict[str, Callable[[], object]] = {
            "cairn grant-fifo": partial(trace, columns, Policy.GRANT_FIFO, buffers=Buffers()),
            "cairn fifo": partial(trace, columns, Policy.FIFO, buffers=Buffers()),
            "c fifo": partial(in_c.trace, "fifo"),
            "polars": partial(trace_polars.trace, frame),
            "duckdb": in_duckdb.trace,
        }
        for run in runners.values():
            run()
        answer[str(size)] = _seconds(race(runners, runs=_runs(size)))
        in_c.close()
    return answer


def memory(sizes: Sequence[int], seed: int) -> Answer:
    """Peak memory of a process that traces once; `input` is one that only holds the movements."""
    answer: Answer = {}
    for size in sizes:
        answer[str(size)] = {}
        for runner in ("input", "cairn", "c"):
            for policy in ("grant-fifo",) if runner == "input" else ("grant-fifo", "fifo"):
                if size > UPTO[policy]:
                    continue
                say(f"memory: {runner}, {policy}, {size:,} movements")
                weighed = _once(runner, policy, str(size), str(seed))
                answer[str(size)][f"{runner} {policy}"] = weighed.peak_bytes
    return answer


def first(_sizes: Sequence[int], _seed: int) -> Answer:
    """What is paid once: compiling on the first run of all, loading, starting."""
    few = written("csv", 10, 1, write_csv)
    answer: Answer = {}
    with tempfile.TemporaryDirectory(prefix="cairn-bench-") as folder:
        environment = {**os.environ, "NUMBA_CACHE_DIR": folder}
        for moment in ("first run of all", "later runs"):
            say(f"first: the kernel, {moment}")
            answer[moment] = {
                policy: float(_once("compile", policy, environment=environment).output)
                for policy in UPTO
            }
        say("first: the command")
        command = (CAIRN, "trace", few, "-o", Path(folder) / "out.csv")
        _weigh_some(command, 1)  # whatever it has cached by now, it has cached here
        answer["cairn trace, ten movements"] = _weigh_some(command, 5)
    answer["cairn --help"] = _weigh_some((CAIRN, "--help"), 5)
    answer["python -c pass"] = _weigh_some((sys.executable, "-c", "pass"), 5)
    return answer


def command(sizes: Sequence[int], seed: int) -> Answer:
    """The whole of `cairn trace FILE -o FILE`, grant-fifo, from start to written rows."""
    answer: Answer = {}
    for size in sizes:
        answer[str(size)] = {}
        for name, write in {"csv": write_csv, "parquet": write_parquet}.items():
            say(f"command: cairn trace, {size:,} movements from {name}")
            file = written(name, size, seed, write)
            with tempfile.TemporaryDirectory(prefix="cairn-bench-") as folder:
                out = Path(folder) / f"out.{name}"
                line = (CAIRN, "trace", file, "-o", out)
                answer[str(size)][name] = _weigh_some(line, 1 if size > 10**6 else 5)
                if name == "parquet":
                    answer[str(size)]["rows"] = pq.read_metadata(out).num_rows
    return answer


def balance(sizes: Sequence[int], seed: int) -> Answer:
    """Plain-text accounting merely balancing the same movements."""
    return {
        str(size): {name: _weighed([one]) for name, one in peers.balance(size, seed).items()}
        for size in sizes
    }


def _hold_same(ours: Trace, in_c: Trace) -> None:
    """Refuse to time two programs that do not do the same."""
    for part, other in ((ours, in_c), (ours.standing, in_c.standing), (ours.totals, in_c.totals)):
        for field in fields(part):
            column = getattr(part, field.name)
            if is_dataclass(column):
                continue
            if not np.array_equal(column, getattr(other, field.name)):
                raise ValueError(f"Cairn's kernel and trace.c disagree in {field.name}")


def _frame(rows: Trace, of: Made) -> pl.DataFrame:
    """Rows of moves and spends, with their movement, as the query engines answer them."""
    movement = np.repeat(np.arange(len(of)), np.diff(rows.offsets))
    frame = pl.DataFrame({"movement": movement, "grant": rows.grant, "amount": rows.amount})
    return frame.filter(pl.Series(of.kind[movement] != RECEIVE))


def _totals(rows: pl.DataFrame) -> pl.DataFrame:
    """What each movement carried of each grant; who splits rows more finely says no other thing."""
    total = pl.col("amount").sum()
    return rows.group_by("movement", "grant").agg(total).sort("movement", "grant")


def _runs(size: int) -> int:
    """Small sizes are over soon and vary more."""
    return 51 if size <= 10**5 else 15 if size <= 10**6 else 7


def _seconds(timings: dict[str, Timing]) -> Answer:
    return {name: asdict(timing) for name, timing in timings.items()}


def _once(*arguments: str, environment: dict[str, str] | None = None) -> Weighed:
    return weigh(sys.executable, "-m", "bench.once", *arguments, environment=environment)


def _weigh_some(line: Sequence[str | Path], runs: int) -> Answer:
    return _weighed([weigh(*line) for _ in range(runs)])


def _weighed(runs: list[Weighed]) -> Answer:
    timing = Timing.of([run.seconds for run in runs])
    return {
        **asdict(timing),
        "cpu_seconds": median(run.cpu_seconds for run in runs),
        "peak_bytes": max(run.peak_bytes for run in runs),
    }


def append(_sizes: Sequence[int], _seed: int) -> Answer:
    """Facts recorded through the journal beside the bare INSERT, on both databases."""
    return {name: _module("append", name) for name in ("sqlite", "postgresql")}


def profile(_sizes: Sequence[int], _seed: int) -> Answer:
    """Where the time of an append goes."""
    return {name: _module("append", name, "--profile") for name in ("sqlite", "postgresql")}


def verify(_sizes: Sequence[int], _seed: int) -> Answer:
    """A log's tiles recomputed, beside hashlib's own limit."""
    return _module("verify")


def _module(name: str, *arguments: str) -> Answer:
    """What a module of the bench measures in a process of its own: Django is set up only once."""
    line = [sys.executable, "-m", f"bench.{name}", *arguments]
    answer: Answer = json.loads(subprocess.run(line, stdout=subprocess.PIPE, check=True).stdout)
    return answer


SECTIONS: dict[str, Callable[[Sequence[int], int], Answer]] = {
    "first": first,
    "kernel": kernel,
    "tree": tree,
    "memory": memory,
    "command": command,
    "balance": balance,
    "append": append,
    "profile": profile,
    "verify": verify,
}
