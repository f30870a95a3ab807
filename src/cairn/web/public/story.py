"""A place's whole story on one page: a picture, a chapter for each cohort, and what is left of all of it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cairn.assets.facts import Condition
from cairn.following.story import Chapter, Happening, PlaceStory
from cairn.web.charts.timeline import timeline_of
from cairn.web.charts.villages import labels_of
from cairn.web.public import asks, lesson_columns, reads, standing_columns, story_columns
from cairn.web.public.columns import TEAMS
from cairn.web.public.filters import choice
from cairn.web.public.links import Links, links
from cairn.web.public.page import Shown, page
from cairn.web.reader import reader
from cairn.web.tables import Table

MOST = 40
"""Rows of a table among others, until all of them are asked for."""

TOLD = 100
"""Happenings of a chapter that the page tells; the CSV has all of them."""


@dataclass(frozen=True, slots=True)
class Told:
    """A happening as the page tells it: what the thing's page is, and whether it is of another place."""

    one: Happening
    label: str
    address: str
    bad: bool
    elsewhere: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A chapter as the page tells it; `hidden` are happenings that are in its CSV alone."""

    chapter: Chapter
    told: tuple[Told, ...]
    hidden: int
    over: bool


@page
def story(request: HttpRequest, programme: str, place: str) -> Shown:
    """A place across all cohorts, from top to bottom."""
    today = reads.today_in(programme)
    asked = request.GET.get("currency", "")
    found = asks.place_story(programme=programme, place=place, today=today, currency=asked or None)
    moved = {row.currency for one in found.chapters for row in one.money}
    own, *others = (found.currencies[0], *(one for one in found.currencies[1:] if one in moved))
    currency = choice(
        request, "currency", _("Currency"), [(one, one) for one in others], unless=own
    )
    read, base = reader(), links(programme)
    turns = [one.span.turn for one in found.chapters if one.span.turn]
    labels = labels_of(turns)
    above = [(read.name(one), base("place", one.id)) for one in (*found.above, found.place)]
    return Shown(
        "public/story.html",
        _("The story of %(place)s") % {"place": read.apart(read.name(found.place))},
        programme=found.programme,
        as_of=found.as_of,
        tables=_tables(found),
        filters=(currency,) if others else (),
        above=((_("Places"), f"{base.base}places/"), *above),
        section="places",
        more={
            "found": found,
            "parts": [_part(found, one, base, today) for one in found.chapters],
            "timeline": timeline_of(
                found.quarters, turns, labels, mirrored=read.direction == "rtl"
            ),
            "standing": sum(one.ended_on is None for one in found.built),
            "broken": sum(one.row.condition == Condition.BROKEN for one in found.built),
            "open_needs": sum(one.state == "open" for one in found.needs),
            "currency": asked or own,
        },
    )


def _part(found: PlaceStory, chapter: Chapter, base: Links, today: date) -> Part:
    told = [
        Told(
            one,
            str(story_columns.WHAT[one.what]),
            base(one.is_a, one.thing.id) if one.is_a else "",
            bad=one.what in story_columns.BAD,
            elsewhere=one.place.id != found.place.id,
        )
        for one in chapter.happenings[:TOLD]
    ]
    hidden = len(chapter.happenings) - len(told)
    return Part(chapter, tuple(told), hidden, over=chapter.span.last < today)


def _tables(found: PlaceStory) -> tuple[Table[Any], ...]:
    return (
        Table(
            id="chapters",
            caption=_("Cohort by cohort"),
            columns=story_columns.CHAPTERS,
            rows=found.chapters,
            most=MOST,
            empty=_("No cohort has begun yet."),
        ),
        Table(
            id="money",
            caption=_("Money that came, and what was paid here"),
            columns=story_columns.MONEY,
            rows=[row for one in found.chapters for row in one.money],
            most=MOST,
            empty=_("No money has come here, and nothing has been paid here yet."),
        ),
        Table(
            id="built",
            caption=_("What was built, and how it stands"),
            columns=story_columns.BUILT,
            rows=found.built,
            most=MOST,
            empty=_("No asset has been handed over here yet."),
        ),
        Table(
            id="needs",
            caption=_("Needs, and what answered them"),
            columns=standing_columns.NEEDS,
            rows=found.needs,
            most=MOST,
            empty=_("No need has been raised here."),
        ),
        Table(
            id="recommendations",
            caption=_("What its posts recommended, and what became of it"),
            columns=lesson_columns.RECOMMENDATIONS,
            rows=found.recommendations,
            most=MOST,
            empty=_("Nothing has been recommended here yet."),
        ),
        Table(
            id="enterprises",
            caption=_("Enterprises, each with one year"),
            columns=standing_columns.ENTERPRISES,
            rows=found.enterprises,
            most=MOST,
            empty=_("No enterprise has been opened here."),
        ),
        Table(
            id="teams",
            caption=_("Teams"),
            columns=TEAMS,
            rows=[row for one in found.chapters for row in one.teams],
            most=MOST,
            empty=_("No team has been placed here yet."),
        ),
        Table(
            id="quarters",
            caption=_("Quarter by quarter"),
            columns=story_columns.QUARTERS,
            rows=found.quarters,
            most=MOST,
            empty=_("Nothing has happened here yet."),
        ),
        Table(
            id="days",
            caption=_("Day by day"),
            columns=story_columns.DAYS,
            rows=[row for one in found.chapters for row in one.happenings],
            most=0,
            empty=_("Nothing has happened here yet."),
        ),
    )
