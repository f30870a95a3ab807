"""What every public page is: an answer, its tables, and a template; or one of its tables as a CSV.

A view says what it shows (`Shown`); `page` draws it, so that a page and its CSVs come from one
query and its filters apply to both.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cairn.following.answers import AsOf, Named, Page
from cairn.following.pasts import TooManyPastsError
from cairn.following.snapshot import NotTracedYetError
from cairn.journal.past import Past, programme_of
from cairn.values import UnknownThingError
from cairn.web.csv_out import csv_response
from cairn.web.docx_out import docx_response
from cairn.web.drawing import Turn, draw
from cairn.web.public import reads
from cairn.web.public.filters import Field
from cairn.web.public.links import Links, in_languages, links, with_query
from cairn.web.public.past import known, page_of, turned_to
from cairn.web.published import published_day, publishing
from cairn.web.reader import Reader, reader
from cairn.web.tables import Setting, Table
from cairn.web.words import POLICIES
from cairn.web.xlsx_out import xlsx_response

Asked = ParamSpec("Asked")

BEGINNING: dict[str, str | int] = {"start": "", "after": "", "before": ""}
"""What an address says of where a page of a list lies."""

ALL = 1000
"""Rows of a table on a page that is asked for all of them; its CSV has no end."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows. `above` are the pages it lies under, as (name, address).

    Links in its tables lead within `programme`, or within the past or present that `leads_to` names.
    `heads` are the lines that stand above its tables in a workbook and on each sheet of paper. `paper`
    are those under its title in a document; None where it is not offered as one.
    """

    template: str
    title: str
    programme: Named | None = None
    as_of: AsOf | None = None
    tables: tuple[Table[Any], ...] = ()
    filters: tuple[Field, ...] = ()
    above: tuple[tuple[str, str], ...] = ()
    section: str = ""
    leads_to: str = ""
    heads: tuple[str, ...] = ()
    paper: tuple[str, ...] | None = None
    more: Mapping[str, Any] = field(default_factory=dict)


View = Callable[Concatenate[HttpRequest, Asked], Shown | HttpResponseBase]
Answer = Callable[Concatenate[HttpRequest, Asked], HttpResponseBase]


def page(view: View[Asked]) -> Answer[Asked]:
    """Make a page of a view that says what it shows."""

    def show(
        request: HttpRequest, /, *args: Asked.args, **kwargs: Asked.kwargs
    ) -> HttpResponseBase:
        key = str(kwargs.get("programme", ""))
        try:
            shown = turned_to(request, key) or _shown(
                request, lambda: view(request, *args, **kwargs)
            )
        except NotTracedYetError as error:
            return not_traced_yet(request, crowded=isinstance(error, TooManyPastsError))
        except UnknownThingError:
            return not_found(request)
        if isinstance(shown, HttpResponseBase):
            return shown
        setting = setting_of(shown.programme)
        if shown.leads_to:
            setting = replace(setting, link=links(shown.leads_to))
        return _answered(request, shown, setting, key)

    update_wrapper(show, view)
    return require_safe(show)


def drawn(request: HttpRequest, shown: Shown, *, status: int = 200) -> HttpResponse:
    """A page that answers a form: of today alone, and kept by no browser and no cache on the way."""
    shown = replace(shown, more={**shown.more, "only_now": True})
    response = _drawn(request, shown, setting_of(shown.programme))
    response.status_code = status
    response["Cache-Control"] = "no-store"
    return response


def _answered(request: HttpRequest, shown: Shown, setting: Setting, key: str) -> HttpResponseBase:
    """The page; all of it as a document: `?docx`; or one of its tables: `?csv=TABLE`, `?xlsx=TABLE`."""
    if "docx" in request.GET and shown.paper is not None:
        called = request.path.strip("/").replace("/", "-")
        return docx_response(shown.title, shown.paper, shown.tables, setting, called)
    wanted, sheet = request.GET.get("csv"), request.GET.get("xlsx")
    if wanted is None and sheet is None:
        return _unlisted(_drawn(request, shown, setting), key)
    table = next(
        (one for one in shown.tables if one.id == (sheet if wanted is None else wanted)), None
    )
    if table is None:
        return not_found(request)
    named = shown.programme.id if shown.programme else "cairn"
    if wanted is not None:
        return csv_response(table, setting, shown.as_of, named)
    programme = (setting.reader.name(shown.programme),) if shown.programme else ()
    heads = (*programme, *(shown.heads or (shown.title,)))
    return xlsx_response(table, setting, shown.as_of, named, heads)


def _shown(
    request: HttpRequest, view: Callable[[], Shown | HttpResponseBase]
) -> Shown | HttpResponseBase:
    """What a view says; where pages are published, once for a page and each of its tables."""
    now = publishing()
    if now is None:
        return view()
    return now.once((request.path, with_query(request, csv="")), view)


def _unlisted(response: HttpResponse, key: str) -> HttpResponse:
    """Keep robots out of pasts: each link they followed would lead on within one."""
    if Past.parse(key):
        response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def setting_of(programme: Named | None) -> Setting:
    """What cells are shown in: the active language, links within the programme."""
    return Setting(reader(), links(programme.id) if programme else Links(""))


def _drawn(request: HttpRequest, shown: Shown, setting: Setting) -> HttpResponse:
    tables = {
        table.id: draw(
            replace(table, most=ALL) if request.GET.get("all") == table.id else table,
            setting,
            everything=with_query(request, all=table.id),
            file=with_query(request, csv=table.id, all="", **BEGINNING),
            sheet=""
            if published_day()
            else with_query(request, xlsx=table.id, all="", **BEGINNING),
            turn=turn(request, table.page) if table.page else None,
        )
        for table in shown.tables
    }
    key = shown.programme.id if shown.programme else ""
    context = {
        **frame(request, setting.reader),
        "title": shown.title,
        "programme": shown.programme,
        "read_only": reads.read_only(programme_of(key)) if key else "",
        "vouched": reads.vouched(programme_of(key)) if key else None,
        "known": known(request, key),
        "present": links(programme_of(key)).base if key else "",
        "page_path": page_of(request, key) if key else "",
        "base": links(key).base if key else "",
        "as_of": shown.as_of,
        "policy_means": POLICIES.get(shown.as_of.policy) if shown.as_of else None,
        "newer": shown.as_of.head - shown.as_of.position if shown.as_of else 0,
        "tables": tables,
        "filters": shown.filters,
        "asked": any(one.value for one in shown.filters),
        "above": shown.above,
        "section": shown.section,
        "heads": shown.heads,
        **shown.more,
    }
    return render(request, shown.template, context)


def frame(request: HttpRequest, reader: Reader) -> dict[str, Any]:
    """What the frame around every page needs."""
    return {
        "reader": reader,
        "direction": reader.direction,
        "language": reader.language,
        "languages": in_languages(request),
        "drafted": reader.drafted,
        "converted": reader.language == "ky-arab",
        "published": published_day() is not None,
    }


def turn(request: HttpRequest, page: Page) -> Turn:
    """Which stretch of a long list a page shows, and where those beside it are."""
    end = page.start + page.size
    earlier = max(0, page.start - page.size)
    later = BEGINNING | {"start": end} | ({"after": page.last} if page.last else {})
    return Turn(
        first=page.start + 1,
        last=min(end, page.total),
        total=page.total,
        earlier=with_query(request, **_earlier(page, earlier)) if page.start > 0 else "",
        later=with_query(request, **later) if end < page.total else "",
    )


def _earlier(page: Page, start: int) -> dict[str, str | int]:
    """The first page has the list's own address."""
    before = {"before": page.first} if page.first and start else {}
    return BEGINNING | {"start": start or ""} | before


def not_traced_yet(request: HttpRequest, *, crowded: bool = False) -> HttpResponse:
    """The worker has still to follow this programme's money: wait a moment, then look again.

    Longer where it is `crowded`: others want as many pasts as are made at a time.
    """
    wait = 30 if crowded else 2
    context = {
        **frame(request, reader()),
        "title": _("Being computed"),
        "crowded": crowded,
        "wait": wait,
    }
    response = render(request, "public/not_traced_yet.html", context, status=503)
    response["Retry-After"] = str(wait)
    response["Cache-Control"] = "no-store"
    return response


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Nothing is on record under this address."""
    del exception
    context = {**frame(request, reader()), "title": _("Not on record")}
    return render(request, "404.html", context, status=404)
