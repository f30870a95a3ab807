"""What posts asked of one another and have not settled."""

from collections.abc import Iterator
from datetime import date

from cairn.requests.facts import (
    ACCEPTED,
    DONE,
    OPEN,
    RequestAccepted,
    RequestConfirmed,
    RequestDone,
    RequestPassedOn,
    RequestRefused,
    RequestReopened,
)
from cairn.requests.models import Request
from cairn.worklist.clocks import DAYS
from cairn.worklist.commitment import Among, Owed, Way, after


def owed(programme: str, today: date, among: Among) -> Iterator[Owed]:
    """Requests to answer, to do what was promised, and to say whether it was done."""
    del today
    lasting = Request.objects.filter(programme=programme, state__in=[OPEN, ACCEPTED, DONE])
    for row in among.within(lasting, "request"):
        if row.state == OPEN:
            yield _to_answer(row)
        elif row.state == ACCEPTED:
            yield _to_help(row)
        else:
            yield _to_see(row)


def _to_answer(row: Request) -> Owed:
    due = after(row.asked_on, DAYS["answer"])
    if row.wanted_by:
        due = max(min(due, row.wanted_by), row.asked_on)
    kinds = (RequestAccepted, RequestDone, RequestRefused, RequestPassedOn)
    return _about(row, "answer", row.asked_on, due, [kind.kind for kind in kinds])


def _to_help(row: Request) -> Owed:
    since = _last_day(row)
    due = row.promised_by or row.wanted_by or after(since, DAYS["help"])
    kinds = (RequestDone, RequestAccepted, RequestPassedOn)
    return _about(row, "help", since, due, [kind.kind for kind in kinds])


def _to_see(row: Request) -> Owed:
    """Whoever asked says whether it was done: to whoever did it."""
    since = _last_day(row)
    kinds = [RequestConfirmed.kind, RequestReopened.kind]
    due = after(since, DAYS["see"])
    return _about(row, "see", since, due, kinds, to=row.post)


def _about(
    row: Request, sort: str, since: date, due: date, kinds: list[str], *, to: str = ""
) -> Owed:
    return Owed(
        sort=sort,
        key=row.id,
        of=("request", row.id),
        to=("post", to or row.raised_by),
        since=since,
        due=due,
        ways=tuple(Way(kind, {"request": row.id}) for kind in kinds),
    )


def _last_day(row: Request) -> date:
    """The day of its last step."""
    return date.fromisoformat(row.history[-1][1])
