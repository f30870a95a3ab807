"""What is open here: the commitments that follow from public facts alone.

Requests among posts, minutes and voices that wait are not public, so nothing of them is here. Whether a
recording is still kept depends on what was erased since: what is to be read aloud stands with its notice.
"""

from collections.abc import Iterable, Iterator

from cairn.following.answers import Name, Named
from cairn.handover.models import HandoverLine
from cairn.journal.projection import Rows
from cairn.lessons.models import Debrief
from cairn.pack.ground import Ground
from cairn.pack.values import Owing
from cairn.worklist.commitment import Among, Commitment, Thing
from cairn.worklist.compute import PUBLIC_SOURCES, commitments
from cairn.worklist.holders import Holders

NOT_SAID = frozenset({"minutes", "read-aloud"})

STEPS = frozenset({"successor", "freeze", "walk", "sign-out", "witness", "sign-in"})
"""The steps of a handover: they are about the pack, and not in it."""


def owed(
    ground: Ground,
    *,
    in_transit: Iterable[str],
    recommendations: Iterable[str],
    notices: Iterable[str],
) -> tuple[Owing, ...]:
    """Every open commitment about what is here, those due first at the top."""
    things: list[Thing] = [("movement", one) for one in in_transit]
    things += [("recommendation", one) for one in recommendations]
    things += [("notice", one) for one in notices]
    things += [("books", row.holder) for row in ground.accounts]
    things += [("handover", one.id) for one in ground.teams if one.place in ground.places]
    things += _standing(ground)
    holders = Holders(ground.journal, Rows(ground.programme, ground.journal.tables), ground.day)
    found = commitments(
        Among(things),
        holders=holders,
        journal=ground.journal,
        today=ground.day,
        sources=PUBLIC_SOURCES,
    )
    said = [one for _on, one in found if one.sort not in NOT_SAID | STEPS]
    what = _exceptions(ground, [one.key for one in said if one.sort == "settle"])
    rows = [_owing(one, what) for one in said]
    return tuple(sorted(rows, key=lambda one: (one.due, one.since, one.sort, one.key)))


def _standing(ground: Ground) -> Iterator[Thing]:
    """What stands here and may leave something open."""
    yield from (("project", row.id) for row in ground.projects)
    yield from (("asset", row.id) for row in ground.assets_in_use)
    yield from (("enterprise", row.id) for row in ground.enterprises if row.closed_on is None)
    yield from (("need", row.id) for row in ground.needs)
    debriefs = Debrief.objects.filter(programme=ground.programme, place__in=ground.places)
    yield from (("debrief", id_) for id_ in debriefs.values_list("id", flat=True))


def _exceptions(ground: Ground, lines: list[str]) -> dict[str, Name]:
    """What is to be put right, by the line of the handover that it was said to."""
    rows = HandoverLine.objects.filter(programme=ground.programme, id__in=lines)
    return dict(rows.values_list("id", "reason"))


def _owing(one: Commitment, exceptions: dict[str, Name]) -> Owing:
    settles = one.sort == "settle"
    return Owing(
        sort=one.sort,
        key=one.key,
        what=one.what,
        of=Named(one.of.id, exceptions[one.key]) if settles else one.of,
        to=one.to,
        owed_by=one.owed_by,
        since=one.since,
        due=one.due,
        overdue=one.overdue,
        minor=one.minor,
        currency=one.currency,
        count=one.count,
        year=one.year,
        language=one.language,
    )
