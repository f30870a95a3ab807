"""How an import is shown to a person: the map, what is new, the verdicts. Rich on a terminal."""

import re
from collections.abc import Iterator

from rich.console import Console
from rich.markup import escape as without_markup
from rich.table import Table

from cairn.exchange.sheets.importing import SHOWN_AT_MOST, Outcome
from cairn.exchange.sheets.mapping import Mapping
from cairn.exchange.sheets.read import Row, Verdict
from cairn.exchange.sheets.record import THINGS

NAMES_AT_MOST = 5
NEW_AT_MOST = 40
"""New things shown by name, of each kind; of the rest the number."""


def escape(text: str) -> str:
    """Text of a file as text: neither markup of ours nor codes that a terminal would obey."""
    return without_markup(_one_line(text))


def _one_line(text: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", " ", text)


def show_mapping(console: Console, mapping: Mapping, *, where_from: str) -> None:
    """Which column is read as what, what is the same in each row, and what is left out."""
    for sheet in mapping.sheet:
        table = Table(title=f"{escape(sheet.name) or 'the sheet'}: {sheet.rows_are} ({where_from})")
        table.add_column("field")
        table.add_column("read from")
        for name, heading in sheet.columns.items():
            table.add_row(name, escape(heading))
        for name, value in sheet.constants.items():
            table.add_row(name, f"always ‘{escape(value)}’")
        if sheet.unit != 1:
            table.add_row("unit", f"amounts × {sheet.unit:f}")
        if "id" in sheet.columns and sheet.id_is == "document":
            table.add_row("id", "of a document that several rows may share")
        for need in sheet.still_needed():
            if need != "currency":
                table.add_row(need, "[bold]missing[/]: add it under constants in the map")
        if sheet.left_out:
            table.add_row("left out", escape(", ".join(sheet.left_out)))
        console.print(table)


def show_outcome(console: Console, outcome: Outcome, *, dry_run: bool) -> None:
    """What came of it: new things, refused rows with reasons, the sum of all rows."""
    _show_new(console, outcome)
    for sheet, headings in outcome.not_recorded.items():
        if headings:
            shown = escape(", ".join(headings))
            console.print(f"{escape(sheet) or 'The sheet'}: no fact has a place for: {shown}")
    if outcome.persons:
        names = [f"‘{escape(name)}’" for name, _rows in outcome.persons.most_common(NAMES_AT_MOST)]
        more = " …" if len(outcome.persons) > len(names) else ""
        console.print(
            f"{outcome.persons.total()} rows pay somebody who looks like a person: recorded without "
            f"the name ({', '.join(names)}{more}). An organisation is told by “name” = “new” under "
            "names in the map, before it is imported.",
            highlight=False,
        )
    for row in outcome.shown:
        console.print(f"[bold]{escape(_place_of(row))}[/]: {escape(row.why)}", highlight=False)
    if outcome.bad_rows > SHOWN_AT_MOST:
        reasons = ", ".join(f"{code} {number}" for code, number in outcome.bad.most_common())
        console.print(f"… and {outcome.bad_rows - SHOWN_AT_MOST} more refused; in all: {reasons}")
    console.print("; ".join(_sums(outcome)), highlight=False)
    if dry_run:
        console.print("Dry run: nothing was written.")
    elif not outcome.written:
        console.print("Nothing was written, because some rows were refused (--all-or-nothing).")


def verdict_line(row: Row) -> str:
    """One row's verdict, as tab-separated text for other programs."""
    why = row.why if row.verdict != Verdict.GOOD else ""
    cells = [row.sheet, str(row.number), row.verdict, row.source_id, why]
    return "\t".join(map(_one_line, cells))


def _show_new(console: Console, outcome: Outcome) -> None:
    for called in THINGS:
        things = [thing for thing in outcome.new_things if thing.called == called]
        if not things:
            continue
        console.print(f"[bold]new {called}: {len(things)}[/]", highlight=False)
        for thing in things[:NEW_AT_MOST]:
            console.print(f"  {escape(thing.id)}: {escape(thing.fact.told())}", highlight=False)
        if len(things) > NEW_AT_MOST:
            console.print(f"  … and {len(things) - NEW_AT_MOST} more")
    if any(thing.called == "grant" for thing in outcome.new_things):
        console.print("The pledge of a new grant is taken to be what these rows received of it.")


def _place_of(row: Row) -> str:
    sheet = f"{row.sheet} " if row.sheet else ""
    return f"{sheet}row {row.number}" + (f" ({row.source_id})" if row.source_id else "")


def _sums(outcome: Outcome) -> Iterator[str]:
    yield f"{outcome.rows} rows: {outcome.good} good"
    if outcome.already:
        yield f"{outcome.already} on record already"
    yield f"{outcome.bad_rows} refused"
    others = ", ".join(f"{why} {number}" for why, number in outcome.not_rows.most_common())
    yield f"{outcome.not_rows.total()} no rows" + (f" ({others})" if others else "")
