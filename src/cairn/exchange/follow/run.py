"""Follows the money through IATI activity files: reads, matches both ends, traces, adds up.

Writing it down is for text.py, tables.py and page.py, which all show what
is computed here and compute nothing themselves.
"""

import difflib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cairn.exchange.follow.coverage import Coverage, coverage, remarks
from cairn.exchange.follow.flow import plan
from cairn.exchange.follow.match import WINDOW_DAYS, Matches, match
from cairn.exchange.follow.plan import Became, Plan
from cairn.exchange.follow.trace import Flows, trace_flows
from cairn.exchange.iati.columns import Problem, Published
from cairn.exchange.iati.read import Advance, read_files
from cairn.values import CairnError


class NothingReadError(CairnError):
    """Not one of the files could be read."""


class UnknownActivityError(CairnError):
    """No activity in the files has the id asked for."""


@dataclass(frozen=True, slots=True)
class Followed:
    """All that was found out about a set of activity files."""

    published: Published
    matches: Matches
    plan: Plan
    flows: Flows
    coverage: list[Coverage]
    problems: list[Problem]
    """What was not read, or not as it was written; then what looks like a slip."""
    start: str | None
    """The activity asked for, whose ways down are all that the flows show."""

    def became(self) -> Counter[Became]:
        """What became of each transaction that was kept."""
        return Counter(self.plan.became)

    def lost(self) -> int:
        """How many transactions stand in the files and were not kept."""
        return sum(problem.transactions for problem in self.problems)

    def in_files(self) -> int:
        """How many transactions stand in the files."""
        return sum(file.transactions for file in self.published.files)


def follow(
    paths: Sequence[Path],
    *,
    start: str | None = None,
    window: int = WINDOW_DAYS,
    advance: Advance = lambda _bytes: None,
) -> Followed:
    """Follow the money of all files, or of one activity down.

    Raises NothingReadError, UnknownActivityError.
    """
    published = read_files(paths, advance=advance)
    if not any(file.read for file in published.files):
        reasons = "; ".join(f"{_name(published, p)}: {p.reason}" for p in published.problems[:5])
        raise NothingReadError(f"no file could be read. {reasons}")
    matches = match(published, window=window)
    made = plan(published, matches, start=_start(published, start))
    flows = trace_flows(published, made)
    problems = [*published.problems, *remarks(published, matches)]
    covered = coverage(published, matches)
    return Followed(published, matches, made, flows, covered, problems, start)


def _name(published: Published, problem: Problem) -> str:
    return str(published.files[problem.file].path)


def _start(published: Published, identifier: str | None) -> int | None:
    if identifier is None:
        return None
    by_identifier = {a.identifier: n for n, a in enumerate(published.activities) if a.counted}
    if identifier in by_identifier:
        return by_identifier[identifier]
    close = difflib.get_close_matches(identifier, by_identifier, n=3, cutoff=0.5)
    hint = " or ".join(f"‘{other}’" for other in close)
    raise UnknownActivityError(
        f"no activity in these files has the id ‘{identifier}’"
        + (f"; did you mean {hint}?" if hint else "")
    )
