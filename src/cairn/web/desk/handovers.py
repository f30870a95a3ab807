"""Handovers at the desk: every team, and the walk of one: what to do now, its lines, what was signed.

Before the pack is frozen the page shows what would be handed over today; from then on the lines that
were frozen, each of which has a page of its own: handover_line.py.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from secrets import randbits

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cairn.catalog import journal
from cairn.following import queries
from cairn.following.handovers import HandoverFollowed, LineFollowed, TeamFollowed, TeamStanding
from cairn.following.snapshot import NotTracedYetError
from cairn.handover.facts import (
    FROZEN,
    LEFT,
    OPENED,
    AdviceLeft,
    AttemptTold,
    HandoverOpened,
    HandoverWithdrawn,
    HandoverWitnessed,
    IncomingSigned,
    LineNoted,
    LinesAccepted,
    OutgoingSigned,
    PackFrozen,
    PlanWritten,
    RiskNamed,
    SideMissing,
    SuccessorNamed,
)
from cairn.handover.projections import KEPT
from cairn.journal.fact import Fact
from cairn.journal.projection import Rows
from cairn.pack import Pack, PackLine, pack_of, sha256_of
from cairn.pack.gaps import KINDS
from cairn.people.rights import Where
from cairn.people.scope import column, where
from cairn.people.seats import Seat
from cairn.programme.models import Post
from cairn.values import UnknownThingError, uuid7
from cairn.web.desk.asking import seat_at
from cairn.web.desk.sending import send
from cairn.web.desk.worklist import Doing, form_at, today_of
from cairn.web.public.links import links
from cairn.web.public.pack_words import ANSWERED_BY, GAPS
from cairn.web.public.page import not_found
from cairn.web.public.teams import absent, state_of, team_name
from cairn.web.words import HANDOVER_STATES, LINE_ANSWERS, LINES_OF, SORTS, WAYS


@dataclass(frozen=True, slots=True)
class Listed:
    """A team in the list of handovers."""

    name: str
    row: TeamStanding
    state: str
    mine: bool


@dataclass(frozen=True, slots=True)
class LineShown:
    """A line on the walk: what it is, what was said to it, and whether it can be accepted as it stands."""

    line: LineFollowed
    address: str
    what: str
    promise: str
    answer: str
    sound: bool

    @property
    def ready(self) -> bool:
        """Whether it can be ticked among others: nothing was said to it yet."""
        return self.sound and not self.line.answer


@require_safe
def handovers(request: HttpRequest) -> HttpResponseBase:
    """Every team of the programme, the latest first: how far its handover has come."""
    seat = seat_at(request)
    team = team_of(seat)
    found = [
        Listed(team_name(row), row, str(HANDOVER_STATES.get(row.state, "")), row.team == team)
        for row in queries.handovers(programme=seat.programme)
    ]
    context = {"found": sorted(found, key=lambda one: not one.mine)}
    return render(request, "desk/handovers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def handover_page(request: HttpRequest, team: str) -> HttpResponseBase:
    """The handover of one team: the next step, its lines, both sides, the signatures."""
    seat = seat_at(request)
    try:
        found = queries.follow_team(programme=seat.programme, team=team)
    except UnknownThingError:
        return not_found(request)
    wrong: Sequence[str] = ()
    if request.method == "POST":
        answer, wrong = _done(request, seat, found)
        if answer is not None:
            return answer
    return _shown(request, seat, found, wrong)


def team_of(seat: Seat) -> str:
    """The team of a seat's post; "" of one that belongs to none."""
    post = Post.objects.filter(programme=seat.programme, id=seat.post).first()
    return post.team if post else ""


def address_of(team: str) -> str:
    """The page of a team's handover."""
    return reverse("desk:handover", args=[team])


def _shown(
    request: HttpRequest, seat: Seat, found: TeamFollowed, wrong: Sequence[str]
) -> HttpResponseBase:
    handover = found.handover
    before = handover is None or handover.state == OPENED
    pack, waits = _pack(seat, found) if before else (None, False)
    accepts = _accepts(seat, handover)
    shown = [line_shown(one, found.row.team) for one in handover.lines] if handover else []
    context = {
        "found": found,
        "name": team_name(found.row),
        "handover": handover,
        "state": state_of(handover),
        "absent": absent(handover),
        "doings": _doings(seat, found),
        "leaves": _leaves(seat, found.row.team),
        "freezes": _freezes(seat, found.row.team, handover),
        "pack": pack,
        "planned": list(_planned(seat, found.row.team, pack)) if pack else [],
        "waits": waits,
        "packs": f"{links(seat.programme).base}teams/{found.row.team}/pack/",
        "public": f"{links(seat.programme).base}teams/{found.row.team}/",
        "lines": shown,
        "accepts": accepts and any(one.ready for one in shown),
        "wrong": wrong,
    }
    status = 422 if wrong else 200
    return render(request, "desk/handover.html", context, status=status)


def _pack(seat: Seat, found: TeamFollowed) -> tuple[Pack | None, bool]:
    """What would be handed over now; and whether the money is still being followed."""
    try:
        pack = pack_of(programme=seat.programme, team=found.row.team, journal=journal)
    except NotTracedYetError:
        return None, True
    return pack, not pack.settled


def line_shown(one: LineFollowed, team: str) -> LineShown:
    """A line as the walk lists it."""
    return LineShown(
        line=one,
        address=reverse("desk:handover-line", args=[team, one.key]),
        what=str(LINES_OF.get(one.what, one.what)),
        promise=str(SORTS.get(one.sort, "")),
        answer=str(LINE_ANSWERS[one.answer or "unanswered"]),
        sound=one.answer != KEPT and not one.to_go_to and one.sight != "not-seen" and _agrees(one),
    )


def _agrees(one: LineFollowed) -> bool:
    return one.what != "balance" or one.agrees


@dataclass(frozen=True, slots=True)
class Planned:
    """A line that would be handed over today: what it lacks, and the forms that say it."""

    line: PackLine
    what: str
    lacks: tuple[str, ...]
    late: tuple[str, ...]
    doings: tuple[Doing, ...]


def _planned(seat: Seat, team: str, pack: Pack) -> Iterator[Planned]:
    """The lines of today's pack with what would make each ready, as far as this post may say it."""
    notes = team_of(seat) == team and seat.scope(LineNoted.kind)
    for line in pack.lines:
        doings = [
            Doing(str(ANSWERED_BY[sort]), form_at(KINDS[sort], {line.what: line.id}))
            for sort in line.missing
            if KINDS[sort] in journal.kinds and seat.scope(KINDS[sort])
        ]
        if notes:
            given = {"team": team, "key": line.key}
            doings.append(Doing(str(WAYS[LineNoted.kind]), form_at(LineNoted.kind, given)))
        yield Planned(
            line,
            str(LINES_OF[line.what]),
            tuple(str(GAPS[sort]) for sort in line.missing),
            tuple(str(SORTS[sort]) for sort in line.late),
            tuple({one.address: one for one in doings}.values()),
        )


# What can be done now


def at_of(seat: Seat, team: str, column_: str = "") -> list[Where]:
    """Where a right about a handover is judged: at its place, or at the post that a column names."""
    rows = Rows(seat.programme, journal.tables)
    row = rows.find("handover", team)
    if column_ == "":
        return [where(rows.find("place", column(row or rows.find("team", team), "place")), rows)]
    if column_ == "sponsor":
        return [where(row, rows)]
    return [where(rows.find("post", column(row, column_)), rows)]


def _accepts(seat: Seat, handover: HandoverFollowed | None) -> bool:
    return bool(handover and handover.state in (FROZEN, LEFT) and seat.post == handover.incoming.id)


def _freezes(seat: Seat, team: str, handover: HandoverFollowed | None) -> bool:
    """Whether this post may freeze the pack: the one that hands over, or another where that one is missing."""
    if handover is None or any(one.side in {"outgoing", "witness"} for one in handover.signed):
        return False
    if handover.state not in (OPENED, FROZEN, LEFT) or not seat.may(
        PackFrozen.kind, at_of(seat, team)
    ):
        return False
    alone = handover.state == LEFT or any(one.side == "outgoing" for one in handover.absent)
    return seat.post == handover.outgoing.id or (alone and not team_of(seat))


def _leaves(seat: Seat, team: str) -> list[Doing]:
    """What a post of the team may leave word of."""
    if team_of(seat) != team:
        return []
    return [
        Doing(str(WAYS[kind.kind]), form_at(kind.kind, {"team": team}))
        for kind in (AdviceLeft, RiskNamed, AttemptTold)
        if seat.scope(kind.kind)
    ]


def _doings(seat: Seat, found: TeamFollowed) -> list[Doing]:
    """The steps that this post may take now, the next one first."""
    team, handover = found.row.team, found.handover
    if handover is None:
        mine = team_of(seat) in {"", team}
        may = mine and seat.may(HandoverOpened.kind, at_of(seat, team))
        if not may:
            return []
        leader = Post.objects.filter(
            programme=seat.programme, team=team, role="team-leader", closed_on=None
        ).first()
        given = {"team": team, "on": found.row.ends_on.isoformat()}
        given |= {"outgoing": leader.id} if leader else {}
        return [_doing(HandoverOpened, given)]
    return [_doing(kind, given) for kind, given in _steps(seat, found, handover)]


def _steps(
    seat: Seat, found: TeamFollowed, handover: HandoverFollowed
) -> list[tuple[type[Fact], dict[str, str]]]:
    team = found.row.team
    about, signing = {"handover": team}, {"handover": team, "sha256": handover.sha256}
    signed = {one.side for one in handover.signed}
    missing = {one.side for one in handover.absent}
    walking = handover.state in (FROZEN, LEFT)
    answered = walking and not handover.unanswered
    out_done = "outgoing" in signed or "outgoing" in missing
    going_on = handover.state in (OPENED, FROZEN)
    steps: list[tuple[type[Fact], dict[str, str], bool, str]] = [
        (
            SuccessorNamed,
            about,
            handover.successor is None and (going_on or handover.state == LEFT),
            "sponsor",
        ),
        (PlanWritten, about, walking and not handover.plan, "incoming"),
        (
            OutgoingSigned,
            signing,
            handover.state == FROZEN and not out_done and (answered or "incoming" in missing),
            "outgoing",
        ),
        (HandoverWitnessed, signing, walking and out_done and "witness" not in signed, ""),
        (
            IncomingSigned,
            signing,
            answered and "witness" in signed and bool(handover.plan),
            "incoming",
        ),
        (SideMissing, about, going_on, ""),
        (SuccessorNamed, about, handover.successor is not None and walking, "sponsor"),
        (PlanWritten, about, walking and bool(handover.plan), "incoming"),
        (
            HandoverWithdrawn,
            about,
            going_on and "outgoing" not in signed and team_of(seat) in {"", team},
            "",
        ),
    ]
    named = {"outgoing": handover.outgoing.id, "incoming": handover.incoming.id}
    return [
        (kind, given)
        for kind, given, now, on in steps
        if now
        and seat.post == named.get(on, seat.post)
        and seat.may(kind.kind, at_of(seat, team, on))
    ]


def _doing(kind: type[Fact], given: dict[str, str]) -> Doing:
    return Doing(str(WAYS[kind.kind]), form_at(kind.kind, given))


# What is done on the page itself


def _done(
    request: HttpRequest, seat: Seat, found: TeamFollowed
) -> tuple[HttpResponseBase | None, Sequence[str]]:
    """Freeze the pack, or accept the lines that were ticked."""
    team, do = found.row.team, request.POST.get("do")
    if do == "freeze" and _freezes(seat, team, found.handover):
        return freeze(request, seat, found)
    if do == "accept" and _accepts(seat, found.handover) and found.handover:
        there = {one.line for one in found.handover.lines}
        ticked = tuple(one for one in request.POST.getlist("line") if one in there)
        if not ticked:
            return None, (_("Tick the lines first that you accept as they stand."),)
        return recorded(request, seat, [LinesAccepted(lines=ticked)], address_of(team))
    return redirect(address_of(team)), ()


def freeze(
    request: HttpRequest, seat: Seat, found: TeamFollowed
) -> tuple[HttpResponseBase | None, Sequence[str]]:
    """Freeze what the journal tells up to its last entry, where the money is followed that far."""
    pack, waits = _pack(seat, found)
    if pack is None or waits:
        return None, (
            _("The money is being followed up to the last entry: try again in a moment."),
        )
    lines = tuple(frozen_line(one) for one in pack.lines)
    fact = PackFrozen(
        handover=found.row.team, upto=pack.as_of.position, sha256=sha256_of(pack), lines=lines
    )
    return recorded(request, seat, [fact], address_of(found.row.team))


def recorded(
    request: HttpRequest, seat: Seat, facts: Sequence[Fact], back: str
) -> tuple[HttpResponseBase | None, Sequence[str]]:
    """Record facts of today, all or none; or say what is against them."""
    now, today = timezone.now(), today_of(seat)
    drafts = [
        seat.draft(fact, id=uuid7(int(now.timestamp() * 1000), randbits(74)), happened_on=today)
        for fact in facts
    ]
    answer, refused = send(request, seat, drafts, back=back)
    return answer, [one.message for verdict in refused for one in verdict.objections]


def frozen_line(line: PackLine) -> str:
    """A line as the fact that freezes it writes it."""
    balance = f" {line.currency} {line.minor}" if line.minor is not None else ""
    return f"{line.key} {line.digest}{balance}"
