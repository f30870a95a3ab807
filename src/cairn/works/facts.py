"""What can happen to a piece of work: proposed, approved, started, completed, cancelled."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from django.utils.translation import gettext_lazy as _

from cairn.journal.fact import Ask, Fact, PutRight, Visibility
from cairn.values import Money, Names, Note, PlaceId, ProjectId, Slug, Text, Theme


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
