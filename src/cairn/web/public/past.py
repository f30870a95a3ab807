"""A programme as known on a day or at a position: how an address says so, and what its page says.

    /en/kunlun@5000/grants/         the grants as the first 5,000 facts tell of them
    /en/kunlun@2025-06-30/grants/   leads to the last position that was recorded by the end of that day

Every link is built from the programme that an answer names, so that it leads on within the past.
"""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse

from cairn.catalog import journal
from cairn.following import pasts
from cairn.journal.heads import position_of
from cairn.journal.past import Past, day_in, programme_of
from cairn.values import UnknownThingError


@dataclass(frozen=True, slots=True)
class Known:
    """What the page of a past says about itself.

    `later` facts are not in it. `present` is the address of the same page today, `difference` that
    of what has changed since.
    """

    position: int
    at: datetime
    later: int
    present: str
    difference: str

    @property
    def on(self) -> date:
        """The day on which its last fact was recorded, where the programme is."""
        return self.at.date()


def turned_to(request: HttpRequest, key: str) -> HttpResponse | None:
    """Note which past an address asks for, or lead on from a day to its position.

    Raises UnknownThingError where there is no such past, and TooManyPastsError.
    """
    if key == programme_of(key):
        return None
    day = day_in(key)
    if day:
        return redirect(_at(request, pasts.past_on(journal, programme_of(key), day).key))
    past = Past.parse(key)
    if past is None:
        raise UnknownThingError(key)
    pasts.want(past)
    return None


def known(request: HttpRequest, key: str) -> Known | None:
    """What the page of a past says of itself; None on a page of the present."""
    past = Past.parse(key)
    if past is None:
        return None
    return Known(
        position=past.position,
        at=pasts.recorded_at(journal, past),
        later=position_of(past.programme) - past.position,
        present=_at(request, past.programme),
        difference=reverse("public:difference", args=[key]),
    )


def address_in(key: str, page: str) -> str:
    """The address of a page of a past, given as it stands within its programme."""
    front = reverse("public:programme", args=[key])
    parts = urlsplit(page)
    try:
        resolve(front + parts.path)
    except Resolver404:
        return front
    query = f"?{parts.query}" if parts.query else ""
    return front + parts.path + query if _within(page) else front


def page_of(request: HttpRequest, key: str) -> str:
    """The page that is being shown, as it stands within its programme."""
    front = reverse("public:programme", args=[key])
    path = request.get_full_path()
    return path.removeprefix(front) if path.startswith(front) else ""


def _within(page: str) -> bool:
    """Whether it leads nowhere but on: no other host, and nothing above."""
    parts = urlsplit(page)
    return not (parts.scheme or parts.netloc or page.startswith("/") or ".." in parts.path)


def _at(request: HttpRequest, key: str) -> str:
    """The address of this page, for another programme or past."""
    found = request.resolver_match
    if found is None:
        return reverse("public:programme", args=[key])
    address = reverse(found.view_name, kwargs={**found.kwargs, "programme": key})
    query = request.META.get("QUERY_STRING", "")
    return f"{address}?{query}" if query else address
