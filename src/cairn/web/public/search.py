"""One search box over things: places, projects, assets, grants, organisations, enterprises, needs, notices.

Never over people: none is on record. A search is not published, as no file can answer it.
"""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cairn.following import queries
from cairn.web.public import reads
from cairn.web.public.page import Shown, page
from cairn.web.tables import Coded, Column, Table, Thing
from cairn.web.words import SOUGHT

MOST = 100

FOUND: tuple[Column[Any], ...] = (
    Thing(
        id="thing",
        label=gettext_lazy("Name"),
        of=lambda row: row.thing,
        is_a=lambda row: row.what,
    ),
    Coded(id="what", label=gettext_lazy("What it is"), of=lambda row: row.what, words=SOUGHT),
    Column(id="id", label=gettext_lazy("Id"), of=lambda row: row.thing.id),
)


@page
def search(request: HttpRequest, programme: str) -> Shown:
    """What is called so."""
    named, as_of = reads.programme_and_position(programme)
    asked = request.GET.get("q", "").strip()
    hits = queries.search(programme=programme, asked=asked, most=MOST) if asked else ()
    table: Table[Any] = Table(
        id="found",
        caption=_("Found"),
        columns=FOUND,
        rows=hits,
        empty=_("Nothing on record is called so. Try fewer or shorter words."),
    )
    return Shown(
        "public/search.html",
        _("Search"),
        programme=named,
        as_of=as_of,
        tables=(table,),
        section="search",
        more={"q": asked, "most": MOST if len(hits) == MOST else 0},
    )
