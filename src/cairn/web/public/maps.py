"""A place's assets on a map: the one public page with a script, which draws what its table says.

No tiles and no address elsewhere. Places are on record to two kilometres, and nothing finer is.
"""

from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from cairn.following.snapshot import NotTracedYetError
from cairn.values import UnknownThingError
from cairn.web.middleware import POLICY
from cairn.web.public import asks, reads
from cairn.web.public.columns import PLACE, Columns
from cairn.web.public.links import links
from cairn.web.public.page import Shown, not_found, not_traced_yet, page
from cairn.web.reader import reader
from cairn.web.tables import Count, Table

WITH_SCRIPT = f"{POLICY}; script-src 'self'; connect-src 'self'"

ON_MAP: Columns = (
    PLACE,
    Count(id="assets", label=gettext_lazy("Assets in use"), of=lambda row: row.assets),
    Count(id="broken", label=gettext_lazy("Broken or gone"), of=lambda row: row.broken),
    Count(id="overdue", label=gettext_lazy("Something overdue"), of=lambda row: row.overdue),
)


@page
def _map(request: HttpRequest, programme: str, place: str) -> Shown:
    del request
    named, as_of = reads.programme_and_position(programme)
    here = reads.place_named(programme, place)
    rows = asks.on_map(programme=programme, place=place, today=reads.today_in(programme))
    if not rows:
        raise UnknownThingError(f"Nobody has said where ‘{place}’ is.")
    base = links(programme)
    table: Table[Any] = Table(
        id="places", caption=_("Assets by place"), columns=ON_MAP, rows=rows, empty=""
    )
    return Shown(
        "public/map.html",
        reader().name(here),
        programme=named,
        as_of=as_of,
        tables=(table,),
        above=((_("Places"), f"{base.base}places/"), (reader().name(here), base("place", place))),
        section="assets",
    )


def map_of_place(request: HttpRequest, programme: str, place: str) -> HttpResponseBase:
    """The assets of a place and all within it, on a map and in a table."""
    response = _map(request, programme, place)
    if isinstance(response, HttpResponse) and response.status_code == 200:
        response["Content-Security-Policy"] = WITH_SCRIPT
    return response


@require_safe
def geojson(request: HttpRequest, programme: str, place: str) -> HttpResponseBase:
    """The same as GeoJSON (RFC 7946). `page` is relative to the page of the map."""
    try:
        rows = asks.on_map(programme=programme, place=place, today=reads.today_in(programme))
    except NotTracedYetError:
        return not_traced_yet(request)
    except UnknownThingError:
        return not_found(request)
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [row.east / 100, row.north / 100]},
            "properties": {
                "id": row.place.id,
                "name": reader().name(row.place),
                "assets": row.assets,
                "broken": row.broken,
                "late": row.overdue,
                "page": f"../../{quote(row.place.id)}/",
            },
        }
        for row in rows
    ]
    whole = {"type": "FeatureCollection", "features": features}
    return JsonResponse(
        whole, content_type="application/geo+json", json_dumps_params={"ensure_ascii": False}
    )
