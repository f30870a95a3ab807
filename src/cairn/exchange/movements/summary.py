"""What `cairn trace` prints: sums by grant and currency, which are never added together."""

import sys
from typing import Final

import numpy as np

from cairn.exchange.movements.files import printable
from cairn.exchange.movements.rows import Read
from cairn.terminal import answers_on, as_json, say
from cairn.trace.columns import Trace
from cairn.trace.policy import VERSION, Kind, Policy
from cairn.values import UNEXPLAINED, to_decimal

BY_GRANT: Final = ("grant", "currency", "received", "standing", "in transit", "spent", "breach")
NOT_EXPLAINED: Final = ("", "currency", "arisen", "standing", "in transit", "spent")

Line = tuple[str, ...]


def print_summary(read: Read, trace: Trace, policy: Policy) -> None:
    """Print the sums per grant, and what is unexplained."""
    count = len(read.movements)
    say(
        f"{count} movements, policy {policy} (version {VERSION})\n",
        movements=count,
        policy=policy,
        version=VERSION,
    )
    _print(BY_GRANT, by_grant(read, trace))
    unexplained = unexplained_by_currency(read, trace)
    if unexplained:
        _print(NOT_EXPLAINED, unexplained)
    else:
        say("Nothing is unexplained.")


def by_grant(read: Read, trace: Trace) -> list[Line]:
    """One line per grant and currency, each sum in the currency's digits."""
    totals = trace.totals
    sums = (totals.received, totals.standing, totals.in_transit, totals.spent, totals.breach)
    return [
        (printable(grant), currency, *(to_decimal(int(column[code]), currency) for column in sums))
        for code, (grant, currency) in enumerate(read.grants)
        if any(column[code] for column in sums)
    ]


def unexplained_by_currency(read: Read, trace: Trace) -> list[Line]:
    """Money that no recorded receipt accounts for: what arose of it, and where that is now."""
    movements, standing = read.movements, trace.standing
    code = movements.grants
    rows = np.flatnonzero(trace.grant == code)
    made_of = np.searchsorted(trace.offsets, rows, side="right") - 1
    spent = movements.kind[made_of] == Kind.SPEND
    stands = standing.grant == code
    by_place = (
        (
            standing.account[stands & ~standing.in_transit],
            standing.amount[stands & ~standing.in_transit],
        ),
        (
            standing.account[stands & standing.in_transit],
            standing.amount[stands & standing.in_transit],
        ),
        (movements.source[made_of[spent]], trace.amount[rows[spent]]),
    )
    sums: dict[str, list[int]] = {}
    for place, (account, amount) in enumerate(by_place):
        total = np.zeros(len(read.accounts), np.int64)
        np.add.at(total, account, amount)
        for held in np.flatnonzero(total).tolist():
            currency = read.accounts[held][1]
            sums.setdefault(currency, [0, 0, 0])[place] += int(total[held])
    return [
        (
            UNEXPLAINED,
            currency,
            to_decimal(sum(parts), currency),
            *(to_decimal(part, currency) for part in parts),
        )
        for currency, parts in sorted(sums.items())
    ]


def _print(header: Line, lines: list[Line]) -> None:
    """A table: drawn on a terminal, aligned text for everything else; for programs an object a row."""
    if as_json():
        for line in lines:
            say(None, **{name or "grant": cell for name, cell in zip(header, line, strict=True)})
        return
    if sys.stdout.isatty():
        from rich.console import Console  # noqa: PLC0415 - only a terminal needs it
        from rich.table import Table  # noqa: PLC0415 - likewise
        from rich.text import Text  # noqa: PLC0415 - likewise

        table = Table()
        for number, name in enumerate(header):
            table.add_column(name, justify="left" if number < 2 else "right")
        for line in lines:
            # As Text, or a name in square brackets would be taken for markup.
            table.add_row(*map(Text, line))
        Console(file=answers_on()).print(table)
        return
    width = [max(map(len, column)) for column in zip(header, *lines, strict=True)]
    for line in (header, *lines):
        cells = [
            cell.ljust(width[number]) if number < 2 else cell.rjust(width[number])
            for number, cell in enumerate(line)
        ]
        say("  ".join(cells).rstrip())
    say("")
