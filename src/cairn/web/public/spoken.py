"""A recording that came with a form, held in memory alone: on no disk before it was judged and waits.

Django writes a large upload into a temporary file, whose name and time stay in its folder.
"""

from io import BytesIO
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cairn.journal.recordings import NotARecordingError, made_plain
from cairn.journal.sound.why import Why
from cairn.values import CairnError
from cairn.voice.facts import LONGEST_SPOKEN_SECONDS, MOST_SPOKEN_BYTES

NAME: Final = "sound"
"""The question that a recording answers."""

INSTEAD: Final[dict[Why, Promise]] = {
    Why.UNREADABLE: _(
        "This file is no recording that can be heard here. Record it anew, as MP3, M4A, Ogg or WAV; or write it."
    ),
    Why.OTHER: _(
        "This file holds more than sound, or sound of a sort that cannot be heard here. Record it as "
        "MP3, M4A, Ogg or WAV; or write it."
    ),
    Why.TOO_LARGE: _(
        "This recording is larger than {megabytes} MB. Make a shorter one, or write it."
    ),
    Why.TOO_LONG: _(
        "This recording is longer than {minutes} minutes. Make a shorter one, or write it."
    ),
}


class NotHeardError(CairnError):
    """A recording that cannot be taken, in words for whoever sent it. Nothing was kept."""


class InMemory(FileUploadHandler):
    """Takes a file of the form into memory, of the wanted name and no larger than one may be.

    Of any other it keeps nothing, and of a larger one its length: so the page can say why. Neither
    keeps what its sender called it.
    """

    def new_file(self, *args: Any, **more: Any) -> None:  # noqa: ANN401 - Django's
        """Begin with nothing."""
        super().new_file(*args, **more)
        self._held, self._length = bytearray(), 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Hold what came, as long as it is not too much."""
        del start
        self._length += len(raw_data)
        if self.field_name != NAME or self._length > MOST_SPOKEN_BYTES:
            self._held.clear()
        else:
            self._held += raw_data

    def file_complete(self, file_size: int) -> "UploadedFile[bytes]":
        """The file, without a name of its own."""
        return UploadedFile(BytesIO(self._held), name=NAME, size=file_size)


def hold_in_memory(request: HttpRequest) -> None:
    """Let no file of this request be written to a disk. Before anything of its body is read."""
    request.upload_handlers = [InMemory(request)]


def sound_in(request: HttpRequest) -> "UploadedFile[bytes] | None":
    """The recording that came with a form. A browser sends an empty one where nobody chose any."""
    sent = request.FILES.get(NAME)
    return sent if isinstance(sent, UploadedFile) and sent.size else None


def heard(sent: "UploadedFile[bytes]") -> bytes:
    """The sound of it, and nothing beside. Raises NotHeardError."""
    try:
        if (sent.size or 0) > MOST_SPOKEN_BYTES:
            raise NotHeardError(_said(Why.TOO_LARGE))
        return made_plain(
            sent.read(), most_bytes=MOST_SPOKEN_BYTES, most_seconds=LONGEST_SPOKEN_SECONDS
        )
    except NotARecordingError as error:
        raise NotHeardError(_said(error.why)) from error


def _said(why: Why) -> str:
    return str(INSTEAD[why]).format(
        megabytes=MOST_SPOKEN_BYTES // 2**20, minutes=LONGEST_SPOKEN_SECONDS // 60
    )
