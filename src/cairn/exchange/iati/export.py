"""`cairn export iati`: both files of a programme, whole or not at all."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
    """Write them, and say so; 1 where the programme lacks something. Raises CairnError."""
    try:
        files = written(programme, out)
    except LacksError as lacking:
        tell_error(str(lacking))
        return 1
    _say(programme, files)
    return 0


def run_reported(programme: str, out: Path) -> int:
    """Write what other publishers reported, and nothing of the programme's own. Raises CairnError."""
    with _writing(out):
        _say(programme, write_reported(programme, out))
    return 0


def written(programme: str, out: Path) -> list[Path]:
    """Write a programme's files, and answer where. Raises LacksError, CannotWriteError.

    What other publishers reported goes into a folder beside them, under their own names.
    """
    bring_up_to_date(programme)
    record = Record.of(programme)
    with _writing(out):
        out.mkdir(parents=True, exist_ok=True)
        for name, make in FILES.items():
            put(out / name, make(record))
        return [*(out / name for name in FILES), *write_reported(programme, out / REPORTED)]


def is_ours(folder: Path) -> bool:
    """Whether a folder holds a programme's files, which newer ones may replace."""
    return {path.name for path in folder.iterdir()} <= {*FILES, REPORTED}


@contextmanager
def _writing(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CannotWriteError(f"cannot write to {out}: {error.strerror or error}") from error


def _say(programme: str, files: list[Path]) -> None:
    for path in files:
        say(str(path), programme=programme, file=path)
