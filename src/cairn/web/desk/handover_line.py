"""One line of a handover at the desk: go to it, hold it against a statement, answer it, say a word to it.

Each is a form of its own kind, for which the page gives the line; the inspection of an asset that was
there is recorded together with it, or not at all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from secrets import randbits

from django.contrib.auth import logout
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cairn.assets.facts import AssetInspected
from cairn.catalog import journal
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
)
from cairn.handover.projections import KEPT
from cairn.journal.entry import Refused
from cairn.journal.fact import Fact
from cairn.people.record import GuardError, SeatEndedError, record_all
from cairn.people.seats import Seat
from cairn.values import UnknownThingError, uuid7
from cairn.web.desk.asking import seat_at
from cairn.web.desk.choices import Offered, currencies_of
from cairn.web.desk.handovers import address_of, at_of, line_shown, team_of
from cairn.web.desk.middleware import show_more
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

    @property
    def wrong(self) -> bool:
        """Whether something is against what was sent."""
        return bool(self.shows) or any(form.errors for form in self.forms)


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
        "wrong": judged.forms[0].non_field_errors() if judged and judged.do == ACCEPT else (),
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
    team = handover.team.team
    comes = seat.post == handover.incoming.id
    walking = handover.state in (FROZEN, LEFT)
    either = team_of(seat) in {"", team, handover.successor.team if handover.successor else ""}
    if walking and either:
        if line.what == "asset" and seat.may(AssetSought.kind, at_of(seat, team)):
            yield SEEK
        if line.what == "balance" and seat.may(BalanceChecked.kind, at_of(seat, team)):
            yield CHECK
    if walking and comes:
        if line.answer != KEPT:
            yield ACCEPT
        yield EXCEPT
        yield REFUSE
    if handover.state == ACCEPTED:
        if comes and line.answer == KEPT and today_of(seat) <= (handover.contest_until or today_of(seat)):
            yield CONTEST
        if line.open and seat.may(ExceptionSettled.kind, at_of(seat, team, "sponsor")):
            yield SETTLE
        if comes and line.settled_on:
            yield DOUBT
    if team_of(seat) == team and walking:
        yield NOTE


def _asking(
    seat: Seat, line: LineFollowed, team: str, do: str, sent: HttpRequest | None = None
) -> Asking:
    """The form of what may be said; filled from what was sent."""
    titles = {
        SEEK: (_("Go to it"), _("Record what both saw")),
        CHECK: (_("Hold it against a statement"), _("Record what the statement says")),
        NOTE: (_("Leave a word about it"), _("Leave it")),
        EXCEPT: (_("Accept it but for something"), _("Accept but for this")),
        REFUSE: (_("Refuse it"), _("Refuse")),
        CONTEST: (_("Contest it"), _("Contest")),
        SETTLE: (_("Put it right"), _("It was put right")),
        DOUBT: (_("It was not put right"), _("Say so")),
    }
    kinds: list[tuple[type[Fact], dict[str, str]]] = [(KINDS[do], _given(line, team, do))]
    if do == SEEK:
        kinds.append((AssetInspected, {"asset": line.of.id}))
    title, button = titles[do]
    forms = tuple(
        _form(seat, kind, given, f"{do}{nth}", sent) for nth, (kind, given) in enumerate(kinds)
    )
    return Asking(do, title, button, forms)


def _given(line: LineFollowed, team: str, do: str) -> dict[str, str]:
    if do == NOTE:
        return {"team": team, "key": line.key}
    return {"line": line.line}


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
        given=given | ({"inspection": str(fresh)} if kind is AssetSought else {}),
        currencies=currencies,
    )
    if kind is AssetInspected and sent and sent.POST.get("seek0-sight") != "seen":
        form.fields["condition"].required = False
    return form


def _done(
    request: HttpRequest, seat: Seat, line: LineFollowed, team: str, do: str
) -> tuple[HttpResponseBase | None, Asking | None]:
    """Record what was said to the line; or show the form again, with what is against it."""
    here = reverse("desk:handover-line", args=[team, line.key])
    if do == ACCEPT:
        asking = Asking(ACCEPT, "", "", (_form(seat, LinesAccepted, {}, "accept", None),))
        return _record(request, seat, asking, [LinesAccepted(lines=(line.line,))], here)
    asking = _asking(seat, line, team, do, request)
    unseen = do == SEEK and request.POST.get("seek0-sight") != "seen"
    judged = asking.forms[:1] if unseen else asking.forms
    if not all([form.is_valid() for form in judged]):
        return None, asking
    if request.POST.get("anyway") != "yes" and (shows := shown_in(seat, judged)):
        return None, Asking(do, asking.title, asking.button, asking.forms, shows)
    facts = [form.fact for form in judged if form.fact]
    return _record(request, seat, asking, facts, here)


def _record(
    request: HttpRequest, seat: Seat, asking: Asking, facts: Sequence[Fact], here: str
) -> tuple[HttpResponseBase | None, Asking | None]:
    now, today = timezone.now(), today_of(seat)
    ids = [uuid7(int(now.timestamp() * 1000) + nth, randbits(74)) for nth in range(len(facts))]
    in_order = list(zip(facts, ids, strict=True))
    if isinstance(facts[0], AssetSought):
        inspection = str(ids[1]) if len(facts) > 1 else None
        sought = facts[0].model_copy(update={"inspection": inspection})
        in_order = [*in_order[1:], (sought, ids[0])]
    drafts = [seat.draft(fact, id=id_, happened_on=today) for fact, id_ in in_order]
    try:
        verdicts = record_all(seat, drafts, journal=journal, now=now, all_or_none=True)
    except GuardError as error:
        return show_more(request, error.guard, back=here), None
    except SeatEndedError:
        logout(request)
        return redirect("desk:posts"), None
    wrong = [one for one in verdicts if isinstance(one, Refused)]
    if not wrong:
        return redirect(here), None
    for one in wrong:
        for form in asking.forms[:1]:
            form.full_clean()
            form.take(one.objections)
    return None, asking


