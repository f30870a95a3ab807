"""Second chapter: sponsors pledge, change their minds, and pay in instalments."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Final

from cairn.demo.founding import DOLLARS, OPENED, YEARS, villages_of
from cairn.demo.organisations import SPONSORS, Sponsor
from cairn.demo.places import COUNTIES, TOWNSHIPS, County, both
from cairn.demo.world import YUAN, Grant, World, account_of, cny, post_of, rounded
from cairn.money.facts import (
    GrantPledged,
    MoneyExchanged,
    MoneyReceived,
    OpeningBalanceStated,
    PledgeChanged,
)
from cairn.values import Money, Text, Theme

USUAL_PLEDGE: Final = 1_450_000
"""Yuan."""

PURPOSE: Final[dict[Theme, Text]] = {
    Theme.WATER: both("Safe water", "饮水与水利资金"),
    Theme.ROAD: both("Village roads", "乡村道路资金"),
    Theme.SCHOOL: both("School buildings", "校舍改善资金"),
    Theme.CLINIC: both("Village clinics", "村卫生室资金"),
    Theme.ENERGY: both("Light and heat", "能源照明资金"),
    Theme.HOUSING: both("Sound roofs", "安居修缮资金"),
    Theme.FARMING: both("Orchards and fields", "林果种植资金"),
    Theme.ENTERPRISE: both("Village workshops", "村级产业资金"),
    Theme.CULTURE: both("Halls and books", "文化阵地资金"),
    Theme.SKILLS: both("Skills", "技能培训资金"),
    Theme.OTHER: both("Village needs", "民生实事资金"),
}


@dataclass(frozen=True, slots=True)
class Pledge:
    """What a sponsor is about to promise, in fen."""

    grant: Grant
    name: Text
    amount: int
    counties: tuple[County, ...]


def plan_pledges(world: World) -> None:
    """Let each sponsor pledge two or three times a year, and one pledge in dollars."""
    for year in YEARS:
        for at, sponsor in enumerate(SPONSORS):
            home = COUNTIES[at % 3]
            for pledge in _pledges(world, sponsor, home, year):
                first = date(2025, 1, 13) if year == YEARS[0] else date(2026, 1, 5)
                late = world.chance(0.25)
                least, most = (100, 200) if late else (0, 60)
                world.after(first, least, most, partial(_pledge, world, pledge))
    world.at(OPENED, partial(_open_with_what_was_there, world))
    world.at(date(2025, 3, 11), partial(_pledge_dollars, world))


def _pledges(world: World, sponsor: Sponsor, home: County, year: int) -> list[Pledge]:
    """One for its own teams' villages, one for what it likes to build, sometimes one for anything."""
    until = date(year + 1, 6, 30)
    theme = world.rng.choice(sponsor.leaning)
    teams = Grant(f"{sponsor.id}-teams-{year}", sponsor.id, (home.id,))
    teams.places = tuple(village.id for village in villages_of(sponsor, year))
    named = both(
        f"Team fund {year}: {sponsor.name.en}", f"{year}年工作队经费·{sponsor.name.zh_hans}"
    )
    themed = Grant(f"{sponsor.id}-{theme}-{year}", sponsor.id, (home.id,), themes=(theme,))
    themed.until = until
    themed.places = (home.id,) if world.chance(0.5) else ()
    called = both(
        f"{PURPOSE[theme].en} {year}: {sponsor.name.en}",
        f"{year}年{PURPOSE[theme].zh_hans}·{sponsor.name.zh_hans}",
    )
    pledges = [
        Pledge(teams, named, _size(world, sponsor, 0.7), (home,)),
        Pledge(themed, called, _size(world, sponsor, 1.0), (home,)),
    ]
    if sponsor.weight >= 1.4 or world.chance(0.15):
        where = tuple(COUNTIES) if sponsor.weight >= 1.4 else (home,)
        free = Grant(f"{sponsor.id}-open-{year}", sponsor.id, tuple(c.id for c in where))
        free.until = until if world.chance(0.4) else None
        text = both(
            f"Village needs {year}: {sponsor.name.en}",
            f"{year}年民生实事资金·{sponsor.name.zh_hans}",
        )
        pledges.append(Pledge(free, text, _size(world, sponsor, 1.7), where))
    return pledges


def _size(world: World, sponsor: Sponsor, times: float) -> int:
    amount = world.around(USUAL_PLEDGE * sponsor.weight * times, 0.35)
    return rounded(amount * YUAN, 500_000 if amount > 2_000_000 else 100_000)


def _pledge(world: World, pledge: Pledge, day: date) -> None:
    grant = pledge.grant
    pledged = GrantPledged(
        grant=grant.id,
        name=pledge.name,
        sponsor=grant.sponsor,
        amount=cny(pledge.amount),
        places=grant.places,
        themes=grant.themes,
        until=grant.until,
    )
    world.diary.tell(pledged, day, f"sponsor.{grant.sponsor}")
    world.grants[grant.id] = grant
    amount = pledge.amount
    if world.mishaps.due("pledge-changed", day):
        amount = _change(world, pledge, day + timedelta(40))
    share = amount // len(pledge.counties)
    for county in pledge.counties:
        grant.free[county.id] = share
        _pay_in(world, grant, county, share, day)


def _change(world: World, pledge: Pledge, day: date) -> int:
    grows = world.chance(0.5)
    amount = rounded(pledge.amount * (1.25 if grows else 0.7), 100_000)
    reason = (
        "Second phase added · 追加二期" if grows else "The sponsor's own budget was cut · 压减预算"
    )
    changed = PledgeChanged(grant=pledge.grant.id, amount=cny(amount), reason=reason)
    world.tell_on(day, changed, f"sponsor.{pledge.grant.sponsor}")
    return amount


def _pay_in(world: World, grant: Grant, county: County, amount: int, day: date) -> None:
    """In one to three instalments; now and then the last of them does not come."""
    parts = world.rng.choice([(100,), (60, 40), (50, 50), (40, 30, 30)])
    left = amount
    for at, part in enumerate(parts):
        last = at == len(parts) - 1
        instalment = left if last else rounded(amount * part / 100, 1_000)
        left -= instalment
        if last and at and world.chance(0.1):
            return
        day += timedelta(world.rng.randint(4, 24) if not at else world.rng.randint(50, 110))
        world.at(day, partial(receive, world, grant, county, instalment))


def receive(world: World, grant: Grant, county: County, amount: int, day: date) -> None:
    """Money of a grant enters the county's account."""
    if amount <= 0:
        return
    account = account_of(county)
    voucher = world.diary.voucher(account, day)
    received = MoneyReceived(grant=grant.id, account=account, amount=cny(amount), voucher=voucher)
    world.diary.tell(received, day, post_of(county))
    world.pools.put(account, [(grant.id, amount)])


def _open_with_what_was_there(world: World, day: date) -> None:
    """One balance whose grant is known, and one that nobody can account for any more."""
    county, township, sponsor = COUNTIES[0], TOWNSHIPS[5], SPONSORS[5]
    grant = Grant("three-wells-foundation-2024", sponsor.id, (county.id,))
    name = both("Left over from 2024: Three Wells Foundation", "2024年结余·三眼井基金会")
    amount = cny(862_415_60)
    pledged = GrantPledged(grant=grant.id, name=name, sponsor=sponsor.id, amount=amount)
    world.diary.tell(pledged, day, f"sponsor.{sponsor.id}", days_late=3)
    known = OpeningBalanceStated(account=account_of(county), amount=amount, grant=grant.id)
    world.diary.tell(known, day, post_of(county), days_late=3)
    unknown = OpeningBalanceStated(account=account_of(township), amount=cny(43_218_60))
    world.diary.tell(unknown, day, post_of(township), days_late=3)
    world.grants[grant.id] = grant
    grant.free[county.id] = amount.minor
    world.pools.put(account_of(county), [(grant.id, amount.minor)])
    world.pools.put(account_of(township), [("unexplained", unknown.amount.minor)])


def _pledge_dollars(world: World, day: date) -> None:
    """A pledge in dollars, for wells and pumps in one county, exchanged as it is needed."""
    sponsor, county = SPONSORS[14], COUNTIES[2]
    themes = (Theme.WATER, Theme.ENERGY)
    grant = Grant("far-rivers-wells-2025", sponsor.id, (county.id,), (county.id,), themes)
    pledged = GrantPledged(
        grant=grant.id,
        name=both("Wells and pumps: Far Rivers Fund", "水井与水泵项目·远河国际基金"),
        sponsor=sponsor.id,
        amount=Money.of("420000.00", "USD"),
        places=grant.places,
        themes=grant.themes,
    )
    world.diary.tell(pledged, day, f"sponsor.{sponsor.id}")
    world.grants[grant.id] = grant
    instalments = ((date(2025, 4, 2), "180000.00"), (date(2026, 3, 5), "200000.00"))
    for on, dollars in instalments:
        world.at(on, partial(_receive_dollars, world, grant, county, dollars))
    for on, dollars, rate in (
        (date(2025, 4, 21), "95000.00", "7.1842"),
        (date(2025, 8, 6), "80000.00", "7.1523"),
        (date(2026, 3, 24), "110000.00", "7.0617"),
        (date(2026, 8, 18), "60000.00", "7.0294"),
    ):
        out = Money.of(dollars, "USD")
        world.at(on, partial(_exchange, world, grant, county, out, rate))


def _receive_dollars(world: World, grant: Grant, county: County, dollars: str, day: date) -> None:
    voucher = world.diary.voucher(DOLLARS, day)
    received = MoneyReceived(
        grant=grant.id, account=DOLLARS, amount=Money.of(dollars, "USD"), voucher=voucher
    )
    world.diary.tell(received, day, post_of(county))


def _exchange(world: World, grant: Grant, county: County, out: Money, rate: str, day: date) -> None:
    arrived = int(out.minor * Decimal(rate))
    exchanged = MoneyExchanged(
        source=DOLLARS,
        target=account_of(county),
        grant=grant.id,
        amount=out,
        arrived=cny(arrived),
        rate=rate,
    )
    world.diary.tell(exchanged, day, post_of(county))
    world.pools.put(account_of(county), [(grant.id, arrived)])
    grant.free[county.id] = grant.free.get(county.id, 0) + arrived
