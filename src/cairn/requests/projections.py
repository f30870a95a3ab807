"""Read models of requests and visits."""

from datetime import date
from typing import Any, ClassVar

from django.db import models

from cairn.journal.projection import ReadModel, Recorded, Rows, folds
from cairn.requests.facts import (
    ACCEPTED,
    CONFIRMED,
    DONE,
    OPEN,
    REFUSED,
    WITHDRAWN,
    RequestAccepted,
    RequestConfirmed,
    RequestDone,
    RequestPassedOn,
    RequestRaised,
    RequestRefused,
    RequestReopened,
    RequestWithdrawn,
    VisitMade,
)


class Request(ReadModel):
    """Help that one post asked of another. Its id is that of the fact that asked."""

    called: ClassVar[str] = "request"

    name = models.JSONField()
    """What is needed."""
    help = models.CharField(max_length=20)
    raised_by = models.CharField(max_length=100)
    raised_on = models.DateField()
    post = models.CharField(max_length=100)
    """The post that owes the answer now."""
    asked_on = models.DateField()
    """Since when that post owes it."""
    place = models.CharField(max_length=100, blank=True)
    project = models.CharField(max_length=100, blank=True)
    wanted_by = models.DateField(null=True)
    of_visit = models.BooleanField(default=False)
    state = models.CharField(max_length=10, default=OPEN)
    promised_by = models.DateField(null=True)
    done = models.CharField(max_length=100, blank=True)
    """The fact that says it is done."""
    ended_by = models.CharField(max_length=100, blank=True)
    """The fact that withdrew it."""
    history = models.JSONField(default=list)
    """Each step: the fact that took it, its day, its post, and the state that it led to."""

    class Meta:
        indexes = [models.Index(fields=["programme", "state"])]


class Visit(ReadModel):
    """That a place was visited, and by which post. Its id is that of the fact."""

    called: ClassVar[str] = "visit"

    place = models.CharField(max_length=100)
    project = models.CharField(max_length=100, blank=True)
    by = models.CharField(max_length=100)
    visited_on = models.DateField()


@folds(RequestRaised)
def _raised(said: Recorded[RequestRaised], rows: Rows) -> None:
    _ask(said, rows, said.fact.what.by_language(), said.fact.asked, said.fact.help.value)


@folds(VisitMade)
def _visited(said: Recorded[VisitMade], rows: Rows) -> None:
    fact = said.fact
    rows.put(
        Visit(
            programme=said.programme,
            id=str(said.id),
            place=fact.place,
            project=fact.project or "",
            by=said.post,
            visited_on=said.happened_on,
        )
    )
    if fact.what and fact.asked and fact.help:
        _ask(said, rows, fact.what.by_language(), fact.asked, fact.help.value)


def _ask(
    said: Recorded[RequestRaised] | Recorded[VisitMade],
    rows: Rows,
    what: dict[str, str],
    post: str,
    kind_of_help: str,
) -> None:
    rows.put(
        Request(
            programme=said.programme,
            id=str(said.id),
            name=what,
            help=kind_of_help,
            raised_by=said.post,
            raised_on=said.happened_on,
            post=post,
            asked_on=said.happened_on,
            place=said.fact.place or "",
            project=said.fact.project or "",
            wanted_by=said.fact.by,
            of_visit=isinstance(said.fact, VisitMade),
            history=[_step(said, OPEN)],
        )
    )


@folds(RequestAccepted)
def _accepted(said: Recorded[RequestAccepted], rows: Rows) -> None:
    _take(said, rows, ACCEPTED, promised_by=said.fact.by)


@folds(RequestRefused)
def _refused(said: Recorded[RequestRefused], rows: Rows) -> None:
    _take(said, rows, REFUSED)


@folds(RequestPassedOn)
def _passed_on(said: Recorded[RequestPassedOn], rows: Rows) -> None:
    _take(said, rows, OPEN, post=said.fact.asked, asked_on=said.happened_on, promised_by=None)


@folds(RequestDone)
def _done(said: Recorded[RequestDone], rows: Rows) -> None:
    _take(said, rows, DONE, done=str(said.id))


@folds(RequestConfirmed)
def _confirmed(said: Recorded[RequestConfirmed], rows: Rows) -> None:
    _take(said, rows, CONFIRMED)


@folds(RequestReopened)
def _reopened(said: Recorded[RequestReopened], rows: Rows) -> None:
    _take(said, rows, OPEN, asked_on=said.happened_on, promised_by=None)


@folds(RequestWithdrawn)
def _withdrawn(said: Recorded[RequestWithdrawn], rows: Rows) -> None:
    _take(said, rows, WITHDRAWN, ended_by=str(said.id))


Step = (
    RequestAccepted
    | RequestRefused
    | RequestPassedOn
    | RequestDone
    | RequestConfirmed
    | RequestReopened
    | RequestWithdrawn
)


def _take(said: Recorded[Any], rows: Rows, state: str, **columns: str | date | None) -> None:
    """Take a step of a request."""
    request = rows.the(Request, said.fact.request)
    for name, value in columns.items():
        setattr(request, name, value)
    request.state = state
    request.history = [*request.history, _step(said, state)]
    rows.put(request)


def _step(said: Recorded[Any], state: str) -> list[str]:
    return [str(said.id), said.happened_on.isoformat(), said.post, state]
