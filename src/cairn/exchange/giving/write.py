"""Grants by the 360Giving Data Standard: JSON, or a sheet with the standard's headings.

A grant on record is money promised by a sponsor to a programme. The standard wants one recipient: it is
the organisation whose accounts received most of it; before anything was received, it is the programme.
"""

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cairn.exchange.tables.declared import Chosen
from cairn.exchange.tables.write import BOM
from cairn.following.queries.lists import grant_row
from cairn.following.queries.reading import Reading
from cairn.money.models import Account, Grant
from cairn.trace.policy import Kind
from cairn.values import in_language, to_decimal

HEADINGS: Final = (
    ("Identifier", ("id",)),
    ("Title", ("title",)),
    ("Description", ("description",)),
    ("Currency", ("currency",)),
    ("Amount Awarded", ("amountAwarded",)),
    ("Amount Disbursed", ("amountDisbursed",)),
    ("Award Date", ("awardDate",)),
    ("Planned Dates:Start Date", ("plannedDates", 0, "startDate")),
    ("Planned Dates:End Date", ("plannedDates", 0, "endDate")),
    ("Recipient Org:Identifier", ("recipientOrganization", 0, "id")),
    ("Recipient Org:Name", ("recipientOrganization", 0, "name")),
    ("Funding Org:Identifier", ("fundingOrganization", 0, "id")),
    ("Funding Org:Name", ("fundingOrganization", 0, "name")),
    ("Beneficiary Location:Name", ("beneficiaryLocation", 0, "name")),
    ("Beneficiary Location:Latitude", ("beneficiaryLocation", 0, "latitude")),
    ("Beneficiary Location:Longitude", ("beneficiaryLocation", 0, "longitude")),
)
"""The standard's headings, and where each stands in the JSON of a grant: of several places the first."""


@dataclass(frozen=True, slots=True)
class Giving:
    """Who publishes: the prefix of identifiers, which 360Giving gives to publishers."""

    prefix: str
    language: str = "en"


def grants_of(reading: Reading, chosen: Chosen, giving: Giving) -> Iterator[dict[str, Any]]:
    """Every pledged grant, as the standard's JSON has it. Days choose by when it was pledged."""
    received = _received_by(reading)
    inside = set(reading.within(chosen.place)) if chosen.place else set()
    for grant in sorted(reading.grants.values(), key=lambda row: (row.pledged_on, row.id)):
        day = grant.pledged_on.isoformat()
        if (chosen.since and day < chosen.since) or (chosen.until and day > chosen.until):
            continue
        if chosen.place and not inside & set(grant.places):
            continue
        if chosen.project and chosen.project not in grant.projects:
            continue
        yield _grant(reading, grant, received.get(grant.id, {}), giving)


def _received_by(reading: Reading) -> dict[str, dict[str, int]]:
    """What each organisation's accounts received of each grant from its sponsor."""
    columns, shot = reading.snapshot.columns, reading.snapshot
    holders = dict(Account.objects.filter(programme=reading.id).values_list("id", "holder"))
    sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in (columns.kind == Kind.RECEIVE).nonzero()[0]:
        if shot.lists.reversed[row] or columns.grant[row] < 0:
            continue
        grant, _currency = shot.grants[columns.grant[row]]
        account, _currency = shot.accounts[columns.target[row]]
        sums[grant][holders[account]] += int(columns.amount[row])
    return sums


def _grant(
    reading: Reading, grant: Grant, received: dict[str, int], giving: Giving
) -> dict[str, Any]:
    said = giving.language
    row = grant_row(reading, grant.id, grant.currency)
    most = max(sorted(received), key=lambda id_: received[id_], default="")
    recipient = (
        (most, in_language(reading.organisation(most).name, said))
        if most
        else (reading.id, in_language(reading.row.name, said))
    )
    sponsor = reading.sponsor(grant.id)
    found: dict[str, Any] = {
        "id": f"{giving.prefix}-{grant.id}",
        "title": in_language(grant.name, said),
        "description": _description(reading, grant, said),
        "currency": grant.currency,
        "amountAwarded": _number(grant.amount_minor, grant.currency),
        "amountDisbursed": _number(row.received, grant.currency),
        "awardDate": grant.pledged_on.isoformat(),
        "recipientOrganization": [_organisation(giving.prefix, *recipient)],
        "fundingOrganization": [
            _organisation(giving.prefix, sponsor.id, in_language(sponsor.name, said))
        ],
    }
    if grant.until:
        found["plannedDates"] = [
            {"startDate": grant.pledged_on.isoformat(), "endDate": grant.until.isoformat()}
        ]
    if grant.places:
        found["beneficiaryLocation"] = [_location(reading, id_, said) for id_ in grant.places]
    return found


def _organisation(prefix: str, id_: str, name: str) -> dict[str, str]:
    """Without a number in a register, the standard takes the publisher's prefix and its own id."""
    return {"id": f"{prefix}-org:{id_}", "name": name or id_}


def _description(reading: Reading, grant: Grant, language: str) -> str:
    """The standard wants one, and no fact asks for it: what the grant may be used for."""
    places = [in_language(reading.place(id_).name, language) for id_ in grant.places]
    known = reading.projects(grant.projects)
    projects = [in_language(known[id_].name, language) for id_ in grant.projects if id_ in known]
    said = [
        f"{label}: {', '.join(names)}"
        for label, names in (("Places", places), ("Themes", grant.themes), ("Projects", projects))
        if names
    ]
    name = in_language(grant.name, language)
    return f"{name}. {'; '.join(said)}" if said else f"{name}. For anything in the programme."


def _location(reading: Reading, id_: str, language: str) -> dict[str, Any]:
    place = reading.places[id_]
    found: dict[str, Any] = {"name": in_language(place.name, language)}
    if place.north is not None and place.east is not None:
        found |= {"latitude": place.north / 100, "longitude": place.east / 100}
    return found


def _number(minor: int, currency: str) -> int | float:
    """An amount as a number of JSON: whole where it is, else exact to 15 digits."""
    text = to_decimal(minor, currency)
    whole, _point, rest = text.partition(".")
    return float(text) if rest.strip("0") else int(whole)


def json_of(reading: Reading, chosen: Chosen, giving: Giving) -> Iterator[bytes]:
    """The standard's package: `{"version": …, "grants": […]}`, a grant a line."""
    yield b'{"version":"1.4","grants":[\n'
    before = ""
    for grant in grants_of(reading, chosen, giving):
        yield f"{before}{json.dumps(grant, ensure_ascii=False)}".encode()
        before = ",\n"
    yield b"\n]}\n"


def lines_of(reading: Reading, chosen: Chosen, giving: Giving) -> Iterator[list[Any]]:
    """The same as lines of a sheet, the headings first."""
    yield [heading for heading, _path in HEADINGS]
    for grant in grants_of(reading, chosen, giving):
        yield [_at(grant, path) for _heading, path in HEADINGS]


def _at(grant: Any, path: tuple[str | int, ...]) -> Any:  # noqa: ANN401 - JSON
    found = grant
    for step in path:
        try:
            found = found[step]
        except (KeyError, IndexError):
            return ""
    return found


def csv_of(reading: Reading, chosen: Chosen, giving: Giving) -> Iterator[bytes]:
    """A sheet as CSV, safe to open in a spreadsheet."""
    from cairn.exchange.sheets.refused import formula_safe  # noqa: PLC0415 - only sheets need it

    yield BOM.encode()
    for line in lines_of(reading, chosen, giving):
        buffer = io.StringIO(newline="")
        csv.writer(buffer).writerow([formula_safe(str(cell)) for cell in line])
        yield buffer.getvalue().encode()


def write_xlsx(path: Path, reading: Reading, chosen: Chosen, giving: Giving) -> None:
    """A sheet as a workbook, which holds text as text."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - only where a workbook is asked for

    with Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("grants")
        for at, line in enumerate(lines_of(reading, chosen, giving)):
            for column, cell in enumerate(line):
                if isinstance(cell, str):
                    sheet.write_string(at, column, cell)
                else:
                    sheet.write_number(at, column, cell)
