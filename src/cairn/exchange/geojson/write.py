"""Places, projects and assets as GeoJSON (RFC 7946), a feature a line.

Every position is that of a place on record, which is coarser than a kilometre: a project or an asset is
drawn where its place is, and nowhere finer. What is at a place without a position has none either.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from cairn.exchange.tables.chosen import Choice
from cairn.exchange.tables.declared import Row, Table
from cairn.exchange.tables.things import ASSETS, PLACES, PROJECTS
from cairn.following.queries.reading import Reading

TABLES: Final = {"place": PLACES, "project": PROJECTS, "asset": ASSETS}

Point = tuple[float, float]


def geojson_of(choice: Choice) -> Iterator[bytes]:
    """A feature collection. Properties are the fields of the tables, and are called as there."""
    where = _positions(choice.reading)
    yield b'{"type":"FeatureCollection","features":[\n'
    before = ""
    for sort, table in TABLES.items():
        at = table.place["id" if sort == "place" else "place"]
        for row in choice.rows(table):
            said = json.dumps(_feature(sort, table, row, where.get(row[at])), ensure_ascii=False)
            yield f"{before}{said}".encode()
            before = ",\n"
    yield b"\n]}\n"


def _positions(reading: Reading) -> dict[str, Point]:
    return {
        row.id: (row.east / 100, row.north / 100)
        for row in reading.places.values()
        if row.east is not None and row.north is not None
    }


def _feature(sort: str, table: Table, row: Row, point: Point | None) -> dict[str, Any]:
    said = {
        one.name: _plain(cell, one.type)
        for one, cell in zip(table.fields, row, strict=True)
        if cell is not None and one.name not in {"latitude", "longitude"}
    }
    return {
        "type": "Feature",
        "id": f"{sort}/{row[0]}",
        "geometry": {"type": "Point", "coordinates": list(point)} if point else None,
        "properties": {"sort": sort, **said},
    }


def _plain(cell: Any, type: str) -> Any:  # noqa: A002, ANN401 - a cell of that type
    """A cell as JSON has it. Amounts stay texts: a reader of JSON would round them."""
    return cell if type in {"integer", "boolean"} else str(cell)
