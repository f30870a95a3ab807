"""What a run was like, as tables."""

import statistics
from collections import defaultdict
from typing import Any

from bench.load.mix import LIST_SECONDS, LISTS, PHOTO_SECONDS

PHOTOS = "recording with a photo"
TARGETS = {LISTS: LIST_SECONDS, PHOTOS: PHOTO_SECONDS}


def table(results: dict[str, Any]) -> str:
    """A section per phase: a row per group, then one per page."""
    on = results["machine"]
    title = (
        f"{results['people']} people, {results['entries']:,} entries, {results['on']}, "
        f"workers: {results['workers']}; {on['processor']}, {on['cores']} cores, {on['date']}, "
        f"load before {on['load']}"
    )
    ending = (
        f"\nMemory of the server's processes: {results['memory'] / 2**20:,.0f} MiB; "
        f"photos sent a second time: {results['photos_sent_again']}"
    )
    phases = [line for name, heard in results["phases"].items() for line in _phase(name, heard)]
    return "\n".join([title, *phases, ending])


def _phase(name: str, heard: dict[str, Any]) -> list[str]:
    lasted, server, pages = heard["lasted"], heard["server"], len(heard["asked"])
    by_group: dict[str, list[float]] = defaultdict(list)
    by_name: dict[str, list[float]] = defaultdict(list)
    for group, kind, seconds in heard["asked"]:
        by_group[group].append(seconds)
        by_name[f"{group}: {kind}"].append(seconds)
    summary = (
        f"\n**{name[:1].upper()}{name[1:]}**: {lasted:.0f} s, {pages / lasted:.1f} requests and "
        f"{len(heard['facts']) / lasted:.2f} recordings a second, {len(heard['wrong'])} errors. "
        f"Processor: pages {_share(server['pages'], lasted)} of a core "
        f"({1000 * server['pages'] / max(1, pages):.0f} ms a request), following the money "
        f"{_share(server['following'], lasted)}, the client {_share(heard['processor'], lasted)}.\n"
    )
    head = ["| | n | p50 | p95 | p99 | target |", "|---|--:|--:|--:|--:|--:|"]
    groups = [f"| **{one}** {_row(found, TARGETS.get(one))}" for one, found in by_group.items()]
    each = [f"| {one} {_row(found, None)}" for one, found in by_name.items()]
    return [summary, *head, *sorted(groups), *sorted(each)]


def _share(seconds: float, lasted: float) -> str:
    return f"{100 * seconds / lasted:.0f} %"


def _row(found: list[float], target: float | None) -> str:
    p50, p95, p99 = (centile(found, part) for part in (50, 95, 99))
    against = (
        "" if target is None else f"{target * 1000:.0f}: {'met' if p95 <= target else 'missed'}"
    )
    return f"| {len(found)} | {p50 * 1000:.0f} | {p95 * 1000:.0f} | {p99 * 1000:.0f} | {against} |"


def centile(found: list[float], part: int) -> float:
    """Of 100 of these, `part` are no more than this."""
    if len(found) == 1:
        return found[0]
    return statistics.quantiles(found, n=100, method="inclusive")[part - 1]
