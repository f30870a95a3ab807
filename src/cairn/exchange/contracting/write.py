"""Purchases above a limit by the Open Contracting Data Standard 1.1: releases, and records of them.

What the facts tell and nothing else: awards, contracts and payments. No fact tells of a tender, bids or
who decided, so none is written. Buyer is whoever paid; where nobody has, there is none. Suppliers are
organisations on record, and never persons.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from cairn.exchange.contracting.processes import Process
from cairn.following.queries.reading import Reading
from cairn.journal.heads import entries
from cairn.values import in_language, to_decimal

VERSION: Final = "1.1"


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes, and the prefix of ocids, which the Open Contracting Partnership gives out.

    `address` is where the package will be: the standard wants one.
    """

    prefix: str
    name: str
    address: str
    language: str = "en"


def releases_of(
    reading: Reading, processes: list[Process], by: Publisher
) -> Iterator[dict[str, Any]]:
    """A release of each process: how it stands as of the position of the reading."""
    for one in processes:
        yield _release(reading, one, by)


def release_package(reading: Reading, processes: list[Process], by: Publisher) -> Iterator[bytes]:
    """A release package, a release a line."""
    releases = releases_of(reading, processes, by)
    yield from _package(reading, by, "releases", map(_as_line, releases))


def record_package(reading: Reading, processes: list[Process], by: Publisher) -> Iterator[bytes]:
    """A record package: each process with its one release, and the same compiled."""
    records = (
        {
            "ocid": release["ocid"],
            "releases": [release],
            "compiledRelease": {**release, "id": f"{release['id']}-compiled", "tag": ["compiled"]},
        }
        for release in releases_of(reading, processes, by)
    )
    yield from _package(reading, by, "records", map(_as_line, records))


def _package(reading: Reading, by: Publisher, what: str, lines: Iterator[str]) -> Iterator[bytes]:
    said = {
        "uri": by.address,
        "version": VERSION,
        "publishedDate": _published_at(reading),
        "publisher": {"name": by.name},
    }
    yield f'{json.dumps(said, ensure_ascii=False)[:-1]}, "{what}": [\n'.encode()
    before = ""
    for line in lines:
        yield f"{before}{line}".encode()
        before = ",\n"
    yield b"\n]}\n"


def _as_line(said: dict[str, Any]) -> str:
    return json.dumps(said, ensure_ascii=False)


def _published_at(reading: Reading) -> str:
    """When the last fact was recorded: the same record makes the same package."""
    at = reading.snapshot.position
    last = next(iter(entries(reading.id, after=at - 1, until=at)))
    recorded = datetime.fromisoformat(json.loads(bytes(last.body))["recorded_at"])
    return f"{recorded:%Y-%m-%dT%H:%M:%S}Z"


def _release(reading: Reading, one: Process, by: Publisher) -> dict[str, Any]:
    ocid = f"{by.prefix}-{reading.id}-{one.id}"
    supplier = _reference(reading, one.supplier, by)
    payers = [_reference(reading, id_, by) for id_ in one.payers if id_]
    title = _title(reading, one, by)
    value = _value(one.minor, one.currency)
    found: dict[str, Any] = {
        "ocid": ocid,
        "id": f"{ocid}-{one.last_on.isoformat()}-{len(one.payments)}",
        "date": _moment(one.last_on),
        "language": {"zh-hans": "zh"}.get(by.language, by.language),
        "tag": ["award", "contract", *(["implementation"] if one.payments else [])],
        "initiationType": "tender",
        "parties": _parties(reading, one, by),
        "awards": [
            {
                "id": one.id,
                "title": title,
                "status": "active",
                "date": _moment(one.on),
                "value": value,
                "suppliers": [supplier],
            }
        ],
        "contracts": [
            {
                "id": one.id,
                "awardID": one.id,
                "title": title,
                "status": "active",
                "value": value,
                **({"dateSigned": _moment(one.on)} if one.engaged else {}),
                **_implementation(reading, one, by, supplier),
            }
        ],
    }
    if payers:
        found["buyer"] = payers[0]
    return found


def _title(reading: Reading, one: Process, by: Publisher) -> str:
    project = reading.projects([one.project]).get(one.project)
    of = in_language(project.name, by.language) if project else one.project
    what = in_language(one.what, by.language)
    return f"{of}: {what}" if what else of


def _implementation(
    reading: Reading, one: Process, by: Publisher, supplier: dict[str, str]
) -> dict[str, Any]:
    paid = [
        {
            "id": payment.id,
            "date": _moment(payment.on),
            "value": _value(payment.minor, one.currency),
            **({"payer": _reference(reading, payment.payer, by)} if payment.payer else {}),
            "payee": supplier,
        }
        for payment in one.payments
    ]
    return {"implementation": {"transactions": paid}} if paid else {}


def _parties(reading: Reading, one: Process, by: Publisher) -> list[dict[str, Any]]:
    """Everybody who is named, with each role."""
    roles: dict[str, list[str]] = {}
    for nth, id_ in enumerate(one.payers):
        roles.setdefault(id_, []).extend(["buyer", "payer"] if nth == 0 else ["payer"])
    roles.setdefault(one.supplier, []).extend(["supplier", *(["payee"] if one.payments else [])])
    return [{**_reference(reading, id_, by), "roles": said} for id_, said in roles.items() if id_]


def _reference(reading: Reading, id_: str, by: Publisher) -> dict[str, str]:
    return {"id": id_, "name": in_language(reading.organisation(id_).name, by.language) or id_}


def _value(minor: int, currency: str) -> dict[str, Any]:
    """An amount as a number of JSON: whole where it is, else exact to 15 digits."""
    whole, _point, rest = to_decimal(minor, currency).partition(".")
    amount = float(f"{whole}.{rest}") if rest.strip("0") else int(whole)
    return {"amount": amount, "currency": currency}


def _moment(day: date) -> str:
    """A day as the standard wants it: the facts tell no hour."""
    return f"{day.isoformat()}T00:00:00Z"
