"""The programme over the years: cohorts side by side, and a small picture of each village."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cairn.following.answers import Page
from cairn.following.promises import SORTS
from cairn.following.survival import Fall
from cairn.following.turns import Turn
from cairn.following.years import LearnedOfTurn, MoneyOfTurn, PromisesOfTurn, StandingOfTurn, Years
from cairn.web.charts.stacks import Stack, stacks_of
from cairn.web.charts.steps import Steps, steps_of
from cairn.web.charts.villages import PROMISES as PARTS
from cairn.web.charts.villages import labels_of, smalls_of
from cairn.web.public import asks, reads, year_columns
from cairn.web.public.filters import choice, start
from cairn.web.public.page import Shown, page, turn
from cairn.web.reader import reader
from cairn.web.tables import Table

VILLAGES_SHOWN = 60
"""Villages on one page."""

MOST = 40
"""Rows of a table among others, until all of them are asked for."""


@dataclass(frozen=True, slots=True)
class FellRow:
    """A step of a cohort's curve."""

    turn: Turn | None
    fall: Fall


@dataclass(frozen=True, slots=True)
class Line:
    """Promises of a sort in a cohort's days, with what the cohort is called for short."""

    row: PromisesOfTurn
    label: str
    bar: Stack


@dataclass(frozen=True, slots=True)
class Beside:
    """A cohort beside the others: what its card says. Promises are (kept, broken, open)."""

    turn: Turn
    over: bool
    money: tuple[MoneyOfTurn, ...]
    standing: StandingOfTurn
    steps: Steps | None
    learned: LearnedOfTurn
    promises: tuple[int, int, int]
    bar: Stack


@page
def cohorts(request: HttpRequest, programme: str) -> Shown:
    """Cohorts side by side; by place and currency."""
    place = choice(request, "place", _("Place"), reads.places(programme, reader()))
    asked = request.GET.get("currency", "")
    today = reads.today_in(programme)
    found = asks.cohort_years(
        programme=programme, today=today, place=place.value or None, currency=asked or None
    )
    own, *others = found.currencies
    currency = choice(
        request, "currency", _("Currency"), [(one, one) for one in others], unless=own
    )
    mirrored = reader().direction == "rtl"
    stretch = _stretch(found, start(request))
    shown = found.villages[stretch.start : stretch.start + stretch.size]
    return Shown(
        "public/cohorts.html",
        _("Over the years"),
        programme=found.programme,
        as_of=found.as_of,
        tables=_tables(found),
        filters=(place, currency),
        section="programme",
        more={
            "found": found,
            "cohorts": _beside(found, today, mirrored=mirrored),
            "sorts": _sorts(found, mirrored=mirrored),
            "villages": smalls_of(shown, found.villages, found.turns, mirrored=mirrored),
            "turn": turn(request, stretch),
            "currency": asked or own,
            "others": [one for one in (own, *others) if one != (asked or own)],
            "of_place": reads.place_named(programme, place.value) if place.value else None,
        },
    )


def _stretch(found: Years, asked: int) -> Page:
    """A stretch of whole places: there are as many rows of each."""
    first = found.villages[0].place if found.villages else None
    size = VILLAGES_SHOWN * sum(row.place == first for row in found.villages) or VILLAGES_SHOWN
    return Page(asked // size * size, size, len(found.villages))


def _beside(found: Years, today: date, *, mirrored: bool) -> list[Beside]:
    promises = [
        (
            sum(row.kept for row in found.promises if row.turn == turn),
            sum(row.broken for row in found.promises if row.turn == turn),
            sum(row.open for row in found.promises if row.turn == turn),
        )
        for turn in found.turns
    ]
    bars = stacks_of(promises, PARTS, mirrored=mirrored)
    return [
        Beside(
            turn=turn,
            over=turn.is_over(today),
            money=tuple(row for row in found.money if row.turn == turn),
            standing=standing,
            steps=steps_of(standing.curve, mirrored=mirrored),
            learned=learned,
            promises=three,
            bar=bar,
        )
        for turn, three, bar, standing, learned in zip(
            found.turns,
            promises,
            bars,
            found.standing[: len(found.turns)],
            found.learned,
            strict=True,
        )
    ]


def _sorts(found: Years, *, mirrored: bool) -> list[tuple[str, list[Line]]]:
    """Each sort of promise with a bar for each cohort.

    Each sort has a scale of its own: money is confirmed a thousand times a year, and a project ends once.
    """
    labels = labels_of(found.turns)
    sorts = []
    for sort in SORTS:
        rows = [(row, row.turn) for row in found.promises if row.sort == sort and row.turn]
        figures = [[getattr(row, part) for part in PARTS] for row, _turn in rows]
        bars = stacks_of(figures, PARTS, mirrored=mirrored)
        lines = [
            Line(row, labels[turn.cohort.id], bar)
            for (row, turn), bar in zip(rows, bars, strict=True)
        ]
        if lines:
            sorts.append((str(year_columns.PROMISES[sort]), lines))
    return sorts


def _tables(found: Years) -> tuple[Table[Any], ...]:
    none = _("No cohort has begun yet.")
    falls = [FellRow(row.turn, fall) for row in found.standing for fall in row.curve.falls]
    return (
        Table(
            id="money",
            caption=_("The money of each cohort's days"),
            columns=year_columns.MONEY,
            rows=found.money,
            most=MOST,
            empty=none,
        ),
        Table(
            id="standing",
            caption=_("What still stands of what was handed over"),
            columns=year_columns.STANDING,
            rows=found.standing,
            most=MOST,
            empty=none,
        ),
        Table(
            id="falls",
            caption=_("Each step of the curves"),
            columns=year_columns.FALLS,
            rows=falls,
            most=MOST,
            empty=_("Everything that was handed over still stands, as far as anybody has said."),
        ),
        Table(
            id="learned",
            caption=_("What became of recommendations"),
            columns=year_columns.LEARNED,
            rows=found.learned,
            most=MOST,
            empty=none,
        ),
        Table(
            id="promises",
            caption=_("Promises kept and broken"),
            columns=year_columns.KEPT_AND_BROKEN,
            rows=found.promises,
            most=MOST,
            empty=_("Nothing has been promised by a day yet."),
        ),
        Table(
            id="villages",
            caption=_("Each place in each cohort's days, by itself"),
            columns=year_columns.VILLAGES,
            rows=found.villages,
            most=MOST,
            empty=_("No village has been added yet."),
        ),
    )
