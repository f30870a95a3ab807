"""What a run was like, as tables."""

from typing import Any

from bench.load.mix import LIST_SECONDS, LISTS, PHOTO_SECONDS

MIB = 2**20
TARGETS = {LISTS: LIST_SECONDS, "recording with a photo": PHOTO_SECONDS, "public pages": 0.100}
"""Of 95 in 100, in seconds."""


def table(run: dict[str, Any]) -> str:
    """A section per scenario: a row per group, then one per page."""
    on, disk, entries = run["machine"], run["disk"], run["entries"]
    title = (
        f"{run['on']}, {entries:,} entries, workers: {run['workers']}; {on['processor']}, "
        f"{on['cores']} cores, {on['date']}, load before {on['load']}. Database "
        f"{disk['database'] / entries:,.0f} bytes an entry, traces {disk['traces'] / entries:,.0f}"
    )
    phases = [line for name, heard in run["phases"].items() for line in _phase(name, heard)]
    each = "; ".join(
        f"{part} {', '.join(f'{one / MIB:,.0f}' for one in held)}"
        for part, held in run["memory"].items()
        if part != "with files"
    )
    ending = (
        f"\nMemory of each process, in MiB of its own: {each}; of all with the files that they map: "
        f"{run['memory']['with files'] / MIB:,.0f}"
    )
    return "\n".join([title, *phases, ending])


def _phase(name: str, heard: dict[str, Any]) -> list[str]:
    lasted, server, asked = heard["lasted"], heard["server"], heard["requests"]
    summary = (
        f"\n**{name[:1].upper()}{name[1:]}**: {lasted:.0f} s, {asked / lasted:.1f} requests and "
        f"{heard['recorded'] / lasted:.2f} facts a second, {len(heard['wrong'])} errors. "
        f"Processor: pages {_share(server['pages'], lasted)} of a core "
        f"({1000 * server['pages'] / max(1, asked):.1f} ms a request), following the money "
        f"{_share(server['following'], lasted)}, the client {_share(heard['processor'], lasted)}.\n"
    )
    head = ["| | n | p50 | p95 | p99 | target |", "|---|--:|--:|--:|--:|--:|"]
    groups = [
        f"| **{one}** {_row(said, TARGETS.get(one))}" for one, said in heard["groups"].items()
    ]
    each = [f"| {one} {_row(said, None)}" for one, said in heard["pages"].items()]
    return [summary, *head, *groups, *each]


def _share(seconds: float, lasted: float) -> str:
    return f"{100 * seconds / lasted:.0f} %"


def _row(said: dict[str, float], target: float | None) -> str:
    against = ""
    if target is not None:
        met = "met" if said["p95"] <= 1000 * target else "missed"
        against = f"{1000 * target:.0f}: {met}"
    return (
        f"| {said['n']} | {said['p50']:.0f} | {said['p95']:.0f} | {said['p99']:.0f} | {against} |"
    )
