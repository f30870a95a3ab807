"""Whether a thing works, said by whoever stands before it: its label's code, three buttons, nothing else.

Once a day for each thing: what waits of today is looked at, and nobody is asked who they are. The code keeps
those away who have never been there; who has may still lie once a day, and so it proves nothing. The
label's address names the code, as `?label=`: it is of a thing, and of nobody.
"""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cairn.assets.models import Asset
from cairn.journal.readonly import ReadOnlyError
from cairn.values import UnknownThingError
from cairn.voice import queries, waiting
from cairn.voice.facts import ThingConfirmed, Works
from cairn.voice.labels import is_label_code
from cairn.voice.throttle import of_labels
from cairn.web.public import reads
from cairn.web.public.links import links
from cairn.web.public.origin import form_from_here
from cairn.web.public.page import Shown, drawn, not_found
from cairn.web.public.say import CHANCE
from cairn.web.reader import reader
from cairn.web.words import WORKS
from cairn.works.models import Project

LONGEST_LABEL = 40
"""Signs of what is typed as a label's code that are looked at."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody said of a thing: that it is kept; or why not, and whether only for now."""

    label: str
    kept: bool = False
    wrong: str = ""
    wrong_label: bool = False
    busy: bool = False


@form_from_here
@require_http_methods(["GET", "HEAD", "POST"])
def asset(request: HttpRequest, programme: str, id_: str) -> HttpResponseBase:
    """Whether an asset works."""
    row = Asset.objects.filter(programme=programme, id=id_).first()
    return _works(request, programme, "asset", row)


@form_from_here
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
    answer = Answer(request.GET.get("label", "")[:LONGEST_LABEL])
    if request.method == "POST":
        label = request.POST.get("label", "")[:LONGEST_LABEL]
        answer = _taken(programme, thing, row.id, label, request.POST.get("works", ""))
    base = links(programme)
    shown = Shown(
        "public/works.html",
        reader().said(row.name),
        programme=named,
        above=((reader().said(row.name), base(thing, row.id)),),
        section=f"{thing}s",
        more={
            "answer": answer,
            "words": WORKS.items(),
            "thing": base(thing, row.id),
            "say": base("place", row.place) + "say/" if queries.categories(programme) else "",
        },
    )
    return drawn(request, shown, status=429 if answer.busy else 422 if answer.wrong else 200)


def _taken(programme: str, thing: str, id_: str, label: str, works: str) -> Answer:
    """Keep what was said, where nothing is against it. What the label says is judged first."""
    about = f"{thing}/{id_}"
    if not of_labels.take():
        message = _("Many people are asking just now. Try again in a minute.")
        return Answer(label, wrong=message, busy=True)
    if not is_label_code(label, programme, about, secret=settings.SECRET_KEY):
        message = (
            _("This is not the code of its label: compare it with the label, sign by sign.")
            if label.strip()
            else _("Write the code that stands on its label.")
        )
        return Answer(label, wrong=message, wrong_label=True)
    if works not in set(Works):
        return Answer(label, wrong=_("Choose one of those offered."))
    if waiting.says_already(programme, ThingConfirmed.kind, about):
        message = _("Somebody said so today already. Once a day is enough.")
        return Answer(label, wrong=message, busy=True)
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
        message = _("Nothing can be taken just now. Try again tomorrow.")
        return Answer(label, wrong=message, busy=True)
    return Answer("", kept=True)
