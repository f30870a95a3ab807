"""Files kept beside the journal, each under the SHA-256 of its bytes.

    files/PROGRAMME/9f/9f86d0….jpg     re-encoded from pixels before it was kept: see pictures.py
    files/PROGRAMME/9f/9f86d0….pdf     made anew from its pages: see documents.py
    files/PROGRAMME/9f/9f86d0….mp3     or .m4a, .ogg, .wav: made plain, see recordings.py
    files/PROGRAMME/doomed/9f86d0…     to be deleted, unless something names the file after all

A file is deleted when the last sealed part that names it is shredded. It is doomed before that is
committed and deleted after it, so that a crash in between is made good by whoever comes next.
"""

import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from django.conf import settings

from cairn.journal.documents import is_document, made_anew
from cairn.journal.durable import sync_folder, write_durably
from cairn.journal.openings import DOCUMENT, PICTURE, RECORDINGS, SUFFIXES, suffix_of
from cairn.journal.pictures import re_encoded
from cairn.journal.recordings import is_recording, made_plain
from cairn.journal.sealing import named_of

DOOMED: Final = "doomed"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is here."""

    path: Path
    size: int

    @property
    def is_document(self) -> bool:
        """Whether it is a PDF, to be handed out and never shown."""
        return self.path.suffix == DOCUMENT

    @property
    def is_recording(self) -> bool:
        """Whether it is to be heard, and neither shown nor handed out."""
        return self.path.suffix in RECORDINGS


def keep(programme: str, content: bytes) -> str:
    """Keep a picture, a PDF or a recording; its id. Keeping it again changes nothing.

    Which it is, its bytes say. Raises NotAPictureError, NotADocumentError, NotARecordingError.
    """
    return keep_as_it_is(programme, _made(content))


def keep_new(programme: str, content: bytes) -> tuple[str, bool]:
    """The same, and whether it was not here before."""
    made = _made(content)
    was_here = is_kept(programme, sha256(made).hexdigest())
    return keep_as_it_is(programme, made), not was_here


def keep_as_it_is(programme: str, made: bytes) -> str:
    """Keep what was made plain before it came here; its id."""
    file = sha256(made).hexdigest()
    path = place_of(programme, file, suffix_of(made))
    if not path.exists():
        write_durably(path, made)
    return file


def _made(content: bytes) -> bytes:
    if is_document(content):
        return made_anew(content)
    return made_plain(content) if is_recording(content) else re_encoded(content)


def kept(programme: str, file: str) -> Kept | None:
    """The file of this id, if it is here. None has no id."""
    for suffix in SUFFIXES if file else ():
        path = place_of(programme, file, suffix)
        with suppress(FileNotFoundError):
            return Kept(path, path.stat().st_size)
    return None


def path_of(programme: str, file: str) -> Path:
    """Where a file is, or would be. Raises ValueError for what is no id of a file."""
    found = kept(programme, file) if file else None
    return found.path if found else place_of(programme, file, PICTURE)


def place_of(programme: str, file: str, suffix: str) -> Path:
    """Where a file with this ending belongs. Raises ValueError for what is no id of a file."""
    if not re.fullmatch("[0-9a-f]{64}", file):
        raise ValueError(f"‘{file}’ is no SHA-256")
    return folder_of(programme) / file[:2] / f"{file}{suffix}"


def folder_of(programme: str) -> Path:
    """Where a programme's files are."""
    return Path(settings.CAIRN_DIR) / "files" / programme


def is_kept(programme: str, file: str) -> bool:
    """Whether a file of this id is here. None has no id."""
    return kept(programme, file) is not None


def kept_files(programme: str) -> Iterator[tuple[str, Path]]:
    """Every file, as (id, path)."""
    for path in sorted(folder_of(programme).glob("??/*")):
        if path.suffix in SUFFIXES:
            yield path.stem, path


def doom(programme: str, files: Collection[str]) -> None:
    """Say, durably, that these are to be deleted."""
    for file in sorted(files):
        write_durably(folder_of(programme) / DOOMED / file, b"")


def bury(programme: str) -> None:
    """Delete what is doomed and not named by any part. The programme must be locked."""
    doomed = {name: folder_of(programme) / DOOMED / name for name in doomed_in(programme)}
    still = named_of(programme, doomed)
    for file, mark in doomed.items():
        path = path_of(programme, file)
        if file not in still and path.exists():
            path.unlink()
            sync_folder(path.parent)
        mark.unlink()


def doomed_in(programme: str) -> set[str]:
    """The files of a programme that are to be deleted."""
    return {path.name for path in (folder_of(programme) / DOOMED).glob("*")}


def with_doomed() -> list[str]:
    """The programmes in which a crash left something doomed and not deleted."""
    found = (Path(settings.CAIRN_DIR) / "files").glob(f"*/{DOOMED}/*")
    return sorted({path.parent.parent.name for path in found})
