"""Sealed answers put back with their entries, where a published copy of the record opens them.

Whoever made the copy: an answer is taken only if the entry commits to it.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from cairn.journal import files, openings, sealing
from cairn.journal.codec import canonical
from cairn.journal.durable import write_durably
from cairn.journal.heads import entries
from cairn.journal.openings import NotOpeningsError, Openings
from cairn.journal.sealing import Part

Answer = tuple[int, str]
"""The position of an entry, and a field."""


def put_back(programme: str, *, after: int, copies: Sequence[Path]) -> list[Answer]:
    """Put back what copies open of the entries after a position. What none of them opens.

    What a fact says was erased stays erased.
    """
    lost, erased = list[Answer](), sealing.shreds_in(programme)
    known: dict[int, Openings] = {}
    for entry in entries(programme, after=after):
        if b'"sealed":{' not in bytes(entry.body):
            continue
        commitments = json.loads(bytes(entry.body))["sealed"]
        there = sealing.parts_at(programme, [entry.position])[entry.position]
        bundle = openings.bundle_of(entry.position)
        if bundle not in known:
            known = {bundle: _opened(copies, bundle)}
        opened = known[bundle].get(entry.position, {})
        for field in commitments.keys() - there.keys():
            if (entry.id, field) in erased:
                continue
            salt, value = opened.get(field, (b"", None))
            part = Part(field, salt, canonical(value), _kept(programme, value, copies))
            if part.commitment == commitments[field]:
                sealing.keep(programme, [(entry.position, part)])
            else:
                lost.append((entry.position, field))
    return sorted(lost)


def _opened(copies: Iterable[Path], bundle: int) -> Openings:
    """What any of the copies opens in a bundle."""
    found: Openings = {}
    for copy in copies:
        try:
            read = openings.read((copy / openings.path_of(bundle)).read_bytes(), bundle)
        except (OSError, NotOpeningsError):
            continue  # a copy that is damaged, or has none
        for position, answers in read.items():
            found[position] = {**answers, **found.get(position, {})}
    return found


def _kept(programme: str, value: object, copies: Iterable[Path]) -> str:
    """The file that an answer names, kept again from a copy that has it; "" if it names none."""
    if not isinstance(value, str) or len(value) != 64:
        return ""
    for content in _read(programme, value, copies):
        if sha256(content).hexdigest() == value:
            write_durably(files.place_of(programme, value, openings.suffix_of(content)), content)
            return value
    return ""


def _read(programme: str, file: str, copies: Iterable[Path]) -> Iterator[bytes]:
    for copy in copies:
        for path in openings.kept_paths(programme, file):
            with suppress(OSError, ValueError):
                yield (copy / path).read_bytes()
