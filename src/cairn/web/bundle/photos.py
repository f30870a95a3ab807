"""The last photo of each asset, and what proves that it is the one to which an entry committed."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from cairn.journal import files, openings
from cairn.journal.columns import in_chunks
from cairn.journal.models import Entry, SealedPart
from cairn.journal.openings import Opening
from cairn.pack import Pack
from cairn.verify import bundle_manifest as manifest
from cairn.verify.bundle import PHOTO
from cairn.verify.packed import Content


@dataclass(slots=True)
class Photos:
    """The photos of a pack. One that is erased is in none of them; it is not told from one that is no picture."""

    of_asset: dict[str, str] = field(default_factory=dict)
    """The file of each, by the asset's id."""
    contents: dict[str, Content] = field(default_factory=dict)
    opened: dict[int, Opening] = field(default_factory=dict)
    """What opens the answer of the entry at a position that names it."""

    def openings(self) -> Mapping[str, bytes]:
        """The files that open those answers."""
        bundles: dict[int, dict[int, dict[str, Opening]]] = defaultdict(dict)
        for position, one in self.opened.items():
            bundles[openings.bundle_of(position)][position] = {PHOTO: one}
        return {
            f"{manifest.PROOFS}{openings.path_of(bundle)}": openings.written(answers)
            for bundle, answers in bundles.items()
        }


def photos_of(programme: str, pack: Pack) -> Photos:
    """The photos of the assets of a pack that are kept and may be seen."""
    found = Photos()
    shown = {one.picture: one.asset.id for one in pack.assets if one.picture}
    places = dict(_places(programme, shown))
    for chunk in in_chunks(list(places)):
        parts = SealedPart.objects.filter(programme=programme, position__in=chunk, field=PHOTO)
        for part in parts:
            kept = files.kept(programme, part.file)
            if kept and kept.path.suffix == openings.PICTURE:
                path = manifest.photo_path(part.file)
                found.of_asset[shown[places[part.position]]] = path
                found.contents[path] = kept.path
                found.opened[part.position] = bytes(part.salt), json.loads(bytes(part.value))
    return found


def _places(programme: str, facts: Iterable[str]) -> Iterable[tuple[int, str]]:
    """Where these facts are in the journal."""
    for chunk in in_chunks([UUID(fact) for fact in facts]):
        rows = Entry.objects.filter(programme=programme, id__in=chunk)
        for position, id_ in rows.values_list("position", "id"):
            yield position, str(id_)
