"""The diary of the demo: who recorded what, and when.

Facts happen on one day and are written down some days later; by a village without a line that
month, weeks later.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from random import Random
from uuid import UUID

from cairn.journal.entry import Draft
from cairn.journal.fact import Fact
from cairn.values import uuid7

CHANGES = frozenset(
    {
        "project", "movement", "cohort", "asset", "need", "enterprise", "request", "notice", "version",
        "voice",
    }
)  # fmt: skip
"""Things whose facts build on each other: a later one is never recorded before an earlier one."""

BOOK_DAYS = (1, 4)
"""Tuesday and Friday: fewer batches than days, so that the demo loads in seconds."""

EVENING = 10
"""The hour (UTC) at which a day's drafts are recorded: 18:00 in the villages."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The drafts that are recorded in one go, and when."""

    now: datetime
    drafts: list[Draft]


@dataclass(frozen=True, slots=True)
class Tale:
    """A whole programme to be recorded: its facts in batches, how many, and the id of the first."""

    programme: str
    facts: int
    first: UUID
    batches: Callable[[], Iterator[Batch]]


class Diary:
    """Takes down facts in the order in which they happened; hands them out as they were recorded."""

    def __init__(self, rng: Random, today: date, aside: Random) -> None:
        self._rng = rng
        self._aside = aside
        self._today = today
        self._pages: list[tuple[date, Draft]] = []
        self._recorded: dict[tuple[str, str], date] = {}
        self._vouchers: Counter[tuple[str, int, int]] = Counter()

    def __len__(self) -> int:
        return len(self._pages)

    def tell(
        self,
        fact: Fact,
        on: date,
        post: str,
        *,
        days_late: int | None = None,
        chance: Random | None = None,
        at_random: bool = False,
        also_brings: Iterable[tuple[str, str]] = (),
    ) -> str:
        """A post records what happened on a day, some days later. Answers the fact's id.

        With a chance of its own, what is told does not change the rest of the story. What residents
        say has an id `at_random`, which tells no time. `also_brings` are things whose ids no field of
        it names.
        """
        rng = chance or self._rng
        late = self._usual_delay(post, rng) if days_late is None else days_late
        day = self._book_day(max(on + timedelta(late), *self._things_named(fact), on))
        id_ = UUID(int=rng.getrandbits(128), version=4) if at_random else self._id(day, rng)
        draft = Draft(id_, on, post, fact)
        for name, called in (*fact.references(), *fact.brings()):
            if called in CHANGES:
                self._recorded[called, str(getattr(fact, name))] = day
        for name, called in fact.brings():
            self._recorded[called, getattr(fact, name)] = day
        for called in (
            "movement",
            "milestone",
            "request",
            "voice",
            "recommendation",
            "inspection",
        ):  # named by the fact that told of them
            self._recorded[called, str(draft.id)] = day
        self._recorded.update(dict.fromkeys(also_brings, day))
        self._pages.append((day, draft))
        return str(draft.id)

    def note(self, fact: Fact, on: date, post: str) -> None:
        """Tell something by the way, on the next day for books: the story goes on as without it."""
        self._rng, self._aside = self._aside, self._rng
        self.tell(fact, on, post, days_late=0)
        self._rng, self._aside = self._aside, self._rng

    def leave_out(self, post: str, day: date, *, days_late: int | None = None) -> None:
        """Draw what telling something would draw, which was told before: the story goes on as with it."""
        if days_late is None:
            self._usual_delay(post, self._rng)
        self._id(day, self._rng)

    def leave_out_note(self, day: date) -> None:
        """Likewise of what is told by the way."""
        self._id(day, self._aside)

    def voucher(self, account: str, on: date) -> str:
        """The next voucher of an account's month: 记-0001."""
        month = (account, on.year, on.month)
        self._vouchers[month] += 1
        return f"记-{self._vouchers[month]:04}"

    def batches(self) -> Iterator[Batch]:
        """Everything told, by the day it was recorded on."""
        pages = sorted(self._pages, key=lambda page: page[0])  # stable: as told within a day
        for day, group in groupby(pages, key=lambda page: page[0]):
            now = datetime(day.year, day.month, day.day, EVENING, tzinfo=UTC)
            yield Batch(now, [draft for _day, draft in group])

    def _usual_delay(self, post: str, rng: Random) -> int:
        chance = rng.random()
        if not post.startswith(("committee", "team")):
            return int(chance * 3)
        return 8 + int(rng.random() * 30) if chance < 0.04 else int(chance * 6)

    def _things_named(self, fact: Fact) -> Iterator[date]:
        """When each thing that a fact names was on record."""
        for name, called in fact.references():
            value = getattr(fact, name)
            for one in value if isinstance(value, tuple) else (value,):
                if one is not None:
                    yield self._recorded[called, str(one)]

    def _book_day(self, day: date) -> date:
        """The next day on which books are written up; what is open today is written up today."""
        ahead = min((book_day - day.weekday()) % 7 for book_day in BOOK_DAYS)
        return min(day + timedelta(ahead), self._today)

    def _id(self, day: date, rng: Random) -> UUID:
        """An id of that day's working hours, before the evening."""
        morning = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
        second = rng.random() * EVENING * 3600
        return uuid7(int((morning + second) * 1000), rng.getrandbits(74))
