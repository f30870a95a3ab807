"""A zip file that is written in one way only: files as they are, in the order of their names. No Django.

    a header, the name and the bytes of each file     as PKWARE's APPNOTE.TXT 6.3.3 §4.3.7 has it
    the list of them                                  §4.3.12
    its end                                           §4.3.16

Any program that unpacks zips opens it. As there is one way to write it, whoever reads it asks for those bytes
and takes no others: nothing is compressed, so that nothing unpacks to more than it is; there is no link, no
comment, no gap, no name twice and none that leads out of a folder. A change of any byte shows.
"""

import os
import re
import stat
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final
from zlib import crc32

from cairn.values import CairnError
from cairn.verify.wrong import UnusableError, WrongError

MOST_FILES: Final = 20_000
MOST_BYTES: Final = 2**32 - 2**26
"""What an archive without 64-bit extensions can hold, less its list."""
NAME: Final = re.compile(
    rb"[A-Za-z0-9_\-]+(\.[A-Za-z0-9_\-]+)*(/[A-Za-z0-9_\-]+(\.[A-Za-z0-9_\-]+)*)*"
)
LONGEST_NAME: Final = 200

AGAIN: Final = (
    "If somebody unpacked it and packed it again, verify the folder that it unpacks to instead."
)

_FILE, _LISTED, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_HEADER: Final = struct.Struct("<4s5H3L2H")
_ITEM: Final = struct.Struct("<4s6H3L5H2L")
_LAST: Final = struct.Struct("<4s4H2LH")
_NEEDS, _MADE_BY, _STORED, _TIME, _DAY = 20, 3 << 8 | 20, 0, 0, 0x21
"""Version 2.0; by Unix; as it is; midnight of 1980-01-01, the first that a zip can say."""
_PLAIN_FILE: Final = 0o100644 << 16
_CHUNK: Final = 2**20

Content = bytes | Path
"""What a file holds: its bytes, or the file here that has them."""


class TooLargeError(CairnError):
    """More than one zip file holds."""


@dataclass(frozen=True, slots=True)
class _Packed:
    """A file in an archive: where its bytes are."""

    name: bytes
    crc: int
    size: int
    at: int

    @property
    def header(self) -> bytes:
        """What stands before its bytes."""
        about = (_NEEDS, 0, _STORED, _TIME, _DAY, self.crc, self.size, self.size)
        return _HEADER.pack(_FILE, *about, len(self.name), 0) + self.name

    @property
    def item(self) -> bytes:
        """What the list says of it."""
        about = (_MADE_BY, _NEEDS, 0, _STORED, _TIME, _DAY, self.crc, self.size, self.size)
        start = self.at - len(self.header)
        return (
            _ITEM.pack(_LISTED, *about, len(self.name), 0, 0, 0, 0, _PLAIN_FILE, start) + self.name
        )


def pack(file: IO[bytes], contents: Mapping[str, Content]) -> None:
    """Write an archive of these files. Raises TooLargeError; OSError where one is gone by now."""
    if len(contents) > MOST_FILES:
        raise TooLargeError(f"{len(contents)} files are more than the {MOST_FILES} of one bundle.")
    at, packed = 0, []
    for path in sorted(contents):
        name = path.encode("ascii")
        if not _is_name(name):
            raise ValueError(f"‘{path}’ is no name of a file in a bundle")
        crc, size = _summed(contents[path])
        if at + size > MOST_BYTES:
            raise TooLargeError("The files are more than the 4 GB that one bundle holds.")
        one = _Packed(name, crc, size, at + _HEADER.size + len(name))
        file.write(one.header)
        for chunk in _chunks(contents[path]):
            file.write(chunk)
        packed.append(one)
        at = one.at + size
    file.write(_tail(packed, at))


@dataclass(frozen=True, slots=True)
class Zipped:
    """The files of an archive that was written by `pack`, byte for byte: see Files."""

    archive: IO[bytes]
    packed: Mapping[str, _Packed]

    @classmethod
    @contextmanager
    def at(cls, path: Path) -> "Iterator[Zipped]":
        """Open an archive. Raises UnusableError for what is none, WrongError for what `pack` never wrote."""
        try:
            opened = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        except OSError as error:
            raise UnusableError(f"{path} cannot be read: {error.strerror}") from error
        with os.fdopen(opened, "rb") as archive:
            about = os.fstat(opened)
            if not stat.S_ISREG(about.st_mode) or archive.peek(4)[:4] != _FILE:
                raise UnusableError(f"{path} is no zip file, and no folder of a record")
            packed = {one.name.decode(): one for one in _read(archive, path.name, about.st_size)}
            yield cls(archive, packed)

    def read(self, path: str, *, most: int) -> bytes:
        """See Files."""
        if path not in self.packed:
            raise WrongError(path, "there is no such file")
        one = self.packed[path]
        if one.size > most:
            raise WrongError(path, f"it is longer than the {most} bytes that it may have")
        self.archive.seek(one.at)
        return self.archive.read(one.size)

    def names(self) -> set[str]:
        """See Files."""
        return set(self.packed)


def _read(archive: IO[bytes], where: str, length: int) -> list[_Packed]:
    """Every file from the first byte on; then the list and its end are what they must be."""
    packed: list[_Packed] = []
    at = 0
    while (start := archive.read(_HEADER.size))[:4] == _FILE:
        one = _file(archive, start, at, where, length)
        if packed and one.name <= packed[-1].name:
            raise _wrong(where, f"‘{one.name.decode()}’ is there twice, or not in its place")
        if len(packed) == MOST_FILES:
            raise _wrong(where, f"it has more files than the {MOST_FILES} of one bundle")
        packed.append(one)
        at = one.at + one.size
    tail = _tail(packed, at)
    if start + archive.read(len(tail) + 1 - len(start)) != tail:
        raise _wrong(where, "its list of files is not that of the files in it")
    return packed


def _file(archive: IO[bytes], start: bytes, at: int, where: str, length: int) -> _Packed:
    if len(start) < _HEADER.size:
        raise _wrong(where, "it ends in the middle of a file")
    *_about, method, _time, _day, crc, _packed, size, longest, _more = _HEADER.unpack(start)
    name = archive.read(min(longest, LONGEST_NAME + 1))
    called = ascii(name.decode("utf-8", "replace"))[1:-1]
    if not _is_name(name):
        raise _wrong(where, f"‘{called}’ is no name of a file in a bundle")
    if method != _STORED:
        raise _wrong(where, f"‘{called}’ is compressed, and a bundle keeps its files as they are")
    one = _Packed(name, crc, size, at + _HEADER.size + len(name))
    if one.header != start + name:
        raise _wrong(where, f"‘{called}’ is not kept as a bundle keeps its files")
    if one.at + size > length:
        raise _wrong(
            where, f"‘{called}’ is said to be {size} bytes long, and the zip ends before that"
        )
    if _crc(archive, size) != crc:
        raise WrongError(called, "its bytes are not those that were packed: the CRC-32 is another")
    return one


def _is_name(name: bytes) -> bool:
    return len(name) <= LONGEST_NAME and bool(NAME.fullmatch(name))


def _tail(packed: list[_Packed], at: int) -> bytes:
    items = b"".join(one.item for one in packed)
    count = len(packed)
    return items + _LAST.pack(_END, 0, 0, count, count, len(items), at, 0)


def _summed(content: Content) -> tuple[int, int]:
    crc = size = 0
    for chunk in _chunks(content):
        crc, size = crc32(chunk, crc), size + len(chunk)
    return crc, size


def _chunks(content: Content) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    with content.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _crc(archive: IO[bytes], size: int) -> int:
    crc = 0
    while size > 0:
        chunk = archive.read(min(size, _CHUNK))
        if not chunk:
            break
        crc, size = crc32(chunk, crc), size - len(chunk)
    return crc


def _wrong(where: str, what: str) -> WrongError:
    return WrongError(where, f"{what}. {AGAIN}")
