"""`cairn export iati`: both files of a programme, whole or not at all."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from cairn.exchange.iati.organisation import organisations
from cairn.exchange.iati.record import LacksError, Record, activities
from cairn.exchange.iati.write import file_of
from cairn.following.snapshot import bring_up_to_date
from cairn.terminal import say, tell_error
from cairn.values import CairnError


class CannotWriteError(CairnError):
    """The folder asked for cannot be written to."""


def activity_file(record: Record) -> Iterator[bytes]:
    """The programme's activity file."""
    return file_of("iati-activities", activities(record))


def organisation_file(record: Record) -> Iterator[bytes]:
    """Its publisher's organisation file."""
    return file_of("iati-organisations", organisations(record))


FILES: Final[dict[str, Callable[[Record], Iterator[bytes]]]] = {
    "activities.xml": activity_file,
    "organisation.xml": organisation_file,
}
"""The files of a programme, by the name that each has in a folder and at its address."""


def run(programme: str, out: Path) -> int:
    """Write them, and say so; 1 where the programme lacks something. Raises CairnError."""
    bring_up_to_date(programme)
    try:
        record = Record.of(programme)
    except LacksError as lacking:
        tell_error(str(lacking))
        return 1
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, make in FILES.items():
            _put(out / name, make(record))
    except OSError as error:
        raise CannotWriteError(f"cannot write to {out}: {error.strerror or error}") from error
    for name in FILES:
        say(str(out / name), programme=programme, file=out / name)
    return 0


def _put(path: Path, pieces: Iterator[bytes]) -> None:
    """Write a file beside its place, then put it there: nobody reads half of one."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("wb") as stream:
            stream.writelines(pieces)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
