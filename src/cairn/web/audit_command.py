"""`cairn audit` at a terminal: the tables of the auditor's pages, printed or written to a file."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils import translation

from cairn.catalog import journal
from cairn.following import pasts, queries
from cairn.following.answers import AsOf
from cairn.following.queries.reading import read
from cairn.following.sample import draw
from cairn.journal.past import Past, programme_of
from cairn.terminal import keep_stdout_for, say, written_to
from cairn.values import CairnError, to_minor
from cairn.web.csv_out import BOM, lines
from cairn.web.public.audit_columns import SAMPLE
from cairn.web.public.difference import tables_of
from cairn.web.public.exceptions import counts, list_of
from cairn.web.public.links import links
from cairn.web.public.sample import rows_of
from cairn.web.reader import reader_of
from cairn.web.tables import Setting, Table
from cairn.web.words import EXCEPTIONS, FIGURES

LANGUAGE = "en"


class NoDifferenceError(CairnError):
    """Two states of which the one named first is no past, or lies after the other."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a sample is drawn by."""

    seed: str
    size: int
    kind: str = ""
    above: str | None = None
    currency: str = ""
    out: Path | None = None


def sample(named: str, asked: Asked) -> None:
    """Draw a sample, print it, and write it to a file if asked."""
    keep_stdout_for(asked.out)
    key = _followed(named)
    currency = asked.currency or read(key).row.currency
    as_of, _programme, positions = queries.positions_of(
        programme=key,
        kind=asked.kind,
        above=None if asked.above is None else to_minor(asked.above, currency),
        currency=currency,
    )
    with translation.override(LANGUAGE):
        rows = rows_of(key, draw(asked.seed, map(int, positions), asked.size))
        say(f"{_as_of(key, as_of)}: {len(rows)} of {len(positions)} entries, seed ‘{asked.seed}’")
        for row in rows:
            shows = f"  [{len(row.shows)} evidence]" if row.shows else ""
            say(
                f"{row.position:>9}  {row.entry.recorded_on}  {row.sentence}{shows}",
                position=row.position,
                recorded_on=row.entry.recorded_on,
                says=row.sentence,
                evidence=len(row.shows),
            )
        table = Table(id="sample", caption="", columns=SAMPLE, rows=rows, empty="")
        _write(asked.out, key, table, as_of)


def exceptions(named: str, out: Path | None) -> None:
    """Print how many exceptions there are of each kind; with a folder, list them in it."""
    key = _followed(named)
    with translation.override(LANGUAGE):
        say(_as_of(key, read(key).as_of))
        for row in counts(key).rows:
            line = f"{row.number:>9}  {EXCEPTIONS[row.code]}: {row.rule}"
            say(line, exception=row.code, number=row.number, rule=row.rule)
        if out is None:
            return
        _write(out / "counts.csv", key, counts(key), read(key).as_of)
        for what in EXCEPTIONS:
            file = out / f"{what.replace(' ', '-')}.csv"
            _write(file, key, list_of(key, what), read(key).as_of)


def difference(named: str, to: str | None, out: Path | None) -> None:
    """Print how the sums changed from one state to another; with a file, list what was recorded."""
    keep_stdout_for(out)
    first = Past.parse(pasts.resolved(journal, named))
    if first is None:
        raise NoDifferenceError(f"Say since when: {named}@2025-06-30, or {named}@5000.")
    second = pasts.resolved(journal, f"{first.programme}@{to}" if to else first.programme)
    for key in (first.key, second):
        pasts.at_once(journal, key)
    found = queries.difference(first=first.key, second=second)
    if found.last < found.first:
        raise NoDifferenceError(f"{second} lies before {first.key}; name them the other way round.")
    with translation.override(LANGUAGE):
        reader, day = reader_of(LANGUAGE), pasts.recorded_at(journal, first).date()
        say(
            f"{first.programme}: position {found.first} to {found.last}",
            programme=first.programme,
            first=found.first,
            last=found.last,
        )
        for one in found.totals:
            then, now = (reader.amount(each, one.currency) for each in (one.then, one.now))
            line = f"  {FIGURES[one.figure]}: {one.currency} {then} → {now}"
            say(line, figure=one.figure, currency=one.currency, then=one.then, now=one.now)
        *_others, facts = tables_of(found, second, day)
        _write(out, second, facts, found.as_of)


def _followed(named: str) -> str:
    """The key that was meant, brought up to date or made. Raises NoSuchPastError."""
    key = pasts.resolved(journal, named)
    pasts.at_once(journal, key)
    return key


def _as_of(key: str, as_of: AsOf) -> str:
    return f"{programme_of(key)} as known at position {as_of.position}"


def _write(out: Path | None, key: str, table: Table[Any], as_of: AsOf) -> None:
    if out is None:
        return
    setting = Setting(reader_of(LANGUAGE), links(key))
    try:
        with written_to(out, name="table.csv") as where:
            where.parent.mkdir(parents=True, exist_ok=True)
            with where.open("w", encoding="utf-8", newline="") as file:
                file.write(BOM)
                csv.writer(file).writerows(lines(table, setting, as_of))
    except OSError as error:
        raise CairnError(f"Cannot write {out}: {error.strerror}.") from error
    say(f"written  {out}", written=out)
