"""How bills are paid where a project is: with whose money, with what to show for it, and wrongly."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Final

from cairn.demo.pictures import file_of
from cairn.demo.places import County, Place, Village, county_of
from cairn.demo.pools import Parts
from cairn.demo.undertakings import SHOWN_INDOORS, SHOWN_OUTDOORS
from cairn.demo.world import YUAN, Grant, Project, World, account_of, cny, post_of
from cairn.money.facts import MoneyReturned, MoneySpent, MovementReversed, PaymentEvidenced

TOO_EARLY: Final = 60_000 * YUAN
"""More than this nobody pays from money that has not come."""

ENTERED_TWICE: Final = "Entered twice · 重复录入"
RETURNS: Final = (
    "Cheaper than planned · 实际支出低于预算",
    "The project was given up · 项目取消",
)


def pay(world: World, project: Project, amount: int, day: date) -> bool:
    """Pay a bill, if the money has come. False where it has not."""
    if project.arrived - project.spent < amount:
        short = world.pools.standing(project.account) < amount * 2 // 3 < TOO_EARLY
        if not (short and world.mishaps.due("paid-too-early", day)):
            return False
        _spend(world, project, amount, "", day)
        return True
    wrong = _wrong_grant(world, project, amount, day)
    if wrong:
        _spend(world, project, amount, wrong, day)
        return True
    for grant, part in _made_up_of(world, project, amount):
        _spend(world, project, part, grant, day)
    return True


def pay_for_upkeep(world: World, project: Project, amount: int, day: date) -> str | None:
    """Pay for a repair from what stands where the project was, if that may be; the payment's id."""
    account = project.account
    plain = world.pools.peek(account, amount)
    fits = all(_may_pay(world, grant, project) for grant, _part in plain)
    if world.pools.standing(account) < 20 * amount or not fits:
        return None  # the keeper paid, from a purse that is not the programme's
    voucher = world.diary.voucher(account, day)
    spent = MoneySpent(account=account, project=project.id, amount=cny(amount), voucher=voucher)
    world.pools.take(account, amount)
    return world.diary.tell(spent, day, post_of(project.place), chance=world.aside)


def _made_up_of(world: World, project: Project, amount: int) -> Parts:
    """Whose money pays a bill, as a careful accountant would say it, in one or more payments."""
    account = project.account
    plain = world.pools.peek(account, amount)
    fits = all(_may_pay(world, grant, project) for grant, _part in plain)
    if fits and world.chance(0.65):
        return [("", amount)]
    parts = []
    for grant, standing in world.pools.grants(account):
        part = min(standing, amount)
        if part and grant in world.grants and _may_pay(world, grant, project):
            parts.append((grant, part))
            amount -= part
    return [*parts, ("", amount)] if amount else parts


def _may_pay(world: World, name: str, project: Project) -> bool:
    grant = world.grants.get(name)
    return grant is None or grant.fits(project)


def _wrong_grant(world: World, project: Project, amount: int, day: date) -> str:
    """A grant that should not have been named here, where a mistake is due and this is its chance."""
    if world.mishaps.is_waiting("breach", day):
        absent = [g for g in world.grants.values() if _could_be_meant(world, g, project)]
        standing = [n for n, part in world.pools.peek(project.account, amount) if n in world.grants]
        if absent and standing:
            world.mishaps.due("breach", day)
            return world.rng.choice(absent).id
    if world.mishaps.is_waiting("off-purpose", day):
        for name, standing_there in world.pools.grants(project.account):
            if standing_there >= amount and not _may_pay(world, name, project):
                world.mishaps.due("off-purpose", day)
                return name
    return ""


def _could_be_meant(world: World, grant: Grant, project: Project) -> bool:
    """A grant that fits the project, and of which nothing has come to its account."""
    near = county_of(project.place).id in grant.counties
    return near and grant.fits(project) and not world.pools.standing(project.account, grant.id)


def _spend(world: World, project: Project, amount: int, grant: str, day: date) -> None:
    account, poster = project.account, post_of(project.place)
    spent = MoneySpent(
        account=account,
        project=project.id,
        amount=cny(amount),
        grant=grant or None,
        paid_to=project.contractor,
        voucher=world.diary.voucher(account, day),
    )
    movement = world.diary.tell(spent, day, poster)
    world.pools.take(account, amount, grant)
    project.spent += amount
    if world.mishaps.due("entered-twice", day):
        again = world.diary.tell(spent, day, poster, days_late=4)
        reversal = MovementReversed(movement=again, reason=ENTERED_TWICE)
        world.tell_on(day + timedelta(world.rng.randint(8, 20)), reversal, poster)
    for shown in _evidence(world, project, movement):
        world.after(
            day,
            0,
            24,
            partial(_show, world, project, shown),
        )


def _show(world: World, project: Project, evidence: PaymentEvidenced, day: date) -> None:
    place = project.place
    team = f"team.{place.id}-{day.year}"
    world.diary.tell(evidence, day, team if isinstance(place, Village) else post_of(place))


def _evidence(world: World, project: Project, movement: str) -> Iterator[PaymentEvidenced]:
    """One thing to show for most payments, two for some, nothing for the rest."""
    captions = SHOWN_OUTDOORS if project.undertaking.outdoor else SHOWN_INDOORS
    number = 0 if world.chance(0.1) else 1 + world.chance(0.12)
    for nth in range(number):
        share = project.spent / max(project.budget, 1)
        caption = captions[0 if nth else min(int(share * len(captions)), len(captions) - 1)]
        file = file_of(caption, project.undertaking.theme)
        yield PaymentEvidenced(movement=movement, sha256=file, caption=caption)


def give_back(world: World, project: Project, day: date) -> None:
    """What a project does not need goes back to where it came from, mostly."""
    above = _above(project.place)
    left = min(project.arrived - project.spent, world.pools.standing(project.account))
    if above is None or left < 100 * YUAN:
        return
    grant = next((g for g, _share in project.shares), None)
    name = grant.id if grant and world.pools.standing(project.account, grant.id) >= left else ""
    reason = RETURNS[not project.spent]
    project.arrived -= left
    _return(world, project.place, above, left, name, reason, day)
    county = _above(above)
    if county is not None:
        world.after(day, 4, 25, partial(_return, world, above, county, left, name, reason))


def _return(
    world: World, source: Place, target: Place, amount: int, grant: str, reason: str, day: date
) -> None:
    out, into = account_of(source), account_of(target)
    if world.pools.standing(out, grant or None) < amount:
        return
    returned = MoneyReturned(
        source=out, target=into, amount=cny(amount), grant=grant or None, reason=reason
    )
    world.diary.tell(returned, day, post_of(target))
    world.pools.put(into, world.pools.take(out, amount, grant))
    if grant and isinstance(target, County):
        world.grants[grant].free[target.id] += amount


def _above(place: Place) -> Place | None:
    if isinstance(place, Village):
        return place.township
    return None if isinstance(place, County) else place.county
