"""From a journal up to a position, and a team, to its pack: nothing else goes in, and no clock."""

from dataclasses import replace
from datetime import date

from cairn.following.answers import Named
from cairn.following.pasts import recorded_at
from cairn.following.queries.reading import Reading, read
from cairn.journal.heads import position_of
from cairn.journal.journal import Journal
from cairn.journal.past import Past, programme_of
from cairn.pack import ahead, gaps, lessons
from cairn.pack.ground import Ground
from cairn.pack.lines import Sections, lines, readiness
from cairn.pack.money import Money, unevidenced
from cairn.pack.notices import notices
from cairn.pack.overview import contacts, overview
from cairn.pack.owed import owed
from cairn.pack.standing import assets, enterprises
from cairn.pack.values import GrantHere, Pack, Unevidenced
from cairn.pack.works import going, projects, tried
from cairn.pack.written import Written
from cairn.programme.models import Cohort, Team
from cairn.values import UnknownThingError


class NoSuchTeamError(UnknownThingError):
    """A team that is not on record."""


def pack_of(*, programme: str, team: str, journal: Journal) -> Pack:
    """The pack of a team, of a programme as it stands or of one of its pasts.

    Its day is the one on which the last entry was recorded. While the money is not followed up to that
    entry, `settled` is false and `as_of` says how far it is.
    Raises UnknownThingError, NotTracedYetError, NoSuchTeamError.
    """
    reading = read(programme)
    ground = _ground(reading, team, journal)
    pack = _pack(ground)
    head = position_of(programme)
    if head != reading.head:  # something was recorded meanwhile: this is a pack of neither
        pack = replace(pack, as_of=replace(pack.as_of, head=head))
    return pack


def _ground(reading: Reading, team: str, journal: Journal) -> Ground:
    teams = tuple(Team.objects.filter(programme=reading.id).order_by("id"))
    mine = next((row for row in teams if row.id == team), None)
    if mine is None:
        raise NoSuchTeamError(f"There is no team ‘{team}’ in this programme.")
    cohorts = {row.id: row for row in Cohort.objects.filter(programme=reading.id)}
    return Ground(reading, journal, _day(reading, journal), mine, cohorts, teams)


def _day(reading: Reading, journal: Journal) -> date:
    return recorded_at(journal, Past(programme_of(reading.id), reading.head)).date()


def _pack(ground: Ground) -> Pack:
    money, said = Money(ground), Written(ground)
    ends = money.ends_in_transit()
    asked = lessons.concerning(ground)
    on_board = notices(ground)
    open_ones = owed(
        ground,
        in_transit=ends,
        recommendations=[row.id for row in asked],
        notices=[one.notice.id for one in on_board if one.own],
    )
    missing = unevidenced(ground, open_ones)
    sections = Sections(
        owed=open_ones,
        projects=projects(ground, going(ground, missing), open_ones, missing),
        balances=money.balances(),
        transit=money.transit(),
        assets=assets(ground, said.keys()),
        enterprises=enterprises(ground),
        recommendations=lessons.recommendations(ground, asked),
        notices=on_board,
        ends=ends,
    )
    return _put_together(ground, sections, said, money.grants(), missing)


def _put_together(
    ground: Ground,
    have: Sections,
    said: Written,
    grants: tuple[GrantHere, ...],
    missing: tuple[Unevidenced, ...],
) -> Pack:
    """What follows from the sections: what is to come, what is unknown, and the lines."""
    team, here, posts = ground.is_of(ground.team), overview(ground), contacts(ground)
    every = lines(have, said.notes())
    failed = sorted(
        [*tried(ground), *said.attempts()], key=lambda one: (one.on, one.sort, one.of.id)
    )
    return Pack(
        as_of=ground.reading.as_of,
        day=ground.day,
        programme=Named(programme_of(ground.programme), ground.reading.row.name),
        team=team,
        overview=here,
        owed=have.owed,
        projects=have.projects,
        grants=grants,
        balances=have.balances,
        transit=have.transit,
        unevidenced=missing,
        assets=have.assets,
        enterprises=have.enterprises,
        recommendations=have.recommendations,
        notices=have.notices,
        contacts=posts,
        calendar=ahead.calendar(
            ground,
            projects=have.projects,
            assets=have.assets,
            enterprises=have.enterprises,
            grants=grants,
            recommendations=have.recommendations,
            notices=have.notices,
            debriefs=lessons.debriefs(ground),
        ),
        risks=(
            *said.risks(),
            *ahead.risks(
                ground,
                projects=have.projects,
                assets=have.assets,
                grants=grants,
                balances=have.balances,
                transit=have.transit,
            ),
        ),
        tried=tuple(failed),
        advice=said.advice(),
        gaps=gaps.gaps(
            team=team,
            overview=here,
            projects=have.projects,
            grants=grants,
            balances=have.balances,
            assets=have.assets,
            enterprises=have.enterprises,
            contacts=posts,
        ),
        lines=every,
        readiness=readiness(every),
    )
