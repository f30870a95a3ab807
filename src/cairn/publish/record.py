"""Publish a programme's record: its log, its pages, and what verifies them, as static files.

checkpoint, tile/…           the log, as C2SP tlog-tiles has it
verifier                     the key of its checkpoints
sealed/000019.json           what opens sealed answers of public facts, while they stand
files/…                      the pictures and PDFs that such answers name
data/…                       the tables and other formats of the page data/, for other tools
schemas/KIND.json            what an entry of a kind holds
en/…, zh-hans/…, static/…    the public pages, in the languages that were chosen, and their tables
index.html, verify.html      where to begin, and a verifier for browsers
manifest.json                the SHA-256 of each of these files
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from django.conf import settings

from cairn.catalog import journal
from cairn.following.snapshot import bring_up_to_date
from cairn.journal.entry import Withheld
from cairn.journal.heads import NotSteadyError, entries, position_of
from cairn.journal.log import Log
from cairn.merkle.checkpoint import open_checkpoint
from cairn.merkle.note import Note
from cairn.merkle.tile import WIDTH, tiles_of
from cairn.programme.models import Programme
from cairn.publish.folder import Publication, alone_in
from cairn.publish.front import front_of
from cairn.publish.openings import openings_of
from cairn.publish.pages import Page, Progress, pages_of
from cairn.publish.schemas import schemas_of
from cairn.values import CairnError
from cairn.web import mended
from cairn.web.public.reads import read_only, vouched

TRIES: Final = 5


class Draw(Protocol):
    """Draws every page of a programme, as of a day: see pages_of."""

    def __call__(
        self, programme: str, day: date, /, *, before: Mapping[str, Page], progress: Progress
    ) -> Iterable[Page]:
        """The pages, those of `before` where nothing changed."""
        ...


class NotSignedYetError(CairnError):
    """A programme without a checkpoint, or with facts that none covers yet."""


@dataclass(frozen=True, slots=True)
class Published:
    """What a publishing came to. `written` has the manifest among its files."""

    position: int
    files: int
    written: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(slots=True)
class Drawn:
    """The pages of a position by their address, kept for whoever publishes again and again."""

    draw: Draw = pages_of
    state: tuple[object, ...] = ()
    day: date = date.min
    wordings: tuple[object, ...] = ()
    pages: dict[str, Page] = field(default_factory=dict)

    def bring_up_to_date(self, programme: str, position: int, progress: Progress) -> None:
        """Draw what may have changed since; nothing where no fact is new and the same ones vouch.

        Where a speaker mended a line, every page may say it: all are drawn.
        """
        wordings = mended.wordings_now()
        state = position, vouched(programme), read_only(programme), wordings
        if state == self.state:
            return
        bring_up_to_date(programme)
        day = _day_of(programme, position)
        same = (day, wordings) == (self.day, self.wordings)
        before = self.pages if same else {}
        found = self.draw(programme, day, before=before, progress=progress)
        self.pages = {page.address: page for page in found}
        self.state, self.day, self.wordings = state, day, wordings


def publish(
    programme: str,
    out: Path,
    *,
    sign: Callable[[], object] = lambda: None,
    drawn: Drawn | None = None,
    progress: Progress = lambda _done, _of: None,
) -> Published:
    """Bring a published record up to date.

    `sign` signs a checkpoint over what is recorded, where whoever publishes may. Pages are of the
    same position as the checkpoint, or nothing is published. `drawn` is what this process drew
    before; `progress` is told how many pages are done, of how many known so far. Raises
    NotSignedYetError, NotSteadyError, and NotARecordError for a folder with other things in it.
    """
    log, drawn = Log(programme), drawn or Drawn()
    for tries_left in reversed(range(TRIES)):
        sign()
        try:
            note, position = _signed(log)
        except NotSignedYetError:
            if tries_left:
                continue  # a fact may have come since the signature
            raise
        drawn.bring_up_to_date(programme, position, progress)
        with alone_in(out):  # whoever waited may find that there is more to publish by now
            if position_of(programme) == position:
                pages = {page.file: page.body for page in drawn.pages.values()}
                return _write(log, note, out, position, pages)
    raise NotSteadyError(
        f"Facts of ‘{programme}’ kept arriving while its pages were written; publish it again."
    )


def _write(log: Log, note: Note, out: Path, position: int, pages: dict[str, bytes]) -> Published:
    languages = frozenset(code for code, _name in settings.LANGUAGES)
    into = Publication(out, log.programme, languages)
    for tile in tiles_of(position):
        if tile.width < WIDTH or not into.has(tile.path):
            into.put(tile.path, log.read(tile))
    into.put_all(pages.items())
    into.put_all(schemas_of([*journal.kinds.values(), Withheld]))
    _open(into, log.programme, position)
    into.put_all(_beside(log.programme, pages))
    into.put("verifier", f"{log.verifier}\n".encode())
    into.put("checkpoint", bytes(note))
    into.end(position)
    return Published(position, len(into.listed), tuple(into.written), tuple(into.removed))


def _open(into: Publication, programme: str, position: int) -> None:
    """Publish what opens sealed answers. A kept file never changes under its name."""
    for path, content, kept in openings_of(programme, position, journal.kinds):
        into.put(path, content)
        for name, here in kept.items():
            if not into.has(name):
                into.put(name, here.read_bytes())


def _signed(log: Log) -> tuple[Note, int]:
    """The newest checkpoint, and its size: read once, for a signer may run beside."""
    note, position = log.note(), position_of(log.programme)
    checkpoint = open_checkpoint(note, [log.verifier]) if note else None
    if note is None or checkpoint is None or checkpoint.size < position:
        covered = checkpoint.size if checkpoint else 0
        raise NotSignedYetError(
            f"{position - covered} facts of ‘{log.programme}’ are under no checkpoint yet: "
            f"run `cairn log sign {log.programme}` as the user whose keys sign."
        )
    return note, checkpoint.size


def _day_of(programme: str, position: int) -> date:
    """The day on which the last entry was recorded, where the programme is."""
    row = Programme.objects.filter(programme=programme).first()
    last = next(iter(entries(programme, after=position - 1, until=position)))
    recorded = datetime.fromisoformat(_said(bytes(last.body), "recorded_at"))
    return recorded.astimezone(ZoneInfo(row.timezone if row else "UTC")).date()


def _said(body: bytes, field: str) -> str:
    return str(json.loads(body)[field])


def _beside(programme: str, pages: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    yield "index.html", front_of(programme, pages)
    page = files("cairn.publish").joinpath("verify.html")
    if page.is_file():
        yield "verify.html", page.read_bytes()
