"""What is open here: the commitments that follow from public facts alone.

Requests among posts, minutes and voices that wait are not public, so nothing of them is here. Whether a
recording is still kept depends on what was erased since: what is to be read aloud stands with its notice.
"""

from collections.abc import Iterable, Iterator

from django.db.models import Q

from cairn.assets.models import Asset, Enterprise
from cairn.journal.projection import Rows
from cairn.lessons.models import Debrief
from cairn.pack.ground import Ground
from cairn.pack.values import Owing
from cairn.worklist.commitment import Among, Commitment, Thing
from cairn.worklist.compute import PUBLIC_SOURCES, commitments
from cairn.worklist.holders import Holders
from cairn.works.models import Need, Project

NOT_SAID = frozenset({"minutes", "read-aloud"})


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
    things += _standing(ground)
    holders = Holders(ground.journal, Rows(ground.programme, ground.journal.tables), ground.day)
    found = commitments(
        Among(things),
        holders=holders,
        journal=ground.journal,
        today=ground.day,
        sources=PUBLIC_SOURCES,
    )
    rows = [_owing(one) for _on, one in found if one.sort not in NOT_SAID]
    return tuple(sorted(rows, key=lambda one: (one.due, one.since, one.sort, one.key)))


def _standing(ground: Ground) -> Iterator[Thing]:
    """What stands here and may leave something open."""
    going = Q(completed_on=None, cancelled_on=None) | Q(completed_on__isnull=False)
    for called, rows in (
        ("project", ground.rows_of(Project).filter(going)),
        ("asset", ground.rows_of(Asset).filter(out_on=None)),
        ("enterprise", ground.rows_of(Enterprise).filter(closed_on=None)),
        ("need", ground.rows_of(Need)),
        ("debrief", ground.rows_of(Debrief)),
    ):
        yield from ((called, id_) for id_ in rows.values_list("id", flat=True))


def _owing(one: Commitment) -> Owing:
    return Owing(
        sort=one.sort,
        key=one.key,
        what=one.what,
        of=one.of,
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
