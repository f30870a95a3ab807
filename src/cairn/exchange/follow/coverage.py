"""How far the two ends name each other: counts per transaction type, and what looks like a slip.

Nothing here changes a name: what would match if it were written otherwise is only pointed out.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from typing import Final, NamedTuple

from cairn.exchange.follow.match import Matches, Says
from cairn.exchange.iati.columns import NOBODY, Problem, Published
from cairn.exchange.iati.transaction_types import TYPES, Direction, TransactionType


class Coverage(NamedTuple):
    """Of the transactions of one type, how many name their far end, and what comes of it."""

    type: TransactionType
    kept: int
    names_an_activity: int
    of_an_organisation: int
    """Of those, how many give an organisation's id where an activity's belongs."""
    itself: int
    in_files: int
    both_say: int
    by_organisation: int
    """Both say so, and one of them names only the other's organisation."""
    other_date: int
    other_amount: int
    one_end_says: int


def coverage(published: Published, matches: Matches) -> list[Coverage]:
    """One row per transaction type that occurs."""
    organisations = organisation_refs(published)
    ids = published.ids.values
    counts: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    columns = published.columns
    for row, code in enumerate(columns["type"]):
        says, other = Says(int(matches.says[row])), columns["other"][row]
        there, count = int(matches.other[row]), counts[code]
        count["kept"] += 1
        if other != NOBODY:
            count["named"] += 1
            count["organisation"] += ids[other] in organisations and there < 0
            count["itself"] += there == columns["activity"][row]
            count["there"] += there not in {-1, columns["activity"][row]}
        count[says.name] += 1
    return [
        Coverage(
            TYPES[code],
            count["kept"],
            count["named"],
            count["organisation"],
            count["itself"],
            count["there"],
            count[Says.BOTH.name],
            count[Says.BY_ORGANISATION.name],
            count[Says.OTHER_DATE.name],
            count[Says.OTHER_AMOUNT.name],
            count[Says.ONLY_SENDER.name] + count[Says.ONLY_RECEIVER.name],
        )
        for code, count in sorted(counts.items())
    ]


def organisation_refs(published: Published) -> set[str]:
    """Every organisation reference in the files that is not also an activity's id."""
    refs = {party.ref for party in published.parties.values}
    refs |= {activity.reporter.ref for activity in published.activities}
    return refs - {activity.identifier for activity in published.activities} - {""}


def remarks(published: Published, matches: Matches) -> list[Problem]:
    """Named ends that look like a slip, once per way of writing, at the first place it stands."""
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row, text in _slips(published, matches):
        found[published.activities[published.columns["activity"][row]].identifier, text].append(row)
    problems = []
    for (identifier, text), rows in found.items():
        file = published.activities[published.columns["activity"][rows[0]]].file
        times = f" ({len(rows)} times)" if len(rows) > 1 else ""
        line = published.columns["line"][rows[0]]
        problems.append(Problem(file, line, identifier, "transaction", text + times, 0))
    return problems


_DASHES: Final = re.compile("[‐‑‒–—―−﹘﹣－_]")


def written_alike(identifier: str) -> str:
    """An id without what people get wrong: case, white space, kinds of dashes, full-width forms."""
    text = unicodedata.normalize("NFKC", _DASHES.sub("-", identifier)).casefold()
    return re.sub(r"\s+", "", text)


def _slips(published: Published, matches: Matches) -> Iterator[tuple[int, str]]:
    columns, ids = published.columns, published.ids.values
    organisations = organisation_refs(published)
    counted = [activity.identifier for activity in published.activities if activity.counted]
    alike = {written_alike(identifier): identifier for identifier in counted}
    for row in range(len(published)):
        other, own = columns["other"][row], columns["own"][row]
        says = Says(int(matches.says[row]))
        here = published.activities[columns["activity"][row]].identifier
        incoming = TYPES[columns["type"][row]].direction is Direction.IN
        if matches.other[row] < 0 and other != NOBODY:
            if (there := alike.get(written_alike(ids[other]))) is not None:
                yield row, f"it names ‘{ids[other]}’, which would be in the files as ‘{there}’"
            elif ids[other] in organisations:
                yield (
                    row,
                    f"it names ‘{ids[other]}’, an organisation's id, where an activity's belongs",
                )
        if says is Says.ITSELF:
            side = "provider" if incoming else "receiver"
            yield row, f"it names its own activity as {side}"
        if own != NOBODY and ids[own] != here:
            yield row, f"as its own side it names ‘{ids[own]}’, which is another activity"


def agreed(rows: list[Coverage]) -> tuple[int, int, int]:
    """Over all types: how many name an activity, how many of those are in the files, agree."""
    return (
        sum(row.names_an_activity for row in rows),
        sum(row.in_files for row in rows),
        sum(row.both_say + row.by_organisation for row in rows),
    )
