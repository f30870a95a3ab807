"""Files over the API: a picture, a PDF or a recording, kept made anew from what it shows or plays."""

from hashlib import sha256
from typing import Annotated

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Path
from pydantic import BaseModel

from cairn.journal.files import keep
from cairn.journal.pictures import MOST_BYTES
from cairn.people import quota
from cairn.web.api.problems import OTHER_BYTES, ProblemError
from cairn.web.desk.asking import seat_at

CHUNK = 64 * 1024

Sha = Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="SHA-256 in hexadecimal")]


class KeptSaid(BaseModel):
    """The id under which a file is kept: what facts name; and the SHA-256 of the bytes that came."""

    file: str
    sha256: str


def put_file(request: HttpRequest, sha: Sha) -> HttpResponseBase:
    """Keep a picture (JPEG, PNG, WebP), a PDF or a recording, sent as its bytes under their SHA-256.

    A picture is made anew from its pixels, a PDF from its pages, and of a recording (MP3, M4A, Ogg,
    WAV) what plays is kept, so what is kept has another hash: the answer says which, and facts name
    that one. Sending it again answers the same.
    """
    seat = seat_at(request)
    content = _body(request)
    came = sha256(content).hexdigest()
    if came != sha:
        said = _("These are not the bytes of this SHA-256; send them again.")
        raise ProblemError(422, said, type=OTHER_BYTES)
    quota.take(seat, size=len(content), now=timezone.now())
    return JsonResponse({"file": keep(seat.programme, content), "sha256": came}, status=201)


def _body(request: HttpRequest) -> bytes:
    """The bytes sent, and never more of them than a file may have. Raises ProblemError (413)."""
    found = bytearray()
    while chunk := request.read(CHUNK):
        found += chunk
        if len(found) > MOST_BYTES:
            raise ProblemError(413, _("It is larger than this address takes."))
    return bytes(found)
