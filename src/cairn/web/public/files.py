"""Kept files that the record shows: each at an address of its own, the same in every language.

Pictures are shown, recordings are played. PDFs are handed out to be saved, and wherever one is opened all the same, it is alone
in its frame and runs nothing.
"""

import re

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from cairn.catalog import journal
from cairn.journal.files import Kept, kept
from cairn.journal.models import Entry, SealedPart
from cairn.journal.openings import DOCUMENT, M4A, MP3, OGG, PICTURE, WAV
from cairn.web.public.page import not_found

ALONE = "default-src 'none'; sandbox"
TYPES = {
    PICTURE: "image/jpeg",
    DOCUMENT: "application/pdf",
    OGG: "audio/ogg",
    MP3: "audio/mpeg",
    M4A: "audio/mp4",
    WAV: "audio/wav",
}


@require_safe
def file(request: HttpRequest, programme: str, file: str, suffix: str) -> HttpResponseBase:
    """A file that an entry has opened, as long as it has not been shredded."""
    here = kept(programme, file)
    if here is None or here.path.suffix != suffix or not _is_opened(programme, file):
        return not_found(request)
    response = handed_out(request, here)
    response["Cache-Control"] = "public, max-age=300"  # so that what was shredded soon goes
    if here.is_document:
        response["Content-Disposition"] = f'attachment; filename="{file}{suffix}"'
    return response


def handed_out(request: HttpRequest, here: Kept) -> HttpResponse:
    """A kept file, or the stretch of a recording that was asked for, alone in its frame."""
    content = here.path.read_bytes()
    response = _part(request, content) if here.is_recording else HttpResponse(content)
    response["Content-Type"] = TYPES[here.path.suffix]
    response["Content-Security-Policy"] = ALONE
    return response


def address_of_file(programme: str, file: str, *, is_document: bool) -> str:
    """Where a kept picture or PDF is shown."""
    return address_of_kept(programme, file, DOCUMENT if is_document else PICTURE)


def address_of_kept(programme: str, file: str, suffix: str) -> str:
    """Where a kept file is, by the ending of its name."""
    return reverse("file", args=[programme, file, suffix])


def _part(request: HttpRequest, content: bytes) -> HttpResponse:
    """What a player asks for: one stretch of the bytes, or all (RFC 9110 §14). Safari plays nothing else."""
    asked = re.fullmatch(r"bytes=([0-9]{1,9})-([0-9]{0,9})", request.headers.get("Range", ""))
    if not asked:
        return HttpResponse(content, headers={"Accept-Ranges": "bytes"})
    start, whole = int(asked[1]), len(content)
    end = min(int(asked[2] or whole) + 1, whole)
    if start >= end:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{whole}"})
    about = {"Accept-Ranges": "bytes", "Content-Range": f"bytes {start}-{end - 1}/{whole}"}
    return HttpResponse(content[start:end], status=206, headers=about)


def _is_opened(programme: str, file: str) -> bool:
    named = dict(
        SealedPart.objects.filter(programme=programme, file=file).values_list("position", "field")
    )
    rows = Entry.objects.filter(programme=programme, position__in=named)
    return any(
        journal.kinds[kind].seals()[named[position]].opened
        for position, kind in rows.values_list("position", "kind")
        if kind in journal.kinds
    )
