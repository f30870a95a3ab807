"""Notices for residents: a list, a page for each, a sheet of A4 to print, and the board of a village."""

from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cairn.following.answers import Named
from cairn.following.notices import NoticeFollowed
from cairn.journal.past import programme_of
from cairn.values import UnknownThingError
from cairn.web.csv_out import all_of
from cairn.web.public import asks, reads
from cairn.web.public.filters import choice, start
from cairn.web.public.links import links
from cairn.web.public.notice_columns import NOTICES, VERSIONS
from cairn.web.public.notice_said import residents
from cairn.web.public.notices_told import telling, told
from cairn.web.public.page import Shown, page
from cairn.web.qr import code_of
from cairn.web.reader import reader
from cairn.web.tables import Table
from cairn.web.words import CLAIMED, LANGUAGES, NOTICE_STATES, TOPICS

SIZE = 50
"""Rows of a long list on one page."""


@page
def notices(request: HttpRequest, programme: str) -> Shown:
    """The notices of a programme; by place, what they are about, state and language."""
    named, as_of = reads.programme_and_position(programme)
    place = choice(request, "place", _("Place"), reads.places(programme, reader()))
    topic = choice(request, "about", _("About"), TOPICS.items())
    state = choice(request, "state", pgettext("notice", "State"), NOTICE_STATES.items())
    language = choice(request, "language", _("Language"), LANGUAGES.items())
    asked: dict[str, Any] = {
        "programme": programme,
        "today": reads.today_in(programme),
        "place": place.value or None,
        "topic": topic.value or None,
        "state": state.value or None,
        "language": language.value or None,
    }
    rows, stretch = asks.notices(**asked, start=start(request), size=SIZE)
    table: Table[Any] = Table(
        id="notices",
        caption=_("Notices, the newest first"),
        columns=NOTICES,
        rows=rows,
        whole=lambda: all_of(asks.notices, **asked),
        page=stretch,
        empty=_("No notice matches."),
    )
    return Shown(
        "public/list.html",
        _("Notices"),
        programme=named,
        as_of=as_of,
        tables=(table,),
        filters=(place, topic, state, language),
        section="notices",
        more={"lead": _("What is published for residents, and in which languages.")},
    )


@page
def notice(request: HttpRequest, programme: str, notice: str) -> Shown:
    """A notice in the reader's language, what residents say to it, and how each of its versions stands."""
    del request
    named, as_of = reads.programme_and_position(programme)
    found = _followed(programme, notice)
    base = links(programme)
    table: Table[Any] = Table(
        id="versions",
        caption=_("In which languages"),
        columns=VERSIONS,
        rows=found.versions,
        empty="",
    )
    shown = next(iter(told(programme, [found])), None)
    others = [
        telling(programme, found, text, text.language)
        for text in found.texts
        if shown is None or text.language != shown.text.language
    ]
    said = residents(programme, found, shown)
    return Shown(
        "public/notice.html",
        shown.text.title if shown else reader().name(found.row.notice),
        programme=named,
        as_of=as_of,
        tables=(*said.tables, table),
        above=((_("Notices"), f"{base.base}notices/"), *_places_of(programme, found)),
        section="notices",
        more={
            "found": found,
            "told": shown,
            "others": others,
            "residents": said,
            "numbered": [(one.number, one.text) for one in said.choices],
            "claims": CLAIMED.items(),
        },
    )


@page
def poster(request: HttpRequest, programme: str, notice: str, language: str) -> Shown:
    """A notice in one language, on one sheet of A4 that can be read from two metres."""
    named, as_of = reads.programme_and_position(programme)
    found = _followed(programme, notice)
    text = next((one for one in found.texts if one.language == language), None)
    if text is None:
        raise UnknownThingError(f"‘{notice}’ is not published in {language}.")
    shown = telling(programme, found, text, language)
    spoken = language if language in dict(settings.LANGUAGES) else translation.get_language()
    with translation.override(spoken):
        address = request.build_absolute_uri(reverse("public:notice", args=[programme, notice]))
        read = reader()
        words = {
            "places": [read.name(one) for one in found.row.places],
            "programme": read.name(named),
            "topic": str(TOPICS[found.row.topic]),
            "from_to": _("From {since} to {until}").format(
                since=read.day(found.row.since), until=read.day(found.row.until)
            ),
            "machine": _("A machine put this into this language. Nobody has checked it yet."),
            "stale": _("The notice has changed since; this says what it said before."),
            "more": _("Answer there, or on a card in the box:")
            if text.choices
            else _("Read it, hear it, and see what stands behind it:"),
            "code": _("Code of the address"),
        }
    path, width = code_of(address)
    return Shown(
        "public/poster.html",
        text.title,
        programme=named,
        as_of=as_of,
        section="notices",
        more={
            "told": shown,
            "words": words,
            "spoken": spoken,
            "address": address,
            "path": path,
            "width": width,
            "back": links(programme)("notice", notice),
            "sealing": reads.sealing(programme_of(programme)),
        },
    )


@page
def board(request: HttpRequest, programme: str, place: str) -> Shown:
    """The notices in force at a place, on a page and on paper, under the newest checkpoint."""
    named, as_of = reads.programme_and_position(programme)
    here = reads.place_named(programme, place)
    found = asks.board(programme=programme, place=place, today=reads.today_in(programme))
    base = links(programme)
    own = reverse("public:board", args=[programme, place])
    address = request.build_absolute_uri(own)
    path, width = code_of(address)
    return Shown(
        "public/board.html",
        reader().name(here),
        programme=named,
        as_of=as_of,
        section="notices",
        more={
            "notices": told(programme, found),
            "place": here,
            "address": address,
            "path": path,
            "width": width,
            "feed": f"{own}notices.atom",
            "back": base("place", place),
            "all": f"{base.base}notices/?place={quote(place)}",
            "sealing": reads.sealing(programme_of(programme)),
        },
    )


def _followed(programme: str, notice: str) -> NoticeFollowed:
    today = reads.today_in(programme)
    return asks.follow_notice(programme=programme, notice=notice, today=today)


def _places_of(programme: str, found: NoticeFollowed) -> tuple[tuple[str, str], ...]:
    """The place that a notice is for, where it is one."""
    places: tuple[Named, ...] = found.row.places
    if len(places) != 1:
        return ()
    return ((reader().name(places[0]), links(programme)("place", places[0].id)),)
