"""A team: what it was given, what it hands over, what it would tell the next; to read and to print."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cairn.following.handovers import HandoverFollowed, TeamStanding
from cairn.web.public import asks, reads
from cairn.web.public.handover_columns import LINES, NOTES, SIGNATURES
from cairn.web.public.links import links
from cairn.web.public.page import Shown, page
from cairn.web.reader import reader
from cairn.web.tables import Table
from cairn.web.words import HANDOVER_STATES, MISSING, SIDES

MOST = 400
"""Lines of a handover on its page; a pack has hardly more."""


@page
def team(request: HttpRequest, programme: str, team: str) -> Shown:
    """A team and its two handovers: the one in which it took over, and the one in which it hands over."""
    del request
    named, as_of = reads.programme_and_position(programme)
    found = asks.follow_team(programme=programme, team=team)
    tables: list[Table[Any]] = []
    if found.handover:
        tables += _of(found.handover, "", _("What it hands over, line by line"))
    if found.given:
        tables += _of(found.given, "given_", _("What it was given, line by line"))
    tables.append(
        Table(
            id="notes",
            caption=_("What it would tell the next team"),
            columns=NOTES,
            rows=found.notes,
            empty=_("It has left no word yet."),
        )
    )
    base = links(programme)
    return Shown(
        "public/team.html",
        team_name(found.row),
        programme=named,
        as_of=as_of,
        tables=tuple(tables),
        above=((reader().name(found.row.place), base("place", found.row.place.id)),),
        section="places",
        paper=(),
        more={
            "found": found,
            "handover_state": state_of(found.handover),
            "frozen_at": base("entry", str(found.handover.upto or "")) if found.handover else "",
            "given_state": state_of(found.given),
            "absent": absent(found.handover),
            "sealing": reads.sealing(programme) if found.handover else None,
        },
    )


def team_name(row: TeamStanding) -> str:
    """A team has no name of its own: its place, and its cohort."""
    return f"{reader().name(row.place)} · {reader().name(row.cohort)}"


def state_of(found: HandoverFollowed | None) -> str:
    """How far a handover has come, in words."""
    return str(HANDOVER_STATES[found.state]) if found else ""


def absent(found: HandoverFollowed | None) -> list[tuple[str, str, str]]:
    """Which sides take no part, why, and what was said of it."""
    sides = found.absent if found else ()
    return [(str(SIDES[one.side]), str(MISSING[one.why]), reader().said(one.text)) for one in sides]


def _of(found: HandoverFollowed, before: str, caption: str) -> tuple[Table[Any], ...]:
    return (
        Table(
            id=f"{before}lines",
            caption=caption,
            columns=LINES,
            rows=found.lines,
            most=MOST,
            empty=_("Its pack is not frozen yet."),
        ),
        Table(
            id=f"{before}signatures",
            caption=_("Signatures"),
            columns=SIGNATURES,
            rows=found.signed,
            empty=_("Nobody has signed yet."),
        ),
    )
