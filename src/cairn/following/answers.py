"""What queries.py answers: frozen values, each the one source of a table, its chart and its CSV.

Amounts are integers in minor units of the `currency` beside them; currencies are never added.
Names are `{language: text}`, for a page to choose from.
"""

from dataclasses import dataclass
from datetime import date

from cairn.trace.policy import Kind

Name = dict[str, str]


@dataclass(frozen=True, slots=True)
class Named:
    """A thing on record. An end outside it (`~fee`, `~repaid`…, `unexplained`) has no name."""

    id: str
    name: Name


@dataclass(frozen=True, slots=True)
class AsOf:
    """How far the answer reaches: the trace's position, the journal's, and the policy."""

    position: int
    head: int
    policy: str
    policy_version: str


@dataclass(frozen=True, slots=True)
class Stages:
    """How far the money has come. Each stage holds part of the one before; never summed.

    Of what was confirmed, `exchanged` goes on in another currency, where it is received anew.
    """

    currency: str
    pledged: int
    received: int
    sent: int
    confirmed: int
    spent: int
    evidenced: int
    exchanged: int


@dataclass(frozen=True, slots=True)
class Unexplained:
    """Money that no recorded receipt accounts for: arisen = standing + in transit + spent."""

    currency: str
    arisen: int
    standing: int
    in_transit: int
    spent: int


@dataclass(frozen=True, slots=True)
class InTransit:
    """A movement of which `left` has not arrived, `days` after it was sent."""

    movement: str
    source: Named
    target: Named
    sent_on: date
    days: int
    amount: int
    left: int
    currency: str


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place with everything within it, in one currency. `depth` is 0 for the topmost."""

    place: Named
    level: str
    depth: int
    projects: int
    budget: int
    spent: int
    evidenced: int
    standing: int
    currency: str


@dataclass(frozen=True, slots=True)
class GrantRow:
    """A grant in one currency: received = standing + in transit + spent."""

    grant: Named
    sponsor: Named
    pledged: int
    received: int
    standing: int
    in_transit: int
    spent: int
    evidenced: int
    breach: int
    off_purpose: int
    currency: str


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project in one currency. `stage`: proposed, approved, started, completed, cancelled."""

    project: Named
    place: Named
    theme: str
    stage: str
    budget: int | None
    spent: int
    evidenced: int
    in_kind: int
    ends_on: date | None
    overdue: bool
    currency: str


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account with what stands in it and what is on its way to it."""

    account: Named
    holder: Named
    place: Named
    standing: int
    in_transit: int
    unexplained: int
    currency: str


@dataclass(frozen=True, slots=True)
class GiftRow:
    """Things given, with what they are worth: never added to money."""

    sponsor: Named
    project: Named
    what: Name
    quantity: int
    unit: str
    worth: int
    currency: str
    given_on: date


@dataclass(frozen=True, slots=True)
class ProgrammeTotals:
    """A programme at a glance."""

    programme: Named
    as_of: AsOf
    opened_on: date
    stages: tuple[Stages, ...]
    unexplained: tuple[Unexplained, ...]
    in_kind: tuple[tuple[str, int], ...]
    in_transit: tuple[InTransit, ...]
    in_transit_count: int
    places: tuple[PlaceRow, ...]
    grants: tuple[GrantRow, ...]


@dataclass(frozen=True, slots=True)
class Edge:
    """How much of a grant went from one end to another; of what was sent, what became of it.

    `kind` is RECEIVE (source: the sponsor, or `~interest`…), MOVE, SEND or SPEND (target: the
    project).
    """

    kind: Kind
    source: Named
    target: Named
    amount: int
    arrived: int
    in_transit: int
    returned: int
    movements: int


@dataclass(frozen=True, slots=True)
class Share:
    """How much of one grant went into one project, and what is wrong with it."""

    grant: Named
    sponsor: Named
    project: Named
    place: Named
    theme: str
    amount: int
    evidenced: int
    breach: int
    off_purpose: int
    off_reasons: tuple[str, ...]
    currency: str


@dataclass(frozen=True, slots=True)
class Flagged:
    """A payment, or part of one, that its sponsor should see.

    `what` is "breach" (money of `grant` paid for what `named` was named for), "off purpose"
    (`reasons`: place, theme, project, until) or "unexplained".
    """

    what: str
    movement: str
    happened_on: date
    account: Named
    project: Named
    grant: Named
    named: Named | None
    reasons: tuple[str, ...]
    amount: int
    currency: str
    position: int


@dataclass(frozen=True, slots=True)
class Restriction:
    """What a grant may be used for; empty where it may be used for anything."""

    places: tuple[Named, ...]
    themes: tuple[str, ...]
    projects: tuple[Named, ...]
    until: date | None


@dataclass(frozen=True, slots=True)
class GrantFollowed:
    """A grant from its pledge to each project, in one currency.

    Its lists may hold the largest, or the oldest, only; the counts say how many there are.
    """

    programme: Named
    as_of: AsOf
    row: GrantRow
    pledged_on: date | None
    restriction: Restriction
    edges: tuple[Edge, ...]
    edges_count: int
    shares: tuple[Share, ...]
    shares_count: int
    standing: tuple[AccountRow, ...]
    standing_count: int
    in_transit: tuple[InTransit, ...]
    in_transit_count: int
    exceptions: tuple[Flagged, ...]
    exceptions_count: int
    other_currencies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a movement: so much of this grant."""

    grant: Named
    amount: int
    breach: bool
    off_reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment for a project, with what it was made of."""

    movement: str
    happened_on: date
    account: Named
    payee: Named | None
    voucher: str
    named: Named | None
    amount: int
    currency: str
    evidence: int
    reversed: bool
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """What shows that a payment bought what it says: `file` is the SHA-256 of the file.

    Some files are kept here and some by others; `document_bytes` is how long one is that is a PDF
    and kept here. Nothing is left of a caption or a file that was shredded.
    """

    attached_on: date
    caption: Name | None
    paid_on: date
    amount: int
    currency: str
    voucher: str
    file: str
    is_kept: bool
    document_bytes: int | None
    movement: str


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of a long list: rows from `start` of `total`, `size` at a time.

    `first` and `last` are the keys of its rows at both ends, where the next stretch is found by these.
    """

    start: int
    size: int
    total: int
    first: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True)
class ProjectFollowed:
    """A project with who paid how much. Of the evidence, that of the latest payments."""

    programme: Named
    as_of: AsOf
    row: ProjectRow
    rows: tuple[ProjectRow, ...]
    proposed_on: date
    approved_on: date | None
    started_on: date | None
    completed_on: date | None
    cancelled_on: date | None
    cancelled_because: str
    shares: tuple[Share, ...]
    payments: tuple[Payment, ...]
    page: Page
    evidence: tuple[EvidenceRow, ...]
    evidence_count: int
    gifts: tuple[GiftRow, ...]


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A cohort's presence in a place."""

    team: str
    cohort: Named
    place: Named
    sponsor: Named
    strength: int | None
    placed_on: date


@dataclass(frozen=True, slots=True)
class PlaceFollowed:
    """A place with its projects and money."""

    programme: Named
    as_of: AsOf
    rows: tuple[PlaceRow, ...]
    above: tuple[Named, ...]
    within: tuple[PlaceRow, ...]
    projects: tuple[ProjectRow, ...]
    projects_count: int
    accounts: tuple[AccountRow, ...]
    accounts_count: int
    shares: tuple[Share, ...]
    teams: tuple[TeamRow, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an account's statement, with the balance after it and what it was made of.

    `what` is the kind of fact ("money.money-sent"); `other` the end at the other side.
    """

    movement: str
    of: str
    position: int
    happened_on: date
    kind: Kind
    what: str
    other: Named
    came_in: int
    went_out: int
    balance: int
    voucher: str
    note: str
    reversed: bool
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class AccountFollowed:
    """An account's statement. `standing` holds a row per grant."""

    programme: Named
    as_of: AsOf
    row: AccountRow
    opened_on: date
    standing: tuple[Part, ...]
    lines: tuple[Line, ...]
    page: Page
