"""Writes what was measured as the tables that README shows."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

Results = dict[str, Any]
Row = Sequence[object]

MILLION = 10**6
LOAD = Path(__file__).with_name("load") / "results.md"
"""What `python -m bench.load` printed last."""


def report(results: Results) -> str:
    """Answer Markdown: a table per section that has been run, and what it was run on."""
    parts = [
        part({each: section["sizes"] for each, section in results.items()})
        for name, part in {
            "kernel": _kernel,
            "tree": _tree,
            "memory": _memory,
            "command": _command,
            "balance": _balance,
            "first": _first,
            "append": _append,
            "profile": _profile,
            "verify": _verify,
        }.items()
        if name in results
    ]
    load = f"**Seventy people at work**: [load/{LOAD.name}](load/{LOAD.name})"
    return "\n\n".join([*parts, load, _targets(results), _machines(results)]) + "\n"


def _kernel(results: Results) -> str:
    rows = []
    for size, policies in results["kernel"].items():
        for policy, timed in policies.items():
            ours, fresh = timed["cairn"], timed["cairn, fresh memory"]
            rows.append(
                (
                    _count(size),
                    policy,
                    _speed(size, ours),
                    _spread(ours),
                    _speed(size, fresh),
                    _ratio(timed["c"], ours) if "c" in timed else "",
                    f"{timed['rows'] / int(size):.2f}",
                )
            )
    heads = ("movements", "policy", "million/s", "±", "in fresh memory", "of C", "rows each")
    return f"**The kernel**, memory kept from run to run, beside the same in C:\n\n{_table(heads, rows)}"


def _tree(results: Results) -> str:
    names = ("cairn grant-fifo", "cairn fifo", "c fifo", "polars", "duckdb")
    rows = [
        (
            _count(size),
            *(_time(timed[name]) for name in names),
            _ratio(timed["polars"], timed["cairn fifo"]),
            _ratio(timed["duckdb"], timed["cairn fifo"]),
        )
        for size, timed in results["tree"].items()
    ]
    heads = (
        "movements",
        "Cairn grant-fifo",
        "Cairn fifo",
        "C fifo",
        "Polars",
        "DuckDB",
        "fifo faster than Polars by",
        "than DuckDB by",
    )
    return (
        "**On a tree without names or returns**, where query engines can follow too (one core for"
        f" Cairn and C, all cores for Polars and DuckDB; all answer the same):\n\n{_table(heads, rows)}"
    )


def _memory(results: Results) -> str:
    columns = ("input grant-fifo", "cairn grant-fifo", "c grant-fifo", "cairn fifo", "c fifo")
    rows = [
        (_count(size), *(_bytes(peaks.get(column)) for column in columns))
        for size, peaks in results["memory"].items()
    ]
    heads = ("movements", "input only", *columns[1:])
    return (
        f"**Peak memory** of a process that traces once, input included:\n\n{_table(heads, rows)}"
    )


def _command(results: Results) -> str:
    rows = [
        (
            _count(size),
            *(cell for name in ("csv", "parquet") for cell in _costs(timed[name])),
        )
        for size, timed in results["command"].items()
    ]
    heads = ("movements", "from CSV", "processor", "memory", "from Parquet", "processor", "memory")
    return f"**The whole command**, `cairn trace FILE -o FILE`, start-up included:\n\n{_table(heads, rows)}"


def _balance(results: Results) -> str:
    ours = results.get("command", {})
    rows = [
        (
            _count(size),
            *(cell for name in ("ledger", "hledger", "beancount") for cell in _costs(timed[name])),
            _time(ours[size]["csv"]) if size in ours else "",
        )
        for size, timed in results["balance"].items()
    ]
    names = ("ledger", "hledger", "beancount")
    heads = ["movements", *(head for name in names for head in (name, "processor", "memory"))]
    heads += ["`cairn trace` from CSV"]
    return (
        "**Plain-text accounting merely balancing** the same movements (none can attribute them):"
        f"\n\n{_table(heads, rows)}"
    )


def _first(results: Results) -> str:
    answers = results["first"]
    rows: list[Row] = []
    for moment in ("first run of all", "later runs"):
        rows += [
            (f"kernel, {policy}: {moment}", f"{seconds:.2f} s")
            for policy, seconds in answers[moment].items()
        ]
    rows += [
        (f"`{name}`", f"{_time(answers[name])}, processor {answers[name]['cpu_seconds']:.2f} s")
        for name in ("cairn trace, ten movements", "cairn --help", "python -c pass")
    ]
    return (
        "**Paid once**: compiling, or loading what was compiled, until ten movements are traced;"
        f" and starting:\n\n{_table(('', 'seconds'), rows)}"
    )


def _append(results: Results) -> str:
    rows: list[Row] = []
    for database, measured in results["append"].items():
        for size, times in measured["batches"].items():
            ours, bare = times["journal"], times["bare"]
            rows.append(
                (
                    database,
                    _count(size),
                    *(
                        f"{times[n]['wall'] * 10**6:,.0f}"
                        for n in ("journal", "statements", "bare")
                    ),
                    f"{times['copy']['wall'] * 10**6:,.0f}" if "copy" in times else "",
                    f"{bare['wall'] / ours['wall']:.2f}",
                    f"{bare['wall'] / times['statements']['wall']:.2f}",
                    f"{(ours['processor'] - bare['processor']) * 1000:.2f} ms",
                )
            )
    heads = ("on", "facts a batch", "journal, µs a fact", "its statements alone", "bare INSERT")
    heads += ("bare COPY", "bare of journal", "bare of statements", "processor added a fact")
    return (
        "**Recording facts** through the whole journal, beside the bare INSERT of the same bytes in"
        f" transactions of the same size:\n\n{_table(heads, rows)}"
    )


def _profile(results: Results) -> str:
    columns = [
        (f"{database}, {'one' if size == '1' else f'{int(size):,}'} a transaction", one)
        for database, sizes in results["profile"].items()
        for size, one in sizes.items()
    ]
    stages = dict.fromkeys(stage for _name, one in columns for stage in one["stages"])
    rows: list[Row] = [
        (stage, *(f"{one['stages'].get(stage, 0):.0%}" for _name, one in columns))
        for stage in stages
    ]
    rows.append(
        ("processor, µs a fact", *(f"{one['processor'] * 10**6:,.0f}" for _name, one in columns))
    )
    heads = ("", *(name for name, _one in columns))
    return f"**Where an append's processor time goes**, by samples:\n\n{_table(heads, rows)}"


def _verify(results: Results) -> str:
    found = results["verify"]
    rows = [
        (
            processes,
            *(
                f"{rates[name][unit]:,.0f}"
                for unit in ("wall", "processor")
                for name in ("cairn", "hashlib", "with manifest", "reading")
            ),
            f"{rates['cairn']['processor'] / rates['hashlib']['processor']:.2f}",
        )
        for processes, rates in found["processes"].items()
    ]
    names = ("tiles recomputed", "hashlib alone", "and the manifest's hashes", "entries read")
    heads = ("processes", *names, *(f"{name}, a second of processor" for name in names))
    heads += ("Cairn of hashlib",)
    return (
        f"**Verifying** {found['entries']:,} entries of {found['bytes']} bytes, entries a second:"
        f"\n\n{_table(heads, rows)}"
    )


def _targets(results: Results) -> str:
    """Hold what was measured against what was set out for; what was not measured is left out."""

    def found(*path: str) -> Any:  # noqa: ANN401 - numbers and dictionaries of them
        place: Any = results
        for step in path:
            place = place.get(step) if isinstance(place, dict) else None
        return place

    def seconds(*path: str) -> float | None:
        return found(*path, "median")

    kernel, tree, command = ((section, "sizes") for section in ("kernel", "tree", "command"))
    million, ten = str(MILLION), str(10 * MILLION)
    grant_fifo = seconds(*kernel, ten, "grant-fifo", "cairn")
    in_c = seconds(*kernel, ten, "grant-fifo", "c")
    fifo = seconds(*kernel, million, "fifo", "cairn")
    polars = seconds(*tree, million, "polars")
    lines = [
        ("grant-fifo at 10⁷, million/s", grant_fifo and 10 / grant_fifo, 15, "at least"),
        ("… as a share of C", grant_fifo and in_c and in_c / grant_fifo, 0.7, "at least"),
        ("fifo at 10⁶, million/s", fifo and 1 / fifo, 5, "at least"),
        *(
            (
                f"{policy} faster than Polars on the tree of 10⁶ by",
                polars and polars / found(*tree, million, f"cairn {policy}", "median"),
                1,
                "at least",
            )
            for policy in ("grant-fifo", "fifo")
        ),
        ("command at 10⁶ from CSV, s", seconds(*command, million, "csv"), 2.5, "at most"),
        ("command at 10⁶ from Parquet, s", seconds(*command, million, "parquet"), 1.5, "at most"),
        *(
            (
                f"memory of the command at 10⁷ from {name}, GB",
                (found(*command, ten, name, "peak_bytes") or 0) / 10**9,
                4,
                "at most",
            )
            for name in ("csv", "parquet")
        ),
    ]
    lines += _targets_of_the_record(results)
    rows = [
        (what, f"{figure:.2f}", f"{bound} {target}", "yes" if met else "**no**")
        for what, figure, target, bound in lines
        if figure
        for met in [figure >= target if bound == "at least" else figure <= target]
    ]
    return f"**Targets**:\n\n{_table(('', 'measured', 'target', 'met'), rows)}"


def _targets_of_the_record(results: Results) -> list[tuple[str, float, float, str]]:
    lines = []
    for database, measured in results.get("append", {}).get("sizes", {}).items():
        for size, times in measured["batches"].items():
            ours, bare = times["journal"], times["bare"]
            if size == "1":
                added = (ours["processor"] - bare["processor"]) * 1000
                what = f"processor that a single append adds to its INSERT on {database}, ms"
                lines.append((what, added, 1, "at most"))
            else:
                what = f"batches of {_count(size)} on {database}, as a share of the bare INSERT"
                lines.append((what, bare["wall"] / ours["wall"], 0.3, "at least"))
    verified = results.get("verify", {}).get("sizes", {})
    for processes, rates in verified.get("processes", {}).items():
        if processes == "2":
            million = rates["cairn"]["wall"] / MILLION
            lines.append(("tiles recomputed by two processes, million/s", million, 0.3, "at least"))
    return lines


def _machines(results: Results) -> str:
    """Name each machine once, with the sections measured on it and how busy it was."""
    said: dict[str, list[str]] = {}
    for name, section in results.items():
        on = section["machine"]
        versions = ", ".join(f"{package} {each}" for package, each in on["versions"].items())
        line = (
            f"{on['processor']}, {on['cores']} cores, {on['memory_gib']} GiB, {on['system']};"
            f" {on['date']}; {versions}"
        )
        said.setdefault(line, []).append(f"{name} (load before {on['load_before']})")
    return "\n\n".join(
        f"Measured on {line}. Sections: {', '.join(names)}." for line, names in said.items()
    )


def _table(heads: Row, rows: Iterable[Row]) -> str:
    lines = [heads, ["---:"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def _count(size: str) -> str:
    return f"{int(size):,}"


def _speed(size: str, timing: Results) -> str:
    return f"{int(size) / timing['median'] / MILLION:.1f}"


def _spread(timing: Results) -> str:
    """The noise: half the runs lay within this share of the median."""
    return f"{(timing['upper_quartile'] - timing['lower_quartile']) / timing['median'] / 2:.0%}"


def _ratio(theirs: Results, ours: Results) -> str:
    return f"{theirs['median'] / ours['median']:.2f}"


def _time(timing: Results) -> str:
    seconds = timing["median"]
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _costs(timed: Results) -> tuple[str, str, str]:
    """Time, processor time and memory of a command."""
    return _time(timed), f"{timed['cpu_seconds']:.1f} s", _bytes(timed["peak_bytes"])


def _bytes(count: int | None) -> str:
    if count is None:
        return ""
    return f"{count / 10**9:.2f} GB" if count >= 10**9 else f"{count / 10**6:.0f} MB"
