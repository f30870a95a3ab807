"""Kept files that the record shows: each at an address of its own, the same in every language."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from cairn.catalog import journal
from cairn.journal.files import is_kept, path_of
from cairn.journal.models import Entry, SealedPart
from cairn.web.public.page import not_found

ALONE = "default-src 'none'; sandbox"


@require_safe
def file(request: HttpRequest, programme: str, file: str) -> HttpResponseBase:
    """A file that an entry has opened, as long as it has not been shredded."""
    if not is_kept(programme, file) or not _is_opened(programme, file):
        return not_found(request)
    response = HttpResponse(path_of(programme, file).read_bytes(), content_type="image/jpeg")
    response["Cache-Control"] = "public, max-age=300"  # so that what was shredded soon goes
    response["Content-Security-Policy"] = ALONE
    return response


def address_of_file(programme: str, file: str) -> str:
    """Where a kept file is shown."""
    return reverse("file", args=[programme, file])


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
