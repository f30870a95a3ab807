"""What can happen to a piece of work, and to the need that it answers.

What a project leaves standing is told in assets/facts.py.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from django.utils.translation import gettext_lazy as _

from cairn.journal.fact import Ask, Fact, PutRight, Sealed, Visibility
from cairn.values import (
    FileId,
    GrantId,
    MilestoneId,
    Money,
    Names,
    NeedId,
    Note,
    OrganisationId,
    PlaceId,
    ProjectId,
    Slug,
    Text,
    Theme,
)

A_MILESTONE = "01936f0a-0000-7000-8000-000000000002"
A_PHOTO = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
"""The milestone and the file that examples name."""


class Finding(StrEnum):
    """How work on a project stands, as somebody saw it who does not do it."""

    AS_PLANNED = "as-planned"
    LATE = "late"
    FAULTY = "faulty"
    STOPPED = "stopped"


class Step(StrEnum):
    """A step of a project that can be taken back."""

    APPROVED = "approved"
    STARTED = "started"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


def _taken_back(step: Step) -> tuple[PutRight, ...]:
    return (PutRight("works.step-taken-back", {"project": "project"}, {"step": step.value}),)


class ProjectProposed(Fact, kind="works.project-proposed"):
    """Somebody proposes a piece of work in a place."""

    visibility = Visibility.PUBLIC
    put_right = (PutRight("works.project-cancelled", {"project": "project"}),)
    sentence = _("The project “{name}” was proposed in {place}.")
    example: ClassVar[dict[str, Any]] = {
        "project": "qarasu-well",
        "name": {"en": "Deep well at Qarasu", "zh-hans": "喀拉苏村机井"},
        "place": "qarasu",
        "theme": "water",
        "budget": {"currency": "CNY", "minor": 25_000_000},
        "ends_on": "2025-10-31",
    }

    project: Annotated[Slug, Names("project"), Ask(_("Which id shall it have?"))]
    name: Annotated[Text, Ask(_("What is it called?"))]
    place: Annotated[PlaceId, Ask(_("Where is it?"))]
    theme: Annotated[Theme, Ask(_("What is it about?"))]
    budget: Annotated[Money | None, Ask(_("What may it cost?"))] = None
    ends_on: Annotated[date | None, Ask(_("When is it to be finished?"))] = None


class ProjectApproved(Fact, kind="works.project-approved"):
    """A proposed project may go ahead, as far as one post is concerned.

    One that may cost more than the programme's limit goes ahead with the approval of a second.
    """

    visibility = Visibility.PUBLIC
    apart_from: ClassVar[tuple[str, ...]] = (
        "project.proposal",
        "project.approvals",
        "programme.limit_set",
    )
    put_right = _taken_back(Step.APPROVED)
    sentence = _("The project {project} was approved.")
    example: ClassVar[dict[str, Any]] = {"project": "qarasu-well"}

    project: Annotated[ProjectId, Ask(_("Which project?"))]


class ProjectStarted(Fact, kind="works.project-started"):
    """Work on a project began."""

    visibility = Visibility.PUBLIC
    put_right = _taken_back(Step.STARTED)
    sentence = _("Work on {project} began.")
    example: ClassVar[dict[str, Any]] = {"project": "qarasu-well"}

    project: Annotated[ProjectId, Ask(_("Which project?"))]


class ProjectCompleted(Fact, kind="works.project-completed"):
    """Work on a project is finished, as somebody saw who did not do it."""

    visibility = Visibility.PUBLIC
    apart_from: ClassVar[tuple[str, ...]] = ("project.start",)
    put_right = _taken_back(Step.COMPLETED)
    sentence = _("The project {project} was completed.")
    example: ClassVar[dict[str, Any]] = {"project": "qarasu-well"}

    project: Annotated[ProjectId, Ask(_("Which project?"))]


class ProjectCancelled(Fact, kind="works.project-cancelled"):
    """A project will not be done, or not be finished. What was spent on it stays on record."""

    visibility = Visibility.PUBLIC
    put_right = _taken_back(Step.CANCELLED)
    sentence = _("The project {project} was cancelled: {reason}")
    example: ClassVar[dict[str, Any]] = {"project": "qarasu-well", "reason": "No water at 200 m"}

    project: Annotated[ProjectId, Ask(_("Which project?"))]
    reason: Annotated[Note, Ask(_("Why?"))]


class GrantBudgeted(Fact, kind="works.grant-budgeted"):
    """So much of a project's budget is to come from one grant. Told once more, the later one stands.

    A plan: which grant did pay is traced from the movements.
    """

    visibility = Visibility.PUBLIC
    sentence = _("{amount} of the grant {grant} is planned for {project}.")
    example: ClassVar[dict[str, Any]] = {
        "project": "qarasu-well",
        "grant": "water-2025",
        "amount": {"currency": "CNY", "minor": 18_000_000},
    }

    project: Annotated[ProjectId, Ask(_("For which project?"))]
    grant: Annotated[GrantId, Ask(_("From which grant?"))]
    amount: Annotated[Money, Ask(_("How much is planned?"))]


class MilestonePlanned(Fact, kind="works.milestone-planned"):
    """A step of a project that can be seen from outside, and the day by which it is planned."""

    visibility = Visibility.PUBLIC
    sentence = _("{project} is to reach “{name}” by {due_on}.")
    example: ClassVar[dict[str, Any]] = {
        "project": "qarasu-well",
        "name": {"en": "Water struck", "zh-hans": "出水"},
        "due_on": "2025-07-15",
    }

    project: Annotated[ProjectId, Ask(_("Of which project?"))]
    name: Annotated[Text, Ask(_("What is to be reached?"))]
    due_on: Annotated[date, Ask(_("By which day?"))]


class MilestoneReached(Fact, kind="works.milestone-reached"):
    """A milestone was reached, as a photo or document shows.

    The file is kept here and published with the record, until it is shredded.
    """

    visibility = Visibility.PUBLIC
    sentence = _("The milestone {milestone} was reached.")
    example: ClassVar[dict[str, Any]] = {
        "milestone": A_MILESTONE,
        "sha256": A_PHOTO,
        "caption": {"en": "Water at 140 m", "zh-hans": "140米出水"},
    }

    milestone: Annotated[MilestoneId, Ask(_("Which milestone?"))]
    sha256: Annotated[
        FileId | None, Sealed(needed=True, opened=True), Ask(_("Which file shows it?"))
    ] = None
    caption: Annotated[
        Text | None, Sealed(needed=True, opened=True), Ask(_("What does it show?"))
    ] = None


class SupplierEngaged(Fact, kind="works.supplier-engaged"):
    """An organisation was engaged for part of a project, for a sum agreed in a contract."""

    visibility = Visibility.PUBLIC
    sentence = _("{supplier} was engaged for {project}: {what}, for {amount}.")
    example: ClassVar[dict[str, Any]] = {
        "project": "qarasu-well",
        "supplier": "kunlun-drilling",
        "what": {"en": "Drilling to 150 m", "zh-hans": "钻井至150米"},
        "amount": {"currency": "CNY", "minor": 16_500_000},
    }

    project: Annotated[ProjectId, Ask(_("For which project?"))]
    supplier: Annotated[OrganisationId, Ask(_("Which organisation?"))]
    what: Annotated[Text, Ask(_("What for?"))]
    amount: Annotated[Money, Ask(_("For which sum?"))]


class ProgressInspected(Fact, kind="works.progress-inspected"):
    """Somebody who does not do the work saw how it stands. Nobody claims a percentage.

    What is not as planned says which organisation will put it right by when, as far as agreed.
    """

    visibility = Visibility.PUBLIC
    apart_from: ClassVar[tuple[str, ...]] = ("project.start",)
    sentence = _("The work on {project} was inspected: {finding}.")
    example: ClassVar[dict[str, Any]] = {
        "project": "qarasu-well",
        "finding": "faulty",
        "mender": "kunlun-drilling",
        "mend_by": "2025-06-20",
        "sha256": A_PHOTO,
        "caption": {"en": "The casing is cracked", "zh-hans": "井管开裂"},
    }

    project: Annotated[ProjectId, Ask(_("Which project?"))]
    finding: Annotated[Finding, Ask(_("How does the work stand?"))]
    mender: Annotated[OrganisationId | None, Ask(_("Which organisation will put it right?"))] = None
    mend_by: Annotated[date | None, Ask(_("By when?"))] = None
    sha256: Annotated[FileId | None, Sealed(opened=True), Ask(_("Which photo shows it?"))] = None
    caption: Annotated[Text | None, Sealed(opened=True), Ask(_("What does it show?"))] = None


class ProjectLeftNothing(Fact, kind="works.project-left-nothing"):
    """A project leaves no asset behind, as a course does not."""

    visibility = Visibility.PUBLIC
    sentence = _("{project} leaves no asset: {reason}")
    example: ClassVar[dict[str, Any]] = {
        "project": "qarasu-well",
        "reason": "A course; nothing was built",
    }

    project: Annotated[ProjectId, Ask(_("Which project?"))]
    reason: Annotated[Note, Ask(_("Why does it leave none?"))]


class NeedRaised(Fact, kind="works.need-raised"):
    """A post says what a place lacks: water, a road, a classroom. Of the place, never of anybody."""

    visibility = Visibility.PUBLIC
    sentence = _("{place} needs: {name}.")
    example: ClassVar[dict[str, Any]] = {
        "need": "qarasu-footbridge",
        "name": {"en": "A footbridge over the canal", "zh-hans": "渠上人行便桥"},
        "place": "qarasu",
        "theme": "road",
        "sha256": A_PHOTO,
        "caption": {"en": "The canal at the school", "zh-hans": "学校旁的水渠"},
    }

    need: Annotated[Slug, Names("need"), Ask(_("Which id shall it have?"))]
    name: Annotated[Text, Ask(_("What is needed?"))]
    place: Annotated[PlaceId, Ask(_("Where?"))]
    theme: Annotated[Theme, Ask(_("What is it about?"))]
    sha256: Annotated[FileId | None, Sealed(opened=True), Ask(_("Which photo shows it?"))] = None
    caption: Annotated[Text | None, Sealed(opened=True), Ask(_("What does it show?"))] = None


class NeedTakenUp(Fact, kind="works.need-taken-up"):
    """A project answers a need. Should the project be cancelled, the need is open again."""

    visibility = Visibility.PUBLIC
    sentence = _("{project} answers the need {need}.")
    example: ClassVar[dict[str, Any]] = {"need": "qarasu-footbridge", "project": "qarasu-well"}

    need: Annotated[NeedId, Ask(_("Which need?"))]
    project: Annotated[ProjectId, Ask(_("Which project answers it?"))]


class NeedMetElsewhere(Fact, kind="works.need-met-elsewhere"):
    """Another programme answers a need."""

    visibility = Visibility.PUBLIC
    sentence = _("Another programme answers the need {need}: {what}")
    example: ClassVar[dict[str, Any]] = {
        "need": "qarasu-footbridge",
        "what": {"en": "The county's bridge programme of 2026", "zh-hans": "2026年县桥梁专项"},
    }

    need: Annotated[NeedId, Ask(_("Which need?"))]
    what: Annotated[Text, Ask(_("Which programme, and what does it do?"))]


class NeedRefused(Fact, kind="works.need-refused"):
    """A need will not be answered, for a reason that everybody can read."""

    visibility = Visibility.PUBLIC
    sentence = _("The need {need} was refused: {reason}")
    example: ClassVar[dict[str, Any]] = {
        "need": "qarasu-footbridge",
        "reason": "The road bridge of 2024 is 80 m away",
    }

    need: Annotated[NeedId, Ask(_("Which need?"))]
    reason: Annotated[Note, Ask(_("Why?"))]


class StepTakenBack(Fact, kind="works.step-taken-back"):
    """A step of a project was recorded by mistake: the project stands as if it had not been taken.

    Both stay on record. An approval is taken back by the post that gave it.
    """

    visibility = Visibility.PUBLIC
    sentence = _("That {project} was {step} was taken back: {reason}")
    example: ClassVar[dict[str, Any]] = {
        "project": "qarasu-well",
        "step": "completed",
        "reason": "The pump was not yet connected",
    }

    project: Annotated[ProjectId, Ask(_("Which project?"))]
    step: Annotated[Step, Ask(_("Which step?"))]
    reason: Annotated[Note, Ask(_("What was wrong?"))]
