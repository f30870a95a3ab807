"""The world of the demo: what every chapter of the story works with, and its calendar."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from cairn.demo.diary import Diary
from cairn.demo.places import County, Place, Township, county_of, path_of
from cairn.demo.pools import Pools
from cairn.demo.undertakings import Undertaking
from cairn.journal.fact import Fact
from cairn.values import Money, Theme

YUAN = 100
"""Minor units in one."""


@dataclass
class Grant:
    """A pledge, in yuan whatever it was pledged in. `free` is what no project has been promised yet."""

    id: str
    sponsor: str
    counties: tuple[str, ...]
    places: tuple[str, ...] = ()
    themes: tuple[Theme, ...] = ()
    until: date | None = None
    free: dict[str, int] = field(default_factory=dict)

    def fits(self, project: "Project") -> bool:
        """Whether its place and theme are what the sponsor named."""
        path = path_of(project.place)
        return (not self.places or any(place in path for place in self.places)) and (
            not self.themes or project.undertaking.theme in self.themes
        )


@dataclass
class Project:
    """A piece of work on its way. `shares` is what each grant promised, `arrived` what has come.

    `need` is the one that it answers, where it answers one.
    """

    id: str
    undertaking: Undertaking
    place: Place
    budget: int
    ends_on: date
    contractor: str = ""
    shares: list[tuple[Grant, int]] = field(default_factory=list)
    asked: int = 0
    arrived: int = 0
    spent: int = 0
    started: bool = False
    over: bool = False
    need: str = ""
    milestones: list[str] = field(default_factory=list)

    @property
    def account(self) -> str:
        """The account that pays for it."""
        return account_of(self.place)


Cargo = list[tuple[Project, int]]
"""What a sending carries, by the project it is for."""


@dataclass(frozen=True, slots=True)
class Due:
    """Money that a project's account waits for."""

    project: Project
    grant: Grant
    amount: int


def account_of(place: Place) -> str:
    """The main account of a place: its office's, or its village committee's."""
    return holder_of(place)


def holder_of(place: Place) -> str:
    """Who keeps the accounts of a place."""
    return f"{place.id}-{'office' if isinstance(place, (County, Township)) else 'committee'}"


def post_of(place: Place) -> str:
    """The seat that keeps a place's accounts."""
    if isinstance(place, County):
        return f"county-accountant.{place.id}"
    return f"{'township' if isinstance(place, Township) else 'committee'}-accountant.{place.id}"


class Mishaps:
    """What goes wrong, each at the first chance from its day on."""

    def __init__(self, planned: dict[str, list[date]]) -> None:
        self._waiting = {name: sorted(days) for name, days in planned.items()}

    def due(self, name: str, today: date) -> bool:
        """Whether one of these is to happen now. It is waiting no longer then."""
        days = self._waiting.get(name, [])
        if days and days[0] <= today:
            del days[0]
            return True
        return False

    def is_waiting(self, name: str, today: date) -> bool:
        """Whether one would happen if the chance were good."""
        days = self._waiting.get(name, [])
        return bool(days) and days[0] <= today

    def left(self) -> dict[str, int]:
        """What never found its chance."""
        return {name: len(days) for name, days in self._waiting.items() if days}


class World:
    """One telling of the story: its chance, diary, money and calendar."""

    def __init__(self, seed: int, today: date, planned: dict[str, list[date]]) -> None:
        self.rng = Random(seed)  # noqa: S311 - a story that must come out the same, no secret
        self.aside = Random(seed + 1)  # noqa: S311 - likewise: for what does not touch the money
        self.beside = Random(f"beside {seed}")  # noqa: S311 - likewise: for what touches nothing else
        self.gone: set[str] = set()
        self.early: set[str] = set()
        """Cohorts and teams that are told of before their usual day."""
        self.today = today
        self.diary = Diary(self.rng, today, aside=Random(f"posts {seed}"))  # noqa: S311 - likewise
        self.pools = Pools()
        self.mishaps = Mishaps(planned)
        self.grants: dict[str, Grant] = {}
        self.projects: dict[str, Project] = {}
        self.due: dict[str, list[Due]] = {}
        self._calendar: list[tuple[date, int, Callable[[date], object]]] = []
        self._planned = 0

    def at(self, day: date, action: Callable[[date], object]) -> None:
        """Let something happen on a day."""
        self._planned += 1
        heapq.heappush(self._calendar, (day, self._planned, action))

    def after(self, day: date, least: int, most: int, action: Callable[[date], object]) -> None:
        """Let something happen some days later."""
        self.at(day + timedelta(self.rng.randint(least, most)), action)

    def tell_on(self, day: date, fact: Fact, post: str) -> None:
        """Let a post report something that will happen on a day."""
        self.at(day, lambda on: self.diary.tell(fact, on, post))

    def run(self) -> None:
        """Live through every day until today."""
        while self._calendar and self._calendar[0][0] <= self.today:
            day, _order, action = heapq.heappop(self._calendar)
            action(day)

    def chance(self, of_one: float) -> bool:
        """Whether something of this probability happens."""
        return self.rng.random() < of_one

    def around(self, median: float, spread: float) -> float:
        """A size as sizes are: many small, few large (lognormal)."""
        return median * self.rng.lognormvariate(0, spread)

    def due_in(self, place: Place) -> list[Due]:
        """What the projects of a county wait for."""
        return self.due.setdefault(county_of(place).id, [])


def cny(minor: int) -> Money:
    """An amount of yuan, from fen."""
    return Money(minor=minor, currency="CNY")


def rounded(amount: float, to_yuan: int) -> int:
    """An amount in fen, rounded to some yuan as people round; at least that much."""
    step = to_yuan * YUAN
    return max(step, round(amount / step) * step)
