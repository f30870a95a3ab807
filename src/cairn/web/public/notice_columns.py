"""The columns of the tables about notices, as columns.py has the others."""

from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cairn.following.notices import VersionRow
from cairn.web.public.columns import Columns
from cairn.web.tables import Coded, Column, Count, Day, Setting, Thing, Things, isolated
from cairn.web.words import LANGUAGES, MAKERS, NOTICE_STATES, TOPICS, VERSION_STATES

the = attrgetter

STATE = pgettext_lazy("notice", "State")

NOTICES: Columns = (
    Thing(id="notice", label=_("Notice"), of=the("notice"), is_a="notice"),
    Coded(id="about", label=_("About"), of=the("topic"), words=TOPICS),
    Things(id="places", label=_("Places"), of=the("places"), is_a="place"),
    Day(id="since", label=_("From the day"), of=the("since")),
    Day(id="until", label=_("Until the day"), of=the("until")),
    Coded(id="state", label=STATE, of=the("state"), words=NOTICE_STATES, tag=True),
    Coded(
        id="languages",
        label=_("Languages"),
        of=the("languages"),
        words=LANGUAGES,
        means=_("In which it is published."),
    ),
    Coded(
        id="heard",
        label=_("To be heard in"),
        of=the("heard"),
        words=LANGUAGES,
        optional=True,
    ),
    Coded(
        id="asks",
        label=_("Asks something"),
        of=lambda row: "asks" if row.asks else "",
        words={"asks": _("yes")},
        optional=True,
    ),
)


def _states(row: VersionRow) -> tuple[str, ...]:
    marks = (("stale", row.stale), ("unchecked", row.shown and row.unchecked))
    also = ("published",) if row.shown and row.state != "published" else ()
    return (row.state, *also, *(code for code, is_so in marks if is_so))


VERSIONS: tuple[Column[Any], ...] = (
    Coded(id="language", label=_("Language"), of=the("language"), words=LANGUAGES),
    Coded(
        id="state",
        label=STATE,
        of=_states,
        words=VERSION_STATES,
        tag=True,
        means=_(
            "Another post than the one that drafted it checks a version before it is published."
        ),
    ),
    Coded(id="made_by", label=_("Made by"), of=the("made_by"), words=MAKERS),
    Day(id="drafted_on", label=_("Written on"), of=the("drafted_on")),
    Day(id="checked_on", label=_("Checked on"), of=the("checked_on")),
    Day(id="published_on", label=_("Published on"), of=the("published_on")),
    Coded(
        id="heard",
        label=_("Can be heard"),
        of=lambda row: "heard" if row.heard else "",
        words={"heard": _("yes")},
        optional=True,
    ),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice of what a notice asks, and how often it was chosen, as `counts.in_steps` gives it."""

    number: int
    text: str
    figure: int


class AtLeast(Count[Choice]):
    """A figure in steps of five: in words on a page, the step that it reached for a machine."""

    def cell(self, row: Choice, setting: Setting) -> SafeString:
        return isolated(few(self.of(row), setting.reader.count(self.of(row))))


def few(figure: int, said: str) -> str:
    """A figure as `counts.in_steps` gives it, in words: as parts/few.html has it."""
    return gettext("%(n)s or more") % {"n": said} if figure else gettext("fewer than 10")


CHOICES: Columns = (
    Column(id="number", label=_("Number"), of=the("number")),
    Column(id="choice", label=_("Choice"), of=the("text")),
    AtLeast(
        id="at_least",
        label=_("Chosen"),
        of=the("figure"),
        means=_(
            "In steps of five that begin at a secret, so that nobody is found out by counting: “10 or more” is "
            "ten to eighteen. Anybody may answer, and more than once: it is no vote."
        ),
    ),
)
