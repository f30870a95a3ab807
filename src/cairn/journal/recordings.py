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

PLAIN: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    OGG: ogg.plain,
    MP3: mp3.plain,
    M4A: m4a.plain,
    WAV: wav.plain,
}


class NotARecordingError(CairnError):
    """A recording that cannot be kept. Nothing was kept."""


def is_recording(content: bytes) -> bool:
    """Whether these bytes are to be taken for a recording."""
    return suffix_of(content) in PLAIN


def made_plain(content: bytes) -> bytes:
    """The same sound, and nothing beside it. Raises NotARecordingError."""
    if len(content) > MOST_BYTES:
        raise NotARecordingError(_said(Why.TOO_LARGE))
    try:
        return PLAIN[suffix_of(content)](content)
    except NotPlainError as error:
        raise NotARecordingError(_said(error.why)) from error


def _said(why: Why) -> str:
    return {
        Why.UNREADABLE: _("It is no recording that can be read: record it anew."),
        Why.OTHER: _(
            "It holds more than sound, or sound of another sort: save it as MP3, M4A, Ogg or WAV."
        ),
        Why.TOO_LARGE: _("This recording is larger than {most} MB: save it as MP3 or M4A.").format(
            most=MOST_BYTES // 2**20
        ),
        Why.TOO_LONG: _("A recording plays for {most} minutes at most: read it shorter.").format(
            most=MOST_SECONDS // 60
        ),
    }[why]
