"""The folder that a record is published in: what changed is written, what is gone is removed.

Each file is replaced whole. The manifest comes after all that it lists, and what it no longer lists
goes after it: whoever reads it in between finds each file that it names. From the first change until
the last `under-way` stands beside it, so that whoever reads meanwhile, or after a run that was broken
off, is told. The next run finishes it.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cairn.journal.durable import sync_folder, write_durably
from cairn.values import CairnError
from cairn.verify import manifest
from cairn.verify.files import Folder
from cairn.verify.manifest import Listed, Manifest
from cairn.verify.wrong import WrongError

OURS: Final = frozenset(
    {
        "checkpoint", "data", "files", "index.html", "schemas", "sealed", "static", "tile", "verifier",
        "verify.html",
    }
)  # fmt: skip
"""What a record has at its top, beside a folder for each language and the manifest."""


class NotARecordError(CairnError):
    """A folder with something else in it, where nothing may be removed."""


@contextmanager
def alone_in(root: Path) -> Iterator[None]:
    """Wait until nobody else publishes into a folder, and hold it: two would remove each other's files.

    The folder itself is locked, so that nothing strange lies in it. Some network file systems lock
    no folders: there it is left to whoever starts two.
    """
    root.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(root, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


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
        tops = OURS | self.languages | {manifest.NAME, manifest.UNDER_WAY}
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
        """Make what was written durable, list it, and only then remove what is not listed."""
        os.sync()
        whole = bytes(Manifest(self.programme, position, self.listed))
        last = self.root / manifest.NAME
        if not last.exists() or last.read_bytes() != whole:
            self._begin()
            # Were it torn by a power cut, the next run could not tell whose folder this is.
            write_durably(last, whole)
            self.written.append(manifest.NAME)
        kept = {manifest.NAME, manifest.UNDER_WAY}
        for path in sorted(self.there - self.listed.keys() - kept):
            self._begin()
            # It may be gone: a run of the same number left it half-written, and this one took it over.
            (self.root / path).unlink(missing_ok=True)
            self.removed.append(path)
        for folder, _inner, _files in sorted(os.walk(self.root), reverse=True):
            if not os.listdir(folder) and Path(folder) != self.root:  # noqa: PTH208 - the quick way
                Path(folder).rmdir()
        if self.removed:
            os.sync()  # else a power cut could bring back what no manifest lists, and not the marker
        (self.root / manifest.UNDER_WAY).unlink(missing_ok=True)

    def _begin(self) -> None:
        """Say that the record is half-way, before the first file of it changes."""
        if manifest.UNDER_WAY not in self.there:
            (self.root / manifest.UNDER_WAY).touch()  # empty, and so whole from the beginning
            sync_folder(self.root)
            self.there.add(manifest.UNDER_WAY)

    def _write(self, path: str, content: bytes) -> None:
        self._begin()
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(f".{target.name}.{os.getpid()}")
        beside.write_bytes(content)
        beside.replace(target)
        self.written.append(path)
