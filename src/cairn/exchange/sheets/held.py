"""Sheets on their way in from the desk: what is kept of each, by whom, and for how long.

    imports/9f86d0…/about.json      whose it is, how its columns are read, what is to be done
                    sheet           the file, until its import is done
                    rows.sqlite3    what becomes of each row
                    read            how many rows were read so far
                    working         held by the process that works on it

A folder has a random name, is its owner's alone, and is removed a day after its file came, whatever
happens. None of it is in the database, in the journal or in a backup. The owner is a user at one post.
"""

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Self

from django.conf import settings

from cairn.exchange.sheets.mapping import Mapping
from cairn.journal.durable import write_durably
from cairn.people.seats import Seat

KEPT: Final = timedelta(days=1)
AT_ONCE: Final = 5
"""Sheets that one user at one post may have on their way."""


class Stage(StrEnum):
    """How far a sheet has come. Of those in WORKS the worker has something to do."""

    LOOKING = "looking"
    """Its headings are being found, and the map guessed."""
    MAPPED = "mapped"
    """A person says what its columns are."""
    CHECKING = "checking"
    CHECKED = "checked"
    """A person decides whether it is imported."""
    IMPORTING = "importing"
    DONE = "done"


WORKS: Final = frozenset({Stage.LOOKING, Stage.CHECKING, Stage.IMPORTING})


@dataclass
class Question:
    """A name that a person must settle, the ids and names of what it could mean, and in how many rows."""

    name: str
    thing: str
    meant: list[tuple[str, str]]
    rows: int = 0


@dataclass
class About:
    """What is known of a sheet, as about.json keeps it."""

    file: str
    """How whoever sent it calls the file: shown, and never a path."""
    user: int
    appointment: int
    programme: str
    post: str
    language: str
    began_at: str
    stage: Stage = Stage.LOOKING
    factor: bool = False
    fresh: bool = False
    """What the user had shown when they asked for the import."""
    all_or_nothing: bool = False
    wrong: str = ""
    """Why the last step could not be done, as a sentence in `language`."""
    sheets: list[dict[str, Any]] = field(default_factory=list)
    """What was seen of each sheet: see look.py."""
    mapping: dict[str, Any] = field(default_factory=dict)
    rows: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    """How many rows have each verdict."""
    kinds: list[str] = field(default_factory=list)
    """The kinds of facts that its rows tell."""
    new: list[tuple[str, str, str]] = field(default_factory=list)
    """What is new, as (thing, id, name), the first few hundred."""
    questions: list[Question] = field(default_factory=list)
    persons: int = 0
    """In how many rows a payee was left out because it looks like a person."""
    left_out: list[str] = field(default_factory=list)
    written: bool = True

    @classmethod
    def read(cls, text: str) -> Self:
        """Read about.json."""
        said = json.loads(text)
        said["stage"] = Stage(said["stage"])
        said["questions"] = [
            Question(**{**one, "meant": [(id_, name) for id_, name in one["meant"]]})
            for one in said["questions"]
        ]
        said["new"] = [(thing, id_, name) for thing, id_, name in said["new"]]
        return cls(**said)

    def map(self) -> Mapping:
        """How its columns are read."""
        return Mapping.model_validate(self.mapping)


@dataclass(frozen=True)
class Held:
    """One sheet on its way in: its folder, and what is known of it."""

    folder: Path
    about: About

    @property
    def key(self) -> str:
        """The random name."""
        return self.folder.name

    @property
    def sheet(self) -> Path:
        """The file, until its import is done."""
        return self.folder / "sheet"

    @property
    def verdicts(self) -> Path:
        """The file with what becomes of each row."""
        return self.folder / "rows.sqlite3"

    def save(self) -> None:
        """Keep what is known of it; nothing of one that was put away meanwhile."""
        if not self.folder.is_dir():
            return
        text = json.dumps(asdict(self.about), ensure_ascii=False)
        write_durably(self.folder / "about.json", text.encode(), mode=0o600)

    def read_so_far(self) -> int:
        """How many rows the worker has read."""
        with suppress(OSError, ValueError):
            return int((self.folder / "read").read_text())
        return 0

    def tell(self, rows: int) -> None:
        """Say how many rows were read: for the page that waits."""
        with suppress(FileNotFoundError):  # put away meanwhile
            (self.folder / "read").write_text(str(rows))

    def remove(self) -> None:
        """Remove it whole. What was imported of it stays on record."""
        shutil.rmtree(self.folder, ignore_errors=True)


def take_in(
    seat: Seat, chunks: Iterable[bytes], *, file: str, language: str, now: datetime
) -> Held:
    """Keep a file that somebody sent, in a new folder of theirs alone; the worker looks at it next."""
    forget_old(now=now)
    for old in _of(seat)[AT_ONCE - 1 :]:
        if old.about.stage is not Stage.IMPORTING:
            old.remove()
    _home().mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = _home() / secrets.token_hex(16)
    folder.mkdir(mode=0o700)
    about = About(
        file=file[:200],
        user=seat.user,
        appointment=seat.appointment,
        programme=seat.programme,
        post=seat.post,
        language=language,
        began_at=now.isoformat(),
    )
    held = Held(folder, about)
    with os.fdopen(os.open(held.sheet, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as kept:
        for some in chunks:
            kept.write(some)
    held.save()
    return held


def of(seat: Seat, *, now: datetime) -> list[Held]:
    """The sheets of this user at this post, the newest first."""
    return [held for held in _of(seat) if not _is_old(held, now)]


def one_of(seat: Seat, key: str, *, now: datetime) -> Held | None:
    """One of them, by its random name."""
    return next((held for held in of(seat, now=now) if held.key == key), None)


def waiting() -> list[Held]:
    """Those on which there is work to do, the one that came first at the front."""
    return [held for held in reversed(_all()) if held.about.stage in WORKS]


def forget_old(*, now: datetime) -> None:
    """Remove those that came a day ago, whatever is still to be done on them."""
    for held in _all():
        if _is_old(held, now):
            held.remove()


@contextmanager
def at_work(held: Held) -> Iterator[Held | None]:
    """Hold a sheet while working on it, as it stands then; None where another process does.

    A process that dies lets go: its work is begun once more, and what it has recorded is met again.
    """
    try:
        descriptor = os.open(held.folder / "working", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:  # removed meanwhile
        yield None
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield _held(held.folder)
    except BlockingIOError:
        yield None
    finally:
        os.close(descriptor)


def _of(seat: Seat) -> list[Held]:
    mine = (seat.user, seat.programme, seat.post)
    return [one for one in _all() if (one.about.user, one.about.programme, one.about.post) == mine]


def _all() -> list[Held]:
    with suppress(FileNotFoundError):
        found = [held for path in _home().iterdir() if (held := _held(path))]
        return sorted(found, key=lambda held: held.about.began_at, reverse=True)
    return []


def _held(folder: Path) -> Held | None:
    """What is kept in a folder; None of one that is being made, or removed."""
    try:
        return Held(folder, About.read((folder / "about.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _is_old(held: Held, now: datetime) -> bool:
    return now - datetime.fromisoformat(held.about.began_at) > KEPT


def _home() -> Path:
    return Path(settings.CAIRN_DIR) / "imports"
