"""manifest.json: every file of a record with its SHA-256 and length, in canonical JSON.

    {"files":{"checkpoint":{"sha256":"9f86…","size":187},…},"format":"cairn-record/1",
     "position":10000,"programme":"kunlun"}

`position` is how many entries the checkpoint covers and the pages were made of.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from cairn.journal.codec import NotCanonicalError, canonical
from cairn.verify.wrong import WrongError

NAME: Final = "manifest.json"
FORMAT: Final = "cairn-record/1"
MOST: Final = 1 << 30
UNDER_WAY: Final = "under-way"
"""An empty file that no manifest lists: there while the record is being published."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What the manifest says of a file."""

    size: int
    sha256: str

    @classmethod
    def of(cls, content: bytes) -> "Listed":
        """What a manifest would say of these bytes."""
        return cls(len(content), sha256(content).hexdigest())

    def hold(self, path: str, content: bytes) -> None:
        """Raises WrongError if these are not the bytes that were listed."""
        if Listed.of(content) != self:
            raise WrongError(path, f"its SHA-256 is not the one that {NAME} lists")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a record consists of."""

    programme: str
    position: int
    files: Mapping[str, Listed]
    read: Listed | None = field(default=None, compare=False)
    """What it was read from, where it was."""

    def __bytes__(self) -> bytes:
        files = {path: {"sha256": one.sha256, "size": one.size} for path, one in self.files.items()}
        return canonical(
            {
                "files": files,
                "format": FORMAT,
                "position": self.position,
                "programme": self.programme,
            }
        )

    @classmethod
    def parse(cls, raw: bytes) -> "Manifest":
        """Read a manifest, strictly. Raises WrongError."""
        try:
            found = json.loads(raw)
            if canonical(found) != raw:
                raise WrongError(NAME, "it is not written as canonical JSON")
        except (ValueError, RecursionError, NotCanonicalError) as error:
            raise WrongError(NAME, f"it is no canonical JSON: {error}") from error
        if (
            not isinstance(found, dict)
            or set(found) != {"files", "format", "position", "programme"}
            or found["format"] != FORMAT
            or not isinstance(found["files"], dict)
            or type(found["position"]) is not int
            or not isinstance(found["programme"], str)
        ):
            raise WrongError(NAME, f"it is no manifest of the format {FORMAT}")
        files = {path: listed(path, one) for path, one in found["files"].items()}
        return cls(found["programme"], found["position"], files, Listed.of(raw))


def listed(path: str, one: object) -> Listed:
    """What a manifest lists. A path with `..` or a backslash in it could lead out of the folder."""
    if re.search(r"[\x00-\x1f\\]", path) or {"", ".", ".."} & set(path.split("/")):
        raise WrongError(NAME, f"‘{path:.120}’ is no path of a file in this folder")
    if (
        not isinstance(one, dict)
        or set(one) != {"sha256", "size"}
        or type(one["size"]) is not int
        or not 0 <= one["size"] <= MOST
        or not isinstance(one["sha256"], str)
        or not re.fullmatch("[0-9a-f]{64}", one["sha256"])
    ):
        raise WrongError(NAME, f"what it lists of ‘{path:.120}’ is no length and SHA-256")
    return Listed(one["size"], one["sha256"])
