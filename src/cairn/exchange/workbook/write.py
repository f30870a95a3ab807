"""A programme as a workbook that people read and the importer of sheets reads back unchanged.

Rows are those of the tables, in the columns that sheets/words.py knows. Each names its fact, so that
importing it again brings nothing, and importing it elsewhere brings the same facts under the same ids.
"""

import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, Final, cast

from xlsxwriter import Workbook

from cairn.exchange.sheets.marks import named
from cairn.exchange.sheets.read import Value
from cairn.exchange.sheets.words import AMOUNT_FIELDS, DATE_FIELDS, NOTHING
from cairn.exchange.tables.chosen import Choice
from cairn.exchange.tables.declared import Row, Table
from cairn.exchange.tables.money import ACCOUNTS, GRANTS, MOVEMENTS
from cairn.exchange.tables.things import ORGANISATIONS, PLACES, PROJECTS
from cairn.exchange.workbook.words import (
    ABOUT,
    FACT,
    NAME_OF,
    SHEETS,
    STATUS,
    WHAT,
    SheetWords,
    Tongue,
)
from cairn.following.queries.lists import stage_of
from cairn.journal.models import Entry
from cairn.money.models import Grant
from cairn.values import CairnError, in_language, to_decimal, to_minor
from cairn.works.models import Project

EXACT_DIGITS: Final = 15
"""A spreadsheet counts in binary fractions: an amount with more digits is written as text."""

ROWS_AT_MOST: Final = 1_048_576
CELL_AT_MOST: Final = 32_767

BROUGHT_BY: Final = {
    "place": "programme.place-added",
    "organisation": "programme.organisation-joined",
    "account": "money.account-opened",
    "grant": "money.grant-pledged",
    "project": "works.project-proposed",
}

SHEET_OF: Final = {
    "money.money-received": "money received",
    "money.money-sent": "money sent",
    "money.money-spent": "money spent",
    "money.money-returned": "money returned",
    "money.money-moved": "cash book",
    "money.interest-received": "cash book",
    "money.bank-fee-charged": "cash book",
    "money.money-confirmed": "followed",
    "money.sending-voided": "followed",
    "money.movement-reversed": "followed",
}
"""Which sheet has movements that a kind of fact told. The others are counted, and in none."""

WHAT_OF: Final = {
    "money.money-moved": "moved",
    "money.interest-received": "interest",
    "money.bank-fee-charged": "fee",
    "money.money-confirmed": "confirmed",
    "money.sending-voided": "voided",
    "money.movement-reversed": "reversed",
}

Said = dict[str, Value | None]


class TooManyRowsError(CairnError):
    """More rows than a sheet takes."""


def write_workbook(path: Path, choice: Choice, language: str) -> None:
    """Write the workbook, row by row. Raises TooManyRowsError."""
    tongue = cast("Tongue", language)
    told = _Told(choice, tongue)
    options = {
        "constant_memory": True,
        "strings_to_numbers": False,
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    with Workbook(str(path), options) as book:
        book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC)})  # the same bytes again
        _about(book, told)
        for words in SHEETS:
            _Sheet(book, words, told).write(told.rows(words.kind))


@dataclass
class _Told:
    """What a programme has for each sheet: the fields of the importer, by their names there."""

    choice: Choice
    language: Tongue
    kept: set[str] = field(default_factory=set)
    left: int = 0

    def __post_init__(self) -> None:
        """Know which facts brought what, and which movements the sheets have."""
        self.reading = self.choice.reading
        self.facts = {called: self._brought(called, kind) for called, kind in BROUGHT_BY.items()}
        counted = Counter[bool]()
        for row in self.choice.rows(MOVEMENTS):
            stays = self._is_kept(row)
            counted[stays] += 1
            if stays:
                self.kept.add(row[0])
        self.left = counted[False]

    def _brought(self, called: str, kind: str) -> dict[str, str]:
        found = Entry.objects.filter(programme=self.reading.id, kind=kind)
        rows = found.order_by("position").values_list("id", "body").iterator(chunk_size=2_000)
        return {json.loads(bytes(body))["fact"][called]: str(id_) for id_, body in rows}

    def _is_kept(self, row: Row) -> bool:
        at = MOVEMENTS.place
        sheet = SHEET_OF.get(row[at["fact"]])
        if sheet is None or row[0].endswith("/2"):
            return False
        return sheet != "followed" or row[at["of"]] in self.kept

    def rows(self, kind: str) -> Iterator[Said]:
        """The rows of a sheet."""
        lists = {
            "places": self._places,
            "organisations": self._organisations,
            "accounts": self._accounts,
            "grants": self._grants,
            "projects": self._projects,
        }
        return lists[kind]() if kind in lists else self._movements(kind)

    def name(self, field_name: str, id_: str) -> str:
        """What a thing that a field names is called."""
        reading = self.reading
        match field_name:
            case "organisation" | "sponsor" | "payee":
                named_ = reading.organisation(id_)
            case "grant":
                named_ = reading.grant(id_)
            case "project":
                return self._project_names.get(id_, "")
            case _:
                named_ = reading.account(id_)
        return in_language(named_.name, self.language)

    @cached_property
    def _project_names(self) -> dict[str, str]:
        rows = Project.objects.filter(programme=self.reading.id).values_list("id", "name")
        return {id_: in_language(name, self.language) for id_, name in rows}

    def _called(self, table: Table, row: Row) -> str:
        code = self.language.replace("-", "_")
        said = row[table.place[f"name_{code}"]]
        names = (row[at] for name, at in table.place.items() if name.startswith("name_"))
        return str(said or next(filter(None, names), row[0]))

    def _listed(self, table: Table, called: str) -> Iterator[tuple[dict[str, Any], Said]]:
        """Each row of a table of things, with the fields that every list has."""
        for row in self.choice.rows(table):
            fact = self.facts[called].get(row[0])
            if fact:
                cells = {name: row[at] for name, at in table.place.items()}
                yield cells, {"fact": fact, "id": row[0], "name": self._called(table, row)}

    def _places(self) -> Iterator[Said]:
        listed = list(self._listed(PLACES, "place"))
        path = {place.id: place.path for place in self.reading.places.values()}
        for cells, said in sorted(listed, key=lambda one: path[one[0]["id"]]):
            yield said | {"level": cells["level"], "within": cells["within"]}

    def _organisations(self) -> Iterator[Said]:
        for cells, said in self._listed(ORGANISATIONS, "organisation"):
            yield said | {"role": cells["role"]}

    def _accounts(self) -> Iterator[Said]:
        for cells, said in self._listed(ACCOUNTS, "account"):
            yield said | {
                "organisation": cells["holder"],
                "place": cells["place"],
                "currency": cells["currency"],
                "date": cells["opened_on"],
            }

    def _grants(self) -> Iterator[Said]:
        pledged = {row.id: row for row in Grant.objects.filter(programme=self.reading.id)}
        for cells, said in self._listed(GRANTS, "grant"):
            grant = pledged[cells["id"]]
            yield said | {
                "sponsor": grant.sponsor,
                "amount": grant.amount_minor,
                "currency": grant.currency,
                "date": grant.pledged_on,
                "place": "; ".join(grant.places),
                "theme": "; ".join(grant.themes),
                "until": grant.until,
            }

    def _projects(self) -> Iterator[Said]:
        rows = {row.id: row for row in Project.objects.filter(programme=self.reading.id)}
        for cells, said in self._listed(PROJECTS, "project"):
            row = rows[cells["id"]]
            stage = stage_of(row)
            yield said | {
                "place": row.place,
                "theme": row.theme,
                "amount": row.budget_minor,
                "currency": row.budget_currency or self.reading.row.currency,
                "date": row.proposed_on,
                "status": STATUS[self.language].get(stage, stage),
                "start": row.started_on,
                "until": row.cancelled_on or row.completed_on or row.ends_on,
            }

    def _movements(self, kind: str) -> Iterator[Said]:
        at = MOVEMENTS.place
        for row in self.choice.rows(MOVEMENTS):
            if row[0] in self.kept and SHEET_OF[row[at["fact"]]] == kind:
                yield self._movement(kind, {name: row[place] for name, place in at.items()})

    def _movement(self, kind: str, row: dict[str, Any]) -> Said:
        currency = row["currency"]
        minor = to_minor(row["amount"], currency)
        said: Said = {
            "fact": row["id"],
            "id": row["voucher"],
            "date": date.fromisoformat(row["happened_on"]),
            "currency": currency,
            "grant": row["grant"],
        }
        word = WHAT_OF.get(row["fact"], "")
        what = WHAT[self.language].get(word, word)
        source, target = row["from_account"], row["to_account"]
        match kind:
            case "money received":
                return said | {"amount": minor, "account": target}
            case "money sent":
                return said | {"amount": minor, "from": source, "to": target}
            case "money returned":
                return said | {
                    "amount": minor, "from": source, "to": target, "purpose": row["note"],
                }  # fmt: skip
            case "money spent":
                place = self._place_of.get(row["project"])
                return said | {
                    "amount": minor, "account": source, "project": row["project"], "place": place,
                    "payee": row["payee"],
                }  # fmt: skip
            case "cash book":
                inwards = word == "interest"
                return said | {
                    "what": what, "income" if inwards else "expense": minor,
                    "account": target if inwards else source,
                    "other": target if word == "moved" else None,
                }  # fmt: skip
        followed = minor if word == "confirmed" else None
        return said | {
            "what": what, "of": row["of"], "amount": followed, "purpose": row["note"],
        }  # fmt: skip

    @cached_property
    def _place_of(self) -> dict[str, str]:
        return dict(Project.objects.filter(programme=self.reading.id).values_list("id", "place"))


class _Sheet:
    """One sheet: the fact, the fields, and beside some ids what they are called."""

    def __init__(self, book: Workbook, words: SheetWords, told: _Told) -> None:
        self.words, self.told = words, told
        self.sheet = book.add_worksheet(words.called[told.language])
        self.formats = {
            "bold": book.add_format({"bold": True, "bottom": 1}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "text": book.add_format({"num_format": "@"}),
            "number": book.add_format({"num_format": "#,##0.00##"}),
        }

    def write(self, rows: Iterable[Said]) -> None:
        """Headings, rows, and how they are looked at."""
        language = self.told.language
        heads = [FACT[language]]
        for name, said in self.words.columns:
            heads.append(said[language])
            if name in self.words.named:
                heads.append(NAME_OF[language].format(said[language]))
        self.sheet.freeze_panes(1, 0)
        self.sheet.set_column(0, 0, 14)
        self.sheet.set_column(1, len(heads) - 1, 18)
        for column, head in enumerate(heads):
            self.sheet.write_string(0, column, head, self.formats["bold"])
        for number, row in enumerate(rows, start=1):
            if number >= ROWS_AT_MOST:
                raise TooManyRowsError(
                    f"‘{self.words.called[language]}’ has more rows than a sheet takes; choose some "
                    "with --from and --to, or take the data package."
                )
            self._row(number, row)

    def _row(self, number: int, row: Said) -> None:
        fact = str(row.pop("fact"))
        fields = {name for name, _said in self.words.columns}
        said = _as_read({name: value for name, value in row.items() if name in fields})
        self.sheet.write_string(number, 0, named(fact, said), self.formats["text"])
        column = 0
        for name, _words in self.words.columns:
            column += 1
            if name in said:
                self._cell(number, column, name, said[name], str(said.get("currency", "")))
            if name in self.words.named:
                column += 1
                if name in said:
                    called = self.told.name(name, str(said[name]))
                    self.sheet.write_string(number, column, called[:CELL_AT_MOST])

    def _cell(self, number: int, column: int, name: str, value: Value, currency: str) -> None:
        if isinstance(value, date):
            self.sheet.write_datetime(
                number, column, datetime(value.year, value.month, value.day), self.formats["date"]  # noqa: DTZ001 - a day has no zone
            )  # fmt: skip
        elif name in AMOUNT_FIELDS:
            exact = Decimal(to_decimal(int(value), currency))
            if len(exact.as_tuple().digits) > EXACT_DIGITS:
                self.sheet.write_string(number, column, f"{exact:f}", self.formats["text"])
            else:
                self.sheet.write_number(number, column, exact, self.formats["number"])
        else:
            self.sheet.write_string(number, column, str(value), self.formats["text"])


def _as_read(row: Mapping[str, Value | None]) -> dict[str, Value]:
    """What the importer will read in these cells: the hash of a row is of that."""
    said: dict[str, Value] = {}
    for name, value in row.items():
        if value is None:
            continue
        if name in AMOUNT_FIELDS or name in DATE_FIELDS:
            said[name] = value
            continue
        text = unicodedata.normalize("NFC", str(value)[:CELL_AT_MOST].strip())
        if text.casefold() not in NOTHING:
            said[name] = text
    return said


def _about(book: Workbook, told: _Told) -> None:
    name, *lines = ABOUT[told.language]
    sheet = book.add_worksheet(name)
    sheet.set_column(0, 0, 100)
    wrapped = book.add_format({"text_wrap": True})
    at = told.reading.snapshot.position
    for number, line in enumerate(lines):
        said = line.format(programme=told.reading.id, position=at, left=told.left)
        sheet.write_string(number, 0, said, wrapped)
