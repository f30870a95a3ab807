"""What a commitment is, and which things it is about: values. What is open is in of_money.py and its fellows, who owes it in holders.py."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar

from django.db.models import Model, QuerySet

from cairn.following.answers import Named
from cairn.people.rights import Where

M = TypeVar("M", bound=Model)

Thing = tuple[str, str]
"""Something on record: the name of its read model, and its id."""

THE_PROGRAMME: Thing = ("programme", "programme")


class Among:
    """The things that are asked about: some; or, with None, everything."""

    def __init__(self, things: Iterable[Thing] | None = None) -> None:
        self.everything = things is None
        self._ids: dict[str, set[str]] = defaultdict(set)
        for called, id_ in things or ():
            self._ids[called].add(id_)

    def within(self, rows: QuerySet[M], called: str, column: str = "id") -> QuerySet[M]:
        """Those of these rows in which a column names one of the things."""
        return rows if self.everything else rows.filter(**{f"{column}__in": self._ids[called]})


EVERYTHING = Among()


@dataclass(frozen=True, slots=True)
class Way:
    """A fact that answers a commitment, and what its form is filled with."""

    kind: str
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Owed:
    """Something that the facts of a capability leave open.

    `sort` is one of clocks.SORTS; with `key` it is an id. `to` is whom it is owed to: a post, an organisation, a
    place, whoever has an account, or the programme. The first of `ways` closes it; who owes it follows from the table of
    rights, as the nearest posts that may record `decided_by`, or else that first way. `of` is what
    it is about, as a reader finds it; `on`, where it is another, the thing whose facts change it.
    Where two teams are at one place and only one of them can do it, `team` says which.
    """

    sort: str
    key: str
    of: Thing
    to: Thing
    since: date
    due: date
    ways: tuple[Way, ...]
    decided_by: str = ""
    minor: int | None = None
    currency: str = ""
    count: int = 1
    year: int = 0
    language: str = ""
    on: Thing | None = None
    team: str = ""


@dataclass(frozen=True, slots=True)
class Rung:
    """From when on posts of a level have a commitment before them. The first are those who owe it."""

    since: date
    posts: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Commitment:
    """Something that posts owe by a day, as one list shows it.

    `rungs` are those who owe it and every level to which it has come up since it was overdue, the
    nearest first; `next_on` is the day on which it comes up further, None where nobody is above.
    `stands` are where those who owe it stand, `at` where the things do that its closing is judged on.
    """

    sort: str
    key: str
    what: str
    of: Named
    to: Named
    since: date
    due: date
    days_over: int
    rungs: tuple[Rung, ...]
    next_on: date | None
    ways: tuple[Way, ...]
    at: tuple[Where, ...]
    stands: tuple[Where, ...]
    to_stands: Where
    minor: int | None = None
    currency: str = ""
    count: int = 1
    year: int = 0
    language: str = ""

    @property
    def owed_by(self) -> tuple[Named, ...]:
        """The posts that owe it, any of which may close it."""
        return self.rungs[0].posts

    @property
    def overdue(self) -> bool:
        """Whether its day has passed."""
        return self.days_over > 0

    def before(self, post: str) -> bool:
        """Whether a post has it before it: because it owes it, or because it came up to it."""
        return any(post == one.id for rung in self.rungs for one in rung.posts)

    def owes(self, post: str) -> bool:
        """Whether a post owes it."""
        return any(post == one.id for one in self.owed_by)


def after(day: date, days: int) -> date:
    """So many days after a day."""
    return day + timedelta(days)
