"""The columns of the tables about works, assets, needs and enterprises, as columns.py has the others."""

from operator import attrgetter
from typing import Any

from django.utils.translation import gettext_lazy as _

from cairn.web.public.columns import GRANT, PLACE, PROJECT, THEME, Columns
from cairn.web.tables import Amount, Coded, Column, Count, Day, Thing, Written
from cairn.web.words import (
    CONDITIONS,
    ERASED,
    FINDINGS,
    FORMS,
    NEED_STATES,
    OVERDUE,
    UPKEEP,
)

the = attrgetter

LEFT_BY: Column[Any] = Thing(
    optional=True, id="project", label=_("Project"), of=the("project"), is_a="project"
)
MENDER: Column[Any] = Thing(
    optional=True, id="mender", label=_("To be mended by"), of=the("mender"), is_a=""
)
MEND_BY: Column[Any] = Day(
    optional=True, id="mend_by", label=_("Mended by the day"), of=the("mend_by")
)
CONDITION: Column[Any] = Coded(
    id="condition", label=_("Condition"), of=the("condition"), words=CONDITIONS, tag=True
)


def _caption(row: Any) -> dict[str, str]:  # noqa: ANN401 - any row with a picture
    """What a picture shows; that it was erased, where there was one; nothing where there is none."""
    return row.picture.caption or (ERASED if row.picture.file else {})


SHOWN: Column[Any] = Written(optional=True, id="caption", label=_("What it shows"), of=_caption)
FILE: Column[Any] = Column(id="file_hash", label="SHA-256", of=the("picture.file"), csv_only=True)

ASSETS: Columns = (
    Thing(id="asset", label=_("Asset"), of=the("asset"), is_a="asset"),
    PLACE,
    Thing(
        id="keeper",
        label=_("Keeper"),
        of=the("keeper"),
        is_a="",
        means=_("The organisation answerable for its upkeep."),
    ),
    CONDITION,
    Day(id="seen_on", label=_("Last seen on"), of=the("seen_on")),
    MENDER,
    MEND_BY,
    Day(id="due_on", label=_("Upkeep due on"), of=the("due_on")),
    Coded(
        id="overdue",
        optional=True,
        label=_("Overdue"),
        of=the("overdue"),
        words=OVERDUE,
        tag=True,
        means=_("Its planned upkeep, or a mending that was promised by a day."),
    ),
    Amount(
        id="upkeep",
        optional=True,
        label=_("Upkeep in a year"),
        of=the("upkeep"),
    ),
    Thing(id="project", label=_("Project"), of=the("project"), is_a="project", csv_only=True),
    Day(id="warranty_until", label=_("Warranty until"), of=the("warranty_until"), csv_only=True),
)

SIGHTINGS: Columns = (
    Day(id="seen_on", label=_("Inspected on"), of=the("seen_on")),
    CONDITION,
    MENDER,
    MEND_BY,
    SHOWN,
    FILE,
)

UPKEEP_DONE: Columns = (
    Day(id="done_on", label=_("Done on"), of=the("done_on")),
    Coded(id="kind", label=_("What"), of=the("kind"), words=UPKEEP),
    Written(optional=True, id="what", label=_("What was done"), of=the("what")),
    Coded(
        id="condition",
        optional=True,
        label=_("Condition after it"),
        of=the("condition"),
        words=CONDITIONS,
        tag=True,
    ),
    Amount(id="cost", label=_("Cost"), of=the("cost"), bar=True),
    Thing(optional=True, id="account", label=_("From account"), of=the("account"), is_a="account"),
    Column(id="movement", label=_("Movement"), of=the("movement"), csv_only=True),
)

KEEPERS: Columns = (
    Day(id="since", label=_("Since"), of=the("since")),
    Thing(id="keeper", label=_("Keeper"), of=the("keeper"), is_a=""),
    Column(optional=True, id="reason", label=_("Why"), of=the("reason")),
)

UNSAID: Columns = (
    PROJECT,
    PLACE,
    Day(id="completed_on", label=_("Completed on"), of=the("completed_on")),
)

NEEDS: Columns = (
    Thing(id="need", label=_("Need"), of=the("need"), is_a="need"),
    PLACE,
    THEME,
    Day(id="raised_on", label=_("Raised on"), of=the("raised_on")),
    Count(
        id="days",
        label=_("Days"),
        of=the("days"),
        means=_("How long it has waited for an answer, or waited until it had one."),
        ages=True,
    ),
    Coded(id="state", label=_("Answer"), of=the("state"), words=NEED_STATES, tag=True),
    Day(optional=True, id="answered_on", label=_("Answered on"), of=the("answered_on")),
    LEFT_BY,
    Written(
        optional=True,
        id="elsewhere",
        label=_("By another programme"),
        of=lambda row: row.elsewhere or {},
    ),
    Column(optional=True, id="refused", label=_("Refused because"), of=the("refused")),
    Thing(id="raised_by", label=_("Raised by"), of=the("raised_by"), is_a="", csv_only=True),
    FILE,
)

_SUMS: Columns = (
    Amount(id="income", label=_("Income"), of=the("income"), bar=True),
    Amount(id="costs", label=_("Costs"), of=the("costs"), bar=True),
    Amount(id="result", label=_("Left over"), of=the("result")),
    Amount(
        id="shared_out",
        label=_("Shared out"),
        of=the("shared_out"),
        bar=True,
        means=_("In all. To whom is no question of Cairn's."),
    ),
)

ENTERPRISES: Columns = (
    Thing(id="enterprise", label=_("Enterprise"), of=the("enterprise"), is_a="enterprise"),
    PLACE,
    Coded(id="form", label=_("Form"), of=the("form"), words=FORMS),
    Thing(id="holder", label=_("Held by"), of=the("holder"), is_a=""),
    Column(id="year", label=_("Year"), of=the("year")),
    *_SUMS,
    Day(optional=True, id="closed_on", label=_("Closed on"), of=the("closed_on")),
)

ENTERPRISE_YEARS: Columns = (Column(id="year", label=_("Year"), of=the("year")), *_SUMS)

MILESTONES: Columns = (
    Written(id="name", label=_("Milestone"), of=the("name")),
    Day(id="due_on", label=_("Planned by"), of=the("due_on")),
    Day(id="reached_on", label=_("Reached on"), of=the("reached_on")),
    Coded(
        id="late",
        optional=True,
        label=_("Overdue"),
        of=lambda row: "late" if row.late else "",
        words={"late": _("late")},
        tag=True,
    ),
    SHOWN,
    FILE,
)

SUPPLIERS: Columns = (
    Thing(id="supplier", label=_("Supplier"), of=the("supplier"), is_a=""),
    Written(id="what", label=_("What for"), of=the("what")),
    Day(id="engaged_on", label=_("Engaged on"), of=the("engaged_on")),
    Amount(id="amount", label=_("Contract"), of=the("amount"), bar=True),
    Amount(
        id="paid",
        label=_("Paid to it"),
        of=the("paid"),
        bar=True,
        means=_("For this project, all contracts with it together; on the line of its first."),
    ),
)

BUDGETS: Columns = (
    GRANT,
    Amount(id="planned", label=_("Planned"), of=the("planned"), bar=True),
    Amount(
        id="paid",
        label=_("Paid"),
        of=the("paid"),
        bar=True,
        means=_("What this grant paid for the project, as traced."),
    ),
)

PROGRESS: Columns = (
    Day(id="inspected_on", label=_("Inspected on"), of=the("inspected_on")),
    Coded(id="finding", label=_("How the work stood"), of=the("finding"), words=FINDINGS, tag=True),
    Thing(optional=True, id="mender", label=_("Put right by"), of=the("mender"), is_a=""),
    Day(optional=True, id="mend_by", label=_("By the day"), of=the("mend_by")),
    SHOWN,
    FILE,
)
