"""The worklist: every open commitment of a programme, computed when somebody reads it.

No table holds it and no job runs: what is due and overdue depends on the day of the reading alone.
"""

from dataclasses import dataclass
from datetime import date

from cairn.journal.journal import Journal
from cairn.people.rights import Scope, Where
from cairn.people.seats import Seat
from cairn.worklist.commitment import THE_PROGRAMME, Commitment, Way
from cairn.worklist.kept import kept_list
from cairn.worklist.whole import Worklist


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a post has before it: what its digest says, and nothing else."""

    mine: int
    overdue: int
    come_up: int
    owed_to_me: int


def worklist(*, programme: str, journal: Journal, today: date) -> Worklist:
    """Every open commitment of a programme on a day, those due first at the top."""
    return kept_list(programme, journal, today).now()


# Whose it is


def ways_of(one: Commitment, seat: Seat) -> list[Way]:
    """The facts with which a post may answer a commitment, the one that closes it first.

    What keeps a user apart from it, the form says.
    """
    return [way for way in one.ways if seat.may(way.kind, one.at)]


def mine(whole: Worklist, seat: Seat) -> list[Commitment]:
    """What a post owes, and then what came up to it because those beneath did not do it in time."""
    return owed_by(whole, seat) + come_up_to(whole, seat)


def owed_by(whole: Worklist, seat: Seat) -> list[Commitment]:
    """What a post owes itself."""
    return whole.whose(lambda one: one.owes(seat.post), [("before", seat.post)])


def come_up_to(whole: Worklist, seat: Seat) -> list[Commitment]:
    """What a post has before it because those beneath did not do it in time."""
    return whole.whose(lambda one: not one.owes(seat.post), [("before", seat.post)])


def beneath(whole: Worklist, seat: Seat) -> list[Commitment]:
    """What is owed by others within a post's reach."""
    reach = seat.scope("desk:worklist")
    if reach is Scope.PROGRAMME:
        return whole.whose(lambda one: not one.owes(seat.post))
    path = seat.stands.path
    if reach is not Scope.SUBTREE or not path:
        return []
    return whole.whose(
        lambda one: not one.owes(seat.post) and any(at.path.startswith(path) for at in one.stands)
    )


def owed_to(whole: Worklist, seat: Seat) -> list[Commitment]:
    """What others owe to a post, its organisation, or the very place it stands at."""
    words = (seat.post, seat.stands.organisation, seat.stands.path, THE_PROGRAMME[1])
    return whole.whose(
        lambda one: not one.owes(seat.post) and _is_to(one, seat),
        [("to", word) for word in words if word],
    )


def _is_to(one: Commitment, seat: Seat) -> bool:
    to, stands = one.to_stands, seat.stands
    if to == Where():
        return one.to.id == THE_PROGRAMME[1] and seat.scope("worklist/overdue") is Scope.PROGRAMME
    if to.post:
        return to.post == seat.post
    if to.organisation and (stands.organisation or not to.path):
        return to.organisation == stands.organisation
    return bool(stands.path) and to.path == stands.path


def counts(whole: Worklist, seat: Seat) -> Counts:
    """How much stands on a post's list."""
    own = owed_by(whole, seat)
    return Counts(
        mine=len(own),
        overdue=sum(one.overdue for one in own),
        come_up=len(come_up_to(whole, seat)),
        owed_to_me=len(owed_to(whole, seat)),
    )
