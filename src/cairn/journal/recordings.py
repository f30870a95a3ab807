"""Recordings: what is read aloud, made plain before it is kept (see sound/). Nobody is heard by name.

Kept in the container it came in, which phones and browsers play; what says who recorded it, where, when
and with what is left behind.
"""

from collections.abc import Callable, Mapping
from typing import Final

from django.utils.translation import gettext as _

from cairn.journal.openings import M4A, MP3, OGG, WAV, suffix_of
from cairn.journal.sound import m4a, mp3, ogg, wav
from cairn.journal.sound.why import MOST_BYTES, MOST_SECONDS, NotPlainError, Why
from cairn.values import CairnError

PLAIN: Final[Mapping[str, Callable[[bytes, int], bytes]]] = {
    OGG: ogg.plain,
    MP3: mp3.plain,
    M4A: m4a.plain,
    WAV: wav.plain,
}


class NotARecordingError(CairnError):
    """A recording that cannot be kept, and `why`. Nothing was kept."""

    def __init__(self, why: Why, sentence: str) -> None:
        super().__init__(sentence)
        self.why = why


def is_recording(content: bytes) -> bool:
    """Whether these bytes are to be taken for a recording."""
    return suffix_of(content) in PLAIN


def made_plain(
    content: bytes, *, most_bytes: int = MOST_BYTES, most_seconds: int = MOST_SECONDS
) -> bytes:
    """The same sound, and nothing beside it. Raises NotARecordingError."""
    try:
        return _plain(content, most_bytes, most_seconds)
    except NotPlainError as error:
        sentence = _said(error.why, most_bytes, most_seconds)
        raise NotARecordingError(error.why, sentence) from error


def _plain(content: bytes, most_bytes: int, most_seconds: int) -> bytes:
    if not is_recording(content):
        raise NotPlainError
    if len(content) > most_bytes:
        raise NotPlainError(Why.TOO_LARGE)
    return PLAIN[suffix_of(content)](content, most_seconds)


def _said(why: Why, most_bytes: int, most_seconds: int) -> str:
    return {
        Why.UNREADABLE: _("It is no recording that can be read: record it anew."),
        Why.OTHER: _(
            "It holds more than sound, or sound of another sort: save it as MP3, M4A, Ogg or WAV."
        ),
        Why.TOO_LARGE: _("This recording is larger than {most} MB: save it as MP3 or M4A.").format(
            most=most_bytes // 2**20
        ),
        Why.TOO_LONG: _("A recording plays for {most} minutes at most: read it shorter.").format(
            most=most_seconds // 60
        ),
    }[why]
