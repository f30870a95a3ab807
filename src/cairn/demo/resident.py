"""Beside the story: one team as it lives in one village, with a fund, a well and steps of its own.

Whoever runs the demo may sit at this team's desk, so here it is told by the day what it owes on the
last one: money to confirm, a pump to look at, a payment to show, a step to reach. It takes nothing
from the money of the other chapters.
"""

from datetime import date
from functools import partial
from typing import Final

from cairn.assets.facts import AssetHandedOver, AssetInspected, AssetServiced, Condition
from cairn.demo.founding import YEARS, sponsor_of
from cairn.demo.pictures import file_of
from cairn.demo.places import VILLAGES, both, county_of
from cairn.demo.things import OILED, SIGHTS
from cairn.demo.undertakings import SHOWN_INDOORS
from cairn.demo.world import YUAN, World, account_of, cny, post_of
from cairn.journal.fact import Fact
from cairn.money.facts import (
    AccountOpened,
    GiftInKindGiven,
    GrantPledged,
    MoneyConfirmed,
    MoneyReceived,
    MoneySent,
    MoneySpent,
    PaymentEvidenced,
)
from cairn.values import Theme
from cairn.works.facts import (
    GrantBudgeted,
    MilestonePlanned,
    MilestoneReached,
    ProjectApproved,
    ProjectCompleted,
    ProjectProposed,
    ProjectStarted,
)

VILLAGE: Final = VILLAGES[0]
COUNTY: Final = county_of(VILLAGE)
OFFICE: Final = f"county-office.{COUNTY.id}"
BEFORE, NOW = (f"team.{VILLAGE.id}-{year}" for year in YEARS)
"""The team that sank the well, and the one that lives there now."""

WELL: Final = f"{VILLAGE.id}-school-well"
PUMP: Final = f"{WELL}-pump"
TAPS: Final = f"{VILLAGE.id}-tap-stands"
FUND: Final = f"{VILLAGE.id}-team-fund"
"""The account, held by the sponsor whose team it is, and kept by the team."""
GRANT: Final = f"{FUND}-{YEARS[1]}"
PLUMBER: Final = "northbank-pipe-and-pump"
PAID: Final = (
    (date(2026, 4, 14), 18_400_00, "Goods counted on arrival"),
    (date(2026, 6, 9), 23_650_00, "Delivery note and invoice"),
    (date(2026, 9, 15), 12_800_50, "Delivery note and invoice"),
    (date(2026, 11, 6), 6_480_00, ""),
)
"""Each payment, and what shows it: the last one's receipt is still in a pocket."""


def plan_residence(world: World) -> None:
    """Lay out what the two teams of the village do there."""
    _plan_well(world)
    _plan_pump(world)
    _plan_fund(world)
    _plan_taps(world)


def _plan_well(world: World) -> None:
    """The first sponsor gave a well with its pump, and keeps it while it is under warranty."""
    giver = sponsor_of(VILLAGE, YEARS[0]).id
    en, zh = VILLAGE.name.en, VILLAGE.name.zh_hans
    budget = cny(88_000 * YUAN)
    proposed = ProjectProposed(
        project=WELL,
        name=both(f"Well and pump at the school, {en}", f"{zh}小学水井与水泵"),
        place=VILLAGE.id,
        theme=Theme.WATER,
        budget=budget,
        ends_on=date(2025, 6, 30),
    )
    _tell(world, date(2025, 3, 18), proposed, BEFORE)
    _tell(world, date(2025, 3, 28), ProjectApproved(project=WELL), OFFICE)
    _tell(world, date(2025, 4, 8), ProjectStarted(project=WELL), BEFORE)
    given = GiftInKindGiven(
        sponsor=giver,
        project=WELL,
        what=both("Pump with casing, bored in", "水泵及井管，含打井安装"),
        quantity=1,
        unit="set",
        worth=budget,
    )
    _tell(world, date(2025, 5, 20), given, post_of(VILLAGE))
    _tell(world, date(2025, 6, 3), ProjectCompleted(project=WELL), BEFORE)


def _plan_pump(world: World) -> None:
    """It is looked at twice a year, and is to be once more about now."""
    giver = sponsor_of(VILLAGE, YEARS[0]).id
    en, zh = VILLAGE.name.en, VILLAGE.name.zh_hans
    over = AssetHandedOver(
        asset=PUMP,
        name=both(f"Pump of the school well, {en}", f"{zh}小学水井水泵"),
        place=VILLAGE.id,
        keeper=giver,
        project=WELL,
        warranty_until=date(2027, 6, 3),
        every_months=6,
        upkeep_cost=cny(1_200 * YUAN),
    )
    _tell(world, date(2025, 6, 6), over, BEFORE)
    good = SIGHTS["good"]
    seen = AssetInspected(
        asset=PUMP,
        condition=Condition.GOOD,
        sha256=file_of(good, Theme.WATER),
        caption=good,
    )
    for on, post in ((date(2025, 11, 25), BEFORE), (date(2026, 5, 26), NOW)):
        _tell(world, on, seen, post)
    for on, post in ((date(2025, 12, 2), BEFORE), (date(2026, 6, 5), NOW)):
        _tell(world, on, AssetServiced(asset=PUMP, what=OILED), post)


def _plan_fund(world: World) -> None:
    """A year's fund in two instalments, by way of the county: the second is on its way."""
    sponsor, county = sponsor_of(VILLAGE, YEARS[1]), post_of(COUNTY)
    en, zh = VILLAGE.name.en, VILLAGE.name.zh_hans
    opened = AccountOpened(
        account=FUND,
        name=both(f"Team fund, {en}", f"{zh}工作队经费户"),
        holder=sponsor.id,
        place=VILLAGE.id,
        currency="CNY",
    )
    _tell(world, date(2026, 2, 3), opened, county)
    pledged = GrantPledged(
        grant=GRANT,
        name=both(
            f"Fund of the team in {en} 2026: {sponsor.name.en}",
            f"2026年{zh}工作队专项经费·{sponsor.name.zh_hans}",
        ),
        sponsor=sponsor.id,
        amount=cny(150_000 * YUAN),
        places=(VILLAGE.id,),
        until=date(2027, 6, 30),
    )
    _tell(world, date(2026, 2, 6), pledged, f"sponsor.{sponsor.id}")
    world.at(date(2026, 3, 6), lambda day: _arrive(world, day, _send(world, day, 90_000 * YUAN)))
    world.at(date(2026, 11, 17), lambda day: _send(world, day, 60_000 * YUAN))


def _send(world: World, day: date, minor: int) -> str:
    """What the sponsor paid in goes on to the team the same day, named."""
    main, post, amount = account_of(COUNTY), post_of(COUNTY), cny(minor)
    tell, voucher = world.diary.tell, world.diary.voucher
    received = MoneyReceived(grant=GRANT, account=main, amount=amount, voucher=voucher(main, day))
    tell(received, day, post, days_late=0, chance=world.beside)
    sent = MoneySent(
        source=main, target=FUND, amount=amount, grant=GRANT, voucher=voucher(main, day)
    )
    return tell(sent, day, post, days_late=0, chance=world.beside)


def _arrive(world: World, day: date, movement: str) -> None:
    arrived = MoneyConfirmed(movement=movement, amount=cny(90_000 * YUAN))
    _tell(world, date(day.year, day.month, day.day + 4), arrived, NOW)


def _plan_taps(world: World) -> None:
    """What the fund is for: four tap stands at the school well, of which the last are being built."""
    en, zh = VILLAGE.name.en, VILLAGE.name.zh_hans
    proposed = ProjectProposed(
        project=TAPS,
        name=both(f"Tap stands at the school well, {en}", f"{zh}小学水井取水点"),
        place=VILLAGE.id,
        theme=Theme.WATER,
        budget=cny(120_000 * YUAN),
        ends_on=date(2026, 12, 18),
    )
    _tell(world, date(2026, 2, 24), proposed, NOW)
    _tell(world, date(2026, 3, 10), ProjectApproved(project=TAPS), OFFICE)
    budgeted = GrantBudgeted(project=TAPS, grant=GRANT, amount=cny(120_000 * YUAN))
    _tell(world, date(2026, 3, 10), budgeted, OFFICE)
    world.at(date(2026, 3, 13), lambda day: _plan_steps(world, day))
    _tell(world, date(2026, 3, 24), ProjectStarted(project=TAPS), NOW)
    for on, minor, shown in PAID:
        world.at(on, partial(_pay, world, minor, shown))


def _plan_steps(world: World, day: date) -> None:
    first = both("Two tap stands in use", "两个取水点投入使用")
    last = both("All four tap stands in use", "四个取水点全部投入使用")
    for name, due_on in ((first, date(2026, 6, 30)), (last, date(2026, 12, 4))):
        planned = MilestonePlanned(project=TAPS, name=name, due_on=due_on)
        step = world.diary.tell(planned, day, NOW, days_late=0, chance=world.beside)
        if name is first:
            shown = SIGHTS["step"]
            file = file_of(shown, Theme.OTHER)
            reached = MilestoneReached(milestone=step, sha256=file, caption=shown)
            _tell(world, date(2026, 6, 26), reached, NOW)


def _pay(world: World, minor: int, shown: str, day: date) -> None:
    spent = MoneySpent(
        account=FUND,
        project=TAPS,
        amount=cny(minor),
        paid_to=PLUMBER,
        voucher=world.diary.voucher(FUND, day),
    )
    movement = world.diary.tell(spent, day, NOW, days_late=1, chance=world.beside)
    for caption in SHOWN_INDOORS:
        if caption.en == shown:
            file = file_of(caption, Theme.WATER)
            evidence = PaymentEvidenced(movement=movement, sha256=file, caption=caption)
            world.diary.tell(evidence, day, NOW, days_late=1, chance=world.beside)


def _tell(world: World, day: date, fact: Fact, post: str) -> None:
    """Let a post report something on a day, without a word of it in the rest of the story."""
    world.at(day, lambda on: world.diary.tell(fact, on, post, days_late=1, chance=world.beside))
