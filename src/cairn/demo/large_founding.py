"""The tree under a large programme: how many places, grants and projects, and their facts."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from cairn.demo.places import both
from cairn.demo.world import YUAN, cny
from cairn.journal.fact import Fact
from cairn.money.facts import AccountOpened, GrantPledged
from cairn.programme.facts import (
    OrganisationJoined,
    OrganisationRole,
    PlaceAdded,
    PlaceLevel,
    ProgrammeOpened,
)
from cairn.values import Text, Theme
from cairn.works.facts import ProjectProposed

LEVELS = (PlaceLevel.COUNTY, PlaceLevel.TOWNSHIP, PlaceLevel.VILLAGE)
WORDS = ("县", "乡", "村")
THEMES = tuple(Theme)
OFFICE = "programme-office"


@dataclass(frozen=True, slots=True)
class Tree:
    """Places by number, the counties first; a place's number is also its account's."""

    sizes: tuple[int, int, int]
    accounts: list[str]
    level: list[int]
    above: list[int]
    children: list[range]
    grants: list[str]
    projects: int

    @classmethod
    def for_movements(cls, movements: int) -> "Tree":
        """Up to 1,900 villages in 8 counties for a million; fewer for less."""
        villages = min(1_900, max(24, movements // 500))
        sizes = (max(2, villages // 240 + 1), max(4, villages // 21), villages)
        level = [at for at, size in enumerate(sizes) for _nth in range(size)]
        start = (0, sizes[0], sizes[0] + sizes[1])
        above = [-1] * sizes[0]
        for at in (1, 2):
            above += [start[at - 1] + nth * sizes[at - 1] // sizes[at] for nth in range(sizes[at])]
        children = [range(0) for _place in level]
        for place, parent in enumerate(above):
            if parent >= 0:
                first = children[parent].start if children[parent] else place
                children[parent] = range(first, place + 1)
        grants = [f"grant-{nth:03}" for nth in range(min(200, max(20, villages // 9)))]
        names = [f"{LEVELS[at]}-{place - start[at] + 1:04}" for place, at in enumerate(level)]
        return cls(sizes, names, level, above, children, grants, villages * 8 // 3)

    def random_at(self, level: int, rng: Random) -> int:
        """A place of a level; some are busier than others."""
        start = sum(self.sizes[:level])
        return start + int(rng.random() ** 1.5 * self.sizes[level])

    def below(self, place: int, rng: Random) -> int:
        """A place right below."""
        children = self.children[place]
        return children.start + int(rng.random() * len(children))

    def project_of(self, place: int, rng: Random) -> str:
        """One of the few projects of a village, or of one below."""
        while self.level[place] < 2:
            place = self.below(place, rng)
        village = place - sum(self.sizes[:2])
        nth = (village * self.projects + int(rng.random() * self.projects)) // self.sizes[2]
        return f"project-{nth:05}"


def founding_facts(tree: Tree) -> Iterator[tuple[str, Fact]]:
    """What has to be on record before money moves, with the post that records it."""
    name = both(f"A large programme of {tree.sizes[2]:,} villages", f"{tree.sizes[2]}村大型项目")
    yield OFFICE, ProgrammeOpened(name=name, timezone="Asia/Shanghai", currency="CNY")
    for place, account in enumerate(tree.accounts):
        yield from _place(tree, place, account)
    sponsors = max(5, len(tree.grants) // 5)
    for nth in range(sponsors):
        called = both(f"Sponsor {nth + 1}", f"第{nth + 1}资助方")
        yield OFFICE, _joined(f"sponsor-{nth:02}", called, OrganisationRole.SPONSOR)
    for nth, grant in enumerate(tree.grants):
        yield (
            OFFICE,
            GrantPledged(
                grant=grant,
                name=both(f"Grant {nth + 1}", f"第{nth + 1}笔资金"),
                sponsor=f"sponsor-{nth % sponsors:02}",
                amount=cny(500_000_000 * YUAN),
                places=(tree.accounts[nth % tree.sizes[0]],) if nth % 10 == 0 else (),
                themes=(THEMES[nth % len(THEMES)],) if nth % 10 == 5 else (),
            ),
        )
    for nth in range(tree.projects):
        yield OFFICE, _project(tree, nth)


def _place(tree: Tree, place: int, account: str) -> Iterator[tuple[str, Fact]]:
    level, nth = tree.level[place], place - sum(tree.sizes[: tree.level[place]]) + 1
    name = both(f"{LEVELS[level].title()} {nth}", f"第{nth}{WORDS[level]}")
    within = tree.accounts[tree.above[place]] if tree.above[place] >= 0 else None
    yield OFFICE, PlaceAdded(place=account, name=name, level=LEVELS[level], within=within)
    role = OrganisationRole.COMMITTEE if level == 2 else OrganisationRole.OFFICE
    yield OFFICE, _joined(account, name, role)
    yield (
        OFFICE,
        AccountOpened(account=account, name=name, holder=account, place=account, currency="CNY"),
    )


def _joined(organisation: str, name: Text, role: OrganisationRole) -> OrganisationJoined:
    return OrganisationJoined(organisation=organisation, name=name, role=role)


def _project(tree: Tree, nth: int) -> ProjectProposed:
    villages = sum(tree.sizes[:2])
    return ProjectProposed(
        project=f"project-{nth:05}",
        name=both(f"Project {nth + 1}", f"第{nth + 1}号项目"),
        place=tree.accounts[villages + nth * tree.sizes[2] // tree.projects],
        theme=THEMES[nth % len(THEMES)],
    )
