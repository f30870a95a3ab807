"""What opens the sealed answers of public facts: published until an answer is shredded.

    sealed/000019.json    {"5000":{"caption":{"salt":"9f86…","value":{"en":"The pump"}}}}

A file for each bundle of 256 entries that has any, in canonical JSON, so that a page of a log tells
where its openings are. The files that answers name come along under their own hash.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from cairn.journal.codec import canonical
from cairn.journal.fact import Fact
from cairn.journal.files import path_of
from cairn.journal.models import Entry, SealedPart
from cairn.merkle.tile import WIDTH
from cairn.verify.sealed import file_path, openings_path


def openings_of(
    programme: str, position: int, kinds: Mapping[str, type[Fact]]
) -> Iterator[tuple[str, bytes, Mapping[str, Path]]]:
    """For each bundle up to a position: its file, its bytes, and the kept files that it names.

    Kept files are given as (path in the record, path here).
    """
    rows = SealedPart.objects.filter(programme=programme, position__lte=position)
    ordered = rows.order_by("position", "field").iterator(chunk_size=WIDTH)
    for index, parts in groupby(ordered, lambda part: (part.position - 1) // WIDTH):
        opened: dict[str, dict[str, Any]] = defaultdict(dict)
        files = {}
        kind_at = _kinds_at(programme, index)
        for part in parts:
            kind = kinds.get(kind_at[part.position])
            if kind and part.field in kind.seals() and kind.seals()[part.field].opened:
                opened[str(part.position)][part.field] = part
                if part.file:
                    files[file_path(programme, part.file)] = path_of(programme, part.file)
        if opened:
            yield openings_path(index), _written(opened), files


def _kinds_at(programme: str, index: int) -> dict[int, str]:
    """The kinds of the entries in a bundle, by position."""
    start = index * WIDTH
    rows = Entry.objects.filter(
        programme=programme, position__gt=start, position__lte=start + WIDTH
    )
    return dict(rows.values_list("position", "kind"))


def _written(opened: Mapping[str, Mapping[str, SealedPart]]) -> bytes:
    return canonical(
        {
            position: {
                field: {"salt": bytes(part.salt).hex(), "value": json.loads(bytes(part.value))}
                for field, part in parts.items()
            }
            for position, parts in opened.items()
        }
    )
