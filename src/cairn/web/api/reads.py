"""What pages show, as JSON: the same frozen answers, of the programme of whoever asks.

Amounts are integers in minor units of the `currency` beside them; names are `{language: text}`.
Every answer has an ETag over what it depends on, so that a client which has it is told 304.
"""

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Generic, TypeVar

from django.http import HttpRequest, HttpResponseBase
from pydantic import BaseModel, Field

from cairn.catalog import journal
from cairn.following.answers import (
    AccountRow,
    AsOf,
    Flagged,
    GrantRow,
    InTransit,
    Line,
    Part,
    Payment,
    PlaceRow,
    ProjectFollowed,
    ProjectRow,
)
from cairn.following.queries.grant import LARGEST
from cairn.web.api.answers import answer, tag_of, unchanged
from cairn.web.api.cursors import Key, Keyed, Listed, earlier, listed_whole, recorded_at
from cairn.web.desk.asking import seat_at
from cairn.web.desk.worklist import VIEWS
from cairn.web.public import asks, reads
from cairn.worklist import queries
from cairn.worklist.commitment import Commitment

Row = TypeVar("Row")
Cursor = Annotated[str | None, Field(max_length=1000, description="`next` of the stretch before")]
Limit = Annotated[int, Field(ge=1, le=200, description="rows of a stretch")]
Id = Annotated[str | None, Field(min_length=1, max_length=64)]


class Listing(BaseModel, Generic[Row]):
    """A stretch of a list. `next` is the cursor of the one after it, null where this is the last."""

    as_of: AsOf
    rows: tuple[Row, ...]
    next: str | None


class Statement(BaseModel):
    """An account with a stretch of its statement, the latest first."""

    as_of: AsOf
    row: AccountRow
    opened_on: date
    standing: tuple[Part, ...]
    lines: tuple[Line, ...]
    next: str | None


class ProjectSaid(BaseModel):
    """A project with a stretch of its payments, the latest first, and what shows them."""

    project: ProjectFollowed
    payments: tuple[Payment, ...]
    next: str | None


def programme(request: HttpRequest, sponsor: Id = None) -> HttpResponseBase:
    """The programme at a glance: how far its money has come, and what stands out."""
    return _answered(
        request,
        lambda at: asks.programme_totals(programme=at.id, today=at.today, sponsor=sponsor),
    )


def places(request: HttpRequest, cursor: Cursor = None, limit: Limit = 50) -> HttpResponseBase:
    """The tree of places, each with everything within it, one row per currency."""

    def ask(at: "At") -> Listing[PlaceRow]:
        rows = asks.programme_totals(programme=at.id, today=at.today).places
        return at.listing(listed_whole(rows, _of_place), cursor, limit, PlaceRow)

    return _answered(request, ask)


def place(request: HttpRequest, id: str) -> HttpResponseBase:  # noqa: A002 - it is the id
    """A place: what is within it, its projects, its money, its teams."""
    return _answered(
        request, lambda at: asks.follow_place(programme=at.id, place=id, today=at.today)
    )


def grants(
    request: HttpRequest,
    cursor: Cursor = None,
    limit: Limit = 50,
    sponsor: Id = None,
    currency: Id = None,
) -> HttpResponseBase:
    """Grants, each in every currency it was pledged or moved in."""

    def ask(at: "At") -> Listing[GrantRow]:
        rows = asks.grants(programme=at.id, sponsor=sponsor, currency=currency)
        return at.listing(listed_whole(rows, _of_grant), cursor, limit, GrantRow)

    return _answered(request, ask)


def grant(
    request: HttpRequest,
    id: str,  # noqa: A002 - it is the id
    currency: Id = None,
    *,
    whole: bool = False,
) -> HttpResponseBase:
    """A grant followed from its pledge to each project; the largest steps, or the `whole`."""
    size = None if whole else LARGEST
    return _answered(
        request,
        lambda at: asks.follow_grant(
            programme=at.id, grant=id, today=at.today, currency=currency, size=size
        ),
    )


def projects(
    request: HttpRequest,
    cursor: Cursor = None,
    limit: Limit = 50,
    place: Id = None,
    theme: Id = None,
    stage: Id = None,
) -> HttpResponseBase:
    """Projects by id; `place` takes everything within it."""

    def ask(at: "At") -> Listing[ProjectRow]:
        asked: dict[str, Any] = {"place": place, "theme": theme, "stage": stage, "today": at.today}
        listed = Keyed(
            lambda start, size: asks.projects(programme=at.id, **asked, start=start, size=size)
        )
        return at.listing(listed, cursor, limit, ProjectRow)

    return _answered(request, ask)


def project(
    request: HttpRequest,
    id: str,  # noqa: A002 - it is the id
    cursor: Cursor = None,
    limit: Limit = 50,
) -> HttpResponseBase:
    """A project: who paid how much, with which payments, shown by what."""

    def ask(at: "At") -> ProjectSaid:
        asked: dict[str, Any] = {"programme": at.id, "project": id, "today": at.today}

        def payments(start: int, size: int) -> tuple[tuple[Payment, ...], int]:
            found = asks.follow_project(**asked, start=start, size=size, evidence=0)
            return found.payments, found.page.total

        listed = Listed(payments, at.latest_first, earlier)
        rows, following = listed.after(cursor, limit)
        whole = asks.follow_project(**asked, start=0, size=0)
        return ProjectSaid(project=whole, payments=tuple(rows), next=following)

    return _answered(request, ask)


def accounts(
    request: HttpRequest, cursor: Cursor = None, limit: Limit = 50, place: Id = None
) -> HttpResponseBase:
    """Accounts by id, with what stands in each; `place` takes everything within it."""

    def ask(at: "At") -> Listing[AccountRow]:
        listed = Keyed(
            lambda start, size: asks.accounts(programme=at.id, place=place, start=start, size=size)
        )
        return at.listing(listed, cursor, limit, AccountRow)

    return _answered(request, ask)


def account(
    request: HttpRequest,
    id: str,  # noqa: A002 - it is the id
    cursor: Cursor = None,
    limit: Limit = 50,
    since: date | None = None,
    until: date | None = None,
    grant: Id = None,
) -> HttpResponseBase:
    """An account with its statement, the latest line first, each with what it was made of."""

    def ask(at: "At") -> Statement:
        asked: dict[str, Any] = {"since": since, "until": until, "grant": grant}

        def lines(start: int, size: int) -> tuple[tuple[Line, ...], int]:
            found = asks.follow_account(
                programme=at.id, account=id, **asked, start=start, size=size
            )
            return found.lines, found.page.total

        listed = Listed(lines, _of_line, earlier)
        rows, following = listed.after(cursor, limit)
        whole = asks.follow_account(programme=at.id, account=id, **asked, start=0, size=0)
        return Statement(
            as_of=whole.as_of,
            row=whole.row,
            opened_on=whole.opened_on,
            standing=whole.standing,
            lines=tuple(rows),
            next=following,
        )

    return _answered(request, ask)


def in_transit(request: HttpRequest, cursor: Cursor = None, limit: Limit = 50) -> HttpResponseBase:
    """Money that was sent and has not arrived, the oldest first."""

    def ask(at: "At") -> Listing[InTransit]:
        listed = Listed(
            lambda start, size: _stretch(asks.in_transit, at, start, size, today=at.today),
            lambda row: (row.sent_on.toordinal(), recorded_at(at.id, row.movement)),
            earlier,
        )
        return at.listing(listed, cursor, limit, InTransit)

    return _answered(request, ask)


def exceptions(
    request: HttpRequest,
    cursor: Cursor = None,
    limit: Limit = 50,
    grant: Id = None,
    what: Id = None,
) -> HttpResponseBase:
    """Payments that a sponsor should see: breaches, and what was off purpose."""

    def ask(at: "At") -> Listing[Flagged]:
        asked = {"grant": grant, "what": what}
        listed = Listed(
            lambda start, size: _stretch(asks.exceptions, at, start, size, **asked),
            at.earliest_first,
            earlier,
        )
        return at.listing(listed, cursor, limit, Flagged)

    return _answered(request, ask)


class Owing(StrEnum):
    """Whose commitments: one's own, those within reach, those owed to oneself."""

    MINE = "mine"
    BENEATH = "beneath"
    TO_ME = "to-me"


def worklist(
    request: HttpRequest,
    view: Owing = Owing.MINE,
    cursor: Cursor = None,
    limit: Limit = 50,
    *,
    overdue: bool = False,
) -> HttpResponseBase:
    """Open commitments, those due first at the top, each with the facts that answer it."""
    seat = seat_at(request)

    def ask(at: "At") -> Listing[Commitment]:
        whole = queries.worklist(programme=at.id, journal=journal, today=at.today)
        found = VIEWS[view.value][1](whole, seat)
        rows = [one for one in found if one.overdue or not overdue]
        return at.listing(listed_whole(rows, _of_commitment), cursor, limit, Commitment)

    return _answered(request, ask)


class At:
    """The programme that is asked about, at one moment."""

    def __init__(self, programme: str) -> None:
        self.id = programme
        self.today = reads.today_in(programme)
        _named, self.as_of = reads.programme_and_position(programme)

    def listing(
        self, listed: Listed[Row] | Keyed[Row], cursor: str | None, limit: int, of: type[Row]
    ) -> Listing[Row]:
        """A stretch of a list."""
        rows, following = listed.after(cursor, limit)
        return Listing[of](as_of=self.as_of, rows=tuple(rows), next=following)  # type: ignore[valid-type]  # made at run time

    def earliest_first(self, row: Flagged | Payment) -> Key:
        """The key of movements in order of date, and of one day as they were recorded."""
        return row.happened_on.toordinal(), recorded_at(self.id, row.movement)

    def latest_first(self, row: Payment) -> Key:
        """The same the other way round."""
        day, position = self.earliest_first(row)
        return -day, -position


def _answered(request: HttpRequest, ask: Callable[[At], object]) -> HttpResponseBase:
    seat = seat_at(request)
    at = At(seat.programme)
    tag = tag_of(at.id, at.as_of, at.today, seat.post, request.get_full_path())
    same = unchanged(request, tag)
    return answer(ask(at), tag) if same is None else same


def _stretch(
    ask: Callable[..., Any],
    at: At,
    start: int,
    size: int,
    **asked: Any,  # noqa: ANN401 - its filters
) -> tuple[Any, int]:
    rows, page = ask(programme=at.id, **asked, start=start, size=size)
    return rows, page.total


def _of_commitment(row: Commitment) -> Key:
    return row.due.toordinal(), row.since.toordinal(), row.sort, row.key


def _of_place(row: PlaceRow) -> Key:
    return row.place.id, row.currency


def _of_grant(row: GrantRow) -> Key:
    return row.grant.id, row.currency


def _of_line(row: Line) -> Key:
    return -row.happened_on.toordinal(), -row.position
