"""`cairn export iati`: both files of a programme, whole or not at all."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from cairn.exchange.iati.organisation import organisations
from cairn.exchange.iati.record import LacksError, Record, activities
from cairn.exchange.iati.write import file_of, put
from cairn.exchange.iati.write_reported import write_reported
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


REPORTED: Final = "reported"
"""The folder beside them for what other publishers reported, as cairn import read it."""


def run(programme: str, out: Path) -> int:
    """Write them, and say so; 1 where the programme lacks something. Raises CairnError.

    What other publishers reported goes into a folder beside them, under their own names.
    """
    bring_up_to_date(programme)
    try:
        record = Record.of(programme)
    except LacksError as lacking:
        tell_error(str(lacking))
        return 1
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, make in FILES.items():
            put(out / name, make(record))
    except OSError as error:
        raise CannotWriteError(f"cannot write to {out}: {error.strerror or error}") from error
    for name in FILES:
        say(str(out / name), programme=programme, file=out / name)
    return run_reported(programme, out / REPORTED)


def run_reported(programme: str, out: Path) -> int:
    """Write what other publishers reported, and nothing of the programme's own. Raises CairnError."""
    try:
        written = write_reported(programme, out)
    except OSError as error:
        raise CannotWriteError(f"cannot write to {out}: {error.strerror or error}") from error
    for path in written:
        say(str(path), programme=programme, file=path)
    return 0
