"""The pack of a team, to read and to print: what whoever takes over would get today; and the teams."""

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cairn.journal.past import Past, programme_of
from cairn.pack import Pack, sha256_of
from cairn.web.public import asks, columns, reads
from cairn.web.public.links import links
from cairn.web.public.pack_tables import tables
from cairn.web.public.page import Shown, page
from cairn.web.public.standing_tables import Dated, files_shown
from cairn.web.published import published_day
from cairn.web.reader import reader
from cairn.web.tables import Table
from cairn.web.words import CONDITIONS, LINES_OF, NEED_STATES, PROJECT_STAGES, Words


@dataclass(frozen=True, slots=True)
class Part:
    """A kind of line, with how many of it are ready."""

    label: str
    ready: int
    of: int


@page
def pack(request: HttpRequest, programme: str, team: str) -> Shown:
    """What a team would hand over if it left on the day of the last entry: every section, and its hash."""
    del request
    named, as_of = reads.programme_and_position(programme)
    found = asks.pack(programme=programme, team=team)
    shown = replace(shown_of(found), programme=named, as_of=as_of)
    is_past = Past.parse(programme) is not None
    more = {
        "sealing": None if published_day() else reads.sealing(programme_of(programme)),
        "figures": () if is_past else _voices(programme, found),
        **files_shown(programme_of(programme), _pictures(programme, found)),
    }
    return replace(shown, more={**shown.more, **more})


def shown_of(found: Pack) -> Shown:
    """What is shown of a pack wherever it is: its page, and its bundle, which asks for nothing else."""
    read, base, every = reader(), links(found.programme.id), tables(found)
    sha256 = sha256_of(found) if found.settled else ""
    title = _("Pack of the team in {place}, {cohort}").format(
        place=read.apart(read.name(found.team.place)),
        cohort=read.apart(read.name(found.team.cohort)),
    )
    return Shown(
        "public/pack.html",
        title,
        programme=found.programme,
        as_of=found.as_of,
        tables=every,
        above=(
            (_("Teams"), f"{base.base}teams/"),
            (read.name(found.team.place), base("place", found.team.place.id)),
        ),
        section="teams",
        heads=_heads(found, sha256),
        paper=_on_paper(found, sha256),
        more={
            "pack": found,
            "sha256": sha256,
            "parts": [
                Part(str(LINES_OF[one.what]), one.ready, one.of) for one in found.readiness.parts
            ],
            "sections": [
                (table.id, table.caption, len(table.rows))
                for table in every
                if table.id != "readiness"
            ],
            "counts": _counts(found),
        },
    )


def _heads(found: Pack, sha256: str) -> tuple[str, ...]:
    """What stands above each sheet: place, cohort, day, position, hash."""
    read = reader()
    heads = [f"{read.name(found.team.place)} · {read.name(found.team.cohort)}", read.day(found.day)]
    if not published_day():
        heads.append(_("position {position}").format(position=read.count(found.as_of.position)))
    return (*heads, *([f"SHA-256 {sha256}"] if sha256 else []))


def _on_paper(found: Pack, sha256: str) -> tuple[str, ...]:
    """What stands under the title of the document."""
    read = reader()
    ready = _("Ready: {ready} of {of} lines").format(
        ready=read.count(found.readiness.ready), of=read.count(found.readiness.of)
    )
    lines = [f"{read.name(found.programme)} · {read.day(found.day)}", ready]
    return (*lines, *([f"SHA-256: {sha256}"] if sha256 else []))


def _counts(found: Pack) -> list[tuple[str, str, int]]:
    """How much stands here, each in words: what, how, how many."""
    words: dict[str, tuple[str, Words]] = {
        "project": (_("Projects"), PROJECT_STAGES),
        "asset": (_("Assets"), CONDITIONS),
        "need": (_("Needs"), NEED_STATES),
        "enterprise": (_("Enterprises"), {}),
    }
    other = {"answered": _("answered"), "open": _("open"), "closed": _("closed")}
    return [
        (words[one.what][0], str(words[one.what][1].get(one.how) or other[one.how]), one.count)
        for one in found.overview.counts
    ]


def _voices(programme: str, found: Pack) -> tuple[tuple[str, int], ...]:
    """What the board of the place shows of voices, and no more: its figures move in steps of five."""
    place = found.team.place.id
    board = asks.answer_board(programme=programme, place=place, today=reads.today_in(programme))
    if not board.asks and not board.received:
        return ()
    return (
        (_("Came in"), board.received),
        (_("Answered"), board.answered),
        (_("Closed"), board.closed),
        (_("Of all: done"), board.done),
        (_("Not answered in time"), board.overdue),
    )


def _pictures(programme: str, found: Pack) -> list[Dated]:
    """The last photo of each asset, as far as it was not erased."""
    facts = tuple(one.picture for one in found.assets if one.picture)
    shown = asks.pictures_of(programme=programme_of(programme), facts=facts)
    return [
        (shown[one.picture], one.pictured_on)
        for one in found.assets
        if one.picture in shown and one.pictured_on is not None and one.pictured_on != "unknown"
    ]


@page
def teams(request: HttpRequest, programme: str) -> Shown:
    """Every team that was ever placed, by cohort; each with its pack."""
    del request
    named, as_of = reads.programme_and_position(programme)
    table: Table[Any] = Table(
        id="teams",
        caption=_("Teams, by cohort"),
        columns=columns.TEAMS,
        rows=asks.teams(programme=programme),
        empty=_("No team has been placed yet."),
    )
    return Shown(
        "public/list.html",
        _("Teams"),
        programme=named,
        as_of=as_of,
        tables=(table,),
        section="teams",
        more={
            "lead": _(
                "Who was sent where, by whom; and what each would hand over if it left today."
            )
        },
    )
