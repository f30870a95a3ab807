"""How a published record opens sealed answers. No Django: whoever verifies reads it too.

    sealed/000019.json    {"5000":{"caption":{"salt":"9f86…","value":{"en":"The pump"}}}}
    files/PROGRAMME/9f86d0….jpg    or .pdf, .ogg, .mp3, .m4a, .wav, as its bytes are

A file for each bundle of 256 entries that has any, in canonical JSON; and the files they name.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from cairn.journal.codec import NotCanonicalError, canonical
from cairn.journal.sound import mp3
from cairn.merkle.tile import WIDTH

FOLDER: Final = "sealed/"
KEPT: Final = "files/"
PICTURE: Final = ".jpg"
DOCUMENT: Final = ".pdf"
OGG: Final = ".ogg"
MP3: Final = ".mp3"
M4A: Final = ".m4a"
WAV: Final = ".wav"
RECORDINGS: Final = (OGG, MP3, M4A, WAV)
SUFFIXES: Final = (PICTURE, DOCUMENT, *RECORDINGS)

Opening = tuple[bytes, Any]
"""A salt, and the answer that it was sealed with, as a JSON value."""

Openings = dict[int, dict[str, Opening]]
"""By position of the entry and field."""


class NotOpeningsError(ValueError):
    """Bytes that open nothing, why, and at which entry where it is one."""

    def __init__(self, why: str, position: int | None = None) -> None:
        super().__init__(why)
        self.position = position


def bundle_of(position: int) -> int:
    """Which bundle of entries a position is in."""
    return (position - 1) // WIDTH


def path_of(bundle: int) -> str:
    """The file of a bundle's openings."""
    return f"{FOLDER}{bundle:06d}.json"


def kept_path(programme: str, file: str, suffix: str) -> str:
    """The file of a record that holds a kept file."""
    return f"{KEPT}{programme}/{file}{suffix}"


def kept_paths(programme: str, file: str) -> tuple[str, ...]:
    """The files of a record one of which holds a kept file: an answer says its hash alone."""
    return tuple(kept_path(programme, file, suffix) for suffix in SUFFIXES)


def suffix_of(content: bytes) -> str:
    """What the name of a kept file ends in: by it a web server tells what it is."""
    if content.startswith(b"%PDF-"):
        return DOCUMENT
    if content.startswith(b"OggS"):
        return OGG
    if content.startswith(b"RIFF") and content[8:12] == b"WAVE":
        return WAV
    if content[4:8] == b"ftyp":
        return M4A
    return MP3 if mp3.begins(content) else PICTURE


def written(openings: Mapping[int, Mapping[str, Opening]]) -> bytes:
    """The file of one bundle."""
    return canonical(
        {
            str(position): {
                field: {"salt": salt.hex(), "value": value}
                for field, (salt, value) in answers.items()
            }
            for position, answers in openings.items()
        }
    )


def read(raw: bytes, bundle: int) -> Openings:
    """Read the file of a bundle, strictly. Raises NotOpeningsError."""
    try:
        found = json.loads(raw)
        if canonical(found) != raw:
            raise NotOpeningsError("it is not written as canonical JSON")
    except (ValueError, RecursionError, NotCanonicalError) as error:
        if isinstance(error, NotOpeningsError):
            raise
        raise NotOpeningsError(f"it is no canonical JSON: {error}") from error
    if not isinstance(found, dict):
        raise NotOpeningsError("it holds no openings")
    return {
        _position(position, answers, bundle): {
            field: _opening(int(position), one) for field, one in answers.items()
        }
        for position, answers in found.items()
    }


def _position(position: str, answers: object, bundle: int) -> int:
    if not re.fullmatch("[1-9][0-9]{0,15}", position) or not isinstance(answers, dict):
        raise NotOpeningsError(f"‘{position:.20}’ is no position of an entry")
    if bundle_of(int(position)) != bundle:
        raise NotOpeningsError("it is of another bundle", int(position))
    return int(position)


def _opening(position: int, one: object) -> Opening:
    if (
        not isinstance(one, dict)
        or one.keys() != {"salt", "value"}
        or not isinstance(one["salt"], str)
        or not re.fullmatch("[0-9a-f]{64}", one["salt"])
    ):
        raise NotOpeningsError("this opens nothing", position)
    return bytes.fromhex(one["salt"]), one["value"]
