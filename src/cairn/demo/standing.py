"""Beside the building: what is planned and seen of it, what it leaves standing, what villages lack.

It has a chance of its own, so that the story of the money is told alike with and without it.
"""

from datetime import date, timedelta
from functools import partial
from typing import Final

from cairn.assets.facts import (
    AssetHandedOver,
    AssetInspected,
    AssetRepaired,
    AssetServiced,
    AssetTakenOutOfUse,
    Condition,
    EnterpriseAccounted,
    EnterpriseForm,
    EnterpriseOpened,
    KeeperChanged,
)
from cairn.demo.paying import pay_for_upkeep
from cairn.demo.pictures import file_of
from cairn.demo.places import VILLAGES, Place, Village, both
from cairn.demo.things import ENTERPRISES, LACKING, LEAVES, SIGHTS, STEPS, Leaves
from cairn.demo.world import YUAN, Project, World, cny, holder_of, post_of, rounded
from cairn.journal.fact import Fact
from cairn.values import Theme
from cairn.works.facts import (
    Finding,
    GrantBudgeted,
    MilestonePlanned,
    MilestoneReached,
    NeedMetElsewhere,
    NeedRaised,
    NeedRefused,
    NeedTakenUp,
    ProgressInspected,
    ProjectLeftNothing,
    SupplierEngaged,
)

NEEDS_APART: Final = 84
"""Needs that no project was proposed for when they were raised."""

FIRST_NEEDS: Final = date(2025, 3, 3)
COURSE: Final = "A course: nothing was built · 培训项目，未形成资产"
ELSEWHERE: Final = (
    both("The county's own programme of small works", "县小型公益项目"),
    both("The provincial plan for safe water", "省安全饮水规划"),
    both("The power company's rural grid works", "电力公司农网改造"),
)
NO: Final = (
    "Another one is 400 m away · 400米内已有同类设施",
    "The land floods each spring · 该地块每年春季过水",
    "The village meeting put other needs first · 村民会议优先安排其他需求",
)


def plan_needs(world: World) -> None:
    """Let villages say what they lack, over the whole time."""
    for nth in range(NEEDS_APART):
        village = VILLAGES[nth * 5 % len(VILLAGES)]
        days = int((world.today - FIRST_NEEDS).days * world.aside.random() ** 0.8)
        world.at(FIRST_NEEDS + timedelta(days), partial(_lack, world, village, nth))


def _lack(world: World, village: Village, nth: int, day: date) -> None:
    theme, name = LACKING[nth % len(LACKING)]
    need = f"{village.id}-need-{nth + 1}"
    _tell(
        world,
        NeedRaised(need=need, name=name, place=village.id, theme=theme),
        day,
        world.aside.choice((post_of(village), _team(village, day))),
    )
    answer, county = world.aside.random(), post_of(village.township)
    later = partial(_later, world, day, 20, 120)
    if answer < 0.3:
        what = world.aside.choice(ELSEWHERE)
        later(NeedMetElsewhere(need=need, what=what), county)
    elif answer < 0.5:
        later(NeedRefused(need=need, reason=world.aside.choice(NO)), county)


def raise_need(world: World, project: Project, day: date) -> None:
    """Some projects were asked for first, some weeks before they were proposed."""
    if not isinstance(project.place, Village) or world.aside.random() > 0.4:
        return
    on = max(day - timedelta(world.aside.randint(5, 40)), FIRST_NEEDS)
    if on > day:
        return
    fitting = [name for theme, name in LACKING if theme is project.undertaking.theme]
    if fitting:
        project.need = f"{project.id}-need"
        raised = NeedRaised(
            need=project.need,
            name=world.aside.choice(fitting),
            place=project.place.id,
            theme=project.undertaking.theme,
        )
        _tell(world, raised, on, post_of(project.place))


def plan_work(world: World, project: Project, day: date, office: str) -> None:
    """Once a project is approved: its need is taken up; grants, a supplier and steps are planned."""
    if project.need:
        _tell(world, NeedTakenUp(need=project.need, project=project.id), day, office)
    if len(project.shares) > 1:
        for grant, share in project.shares:
            budgeted = GrantBudgeted(project=project.id, grant=grant.id, amount=cny(share))
            _tell(world, budgeted, day, office)
    if world.aside.random() < 0.5:
        engaged = SupplierEngaged(
            project=project.id,
            supplier=project.contractor,
            what=both("Goods and works", "材料与施工"),
            amount=cny(rounded(project.budget * world.aside.uniform(0.82, 0.97), 100)),
        )
        _tell(world, engaged, day, post_of(project.place))
    if world.aside.random() < 0.25:
        length = (project.ends_on - day).days
        for part, step in zip((0.45, 0.95), STEPS[project.undertaking.outdoor], strict=True):
            due_on = day + timedelta(max(1, int(length * part)))
            planned = MilestonePlanned(project=project.id, name=step, due_on=due_on)
            project.milestones.append(_tell(world, planned, day, post_of(project.place)))


def see_work(world: World, project: Project, day: date, length: float) -> None:
    """Once work began: its steps are reached, and the township or county looks at some of it."""
    if project.milestones:
        days = max(2, int(length * world.aside.uniform(0.3, 0.6)))
        world.at(day + timedelta(days), partial(_reach, world, project, 0))
    if world.aside.random() < 0.3:
        days = max(3, int(length * world.aside.uniform(0.2, 0.8)))
        world.at(day + timedelta(days), partial(_look_at_work, world, project))


def _reach(world: World, project: Project, nth: int, day: date) -> None:
    if nth >= len(project.milestones) or (project.over and nth == 0):
        return
    shown = SIGHTS["step"]
    reached = MilestoneReached(
        milestone=project.milestones[nth], sha256=file_of(shown, Theme.OTHER), caption=shown
    )
    _tell(world, reached, day, _reporter(project.place, day))


def _look_at_work(world: World, project: Project, day: date) -> None:
    if project.over:
        return
    finding = world.aside.choices(list(Finding), weights=(60, 22, 12, 6))[0]
    wrong = finding is not Finding.AS_PLANNED and world.aside.random() < 0.8
    seen = ProgressInspected(
        project=project.id,
        finding=finding,
        mender=project.contractor if wrong else None,
        mend_by=day + timedelta(world.aside.randint(10, 35)) if wrong else None,
    )
    above = project.place.township if isinstance(project.place, Village) else project.place
    _tell(world, seen, day, post_of(above))


def leave(world: World, project: Project, day: date) -> None:
    """A completed project hands over what it leaves, or says that it leaves nothing; or forgets."""
    _reach(world, project, 1, day)
    leaves = LEAVES.get(project.undertaking.id)
    post = _reporter(project.place, day)
    if leaves is None:
        nothing = ProjectLeftNothing(project=project.id, reason=COURSE)
        _later(world, day, 1, 20, nothing, post)
    elif world.aside.random() < 0.93:
        on = day + timedelta(world.aside.randint(0, 21))
        world.at(on, partial(_hand_over, world, project, leaves))


def _hand_over(world: World, project: Project, leaves: Leaves, day: date) -> None:
    place, asset = project.place, f"{project.id}-{leaves.id}"
    named = both(f"{leaves.name.en}, {place.name.en}", f"{place.name.zh_hans}{leaves.name.zh_hans}")
    over = AssetHandedOver(
        asset=asset,
        name=named,
        place=place.id,
        keeper=holder_of(place),
        project=project.id,
        warranty_until=day + timedelta(leaves.warranty_days),
        every_months=leaves.every_months,
        upkeep_cost=cny(rounded(project.budget * 0.012, 100)),
    )
    _tell(world, over, day, _reporter(place, day))
    if leaves.every_months and world.aside.random() < 0.75:
        on = day + timedelta(int(leaves.every_months * 30.4 * world.aside.uniform(0.85, 1.1)))
        world.at(on, partial(_service, world, project, asset, leaves))
    on = day + timedelta(world.aside.randint(25, 150))
    world.at(on, partial(_inspect, world, project, asset, Condition.GOOD))
    if isinstance(place, Village) and world.aside.random() < 0.05:
        changed = KeeperChanged(
            asset=asset,
            keeper=holder_of(place.township),
            reason="Taken into the township's scheme · 纳入乡镇统一管护",
        )
        _later(world, day, 40, 200, changed, post_of(place.township))
    if project.undertaking.theme is Theme.ENTERPRISE and isinstance(place, Village):
        _open_enterprise(world, project, day)


def _service(world: World, project: Project, asset: str, leaves: Leaves, day: date) -> None:
    if asset in world.gone:
        return
    _tell(world, AssetServiced(asset=asset, what=leaves.care), day, post_of(project.place))
    if leaves.every_months and world.aside.random() < 0.7:
        on = day + timedelta(int(leaves.every_months * 30.4 * world.aside.uniform(0.9, 1.15)))
        world.at(on, partial(_service, world, project, asset, leaves))


def _inspect(world: World, project: Project, asset: str, before: Condition, day: date) -> None:
    """Look at an asset: mostly as before, sometimes a little worse; then look again some months on."""
    if asset in world.gone:
        return
    worse = {
        Condition.GOOD: ((Condition.GOOD, Condition.WORN, Condition.BROKEN), (78, 16, 6)),
        Condition.WORN: ((Condition.WORN, Condition.BROKEN), (55, 45)),
        Condition.BROKEN: ((Condition.BROKEN, Condition.GONE), (70, 30)),
    }
    conditions, weights = worse.get(before, ((Condition.GONE,), (1,)))
    now = world.aside.choices(conditions, weights=weights)[0]
    mends = now in {Condition.WORN, Condition.BROKEN} and world.aside.random() < 0.75
    by = day + timedelta(world.aside.randint(12, 45)) if mends else None
    shown = SIGHTS.get(now.value) if world.aside.random() < 0.8 else None
    seen = AssetInspected(
        asset=asset,
        condition=now,
        mender=project.contractor if mends else None,
        mend_by=by,
        sha256=file_of(shown, project.undertaking.theme) if shown else None,
        caption=shown,
    )
    _tell(world, seen, day, _reporter(project.place, day))
    if now is Condition.GONE:
        world.gone.add(asset)
        out = AssetTakenOutOfUse(asset=asset, reason="Beyond repair · 无法修复")
        _later(world, day, 3, 20, out, post_of(project.place))
        return
    if by and world.aside.random() < 0.8:
        on = day + timedelta(world.aside.randint(6, 60))
        world.at(on, partial(_repair, world, project, asset))
        now = Condition.GOOD
    on = day + timedelta(world.aside.randint(110, 260))
    world.at(on, partial(_inspect, world, project, asset, now))


def _repair(world: World, project: Project, asset: str, day: date) -> None:
    amount = int(world.aside.lognormvariate(0, 0.6) * 1_400) * YUAN
    repaired = AssetRepaired(
        asset=asset,
        what=both("Worn parts replaced", "更换磨损部件"),
        condition=Condition.GOOD if world.aside.random() < 0.85 else Condition.WORN,
        movement=pay_for_upkeep(world, project, max(amount, 90 * YUAN), day),
    )
    _tell(world, repaired, day, post_of(project.place))


def _open_enterprise(world: World, project: Project, day: date) -> None:
    name, form = ENTERPRISES[project.undertaking.id]
    place = project.place
    enterprise = f"{project.id}-enterprise"
    opened = EnterpriseOpened(
        enterprise=enterprise,
        name=both(f"{place.name.en} {name.en}", f"{place.name.zh_hans}{name.zh_hans}"),
        form=EnterpriseForm(form),
        place=place.id,
        holder=holder_of(place),
        project=project.id,
    )
    _tell(world, opened, day, post_of(place))
    yearly = project.budget * world.aside.uniform(0.25, 0.6)
    for year in range(day.year, world.today.year):
        income = rounded(yearly * (366 - day.timetuple().tm_yday) / 366, 10)
        costs = rounded(income * world.aside.uniform(0.62, 1.04), 10)
        left = income - costs
        accounted = EnterpriseAccounted(
            enterprise=enterprise,
            year=year,
            income=cny(income),
            costs=cny(costs),
            shared_out=cny(rounded(left * 0.6, 10)) if left > 0 else None,
        )
        on = date(year + 1, 1, 15) + timedelta(world.aside.randint(0, 40))
        world.at(on, partial(_tell_on, world, accounted, post_of(place)))


def _reporter(place: Place, day: date) -> str:
    """Who is there to report: the village's team, or whoever keeps the place's accounts."""
    return _team(place, day) if isinstance(place, Village) else post_of(place)


def _team(village: Village, day: date) -> str:
    return f"team.{village.id}-{day.year}"


def _later(world: World, day: date, least: int, most: int, fact: Fact, post: str) -> None:
    on = day + timedelta(world.aside.randint(least, most))
    world.at(on, partial(_tell_on, world, fact, post))


def _tell_on(world: World, fact: Fact, post: str, day: date) -> None:
    _tell(world, fact, day, post)


def _tell(world: World, fact: Fact, day: date, post: str) -> str:
    return world.diary.tell(fact, day, post, chance=world.aside)
