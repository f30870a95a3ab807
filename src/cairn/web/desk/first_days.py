"""The next team's first page: what it was given, what is due in thirty days, what the last team would say."""

from datetime import date, timedelta
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cairn.following import queries
from cairn.people.seats import Seat
from cairn.programme.models import Post
from cairn.values import UnknownThingError
from cairn.web.desk.asking import seat_at
from cairn.web.desk.handovers import address_of, line_shown, team_of
from cairn.web.desk.worklist import commitments, items, today_of
from cairn.web.public.links import links
from cairn.web.public.page import not_found
from cairn.web.public.teams import state_of, team_name
from cairn.worklist.commitment import Commitment

DAYS: Final = 30


@require_safe
def first_days(request: HttpRequest, team: str) -> HttpResponseBase:
    """What a team that took over reads first; nobody needs to have signed yet."""
    seat = seat_at(request)
    today = today_of(seat)
    # First: where the worklist is not there yet, nothing else is done.
    due = _due(seat, team, today + timedelta(DAYS))
    try:
        found = queries.follow_team(programme=seat.programme, team=team)
    except UnknownThingError:
        return not_found(request)
    given = found.given
    if given is None:
        return not_found(request)
    last = queries.follow_team(programme=seat.programme, team=given.team.team)
    context = {
        "name": team_name(found.row),
        "given": given,
        "state": state_of(given),
        "before": team_name(given.team),
        "handover": address_of(given.team.team),
        "pack": f"{links(seat.programme).base}teams/{given.team.team}/pack/",
        "items": items(due, seat, today),
        "open": [line_shown(one, given.team.team) for one in given.lines if one.stays_with],
        "advice": [note for note in last.notes if note.sort == "advice"],
        "risks": [note for note in last.notes if note.sort == "risk"],
        "tried": [note for note in last.notes if note.sort == "attempt"],
        "noted": [line_shown(one, given.team.team) for one in given.lines if one.notes],
        "mine": team_of(seat) == team,
    }
    return render(request, "desk/first_days.html", context)


def _due(seat: Seat, team: str, until: date) -> list[Commitment]:
    """What posts of the team owe by a day."""
    rows = Post.objects.filter(programme=seat.programme, team=team)
    posts = set(rows.values_list("id", flat=True))
    return [
        one
        for one in commitments(seat)
        if one.due <= until and any(post.id in posts for post in one.owed_by)
    ]
