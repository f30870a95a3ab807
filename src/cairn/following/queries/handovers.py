"""Teams, and what one handed over to another. None of it needs a trace: a desk reads it at any moment."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import cached_property

from cairn.assets.models import Asset, Enterprise
from cairn.following.answers import Name, Named
from cairn.following.handovers import (
    Absent,
    HandoverFollowed,
    LineFollowed,
    NoteLeft,
    Signed,
    TeamFollowed,
    TeamStanding,
    between,
)
from cairn.following.queries.reading import some
from cairn.handover.facts import ACCEPTED, CONTEST_DAYS, LEFT, WITHDRAWN
from cairn.handover.models import Handover, HandoverLine, TeamNote
from cairn.handover.projections import REFUSED
from cairn.journal.projection import ReadModel
from cairn.lessons.models import Recommendation
from cairn.money.models import Account
from cairn.notices.models import Notice
from cairn.programme.models import Cohort, Organisation, Place, Post, Team
from cairn.values import UnknownThingError
from cairn.works.models import Project

NAMED: dict[str, type[ReadModel]] = {
    "project": Project,
    "asset": Asset,
    "enterprise": Enterprise,
    "recommendation": Recommendation,
    "notice": Notice,
    "balance": Account,
}
"""What lines are about, and the table that names it."""

COMMITMENT = "commitment"


class _Reading:
    """A programme, or a past of one, in which names are looked up."""

    def __init__(self, programme: str) -> None:
        self.id = programme

    def place(self, id_: str) -> Named:
        return Named(id_, self._places.get(id_, {}))

    def organisation(self, id_: str) -> Named:
        return Named(id_, self._organisations.get(id_, {}))

    def account(self, id_: str) -> Named:
        return Named(id_, self._accounts.get(id_, {}))

    @cached_property
    def _places(self) -> dict[str, Name]:
        return self._names(Place)

    @cached_property
    def _organisations(self) -> dict[str, Name]:
        return self._names(Organisation)

    @cached_property
    def _accounts(self) -> dict[str, Name]:
        return self._names(Account)

    def _names(self, table: type[Place | Organisation | Account]) -> dict[str, Name]:
        return dict(table.objects.filter(programme=self.id).values_list("id", "name"))


def follow_team(*, programme: str, team: str) -> TeamFollowed:
    """A team, what it was given and what it hands over. Raises UnknownThingError."""
    reading = _Reading(programme)
    rows = {row.team: row for row in _team_rows(reading)}
    if team not in rows:
        raise UnknownThingError(f"There is no team ‘{team}’ in this programme.")
    lasting = Handover.objects.filter(programme=programme).exclude(state=WITHDRAWN)
    own = lasting.filter(id=team).first()
    given = lasting.filter(successor=team).order_by("-opened_on", "id").first()
    left = TeamNote.objects.filter(programme=programme, team=team, taken_back="")
    return TeamFollowed(
        row=rows[team],
        given=_followed(reading, given, rows) if given else None,
        handover=_followed(reading, own, rows) if own else None,
        notes=tuple(
            NoteLeft(note.sort, note.name, note.then, note.said_on)
            for note in left.exclude(sort="line").order_by("said_on", "id")
        ),
    )


def handovers(*, programme: str) -> tuple[TeamStanding, ...]:
    """Every team, those of the latest cohort first and of these by place."""
    reading = _Reading(programme)
    return tuple(
        sorted(
            _team_rows(reading), key=lambda row: (row.ends_on, row.place.id, row.team), reverse=True
        )
    )


def _team_rows(reading: _Reading) -> list[TeamStanding]:
    cohorts = {row.id: row for row in Cohort.objects.filter(programme=reading.id)}
    lasting = Handover.objects.filter(programme=reading.id).exclude(state=WITHDRAWN)
    states = dict(lasting.values_list("id", "state"))
    return [
        TeamStanding(
            team=row.id,
            place=reading.place(row.place),
            cohort=Named(row.cohort, cohorts[row.cohort].name),
            sponsor=reading.organisation(row.sponsor),
            placed_on=row.placed_on,
            ends_on=cohorts[row.cohort].ends_on,
            closed_on=cohorts[row.cohort].closed_on,
            state=states.get(row.id, ""),
        )
        for row in Team.objects.filter(programme=reading.id).order_by("id")
    ]


def _followed(reading: _Reading, row: Handover, teams: dict[str, TeamStanding]) -> HandoverFollowed:
    posts = {
        one.id: Named(one.id, one.name)
        for one in some(Post, reading.id, {row.outgoing, row.incoming, row.witnessed_by} - {""})
    }
    until = (
        row.ended_on + timedelta(CONTEST_DAYS) if row.ended_on and row.state == ACCEPTED else None
    )
    return HandoverFollowed(
        team=teams[row.id],
        state=row.state,
        opened_on=row.opened_on,
        planned_on=row.planned_on,
        outgoing=posts.get(row.outgoing, Named(row.outgoing, {})),
        successor=teams.get(row.successor),
        incoming=posts.get(row.incoming, Named(row.incoming, {})),
        upto=row.upto,
        sha256=row.sha256,
        frozen_on=row.frozen_on,
        lines=_lines(reading, row),
        risks=tuple(row.risks),
        plan=row.plan,
        absent=tuple(
            Absent(side, why, row.missing_because.get(side, {}))
            for side, why in (
                ("outgoing", row.outgoing_missing),
                ("incoming", row.incoming_missing),
            )
            if why
        ),
        signed=tuple(_signatures(row, posts)),
        ended_on=row.ended_on,
        contest_until=until,
    )


def _signatures(row: Handover, posts: dict[str, Named]) -> Iterable[Signed]:
    for side, post, fact, on in (
        ("outgoing", row.outgoing, row.outgoing_signed, row.outgoing_signed_on),
        ("witness", row.witnessed_by, row.witnessed, row.witnessed_on),
        ("incoming", row.incoming, row.incoming_signed, row.ended_on),
    ):
        if fact and on:
            yield Signed(side, posts.get(post, Named(post, {})), fact, on)


def _lines(reading: _Reading, row: Handover) -> tuple[LineFollowed, ...]:
    order = {key: nth for nth, key in enumerate(row.keys)}
    held = HandoverLine.objects.filter(programme=reading.id, handover=row.id, standing=True)
    lines = sorted(held, key=lambda line: order.get(line.key, len(order)))
    names = _names(reading, [line.key for line in lines])
    left = TeamNote.objects.filter(
        programme=reading.id, team=row.id, sort="line", taken_back=""
    ).order_by("said_on", "id")
    notes: dict[str, list[Name]] = defaultdict(list)
    for note in left:
        notes[note.key].append(note.name)
    sponsor = reading.organisation(row.sponsor)
    return tuple(_line(line, row, names, notes, sponsor) for line in lines)


def _line(
    line: HandoverLine,
    row: Handover,
    names: dict[str, Named],
    notes: dict[str, list[Name]],
    sponsor: Named,
) -> LineFollowed:
    what, _slash, id_ = line.key.partition("/")
    stays = row.state == LEFT or (line.answer == REFUSED and not line.settled)
    return LineFollowed(
        line=line.id,
        key=line.key,
        what=what,
        of=names.get(line.key) or Named("" if what == COMMITMENT else id_, {}),
        sort=id_.partition("/")[0] if what == COMMITMENT else "",
        minor=line.minor,
        currency=line.currency,
        stated=line.stated_minor,
        checked_on=line.checked_on,
        sight=line.sight,
        sight_note=line.sight_note,
        notes=tuple(notes.get(line.key, ())),
        answer=line.answer,
        reason=line.reason,
        answered_on=line.answered_on,
        due=line.due,
        open=line.open,
        settled_on=line.settled_on,
        how=line.how,
        stays_with=sponsor if stays or line.open else None,
    )


def _names(reading: _Reading, keys: Sequence[str]) -> dict[str, Named]:
    """What each line is about, a query a table."""
    ids: dict[str, dict[str, str]] = defaultdict(dict)
    for key in keys:
        what, *rest = key.split("/")
        if what in NAMED:
            ids[what][key] = rest[0]
    found: dict[str, Named] = {}
    for key in keys:
        what, *rest = key.split("/")
        if what == "transit":
            source, target = reading.account(rest[0]), reading.account(rest[1])
            found[key] = Named(target.id, between(source.name, target.name))
    for what, of in ids.items():
        rows = some(NAMED[what], reading.id, set(of.values()))
        names = {row.id: getattr(row, "name", {}) for row in rows}
        found |= {key: Named(id_, names.get(id_, {})) for key, id_ in of.items()}
    return found
