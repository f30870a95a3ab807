"""The list of programmes, and a programme at a glance."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from cairn.following.answers import GrantRow, InTransit, PlaceRow, ProgrammeTotals, Stages
from cairn.following.queries.programme import out_of_reach
from cairn.web.csv_out import all_of
from cairn.web.guarantees import GUARANTEES, NOT_COVERED
from cairn.web.public import asks, iati, reads
from cairn.web.public.columns import GRANTS, PLACES, STAGES_AS_ROWS, TRANSIT, StageRow
from cairn.web.public.filters import choice
from cairn.web.public.page import Shown, page
from cairn.web.reader import reader
from cairn.web.tables import Table
from cairn.web.words import GLOSSARY, STAGES

GRANTS_SHOWN = 10
PLACES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Wrongs:
    """What sponsors should see, in one currency."""

    currency: str
    breach: int
    off_purpose: int


@page
def programmes(request: HttpRequest) -> Shown | HttpResponseBase:
    """Every programme of this installation; where there is one, its page."""
    del request
    found = asks.programmes()
    away, more = out_of_reach()
    if len(found) == 1 and not (away or more):
        return redirect("public:programme", programme=found[0].id)
    shown = {"found": found, "away": away, "more_away": more}
    return Shown("public/programmes.html", _("Programmes"), more=shown)


@page
def words(request: HttpRequest) -> Shown:
    """What the words on these pages mean."""
    del request
    return Shown("public/words.html", _("What the words mean"), more={"glossary": GLOSSARY})


@page
def guarantees(request: HttpRequest) -> Shown:
    """What Cairn promises residents, and which test holds each promise."""
    del request
    return Shown(
        "public/guarantees.html",
        _("What is promised to residents"),
        more={"guarantees": GUARANTEES, "not_covered": NOT_COVERED},
    )


@page
def programme(request: HttpRequest, programme: str) -> Shown:
    """A programme at a glance: how far its money has come, and what is not as it should be."""
    asked = request.GET.get("sponsor") or None
    today = reads.today_in(programme)
    totals = asks.programme_totals(programme=programme, today=today, sponsor=asked)
    whole = totals.grants if asked is None else asks.grants(programme=programme)
    sponsor = choice(request, "sponsor", _("Sponsor"), reads.sponsors(whole, reader()))
    found = wrongs(totals.grants)
    return Shown(
        "public/programme.html",
        "",
        programme=totals.programme,
        as_of=totals.as_of,
        tables=(_stages(totals), _places(totals), _in_transit(totals, today), _grants(totals)),
        filters=(sponsor,),
        section="programme",
        more={
            "totals": totals,
            "stages": [(one, stage_rows(one)) for one in totals.stages],
            "wrongs": found,
            "any_breach": any(one.breach for one in found),
            "any_off": any(one.off_purpose for one in found),
            "reported": bool(asks.reported_publishers(programme=programme)),
            "iati": iati.is_published(programme),
        },
    )


def stage_rows(stages: Stages) -> tuple[StageRow, ...]:
    """The stages of one currency, as rows."""
    pledged, currency = stages.pledged, stages.currency
    longest = max(getattr(stages, code) for code, _label, _means in STAGES)
    return tuple(
        StageRow(code, label, means, getattr(stages, code), pledged, longest, currency)
        for code, label, means in STAGES
    )


def wrongs(rows: tuple[GrantRow, ...]) -> tuple[Wrongs, ...]:
    """Breaches and what was off purpose, by currency, over all grants."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        sums[row.currency][0] += row.breach
        sums[row.currency][1] += row.off_purpose
    return tuple(Wrongs(currency, *both) for currency, both in sums.items() if any(both))


def _stages(totals: ProgrammeTotals) -> Table[StageRow]:
    rows = [row for one in totals.stages for row in stage_rows(one)]
    caption = _("How far the money has come")
    return Table(id="stages", caption=caption, columns=STAGES_AS_ROWS, rows=rows, empty="")


def _places(totals: ProgrammeTotals) -> Table[PlaceRow]:
    topmost = [row for row in totals.places if row.depth < 2]
    return Table(
        id="places",
        caption=_("Places, each with everything within it"),
        columns=PLACES,
        rows=topmost if len(totals.places) > PLACES_SHOWN else totals.places,
        most=PLACES_SHOWN,
        whole=lambda: totals.places,
        more="places/",
        empty=_("No place has been added yet."),
        row_class=lambda row: f"depth-{min(row.depth, 3)}",
    )


def _in_transit(totals: ProgrammeTotals, today: date) -> Table[InTransit]:
    asked = {"programme": totals.programme.id, "today": today}
    return Table(
        id="in_transit",
        caption=_("Longest in transit"),
        columns=TRANSIT,
        rows=totals.in_transit,
        most=6,
        count=totals.in_transit_count,
        whole=lambda: all_of(asks.in_transit, **asked),
        more="in-transit/",
        empty=_("Nothing is in transit: all that was sent has been confirmed."),
    )


def _grants(totals: ProgrammeTotals) -> Table[GrantRow]:
    return Table(
        id="grants",
        caption=_("Grants"),
        columns=GRANTS,
        rows=reads.sponsored_first(totals.grants),
        most=GRANTS_SHOWN,
        more="grants/",
        empty=_("No grant has been pledged yet."),
    )
