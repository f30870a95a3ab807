"""The folder that a record is published in: what changed is written, what is gone is removed.

Each file is replaced whole. The manifest comes last, so that a run that was broken off is finished
by the next.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cairn.values import CairnError
from cairn.verify import manifest
from cairn.verify.files import Folder
from cairn.verify.manifest import Listed, Manifest
from cairn.verify.wrong import WrongError

OURS: Final = frozenset(
    {
        "checkpoint", "files", "index.html", "schemas", "sealed", "static", "tile", "verifier",
        "verify.html",
    }
)  # fmt: skip
"""What a record has at its top, beside a folder for each language and the manifest."""


class NotARecordError(CairnError):
    """A folder with something else in it, where nothing may be removed."""


@dataclass(slots=True)
class Publication:
    """One publishing into a folder."""

    root: Path
    programme: str
    languages: frozenset[str]
    listed: dict[str, Listed] = field(default_factory=dict)
    before: dict[str, Listed] = field(default_factory=dict)
    there: set[str] = field(default_factory=set)
    written: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Raises NotARecordError."""
        self.root.mkdir(parents=True, exist_ok=True)
        try:
            self.there = Folder(self.root).names()
            if manifest.NAME in self.there:
                found = Manifest.parse((self.root / manifest.NAME).read_bytes())
                self.before = dict(found.files)
                if found.programme != self.programme:
                    raise NotARecordError(
                        f"{self.root} holds the record of ‘{found.programme}’; name another folder."
                    )
        except WrongError as error:
            raise NotARecordError(
                f"{self.root} holds no record that was published: {error}"
            ) from error
        tops = OURS | self.languages | {manifest.NAME}
        strange = sorted(path for path in self.there if path.split("/")[0].lstrip(".") not in tops)
        strange = [path for path in strange if not path.startswith(".")]
        if strange:
            raise NotARecordError(
                f"{self.root} holds {strange[0]}, which is of no record; move it."
            )

    def has(self, path: str) -> bool:
        """Take over a file that never changes, if it was published before."""
        one = self.before.get(path)
        if one is None or path not in self.there:
            return False
        if (self.root / path).stat().st_size != one.size:
            return False
        self.listed[path] = one
        return True

    def put(self, path: str, content: bytes) -> None:
        """Publish a file, unless it is there as it is: what was damaged since is put right."""
        self.listed[path] = Listed.of(content)
        if path in self.there and (self.root / path).read_bytes() == content:
            return
        self._write(path, content)

    def put_all(self, files: Iterable[tuple[str, bytes]]) -> None:
        """Publish files given as (path, bytes)."""
        for path, content in files:
            self.put(path, content)

    def end(self, position: int) -> None:
        """Remove what is no longer of the record, and write what is."""
        for path in sorted(self.there - self.listed.keys() - {manifest.NAME}):
            (self.root / path).unlink()
            self.removed.append(path)
        for folder, _inner, _files in sorted(os.walk(self.root), reverse=True):
            if not os.listdir(folder) and Path(folder) != self.root:  # noqa: PTH208 - the quick way
                Path(folder).rmdir()
        os.sync()
        whole = bytes(Manifest(self.programme, position, self.listed))
        last = self.root / manifest.NAME
        if not last.exists() or last.read_bytes() != whole:
            self._write(manifest.NAME, whole)

    def _write(self, path: str, content: bytes) -> None:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(f".{target.name}.{os.getpid()}")
        beside.write_bytes(content)
        beside.replace(target)
        self.written.append(path)
