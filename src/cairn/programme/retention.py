"""The clock of everything sealed: what nobody erased before is erased when its years are over.

Pictures and captions prove what public money bought, for as long as vouchers are kept. What residents
say has a clock of its own, of days. Looking twice erases once.
"""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from uuid import uuid4
from zoneinfo import ZoneInfo

from cairn.journal.entry import Draft, Refused
from cairn.journal.facts import PartShredded
from cairn.journal.journal import Journal
from cairn.journal.models import Entry, SealedPart
from cairn.journal.past import Past
from cairn.journal.readonly import why_read_only
from cairn.journal.spread import group_of, groups_that_answer
from cairn.programme.projections import Programme

BY = "cairn"
"""What stands in place of a post where none acts."""

REASON = "Its years are over."

AT_ONCE = 1000
"""Erased in one transaction; what is left waits for the next look."""


def erase_what_is_over(journal: Journal, *, now: datetime) -> int:
    """Erase it in each programme that takes facts. How many answers were."""
    erased = 0
    for row in _programmes():
        if why_read_only(row.programme):
            continue
        today = now.astimezone(ZoneInfo(row.timezone)).date()
        drafts = [
            Draft(uuid4(), today, BY, PartShredded(entry=entry, field=field, reason=REASON))
            for entry, field in islice(over(journal, row.programme, today=today), AT_ONCE)
        ]
        if drafts:
            verdicts = journal.append_batch(row.programme, drafts, now=now)
            erased += sum(not isinstance(one, Refused) for one in verdicts)
    return erased


def _programmes() -> Iterator[Programme]:
    """Every programme whose database can be reached."""
    for group in groups_that_answer():
        for row in Programme.objects.using(group).order_by("programme"):
            if not Past.parse(row.programme) and group_of(row.programme) == group:
                yield row


def over(journal: Journal, programme: str, *, today: date) -> Iterator[tuple[str, str]]:
    """Each answer whose years are over, as (id of its entry, field)."""
    for kind in journal.kinds.values():
        for field, sealed in kind.seals().items():
            there = SealedPart.objects.filter(programme=programme, field=field)
            entries = Entry.objects.filter(
                programme=programme,
                kind=kind.kind,
                happened_on__lte=_years_before(today, sealed.years),
                position__in=there.values("position"),
            )
            for entry in entries.order_by("position").values_list("id", flat=True):
                yield str(entry), field


def _years_before(day: date, years: int) -> date:
    """The same day so many years earlier; of the 29th of February, the 28th."""
    earlier = max(day.year - years, date.min.year)
    try:
        return day.replace(year=earlier)
    except ValueError:
        return day.replace(year=earlier, day=28)
