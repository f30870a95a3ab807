"""Files that are there, whole, once a call returns; and locks between processes."""

import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

Write = Callable[[Path, bytes], None]


def write_durably(path: Path, content: bytes, *, mode: int = 0o666) -> None:
    """Write beside, sync and rename: whoever reads it sees the old file or the new, whole."""
    make_folder(path.parent)
    # Two threads may be sent the same photo at once, each to write it.
    beside = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    sync_folder(path.parent)


def make_folder(folder: Path, *, mode: int = 0o777) -> None:
    """Make a folder and those above it. Each is synced into the one above, or a crash loses it."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=mode, exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make what a folder lists durable: its new names, and those that are gone."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_files(folder: Path) -> None:
    """Make the files in a folder durable, so that it can be put in place whole."""
    for path in folder.iterdir():
        sync_folder(path)  # a file is synced as a folder is
    sync_folder(folder)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Wait until nobody else holds this lock file, and hold it. A process that dies lets go."""
    make_folder(path.parent)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
