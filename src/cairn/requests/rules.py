"""What the journal will not take about requests and visits."""

import re
from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cairn.journal.projection import Objection, Recorded, Rows, objects
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
from cairn.requests.projections import Request, Step

FROM: Final[dict[type[Step], tuple[str, ...]]] = {
    kind: kind.offered["request"]["state__in"]
    for kind in (
        RequestAccepted,
        RequestRefused,
        RequestPassedOn,
        RequestDone,
        RequestConfirmed,
        RequestReopened,
        RequestWithdrawn,
    )
}
"""The states from which each step may be taken."""

INSTEAD: Final = {
    OPEN: gettext_lazy("It waits for an answer; nobody has said that it is done."),
    ACCEPTED: gettext_lazy("It was accepted and is not done yet."),
    DONE: gettext_lazy("It is said to be done: whoever asked confirms it, or opens it again."),
    REFUSED: gettext_lazy("It was refused; whoever asked may open it again."),
    CONFIRMED: gettext_lazy("It was done and confirmed; whoever asked may open it again."),
    WITHDRAWN: gettext_lazy("It was withdrawn; raise another if it is needed after all."),
}
"""Why a step cannot be taken from a state."""

ASKED_NOTHING: Final = frozenset({"auditor", "witness"})
"""Roles that look on: nobody asks work of them."""

IN_THE_VILLAGE: Final = frozenset({"committee", "team-leader", "team-member", "keeper"})

REPORTS: Final = re.compile(
    r"\b(reports?|statistics|summary|summaries|spreadsheets?)\b"
    r"|报告|报表|汇报|汇总|统计表|台账|总结材料|填报|上报"
    r"|\bотч[её]т|\bмаалымдама\b|دوكلات|جەدۋەل",
    re.IGNORECASE,
)
"""Words for what Cairn computes: nobody in a village is asked for it."""


@objects(RequestRaised, VisitMade, RequestPassedOn)
def somebody_can_do_it(
    said: Recorded[RequestRaised | VisitMade | RequestPassedOn], rows: Rows
) -> Iterator[Objection]:
    """An open post, of those that do something, and not the one that asks."""
    asked = rows.find("post", said.fact.asked or "")
    if asked is None:
        return
    if getattr(asked, "role", "") in ASKED_NOTHING:
        yield Objection("asked", _("This post looks on, and does no work that can be asked for."))
    cohort = rows.find("cohort", getattr(asked, "cohort", ""))
    if getattr(asked, "closed_on", None) or getattr(cohort, "closed_on", None):
        yield Objection("asked", _("This post is no more; ask the one that took its place."))
    if isinstance(said.fact, RequestRaised) and asked.id == said.post:
        yield Objection("asked", _("A request goes to another post."))


@objects(RequestRaised, VisitMade)
def needed_after_it_was_asked(
    said: Recorded[RequestRaised | VisitMade], rows: Rows
) -> Iterator[Objection]:
    """Nothing can be needed by a day that has passed."""
    del rows
    if said.fact.by and said.fact.by < said.happened_on:
        yield Objection("by", _("That day had passed when it was asked."))


@objects(RequestRaised)
def no_report_is_asked_of_a_village(
    said: Recorded[RequestRaised], rows: Rows
) -> Iterator[Objection]:
    """What is on record is computed for whoever wants it, and asked of nobody again."""
    asked = rows.find("post", said.fact.asked)
    if getattr(asked, "role", "") in IN_THE_VILLAGE:
        yield from _about_reports(said.fact.what.by_language())


@objects(VisitMade)
def a_visit_gives_help(said: Recorded[VisitMade], rows: Rows) -> Iterator[Objection]:
    """Whoever finds something missing says who helps; those who were visited owe nothing by it."""
    fact = said.fact
    if fact.what:
        message = _("A visit gives help: say who will help mend it, of what kind, and by when.")
        for field in ("asked", "help", "by"):
            if getattr(fact, field) is None:
                yield Objection(field, message)
        yield from _about_reports(fact.what.by_language())
    elif fact.asked or fact.help or fact.by:
        yield Objection("what", _("Say what was found missing."))
    helper = rows.find("post", fact.asked or "")
    visited = getattr(helper, "place", "") == fact.place
    if visited and getattr(helper, "role", "") in IN_THE_VILLAGE:
        yield Objection(
            "asked", _("A visit asks nothing of those visited: name who will help them.")
        )


def _about_reports(what: dict[str, str]) -> Iterator[Objection]:
    found = next((hit[0] for text in what.values() if (hit := REPORTS.search(text))), "")
    if found:
        message = _(
            "“{word}”: Cairn computes reports from what is on record; look under “What you never need "
            "to report again”. Where something else is meant, say it in other words."
        )
        yield Objection("what", message.format(word=found))


@objects(*FROM)
def a_request_goes_step_by_step(said: Recorded[Step], rows: Rows) -> Iterator[Objection]:
    """What was answered, done or withdrawn is not answered, done or withdrawn again."""
    request = rows.the(Request, said.fact.request)
    if request.state not in FROM[type(said.fact)]:
        yield Objection("request", str(INSTEAD[request.state]))
    if said.happened_on < request.raised_on:
        message = _("It was asked only on {day}.")
        yield Objection("happened_on", message.format(day=request.raised_on))


@objects(RequestWithdrawn)
def whoever_asked_withdraws_it(said: Recorded[RequestWithdrawn], rows: Rows) -> Iterator[Objection]:
    """Whoever was asked has another way to say no, which stays on the list of whoever asked."""
    request = rows.the(Request, said.fact.request)
    if said.post == request.post != request.raised_by:
        message = _(
            "You were asked: say that you cannot do it, and why. Whoever asked withdraws it."
        )
        yield Objection("request", message)


@objects(RequestAccepted)
def promised_for_a_day_to_come(said: Recorded[RequestAccepted], rows: Rows) -> Iterator[Objection]:
    """What is done already is recorded as done."""
    del rows
    if said.fact.by < said.happened_on:
        yield Objection("by", _("That day has passed; if it was done, record that it was done."))


@objects(RequestPassedOn)
def passed_on_to_another(said: Recorded[RequestPassedOn], rows: Rows) -> Iterator[Objection]:
    """Passing it to oneself would only begin the clock anew."""
    request = rows.the(Request, said.fact.request)
    if said.fact.asked in (request.post, request.raised_by):
        yield Objection("asked", _("Pass it on to a third post: not back, and not to yourself."))
    asked = rows.find("post", said.fact.asked)
    visited = request.of_visit and getattr(asked, "place", "") == request.place
    if visited and getattr(asked, "role", "") in IN_THE_VILLAGE:
        yield Objection(
            "asked", _("A visit asks nothing of those visited: name who will help them.")
        )
