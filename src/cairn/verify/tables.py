"""The tables of the published pages held against what the entries come to."""

import csv
import io
import re
from collections.abc import Iterator, Mapping

from cairn.values import CairnError, to_minor
from cairn.verify.money import STAGES, Pair, Totals
from cairn.verify.wrong import WrongError

CHECKED = ("pledged", "received", "standing", "in_transit", "spent", "evidenced", "breach")
MOST_BYTES = 1 << 28


def is_of_grants(path: str) -> bool:
    """Tell the table of all grants, in any language."""
    return bool(re.fullmatch(r"[a-z-]+/[^/]+/grants/grants\.csv", path))


def is_of_stages(path: str) -> bool:
    """Tell the table of how far the money has come, in any language."""
    return bool(re.fullmatch(r"[a-z-]+/[^/]+/stages\.csv", path))


def hold_grants(path: str, content: bytes, totals: Totals) -> None:
    """Raises WrongError where a grant's figures are not what the entries come to."""
    seen = set()
    for number, row in _rows(path, content, {"grant", "currency", *CHECKED}):
        pair = (row["grant"], row["currency"])
        if pair in seen:
            raise WrongError(path, f"line {number} is of {_of(pair)} a second time")
        seen.add(pair)
        for column in CHECKED:
            _hold(
                path, number, row[column], totals.grants.get(pair, {}).get(column, 0), column, pair
            )
    missing = sorted(pair for pair, sums in totals.grants.items() if any(sums.values()))
    for pair in missing:
        if pair not in seen:
            raise WrongError(path, f"it has no line of {_of(pair)}")


def hold_stages(path: str, content: bytes, totals: Totals) -> None:
    """Raises WrongError where the money has not come so far."""
    seen = set()
    for number, row in _rows(path, content, {"stage", "amount", "currency"}):
        pair = (row["stage"], row["currency"])
        if pair in seen or pair[0] not in STAGES:
            raise WrongError(path, f"line {number}, ‘{pair[0]}’, is no stage, or the second of it")
        seen.add(pair)
        _hold(path, number, row["amount"], totals.stages.get(pair, 0), *pair[:1], pair)
    for pair in sorted(totals.stages):
        if pair not in seen:
            raise WrongError(path, f"it has no line of {_of(pair)}")


def _hold(path: str, line: int, said: str, found: int, column: str, pair: Pair) -> None:
    try:
        minor = to_minor(said, pair[1])
    except CairnError as error:
        raise WrongError(path, f"line {line}, {column}: {error}") from error
    if minor != found:
        raise WrongError(
            path,
            f"line {line} says {column} {said} of {_of(pair)}, "
            f"and the entries come to {found} in minor units",
        )


def _rows(path: str, content: bytes, wanted: set[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The rows of a CSV with the lines they are on."""
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        missing = sorted(wanted - set(reader.fieldnames or ()))
        if missing:
            raise WrongError(path, f"it has no column {', '.join(missing)}")
        for row in reader:
            if None in row or any(value is None for value in row.values()):
                raise WrongError(path, f"line {reader.line_num} has too many cells, or too few")
            yield reader.line_num, row
    except (UnicodeDecodeError, csv.Error) as error:
        raise WrongError(path, f"it is no table in UTF-8: {error}") from error


def _of(pair: Pair) -> str:
    return f"{pair[0]} in {pair[1]}"
