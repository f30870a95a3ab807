"""The form with which anybody says something about a village: one page, no cookie, no script.

What it keeps of whoever sends it is nothing: docs/decisions/voices.md. Posts enter cards from the box
through the same door (desk/voices.py).
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from random import SystemRandom

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from cairn.catalog import journal
from cairn.journal.journal import RefusedError
from cairn.journal.readonly import ReadOnlyError
from cairn.people.models import Appointment
from cairn.values import UnknownThingError
from cairn.voice import queries, waiting
from cairn.voice.codes import digest_of, new_code
from cairn.voice.facts import LONGEST_VOICE, VoiceReceived
from cairn.voice.queries import Offered
from cairn.voice.scan import Seen, scan
from cairn.voice.throttle import buckets
from cairn.web.public import reads
from cairn.web.public.links import links
from cairn.web.public.origin import only_from_here
from cairn.web.public.page import Shown, drawn, not_found
from cairn.web.reader import reader
from cairn.web.seen import pieces_of, sorts_of

CHANCE = SystemRandom()


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody wrote, and what becomes of it: why it cannot be taken, a door, or its code."""

    text: str = ""
    category: str = ""
    wrong: str = ""
    busy: bool = False
    seen: tuple[Seen, ...] = ()
    door: Offered | None = None
    code: str = ""

    @property
    def sorts(self) -> list[str]:
        """What was seen in it, in words."""
        return sorts_of(self.seen)

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        """The text piece by piece, and whether each is something that was seen."""
        return pieces_of(self.text, self.seen)


@dataclass(frozen=True, slots=True)
class Asking:
    """What the form asks, of which place."""

    programme: str
    place: str
    today: date
    offered: tuple[Offered, ...] = field(default=())


@sensitive_post_parameters()
@only_from_here
@require_http_methods(["GET", "HEAD", "POST"])
def say(request: HttpRequest, programme: str, place: str) -> HttpResponseBase:
    """The form; the warning of what could show who somebody is; the door; or the code, once."""
    try:
        named, here = reads.present(programme, place)
    except UnknownThingError:
        return not_found(request)
    asking = asking_at(programme, place)
    said = take(asking, request.POST) if request.method == "POST" else Said()
    base = links(programme)
    shown = Shown(
        _template(said),
        _("Say something about {place}").format(place=reader().name(here)),
        programme=named,
        above=((_("Places"), f"{base.base}places/"), (reader().name(here), base("place", place))),
        section="places",
        more={
            "said": said,
            "offered": asking.offered,
            "longest": LONGEST_VOICE,
            "clocks": queries.clocks(programme),
            "place": here,
        },
    )
    return drawn(request, shown, status=status_of(said))


def asking_at(programme: str, place: str) -> Asking:
    """What is asked at a place today."""
    return Asking(programme, place, reads.today_in(programme), queries.categories(programme))


def take(asking: Asking, sent: QueryDict, *, throttled: bool = True) -> Said:
    """Judge what was sent, and keep it where nothing is against it."""
    said = Said(sent.get("text", "").replace("\r\n", "\n").strip(), sent.get("category", ""))
    chosen = next((one for one in asking.offered if one.id == said.category), None)
    if throttled and not buckets.take(f"{asking.programme}/{asking.place}"):
        message = _(
            "Many people are writing just now. What you wrote stands below: send it again in a minute."
        )
        return replace(said, wrong=message, busy=True)
    if chosen is not None and chosen.door:
        waiting.turned(asking.programme, chosen.id)
        return Said(door=chosen)
    if wrong := _wrong(said, chosen):
        return replace(said, wrong=wrong)
    seen = scan(said.text, names=names_at(asking.programme))
    if seen and sent.get("do") != "anyway":
        return replace(said, seen=tuple(seen))
    return _keep(asking, said)


def _wrong(said: Said, chosen: Offered | None) -> str:
    if chosen is None:
        return _("Choose what it is about.")
    if not said.text:
        return _("Write what you want to say.")
    return "" if len(said.text) <= LONGEST_VOICE else _("It is too long; write it shorter.")


def _keep(asking: Asking, said: Said) -> Said:
    code = new_code(secrets.randbelow)
    answers = {"place": asking.place, "category": said.category, "text": said.text}
    try:
        waiting.keep(
            journal.fact(VoiceReceived.kind, json.dumps(answers).encode()),
            programme=asking.programme,
            about=asking.place,
            on=asking.today,
            slip=digest_of(code, programme=asking.programme, secret=settings.SECRET_KEY),
            chance=CHANCE,
        )
    except RefusedError:
        return replace(
            said, wrong=_("This cannot be written down: it holds signs that no page can show.")
        )
    except waiting.FullError:
        message = _("Very much was said today. Send it tomorrow, or put a card into the box.")
        return replace(said, wrong=message, busy=True)
    except ReadOnlyError:
        message = _("Nothing can be taken just now. Put a card into the box.")
        return replace(said, wrong=message, busy=True)
    return Said(code=code)


def names_at(programme: str) -> Sequence[str]:
    """The names with which those who hold posts of a programme sign in."""
    held = Appointment.objects.filter(programme=programme, ended_at=None)
    return list(held.values_list("user__sign_in_name", flat=True).distinct())


def status_of(said: Said) -> int:
    """The status of the answer."""
    if said.busy:
        return 429
    return 422 if said.wrong or said.seen else 200


def _template(said: Said) -> str:
    if said.code:
        return "public/said.html"
    return "public/door.html" if said.door else "public/say.html"
