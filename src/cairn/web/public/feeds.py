"""The board of a place as an Atom feed (RFC 4287), in the language of its address. Django writes it."""

import re
from datetime import UTC, date, datetime, time
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Enclosure
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cairn.following.snapshot import NotTracedYetError
from cairn.values import UnknownThingError
from cairn.web.public import asks, reads
from cairn.web.public.notices_told import Told, told
from cairn.web.public.page import not_found, not_traced_yet
from cairn.web.reader import reader


class Feed(Atom1Feed):
    """Each entry says in which language it is; one without entries is as new as the day."""

    def item_attributes(self, item: dict[str, Any]) -> dict[str, Any]:
        """With the language of the entry."""
        return {**super().item_attributes(item), "xml:lang": item["language"]}

    def latest_post_date(self) -> datetime:
        """When something last changed; Django would say when it was asked, at each asking."""
        return super().latest_post_date() if self.items else self.feed["today"]


@require_safe
def feed(request: HttpRequest, programme: str, place: str) -> HttpResponseBase:
    """The notices in force at a place, the newest first."""
    today = reads.today_in(programme)
    try:
        named, _as_of = reads.programme_and_position(programme)
        here = reads.place_named(programme, place)
        found = asks.board(programme=programme, place=place, today=today)
    except NotTracedYetError:
        return not_traced_yet(request)
    except UnknownThingError:
        return not_found(request)
    board = request.build_absolute_uri(reverse("public:board", args=[programme, place]))
    written = Feed(
        title=_("Notices of {place}").format(place=reader().name(here)),
        link=board,
        description=reader().name(named),
        subtitle=reader().name(named),
        language=get_language(),
        author_name=reader().name(named),
        feed_url=request.build_absolute_uri(request.path),
        today=_moment(today),
    )
    for one in told(programme, found):
        written.add_item(**_entry(request, one))
    response = HttpResponse(content_type=written.content_type)
    written.write(response, "utf-8")
    return response


def _entry(request: HttpRequest, one: Told) -> dict[str, Any]:
    address = request.build_absolute_uri(one.address)
    sound = one.sound
    heard = (
        [Enclosure(request.build_absolute_uri(sound.address), str(sound.size), sound.type)]
        if sound
        else []
    )
    return {
        "title": _fit(one.text.title),
        "link": address,
        "description": _fit(_summary(one)),
        "unique_id": address,
        "pubdate": _moment(one.row.since),
        "updateddate": _moment(max(one.text.published_on, one.row.since)),
        "enclosures": heard,
        "language": one.text.language,
    }


def _summary(one: Told) -> str:
    """What it says, as the markup that a summary holds."""
    said = [*one.paragraphs, one.text.question] if one.text.question else one.paragraphs
    paragraphs = format_html_join(
        "", '<p dir="{}">{}</p>', ((one.direction, text) for text in said)
    )
    if one.text.unchecked:
        marked = _("A machine put this into this language. Nobody has checked it yet.")
        paragraphs = format_html("{}<p>{}</p>", paragraphs, marked)
    if not one.text.choices:
        return paragraphs
    items = format_html_join("", "<li>{}</li>", ((choice,) for choice in one.text.choices))
    return format_html('{}<ol dir="{}">{}</ol>', paragraphs, one.direction, items)


def _fit(text: str) -> str:
    """A text without the two signs that no XML may hold and any keyboard might send."""
    return re.sub("[\ufffe\uffff]", "", text)


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
