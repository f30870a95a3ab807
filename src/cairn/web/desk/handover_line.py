"""One line of a handover at the desk: go to it, hold it against a statement, answer it, say a word to it.

Each is a form of its own kind, for which the page gives the line; the inspection of an asset that was
there is recorded together with it, or not at all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from secrets import randbits

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from cairn.assets.facts import AssetInspected
from cairn.following import queries
from cairn.following.handovers import HandoverFollowed, LineFollowed
from cairn.handover.facts import (
    ACCEPTED,
    FROZEN,
    LEFT,
    AssetSought,
    BalanceChecked,
    ExceptionSettled,
    LineContested,
    LineExcepted,
    LineNoted,
    LineRefused,
    LinesAccepted,
    SettlementDoubted,
    Sight,
)
from cairn.handover.projections import KEPT
from cairn.journal.fact import Fact
from cairn.people.seats import Seat
from cairn.values import UnknownThingError, uuid7
from cairn.web.desk.asking import seat_at
from cairn.web.desk.choices import Offered, currencies_of
from cairn.web.desk.handovers import address_of, at_of, line_shown, recorded, team_of
from cairn.web.desk.sending import send
from cairn.web.desk.showing import Shows, shown_in
from cairn.web.desk.worklist import today_of
from cairn.web.forms import FactForm, form_of
from cairn.web.public.links import links
from cairn.web.public.page import not_found
from cairn.web.public.teams import team_name
from cairn.web.reader import reader

SEEK, CHECK, NOTE, EXCEPT, REFUSE = "seek", "check", "note", "except", "refuse"
CONTEST, SETTLE, DOUBT, ACCEPT = "contest", "settle", "doubt", "accept"

KINDS: dict[str, type[Fact]] = {
    SEEK: AssetSought,
    CHECK: BalanceChecked,
    NOTE: LineNoted,
    EXCEPT: LineExcepted,
    REFUSE: LineRefused,
    CONTEST: LineContested,
    SETTLE: ExceptionSettled,
    DOUBT: SettlementDoubted,
}
"""What can be said to a line with a form, by what its button sends."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A form of this page: what its button sends and says, its forms, and whether it stands open."""

    do: str
    title: str
    button: str
    forms: tuple[FactForm, ...]
    shows: Sequence[Shows] = ()
    said: Sequence[str] = ()
    """What is against it that no question of it is about."""

    @property
    def wrong(self) -> bool:
        """Whether something is against what was sent."""
        return bool(self.shows or self.said) or any(form.errors for form in self.forms)


@require_http_methods(["GET", "HEAD", "POST"])
def line_page(request: HttpRequest, team: str, key: str) -> HttpResponseBase:
    """A line of a frozen pack, and whatever this post may say to it now."""
    seat = seat_at(request)
    try:
        found = queries.follow_team(programme=seat.programme, team=team)
    except UnknownThingError:
        return not_found(request)
    handover = found.handover
    lines = handover.lines if handover else ()
    line = next((one for one in lines if one.key == key), None)
    if handover is None or line is None:
        return not_found(request)
    may = list(_may(seat, handover, line))
    judged: Asking | None = None
    if request.method == "POST" and (do := request.POST.get("do", "")) in may:
        answer, judged = _done(request, seat, line, team, do)
        if answer is not None:
            return answer
    nth = lines.index(line)
    context = {
        "name": team_name(found.row),
        "handover": handover,
        "back": address_of(team),
        "shown": line_shown(line, team),
        "line": line,
        "public": links(seat.programme)(_page(line), line.of.id),
        "accepts": ACCEPT in may,
        "asking": [
            judged if judged and judged.do == do else _asking(seat, line, team, do)
            for do in may
            if do != ACCEPT
        ],
        "wrong": judged.said if judged else (),
        "before": line_shown(lines[nth - 1], team) if nth else None,
        "after": line_shown(lines[nth + 1], team) if nth + 1 < len(lines) else None,
        "nth": nth + 1,
        "of": len(lines),
    }
    return render(request, "desk/handover_line.html", context, status=422 if judged else 200)


def _page(line: LineFollowed) -> str:
    return {"balance": "account", "transit": "account"}.get(line.what, line.what)


def _may(seat: Seat, handover: HandoverFollowed, line: LineFollowed) -> Iterator[str]:
    """What this post may say to the line now, what comes first on the walk first."""
    if handover.state in (FROZEN, LEFT):
        yield from _on_the_walk(seat, handover, line)
    elif handover.state == ACCEPTED:
        yield from _after_it(seat, handover, line)


def _on_the_walk(seat: Seat, handover: HandoverFollowed, line: LineFollowed) -> Iterator[str]:
    team, at = handover.team.team, at_of(seat, handover.team.team)
    comes = handover.successor.team if handover.successor else ""
    either = team_of(seat) in {"", team, comes}
    if line.what == "asset" and either and seat.may(AssetSought.kind, at):
        yield SEEK
    if line.what == "balance" and either and seat.may(BalanceChecked.kind, at):
        yield CHECK
    if seat.post == handover.incoming.id:
        if line_shown(line, team).sound:
            yield ACCEPT
        yield from (EXCEPT, REFUSE)
    if team_of(seat) == team:
        yield NOTE


def _after_it(seat: Seat, handover: HandoverFollowed, line: LineFollowed) -> Iterator[str]:
    comes, today = seat.post == handover.incoming.id, today_of(seat)
    if comes and line.answer == KEPT and today <= (handover.contest_until or today):
        yield CONTEST
    if line.open and seat.may(ExceptionSettled.kind, at_of(seat, handover.team.team, "sponsor")):
        yield SETTLE
    if comes and line.settled_on:
        yield DOUBT


def _asking(
    seat: Seat, line: LineFollowed, team: str, do: str, sent: HttpRequest | None = None
) -> Asking:
    """The form of what may be said; filled from what was sent."""
    titles = {
        SEEK: (_("Go to it"), _("Record what both saw")),
        CHECK: (_("Hold it against a statement"), _("Record what the statement says")),
        NOTE: (_("Leave a word about it"), _("Leave it")),
        EXCEPT: (_("Accept it but for something"), _("Accept but for this")),
        REFUSE: (pgettext("handover", "Refuse it"), _("Refuse")),
        CONTEST: (_("Contest it"), _("Contest")),
        SETTLE: (pgettext("handover", "Put it right"), pgettext("handover", "It was put right")),
        DOUBT: (_("It was not put right"), _("Say so")),
    }
    kinds: list[tuple[type[Fact], dict[str, str]]] = [(KINDS[do], _given(line, team, do, sent))]
    if do == SEEK:
        kinds.append((AssetInspected, {"asset": line.of.id}))
    title, button = titles[do]
    forms = tuple(
        _form(seat, kind, given, f"{do}{nth}", sent) for nth, (kind, given) in enumerate(kinds)
    )
    return Asking(do, title, button, forms)


def _given(line: LineFollowed, team: str, do: str, sent: HttpRequest | None) -> dict[str, str]:
    """What the page answers itself; of an asset that was there, which inspection tells of it."""
    if do == NOTE:
        return {"team": team, "key": line.key}
    seen = do == SEEK and sent and sent.POST.get("seek0-sight") == Sight.SEEN
    return {"line": line.line} | (
        {"inspection": sent.POST.get("seek1-id", "")} if seen and sent else {}
    )


def _form(
    seat: Seat, kind: type[Fact], given: dict[str, str], prefix: str, sent: HttpRequest | None
) -> FactForm:
    fresh = uuid7(int(timezone.now().timestamp() * 1000), randbits(74))
    currencies = currencies_of(seat)
    usual = {f"{prefix}-id": [str(fresh)]}
    usual |= {f"{prefix}-stated_currency": list(currencies[:1])}
    form = form_of(
        kind,
        programme=seat.programme,
        language=reader().language,
        choices=Offered(seat, kind, reader(), wanted={}),
        data=sent.POST if sent else MultiValueDict(usual),
        files=sent.FILES if sent else None,
        judged=sent is not None,
        prefix=prefix,
        given=given,
        currencies=currencies,
    )
    if kind is AssetSought:
        form.fields.pop("inspection", None)  # the second form of the page is that
    return form


def _done(
    request: HttpRequest, seat: Seat, line: LineFollowed, team: str, do: str
) -> tuple[HttpResponseBase | None, Asking | None]:
    """Record what was said to the line; or show the form again, with what is against it."""
    here = reverse("desk:handover-line", args=[team, line.key])
    if do == ACCEPT:
        answer, wrong = recorded(request, seat, [LinesAccepted(lines=(line.line,))], here)
        return answer, None if answer else Asking(ACCEPT, "", "", (), said=wrong)
    asking = _asking(seat, line, team, do, request)
    unseen = do == SEEK and request.POST.get("seek0-sight") != Sight.SEEN
    judged = asking.forms[:1] if unseen else asking.forms
    valid = [form.is_valid() for form in judged]  # each is judged, so that all objections show
    if not all(valid):
        return None, asking
    if request.POST.get("anyway") != "yes" and (shows := shown_in(seat, judged)):
        return None, Asking(do, asking.title, asking.button, asking.forms, shows)
    return _record(request, seat, Asking(do, asking.title, asking.button, judged), here, asking)


def _record(
    request: HttpRequest, seat: Seat, judged: Asking, here: str, asking: Asking
) -> tuple[HttpResponseBase | None, Asking | None]:
    """Record the facts of these forms, all or none: the inspection first, which the other names."""
    drafts = [
        seat.draft(form.fact, id=form.cleaned_data["id"], happened_on=today_of(seat))
        for form in reversed(judged.forms)
        if form.fact
    ]
    answer, refused_ones = send(request, seat, drafts, back=here)
    wrong = {one.id: one for one in refused_ones}
    for form in judged.forms:
        if (refused := wrong.get(form.cleaned_data["id"])) is not None:
            form.take(refused.objections)
    return answer, asking if wrong else None
