"""A backup as a file: a tar archive that says at its end what it should hold. No Django.

    log/PROGRAMME/…       each log as of its newest checkpoint
    cairn.sqlite3         the database, which holds all that those checkpoints cover
    keys/… secret         only if asked for
    …                     whatever else the installation keeps and cannot compute anew
    backup.json           when it was made, how far each programme reached, the SHA-256 of every file

It is written beside and renamed, so that there is a whole backup or none; without its last member
it is none either. What is in the folder and in no archive is computed anew: traces.
"""

import io
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import IO, Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from cairn.journal.durable import sync_folder
from cairn.values import CairnError

MANIFEST = "backup.json"
PRIVATE = ("keys", "secret")
"""What only the installation's own user may read."""

_MOST_MANIFEST_BYTES = 64 * 2**20
_CHUNK = 2**20


class NotABackupError(CairnError):
    """A file that is no backup, or not as it was written. Nothing was restored."""


class InTheWayError(CairnError):
    """Something stands where a backup or an installation should go. Nothing was changed."""


class Manifest(BaseModel):
    """What a backup says of itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    made_at: datetime
    positions: dict[str, int]
    """How far each programme reached."""
    files: dict[str, str]
    """The SHA-256 of every file, in hex, by its path."""


class Packer:
    """Puts files into an archive, hashing them as they go."""

    def __init__(self, file: IO[bytes], made_at: datetime) -> None:
        self._archive = tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115 - closed by seal
        self._made_at = made_at
        self._files: dict[str, str] = {}

    def put(self, path: str, content: bytes) -> None:
        """Add a file of these bytes."""
        self._put(path, io.BytesIO(content), len(content))

    def put_file(self, path: str, source: Path) -> None:
        """Add a copy of a file. Raises FileNotFoundError, and then nothing was added."""
        with source.open("rb") as file:
            self._put(path, file, os.fstat(file.fileno()).st_size)

    def seal(self, positions: dict[str, int]) -> Manifest:
        """Write what the archive holds as its end."""
        manifest = Manifest(made_at=self._made_at, positions=positions, files=dict(self._files))
        self.put(MANIFEST, manifest.model_dump_json(indent=1).encode())
        self._archive.close()
        return manifest

    def _put(self, path: str, file: IO[bytes], size: int) -> None:
        member = tarfile.TarInfo(path)
        member.size, member.mtime, member.mode = size, int(self._made_at.timestamp()), 0o600
        hashing = _Hashing(file)
        self._archive.addfile(member, hashing)
        self._files[path] = hashing.digest.hexdigest()


class _Hashing(io.RawIOBase):
    """Hashes what is read through it."""

    def __init__(self, file: IO[bytes]) -> None:
        self.digest = sha256()
        self._file = file

    def read(self, size: int = -1, /) -> bytes:
        """What was read, and now is part of the hash."""
        content = self._file.read(size)
        self.digest.update(content)
        return content


@contextmanager
def written(out: Path) -> Iterator[IO[bytes]]:
    """A file that only its user reads, and that is at `out` once it is whole, or not at all.

    Raises InTheWayError.
    """
    if out.exists():
        raise InTheWayError(f"{out} is there already, and a backup never takes another's place.")
    beside = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.rename(out)
        sync_folder(out.parent)
    finally:
        beside.unlink(missing_ok=True)


class Unpacked:
    """A backup unpacked beside where it is to go: `accept` moves it there."""

    def __init__(self, folder: Path, manifest: Manifest, target: Path) -> None:
        self.folder = folder
        self.manifest = manifest
        self._target = target

    @classmethod
    @contextmanager
    def of(cls, archive: Path, *, target: Path) -> Iterator[Self]:
        """Unpack, hashing every file; what was not accepted in the end is gone again.

        Raises InTheWayError, NotABackupError.
        """
        if target.exists() and not (target.is_dir() and not any(target.iterdir())):
            raise InTheWayError(
                f"{target} holds something already; name a new folder. Nothing was changed."
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
        try:
            yield cls(folder, _unpack(archive, folder), target)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def accept(self) -> None:
        """Put it where it is to go."""
        self.folder.rename(self._target)
        sync_folder(self._target.parent)


def _unpack(archive: Path, folder: Path) -> Manifest:
    hashes: dict[str, str] = {}
    last = b""
    try:
        with tarfile.open(archive, "r:") as opened:
            for member in opened:
                if last or (member.name == MANIFEST and member.size > _MOST_MANIFEST_BYTES):
                    raise NotABackupError(f"{archive} goes on after its end. It was not restored.")
                content = opened.extractfile(member) if member.isreg() else None
                if content is None or not _stays_inside(member.name):
                    raise NotABackupError(
                        f"{archive} holds ‘{member.name}’, which no backup does. It was not restored."
                    )
                if member.name == MANIFEST:
                    last = content.read()
                else:
                    hashes[member.name] = _write(folder / member.name, content)
        manifest = Manifest.model_validate_json(last)
    except (tarfile.TarError, EOFError, ValidationError) as error:
        raise NotABackupError(f"{archive} is no backup, or its end is missing.") from error
    for path in sorted(manifest.files.keys() | hashes.keys()):
        if manifest.files.get(path) != hashes.get(path):
            raise NotABackupError(
                f"{path} in {archive} is not as it was written. It was not restored."
            )
    _keep_private(folder)
    return manifest


def _stays_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name and name != "."


def _write(path: Path, content: IO[bytes]) -> str:
    digest = sha256()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        while chunk := content.read(_CHUNK):
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _keep_private(folder: Path) -> None:
    """Let nobody but their user read the private files of an unpacked installation."""
    for name in PRIVATE:
        path = folder / name
        if path.is_dir():
            path.chmod(0o700)
            for each in path.iterdir():
                each.chmod(0o600)
        elif path.exists():
            path.chmod(0o600)
