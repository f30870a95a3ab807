"""The mapping of a file's columns to fields: what it says, and how it is kept as TOML.

guess.py makes one; a person mends it; read.py reads rows by it.
"""

import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from cairn.exchange.sheets.values import DateOrder, DecimalMark, plain
from cairn.exchange.sheets.words import KINDS, PERSONAL, ROW_KINDS, RowKind
from cairn.values import CairnError

EVERY_OTHER_SHEET: Final = "*"
"""As a sheet's name in a map: every visible sheet that the map does not name."""

_FIRST_LINES: Final = """\
# How `cairn import` reads {sheet}.
# Mend it and import again: a map that is there is used, never overwritten.
# What each line means: docs/how-to/import-a-sheet.md

"""


class MapError(CairnError):
    """A map that says something impossible, or does not fit its sheet; says where."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SheetMap(_Part):
    """How one sheet is read.

    `columns` gives for each field its heading, a heading of two rows joined as 项目·名称.
    `constants` gives fields that the sheet leaves out, the same for each row. `id_is` says whether
    the id names one row, or a document that several rows may share. `left_out` is for people.
    """

    name: str = ""
    rows_are: RowKind
    header_rows: Annotated[
        tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1, max_length=4)
    ]
    unit: Annotated[Decimal, Field(gt=0)] = Decimal(1)
    date_order: DateOrder | None = None
    decimal_mark: DecimalMark = "."
    id_is: Literal["row", "document"] = "row"
    columns: dict[str, str]
    constants: dict[str, str] = {}
    left_out: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _fields_are_of_this_kind(self) -> "SheetMap":
        known = KINDS[self.rows_are].fields
        for field in (*self.columns, *self.constants):
            if field not in known:
                raise ValueError(
                    f"‘{self.rows_are}’ has no field ‘{field}’; it has {', '.join(sorted(known))}"
                )
        for field, heading in self.columns.items():
            # Banks call every payee 收款人, firms as well; a person among them is left out by name.
            of_payees = field == "payee" and heading.startswith("收款人")
            if re.fullmatch(PERSONAL, plain(heading)) and not of_payees:
                raise ValueError(
                    f"‘{heading}’ tells of people, and Cairn keeps no record of any; leave it out"
                )
        both = sorted(self.columns.keys() & self.constants.keys())
        if both:
            raise ValueError(f"‘{both[0]}’ stands under columns and under constants; keep one")
        return self

    def still_needed(self) -> list[str]:
        """The fields that neither a column nor a constant gives, and without which no row is good."""
        given = self.columns.keys() | self.constants.keys()
        groups = [(need,) if isinstance(need, str) else need for need in KINDS[self.rows_are].needs]
        return [" or ".join(group) for group in groups if not given.intersection(group)]


class Mapping(_Part):
    """How a file is read. `names` answers who is meant: what the sheet writes → an id on record.

    `source` tells apart files whose rows are numbered alike: rows of the same sheet name, kind and
    id under the same source are the same row.
    """

    encoding: str | None = None
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    source: str = ""
    names: dict[str, str] = {}
    sheet: Annotated[tuple[SheetMap, ...], Field(min_length=1)]

    def for_sheet(self, name: str) -> SheetMap | None:
        """The map of a sheet, by its name or as one of all others."""
        by_name = {sheet.name: sheet for sheet in self.sheet}
        return by_name.get(name) or by_name.get(EVERY_OTHER_SHEET)


def read_mapping(path: Path) -> Mapping:
    """Read a map. Raises MapError naming the line or the entry."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise MapError(f"{path}: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MapError(f"{path} is not TOML: {error}") from error
    try:
        return Mapping.model_validate(said)
    except ValidationError as error:
        raise MapError(f"{path}: {_told(error)}") from error


def toml_of(mapping: Mapping, sheet: str) -> str:
    """Write a map as TOML, with a line that says whose it is."""
    import tomli_w  # noqa: PLC0415 - only an import without a map writes one

    said: dict[str, Any] = mapping.model_dump(exclude_defaults=True)
    said["sheet"] = [{"name": one.get("name", "")} | one for one in said["sheet"]]
    for one in said["sheet"]:
        if "unit" in one:
            one["unit"] = int(one["unit"]) if one["unit"] % 1 == 0 else float(one["unit"])
    lines = _FIRST_LINES.format(sheet=re.sub(r"\s+", " ", sheet))
    return lines + tomli_w.dumps(said)


def save_mapping(mapping: Mapping, path: Path, *, sheet: str) -> None:
    """Save a map in a new file. Raises MapError; never overwrites."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(toml_of(mapping, sheet))
    except FileExistsError:
        raise MapError(f"{path} is there already; it was not overwritten") from None
    except OSError as error:
        raise MapError(
            f"the map could not be saved as {path} ({error.strerror}); give a place with --save-map"
        ) from error


def _told(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"]) or "the map"
    message = first["msg"].removeprefix("Value error, ")
    if where.endswith("rows_are"):
        message = f"one of {', '.join(ROW_KINDS)}"
    return f"{where}: {message}"
