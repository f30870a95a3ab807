"""The board of a village: what was answered to its voices, to read and to print."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cairn.values import UnknownThingError
from cairn.web.public import asks, reads
from cairn.web.public.links import links
from cairn.web.public.page import Shown, page
from cairn.web.reader import reader
from cairn.web.words import OUTCOMES


@page
def answers(request: HttpRequest, programme: str, place: str) -> Shown:
    """Every answer that stands, and how many voices came, were closed, and how many of them were done.

    A past has no board: from two of them one could tell what came in between.
    """
    del request
    if "@" in programme:
        raise UnknownThingError("A past has no board.")
    named, as_of = reads.programme_and_position(programme)
    here = reads.place_named(programme, place)
    found = asks.answer_board(programme=programme, place=place, today=reads.today_in(programme))
    base = links(programme)
    return Shown(
        "public/answers.html",
        _("What was answered in {place}").format(place=reader().name(here)),
        programme=named,
        as_of=as_of,
        above=((_("Places"), f"{base.base}places/"), (reader().name(here), base("place", place))),
        section="places",
        more={
            "only_now": True,
            "board": found,
            "answers": [(one, str(OUTCOMES[one.outcome])) for one in found.answers],
            "organisations": {
                id_: reads.organisation(programme, id_)
                for id_ in sorted({one.theirs for one in found.answers})
            },
            "figures": (
                (_("Came in"), found.received),
                (_("Answered"), found.answered),
                (_("Closed"), found.closed),
                (_("Of all: done"), found.done),
                (_("Not answered in time"), found.overdue),
            ),
            "place": here,
        },
    )
