"""Whether a thing works, said by anybody who stands before it: three buttons, and nothing else.

Once a day for each thing, as its label says it: what waits of today is looked at, and nobody is asked
who they are. Whoever wants to lie may do so once a day; that is why it proves nothing.
"""

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cairn.assets.models import Asset
from cairn.journal.readonly import ReadOnlyError
from cairn.values import UnknownThingError
from cairn.voice import waiting
from cairn.voice.facts import ThingConfirmed, Works
from cairn.voice.throttle import buckets
from cairn.web.public import reads
from cairn.web.public.links import links
from cairn.web.public.origin import only_from_here
from cairn.web.public.page import Shown, drawn, not_found
from cairn.web.public.say import CHANCE
from cairn.web.reader import reader
from cairn.web.words import WORKS
from cairn.works.models import Project


@only_from_here
@require_http_methods(["GET", "HEAD", "POST"])
def asset(request: HttpRequest, programme: str, id_: str) -> HttpResponseBase:
    """Whether an asset works."""
    row = Asset.objects.filter(programme=programme, id=id_).first()
    return _works(request, programme, "asset", row)


@only_from_here
@require_http_methods(["GET", "HEAD", "POST"])
def project(request: HttpRequest, programme: str, id_: str) -> HttpResponseBase:
    """Whether what a project built works."""
    row = Project.objects.filter(programme=programme, id=id_).first()
    return _works(request, programme, "project", row)


def _works(
    request: HttpRequest, programme: str, thing: str, row: Asset | Project | None
) -> HttpResponseBase:
    try:
        named, _nowhere = reads.present(programme)
    except UnknownThingError:
        return not_found(request)
    if row is None:
        return not_found(request)
    said, wrong, busy = False, "", False
    if request.method == "POST":
        said, wrong, busy = _taken(programme, thing, row.id, request.POST.get("works", ""))
    page = links(programme)(thing, row.id)
    shown = Shown(
        "public/works.html",
        reader().said(row.name),
        programme=named,
        above=((reader().said(row.name), page),),
        section=f"{thing}s",
        more={"said": said, "wrong": wrong, "words": WORKS.items(), "thing": page},
    )
    return drawn(request, shown, status=429 if busy else 422 if wrong else 200)


def _taken(programme: str, thing: str, id_: str, works: str) -> tuple[bool, str, bool]:
    """Whether it is kept; or why not, and whether only for now."""
    if works not in set(Works):
        return False, _("Choose one of those offered."), False
    about = f"{thing}/{id_}"
    if not buckets.take(f"{programme}/{about}"):
        return False, _("Many people are asking just now. Try again in a minute."), True
    if waiting.says_already(programme, ThingConfirmed.kind, about):
        return False, _("Somebody said so today already. Once a day is enough."), True
    names = {thing: id_}
    try:
        waiting.keep(
            ThingConfirmed(works=Works(works), **names),
            programme=programme,
            about=about,
            on=reads.today_in(programme),
            slip="",
            chance=CHANCE,
        )
    except (waiting.FullError, ReadOnlyError):
        return False, _("Nothing can be taken just now. Try again tomorrow."), True
    return True, "", False
