"""The columns of the tables about handovers, as columns.py has the others."""

from operator import attrgetter

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cairn.following.handovers import LineFollowed
from cairn.web.public.columns import Columns
from cairn.web.tables import Amount, Coded, Column, Day, Thing, Written
from cairn.web.words import LINE_ANSWERS, LINES_OF, NOTE_SORTS, SIDES, SIGHTS, SORTS

the = attrgetter


def _is_a(line: LineFollowed) -> str:
    return {"balance": "account", "transit": "account"}.get(line.what, line.what)


LINES: Columns = (
    Coded(id="what", label=_("What it is"), of=the("what"), words=LINES_OF),
    Thing(id="line", label=_("Line"), of=the("of"), is_a=_is_a),
    Coded(id="sort", label=_("Promise"), of=the("sort"), words=SORTS, optional=True),
    Coded(
        id="answer",
        label=pgettext_lazy("handover", "Answer"),
        of=lambda line: line.answer or "unanswered",
        words=LINE_ANSWERS,
        tag=True,
    ),
    Written(id="reason", label=_("But for, or why not"), of=the("reason"), optional=True),
    Day(id="due", label=_("To be put right by"), of=the("due"), optional=True),
    Day(id="settled_on", label=_("Put right on"), of=the("settled_on"), optional=True),
    Written(id="how", label=_("How"), of=the("how"), optional=True),
    Thing(id="stays_with", label=_("Stays with"), of=the("stays_with"), is_a="", optional=True),
    Coded(id="sight", label=_("On the walk"), of=the("sight"), words=SIGHTS, optional=True),
    Amount(id="amount", label=_("By the books"), of=the("minor"), optional=True),
    Amount(id="stated", label=_("By the statement"), of=the("stated"), optional=True),
    Column(id="key", label=pgettext_lazy("handover", "Key"), of=the("key"), csv_only=True),
)

SIGNATURES: Columns = (
    Coded(id="side", label=_("Who"), of=the("side"), words={**SIDES, "witness": _("the witness")}),
    Thing(id="post", label=_("Post"), of=the("post"), is_a=""),
    Day(id="on", label=_("Signed on"), of=the("on")),
    Column(id="fact", label=_("Fact"), of=the("fact"), csv_only=True),
)

NOTES: Columns = (
    Coded(id="sort", label=_("What"), of=the("sort"), words=NOTE_SORTS, tag=True),
    Written(id="text", label=_("If this happens, or what was tried or advised"), of=the("text")),
    Written(id="then", label=_("Do this, or why it failed"), of=the("then"), optional=True),
    Day(id="on", label=_("Said on"), of=the("on")),
)
