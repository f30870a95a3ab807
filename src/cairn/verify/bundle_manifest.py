"""manifest.json of a bundle: what it is of, and every file with its SHA-256 and length, in canonical JSON.

    {"files":{"README.txt":{"sha256":"9f86…","size":2814},…},"format":"cairn-handover/1","frozen":5120,
     "origin":"example.org/qinghe","pack":"60303a…","position":5000,"programme":"qinghe","team":"qarasu-2025"}

`pack` is the SHA-256 of pack.json, which is of the first `position` entries. `frozen` is the position of the
entry that says so, `origin` the name of the log that proves it; each is null where there is none.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cairn.journal.codec import NotCanonicalError, canonical
from cairn.verify.manifest import NAME, Listed, listed
from cairn.verify.wrong import WrongError

FORMAT: Final = "cairn-handover/1"
FIELDS: Final = frozenset(
    {"files", "format", "frozen", "origin", "pack", "position", "programme", "team"}
)

PACK: Final = "pack.json"
SCHEMA: Final = "pack.schema.json"
CHECKPOINT: Final = "proofs/checkpoint"
VERIFIER: Final = "proofs/verifier"
PROOFS: Final = "proofs/"
ENTRIES: Final = "proofs/entries/"
PHOTOS: Final = "photos/"


def entry_path(position: int) -> str:
    """The file with the canonical bytes of an entry."""
    return f"{ENTRIES}{position}.json"


def proof_path(position: int) -> str:
    """The file that proves that an entry is in the log (C2SP tlog-proof)."""
    return f"{ENTRIES}{position}.tlog-proof"


def photo_path(file: str) -> str:
    """The file of a photo, by the SHA-256 of its bytes."""
    return f"{PHOTOS}{file}.jpg"


@dataclass(frozen=True, slots=True)
class BundleManifest:
    """What a bundle is of, and what it consists of."""

    programme: str
    team: str
    position: int
    pack: str
    frozen: int | None
    origin: str | None
    files: Mapping[str, Listed]

    def __bytes__(self) -> bytes:
        files = {path: {"sha256": one.sha256, "size": one.size} for path, one in self.files.items()}
        return canonical(
            {
                "files": files,
                "format": FORMAT,
                "frozen": self.frozen,
                "origin": self.origin,
                "pack": self.pack,
                "position": self.position,
                "programme": self.programme,
                "team": self.team,
            }
        )

    @classmethod
    def parse(cls, raw: bytes) -> "BundleManifest":
        """Read a manifest, strictly. Raises WrongError."""
        try:
            found = json.loads(raw)
            if canonical(found) != raw:
                raise WrongError(NAME, "it is not written as canonical JSON")
        except (ValueError, RecursionError, NotCanonicalError) as error:
            raise WrongError(NAME, f"it is no canonical JSON: {error}") from error
        if not isinstance(found, dict) or set(found) != FIELDS or not _is_bundles(found):
            raise WrongError(NAME, f"it is no manifest of the format {FORMAT}")
        files = {path: listed(path, one) for path, one in found.pop("files").items()}
        del found["format"]
        return cls(files=files, **found)


def is_manifest_of_bundle(raw: bytes) -> bool:
    """Whether these bytes say that they are one: what follows is for `parse`."""
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and found.get("format") == FORMAT


def _is_bundles(found: dict[str, Any]) -> bool:
    return (
        found["format"] == FORMAT
        and isinstance(found["files"], dict)
        and all(isinstance(found[name], str) and found[name] for name in ("programme", "team"))
        and isinstance(found["pack"], str)
        and bool(re.fullmatch("[0-9a-f]{64}", found["pack"]))
        and _is_position(found["position"])
        and (found["frozen"] is None or _is_position(found["frozen"]))
        and (
            found["origin"] is None or (isinstance(found["origin"], str) and found["origin"] != "")
        )
    )


def _is_position(value: object) -> bool:
    return type(value) is int and value > 0
