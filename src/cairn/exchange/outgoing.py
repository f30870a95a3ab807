"""What every export begins and ends with: a programme as of one position, and files that are whole or not there.

A file is written under another name and renamed when it is whole. Nothing that somebody else put
there is replaced.
"""

import fcntl
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from cairn.following.queries.programme import programmes
from cairn.following.queries.reading import Reading, read
from cairn.following.snapshot import bring_up_to_date
from cairn.journal.durable import sync_folder
from cairn.journal.heads import NotSteadyError, position_of
from cairn.terminal import DASH, keep_stdout_for
from cairn.values import CairnError


class WhichProgrammeError(CairnError):
    """There is more than one programme, or none of that name."""


class OutputError(CairnError):
    """A file or folder that cannot be written, or holds something else."""


def chosen(programme: str | None) -> str:
    """The programme that was named, or the only one there is."""
    there = [one.id for one in programmes()]
    if programme is not None and programme in there:
        return programme
    if programme is None and len(there) == 1:
        return there[0]
    raise WhichProgrammeError(
        f"There is no programme ‘{programme}’ here; there is: {', '.join(there) or 'none'}."
        if programme
        else f"Say which with --programme: {', '.join(there) or 'there is none yet'}."
    )


def up_to_date(programme: str) -> Reading:
    """A programme with its money followed to the end."""
    bring_up_to_date(programme)
    return read(programme)


def still_so(reading: Reading) -> None:
    """Raise NotSteadyError where a fact was recorded since: tables would be of two states."""
    now = position_of(reading.id)
    if now != reading.snapshot.position:
        raise NotSteadyError(
            f"Facts of ‘{reading.id}’ were recorded while it was written; export it again."
        )


@contextmanager
def new_folder(target: Path, *, ours: Callable[[Path], bool]) -> Iterator[Path]:
    """A folder beside `target` that takes its place when it is whole. `ours` knows an older export."""
    target = target.absolute()
    if target.exists() and not target.is_dir():
        raise OutputError(f"{target} is a file; name a folder.")
    if target.is_dir() and any(target.iterdir()) and not ours(target):
        raise OutputError(f"{target} holds something else; name a new or empty folder.")
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        held = _held(beside)
    except OSError as error:
        raise OutputError(f"{target} cannot be written: {error.strerror}.") from error
    try:
        yield beside
        before = target.with_name(f".{target.name}.{os.getpid()}.before")
        if target.exists():
            target.rename(before)
        beside.rename(target)
        sync_folder(target.parent)
        shutil.rmtree(before, ignore_errors=True)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        os.close(held)


def _held(beside: Path) -> int:
    """Make a folder to write in and lock it, once what killed processes left of the same target is gone.

    The lock of a process that died is free, on whichever machine of a network it ran: so what nobody
    holds is nobody's. Returns the open descriptor.
    """
    for left in beside.parent.iterdir():
        if re.fullmatch(rf"{re.escape(beside.stem)}\.\d+(\.before)?", left.name):
            _remove_unheld(left)
    while True:
        beside.mkdir()
        descriptor = os.open(beside, os.O_RDONLY)
        _lock(descriptor)
        with suppress(FileNotFoundError):  # somebody may have taken it for left behind just then
            if os.path.samestat(os.fstat(descriptor), beside.stat()):
                return descriptor
        os.close(descriptor)


def _remove_unheld(folder: Path) -> None:
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # it is gone by now, or another user's
        return
    try:
        if _lock(descriptor):
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> bool:
    """Lock what is open unless somebody else has. Where a file system has no locks, nobody gets one."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class File:
    """A file that was written: where, and how many bytes. Nowhere is stdout."""

    path: Path | None
    size: int


def new_file(target: Path, content: Iterable[bytes], *, replace: bool = True) -> File:
    """Write a file, whole or not at all; `-` is stdout. Raises OutputError."""
    if target == DASH:
        return File(None, _to_stdout(content))
    if target.exists() and not replace:
        raise OutputError(f"{target} is there already; name another file.")
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with beside.open("xb") as file:
            for some in content:
                file.write(some)
            size = file.tell()
        beside.replace(target)
    except OSError as error:
        raise OutputError(f"{target} cannot be written: {error.strerror}.") from error
    finally:
        beside.unlink(missing_ok=True)
    return File(target, size)


def _to_stdout(content: Iterable[bytes]) -> int:
    keep_stdout_for(DASH)
    size = 0
    for some in content:
        size += len(some)
        sys.stdout.buffer.write(some)
    sys.stdout.buffer.flush()
    return size


def size_in_words(size: int) -> str:
    """A number of bytes as people read it: 1.4 MB."""
    if size < 1000:
        return f"{size} B"
    for unit, of in (("GB", 10**9), ("MB", 10**6)):
        if size >= of:
            return f"{size / of:.1f} {unit}"
    return f"{size / 1000:.1f} kB"
