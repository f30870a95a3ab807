"""The columns of a place's story, as columns.py has the others."""

from operator import attrgetter
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cairn.web.public.columns import PLACE, Columns
from cairn.web.public.standing_columns import CONDITION
from cairn.web.public.year_columns import BROKEN, COHORT, KEPT, OPEN
from cairn.web.tables import Amount, Coded, Column, Count, Day, Thing, Written
from cairn.web.words import CONDITIONS, Words

the = attrgetter

WHAT: Words = {
    "renamed": _("It was called otherwise from then on"),
    "merged": _("It became part of"),
    "split": _("It was split, and became among others"),
    "team": _("A team came, sent by"),
    "need": _("A need was raised"),
    "need-taken-up": _("A project takes up the need"),
    "need-elsewhere": _("Another programme meets the need"),
    "need-refused": _("The need was refused"),
    "started": _("Work began"),
    "completed": _("Work was completed"),
    "cancelled": _("The project was given up"),
    "handed": _("Handed over"),
    "seen-broken": _("Seen broken"),
    "seen-gone": _("Seen to be gone"),
    "repaired": _("Repaired"),
    "out": _("Taken out of use"),
    "enterprise": _("An enterprise was opened"),
    "enterprise-closed": _("The enterprise was closed"),
    "notice": _("A notice was put up"),
    "debrief": _("A debrief was held"),
    "handover": _("A team began to hand over"),
    "handover-accepted": _("The next team took over from"),
    "handover-left": _("Nobody took over; its sponsor answers for what is left by"),
    "recommended": _("Recommended"),
    "answered-accepted": pgettext_lazy("recommendation", "Accepted"),
    "answered-in-part": pgettext_lazy("recommendation", "Accepted in part"),
    "answered-rejected": pgettext_lazy("recommendation", "Rejected"),
    "closed-implemented": pgettext_lazy("recommendation", "Closed: implemented"),
    "closed-alternative": pgettext_lazy("recommendation", "Closed: done in another way"),
    "closed-not-implemented": pgettext_lazy("recommendation", "Closed: not implemented"),
    "closed-no-longer-applicable": pgettext_lazy("recommendation", "Closed: no longer applicable"),
}
"""What happened, before what it happened to."""

BAD = (
    "seen-broken",
    "seen-gone",
    "cancelled",
    "need-refused",
    "closed-not-implemented",
    "handover-left",
)
"""What somebody should look at."""

DAYS: Columns = (
    Day(id="day", label=_("Date"), of=the("on")),
    Coded(id="what", label=_("What"), of=the("what"), words=WHAT),
    Thing(id="thing", label=_("Of what"), of=the("thing"), is_a=the("is_a")),
    Written(optional=True, id="said", label=_("Remark"), of=lambda row: row.said or {}),
    Thing(optional=True, id="by", label=_("By whom"), of=the("by"), is_a=""),
    PLACE,
)

OF: Column[Any] = Thing(
    optional=True,
    id="of",
    label=_("Before it was split"),
    of=the("of"),
    is_a="place",
    means=_("Nobody can say which part of this was for which of the places that it became."),
)

MONEY: Columns = (
    COHORT,
    Day(id="first_day", label=_("First day"), of=the("span.first")),
    Day(id="last_day", label=_("Last day"), of=the("span.last")),
    OF,
    Amount(
        id="arrived",
        label=_("Arrived here"),
        of=the("arrived"),
        bar=True,
        means=_("Came to an account held here from one that is not."),
    ),
    Amount(
        id="spent",
        label=_("Spent"),
        of=the("spent"),
        bar=True,
        means=_("Paid for projects here, from whichever account."),
    ),
)

BUILT: Columns = (
    Thing(id="asset", label=_("Asset"), of=the("row.asset"), is_a="asset"),
    COHORT,
    Day(id="handed_on", label=_("Handed over on"), of=the("handed_on")),
    Coded(
        id="condition",
        label=CONDITION.label,
        of=the("row.condition"),
        words=CONDITIONS,
        tag=True,
    ),
    Day(optional=True, id="ended_on", label=_("Is no more since"), of=the("ended_on")),
    Thing(id="keeper", label=_("Keeper"), of=the("row.keeper"), is_a=""),
    Thing(id="place", label=_("Place"), of=the("row.place"), is_a="place", csv_only=True),
)

CHAPTERS: Columns = (
    COHORT,
    Day(id="first_day", label=_("First day"), of=the("span.first")),
    Day(id="last_day", label=_("Last day"), of=the("span.last")),
    Count(id="handed_over", label=_("Handed over"), of=the("handed")),
    Count(id="standing", label=_("Stand today"), of=the("standing")),
    Count(id="raised", label=_("Needs raised"), of=the("raised")),
    Count(id="met", label=_("Met or taken up"), of=the("met")),
    Count(id="refused", label=_("Refused"), of=the("refused")),
    Count(id="recommended", label=_("Recommended"), of=the("recommended")),
    Count(id="implemented", label=_("Implemented"), of=the("implemented")),
    KEPT,
    BROKEN,
    OPEN,
)

QUARTERS: Columns = (
    Day(id="first_day", label=_("First day"), of=the("first")),
    Day(id="last_day", label=_("Last day"), of=the("last")),
    Amount(id="spent", label=_("Spent"), of=the("spent"), bar=True),
    Count(id="assets", label=_("Assets standing"), of=the("assets"), means=_("On the last day.")),
    Count(
        id="needs",
        label=_("Needs without an answer"),
        of=the("needs"),
        means=_("On the last day."),
    ),
)
