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
    own = "" if field.name == _one(field.to) else f"+{field.name}"
    rules = (
        (field.name in OF_FIELD, OF_FIELD.get(field.name, "")),
        (bool(field.to), f"{_about(field.to)}+code{own}"),
        (field.type == "date", f"#date+{re.sub('_on$', '', field.name)}"),
        (field.name == "currency", "#currency+code"),
        ("currency" in field.name, f"#currency+code+{field.name}"),
        (field.type == "number", f"#value+{field.name}"),
        (field.name == table.key[0], f"{_about(table.name)}+code"),
    )
    return next((tag for fits, tag in rules if fits), _in_a_language(table, field))


def _in_a_language(table: Table, field: Field) -> str:
    """The tag of a text in one language, `+i_zh` as HXL has it; or of a field like no other."""
    found = re.fullmatch(r"(.+?)_(en|zh|ug|ky)(?:_(hans|arab))?", field.name)
    if found is None:
        return f"#meta+{field.name}"
    written = f"+{found[3]}" if found[3] else ""
    return f"{_about(table.name)}+{found[1]}+i_{found[2]}{written}"


def _about(table: str) -> str:
    return OF_TABLE.get(table) or f"#meta+{_one(table)}"


def _one(table: str) -> str:
    """One row of a table: a movement of movements."""
    return ONE.sub(lambda found: "y" if found[0] == "ies" else "", table)
