"""`cairn import FILE.xml`: progress while it reads, what became of each element, and what is left out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from cairn.exchange.iati.importing import IatiImport
from cairn.exchange.iati.judging import Came, Outcome, Verdict
from cairn.exchange.sheets.show import escape
from cairn.journal.journal import Journal
from cairn.terminal import bytes_read, console, say

SHOWN_AT_MOST: Final = 40
"""Lines of what is left out that are shown, of each sort; `--json` lists all."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command was asked."""

    files: Sequence[Path]
    programme: str
    post: str
    replaces: str | None = None
    dry_run: bool = False
    all_or_nothing: bool = False
    verdicts: bool = False


def run(asked: Asked, *, journal: Journal, now: datetime) -> int:
    """Import files in order and show what became of them.

    0 when all that Cairn keeps of such files is on record, 1 when something of it could not be read.
    Raises NotReadError for a file that is none: those before it are on record.
    """
    lost = 0
    shown = console()
    for path in asked.files:
        told: list[Verdict] = []
        with bytes_read([path]) as advance:
            importing = IatiImport(
                journal,
                path,
                asked.programme,
                asked.post,
                now,
                replaces=asked.replaces,
                advance=advance,
                on_verdict=told.append if asked.verdicts else lambda _verdict: None,
            )
            outcome = importing.run(dry_run=asked.dry_run, all_or_nothing=asked.all_or_nothing)
        for line in _shown(outcome, told, asked):
            shown.print(line)
        say(None, **for_programs(outcome, told))
        lost += outcome.lost()
    return 1 if lost else 0


def for_programs(outcome: Outcome, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """What came of a file, for programs."""
    counts: dict[str, dict[str, int]] = {}
    for (what, came), times in sorted(outcome.counts.items()):
        counts.setdefault(what, {})[came.value] = times
    return {
        "file": outcome.name,
        "sha256": outcome.sha256,
        "replaces": outcome.replaces or None,
        "read_before_on": outcome.already.isoformat() if outcome.already else None,
        "written": outcome.written,
        "activities": outcome.activities,
        "transactions": outcome.transactions,
        "counts": counts,
        "left_out": [
            {"element": where, "reason": why, "times": times, "first_line": line}
            for where, why, times, line in outcome.left_out
        ],
        "unreadable": [
            {
                "activity": one.activity,
                "element": one.element,
                "line": one.line,
                "reason": one.reason,
                "left_out": one.transactions,
            }
            for one in outcome.unread
        ],
        "refused": [one.told() for one in outcome.refused],
        "notes": outcome.notes,
        "verdicts": [one.told() for one in verdicts],
    }


def _shown(outcome: Outcome, verdicts: Sequence[Verdict], asked: Asked) -> Iterator[str]:
    name = f"[bold]{escape(outcome.name)}[/]"
    if outcome.already:
        yield f"{name}: this very file was read on {outcome.already}; nothing to do."
        yield from map(escape, outcome.notes)
        return
    of = f", a newer version of {escape(outcome.replaces)}" if outcome.replaces else ""
    sums = f"{outcome.activities:,} activities, {outcome.transactions:,} transactions"
    yield f"{name}: {sums}{of}"
    for one in verdicts:
        why = f": {one.why}" if one.why else ""
        yield escape(f"  {outcome.name}:{one.line} {one.activity}: {one.what}: {one.came}{why}")
    for what in dict.fromkeys(what for what, _came in outcome.counts):
        told = [
            f"{outcome.counts[what, came]:,} {came}" for came in Came if outcome.counts[what, came]
        ]
        yield f"  {what}: {', '.join(told)}"
    yield from _left_out(outcome)
    yield from map(escape, outcome.notes)
    if asked.dry_run:
        yield "Dry run: nothing was written."
    elif not outcome.written:
        why = "something could not be kept" if outcome.lost() else "it says nothing new"
        yield f"Nothing was written: {why}."


def _left_out(outcome: Outcome) -> Iterator[str]:
    if outcome.left_out:
        yield "Not kept, by where it stands:"
    for where, why, times, line in outcome.left_out[:SHOWN_AT_MOST]:
        yield escape(f"  {times:>7,}  {where}: {why}; first in line {line}")
    if (more := len(outcome.left_out) - SHOWN_AT_MOST) > 0:
        yield f"  … and {more:,} more (--json)"
    if outcome.unread or outcome.refused:
        yield "Not read, or not as it was written:"
    unread = [
        f"line {one.line}, {one.activity or '–'}: <{one.element}>: {one.reason}"
        for one in outcome.unread
    ]
    unread += [f"line {one.line}: {one.what}: {one.why}" for one in outcome.refused]
    yield from (escape(f"  {line}") for line in unread[:SHOWN_AT_MOST])
    if (more := len(unread) - SHOWN_AT_MOST) > 0:
        yield f"  … and {more:,} more (--json)"
