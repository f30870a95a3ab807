"""Sealed answers: each one's opening is what its entry commits to, or a fact says it was erased.

An answer that is held back has no opening, and nothing can be said of it but that it was fixed when
its entry was. One whose schema says that it is opened is published, with the file that it names.
"""

import hmac
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cairn.journal import openings
from cairn.journal.codec import canonical
from cairn.journal.openings import NotOpeningsError, Opening, Openings
from cairn.verify.entries import EntryReader
from cairn.verify.manifest import Listed
from cairn.verify.wrong import WrongError

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
        if path.startswith(openings.FOLDER)
        for position, answers in _read(path, raw).items()
    }
    wanted = set[tuple[str, ...]]()
    for entry in committed:
        path, answers = opened.pop(
            entry.position, (openings.path_of(openings.bundle_of(entry.position)), {})
        )
        wanted |= set(_held(entry, path, answers, shreds, reader))
        more = sorted(answers.keys() - entry.sealed.keys())
        if more:
            what = f"it opens ‘{more[0]}’, to which the entry does not commit"
            raise WrongError(path, what, position=entry.position)
    for position, (path, _answers) in opened.items():
        raise WrongError(path, "it opens an entry that commits to nothing", position=position)
    _hold_files(wanted, listed)


def is_named_rightly(path: str, content: bytes) -> bool:
    """Whether a kept file is called after its SHA-256, and after what its bytes are."""
    name = f"{sha256(content).hexdigest()}{openings.suffix_of(content)}"
    return path.rpartition("/")[2] == name


def _held(
    entry: Committed, path: str, answers: Mapping[str, Opening], shreds: Shreds, reader: EntryReader
) -> Iterator[tuple[str, ...]]:
    """Hold one entry's openings. Yields for each file that they name what it may be called."""
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
                yield openings.kept_paths(reader.programme, value)


def _hold_files(wanted: set[tuple[str, ...]], listed: Mapping[str, Listed]) -> None:
    there = {path for path in listed if path.startswith(openings.KEPT)}
    for names in sorted(wanted):
        if not there & set(names):
            raise WrongError(names[0], "an answer names this file")
    more = there - {name for names in wanted for name in names}
    if more:
        raise WrongError(min(more), "no answer names this file")


def _read(path: str, raw: bytes) -> Openings:
    """The openings in a file. Raises WrongError."""
    number = re.fullmatch(r"sealed/([0-9]{6,})\.json", path)
    if not number or openings.path_of(int(number[1])) != path:
        raise WrongError(path, "no file of openings is called so")
    try:
        return openings.read(raw, int(number[1]))
    except NotOpeningsError as error:
        raise WrongError(path, str(error), position=error.position) from error
