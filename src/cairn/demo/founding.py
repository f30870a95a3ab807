"""First chapter: the programme opens, places, organisations and accounts are set up, teams arrive."""

from datetime import date
from functools import partial
from typing import Final

from cairn.demo.organisations import CONTRACTORS, SPONSORS, Sponsor
from cairn.demo.places import (
    COUNTIES,
    PLACES,
    TOWNSHIPS,
    VILLAGES,
    County,
    Place,
    Township,
    Village,
    both,
    county_of,
)
from cairn.demo.world import World, account_of, holder_of, post_of
from cairn.money.facts import AccountOpened
from cairn.programme.facts import (
    CohortClosed,
    CohortOpened,
    OrganisationJoined,
    OrganisationRole,
    PlaceAdded,
    PlaceLevel,
    PlaceLocated,
    PolicyChosen,
    PostOpened,
    PostRole,
    ProgrammeOpened,
    TeamPlaced,
)
from cairn.trace.policy import Policy
from cairn.values import Text

OPENED: Final = date(2025, 1, 6)
YEARS: Final = (2025, 2026)
PROVINCE: Final = "programme-office.xiling"
AUDITOR: Final = "auditor.xiling"
TOWNSHIPS_WITH_TEAMS: Final = ("hongliu-township", "baiyangdu-town")
KEEPER: Final = f"keeper.{VILLAGES[0].id}"
"""The one post that looks after what stands in a village, and nothing else."""
DOLLARS: Final = f"{COUNTIES[2].id}-office-usd"
"""The one account that is kept in another currency."""

INVITED: Final = (
    PROVINCE,
    f"county-office.{COUNTIES[0].id}",
    f"county-accountant.{COUNTIES[0].id}",
    f"township-accountant.{TOWNSHIPS[0].id}",
    f"committee-accountant.{VILLAGES[0].id}",
    f"team.{VILLAGES[0].id}-{YEARS[1]}",
    KEEPER,
    AUDITOR,
)
"""The posts to which the demo invites whoever runs it."""

Day = dict[int, date]
BEGINS: Final[Day] = {2025: date(2025, 2, 17), 2026: date(2026, 1, 19)}
ENDS: Final[Day] = {2025: date(2025, 12, 31), 2026: date(2027, 12, 31)}
"""The second cohort stays two years: whoever opens the demo by then finds a team at its desk."""


def found(world: World) -> None:
    """Open the programme and lay out its calendar of cohorts."""
    tell = world.diary.tell
    name = both("Resident teams of Xiling", "西岭驻村工作")
    opening = ProgrammeOpened(name=name, timezone="Asia/Shanghai", currency="CNY")
    tell(opening, OPENED, PROVINCE, days_late=0)
    tell(PolicyChosen(policy=Policy.GRANT_FIFO), OPENED, PROVINCE, days_late=0)
    _seat(world, PROVINCE, both("Programme office", "项目办公室"), PostRole.PROGRAMME_OFFICE)
    _seat(world, AUDITOR, both("Auditor", "审计"), PostRole.AUDITOR)
    for place in PLACES:
        _add(world, place)
    for sponsor in SPONSORS:
        _join(world, sponsor.id, sponsor.name, OrganisationRole.SPONSOR)
        seat = both(f"{sponsor.name.en}, grants", f"{sponsor.name.zh_hans}资助岗")
        _seat(world, f"sponsor.{sponsor.id}", seat, PostRole.SPONSOR, organisation=sponsor.id)
    for contractor in CONTRACTORS:
        _join(world, contractor.id, contractor.name, OrganisationRole.CONTRACTOR)
    for year in YEARS:
        world.at(BEGINS[year], partial(_begin, world, year))
    world.at(date(2026, 1, 9), partial(_close, world, 2025))


def sponsor_of(place: Village | Township, year: int) -> Sponsor:
    """Who sends the team of a place that year. A third of the villages change hands in between."""
    if isinstance(place, Township):
        return SPONSORS[8 if place.id == TOWNSHIPS_WITH_TEAMS[1] else 0]
    county = county_of(place)
    mine = [village for village in VILLAGES if county_of(village) is county]
    at = mine.index(place)
    moves = 1 if year == YEARS[1] and at % 3 == 0 else 0
    return SPONSORS[COUNTIES.index(county) + 3 * ((at + moves) % 5)]


def villages_of(sponsor: Sponsor, year: int) -> list[Village]:
    """Where a sponsor's teams live that year."""
    return [village for village in VILLAGES if sponsor_of(village, year) is sponsor]


def _add(world: World, place: Place) -> None:
    level, within = PlaceLevel.COUNTY, None
    if isinstance(place, Township):
        level, within = PlaceLevel.TOWNSHIP, place.county.id
    elif isinstance(place, Village):
        level, within = PlaceLevel.VILLAGE, place.township.id
    added = PlaceAdded(place=place.id, name=place.name, level=level, within=within)
    world.diary.tell(added, OPENED, PROVINCE, days_late=1)
    north, east = _about(world, place)
    located = PlaceLocated(place=place.id, north=north, east=east)
    world.diary.tell(located, OPENED, PROVINCE, days_late=1, chance=world.aside)
    en, zh = place.name.en, place.name.zh_hans
    if isinstance(place, Village):
        role, called = OrganisationRole.COMMITTEE, both(f"{en} village committee", f"{zh}委会")
    else:
        role, called = OrganisationRole.OFFICE, both(f"{en} Rural Works Office", f"{zh}乡村工程办")
    _join(world, holder_of(place), called, role)
    seats = {post_of(place): both(f"{called.en}, accountant", f"{called.zh_hans}会计")}
    if level is PlaceLevel.COUNTY:
        seats[f"county-office.{place.id}"] = both(f"{called.en}, head", f"{called.zh_hans}主任")
    for post, seat in seats.items():
        _seat(world, post, seat, ROLES[level], place=place.id, organisation=holder_of(place))
    if place is VILLAGES[0]:
        seat = both(f"Keeper of wells and roads, {en}", f"{zh}设施管护岗")
        at = {"place": place.id, "organisation": holder_of(place)}
        _seat(world, KEEPER, seat, PostRole.KEEPER, **at)
    account = both(f"{called.en}, main account", f"{called.zh_hans}基本户")
    _open(world, account_of(place), account, place, "CNY")
    if level is PlaceLevel.COUNTY:
        _open(world, cash_of(place), both(f"{en}, cash box", f"{zh}备用金"), place, "CNY")
    if account_of(place) + "-usd" == DOLLARS:
        _open(world, DOLLARS, both(f"{en}, dollar account", f"{zh}美元账户"), place, "USD")


ROLES: Final = {
    PlaceLevel.COUNTY: PostRole.COUNTY,
    PlaceLevel.TOWNSHIP: PostRole.TOWNSHIP,
    PlaceLevel.VILLAGE: PostRole.COMMITTEE,
}
"""What the posts of a place are there for."""


def _seat(world: World, post: str, name: Text, role: PostRole, **at: str) -> None:
    opened = PostOpened.model_validate({"post": post, "name": name, "role": role, **at})
    world.diary.note(opened, OPENED, PROVINCE)


def _about(world: World, place: Place) -> tuple[int, int]:
    """Where a place is, in the middle of an ocean: no village that there is can be meant."""
    county = COUNTIES.index(county_of(place))
    north, east = 3_400 + 30 * (county % 2), -4_200 + 110 * county
    if isinstance(place, County):
        return north, east
    township = place if isinstance(place, Township) else place.township
    at = TOWNSHIPS.index(township) % 4
    north, east = north + 44 * (at // 2) - 22, east + 48 * (at % 2) - 24
    if isinstance(place, Township):
        return north, east
    spread = 2 * world.aside.randint(-3, 3)
    at = VILLAGES.index(place) % 4
    return north + 18 * (at // 2) - 8 + spread, east + 20 * (at % 2) - 10 - spread


def cash_of(place: Place) -> str:
    """The cash box of a county's office."""
    return f"{account_of(place)}-cash"


def _open(world: World, account: str, name: Text, place: Place, currency: str) -> None:
    holder = holder_of(place)
    opened = AccountOpened(
        account=account, name=name, holder=holder, place=place.id, currency=currency
    )
    world.diary.tell(opened, OPENED, post_of(place), days_late=2)


def _join(world: World, organisation: str, name: Text, role: OrganisationRole) -> None:
    joined = OrganisationJoined(organisation=organisation, name=name, role=role)
    world.diary.tell(joined, OPENED, PROVINCE, days_late=1)


def _begin(world: World, year: int, day: date) -> None:
    if str(year) in world.early:
        world.diary.leave_out(PROVINCE, day, days_late=0)
    else:
        world.diary.tell(cohort_of(year), day, PROVINCE, days_late=0)
    seats: list[Village | Township] = [
        township for township in TOWNSHIPS if township.id in TOWNSHIPS_WITH_TEAMS
    ]
    for place in [*seats, *VILLAGES]:
        world.after(day, 0, 9, partial(_place, world, year, place))


def cohort_of(year: int) -> CohortOpened:
    """The cohort of a year."""
    name = both(f"Cohort of {year}", f"{year}年度工作队")
    return CohortOpened(cohort=str(year), name=name, ends_on=ENDS[year])


def _place(world: World, year: int, place: Village | Township, day: date) -> None:
    strength = world.rng.randint(3, 5) if isinstance(place, Village) else world.rng.randint(6, 8)
    placed, leader = team_of(place, year, strength=strength)
    if placed.team in world.early:
        world.diary.leave_out(f"team.{placed.team}", day)
        world.diary.leave_out_note(day)
        return
    world.diary.tell(placed, day, f"team.{placed.team}")
    world.diary.note(leader, day, PROVINCE)


def team_of(
    place: Village | Township, year: int, *, strength: int
) -> tuple[TeamPlaced, PostOpened]:
    """The team of a place, and the post that leads it."""
    team = f"{place.id}-{year}"
    placed = TeamPlaced(
        team=team,
        cohort=str(year),
        place=place.id,
        sponsor=sponsor_of(place, year).id,
        strength=strength,
    )
    called = both(f"Team leader, {place.name.en}", f"{place.name.zh_hans}工作队队长")
    leader = PostOpened(post=f"team.{team}", name=called, role=PostRole.TEAM_LEADER, team=team)
    return placed, leader


def _close(world: World, year: int, day: date) -> None:
    world.diary.tell(CohortClosed(cohort=str(year)), day, PROVINCE)
