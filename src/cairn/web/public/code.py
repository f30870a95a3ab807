"""The page of a receipt code: what became of a voice, and "this did not happen".

The code comes in a form and never in an address; what is typed is hashed before anything is looked up.
"""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from cairn.journal.readonly import ReadOnlyError
from cairn.values import UnknownThingError
from cairn.voice import queries, waiting
from cairn.voice.codes import digest_of, is_code
from cairn.voice.facts import VoiceDisputed
from cairn.voice.models import Voice
from cairn.voice.queries import Answer
from cairn.voice.rules import FROM
from cairn.voice.throttle import buckets
from cairn.web.public import reads
from cairn.web.public.origin import only_from_here
from cairn.web.public.page import Shown, drawn, not_found
from cairn.web.public.say import CHANCE
from cairn.web.words import OUTCOMES, VOICE_STATES


@dataclass(frozen=True, slots=True)
class Opened:
    """What a code shows: that the voice still waits; its state; its answer, once there is one."""

    code: str = ""
    wrong: str = ""
    busy: bool = False
    waits: bool = False
    state: str = ""
    answer: Answer | None = None
    outcome: str = ""
    theirs: str = ""
    """Whose it is, where it is not theirs who answered."""
    may_dispute: bool = False
    disputes: bool = False


@sensitive_post_parameters()
@only_from_here
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest, programme: str) -> HttpResponseBase:
    """Where a code is typed, and what it opens."""
    try:
        named, _nowhere = reads.present(programme)
    except UnknownThingError:
        return not_found(request)
    opened = Opened()
    if request.method == "POST":
        opened = _opened(
            programme, request.POST.get("code", ""), disputes=request.POST.get("do") == "dispute"
        )
    shown = Shown(
        "public/code.html",
        _("What became of it"),
        programme=named,
        more={"opened": opened, "clocks": queries.clocks(programme)},
    )
    status = 429 if opened.busy else 422 if opened.wrong else 200
    return drawn(request, shown, status=status)


def _opened(programme: str, typed: str, *, disputes: bool) -> Opened:
    if not buckets.take():
        return Opened(busy=True, wrong=_("Many people are asking just now. Try again in a minute."))
    digest = digest_of(typed, programme=programme, secret=settings.SECRET_KEY)
    found = waiting.find(programme, digest)
    if found is None:
        if is_code(typed):
            message = _(
                "No voice opens with this code. It may have been erased, as was said; its answer stands on the board."
            )
        else:
            message = _("This is no code: compare it with your paper, sign by sign.")
        return Opened(wrong=message)
    if found.waits:
        return Opened(waits=True)
    voice = Voice.objects.filter(programme=programme, id=str(found.key)).first()
    if voice is None:
        return Opened(wrong=_("No voice opens with this code."))
    return _shown(programme, voice, typed, disputes=disputes)


def _shown(programme: str, voice: Voice, typed: str, *, disputes: bool) -> Opened:
    may = bool(voice.answered) and voice.state in FROM[VoiceDisputed]
    said = may and waiting.says_already(programme, VoiceDisputed.kind, voice.id)
    if disputes and may and not said:
        try:
            waiting.keep(
                VoiceDisputed(voice=voice.id),
                programme=programme,
                about=voice.id,
                on=reads.today_in(programme),
                slip="",
                chance=CHANCE,
            )
        except (waiting.FullError, ReadOnlyError):
            return Opened(busy=True, wrong=_("Nothing can be taken just now. Try again tomorrow."))
        said = True
    answer = queries.answer_of(programme, voice) if voice.answered else None
    return Opened(
        code=typed,
        state=str(VOICE_STATES[voice.state]),
        answer=answer,
        outcome=str(OUTCOMES[answer.outcome]) if answer else "",
        theirs=reads.organisation(programme, answer.theirs) if answer else "",
        may_dispute=may and not said,
        disputes=said,
    )
