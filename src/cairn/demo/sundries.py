"""What goes on beside the projects: gifts in kind, interest, bank fees, the cash box."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Final

from cairn.demo.founding import OPENED, cash_of
from cairn.demo.organisations import SPONSORS
from cairn.demo.places import COUNTIES, PLACES, County
from cairn.demo.undertakings import GIFTS
from cairn.demo.world import YUAN, World, account_of, cny, post_of, rounded
from cairn.money.facts import (
    BankFeeCharged,
    GiftInKindGiven,
    InterestReceived,
    MoneyMoved,
    MoneySpent,
)

GIFTS_IN_ALL: Final = 90
BANK_DAY: Final = 21
STATEMENT: Final = 16
"""Days until the bank's statement comes, from which fees and interest are entered."""


def plan_sundries(world: World) -> None:
    """Spread gifts over the whole time, and let banks work each month."""
    for _nth in range(GIFTS_IN_ALL):
        day = OPENED + timedelta(world.rng.randint(90, (world.today - OPENED).days))
        world.at(day, partial(_give, world))
    for day in months(OPENED, world.today, BANK_DAY):
        world.at(day, partial(_charge_fees, world))
        if day.month % 3 == 0:
            world.at(day, partial(_pay_interest, world))
        if day.month % 2 == 0:
            world.at(day, partial(_fill_cash_boxes, world))


def months(first: date, last: date, day: int) -> Iterator[date]:
    """A day of each month."""
    month = first.year * 12 + first.month - 1
    while (on := date(month // 12, month % 12 + 1, day)) <= last:
        if on >= first:
            yield on
        month += 1


def _give(world: World, day: date) -> None:
    gift = world.rng.choice(GIFTS)
    wanted = [
        project
        for project in world.projects.values()
        if project.undertaking.theme is gift.theme and project.started and not project.over
    ]
    if not wanted:
        return
    project = world.rng.choice(wanted)
    leaning = [sponsor for sponsor in SPONSORS if gift.theme in sponsor.leaning]
    quantity = world.rng.randint(gift.least, gift.most)
    given = GiftInKindGiven(
        sponsor=world.rng.choice(leaning or list(SPONSORS)).id,
        project=project.id,
        what=gift.name,
        quantity=quantity,
        unit=gift.unit,
        worth=cny(rounded(quantity * gift.worth * YUAN, 10)),
    )
    world.diary.tell(given, day, post_of(project.place))


def _pay_interest(world: World, day: date) -> None:
    """A little on what stands; nobody says whose it is."""
    for place in PLACES:
        account = account_of(place)
        amount = round(world.pools.standing(account) * 0.0006 * (0.7 + 0.6 * world.rng.random()))
        if amount > 5 * YUAN:
            interest = InterestReceived(account=account, amount=cny(amount))
            world.diary.tell(interest, day, post_of(place), days_late=STATEMENT)
            world.pools.put(account, [("~interest", amount)])


def _charge_fees(world: World, day: date) -> None:
    for place in world.rng.sample(PLACES, 8):
        account, amount = account_of(place), world.rng.choice((500, 1_000, 1_500, 2_550, 6_000))
        if world.pools.standing(account) > amount:
            fee = BankFeeCharged(account=account, amount=cny(amount))
            world.diary.tell(fee, day, post_of(place), days_late=STATEMENT)
            world.pools.take(account, amount)


def _fill_cash_boxes(world: World, day: date) -> None:
    for county in COUNTIES:
        account, amount = account_of(county), rounded(world.rng.uniform(2e5, 6e5), 500)
        if world.pools.standing(account) < amount:
            continue
        moved = MoneyMoved(source=account, target=cash_of(county), amount=cny(amount))
        world.diary.tell(moved, day, post_of(county))
        world.pools.put(cash_of(county), world.pools.take(account, amount))
        for _nth in range(3):
            world.after(day, 3, 50, partial(_spend_cash, world, county))


def _spend_cash(world: World, county: County, day: date) -> None:
    """Small things for what the county itself is doing."""
    cash, amount = cash_of(county), int(world.around(420 * YUAN, 0.6)) // 10 * 10
    own = [p for p in world.projects.values() if p.place is county and p.started and not p.over]
    if not own or world.pools.standing(cash) < amount:
        return
    project = world.rng.choice(own)
    voucher = world.diary.voucher(cash, day)
    spent = MoneySpent(account=cash, project=project.id, amount=cny(amount), voucher=voucher)
    world.diary.tell(spent, day, post_of(county))
    world.pools.take(cash, amount)
