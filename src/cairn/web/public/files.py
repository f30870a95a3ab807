"""Kept files that the record shows: each at an address of its own, the same in every language.

Pictures are shown. PDFs are handed out to be saved, and wherever one is opened all the same, it is alone
in its frame and runs nothing.
"""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from cairn.catalog import journal
from cairn.journal.files import kept
from cairn.journal.models import Entry, SealedPart
from cairn.journal.openings import DOCUMENT, PICTURE
from cairn.web.public.page import not_found

ALONE = "default-src 'none'; sandbox"
TYPES = {PICTURE: "image/jpeg", DOCUMENT: "application/pdf"}


@require_safe
def file(request: HttpRequest, programme: str, file: str, suffix: str) -> HttpResponseBase:
    """A file that an entry has opened, as long as it has not been shredded."""
    here = kept(programme, file)
    if here is None or here.path.suffix != suffix or not _is_opened(programme, file):
        return not_found(request)
    response = HttpResponse(here.path.read_bytes(), content_type=TYPES[suffix])
    response["Cache-Control"] = "public, max-age=300"  # so that what was shredded soon goes
    response["Content-Security-Policy"] = ALONE
    if here.is_document:
        response["Content-Disposition"] = f'attachment; filename="{file}{suffix}"'
    return response


def address_of_file(programme: str, file: str, *, is_document: bool) -> str:
    """Where a kept file is shown."""
    return reverse("file", args=[programme, file, DOCUMENT if is_document else PICTURE])


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
