"""The columns of every table on the public pages, each declared once for page and CSV.

A column's `id` is its name in the CSV and stays as it is; its label and meaning are translated.
"""

from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cairn.following.answers import Line, Named
from cairn.trace.policy import Kind
from cairn.web.tables import Amount, Coded, Column, Count, Day, Parts, Thing, Written
from cairn.web.words import (
    ERASED,
    HAPPENED,
    LEVELS,
    OFF_REASONS,
    PROJECT_STAGES,
    STEPS,
    THEMES,
    WRONGS,
)

Columns = tuple[Column[Any], ...]
the = attrgetter


@dataclass(frozen=True, slots=True)
class StageRow:
    """A stage of the money in one currency, beside what was pledged."""

    code: str
    label: Promise
    means: Promise
    amount: int
    pledged: int
    longest: int
    currency: str


PLEDGED = Amount(id="pledged", label=_("Pledged"), of=the("pledged"))
RECEIVED = Amount(
    id="received",
    label=_("Received"),
    of=the("received"),
    means=_("Entered an account: standing, in transit and spent together."),
)
STANDING = Amount(
    id="standing",
    label=_("Standing"),
    of=the("standing"),
    means=_("In an account: neither spent nor on its way."),
)
IN_TRANSIT = Amount(
    id="in_transit",
    label=_("In transit"),
    of=the("in_transit"),
    means=_("Sent, and not yet confirmed by the receiver."),
)
SPENT = Amount(id="spent", label=_("Spent"), of=the("spent"))
EVIDENCED = Amount(
    id="evidenced",
    label=_("Evidenced"),
    of=the("evidenced"),
    means=_("The part of what was spent that a photo, document or inspection shows."),
)
BREACH = Amount(
    id="breach",
    optional=True,
    label=_("Breach"),
    of=the("breach"),
    wrong="breach",
    means=_("A payment named one grant, and money of another paid for it."),
)
OFF_PURPOSE = Amount(
    id="off_purpose",
    optional=True,
    label=_("Off purpose"),
    of=the("off_purpose"),
    wrong="off-purpose",
    means=_("Spent outside the grant's restriction: another place, theme or project, or late."),
)
BUDGET = Amount(id="budget", label=_("Budget"), of=the("budget"))
GRANT: Column[Any] = Thing(id="grant", label=_("Grant"), of=the("grant"), is_a="grant")
SPONSOR: Column[Any] = Thing(id="sponsor", label=_("Sponsor"), of=the("sponsor"), is_a="sponsor")
PLACE: Column[Any] = Thing(id="place", label=_("Place"), of=the("place"), is_a="place")
ACCOUNT: Column[Any] = Thing(id="account", label=_("Account"), of=the("account"), is_a="account")
THEME: Column[Any] = Coded(id="theme", label=_("Theme"), of=the("theme"), words=THEMES)
MOVEMENT: Column[Any] = Column(
    id="movement", label=_("Movement"), of=the("movement"), csv_only=True
)
VOUCHER: Column[Any] = Column(optional=True, id="voucher", label=_("Voucher"), of=the("voucher"))
MADE_OF: Column[Any] = Parts(
    id="parts",
    label=_("Made of"),
    of=the("parts"),
    breach=_("breach"),
    means=_("Which grants the money is traced to, in the order it was taken."),
)


def _project_or_end(row: Any) -> str:  # noqa: ANN401 - any row that names a project
    return "" if row.project.id.startswith("~") else "project"


PROJECT: Column[Any] = Thing(
    id="project", label=_("Project"), of=the("project"), is_a=_project_or_end
)

STAGES_AS_ROWS: Columns = (
    Column(id="stage", label=_("Stage"), of=the("code")),
    Amount(id="amount", label=_("Amount"), of=the("amount")),
)

GRANTS: Columns = (
    GRANT,
    SPONSOR,
    PLEDGED,
    RECEIVED,
    STANDING,
    IN_TRANSIT,
    SPENT,
    EVIDENCED,
    BREACH,
    OFF_PURPOSE,
)

PLACES: Columns = (
    PLACE,
    Coded(id="level", label=_("Level"), of=the("level"), words=LEVELS),
    Count(id="depth", label=_("Depth"), of=the("depth"), csv_only=True),
    Count(id="projects", label=_("Projects"), of=the("projects")),
    BUDGET,
    Amount(id="spent", label=_("Spent"), of=the("spent"), bar=True),
    EVIDENCED,
    STANDING,
)

PROJECTS: Columns = (
    PROJECT,
    PLACE,
    THEME,
    Coded(id="stage", label=_("Stage"), of=the("stage"), words=PROJECT_STAGES),
    BUDGET,
    SPENT,
    EVIDENCED,
    Amount(
        id="in_kind",
        optional=True,
        label=_("In kind"),
        of=the("in_kind"),
        means=_("What things given are worth: never added to money."),
    ),
    Day(id="ends_on", label=_("To end on"), of=the("ends_on")),
    Coded(
        id="overdue",
        optional=True,
        label=_("Overdue"),
        of=lambda row: "overdue" if row.overdue else "",
        words={"overdue": _("overdue")},
        tag=True,
    ),
)

ACCOUNTS: Columns = (
    ACCOUNT,
    Thing(id="holder", label=_("Held by"), of=the("holder"), is_a=""),
    PLACE,
    STANDING,
    Amount(
        id="in_transit",
        label=_("On its way here"),
        of=the("in_transit"),
        means=_("Sent to this account, and not yet confirmed."),
    ),
    Amount(
        id="unexplained",
        optional=True,
        label=_("Unexplained"),
        of=the("unexplained"),
        wrong="unexplained",
        means=_("The part of what stands here that no recorded receipt accounts for."),
    ),
)

TRANSIT: Columns = (
    Thing(id="source", label=_("From"), of=the("source"), is_a="account"),
    Thing(id="target", label=_("To"), of=the("target"), is_a="account"),
    Day(id="sent_on", label=_("Sent on"), of=the("sent_on")),
    Count(
        id="days",
        label=_("Days"),
        of=the("days"),
        means=_("How long it has been on its way."),
        ages=True,
    ),
    Amount(id="amount", label=_("Sent"), of=the("amount")),
    Amount(id="left", label=_("Not arrived"), of=the("left"), bar=True),
    MOVEMENT,
)

EXCEPTIONS: Columns = (
    Coded(id="what", label=_("What"), of=the("what"), words=WRONGS, tag=True),
    Day(id="happened_on", label=_("Date"), of=the("happened_on")),
    GRANT,
    Thing(
        id="named",
        optional=True,
        label=_("Grant named"),
        of=the("named"),
        is_a="grant",
        means=_("The grant that the payment itself named, where it named one."),
    ),
    Coded(optional=True, id="reasons", label=_("Why"), of=the("reasons"), words=OFF_REASONS),
    ACCOUNT,
    PROJECT,
    Amount(id="amount", label=_("Amount"), of=the("amount")),
    MOVEMENT,
)

SHARES_BY_PROJECT: Columns = (
    PROJECT,
    PLACE,
    THEME,
    Amount(id="amount", label=_("Spent"), of=the("amount"), bar=True),
    EVIDENCED,
    BREACH,
    OFF_PURPOSE,
    Coded(
        optional=True, id="off_reasons", label=_("Why"), of=the("off_reasons"), words=OFF_REASONS
    ),
)

SHARES_BY_GRANT: Columns = (
    GRANT,
    SPONSOR,
    Amount(id="amount", label=_("Paid"), of=the("amount"), bar=True),
    EVIDENCED,
    BREACH,
    OFF_PURPOSE,
    Coded(
        optional=True, id="off_reasons", label=_("Why"), of=the("off_reasons"), words=OFF_REASONS
    ),
)

EDGES: Columns = (
    Thing(
        id="source",
        label=_("From"),
        of=the("source"),
        is_a=lambda row: "sponsor" if row.kind is Kind.RECEIVE else "account",
    ),
    Coded(id="kind", label=_("What"), of=lambda row: row.kind.name, words=STEPS),
    Thing(
        id="target",
        label=_("To"),
        of=the("target"),
        is_a=lambda row: "project" if row.kind is Kind.SPEND else "account",
    ),
    Amount(id="amount", label=_("Amount"), of=the("amount"), bar=True),
    Amount(id="arrived", label=_("Arrived"), of=the("arrived")),
    IN_TRANSIT,
    Amount(
        id="returned",
        optional=True,
        label=_("Came back"),
        of=the("returned"),
        means=_("Sent, never arrived, and stands again where it came from."),
    ),
    Count(id="movements", label=_("Movements"), of=the("movements")),
)

STANDING_BY_GRANT: Columns = (
    GRANT,
    Amount(id="amount", label=_("Standing"), of=the("amount"), bar=True),
)

EVIDENCE: Columns = (
    Written(id="caption", label=_("What it shows"), of=lambda row: row.caption or ERASED),
    Day(id="attached_on", label=_("Attached on"), of=the("attached_on")),
    Day(id="paid_on", label=_("Paid on"), of=the("paid_on")),
    Amount(id="amount", label=_("Payment"), of=the("amount")),
    VOUCHER,
    Column(id="file_hash", label="SHA-256", of=the("file"), csv_only=True),
    MOVEMENT,
)

GIFTS: Columns = (
    Written(id="what", label=_("What was given"), of=the("what")),
    Count(id="quantity", label=_("How many"), of=the("quantity")),
    Column(id="unit", label=_("Counted in"), of=the("unit")),
    SPONSOR,
    Amount(id="worth", label=_("Worth"), of=the("worth")),
    Day(id="given_on", label=_("Given on"), of=the("given_on")),
)

TEAMS: Columns = (
    Thing(id="cohort", label=_("Cohort"), of=the("cohort"), is_a=""),
    PLACE,
    SPONSOR,
    Count(optional=True, id="strength", label=_("Members"), of=the("strength")),
    Day(id="placed_on", label=_("Since"), of=the("placed_on")),
    Thing(
        id="team",
        label=_("Pack"),
        of=lambda row: Named(row.team, {}),
        is_a="pack",
        means=_("What the team would hand over if it left today."),
    ),
)

PAYMENTS: Columns = (
    Day(id="happened_on", label=_("Date"), of=the("happened_on")),
    ACCOUNT,
    Thing(optional=True, id="payee", label=_("Paid to"), of=the("payee"), is_a=""),
    VOUCHER,
    Amount(id="amount", label=_("Amount"), of=the("amount")),
    MADE_OF,
    Thing(
        id="named",
        optional=True,
        label=_("Grant named"),
        of=the("named"),
        is_a="grant",
        means=_("The grant that the payment itself named, where it named one."),
    ),
    Count(
        id="evidence",
        optional=True,
        label=_("Evidence"),
        of=the("evidence"),
        means=_("How many photos, documents or inspections show what it bought."),
    ),
    Coded(
        id="reversed",
        optional=True,
        label=_("Reversed"),
        of=lambda row: "reversed" if row.reversed else "",
        words={"reversed": _("reversed")},
        tag=True,
    ),
    MOVEMENT,
)


def _other_is_a(line: Line) -> str:
    if line.other.id.startswith("~"):
        return ""
    return {Kind.SPEND: "project", Kind.RECEIVE: "sponsor"}.get(line.kind, "account")


STATEMENT: Columns = (
    Day(id="happened_on", label=_("Date"), of=the("happened_on")),
    Coded(id="what", label=_("What"), of=the("what"), words=HAPPENED),
    Thing(id="other", label=_("Other end"), of=the("other"), is_a=_other_is_a),
    Amount(id="came_in", label=_("In"), of=the("came_in")),
    Amount(id="went_out", label=_("Out"), of=the("went_out")),
    Amount(id="balance", label=_("Balance"), of=the("balance")),
    MADE_OF,
    VOUCHER,
    Column(optional=True, id="note", label=_("Remark"), of=the("note")),
    Coded(
        id="reversed",
        optional=True,
        label=_("Reversed"),
        of=lambda row: "reversed" if row.reversed else "",
        words={"reversed": _("reversed")},
        tag=True,
    ),
    Count(id="position", label=_("Position"), of=the("position"), csv_only=True),
    MOVEMENT,
    Column(id="of", label=_("Of movement"), of=the("of"), csv_only=True),
)
