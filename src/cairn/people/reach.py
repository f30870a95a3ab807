"""Which things on record a seat may name in a fact: what a form offers, before anything is sent.

A form that offers too much costs a refusal; `people.record` decides, whatever was offered.
"""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from cairn.journal.fact import Fact
from cairn.journal.journal import Journal
from cairn.journal.projection import ReadModel, Rows
from cairn.people.models import Recording
from cairn.people.record import UUID_SIGNS
from cairn.people.rights import Scope, Where, rights
from cairn.people.scope import column, follow, where
from cairn.people.seats import Seat


def kinds_for(seat: Seat, kinds: Iterable[type[Fact]]) -> list[type[Fact]]:
    """Of these kinds, those that this post may record; none that has a successor."""
    return [kind for kind in kinds if not kind.has_successor() and seat.scope(kind.kind)]


def may_name(seat: Seat, kind: type[Fact], field: str, row: ReadModel, rows: Rows) -> bool:
    """Whether this post may name a thing in a field, as far as that field alone tells."""
    for word in rights().lines[kind.kind].judged_on:
        paths = [path.split(".") for path in word.split("+")]
        own = [path[1:] for path in paths if path[0] == field]
        if not own:
            continue
        at = Where()
        for steps in own:
            at |= where(follow(row, steps, rows), rows)
        if not seat.may(kind.kind, [at]) and not _another_may_tell(seat, kind, at, len(paths)):
            return False
    return True


def _another_may_tell(seat: Seat, kind: type[Fact], at: Where, parts: int) -> bool:
    """Of a thing of which another field says a part, this one has not said where it stands."""
    if parts == 1 or at.path:
        return False
    by_organisation = bool(at.organisation and seat.stands.organisation)
    return seat.scope(kind.kind) is not Scope.OWN or not by_organisation


def accounts_for(
    seat: Seat, kind: type[Fact], rows: Rows, accounts: Sequence[ReadModel]
) -> set[str]:
    """The accounts among these that a fact of this kind may be about."""
    rows.load(("place", str(column(one, "place"))) for one in accounts if column(one, "place"))
    return {one.id for one in accounts if seat.may(kind.kind, [where(one, rows)])}


def kept_apart(
    seat: Seat, kind: type[Fact], field: str, found: Collection[ReadModel], *, journal: Journal
) -> set[str]:
    """The ids of those that this user or post must leave to another: the two-person rules."""
    before = facts_before(kind, field, found)
    mine = recorded_by(seat, set().union(*before.values()), journal=journal)
    return {id_ for id_, ids in before.items() if ids & mine}


def facts_before(kind: type[Fact], field: str, found: Iterable[ReadModel]) -> dict[str, set[UUID]]:
    """By the id of each thing that the field may name, the facts whose recorder may not record this one."""
    found = list(found)
    before: dict[str, set[UUID]] = {row.id: set() for row in found}
    for path in kind.apart_from:
        first, _dot, name = path.partition(".")
        if first != field:
            continue
        for row in found:
            held = column(row, name) if name else row.id[:UUID_SIGNS]
            ids = [held] if isinstance(held, str) else held
            before[row.id].update(UUID(one) for one in ids if one)
    return before


def recorded_by(seat: Seat, facts: Collection[UUID], *, journal: Journal) -> set[UUID]:
    """Of these facts, those that this post or this user recorded."""
    if not facts:
        return set()
    posts = journal.posts_of(seat.programme, facts)
    mine = {fact for fact, post in posts.items() if post == seat.post}
    recordings = Recording.objects.filter(programme=seat.programme, fact__in=facts, user=seat.user)
    return mine | set(recordings.values_list("fact", flat=True))
