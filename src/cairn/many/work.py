"""What is done with each of many programmes: the functions that do it with one, and what they came to.

A work is a value that can be sent to another process. Done again it comes to the same, whoever did it
before and wherever that was broken off: so a programme whose process was killed is simply begun anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, Final, Protocol

from cairn.values import CairnError

RETIRED: Final = " (retired)"
"""What `cairn keys list` says behind a key that signs no more; what it signed still holds."""


class NoKeyGivenError(CairnError):
    """A record for which the file of keys has none."""


class AnotherRecordError(CairnError):
    """A record in the folder of another programme."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a work came to with one programme: in words, and for programs."""

    line: str
    said: dict[str, object]


class Work(Protocol):
    """Something that is done with each of many programmes."""

    name: ClassVar[str]
    """The command that does it."""
    writes: ClassVar[bool]
    """Whether it holds the lock of who writes to the database, for as long as it takes."""

    def __call__(self, programme: str, /) -> Done:
        """Do it. Raises CairnError for what a person can mend."""
        ...


@dataclass(frozen=True, slots=True)
class Trace:
    """Follows the money up to the last fact, where nobody has."""

    name: ClassVar[str] = "trace"
    writes: ClassVar[bool] = False

    def __call__(self, programme: str) -> Done:
        """See Work."""
        from cairn.following.snapshot import bring_up_to_date, latest  # noqa: PLC0415 - needs Django started

        needed = bring_up_to_date(programme)
        position = latest(programme).position
        how = "traced" if needed else "was traced before"
        return Done(f"{how}, {position} facts", {"position": position, "anew": needed})


@dataclass(frozen=True, slots=True)
class Rebuild:
    """Drops every read model and folds it anew."""

    name: ClassVar[str] = "rebuild"
    writes: ClassVar[bool] = True

    def __call__(self, programme: str) -> Done:
        """See Work."""
        from cairn.catalog import journal  # noqa: PLC0415 - needs Django started
        from cairn.following.home import make_anew  # noqa: PLC0415 - likewise

        position = journal.rebuild(programme)
        make_anew(programme)
        return Done(f"rebuilt, {position} facts", {"position": position})


class Form(StrEnum):
    """What `cairn many export` writes of each programme."""

    TABLES = "tables"
    IATI = "iati"


@dataclass(frozen=True, slots=True)
class Export:
    """Writes a folder for each programme, whole or not at all."""

    name: ClassVar[str] = "export"
    writes: ClassVar[bool] = False

    out: Path
    form: Form = Form.TABLES
    licence: str = ""
    parquet: bool = True

    def __call__(self, programme: str) -> Done:
        """See Work."""
        out = self.out / programme
        return (
            self._iati(programme, out) if self.form is Form.IATI else self._tables(programme, out)
        )

    def _tables(self, programme: str, out: Path) -> Done:
        from cairn.exchange.tables import command  # noqa: PLC0415 - needs Django started
        from cairn.exchange.tables.declared import Chosen  # noqa: PLC0415 - likewise

        asked = command.Asked(
            programme=programme,
            out=out,
            chosen=Chosen(),
            licence=self.licence,
            parquet=self.parquet,
        )
        done = command.packed(asked)
        position, tables = done.reading.snapshot.position, len(done.tables)
        return Done(
            f"{out}: {tables} tables as of position {position}",
            {"position": position, "folder": out, "tables": tables, "bytes": done.size},
        )

    def _iati(self, programme: str, out: Path) -> Done:
        from cairn.exchange.iati import export  # noqa: PLC0415 - needs Django started
        from cairn.exchange.outgoing import new_folder  # noqa: PLC0415 - likewise

        with new_folder(out, ours=export.is_ours) as folder:
            files = [path.relative_to(folder) for path in export.written(programme, folder)]
        return Done(f"{out}: {len(files)} files", {"folder": out, "files": [*map(str, files)]})


@dataclass(frozen=True, slots=True)
class Publish:
    """Publishes each record into a folder of its own, signed where whoever runs this may."""

    name: ClassVar[str] = "publish"
    writes: ClassVar[bool] = False

    out: Path
    languages: str | None = None

    def __call__(self, programme: str) -> Done:
        """See Work."""
        from cairn.publish import command  # noqa: PLC0415 - needs Django started

        out = self.out / programme
        done = command.once(programme, out, languages=self.languages)
        return Done(command.told(done, out), command.said_of(done, out))


@dataclass(frozen=True, slots=True)
class Verify:
    """Proves each record that stands in a folder: RECORDS/PROGRAMME, as Publish writes them."""

    name: ClassVar[str] = "verify"
    writes: ClassVar[bool] = False

    records: Path
    keys: Mapping[str, list[str]] | None = None
    """The verifier keys of each log, as `cairn keys list` prints them; none: what comes with it."""

    def __call__(self, programme: str) -> Done:
        """See Work."""
        from cairn.verify import command  # noqa: PLC0415 - loads what it checks with
        from cairn.verify.files import Folder  # noqa: PLC0415 - likewise
        from cairn.verify.record import verify  # noqa: PLC0415 - likewise

        keys = None if self.keys is None else self.keys.get(programme)
        if self.keys is not None and not keys:
            raise NoKeyGivenError("no key of its log was given")
        trusted = command.trusted_from(keys or [], None, None)
        # In this process alone: there are as many of them as there are to be.
        found = verify(Folder(self.records / programme), trusted)
        if found.programme != programme:
            raise AnotherRecordError(f"the record in this folder is of ‘{found.programme}’")
        whose = ", by the key that came with it" if found.own_key else ""
        line = f"holds, {found.checkpoint.size} entries, {found.files} files{whose}"
        return Done(line, {**command.said_of(found), "holds": True})


def keys_from(file: Path) -> dict[str, list[str]]:
    """The keys of each programme, from a file as `cairn keys list` prints it. Raises CairnError."""
    keys: dict[str, list[str]] = {}
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CairnError(f"{file} cannot be read: {error}") from error
    for number, line in enumerate(lines, start=1):
        match line.removesuffix(RETIRED).split():
            case [programme, key]:
                keys.setdefault(programme, []).append(key)
            case []:
                pass
            case _:
                raise CairnError(
                    f"{file}, line {number}: write PROGRAMME KEY, as `cairn keys list`."
                )
    return keys
