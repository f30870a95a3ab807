"""The columns of the tables over the years, as columns.py has the others."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cairn.following.answers import Named
from cairn.following.survival import YEARS
from cairn.web.public.columns import PLACE, Columns
from cairn.web.tables import Amount, Coded, Column, Count, Day, InCell, Row, Setting, Thing
from cairn.web.words import LEVELS, Words

the = attrgetter

BETWEEN = Named("~between", {})
"""The days that are no cohort's."""

PROMISES: Words = {
    "confirm": _("money that was sent is confirmed within 14 days"),
    "finish": _("a project is completed by its day"),
    "milestone": _("a milestone is reached by its day"),
    "put-right": _("work found wanting is put right by the day named"),
    "mend": _("what was seen broken is mended by the day named"),
    "upkeep": _("planned upkeep is done in its interval"),
    "need": _("a need is answered within 60 days"),
    "answer": _("a recommendation is answered within 30 days"),
    "carry-out": _("a recommendation that was accepted is done by the day promised"),
}
"""What each sort of promise says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion(Column[Row]):
    """A share of one, in per cent; a CSV has it as a decimal. Nothing where nobody knows yet."""

    classes = "number"

    def csv(self, row: Row, setting: Setting) -> list[str]:
        del setting
        share: float | None = self.of(row)
        return ["" if share is None else f"{share:.4f}"]

    def cell(self, row: Row, setting: Setting) -> SafeString:
        share: float | None = self.of(row)
        return SafeString("" if share is None else f"<bdi>{setting.reader.share(share, 1)}</bdi>")  # type: ignore[arg-type]

    def in_sheet(self, row: Row, setting: Setting) -> InCell:
        return self.csv(row, setting)[0]


def cohort_of(row: Any) -> Named:  # noqa: ANN401 - any row of a turn
    """The cohort in whose days it was."""
    return row.turn.cohort if row.turn else BETWEEN


COHORT: Column[Any] = Thing(id="cohort", label=_("Cohort"), of=cohort_of, is_a="")
FIRST: Column[Any] = Day(
    id="first_day", label=_("First day"), of=lambda row: row.turn.first if row.turn else None
)
LAST: Column[Any] = Day(
    id="last_day", label=_("Last day"), of=lambda row: row.turn.last if row.turn else None
)
KEPT: Column[Any] = Count(id="kept", label=_("Kept"), of=the("kept"))
BROKEN: Column[Any] = Count(id="broken", label=_("Broken"), of=the("broken"))
OPEN: Column[Any] = Count(
    id="open", label=pgettext_lazy("promise", "Open"), of=the("open"), means=_("Not due yet.")
)

MONEY: Columns = (
    COHORT,
    FIRST,
    LAST,
    Amount(
        id="before",
        optional=True,
        label=_("Left from before"),
        of=the("before"),
        means=_("What grants had left when these days began."),
    ),
    Amount(
        id="received",
        label=_("Received"),
        of=the("received"),
        bar=True,
        means=_("Entered an account under a grant on one of these days."),
    ),
    Amount(
        id="spent",
        label=_("Spent"),
        of=the("spent"),
        bar=True,
        means=_("Paid for projects on one of these days."),
    ),
    Amount(
        id="spent_beside_grants",
        optional=True,
        label=_("Of it, of no grant"),
        of=the("beside"),
        means=_("Paid with money that stands for no grant: bank interest, or unexplained."),
    ),
    Amount(
        id="left_otherwise",
        optional=True,
        label=_("Left grants otherwise"),
        of=the("elsewhere"),
        means=_("Repaid to a sponsor, exchanged into another currency, bank fees."),
    ),
    Amount(
        id="unspent",
        label=_("Unspent at the end"),
        of=the("unspent"),
        bar=True,
        means=_(
            "What grants had left on the last of these days, or have today: standing or in transit."
        ),
    ),
)


def _after(years: int, what: str) -> Callable[[Any], Any]:
    return lambda row: getattr(row.curve.after[years - 1], what)


_STANDS = {
    1: _("Stand after 1 year"),
    2: _("Stand after 2 years"),
    3: _("Stand after 3 years"),
}
_KNOWN = {1: _("Known for 1 year"), 2: _("Known for 2 years"), 3: _("Known for 3 years")}

STANDING: Columns = (
    COHORT,
    Count(
        id="handed_over",
        label=_("Handed over"),
        of=the("curve.of"),
        means=_("Assets that were given into somebody's keeping on one of these days."),
    ),
    Count(id="standing", label=_("Stand today"), of=the("standing")),
    Count(
        id="ended",
        label=_("Are no more"),
        of=the("ended"),
        means=_("Taken out of use; or seen to be gone, and not seen otherwise since."),
    ),
    Count(
        id="unseen_for_a_year",
        optional=True,
        label=_("Unseen for a year"),
        of=the("unseen"),
        means=_("They stand as far as anybody has said; nobody has looked for a year."),
    ),
    *(
        column
        for years in YEARS
        for column in (
            Portion(
                id=f"standing_after_{years}",
                label=_STANDS[years],
                of=_after(years, "standing"),
                means=_("Estimated after Kaplan and Meier, from all that have stood so far."),
            ),
            Count(
                id=f"at_risk_{years}",
                label=_KNOWN[years],
                of=_after(years, "at_risk"),
                means=_("How many have stood for so long, or ended on that day."),
            ),
        )
    ),
)

FALLS: Columns = (
    COHORT,
    Count(id="days", label=_("Days after it was handed over"), of=the("fall.days")),
    Count(id="at_risk", label=_("Stood until then"), of=the("fall.at_risk")),
    Count(id="ended", label=_("Are no more"), of=the("fall.ended")),
    Portion(id="standing", label=_("Stand after it"), of=the("fall.standing")),
)

LEARNED: Columns = (
    Thing(id="cohort", label=_("Cohort"), of=the("cohort"), is_a=""),
    Count(
        id="made",
        label=_("Recommended"),
        of=the("made"),
        means=_("Confirmed by whoever said it or had the chair."),
    ),
    Count(
        id="carried_over",
        label=_("Carried over"),
        of=the("carried"),
        means=_("Open on the last day of the cohort: the next one had it too."),
    ),
    Count(id="answered", label=_("Answered"), of=the("answered")),
    Count(id="accepted", label=_("Accepted"), of=the("accepted"), means=_("In part, too.")),
    Count(id="implemented", label=_("Implemented"), of=the("implemented")),
    Count(id="open", label=_("Open today"), of=the("open")),
)

KEPT_AND_BROKEN: Columns = (
    Coded(id="promise", label=_("Promise"), of=the("sort"), words=PROMISES),
    COHORT,
    KEPT,
    BROKEN,
    OPEN,
)

VILLAGES: Columns = (
    PLACE,
    Coded(id="level", label=_("Level"), of=the("level"), words=LEVELS, csv_only=True),
    COHORT,
    Amount(id="spent", label=_("Spent"), of=the("spent")),
    Count(id="handed_over", label=_("Handed over"), of=the("handed")),
    Count(id="standing", label=_("Stand today"), of=the("standing")),
    KEPT,
    BROKEN,
    OPEN,
)
