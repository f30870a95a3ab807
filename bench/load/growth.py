"""How a served Cairn grows with its programme: one table, and one picture, of all sizes and databases."""

from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from bench.load.report import MIB

SHOWN = {
    "recording": "recording one",
    "recording at 100": "recording one",
    "month": "sync",
    "seventy": "lists",
    "at once": "lists",
}
"""Whose times stand for a scenario; else those of public pages."""


def table_of_growth(runs: list[dict[str, Any]]) -> str:
    """A row per run."""
    machines = dict.fromkeys(
        f"{on['processor']}, {on['cores']} cores, of {', '.join(_rows_on(runs, on))}"
        for on in (run["machine"] for run in runs)
    )
    on_days = sorted(run["machine"]["date"] for run in runs)
    days = " to ".join(dict.fromkeys((on_days[0], on_days[-1])))
    said = (
        f"`python -m bench.load`, {'; '.join(machines)}; {days}; load before each "
        f"between {min(one['machine']['load'] for one in runs)} and "
        f"{max(one['machine']['load'] for one in runs)}. Milliseconds p50 / p95 / p99; *cpu* is of the server's "
        "processes that answer, per request.\n"
    )
    names = [*dict.fromkeys(name for run in runs for name in run["phases"])]
    head = ["", "entries", *names, "errors", "a web process", "the follower", "database", "traces"]
    lines = [said, f"| {' | '.join(head)} |", "|---|" + "--:|" * (len(head) - 1)]
    for run in runs:
        phases, entries = run["phases"], run["entries"]
        cells = [
            run["on"],
            f"{entries:,}",
            *(_cell(name, phases[name]) if name in phases else "" for name in names),
            str(sum(len(one["wrong"]) for one in phases.values())),
            f"{max(run['memory']['pages']) / MIB:,.0f} MiB",
            f"{max(run['memory']['following']) / MIB:,.0f} MiB",
            f"{run['disk']['database'] / entries:,.0f} B an entry",
            f"{run['disk']['traces'] / entries:,.0f} B an entry",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def _cell(name: str, phase: dict[str, Any]) -> str:
    groups = phase["groups"]
    said = groups.get(SHOWN.get(name, "public pages"))
    if said is None:
        return ""
    lasted = phase["lasted"]
    rate = (
        f"{phase['recorded']:,} facts in {lasted:,.0f} s"
        if name == "month"
        else f"{said['n'] / lasted:,.0f}/s"
    )
    return (
        f"{rate}; {said['p50']:,.0f} / {said['p95']:,.0f} / {said['p99']:,.0f} ms; "
        f"cpu {_processor_of(phase):.1f}"
    )


def draw(runs: list[dict[str, Any]], path: Path) -> None:
    """What grows and what does not, as an SVG: each against the number of entries.

    Of the processor that most were measured on: what another took says nothing of growth.
    """
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams.update({"svg.hashsalt": "cairn", "svg.fonttype": "none", "font.size": 9})
    from matplotlib import pyplot as plt

    panels = {
        "a public page, ms of processor": lambda run: _processor(run, "public"),
        "a fact recorded, ms of processor": lambda run: _processor(run, "recording"),
        "a web process, MiB of its own": lambda run: max(run["memory"]["pages"]) / MIB,
        "on disk, bytes an entry": lambda run: sum(run["disk"].values()) / run["entries"],
    }
    on_one = [run for run in runs if run["machine"]["processor"] == _usual(runs)]
    figure, axes = plt.subplots(1, len(panels), figsize=(11, 2.8), layout="constrained")
    for axis, (title, of) in zip(axes, panels.items(), strict=True):
        lines: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for run in on_one:
            if (value := of(run)) is not None:
                lines[run["on"]].append((run["entries"], value))
        for on, points in lines.items():
            axis.plot(*zip(*sorted(points), strict=True), marker="o", label=on)
        axis.set(xscale="log", ylim=(0, None), title=title, xlabel="entries")
        axis.spines[["top", "right"]].set_visible(False)
    axes[0].legend(frameon=False)
    figure.savefig(path, metadata={"Date": None})


def _rows_on(runs: list[dict[str, Any]], machine: dict[str, Any]) -> dict[str, None]:
    """The sizes that were run on this processor: figures of two are not to be compared by the clock."""
    alike = (run for run in runs if run["machine"]["processor"] == machine["processor"])
    return dict.fromkeys(f"{run['size']:,}" for run in alike)


def _usual(runs: list[dict[str, Any]]) -> str:
    """The processor of most of these runs."""
    ((name, _many),) = Counter(run["machine"]["processor"] for run in runs).most_common(1)
    return str(name)


def _processor(run: dict[str, Any], name: str) -> float | None:
    phase = run["phases"].get(name)
    return _processor_of(phase) if phase else None


def _processor_of(phase: dict[str, Any]) -> float:
    return 1000 * float(phase["server"]["pages"]) / max(1, phase["requests"])
