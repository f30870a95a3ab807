"""What assets and enterprises leave open."""

from collections.abc import Iterator
from datetime import date, timedelta

from cairn.assets.facts import (
    AssetInspected,
    AssetRepaired,
    AssetServiced,
    AssetTakenOutOfUse,
    Condition,
    EnterpriseAccounted,
)
from cairn.assets.models import Asset, Enterprise, EnterpriseYear
from cairn.worklist.clocks import AHEAD, DAYS, LOOK_EVERY
from cairn.worklist.commitment import Among, Owed, Way, after

ACCOUNTED_BY = (3, 31)
"""An enterprise accounts for a year by this day of the next."""


def owed(programme: str, today: date, among: Among) -> Iterator[Owed]:
    """Everything that assets and enterprises leave open."""
    in_use = Asset.objects.filter(programme=programme, out_on=None)
    for row in among.within(in_use, "asset"):
        yield from _upkeep(row, today)
        yield from _mending(row)
        yield from _looking(row, today)
    yield from _accounts(programme, today, among)


def _upkeep(row: Asset, today: date) -> Iterator[Owed]:
    if row.due_on is None or row.condition == Condition.GONE:
        return
    half = (row.due_on - row.serviced_on) // 2  # what is done each month is not owed at once again
    if (since := row.due_on - min(timedelta(AHEAD), half)) <= today:
        ways = (Way(AssetServiced.kind, {"asset": row.id}),)
        yield _about(row, "upkeep", since, row.due_on, ways)


def _mending(row: Asset) -> Iterator[Owed]:
    """What was seen broken or gone; and what is worn where somebody promised to mend it."""
    broken = row.condition in (Condition.BROKEN, Condition.GONE)
    if row.seen_on is None or not (broken or row.mend_by):
        return
    about = {"asset": row.id}
    ways = (
        Way(AssetRepaired.kind, about),
        Way(AssetInspected.kind, about),
        Way(AssetTakenOutOfUse.kind, about),
    )
    due = row.mend_by or after(row.seen_on, DAYS["mend"])
    yield _about(row, "mend", row.seen_on, due, ways)


def _looking(row: Asset, today: date) -> Iterator[Owed]:
    """Whoever keeps an asset looks at it now and then."""
    if row.condition == Condition.GONE:
        return
    last = max(row.seen_on or row.handed_on, row.handed_on)
    due = after(last, LOOK_EVERY)
    if (since := due - timedelta(AHEAD)) <= today:
        ways = (Way(AssetInspected.kind, {"asset": row.id}),)
        yield _about(row, "inspect", since, due, ways)


def _about(row: Asset, sort: str, since: date, due: date, ways: tuple[Way, ...]) -> Owed:
    return Owed(
        sort=sort,
        key=row.id,
        of=("asset", row.id),
        to=("place", row.place),
        since=since,
        due=due,
        ways=ways,
    )


def _accounts(programme: str, today: date, among: Among) -> Iterator[Owed]:
    """Each year that an enterprise was open and has not accounted for."""
    years = EnterpriseYear.objects.filter(programme=programme)
    told = set(among.within(years, "enterprise", "enterprise").values_list("enterprise", "year"))
    lasting = Enterprise.objects.filter(programme=programme, closed_on=None)
    for row in among.within(lasting, "enterprise"):
        for year in range(row.opened_on.year, today.year):
            if (row.id, year) not in told:
                about = {"enterprise": row.id, "year": str(year)}
                yield Owed(
                    sort="account-for",
                    key=f"{row.id}/{year}",
                    of=("enterprise", row.id),
                    to=("place", row.place),
                    since=date(year + 1, 1, 1),
                    due=date(year + 1, *ACCOUNTED_BY),
                    ways=(Way(EnterpriseAccounted.kind, about),),
                    year=year,
                )
