"""Sealed answers: each one's opening is what its entry commits to, or a fact says it was erased.

An answer that is held back has no opening, and nothing can be said of it but that it was fixed when
its entry was. One whose schema says that it is opened is published, with the file that it names.
"""

import hmac
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from cairn.journal.codec import NotCanonicalError, canonical
from cairn.merkle.tile import WIDTH
from cairn.verify.entries import EntryReader
from cairn.verify.manifest import Listed
from cairn.verify.wrong import WrongError

OPENINGS: Final = "sealed/"
KEPT: Final = "files/"
SHREDDED: Final = "journal.part-shredded"

Shreds = set[tuple[str, str]]
"""What facts say was erased, as (id of the entry, field)."""


@dataclass(frozen=True, slots=True)
class Committed:
    """What one entry commits to: by field, in hexadecimal."""

    position: int
    id: str
    kind: str
    sealed: Mapping[str, str]


def openings_path(index: int) -> str:
    """The file of the openings of the `index`-th bundle of entries."""
    return f"{OPENINGS}{index:06d}.json"


def file_path(programme: str, file: str) -> str:
    """The file of a record that holds a kept file."""
    return f"{KEPT}{programme}/{file}.jpg"


def hold_openings(
    committed: Iterable[Committed],
    shreds: Shreds,
    reader: EntryReader,
    contents: Mapping[str, bytes],
    listed: Mapping[str, Listed],
) -> None:
    """Hold the openings of a record against its entries, both ways. Raises WrongError."""
    opened = {
        position: (path, answers)
        for path, raw in contents.items()
        if path.startswith(OPENINGS)
        for position, answers in _read(path, raw)
    }
    wanted = set[str]()
    for entry in committed:
        path, answers = opened.pop(entry.position, (openings_path(_bundle(entry.position)), {}))
        wanted |= set(_held(entry, path, answers, shreds, reader))
        more = sorted(answers.keys() - entry.sealed.keys())
        if more:
            what = f"it opens ‘{more[0]}’, to which the entry does not commit"
            raise WrongError(path, what, position=entry.position)
    for position, (path, _answers) in opened.items():
        raise WrongError(path, "it opens an entry that commits to nothing", position=position)
    _hold_files(wanted, listed)


def is_named_rightly(path: str, content: bytes) -> bool:
    """Whether a kept file is called after its SHA-256."""
    return path.rpartition("/")[2].partition(".")[0] == sha256(content).hexdigest()


def _held(
    entry: Committed, path: str, answers: Mapping[str, Any], shreds: Shreds, reader: EntryReader
) -> Iterator[str]:
    """Hold one entry's openings. Yields the files that they name."""
    for field, commitment in entry.sealed.items():
        mark = reader.sealed[entry.kind][field]
        if not mark.opened:
            if field in answers:
                what = f"‘{field}’ is held back by its kind, and is opened here"
                raise WrongError(path, what, position=entry.position)
            continue
        erased = (entry.id, field) in shreds
        if field not in answers and not erased:
            what = f"‘{field}’ is not opened, and no fact says that it was erased"
            raise WrongError(path, what, position=entry.position)
        if field in answers:
            if erased:
                what = f"‘{field}’ was erased, as a fact says, and is opened here"
                raise WrongError(path, what, position=entry.position)
            salt, value = answers[field]
            if hmac.digest(salt, canonical(value), "sha256").hex() != commitment:
                what = f"‘{field}’ is not what the entry commits to"
                raise WrongError(path, what, position=entry.position)
            wrong = mark.objection(value)
            if wrong:
                raise WrongError(path, f"‘{field}’: {wrong}", position=entry.position)
            if mark.file:
                yield file_path(reader.programme, value)


def _hold_files(wanted: set[str], listed: Mapping[str, Listed]) -> None:
    there = {path for path in listed if path.startswith(KEPT)}
    if wanted != there:
        path = min(wanted ^ there)
        raise WrongError(
            path, "an answer names this file" if path in wanted else "no answer names this file"
        )


def _bundle(position: int) -> int:
    return (position - 1) // WIDTH


def _read(path: str, raw: bytes) -> Iterator[tuple[int, dict[str, tuple[bytes, Any]]]]:
    """The openings in a file, by position, as (salt, answer) by field. Raises WrongError."""
    try:
        found = json.loads(raw)
        if canonical(found) != raw:
            raise WrongError(path, "it is not written as canonical JSON")
    except (ValueError, RecursionError, NotCanonicalError) as error:
        raise WrongError(path, f"it is no canonical JSON: {error}") from error
    if not isinstance(found, dict):
        raise WrongError(path, "it holds no openings")
    for position, answers in found.items():
        if not re.fullmatch("[1-9][0-9]{0,15}", position) or not isinstance(answers, dict):
            raise WrongError(path, f"‘{position:.20}’ is no position of an entry")
        if openings_path(_bundle(int(position))) != path:
            raise WrongError(path, "it is of another bundle", position=int(position))
        opened = {field: _opening(path, int(position), one) for field, one in answers.items()}
        yield int(position), opened


def _opening(path: str, position: int, one: object) -> tuple[bytes, Any]:
    if (
        not isinstance(one, dict)
        or one.keys() != {"salt", "value"}
        or not isinstance(one["salt"], str)
        or not re.fullmatch("[0-9a-f]{64}", one["salt"])
    ):
        raise WrongError(path, "this opens nothing", position=position)
    return bytes.fromhex(one["salt"]), one["value"]
