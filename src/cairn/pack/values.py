"""What a pack is: frozen values, each the one source of its table, its CSV and its JSON.

Nothing in it is left blank: what nobody recorded is UNKNOWN, and None says that there is none, as no
next service of a thing that is gone. Amounts are minor units of the currency beside them.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from cairn.following.answers import AsOf, Name, Named

Unknown = Literal["unknown"]
UNKNOWN: Final[Unknown] = "unknown"

Day = date | Unknown | None
Some = Named | Unknown | None


@dataclass(frozen=True, slots=True)
class TeamIs:
    """The team whose pack it is: of which cohort, where, sent by whom, from when to when."""

    team: str
    cohort: Named
    place: Named
    sponsor: Named
    strength: int | Unknown
    placed_on: date
    ends_on: date
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class Counted:
    """So many things of one kind that stand so."""

    what: str
    how: str
    count: int


@dataclass(frozen=True, slots=True)
class OrganisationHere:
    """An organisation that does something here.

    `does`: account (holds one), keeper (of an asset), enterprise (holds one), post (has one here).
    """

    organisation: Named
    role: str
    does: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Former:
    """What the place was called until a day."""

    name: Name
    until: date


@dataclass(frozen=True, slots=True)
class Overview:
    """The place on one page. `north` and `east` are about where it is, in hundredths of a degree."""

    place: Named
    level: str
    above: tuple[Named, ...]
    within: tuple[Named, ...]
    former: tuple[Former, ...]
    ended_on: date | None
    north: int | Unknown
    east: int | Unknown
    organisations: tuple[OrganisationHere, ...]
    teams: tuple[TeamIs, ...]
    counts: tuple[Counted, ...]


@dataclass(frozen=True, slots=True)
class Owing:
    """A commitment that is open: of which sort, about what, owed by whom to whom, since when, by when.

    With `key` its sort is an id. `count` things, or `minor` of money, or a `year` or `language`.
    """

    sort: str
    key: str
    what: str
    of: Named
    to: Named
    owed_by: tuple[Named, ...]
    since: date
    due: date
    overdue: bool
    minor: int | None
    currency: str
    count: int
    year: int
    language: str


@dataclass(frozen=True, slots=True)
class ProjectMoney:
    """What a project may cost and cost, in one currency. `in_kind` is never added to it."""

    currency: str
    budget: int | Unknown
    spent: int
    evidenced: int
    in_kind: int


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """A project of which something is still to be done.

    `next_step`: approve, start, milestone, finish, say-what-is-left, evidence. `blockers` are sorts of commitments that
    are overdue, and findings of its last inspection; `unevidenced` are payments that nothing shows.
    """

    project: Named
    place: Named
    theme: str
    stage: str
    money: tuple[ProjectMoney, ...]
    ends_on: Day
    next_step: str
    next_name: Name
    next_on: Day
    blockers: tuple[str, ...]
    unevidenced: int


@dataclass(frozen=True, slots=True)
class GrantHere:
    """What a grant did here, in one currency, in the accounts here and for the projects here.

    came_in = went_on + in_transit + spent + standing; of unexplained money nothing came in. `coming` is on its way
    here; `paid_here` is what it paid for projects here, from any account; `elsewhere` stands in other
    accounts and may be used only here. Empty restrictions restrict nothing.
    """

    grant: Named
    sponsor: Named
    places: tuple[Named, ...]
    themes: tuple[str, ...]
    projects: tuple[Named, ...]
    until: Day
    restricted: bool
    came_in: int
    went_on: int
    in_transit: int
    spent: int
    standing: int
    coming: int
    paid_here: int
    breach: int
    off_purpose: int
    elsewhere: int
    currency: str


@dataclass(frozen=True, slots=True)
class Unspent:
    """An amount of one grant that stands in an account."""

    grant: Named
    amount: int


@dataclass(frozen=True, slots=True)
class Balance:
    """What stands in an account here, whole and by grant, and what its bank stated last."""

    account: Named
    holder: Named
    place: Named
    amount: int
    currency: str
    unexplained: int
    grants: tuple[Unspent, ...]
    stated_on: Day
    stated: int | Unknown


@dataclass(frozen=True, slots=True)
class OnItsWay:
    """Money sent from an account to another, one of them here, of which `amount` has not arrived."""

    source: Named
    target: Named
    movements: int
    amount: int
    currency: str
    since: date


@dataclass(frozen=True, slots=True)
class Unevidenced:
    """Payments for a project out of an account of which nothing shows what they bought."""

    project: Named
    account: Named
    payments: int
    amount: int
    currency: str
    since: date


@dataclass(frozen=True, slots=True)
class Keys:
    """Where the keys of an asset are."""

    holder: Some
    said: Name


@dataclass(frozen=True, slots=True)
class AssetLine:
    """A thing that stands. `picture` is the fact that shows it: its file is sealed, and may be erased."""

    asset: Named
    place: Named
    keeper: Some
    keeper_is: str
    project: Named | None
    condition: str
    seen_on: Day
    pictured_on: Day
    picture: str
    mender: Some
    mend_by: Day
    every_months: int | Unknown
    serviced_on: date
    next_service: Day
    warranty_until: Day
    keys: Keys | Unknown


@dataclass(frozen=True, slots=True)
class EnterpriseLine:
    """An enterprise that lasts, and the years that it has not accounted for."""

    enterprise: Named
    form: str
    place: Named
    holder: Named
    opened_on: date
    last_year: int | Unknown
    missing_years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RecommendationLine:
    """A recommendation that is open, or that was rejected. `asked` owes the answer, or what it promised."""

    recommendation: Named
    debrief: Named
    place: Named
    speaker: Some
    asked: Some
    state: str
    answer: str
    reason: Name
    drafted_on: date
    promised_by: Day
    ended: bool


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice on the board or to come. `own` where it is for places here alone.

    `missing` are languages in which it is wanted and does not stand as it is now; `unheard`, where it is
    to be read aloud, those whose text was not.
    """

    notice: Named
    topic: str
    places: tuple[Named, ...]
    since: date
    until: date
    languages: tuple[str, ...]
    missing: tuple[str, ...]
    unheard: tuple[str, ...]
    own: bool


@dataclass(frozen=True, slots=True)
class Contact:
    """An open post. `why`: team, here, above, sponsor, keeper, programme. Who sits there is nobody's record."""

    post: Named
    role: str
    place: Named | None
    organisation: Named | None
    why: str


@dataclass(frozen=True, slots=True)
class Ahead:
    """A day of the next twelve months, and what falls on it."""

    on: date
    sort: str
    what: str
    of: Named
    minor: int | None
    currency: str


@dataclass(frozen=True, slots=True)
class Risk:
    """“If `if_`, do `then`”: written by the team; or computed, and then its sort says both."""

    sort: str
    what: str
    of: Named
    on: Day
    minor: int | None
    currency: str
    if_: Name
    then: Name


@dataclass(frozen=True, slots=True)
class Tried:
    """What was tried and came to nothing: sort cancelled, left-nothing, refused, closed, out or attempt."""

    sort: str
    what: str
    of: Named
    on: date
    why: Name


@dataclass(frozen=True, slots=True)
class Advice:
    """What the team would tell the next."""

    said: Name
    on: date
    post: Named


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that Cairn does not know. `kind` is the fact that would say it; "" where none can."""

    sort: str
    what: str
    of: Named
    kind: str


@dataclass(frozen=True, slots=True)
class PackLine:
    """What the incoming team accepts or refuses, one by one.

    `key` names it from pack to pack: `asset/qarasu-well-pump`. `says` is what the pack says of it that no
    day changes, and `digest` the first 16 signs of the SHA-256 of its canonical JSON. It is ready where
    nothing about it is missing or late.
    """

    key: str
    what: str
    id: str
    name: Name
    says: dict[str, Any]
    digest: str
    minor: int | None
    currency: str
    note: Name
    missing: tuple[str, ...]
    late: tuple[str, ...]

    @property
    def ready(self) -> bool:
        """Whether it could be accepted as it stands."""
        return not self.missing and not self.late


@dataclass(frozen=True, slots=True)
class ReadyPart:
    """How many lines of a kind are ready."""

    what: str
    ready: int
    of: int


@dataclass(frozen=True, slots=True)
class Readiness:
    """How many of all lines are ready, and of each kind."""

    ready: int
    of: int
    parts: tuple[ReadyPart, ...]


@dataclass(frozen=True, slots=True)
class Pack:
    """Everything that whoever takes over from a team gets. Its day is that of the last entry it knows."""

    as_of: AsOf
    day: date
    programme: Named
    team: TeamIs
    overview: Overview
    owed: tuple[Owing, ...]
    projects: tuple[ProjectLine, ...]
    grants: tuple[GrantHere, ...]
    balances: tuple[Balance, ...]
    transit: tuple[OnItsWay, ...]
    unevidenced: tuple[Unevidenced, ...]
    assets: tuple[AssetLine, ...]
    enterprises: tuple[EnterpriseLine, ...]
    recommendations: tuple[RecommendationLine, ...]
    notices: tuple[NoticeLine, ...]
    contacts: tuple[Contact, ...]
    calendar: tuple[Ahead, ...]
    risks: tuple[Risk, ...]
    tried: tuple[Tried, ...]
    advice: tuple[Advice, ...]
    gaps: tuple[Gap, ...]
    lines: tuple[PackLine, ...]
    readiness: Readiness

    @property
    def settled(self) -> bool:
        """Whether the money is followed up to the last entry: only then has it a hash to sign."""
        return self.as_of.position == self.as_of.head
