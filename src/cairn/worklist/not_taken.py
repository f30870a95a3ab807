"""What the team of a place did not take over: which team, what, and the sponsor with whom it stays."""

from collections.abc import Iterator

from cairn.handover.facts import ACCEPTED, LEFT
from cairn.handover.models import Handover, HandoverLine
from cairn.handover.projections import REFUSED
from cairn.programme.models import Team
from cairn.worklist.commitment import Thing

OWN_LINES = ("project", "asset", "enterprise", "recommendation", "notice")
"""Things that have lines of their own in a pack."""

COMMITMENT = "commitment"
"""A promise that is a line by itself: `commitment/SORT/KEY`."""


def not_taken(programme: str) -> dict[tuple[str, Thing], str]:
    """The sponsor that answers, by the team that did not take a thing over and the thing.

    Where nobody took over, that is every line of the pack, whichever team comes to the place.
    """
    rows = Handover.objects.filter(programme=programme, state__in=(ACCEPTED, LEFT))
    by_id = {row.id: row for row in rows}
    lines = HandoverLine.objects.filter(programme=programme, handover__in=by_id, standing=True)
    found: dict[tuple[str, Thing], str] = {}
    for line in lines:
        row = by_id[line.handover]
        refused = line.answer == REFUSED and line.open
        if refused or row.state == LEFT:
            teams = [row.successor] if row.successor else _others(row)
            found |= {(team, thing): row.sponsor for team in teams for thing in _things(line.key)}
    return found


def _others(row: Handover) -> list[str]:
    """The other teams of the place: none of them took over."""
    teams = Team.objects.filter(programme=row.programme, place=row.place).exclude(id=row.id)
    return list(teams.values_list("id", flat=True))


def _things(key: str) -> Iterator[Thing]:
    """What a line is about: `asset/qarasu-well`; of a balance, its account."""
    what, _slash, id_ = key.partition("/")
    if what in (*OWN_LINES, COMMITMENT):
        yield what, id_
    elif what == "balance":
        yield "account", id_.partition("/")[0]
