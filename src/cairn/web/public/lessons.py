"""What cohorts learned: the register of recommendations, debriefs, and the page of each."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cairn.following.lessons import DebriefFollowed, Shares
from cairn.lessons.models import LessonTheme
from cairn.programme.models import Cohort
from cairn.web.csv_out import all_of
from cairn.web.public import asks, reads
from cairn.web.public.filters import choice, start
from cairn.web.public.lesson_columns import DEBRIEFS, ITEMS, RECOMMENDATIONS, STEPS
from cairn.web.public.links import links
from cairn.web.public.page import Shown, page
from cairn.web.reader import reader
from cairn.web.tables import Table
from cairn.web.words import RECOMMENDATION_ANSWERS, RECOMMENDATION_STATES

SIZE = 50
MOST = 200
"""Rows of a debrief's own tables; no meeting recommends so much."""


@page
def recommendations(request: HttpRequest, programme: str) -> Shown:
    """Every recommendation, who owes the answer, how old it is, and what became of all, in numbers."""
    named, as_of = reads.programme_and_position(programme)
    place = choice(request, "place", _("Place"), reads.places(programme, reader()))
    cohort = choice(request, "cohort", _("Cohort"), _called(programme, Cohort))
    theme = choice(request, "theme", _("Theme"), _called(programme, LessonTheme))
    state = choice(
        request, "state", pgettext("recommendation", "State"), RECOMMENDATION_STATES.items()
    )
    about: dict[str, Any] = {
        "programme": programme,
        "today": reads.today_in(programme),
        "place": place.value or None,
        "cohort": cohort.value or None,
        "theme": theme.value or None,
    }
    asked = about | {"state": state.value or None}
    rows, stretch = asks.recommendations(**asked, start=start(request), size=SIZE)
    table: Table[Any] = Table(
        id="recommendations",
        caption=_("Recommendations, the longest open first"),
        columns=RECOMMENDATIONS,
        rows=rows,
        whole=lambda: all_of(asks.recommendations, **asked),
        page=stretch,
        empty=_("No recommendation matches."),
    )
    shares = asks.recommendation_shares(**about)
    return Shown(
        "public/recommendations.html",
        _("What was learned"),
        programme=named,
        as_of=as_of,
        tables=(table,),
        filters=(place, cohort, theme, state),
        section="recommendations",
        paper=tuple(f"{label}: {_of(some, of)}" for label, some, of in _shares(shares)),
        more={"shares": _shares(shares), "open": shares.open, "open_days": shares.open_days},
    )


def _shares(found: Shares) -> list[tuple[str, int, int]]:
    """Each figure with of how many it is."""
    return [
        (_("Answered, of those asked"), found.answered.some, found.answered.of),
        (_("Accepted, of those answered"), found.accepted.some, found.accepted.of),
        (_("Implemented, of those accepted"), found.implemented.some, found.implemented.of),
        (_("Seen by another, of those said to be done"), found.verified.some, found.verified.of),
    ]


def _of(some: int, of: int) -> str:
    return _("%(some)s of %(of)s") % {"some": reader().count(some), "of": reader().count(of)}


def _called(programme: str, table: type[Cohort | LessonTheme]) -> Iterator[tuple[str, str]]:
    """Read when the first is asked for: a published page has no filters."""
    rows = table.objects.filter(programme=programme).order_by("id").values_list("id", "name")
    yield from ((id_, reader().said(name)) for id_, name in rows)


@page
def recommendation(request: HttpRequest, programme: str, recommendation: str) -> Shown:
    """A recommendation, what was answered, and step by step what became of it."""
    del request
    named, as_of = reads.programme_and_position(programme)
    found = asks.follow_recommendation(
        programme=programme, recommendation=recommendation, today=reads.today_in(programme)
    )
    base = links(programme)
    table: Table[Any] = Table(
        id="steps",
        caption=_("Step by step"),
        columns=STEPS,
        rows=found.steps,
        empty="",
    )
    return Shown(
        "public/recommendation.html",
        reader().name(found.row.recommendation),
        programme=named,
        as_of=as_of,
        tables=(table,),
        above=(
            (_("What was learned"), f"{base.base}recommendations/"),
            (reader().name(found.row.debrief), base("debrief", found.row.debrief.id)),
        ),
        section="recommendations",
        more={
            "found": found,
            "recommendation_state": str(RECOMMENDATION_STATES[found.row.state]),
            "answer_said": str(RECOMMENDATION_ANSWERS.get(found.row.answer, "")),
        },
    )


@page
def debriefs(request: HttpRequest, programme: str) -> Shown:
    """Every debrief, the latest first."""
    named, as_of = reads.programme_and_position(programme)
    rows, stretch = asks.debriefs(programme=programme, start=start(request), size=SIZE)
    table: Table[Any] = Table(
        id="debriefs",
        caption=_("Debriefs, the latest first"),
        columns=DEBRIEFS,
        rows=rows,
        whole=lambda: all_of(asks.debriefs, programme=programme),
        page=stretch,
        empty=_("No cohort has been asked yet what it learned."),
    )
    return Shown(
        "public/list.html",
        _("Debriefs"),
        programme=named,
        as_of=as_of,
        tables=(table,),
        above=((_("What was learned"), f"{links(programme).base}recommendations/"),),
        section="recommendations",
        more={"lead": _("The meetings at which cohorts said what they learned.")},
    )


@page
def debrief(request: HttpRequest, programme: str, debrief: str) -> Shown:
    """A debrief: its agenda, who took part by post, and what it recommends; to read and to print."""
    del request
    named, as_of = reads.programme_and_position(programme)
    found = asks.follow_debrief(
        programme=programme, debrief=debrief, today=reads.today_in(programme)
    )
    base = links(programme)
    tables: tuple[Table[Any], ...] = (
        Table(
            id="items",
            caption=_("Agenda: what posts put"),
            columns=ITEMS,
            rows=found.items,
            empty=_("Nothing has been put yet."),
        ),
        Table(
            id="left-open",
            caption=_("Agenda: what earlier debriefs left open"),
            columns=RECOMMENDATIONS,
            rows=found.left_open,
            most=MOST,
            empty=_("Nothing is left open."),
        ),
        Table(
            id="recommendations",
            caption=_("What it recommends"),
            columns=RECOMMENDATIONS,
            rows=found.recommendations,
            most=MOST,
            empty=_("Nothing has been recommended yet."),
        ),
    )
    return Shown(
        "public/debrief.html",
        reader().name(found.row.debrief),
        programme=named,
        as_of=as_of,
        tables=tables,
        above=(
            (_("What was learned"), f"{base.base}recommendations/"),
            (_("Debriefs"), f"{base.base}debriefs/"),
        ),
        section="recommendations",
        paper=_on_paper(found),
        more={"found": found},
    )


def _on_paper(found: DebriefFollowed) -> tuple[str, ...]:
    """What stands under the title of a debrief's document: where, when, how many, for which posts."""
    row, read = found.row, reader()
    lines = [f"{read.name(row.cohort)} · {read.name(row.place)}"]
    lines.append(_("In the chair") + ": " + read.name(row.chair))
    if row.held_on is None:
        lines.append(_("Planned for") + ": " + read.day(row.planned_on))
    else:
        lines.append(_("Held on") + ": " + read.day(row.held_on))
        lines.append(_("How many took part") + ": " + read.count(row.present or 0))
        posts = ", ".join(read.name(one) for one in found.posts)
        lines.append(_("For these posts somebody took part:") + " " + posts)
    return tuple(lines)
