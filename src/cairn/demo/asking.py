"""Beside the story: what posts ask of one another, and what visits find missing, over two years.

Most of it was answered, done and seen. Some was refused, passed on or withdrawn; some waits.
"""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Final

from cairn.demo.founding import PROVINCE, YEARS
from cairn.demo.pictures import file_of
from cairn.demo.places import VILLAGES, Village, both, county_of
from cairn.demo.things import SIGHTS
from cairn.demo.world import World, post_of
from cairn.journal.fact import Fact
from cairn.requests.facts import (
    Help,
    RequestAccepted,
    RequestConfirmed,
    RequestDone,
    RequestPassedOn,
    RequestRaised,
    RequestRefused,
    RequestReopened,
    RequestWithdrawn,
    VisitMade,
)
from cairn.values import Text, Theme

REQUESTS: Final = 44
VISITS: Final = 26
FIRST, LAST = date(2025, 3, 24), date(2026, 11, 18)
BETWEEN_TEAMS: Final = (date(2025, 11, 1), date(2026, 2, 12))
"""While one cohort packs and the next has not arrived, nobody begins anything."""
BUSY_SINCE: Final = date(2026, 8, 15)
"""From here on an answer is forgotten now and then."""

OF_THE_TOWNSHIP: Final = (
    (Help.REPAIR, both("A fitter for the pump at the upper field", "请派钳工修理上游农田水泵")),
    (Help.TRANSPORT, both("A lorry for pipes from the county town", "请派货车到县城运管材")),
    (Help.MATERIAL, both("Twenty metres of suction hose", "需要20米吸水软管")),
    (Help.DECISION, both("On which side of the road the drain is to go", "排水沟走路哪一侧，请定")),
    (Help.REPAIR, both("The grader, for two days after the thaw", "化冻后借用平地机两天")),
)
OF_THE_COUNTY: Final = (
    (Help.EXPERTISE, both("An engineer to look at the sinking yard wall", "请工程师查看下沉围墙")),
    (Help.DECISION, both("Leave to dig across the county road", "请批准跨县道开挖")),
    (Help.EXPERTISE, both("Water of the new well tested", "请检测新井水质")),
    (Help.MONEY, both("The second half, for work that has begun", "工程已开工，请拨第二笔款")),
    (Help.EXPERTISE, both("An electrician to connect the meter", "请电工接通电表")),
)
OF_THE_PROVINCE: Final = (
    (Help.DECISION, both("May what was saved go into a second phase?", "结余可否用于二期，请定")),
    (Help.EXPLANATION, both("Why the June instalment was smaller", "6月拨款减少，请说明原因")),
)
OF_THOSE_BENEATH: Final = (
    (Help.EXPLANATION, both("Why the culvert cost more than approved", "涵洞超出批复金额，请说明")),
    (Help.EXPLANATION, both("Where the returned pipes are kept", "退回的管材存放在何处")),
)
FOUND_MISSING: Final = (
    (Help.MATERIAL, both("No spare filter for the pump", "水泵无备用滤芯")),
    (Help.EXPERTISE, both("Nobody has shown how the meter is read", "无人演示如何读取水表")),
    (Help.REPAIR, both("A loose cover on the inspection shaft", "检查井盖松动")),
    (Help.MATERIAL, both("No lock for the switch box", "配电箱缺锁")),
    (Help.TRANSPORT, both("Rubble still beside the school road", "上学路旁碎石未清运")),
)
WILL_DO: Final = both("It comes with the next tour", "随下次巡检到村办理")
WAS_DONE: Final = both("Done as asked, and tried out", "已按要求办理并试用")
NOT_YET: Final = "It stood still again the next day · 次日再次停用"
NO_LONGER: Final = "We found another way · 已另行解决"
FARTHER: Final = "This is for the county to do · 此事由县里办理"
NO: Final = (
    "It is not ours to decide; the village meeting does · 应由村民会议决定",
    "There is none in the county this year · 今年县里没有",
)


def plan_requests(world: World) -> None:
    """Let posts of every level ask for help; and tell what the first village is in the middle of."""
    for nth in range(REQUESTS):
        world.at(_some_day(world), partial(_ask, world, nth))
    _at_the_first_village(world)


def plan_visits(world: World) -> None:
    """Let those above come and see. Half the time something is missing, and somebody helps."""
    for nth in range(VISITS):
        world.at(_some_day(world), partial(_visit, world, nth))


def _some_day(world: World) -> date:
    day = FIRST + timedelta(world.beside.randint(0, (LAST - FIRST).days))
    begins, ends = BETWEEN_TEAMS
    return day + (ends - begins) if begins <= day < ends else day


def _ask(world: World, nth: int, day: date) -> None:
    village = VILLAGES[nth * 7 % len(VILLAGES)]
    township, county = village.township, county_of(village)
    team, office = _team(village, day), f"county-office.{county.id}"
    sorts: tuple[tuple[str, str, tuple[tuple[Help, Text], ...]], ...] = (
        (team, post_of(township), OF_THE_TOWNSHIP),
        (post_of(village), post_of(township), OF_THE_TOWNSHIP),
        (team, office, OF_THE_COUNTY),
        (post_of(township), office, OF_THE_COUNTY),
        (office, PROVINCE, OF_THE_PROVINCE),
        (office, post_of(township), OF_THOSE_BENEATH),
    )
    asks, asked, catalogue = sorts[nth % len(sorts)]
    kind, what = world.beside.choice(catalogue)
    by = day + timedelta(world.beside.randint(10, 35))
    below = asks not in {office, post_of(township)}
    raised = RequestRaised(
        asked=asked, help=kind, what=what, by=by, place=village.id if below else None
    )
    request = _tell(world, raised, day, asks)
    chance = world.beside.random()
    if nth % 9 == 4 and day > BUSY_SINCE:
        return
    if chance < 0.12:
        refused = RequestRefused(request=request, reason=world.beside.choice(NO))
        _later(world, day, 1, 8, refused, asked)
    elif chance < 0.2:
        withdrawn = RequestWithdrawn(request=request, reason=NO_LONGER)
        _later(world, day, 2, 6, withdrawn, asks)
    elif chance < 0.32 and asked == post_of(township) and below:
        passed = RequestPassedOn(request=request, asked=office, reason=FARTHER)
        _later(world, day, 1, 5, passed, asked)
        _after(world, day, 6, 9, partial(_take_on, world, request, asks, office, by))
    else:
        _after(world, day, 1, 9, partial(_take_on, world, request, asks, asked, by))


def _take_on(world: World, request: str, asks: str, asked: str, by: date, day: date) -> None:
    """It is accepted for about the day on which it is needed, and mostly done by then."""
    promised = max(by + timedelta(world.beside.randint(-4, 8)), day)
    accepted = RequestAccepted(request=request, by=promised, what=WILL_DO)
    _tell(world, accepted, day, asked)
    _after(world, promised, -3, 6, partial(_do, world, request, asks, asked), not_before=day)


def _do(world: World, request: str, asks: str, asked: str, day: date) -> None:
    shown = SIGHTS["good"] if world.beside.random() < 0.5 else None
    done = RequestDone(
        request=request,
        what=WAS_DONE,
        sha256=file_of(shown, Theme.OTHER) if shown else None,
        caption=shown,
    )
    _tell(world, done, day, asked)
    if world.beside.random() < 0.1:
        _later(world, day, 1, 3, RequestReopened(request=request, reason=NOT_YET), asks)
        by = day + timedelta(20)
        _after(world, day, 4, 8, partial(_take_on, world, request, asks, asked, by))
    else:
        _later(world, day, 1, 12, RequestConfirmed(request=request), asks)


def _visit(world: World, nth: int, day: date) -> None:
    village = VILLAGES[nth * 11 % len(VILLAGES)]
    township, office = post_of(village.township), f"county-office.{county_of(village).id}"
    visitor, helper = ((office, township), (township, office))[nth % 2]
    if nth % 4 < 2:
        _tell(world, VisitMade(place=village.id), day, visitor)
        return
    kind, what = world.beside.choice(FOUND_MISSING)
    by = day + timedelta(world.beside.randint(10, 30))
    visit = VisitMade(place=village.id, what=what, asked=helper, help=kind, by=by)
    request = _tell(world, visit, day, visitor)
    _after(world, day, 1, 6, partial(_take_on, world, request, visitor, helper, by))


def _at_the_first_village(world: World) -> None:
    """What is under way where whoever runs the demo sits: each at another step."""
    village = VILLAGES[0]
    team, committee = f"team.{village.id}-{YEARS[1]}", post_of(village)
    township, office = post_of(village.township), f"county-office.{county_of(village).id}"

    def asked(on: date, asks: str, of: str, help: Help, what: Text, by: date) -> list[str]:  # noqa: A002 - a line of a table
        told: list[str] = []
        raised = RequestRaised(asked=of, help=help, what=what, by=by, place=village.id)
        world.at(on, lambda day: told.append(_tell(world, raised, day, asks)))
        return told

    def then(on: date, of: list[str], kind: type[Fact], post: str, **said: object) -> None:
        world.at(
            on, lambda day: _tell(world, kind.model_validate({"request": of[0], **said}), day, post)
        )

    ballast = both("Two loads of gravel for the tap stands", "取水点需两车砂石")
    asked(date(2026, 10, 27), team, township, Help.TRANSPORT, ballast, date(2026, 11, 13))
    meter = both("The meter of the school well connected", "请接通小学水井电表")
    connected = asked(date(2026, 10, 29), team, office, Help.EXPERTISE, meter, date(2026, 11, 16))
    then(date(2026, 11, 3), connected, RequestAccepted, office, by=date(2026, 11, 16), what=WILL_DO)
    then(date(2026, 11, 13), connected, RequestDone, office, what=WAS_DONE)
    show = both("Show the committee how the tap valves are drained", "请教村委会冬季排空取水阀")
    asked(date(2026, 11, 17), committee, team, Help.EXPERTISE, show, date(2026, 12, 4))
    seen: list[str] = []
    visit = VisitMade(
        place=village.id,
        what=both("No spare seal for the pump of the school well", "小学水井水泵无备用密封圈"),
        asked=township,
        help=Help.MATERIAL,
        by=date(2026, 12, 8),
    )
    world.at(date(2026, 11, 10), lambda day: seen.append(_tell(world, visit, day, office)))
    then(date(2026, 11, 13), seen, RequestAccepted, township, by=date(2026, 12, 8), what=WILL_DO)


def _team(village: Village, day: date) -> str:
    return f"team.{village.id}-{day.year}"


def _then(post: str, day: date) -> str:
    """A post on a later day: what a team asked for, the next one sees."""
    return post.replace(str(YEARS[0]), str(day.year)) if post.startswith("team.") else post


def _after(
    world: World,
    day: date,
    least: int,
    most: int,
    action: Callable[[date], object],
    not_before: date = FIRST,
) -> None:
    on = day + timedelta(world.beside.randint(least, most))
    world.at(max(on, not_before), action)


def _later(world: World, day: date, least: int, most: int, fact: Fact, post: str) -> None:
    _after(world, day, least, most, lambda on: _tell(world, fact, on, post))


def _tell(world: World, fact: Fact, day: date, post: str) -> str:
    late = world.beside.randint(0, 2)
    return world.diary.tell(fact, day, _then(post, day), days_late=late, chance=world.beside)
