"""The columns of the tables about debriefs and recommendations, as columns.py has the others."""

from operator import attrgetter
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cairn.web.public.columns import PLACE, Columns
from cairn.web.tables import Coded, Column, Count, Day, Thing, Written
from cairn.web.words import ENDINGS, RECOMMENDATION_ANSWERS, RECOMMENDATION_STATES

the = attrgetter

COHORT: Column[Any] = Thing(id="cohort", label=_("Cohort"), of=the("cohort"), is_a="")

RECOMMENDATIONS: Columns = (
    Thing(
        id="recommendation",
        label=_("Recommendation"),
        of=the("recommendation"),
        is_a="recommendation",
    ),
    Coded(
        id="state",
        label=pgettext_lazy("recommendation", "State"),
        of=the("state"),
        words=RECOMMENDATION_STATES,
        tag=True,
    ),
    Thing(
        optional=True,
        id="asked",
        label=_("Who owes the answer"),
        of=the("asked"),
        is_a="",
        means=_("The post that answers, and then does what it said."),
    ),
    Count(
        id="days",
        label=_("Days"),
        of=the("days"),
        ages=True,
        means=_("How long it has been open, or was until it was closed."),
    ),
    Coded(
        optional=True,
        id="answer",
        label=_("Answer"),
        of=the("answer"),
        words=RECOMMENDATION_ANSWERS,
    ),
    Written(optional=True, id="reason", label=_("Why"), of=the("reason")),
    Day(optional=True, id="promised_by", label=_("promised by"), of=the("promised_by")),
    Coded(
        optional=True,
        id="ending",
        label=_("How it ended"),
        of=the("ending"),
        words=ENDINGS,
    ),
    Thing(optional=True, id="theme", label=_("Theme"), of=the("theme"), is_a=""),
    Thing(id="debrief", label=_("Debrief"), of=the("debrief"), is_a="debrief"),
    Thing(id="cohort", label=_("Cohort"), of=the("cohort"), is_a="", csv_only=True),
    Thing(id="speaker", label=_("Said by"), of=the("speaker"), is_a="", csv_only=True),
    Day(id="drafted_on", label=_("Recommended on"), of=the("drafted_on"), csv_only=True),
    Day(id="asked_on", label=_("Asked on"), of=the("asked_on"), csv_only=True),
    Day(id="answered_on", label=_("Answered on"), of=the("answered_on"), csv_only=True),
    Day(id="verified_on", label=_("Seen by another on"), of=the("verified_on"), csv_only=True),
    Day(id="closed_on", label=_("Closed on"), of=the("closed_on"), csv_only=True),
)

DEBRIEFS: Columns = (
    Thing(id="debrief", label=_("Debrief"), of=the("debrief"), is_a="debrief"),
    COHORT,
    PLACE,
    Day(id="planned_on", label=_("Planned for"), of=the("planned_on")),
    Day(id="held_on", label=_("Held on"), of=the("held_on")),
    Count(
        optional=True,
        id="present",
        label=_("How many took part"),
        of=the("present"),
        means=_("A number. Who it was is nobody's record."),
    ),
    Count(id="recommendations", label=_("Recommendations"), of=the("recommendations")),
)

STEPS: Columns = (
    Day(id="on", label=_("Day"), of=the("on")),
    Coded(
        id="state",
        label=pgettext_lazy("recommendation", "State"),
        of=the("state"),
        words=RECOMMENDATION_STATES,
        tag=True,
    ),
    Thing(id="post", label=_("Post"), of=the("post"), is_a=""),
    Column(id="fact", label=_("Fact"), of=the("fact"), csv_only=True),
)

ITEMS: Columns = (
    Written(id="item", label=_("To be spoken about"), of=the("name")),
    Thing(id="post", label=_("Put by"), of=the("post"), is_a=""),
)
