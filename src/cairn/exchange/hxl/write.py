"""Tables with a row of HXL hashtags under their headings (Humanitarian Exchange Language 1.1).

The tags follow from what a field is: which table it names, whether it is an amount or a day. So a new
field has its tag without a further line.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from cairn.exchange.tables.declared import Field, Row, Table
from cairn.exchange.tables.write import BOM, csv_of

OF_TABLE: Final = {
    "places": "#loc",
    "organisations": "#org",
    "projects": "#activity",
    "assets": "#item",
    "needs": "#need",
    "inspections": "#meta+inspection",
}
"""The hashtag of what a table is about. The others are `#meta` with an attribute of their own."""

OF_FIELD: Final = {
    "latitude": "#geo+lat",
    "longitude": "#geo+lon",
    "theme": "#sector+theme",
    "condition": "#status+condition",
    "state": "#status+state",
    "stage": "#status+stage",
    "kind": "#meta+kind",
    "unit": "#item+unit",
    "quantity": "#item+num",
    "year": "#date+year",
}

ONE: Final = re.compile(r"ies$|s$")


def hxl_of(table: Table, rows: Iterable[Row]) -> Iterator[bytes]:
    """A table as CSV: its headings, their hashtags, its rows."""
    headings = ",".join(one.name for one in table.fields)
    tags = ",".join(hashtag(table, one) for one in table.fields)
    yield f"{BOM}{headings}\r\n{tags}\r\n".encode()
    yield from csv_of(table, rows, header=False)


def hashtag(table: Table, field: Field) -> str:
    """The tag of a field."""
    if field.name in OF_FIELD:
        return OF_FIELD[field.name]
    if field.to:
        own = "" if field.name == _one(field.to) else f"+{field.name}"
        return f"{_about(field.to)}+code{own}"
    if field.type == "date":
        return f"#date+{re.sub('_on$', '', field.name)}"
    if "currency" in field.name:
        return "#currency+code" if field.name == "currency" else f"#currency+code+{field.name}"
    if field.type == "number":
        return f"#value+{field.name}"
    if field.name == table.key[0]:
        return f"{_about(table.name)}+code"
    if language := re.fullmatch(r"(.+?)_(en|zh_hans|ug|ky_arab|ky)", field.name):
        return f"{_about(table.name)}+{language[1]}+i_{language[2].partition('_')[0]}" + (
            f"+{language[2].partition('_')[2]}" if "_" in language[2] else ""
        )
    return f"#meta+{field.name}"


def _about(table: str) -> str:
    return OF_TABLE.get(table) or f"#meta+{_one(table)}"


def _one(table: str) -> str:
    """One row of a table: a movement of movements."""
    return ONE.sub(lambda found: "y" if found[0] == "ies" else "", table)
