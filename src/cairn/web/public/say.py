"""The form with which anybody says something about a village, written or spoken: no cookie, no script.

What it keeps of whoever sends it is nothing: docs/decisions/voices.md. Posts enter cards from the box
through the same door (desk/voices.py).
"""

import json
import secrets
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from random import SystemRandom

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from cairn.catalog import journal
from cairn.journal.journal import RefusedError
from cairn.journal.readonly import ReadOnlyError
from cairn.people.appointments import names_at
from cairn.values import UnknownThingError
from cairn.voice import queries, waiting
from cairn.voice.clocks import UNHEARD
from cairn.voice.codes import digest_of, new_code
from cairn.voice.facts import (
    LONGEST_SPOKEN_SECONDS,
    LONGEST_VOICE,
    MOST_SPOKEN_BYTES,
    VoiceReceived,
    VoiceSpoken,
)
from cairn.voice.queries import Offered
from cairn.voice.scan import Seen, scan
from cairn.voice.throttle import buckets
from cairn.web.public import reads
from cairn.web.public.links import links
from cairn.web.public.origin import only_from_here
from cairn.web.public.page import Shown, drawn, not_found
from cairn.web.public.spoken import NotHeardError, heard, hold_in_memory, sound_in
from cairn.web.reader import reader
from cairn.web.seen import pieces_of, sorts_of

CHANCE = SystemRandom()

SPOKEN_WEIGHS = 3
"""A recording is read byte by byte, and takes so much of a bucket."""


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
    spoken: bool = False
    """Whether it was a recording: a browser forgets which file was chosen."""

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
    hold_in_memory(request)
    said = Said()
    if request.method == "POST":
        said = take(asking, request.POST, sound=sound_in(request))
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
            "minutes": LONGEST_SPOKEN_SECONDS // 60,
            "megabytes": MOST_SPOKEN_BYTES // 2**20,
            "unheard": UNHEARD,
            "clocks": queries.clocks(programme),
            "place": here,
        },
    )
    return drawn(request, shown, status=status_of(said))


def asking_at(programme: str, place: str) -> Asking:
    """What is asked at a place today."""
    return Asking(programme, place, reads.today_in(programme), queries.categories(programme))


def take(
    asking: Asking,
    sent: QueryDict,
    *,
    sound: "UploadedFile[bytes] | None" = None,
    throttled: bool = True,
) -> Said:
    """Judge what was sent, and keep it where nothing is against it."""
    text = sent.get("text", "").replace("\r\n", "\n").strip()
    said = Said(text, sent.get("category", ""), spoken=sound is not None)
    weight = 1 if sound is None else SPOKEN_WEIGHS
    chosen = next((one for one in asking.offered if one.id == said.category), None)
    if throttled and not buckets.take(f"{asking.programme}/{asking.place}", weight=weight):
        message = _(
            "Many people are writing just now. What you wrote stands below: send it again in a minute."
        )
        return replace(said, wrong=message, busy=True)
    if chosen is not None and chosen.door:
        waiting.turned(asking.programme, chosen.id)
        return Said(door=chosen)
    if wrong := _wrong(said, chosen):
        return replace(said, wrong=wrong)
    if sound is not None:
        return _heard(asking, said, sound)
    seen = scan(said.text, names=names_at(asking.programme))
    if seen and sent.get("do") != "anyway":
        return replace(said, seen=tuple(seen))
    return _keep(asking, said)


def _heard(asking: Asking, said: Said, sound: "UploadedFile[bytes]") -> Said:
    try:
        return _keep(asking, said, heard(sound))
    except NotHeardError as error:
        return replace(said, wrong=str(error))


def _wrong(said: Said, chosen: Offered | None) -> str:
    if chosen is None:
        return _("Choose what it is about.")
    if said.spoken and said.text:
        return _(
            "Write it or send a recording, one of the two: take the text out, or send it without a recording."
        )
    if not said.text and not said.spoken:
        return _("Write what you want to say, or send a recording.")
    return "" if len(said.text) <= LONGEST_VOICE else _("It is too long; write it shorter.")


def _keep(asking: Asking, said: Said, sound: bytes = b"") -> Said:
    code = new_code(secrets.randbelow)
    kind = VoiceSpoken if sound else VoiceReceived
    text = sha256(sound).hexdigest() if sound else said.text
    answers = {"place": asking.place, "category": said.category, "text": text}
    try:
        waiting.keep(
            journal.fact(kind.kind, json.dumps(answers).encode()),
            programme=asking.programme,
            about=asking.place,
            on=asking.today,
            slip=digest_of(code, programme=asking.programme, secret=settings.SECRET_KEY),
            chance=CHANCE,
            sound=sound,
        )
    except RefusedError:
        return replace(
            said, wrong=_("This cannot be written down: it holds signs that no page can show.")
        )
    except waiting.FullOfSoundError:
        message = _("Many recordings came today already. Write it, or send it tomorrow.")
        return replace(said, wrong=message, busy=True)
    except waiting.FullError:
        message = _("Very much was said today. Send it tomorrow, or put a card into the box.")
        return replace(said, wrong=message, busy=True)
    except ReadOnlyError:
        message = _("Nothing can be taken just now. Put a card into the box.")
        return replace(said, wrong=message, busy=True)
    return Said(code=code, spoken=said.spoken)


def status_of(said: Said) -> int:
    """The status of the answer."""
    if said.busy:
        return 429
    return 422 if said.wrong or said.seen else 200


def _template(said: Said) -> str:
    if said.code:
        return "public/said.html"
    return "public/door.html" if said.door else "public/say.html"
