"""`cairn export` of every format that is one file, at a terminal. tables/command.py has the data package."""

import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cairn.exchange.contracting import write as contracting
from cairn.exchange.contracting.processes import purchases
from cairn.exchange.geojson.write import geojson_of
from cairn.exchange.giving import write as grants
from cairn.exchange.hxl.write import hxl_of
from cairn.exchange.outgoing import (
    File,
    OutputError,
    chosen,
    new_file,
    new_folder,
    size_in_words,
    still_so,
    up_to_date,
)
from cairn.exchange.tables.chosen import Choice
from cairn.exchange.tables.command import WhichTableError
from cairn.exchange.tables.declared import Chosen
from cairn.exchange.tables.package import TABLES, table_named
from cairn.exchange.workbook.words import TONGUES
from cairn.exchange.workbook.write import write_workbook
from cairn.following.queries.reading import Reading
from cairn.terminal import DASH, say, tell
from cairn.values import LANGUAGES, CairnError, in_language, to_minor

AT_ONCE: Final = 1 << 16

NO_PREFIX: Final = {"360giving": "360G-unregistered", "ocds": "ocds-unregistered"}
"""Prefixes that say that nobody has asked for one yet."""


class WhichLanguageError(CairnError):
    """A language that there are no names or headings in."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: the record as it is now, which rows of it, and where they go."""

    reading: Reading
    choice: Choice
    out: Path


@dataclass(frozen=True, slots=True)
class Ocds:
    """What else the export of purchases is asked."""

    above: str
    currency: str
    prefix: str
    address: str
    language: str


def asked(
    programme: str | None,
    out: Path,
    place: str,
    project: str,
    since: str,
    until: str,
) -> Asked:
    """Follow the money to the end, and choose rows. Raises CairnError for what is not on record."""
    reading = up_to_date(chosen(programme))
    rows = Chosen(place=place, project=project, since=since, until=until)
    return Asked(reading, Choice(reading, rows), out)


def xlsx(asked: Asked, *, language: str) -> None:
    """A workbook that the importer reads back."""
    if language not in TONGUES:
        raise WhichLanguageError(
            f"There are no headings in ‘{language}’; --language takes {' or '.join(TONGUES)}."
        )
    content = packed(lambda path: write_workbook(path, asked.choice, language))
    _tell(asked, _written(asked, content))


def geojson(asked: Asked) -> None:
    """Places, projects and assets for a map."""
    _tell(asked, _written(asked, geojson_of(asked.choice)))


def giving(asked: Asked, *, prefix: str, language: str) -> None:
    """Grants by 360Giving, in the form that the file's name says."""
    by = grants.Giving(_prefix(prefix, "360giving"), _language(language))
    rows = asked.reading, asked.choice.chosen, by
    match asked.out.suffix.lower():
        case ".csv":
            content = grants.csv_of(*rows)
        case ".xlsx":
            content = packed(lambda path: grants.write_xlsx(path, *rows))
        case "" | ".json":
            content = grants.json_of(*rows)
        case _:
            raise OutputError(f"{asked.out}: name a file that ends in .json, .csv or .xlsx.")
    _tell(asked, _written(asked, content))


def ocds(asked: Asked, how: Ocds, *, records: bool) -> None:
    """Purchases above an amount."""
    currency = how.currency or asked.reading.row.currency
    found = purchases(
        asked.reading,
        asked.choice.chosen,
        above_minor=to_minor(how.above, currency),
        currency=currency,
    )
    language = _language(how.language)
    by = contracting.Publisher(
        prefix=_prefix(how.prefix, "ocds"),
        name=in_language(asked.reading.row.name, language),
        address=how.address or f"urn:cairn:{asked.reading.id}:{asked.reading.snapshot.position}",
        language=language,
    )
    package = contracting.record_package if records else contracting.release_package
    file = _written(asked, package(asked.reading, found.processes, by))
    _tell(asked, file, processes=len(found.processes), left_out_without_payee=found.to_nobody)


def hxl(asked: Asked, *, table: str) -> None:
    """Tables with a row of hashtags: a folder of them, or one."""
    if table or asked.out == DASH:
        one = table_named(table)
        if one is None:
            names = ", ".join(one.name for one in TABLES)
            raise WhichTableError(f"Name one of these with --table: {names}.")
        _tell(asked, _written(asked, hxl_of(one, asked.choice.rows(one))))
        return
    size = 0
    with new_folder(asked.out, ours=_is_hxl) as folder:
        for one in TABLES:
            path = folder / f"{one.name}.csv"
            size += new_file(path, hxl_of(one, asked.choice.rows(one))).size
        still_so(asked.reading)
    _tell(asked, File(asked.out, size), tables=len(TABLES))


def _is_hxl(folder: Path) -> bool:
    """Whether a folder holds tables as this command writes them, and nothing else."""
    names = {path.name for path in folder.iterdir()}
    return names <= {f"{one.name}.csv" for one in TABLES}


def _written(asked: Asked, content: Iterator[bytes]) -> File:
    def steady() -> Iterator[bytes]:
        yield from content
        still_so(asked.reading)

    return new_file(asked.out, steady())


def packed(write: Callable[[Path], None]) -> Iterator[bytes]:
    """The bytes of a workbook, which is written beside first: a zip has its index at its end."""
    with tempfile.TemporaryDirectory(prefix="cairn-export-") as folder:
        path = Path(folder) / "book.xlsx"
        write(path)
        with path.open("rb") as file:
            while some := file.read(AT_ONCE):
                yield some


def _prefix(given: str, standard: str) -> str:
    if given and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", given):
        raise CairnError(f"‘{given}’ is no prefix; it has letters, digits and hyphens.")
    if not given:
        tell(
            f"No --prefix was given: identifiers begin with {NO_PREFIX[standard]}, which is "
            "registered to nobody."
        )
    return given or NO_PREFIX[standard]


def _language(code: str) -> str:
    if code not in LANGUAGES:
        raise WhichLanguageError(
            f"There are no names in ‘{code}’; --language takes any of {', '.join(LANGUAGES)}."
        )
    return code


def _tell(asked: Asked, file: File, **counted: int) -> None:
    """What was written: on stdout, unless that is where it was written to."""
    more = "".join(f", {number} {name.replace('_', ' ')}" for name, number in counted.items())
    say(
        f"{file.path or 'stdout'}: ‘{asked.reading.id}’ as of position "
        f"{asked.reading.snapshot.position}, {size_in_words(file.size)}{more}.",
        programme=asked.reading.id,
        position=asked.reading.snapshot.position,
        file=file.path,
        bytes=file.size,
        **counted,
    )
