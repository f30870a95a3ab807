"""Fourth chapter: projects are proposed, approved, built, finished or given up."""

from datetime import date, timedelta
from functools import partial
from typing import Final

from cairn.demo.organisations import CONTRACTORS
from cairn.demo.paying import give_back, pay
from cairn.demo.places import COUNTIES, TOWNSHIPS, VILLAGES, Place, Village, county_of
from cairn.demo.standing import leave, plan_work, raise_need, see_work
from cairn.demo.undertakings import MONTHS_OF_FROST, UNDERTAKINGS, Undertaking
from cairn.demo.world import YUAN, Due, Grant, Project, World, cny, post_of, rounded
from cairn.values import Theme
from cairn.works.facts import (
    ProjectApproved,
    ProjectCancelled,
    ProjectCompleted,
    ProjectProposed,
    ProjectStarted,
)

SMALL: Final = 120_000 * YUAN
"""Up to this, a project's money is sent at once."""

SEASONS: Final = (
    (date(2025, 2, 18), date(2025, 4, 10), date(2025, 10, 20)),
    (date(2026, 1, 21), date(2026, 5, 30), date(2026, 11, 16)),
)
"""When projects are proposed: from, mostly, until."""

GIVEN_UP: Final = (
    "No water at 200 m · 打井200米未见水",
    "The land is needed for the new road · 用地与规划道路冲突",
    "Done by another programme · 已由其他项目实施",
    "No contractor at this price · 限价内无人投标",
    "The village meeting chose another project · 村民会议改选其他项目",
)


def plan_projects(world: World, number: int) -> None:
    """Let every place propose what it needs, over two seasons."""
    for nth in range(number):
        first, mostly, last = SEASONS[nth % 2]
        days = world.rng.triangular(0, (last - first).days, (mostly - first).days)
        place = _somewhere(world, nth)
        kind = world.rng.choice(UNDERTAKINGS)
        if not isinstance(place, Village):
            kind = world.rng.choice(
                [k for k in UNDERTAKINGS if k.theme in (Theme.SKILLS, Theme.CULTURE, Theme.OTHER)]
            )
        on = first + timedelta(int(days))
        world.at(on, partial(_propose, world, place, kind))


def _somewhere(world: World, nth: int) -> Place:
    """Mostly a village; each has its turn before any has two more than another."""
    if nth % 25 == 7:
        return world.rng.choice(TOWNSHIPS)
    if nth % 50 == 9:
        return COUNTIES[nth // 50 % 3]
    return VILLAGES[(nth // 2 * 7 + nth % 2 * 3) % len(VILLAGES)]


def _propose(world: World, place: Place, kind: Undertaking, day: date) -> None:
    earlier = sum(p.place is place and p.undertaking is kind for p in world.projects.values())
    phase = f"-{earlier + 1}" if earlier else ""
    budget = rounded(world.around(kind.cost * 1_120 * YUAN, 0.42), 1_000)
    ends_on = day + timedelta(75 + int(kind.days * 1.5))
    if kind.outdoor and ends_on.month in (*MONTHS_OF_FROST, 3):
        ends_on = date(ends_on.year + (ends_on.month == 12), 5, 31)
    project = Project(f"{place.id}-{kind.id}{phase}", kind, place, budget, ends_on)
    world.projects[project.id] = project
    proposed = ProjectProposed(
        project=project.id,
        name=kind.name(place.name, earlier + 1),
        place=place.id,
        theme=kind.theme,
        budget=cny(budget),
        ends_on=ends_on,
    )
    world.diary.tell(proposed, day, _team(project, day))
    raise_need(world, project, day)
    if world.chance(0.95):  # the rest is waiting for an answer to this day
        world.after(day, 8, 40, partial(_consider, world, project, 1))


def _team(project: Project, day: date) -> str:
    """Who reports on a project: the village's team, or the office where there is none."""
    if isinstance(project.place, Village):
        return f"team.{project.place.id}-{day.year}"
    return post_of(project.place)


def _office(project: Project) -> str:
    return f"county-office.{county_of(project.place).id}"


def _consider(world: World, project: Project, attempt: int, day: date) -> None:
    """Approve a project for which there is money; look again next month where there is none."""
    shares = _funds_for(world, project)
    if not shares:
        if attempt < 6:
            world.after(day, 25, 40, partial(_consider, world, project, attempt + 1))
        return
    county = county_of(project.place).id
    for grant, share in shares:
        grant.free[county] -= share
    project.shares = shares
    trades = [c for c in CONTRACTORS if project.undertaking.theme in c.trades]
    project.contractor = world.rng.choice(trades).id
    world.diary.tell(ProjectApproved(project=project.id), day, _office(project))
    plan_work(world, project, day, _office(project))
    _ask(world, project)
    if world.chance(0.06):
        world.after(day, 20, 110, partial(_cancel, world, project))


def _funds_for(world: World, project: Project) -> list[tuple[Grant, int]]:
    """Who can pay for it: those who meant just this first, two or three together if need be."""
    county = county_of(project.place).id
    fitting = [g for g in world.grants.values() if g.free.get(county, 0) > 20_000 * YUAN]
    fitting = [grant for grant in fitting if grant.fits(project)]
    world.rng.shuffle(fitting)
    fitting.sort(key=lambda grant: not grant.themes)
    missing, shares = project.budget, list[tuple[Grant, int]]()
    for grant in fitting[:3]:
        share = min(grant.free[county], missing)
        if share < missing:
            share = share // (1_000 * YUAN) * 1_000 * YUAN
        elif not shares and len(fitting) > 1 and world.chance(0.25):
            share = rounded(missing * 0.6, 1_000)
        shares.append((grant, share))
        missing -= share
        if not missing:
            return shares
    return []


def _ask(world: World, project: Project) -> None:
    """Ask the county for half of each share, or for all where it is little."""
    project.asked += 1
    for grant, share in project.shares:
        world.due_in(project.place).append(Due(project, grant, _first_half(project, share)))


def _ask_again(world: World, project: Project, _day: date) -> None:
    """Ask for the rest, once the work has come so far."""
    project.asked += 1
    for grant, share in project.shares:
        if rest := share - _first_half(project, share):
            world.due_in(project.place).append(Due(project, grant, rest))


def _first_half(project: Project, share: int) -> int:
    return share if project.budget < SMALL else min(share, rounded(share * 0.5, 1_000))


def money_arrived(world: World, project: Project, amount: int, day: date) -> None:
    """Money stands where the project is. Work begins soon, unless the ground is frozen."""
    project.arrived += amount
    if project.over:
        world.after(day, 2, 12, partial(give_back, world, project))
    elif not project.started and project.arrived >= project.budget * 0.3:
        project.started = True
        begins = day + timedelta(world.rng.randint(2, 14))
        if project.undertaking.outdoor and begins.month in MONTHS_OF_FROST:
            year = begins.year + (begins.month == 12)
            begins = date(year, 3, 2) + timedelta(world.rng.randint(0, 24))
        world.at(begins, partial(_start, world, project))


def _start(world: World, project: Project, day: date) -> None:
    if project.over:
        return
    world.diary.tell(ProjectStarted(project=project.id), day, _team(project, day))
    length = project.undertaking.days * world.rng.uniform(0.8, 1.7)
    if project.asked == 1 and project.budget >= SMALL:
        world.after(day, 5, 5 + int(length * 0.4), partial(_ask_again, world, project))
    amounts = _amounts(world, project)
    if world.chance(0.05):
        amounts = amounts[: len(amounts) // 2]  # it stalls: nobody pays on, nobody finishes
    else:
        amounts.append(0)  # finished
    gap = length / max(1, len(amounts))
    _go_on(world, project, amounts, gap, day)
    see_work(world, project, day, length)


def _amounts(world: World, project: Project) -> list[int]:
    """The bills to come: odd amounts that stay a little under the budget."""
    thousands = project.budget / (1_000 * YUAN)
    number = world.rng.randint(1, 2) if thousands < 50 else world.rng.randint(3, 5)
    number += world.rng.randint(1, 3) if thousands > 250 else 0
    weights = [world.around(1, 0.5) for _nth in range(number)]
    total = project.budget * world.rng.uniform(0.93, 0.999)
    exact = [total * weight / sum(weights) for weight in weights]
    to = world.rng.choice
    return [
        max(100, int(amount) // step * step)
        for amount, step in zip(exact, [to((1, 10, 50, 100, 1_000)) for _ in exact], strict=True)
    ]


def _go_on(world: World, project: Project, amounts: list[int], gap: float, day: date) -> None:
    """Plan the next bill."""
    if not amounts:
        return
    on = day + timedelta(max(2, int(gap * world.rng.uniform(0.6, 1.4))))
    if project.undertaking.outdoor and on.month in MONTHS_OF_FROST and amounts[0]:
        on = date(on.year + (on.month == 12), 3, 1) + timedelta(world.rng.randint(0, 20))
    world.at(on, partial(_next_bill, world, project, amounts, gap))


def _next_bill(world: World, project: Project, amounts: list[int], gap: float, day: date) -> None:
    if project.over:
        return
    if not amounts[0]:
        _complete(world, project, day)
    elif pay(world, project, amounts[0], day):
        _go_on(world, project, amounts[1:], gap, day)
    else:
        world.after(day, 7, 14, partial(_next_bill, world, project, amounts, gap))


def _complete(world: World, project: Project, day: date) -> None:
    world.diary.tell(ProjectCompleted(project=project.id), day, _team(project, day))
    project.over = True
    leave(world, project, day)
    left = project.arrived - project.spent
    if left > 2_000 * YUAN and world.chance(0.2):
        world.after(day, 10, 45, partial(give_back, world, project))


def _cancel(world: World, project: Project, day: date) -> None:
    if project.over:
        return
    reason = world.rng.choice(GIVEN_UP[1:] if project.undertaking.id != "deep-well" else GIVEN_UP)
    cancelled = ProjectCancelled(project=project.id, reason=reason)
    world.diary.tell(cancelled, day, _office(project))
    project.over = True
    if project.arrived > project.spent:
        world.after(day, 5, 30, partial(give_back, world, project))
