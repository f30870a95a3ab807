"""Where a programme's snapshots are, for who does not open one: no arrays are loaded for that."""

from pathlib import Path
from typing import Final

from django.conf import settings

from cairn.journal.durable import locked

ANEW: Final = "anew"
REBUILT: Final = "rebuilt"


def home_of(programme: str) -> Path:
    """The folder that a programme's snapshots are in."""
    return Path(settings.CAIRN_DIR) / "traces" / programme


def make_anew(programme: str) -> None:
    """Have the worker trace everything again: the tables that it reads were made anew."""
    home = home_of(programme)
    with locked(
        home / "lock"
    ):  # a trace that is being made now, of tables as they were, is done then
        (home / ANEW).touch()
        (home / REBUILT).touch()


def rebuilt_at(programme: str) -> int:
    """When a programme's tables were made anew, in nanoseconds since 1970; 0 where they never were."""
    try:
        return (home_of(programme) / REBUILT).stat().st_mtime_ns
    except FileNotFoundError:
        return 0
