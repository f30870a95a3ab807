"""What opens the sealed answers of public facts: published until an answer is shredded."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path

from cairn.journal import files, openings
from cairn.journal.fact import Fact
from cairn.journal.models import Entry, SealedPart
from cairn.journal.openings import Opening
from cairn.merkle.tile import WIDTH


def openings_of(
    programme: str, position: int, kinds: Mapping[str, type[Fact]]
) -> Iterator[tuple[str, bytes, Mapping[str, Path]]]:
    """For each bundle up to a position: its file, its bytes, and the kept files that it names.

    Kept files are given as (path in the record, path here).
    """
    rows = SealedPart.objects.filter(programme=programme, position__lte=position)
    ordered = rows.order_by("position", "field").iterator(chunk_size=WIDTH)
    for bundle, parts in groupby(ordered, lambda part: openings.bundle_of(part.position)):
        opened: dict[int, dict[str, Opening]] = defaultdict(dict)
        named, kind_at = {}, _kinds_at(programme, bundle)
        for part in parts:
            kind = kinds.get(kind_at[part.position])
            if kind and part.field in kind.seals() and kind.seals()[part.field].opened:
                answer = json.loads(bytes(part.value))
                opened[part.position][part.field] = bytes(part.salt), answer
                if part.file:
                    here = files.path_of(programme, part.file)
                    named[openings.kept_path(programme, part.file, here.suffix)] = here
        if opened:
            yield openings.path_of(bundle), openings.written(opened), named


def _kinds_at(programme: str, bundle: int) -> dict[int, str]:
    """The kinds of the entries in a bundle, by position."""
    start = bundle * WIDTH
    rows = Entry.objects.filter(
        programme=programme, position__gt=start, position__lte=start + WIDTH
    )
    return dict(rows.values_list("position", "kind"))
