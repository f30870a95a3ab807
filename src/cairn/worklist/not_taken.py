"""What the team of a place did not take over: which team, what, and the sponsor with whom it stays."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from cairn.handover.facts import ACCEPTED, LEFT
from cairn.handover.models import Handover, HandoverLine
from cairn.handover.projections import REFUSED
from cairn.programme.models import Team
from cairn.worklist.commitment import Thing

OWN_LINES = ("project", "asset", "enterprise", "recommendation", "notice")
"""Things that have lines of their own in a pack."""

COMMITMENT = "commitment"
"""A promise that is a line by itself: `commitment/SORT/KEY`."""

_AtPlace = tuple[str, str]
"""A place and the key of a line."""


def not_taken(programme: str) -> dict[tuple[str, Thing], str]:
    """The sponsor that answers, by the team that did not take a thing over and the thing.

    Where nobody took over, that is every line of the pack, whichever team is at the place or comes to
    it, until one takes the line over: in this handover or in a later one.
    """
    rows = Handover.objects.filter(programme=programme, state__in=(ACCEPTED, LEFT))
    by_id = {row.id: row for row in rows}
    lines = HandoverLine.objects.filter(programme=programme, handover__in=by_id, standing=True)
    standing = list(lines)
    taken = _taken(standing, by_id)
    found: dict[tuple[str, Thing], str] = {}
    for line in standing:
        row = by_id[line.handover]
        if row.state == ACCEPTED and line.answer == REFUSED and line.open:
            teams = [row.successor]
        elif row.state == LEFT and taken.get((row.place, line.key), date.min) < _ended(row):
            teams = _others(row)
        else:
            continue
        found |= {(team, thing): row.sponsor for team in teams for thing in _things(line.key)}
    return found


def _taken(lines: Iterable[HandoverLine], by_id: Mapping[str, Handover]) -> dict[_AtPlace, date]:
    """When what a line is about was last taken over at its place, with or without an exception."""
    found: dict[_AtPlace, date] = {}
    for line in lines:
        row = by_id[line.handover]
        if row.state == ACCEPTED and line.answer != REFUSED:
            key = (row.place, line.key)
            found[key] = max(found.get(key, date.min), _ended(row))
    return found


def _ended(row: Handover) -> date:
    return row.ended_on or row.opened_on


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
