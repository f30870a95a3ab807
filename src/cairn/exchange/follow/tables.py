"""The tables of a followed set of activity files: what CSV files, page and summary all show."""

import csv
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from cairn.exchange.follow.match import Says
from cairn.exchange.follow.plan import Became, Place, What
from cairn.exchange.follow.run import Followed
from cairn.exchange.follow.trace import How, Voice
from cairn.exchange.iati.columns import UNNAMED, Party
from cairn.exchange.iati.transaction_types import TYPES, Direction
from cairn.values import to_decimal

SAYS: Final = {
    Says.NO_NAME: "names no activity",
    Says.ITSELF: "names its own activity",
    Says.OUTSIDE: "names an activity that is not in the files",
    Says.BOTH: "both say",
    Says.BY_ORGANISATION: "both say, one of them by organisation only",
    Says.OTHER_DATE: "both say, dates differ",
    Says.OTHER_AMOUNT: "both say, amounts differ",
    Says.ONLY_SENDER: "only the sender says",
    Says.ONLY_RECEIVER: "only the receiver says",
    Says.NOTHING: "nothing was transferred",
}
BECAME: Final = {
    Became.MOVEMENT: "followed as a movement",
    Became.CONFIRMATION: "confirms what another activity says it sent",
    Became.PROMISE: "a commitment, pledge or guarantee: matched, never added to money",
    Became.CORRECTION: "a correction (below zero): listed, not followed",
    Became.ZERO: "a value of zero",
    Became.DEBT_SERVICE: "interest or loan repayment: who paid whom is not said",
    Became.PAYS_ITSELF: "an activity that names itself as the receiver",
    Became.ELSEWHERE: "not on a way down from the activity asked for",
}
WHAT: Final = {
    What.ACTIVITY: "activity",
    What.OUTSIDE_ACTIVITY: "activity outside the files",
    What.ORGANISATION: "organisation",
    What.OWN_FUNDS: "own funds of",
    What.NOT_NAMED: "somebody not named by",
    What.UNEXPLAINED: "unexplained",
}
HOW: Final = {
    How.SPENT: "spent on",
    How.IN_TRANSIT: "in transit to",
    How.STANDING: "standing in",
}
VOICES: Final = {
    Voice.AGREE: "both say",
    Voice.DISAGREE: "both say, but differ",
    Voice.ONLY_SENDER: "only the sender says",
    Voice.ONLY_RECEIVER: "only the receiver says",
    Voice.OUTSIDE: "far end not in the files",
}


class Number(str):
    """Digits that Cairn wrote itself: what begins with a minus here is no formula."""

    __slots__ = ()


Cell = str | int
Rows = Iterator[tuple[Cell, ...]]


class Table(NamedTuple):
    """A header and the rows under it, made as they are read."""

    header: tuple[str, ...]
    rows: Callable[[Followed], Rows]


def write_tables(followed: Followed, folder: Path, pages: dict[str, str]) -> list[Path]:
    """Write every table as CSV, and the given pages, into a folder; all of them or none.

    Each file replaces its older version only after every file is complete.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".follow-", dir=folder) as name:
        fresh = Path(name)
        for stem, table in TABLES.items():
            with (fresh / f"{stem}.csv").open("w", encoding="utf-8-sig", newline="") as stream:
                writer = csv.writer(stream)
                writer.writerow(table.header)
                writer.writerows(map(_safe_row, table.rows(followed)))
        for file, text in pages.items():
            (fresh / file).write_text(text, encoding="utf-8")
        written = sorted(fresh.iterdir())
        for path in written:
            os.replace(path, folder / path.name)  # noqa: PTH105 - says "replace", as Path.rename does not
    return [folder / path.name for path in written]


def _safe_row(row: Iterable[Cell]) -> list[Cell]:
    return [safe_cell(cell) for cell in row]


def safe_cell(cell: Cell) -> Cell:
    """Keep a spreadsheet from running a published text as a formula: a quote goes before it."""
    if isinstance(cell, Number) or not isinstance(cell, str):
        return cell
    begins = cell.lstrip(" \xa0")[:1]
    return f"'{cell}" if begins and begins in "=+-@\t\r\n\0＝＋－＠" else cell


def named_place(place: Place) -> str:
    """A place in one line of text."""
    what = "" if place.what in {What.ACTIVITY, What.ORGANISATION} else f"{WHAT[place.what]} "
    if place.what is What.UNEXPLAINED:
        return "unexplained"
    if place.what is What.OUTSIDE_ACTIVITY:
        what = ""
    return f"{what}{place.name} ({place.id})" if place.name else f"{what}{place.id}"


def _place(place: Place) -> tuple[str, str, str]:
    return WHAT[place.what], place.id, place.name


def _movements(f: Followed) -> Rows:
    published, columns = f.published, f.published.columns
    for row, (type_code, day, party) in enumerate(
        zip(columns["type"], columns["date"], columns["party"], strict=True)
    ):
        activity = published.activities[columns["activity"][row]]
        kind = TYPES[type_code]
        far = published.parties.values[party] if party >= 0 else UNNAMED
        partner = int(f.matches.partner[row])
        yield (
            published.files[activity.file].path.name,
            columns["line"][row],
            activity.identifier,
            *_reporter(activity.reporter),
            kind.code,
            kind.name,
            Number(date.fromordinal(day)),
            *_money(f, row),
            _id(f, columns["other"][row]),
            far.ref,
            far.name,
            SAYS[Says(int(f.matches.says[row]))],
            *((_file_of(f, partner), columns["line"][partner]) if partner >= 0 else ("", "")),
            BECAME[f.plan.became[row]],
        )


def _reporter(party: Party) -> tuple[str, str]:
    return party.ref, party.name


def _id(f: Followed, number: int) -> str:
    return f.published.ids.values[number] if number >= 0 else ""


def _file_of(f: Followed, row: int) -> str:
    published = f.published
    return published.files[published.activities[published.columns["activity"][row]].file].path.name


def _money(f: Followed, row: int) -> tuple[str, str]:
    columns = f.published.columns
    currency = f.published.currencies.values[columns["currency"][row]]
    return currency, Number(to_decimal(columns["amount"][row], currency))


def _matches(f: Followed) -> Rows:
    published, columns = f.published, f.published.columns
    for row, said in enumerate(f.matches.says.tolist()):
        says, kind = Says(said), TYPES[columns["type"][row]]
        incoming = kind.direction is Direction.IN
        partner = int(f.matches.partner[row])
        if f.matches.other[row] < 0 or says < Says.BOTH or says is Says.NOTHING:
            continue
        if incoming and partner >= 0:
            continue  # Told with its sender.
        ends = [
            published.activities[n].identifier
            for n in (columns["activity"][row], int(f.matches.other[row]))
        ]
        giver, taker = (partner, row) if incoming else (row, partner)
        days = abs(columns["date"][row] - columns["date"][partner]) if partner >= 0 else ""
        yield (
            SAYS[says],
            kind.stage.name.lower().replace("_", " "),
            *(reversed(ends) if incoming else ends),
            *_told(f, giver),
            *_told(f, taker),
            days,
        )


def _told(f: Followed, row: int) -> tuple[Cell, ...]:
    if row < 0:
        return "", "", "", "", ""
    columns = f.published.columns
    day = Number(date.fromordinal(columns["date"][row]))
    return _file_of(f, row), columns["line"][row], day, *_money(f, row)


def _chains(f: Followed) -> Rows:
    for step in f.flows.steps:
        yield (
            *_place(step.source),
            step.hop,
            *_place(step.giver),
            *_place(step.taker),
            step.currency,
            Number(to_decimal(step.amount, step.currency)),
            *(Number(to_decimal(amount, step.currency)) for amount in step.by_voice),
            step.transactions,
        )


def _ends(f: Followed) -> Rows:
    for end in f.flows.ends:
        amount = Number(to_decimal(end.amount, end.currency))
        yield HOW[end.how], *_place(end.place), end.currency, *_place(end.source), amount, ""
    if f.start is None:
        for (activity, far, outgoing, number), (count, total) in f.plan.corrections.items():
            here = f.published.activities[activity]
            place = Place(What.ACTIVITY, here.identifier, here.title)
            currency = f.published.currencies.values[number]
            how = "correction of what went to" if outgoing else "correction of what came to"
            taker, giver = (far, place) if outgoing else (place, far)
            amount = Number(to_decimal(total, currency))
            yield how, *_place(taker), currency, *_place(giver), amount, count


def _coverage(f: Followed) -> Rows:
    for row in f.coverage:
        stage = row.type.stage.name.lower().replace("_", " ")
        yield row.type.code, row.type.name, stage, *row[1:]


def _unreadable(f: Followed) -> Rows:
    for problem in f.problems:
        name = f.published.files[problem.file].path.name
        yield (
            name,
            problem.line,
            problem.activity,
            problem.element,
            problem.reason,
            problem.transactions,
        )


_PLACE = ("kind", "id", "name")


def _columns(*parts: str | tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for part in parts for name in ((part,) if isinstance(part, str) else part))


def _of(what: str) -> tuple[str, ...]:
    return tuple(f"{what}_{part}" for part in _PLACE)


def _told_by(who: str) -> tuple[str, ...]:
    return tuple(f"{who}_{part}" for part in ("file", "line", "date", "currency", "amount"))


TABLES: Final = {
    "movements": Table(
        _columns(
            ("file", "line", "activity", "reporting_org", "reporting_org_name", "type"),
            ("type_name", "date", "currency", "amount", "far_activity", "far_org"),
            ("far_org_name", "says", "partner_file", "partner_line", "became"),
        ),
        _movements,
    ),
    "matches": Table(
        _columns(
            ("says", "stage", "sender", "receiver"),
            _told_by("sender"),
            _told_by("receiver"),
            "days_apart",
        ),
        _matches,
    ),
    "chains": Table(
        _columns(
            _of("source"),
            "hop",
            _of("from"),
            _of("to"),
            ("currency", "amount", "both_say", "both_say_but_differ", "only_sender_says"),
            ("only_receiver_says", "far_end_not_in_files", "movements"),
        ),
        _chains,
    ),
    "ends": Table(
        _columns("how", _of("end"), "currency", _of("source"), "amount", "corrections"), _ends
    ),
    "coverage": Table(
        _columns(
            ("type", "name", "stage", "kept", "names_an_activity", "of_an_organisation"),
            ("itself", "in_files", "both_say", "both_say_by_organisation", "other_date"),
            ("other_amount", "one_end_says"),
        ),
        _coverage,
    ),
    "unreadable": Table(
        ("file", "line", "activity", "element", "reason", "transactions_left_out"), _unreadable
    ),
}
