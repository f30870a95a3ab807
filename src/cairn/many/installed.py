"""The installation that many processes work on: found again in each of them, and held to be the same."""

import hashlib
import os
import socket
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from cairn.values import CairnError


class ElsewhereError(CairnError):
    """A process that would work on another installation than the command."""


@dataclass(frozen=True, slots=True)
class Installed:
    """An installation as the command that was given it sees it, to be sent to its workers."""

    folder: Path
    on_sqlite: bool
    programme: str
    position: int
    mark: str
    """The same in every process that sees this entry and this secret, and telling nothing of either."""

    @classmethod
    def of(cls, folder: Path, programme: str) -> "Installed":
        """The one that Django was started on, known by the newest entry of one of its programmes."""
        from django.db import connection  # noqa: PLC0415 - needs Django started

        from cairn.journal.heads import position_of  # noqa: PLC0415 - likewise

        position, sqlite = position_of(programme), connection.vendor == "sqlite"
        return cls(folder, sqlite, programme, position, _mark(programme, position))

    def begin(self) -> None:
        """Start Django on it in this process, where it was not. Raises ElsewhereError."""
        _begin(self)


@lru_cache(maxsize=1)
def _begin(installed: Installed) -> None:
    """Its tables were brought up to this version by the command, which holds it to its logs too."""
    here = socket.gethostname()
    if not installed.folder.is_dir():
        raise ElsewhereError(
            f"The machine {here} has no {installed.folder}: every worker needs it."
        )
    os.environ["CAIRN_DIR"] = str(installed.folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cairn.config.settings")
    import django  # noqa: PLC0415 - what verifies needs no Django

    django.setup()
    if not _is_here(installed):
        raise ElsewhereError(
            f"The machine {here} has another database, another secret or another Cairn: install the "
            "same there, and start its Ray with the command's CAIRN_DATABASE_URL and CAIRN_SECRET."
        )


def _is_here(installed: Installed) -> bool:
    """Whether this process sees the same; a file that SQLite would make for the asking is not made."""
    from django.db import ProgrammingError, connection  # noqa: PLC0415 - needs Django started

    if (connection.vendor == "sqlite") != installed.on_sqlite:
        return False
    try:
        return _mark(installed.programme, installed.position) == installed.mark
    except ProgrammingError:  # a database without our tables
        return False


def _mark(programme: str, position: int) -> str:
    from django.conf import settings  # noqa: PLC0415 - needs Django started

    from cairn.journal.models import Entry  # noqa: PLC0415 - likewise

    found = Entry.objects.filter(programme=programme, position=position)
    entry = found.values_list("id", flat=True).first()
    seen = f"{settings.SECRET_KEY}\0{entry}\0{version('cairn')}"
    return hashlib.sha256(seen.encode()).hexdigest()
