"""What queries answer about works, assets, enterprises and needs: frozen values, as in answers.py."""

from dataclasses import dataclass
from datetime import date

from cairn.following.answers import AsOf, Name, Named


@dataclass(frozen=True, slots=True)
class AssetRow:
    """An asset as it stands. `condition`: as last seen, `unseen`, or `out` of use.

    `overdue` says what of it is late: its `upkeep`, its `mending`.
    """

    asset: Named
    place: Named
    keeper: Named
    project: Named | None
    condition: str
    seen_on: date | None
    mender: Named | None
    mend_by: date | None
    due_on: date | None
    overdue: tuple[str, ...]
    warranty_until: date | None
    every_months: int | None
    upkeep: int | None
    currency: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo or PDF under seal: "" for no file, None for a caption that was erased or never given.

    `document_bytes` is how long a PDF is, and nothing of a photo.
    """

    file: str
    caption: Name | None
    is_kept: bool
    document_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Sighting:
    """In which condition an asset was on a day: seen by an inspection, or told with a repair."""

    seen_on: date
    condition: str
    mender: Named | None
    mend_by: date | None
    picture: Picture


@dataclass(frozen=True, slots=True)
class UpkeepRow:
    """A repair or planned upkeep, with what its payment cost from which account."""

    done_on: date
    kind: str
    what: Name
    condition: str
    cost: int | None
    account: Named | None
    movement: str
    currency: str


@dataclass(frozen=True, slots=True)
class KeepingRow:
    """Since when an organisation kept an asset."""

    since: date
    keeper: Named
    reason: str


@dataclass(frozen=True, slots=True)
class AssetFollowed:
    """An asset with everything seen of it and done to it, the latest first."""

    programme: Named
    as_of: AsOf
    row: AssetRow
    handed_on: date
    out_on: date | None
    out_because: str
    sightings: tuple[Sighting, ...]
    upkeep: tuple[UpkeepRow, ...]
    keepers: tuple[KeepingRow, ...]

    @property
    def conditions(self) -> list[tuple[date, str]]:
        """Each condition it was in from when on, the earliest first; repairs tell one too."""
        seen = [(one.seen_on, one.condition) for one in self.sightings]
        seen += [(one.done_on, one.condition) for one in self.upkeep if one.condition]
        return sorted(seen, key=lambda one: one[0])


@dataclass(frozen=True, slots=True)
class NeedRow:
    """A need. `state`: open, taken-up, met, elsewhere, refused; `days` it waited for its answer."""

    need: Named
    place: Named
    theme: str
    raised_on: date
    raised_by: Named
    state: str
    days: int
    answered_on: date | None
    project: Named | None
    elsewhere: Name
    refused: str
    picture: Picture


@dataclass(frozen=True, slots=True)
class EnterpriseRow:
    """An enterprise with what it accounted for last, or in one year; amounts None where unsaid."""

    enterprise: Named
    form: str
    place: Named
    holder: Named
    project: Named | None
    opened_on: date
    closed_on: date | None
    closed_because: str
    year: int | None
    income: int | None
    costs: int | None
    shared_out: int | None
    currency: str

    @property
    def result(self) -> int | None:
        """What is left of the income after costs."""
        return None if self.income is None or self.costs is None else self.income - self.costs


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    """A milestone of a project, and what shows that it was reached."""

    name: Name
    due_on: date
    reached_on: date | None
    late: bool
    picture: Picture


@dataclass(frozen=True, slots=True)
class SupplierRow:
    """Who was engaged for what, and for how much."""

    supplier: Named
    what: Name
    amount: int
    paid: int
    engaged_on: date
    currency: str


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """What of a project's budget is planned from a grant, beside what that grant paid so far."""

    grant: Named
    planned: int
    paid: int
    currency: str


@dataclass(frozen=True, slots=True)
class ProgressRow:
    """How work stood on a day, as seen."""

    inspected_on: date
    finding: str
    mender: Named | None
    mend_by: date | None
    picture: Picture


@dataclass(frozen=True, slots=True)
class ProjectWorks:
    """How a project was planned and seen, what it leaves and which needs it answers.

    `unsaid`: it is completed, and nobody said which assets it left, nor that it left none.
    """

    budgets: tuple[BudgetRow, ...]
    milestones: tuple[MilestoneRow, ...]
    suppliers: tuple[SupplierRow, ...]
    progress: tuple[ProgressRow, ...]
    assets: tuple[AssetRow, ...]
    needs: tuple[NeedRow, ...]
    enterprises: tuple[EnterpriseRow, ...]
    leaves_nothing: str
    unsaid: bool


@dataclass(frozen=True, slots=True)
class UnsaidRow:
    """A completed project of which nobody has said what it left."""

    project: Named
    place: Named
    completed_on: date


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that a search found."""

    what: str
    thing: Named


@dataclass(frozen=True, slots=True)
class OnMap:
    """A place on a map, in hundredths of a degree, with how many assets in use stand in it."""

    place: Named
    north: int
    east: int
    assets: int
    broken: int
    overdue: int


@dataclass(frozen=True, slots=True)
class PlaceChanges:
    """What a place was called until when, what it became, and what became it."""

    former: tuple[tuple[Name, date], ...]
    ended_on: date | None
    successors: tuple[Named, ...]
    predecessors: tuple[tuple[Named, date], ...]
