"""Where the files of a record are read: in a folder, from a web server, in the zip of a bundle, or in memory."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit
from urllib.request import urlopen

from cairn.verify.packed import Zipped
from cairn.verify.wrong import UnusableError, WrongError

WAIT_SECONDS = 30


class Files(Protocol):
    """The files of a record by their paths, such as `tile/0/000`."""

    def read(self, path: str, *, most: int) -> bytes:
        """The bytes of a file. Raises WrongError if there is none, or it is longer than `most`."""
        ...

    def names(self) -> set[str] | None:
        """Every file there is; None where nobody can list them, as on a web server."""
        ...


@dataclass(frozen=True, slots=True)
class Folder:
    """A record in a folder. Links are refused: they could lead out of it."""

    root: Path

    def read(self, path: str, *, most: int) -> bytes:
        """See Files."""
        try:
            opened = os.open(self.root / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError as error:
            raise WrongError(path, _why(error)) from error
        with os.fdopen(opened, "rb") as file:
            if not stat.S_ISREG(os.fstat(opened).st_mode):
                raise WrongError(path, "this is no plain file")
            return _within(path, file.read(most + 1), most)

    def names(self) -> set[str]:
        """See Files. Raises WrongError for a link."""
        found = set[str]()
        for folder, inner, files in os.walk(self.root):
            for name in (*inner, *files):
                path = Path(folder, name)
                if path.is_symlink():
                    raise WrongError(_relative(path, self.root), "a record has no links")
            found.update(_relative(Path(folder, name), self.root) for name in files)
        return found


@dataclass(frozen=True, slots=True)
class Web:
    """A record on a web server."""

    root: str

    def __post_init__(self) -> None:
        """Raises UnusableError."""
        if urlsplit(self.root).scheme not in {"http", "https"}:
            raise UnusableError(f"{self.root} is no address of a web server")

    def read(self, path: str, *, most: int) -> bytes:
        """See Files."""
        try:
            with urlopen(f"{self.root.rstrip('/')}/{quote(path)}", timeout=WAIT_SECONDS) as answer:  # noqa: S310 - http or https
                return _within(path, answer.read(most + 1), most)
        except HTTPError as error:
            raise WrongError(path, f"the server answers {error.code}") from error
        except (URLError, OSError) as error:
            raise UnusableError(f"{self.root} cannot be read: {error}") from error

    def names(self) -> None:
        """See Files."""


@dataclass(frozen=True, slots=True)
class Memory:
    """A record in memory."""

    files: dict[str, bytes]

    def read(self, path: str, *, most: int) -> bytes:
        """See Files."""
        if path not in self.files:
            raise WrongError(path, "there is no such file")
        return _within(path, self.files[path], most)

    def names(self) -> set[str]:
        """See Files."""
        return set(self.files)


@contextmanager
def files_at(given: str) -> Iterator[Files]:
    """The files at an address, in a folder or in the zip file of a bundle.

    Raises UnusableError; WrongError for a zip that is not as bundles are packed.
    """
    path = Path(given)
    if "://" in given:
        yield Web(given)
    elif path.is_dir():
        yield Folder(path)
    elif path.exists():
        with Zipped.at(path) as files:
            yield files
    else:
        raise UnusableError(f"there is no folder {given}, and no file")


def _within(path: str, content: bytes, most: int) -> bytes:
    if len(content) > most:
        raise WrongError(path, f"it is longer than the {most} bytes that it may have")
    return content


def _why(error: OSError) -> str:
    return {
        FileNotFoundError: "there is no such file",
        NotADirectoryError: "there is no such file",
    }.get(type(error), str(error.strerror))


def _relative(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()
