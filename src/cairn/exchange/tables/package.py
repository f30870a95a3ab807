"""The data package: every table of a programme's public record, described so that machines read it.

datapackage.json             the tables, their fields, types and keys (Frictionless Data Package)
data/movements.csv           a table
parquet/movements.parquet    the same, typed, for whoever computes with it
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.utils import translation

from cairn.exchange.tables.declared import Field, Table
from cairn.exchange.tables.money import MONEY
from cairn.exchange.tables.seen import SEEN
from cairn.exchange.tables.things import THINGS
from cairn.following.queries.reading import Reading
from cairn.journal.log import Log
from cairn.merkle.note import encode_base64
from cairn.values import in_language

TABLES: Final = (*THINGS, *MONEY, *SEEN)

DESCRIPTOR: Final = "datapackage.json"

LICENCES: Final = {
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "ODbL-1.0": "https://opendatacommons.org/licenses/odbl/1-0/",
    "ODC-BY-1.0": "https://opendatacommons.org/licenses/by/1-0/",
    "PDDL-1.0": "https://opendatacommons.org/licenses/pddl/1-0/",
}
"""Licences that are known by name alone. Any other is told as it was given."""


@dataclass(frozen=True, slots=True)
class Written:
    """A table as it lies in a folder: how many rows, bytes, and their SHA-256."""

    table: Table
    rows: int
    size: int
    sha256: str


def descriptor(
    reading: Reading,
    *,
    licence: str = "",
    written: Iterable[Written] = (),
    folder: str = "data/",
    whole: bool = True,
    told: bool = True,
) -> dict[str, Any]:
    """What datapackage.json says. `written` has the tables that are files; else none is weighed.

    Where rows were chosen it is not `whole`, and what they name may be in no table. Of which state
    it is, is not `told` in a published record, whose manifest says it.
    """
    files = {one.table.name: one for one in written}
    tables = [one for one in TABLES if one.name in files or not files]
    there = {table.name for table in tables} if whole else set()
    name = in_language(reading.row.name, "en")
    said: dict[str, Any] = {
        "profile": "tabular-data-package",
        "name": _package_name(reading.id),
        "title": name,
        "description": _about(reading, licence, told=told),
    }
    if told:
        said |= {"version": str(reading.snapshot.position), "cairn": _origin(reading)}
    with translation.override("en"):
        said["resources"] = [_resource(one, files.get(one.name), folder, there) for one in tables]
    if licence:
        address = LICENCES.get(licence)
        said["licenses"] = [{"name": licence, "path": address} if address else {"name": licence}]
    return said


def as_json(said: dict[str, Any]) -> bytes:
    """Written so that people can read it, and the same each time."""
    return f"{json.dumps(said, ensure_ascii=False, indent=2)}\n".encode()


def table_named(name: str) -> Table | None:
    """The table of that name."""
    return next((one for one in TABLES if one.name == name), None)


def _package_name(programme: str) -> str:
    """Names of packages take fewer signs than ids do."""
    if re.fullmatch(r"[-a-z0-9._]+", programme):
        return programme
    return f"cairn-{hashlib.sha256(programme.encode()).hexdigest()[:12]}"


def _about(reading: Reading, licence: str, *, told: bool) -> str:
    at = reading.snapshot
    when = f" as of position {at.position} of its journal" if told else ""
    said = (
        f"The public record of ‘{reading.id}’{when}, its money "
        f"followed by the policy {at.policy} {at.policy_version}. Amounts are exact decimals in major "
        "units of the currency beside them. Whatever residents said, what posts asked of one another "
        "and who holds a post are not in it."
    )
    return said if licence else f"{said} Nobody has said yet under which licence it may be used."


def _origin(reading: Reading) -> dict[str, Any]:
    """Of which state of which journal it is, and the checkpoint over just that, where it has one."""
    at = reading.snapshot
    said: dict[str, Any] = {
        "programme": reading.id,
        "position": at.position,
        "policy": at.policy,
        "policy_version": at.policy_version,
    }
    checkpoint = Log(reading.id).checkpoint()
    if checkpoint and checkpoint.size == at.position:
        said["checkpoint"] = {
            "origin": checkpoint.origin,
            "size": checkpoint.size,
            "root": encode_base64(checkpoint.root),
        }
    return said


def _resource(table: Table, file: Written | None, folder: str, there: set[str]) -> dict[str, Any]:
    said: dict[str, Any] = {
        "profile": "tabular-data-resource",
        "name": table.name,
        "title": str(table.title),
        "description": table.about,
        "path": f"{folder}{table.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
    }
    if file:
        said |= {"bytes": file.size, "hash": f"sha256:{file.sha256}", "rows": file.rows}
        said["parquet"] = f"parquet/{table.name}.parquet"
    said["schema"] = {
        "fields": [_field(one) for one in table.fields],
        "missingValues": [""],
        "primaryKey": list(table.key),
    }
    if keys := list(_foreign(table, there)):
        said["schema"]["foreignKeys"] = keys
    return said


def _field(one: Field) -> dict[str, Any]:
    said: dict[str, Any] = {"name": one.name, "type": one.type, "description": one.about}
    if one.needed:
        said["constraints"] = {"required": True}
    return said


def _foreign(table: Table, there: set[str]) -> Iterator[dict[str, Any]]:
    first = {one.name: one.fields[0].name for one in TABLES}
    for one in table.fields:
        if one.to in there:
            resource = "" if one.to == table.name else one.to
            yield {
                "fields": [one.name],
                "reference": {"resource": resource, "fields": [first[one.to]]},
            }
