"""Sealed parts: what an entry only commits to, kept beside the journal until it is shredded.

    sealed[field] = HMAC-SHA-256(key = 32 random bytes of its own, canonical JSON of the answer)

An entry holds that and nothing else of the answer; the answer and its salt are rows of a table of
their own. Without the salt nobody can tell which answer it was, however few there could be.

Of a fact that is not public the whole is one such part, with its kind and post: its entry says
`~withheld` for both.
"""

import hmac
import json
import os
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import connection

from cairn.journal import leftovers, spread
from cairn.journal.codec import canonical
from cairn.journal.columns import Columns, in_chunks
from cairn.journal.facts import PartShredded
from cairn.journal.models import Entry, SealedPart

SALT_BYTES: Final = 32
WITHHELD: Final = "~withheld"
"""The kind and post that the entry of a fact shows which is not public."""

WHOLE: Final = ""
"""The field under which the whole of such a fact is sealed."""

Salt = Callable[[], bytes]


def fresh_salt() -> bytes:
    """A salt that nobody can guess."""
    return os.urandom(SALT_BYTES)


@dataclass(frozen=True, slots=True)
class Part:
    """One sealed answer: of which field, its salt, and its canonical JSON."""

    field: str
    salt: bytes
    value: bytes
    file: str = ""
    """The kept file that it names, if it does: gone with the last part that names it."""

    @property
    def commitment(self) -> str:
        """What its entry holds of it, in hexadecimal."""
        return hmac.digest(self.salt, self.value, "sha256").hex()


def sealed(answers: Mapping[str, Any], *, files: Collection[str], salt: Salt) -> list[Part]:
    """Answers, by field, as parts. `files` are the fields that name a kept file."""
    return [
        Part(field, salt(), canonical(answer), answer if field in files else "")
        for field, answer in answers.items()
    ]


def keep(programme: str, parts: Iterable[tuple[int, Part]]) -> None:
    """Keep parts, each with the position of its entry."""
    rows = [
        (programme, position, part.field, part.salt, part.value, part.file)
        for position, part in parts
    ]
    if rows:
        Columns.of(SealedPart).insert(programme, rows)


def parts_at(programme: str, positions: Collection[int]) -> dict[int, dict[str, Part]]:
    """The parts that are left of the entries at these positions, by position and field."""
    found: dict[int, dict[str, Part]] = defaultdict(dict)
    for chunk in in_chunks(sorted(positions)):
        for row in SealedPart.objects.filter(programme=programme, position__in=chunk):
            part = Part(row.field, bytes(row.salt), bytes(row.value), row.file)
            found[row.position][row.field] = part
    return found


def answers_of(programme: str, ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """What facts that are public answered, sealed answers too, as JSON values by id and field.

    An answer that was shredded is not there. For pages: no read model has sealed answers.
    """
    found: dict[str, dict[str, Any]] = {}
    for chunk in in_chunks(list(ids)):
        rows = Entry.objects.filter(programme=programme, id__in=chunk)
        entries = {entry.position: entry for entry in rows}
        parts = parts_at(programme, entries)
        for position, entry in entries.items():
            answers = json.loads(bytes(entry.body))["fact"]
            opened = {part.field: json.loads(part.value) for part in parts[position].values()}
            found[str(entry.id)] = {**answers, **opened}
    return found


# Shredding


def shreds_in(programme: str) -> set[tuple[UUID, str]]:
    """Every part that a fact says was erased, as (id of the entry, field)."""
    rows = Entry.objects.filter(programme=programme, kind=PartShredded.kind)
    facts = (json.loads(bytes(body))["fact"] for body in rows.values_list("body", flat=True))
    return {(UUID(fact["entry"]), fact["field"]) for fact in facts}


def parts_of_ids(programme: str, ids: Collection[UUID]) -> dict[tuple[UUID, str], tuple[int, str]]:
    """The (position, file) of each part of the entries of these ids, by (id, field)."""
    found = {}
    for chunk in in_chunks(list(ids)):
        rows = Entry.objects.filter(programme=programme, id__in=chunk)
        at = dict(rows.values_list("position", "id"))
        for position, parts in parts_at(programme, at).items():
            found.update(
                {(at[position], field): (position, part.file) for field, part in parts.items()}
            )
    return found


def naming(programme: str, file: str) -> int:
    """How many parts name a file."""
    return SealedPart.objects.filter(programme=programme, file=file).count()


def named_of(programme: str, files: Collection[str]) -> set[str]:
    """Those of these files that some part names."""
    still = set[str]()
    for chunk in in_chunks(sorted(files)):
        rows = SealedPart.objects.filter(programme=programme, file__in=chunk)
        still.update(rows.values_list("file", flat=True))
    return still


def erase(programme: str, parts: Collection[tuple[int, str]]) -> set[str]:
    """Delete parts, given as (position, field). The files that nothing names any more.

    SQLite overwrites what it deletes; see `after_erasing` for what is left when this is durable.
    """
    if connection.vendor == "sqlite":
        with spread.connection_of(programme).cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")
    wanted, named = sorted(parts), set[str]()
    for chunk in in_chunks(wanted, parts=3):
        rows = SealedPart.objects.beside(programme).filter(
            pk__in=[(programme, *part) for part in chunk]
        )
        named.update(rows.exclude(file="").values_list("file", flat=True))
        rows.delete()
    return named - named_of(programme, named)


def let_go(programme: str, ids: Collection[UUID], field: str) -> set[str]:
    """Let an answer of these entries name its file no more; the files that nothing names now.

    The answer stays, with its salt: it is the hash of what is gone.
    """
    named = set[str]()
    for chunk in in_chunks(list(ids)):
        at = Entry.objects.filter(programme=programme, id__in=chunk).values("position")
        rows = SealedPart.objects.filter(programme=programme, field=field, position__in=at)
        named.update(rows.exclude(file="").values_list("file", flat=True))
        rows.update(file="")
    return named - named_of(programme, named)


def after_erasing(programme: str) -> None:
    """Once an erasure is durable, let the database's own copies of what it held go too."""
    leftovers.let_go(programme)
