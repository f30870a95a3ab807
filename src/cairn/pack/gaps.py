"""What Cairn does not know of what is here, as a list of its own; and the fact that would say it."""

from collections.abc import Iterable, Iterator

from cairn.assets.facts import AssetInspected, EnterpriseAccounted, KeeperChanged, UpkeepPlanned
from cairn.following.answers import Named
from cairn.handover.facts import KeysLeft
from cairn.money.facts import BalanceStatedByBank
from cairn.pack.values import (
    UNKNOWN,
    AssetLine,
    Balance,
    Contact,
    EnterpriseLine,
    Gap,
    GrantHere,
    Overview,
    ProjectLine,
    TeamIs,
)
from cairn.programme.facts import PlaceLocated, PostOpened
from cairn.values import UNEXPLAINED
from cairn.works.facts import MilestonePlanned

KINDS = {
    "location": PlaceLocated.kind,
    "committee": PostOpened.kind,
    "township": PostOpened.kind,
    "statement": BalanceStatedByBank.kind,
    "seen": AssetInspected.kind,
    "picture": AssetInspected.kind,
    "mender": AssetInspected.kind,
    "upkeep": UpkeepPlanned.kind,
    "milestone": MilestonePlanned.kind,
    "accounts": EnterpriseAccounted.kind,
    "keys": KeysLeft.kind,
    "warranty": "",
    "keeper": KeeperChanged.kind,
    "ends-on": "",
    "budget": "",
    "strength": "",
    "restriction": "",
}
"""What can be unknown, and the kind of fact that says it. Nothing says the others afterwards."""


def gaps(
    *,
    team: TeamIs,
    overview: Overview,
    projects: Iterable[ProjectLine],
    grants: Iterable[GrantHere],
    balances: Iterable[Balance],
    assets: Iterable[AssetLine],
    enterprises: Iterable[EnterpriseLine],
    contacts: Iterable[Contact],
) -> tuple[Gap, ...]:
    """Everything that is unknown, by what it is about."""
    found = [
        *_of_place(team, overview, list(contacts)),
        *(
            _gap(sort, "project", one.project)
            for one in projects
            for sort in unsaid_of_project(one)
        ),
        *(
            _gap("restriction", "grant", one.grant)
            for one in grants
            if not one.restricted and one.grant.name and one.grant.id != UNEXPLAINED
        ),
        *(_gap("statement", "account", one.account) for one in balances if one.stated == UNKNOWN),
        *(_gap(sort, "asset", one.asset) for one in assets for sort in unsaid_of_asset(one)),
        *(
            _gap("accounts", "enterprise", one.enterprise)
            for one in enterprises
            if one.last_year == UNKNOWN
        ),
    ]
    return tuple({(one.sort, one.what, one.of.id): one for one in found}.values())


def _gap(sort: str, what: str, of: Named) -> Gap:
    return Gap(sort, what, of, KINDS[sort])


def _of_place(team: TeamIs, overview: Overview, contacts: list[Contact]) -> Iterator[Gap]:
    if overview.north == UNKNOWN:
        yield _gap("location", "place", overview.place)
    if team.strength == UNKNOWN:
        yield _gap("strength", "team", Named(team.team, team.place.name))
    roles = {one.role for one in contacts if one.why in {"here", "above"}}
    if overview.level == "village" and "committee" not in roles:
        yield _gap("committee", "place", overview.place)
    if overview.level == "village" and "township" not in roles:
        yield _gap("township", "place", overview.place)


def unsaid_of_project(one: ProjectLine) -> Iterator[str]:
    """What is unknown of a project."""
    if one.ends_on == UNKNOWN:
        yield "ends-on"
    if any(money.budget == UNKNOWN for money in one.money[:1]):
        yield "budget"
    if one.stage == "started" and one.next_step != "milestone" and one.next_on == UNKNOWN:
        yield "milestone"


def unsaid_of_asset(one: AssetLine) -> Iterator[str]:
    """What is unknown of an asset."""
    for sort, value in (
        ("keeper", one.keeper),
        ("seen", one.seen_on),
        ("picture", one.pictured_on),
        ("mender", one.mender),
        ("upkeep", one.every_months),
        ("warranty", one.warranty_until),
        ("keys", one.keys),
    ):
        if value == UNKNOWN:
            yield sort
