"""A place's whole story, across all cohorts: what came, what was built of it, and what became of that."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta

import numpy as np

from cairn.assets.models import Asset, Enterprise
from cairn.following.answers import Named, TeamRow
from cairn.following.promises import State
from cairn.following.queries.assets import asset_rows
from cairn.following.queries.cohorts import assets_told, currencies_of, on_projects
from cairn.following.queries.enterprises import enterprise_rows
from cairn.following.queries.happenings import About, happenings
from cairn.following.queries.lessons import recommendation_rows
from cairn.following.queries.needs import need_rows
from cairn.following.queries.place import place_changes, teams_in
from cairn.following.queries.promises import Counts, promises_counted
from cairn.following.queries.reading import Reading, read
from cairn.following.standing import NeedRow
from cairn.following.story import (
    BuiltRow,
    Chapter,
    Happening,
    MoneyHere,
    PlaceStory,
    Quarter,
    Span,
)
from cairn.following.turns import Turn, nth_on, turns_of
from cairn.lessons.facts import DRAFTED, DROPPED, MERGED, Ending
from cairn.lessons.models import Recommendation
from cairn.programme.models import Cohort, Post
from cairn.trace.policy import Kind
from cairn.values import UnknownThingError
from cairn.works.models import Need

Group = tuple[Named | None, frozenset[str]]
"""Places whose money is added up: those of the story itself, or those of one that was split."""

Sums = dict[tuple[int, str], tuple[int, int]]
"""What arrived and what was spent, by (which stretch of days, currency)."""


def place_story(
    *, programme: str, place: str, today: date, currency: str | None = None
) -> PlaceStory:
    """The story of a place; `currency` is that of its quarters. Raises UnknownThingError."""
    reading = read(programme)
    here = reading.places.get(place)
    if here is None:
        raise UnknownThingError(f"There is no place ‘{place}’ in this programme.")
    split = _split_into(reading, place)
    groups: list[Group] = [(None, frozenset(reading.within(place)))]
    groups += [(reading.place(one), frozenset(reading.within(one))) for one in split]
    told = frozenset[str]().union(*(inside for _of, inside in groups))
    turns = turns_of(Cohort.objects.filter(programme=programme))
    built, ends = _built(reading, told, turns, today)
    needs = list(
        Need.objects.filter(programme=programme, place__in=told).order_by("raised_on", "id")
    )
    need_told = need_rows(reading, needs, today)
    recommended = _recommended(reading, told)
    about = About(reading, place, told, recommended)
    days = happenings(about)
    since = min([reading.row.opened_on, *(one.on for one in days)])
    spans = _spans(turns, since, today)
    return PlaceStory(
        programme=reading.programme,
        as_of=reading.as_of,
        place=reading.place(place),
        level=here.level,
        above=tuple(reading.place(one) for one in here.path.strip("/").split("/")[:-1]),
        changes=place_changes(programme=programme, place=place),
        split=tuple(reading.place(one) for one in split),
        currencies=currencies_of(reading),
        chapters=tuple(
            _Chapters(
                spans=spans,
                teams=teams_in(reading, sorted(told)),
                money=_money(reading, groups, spans),
                built=built,
                needs=need_told,
                recommended=recommended,
                counts=promises_counted(reading, _as_turns(spans), today, ends, told),
                days=days,
            ).told()
        ),
        quarters=_quarters(reading, told, turns, built, needs, today, currency),
        built=built,
        needs=need_told,
        recommendations=recommendation_rows(reading, recommended, today),
        enterprises=enterprise_rows(
            reading,
            list(Enterprise.objects.filter(programme=programme, place__in=told).order_by("id")),
        ),
    )


def _split_into(reading: Reading, place: str) -> list[str]:
    """The places that were split into this one or what became part of it, the nearest first."""
    found, looked = dict[str, None](), [place]
    while looked:
        into = set(reading.within(looked.pop()))
        for row in reading.places.values():
            if len(row.successors) > 1 and into & set(row.successors) and row.id not in found:
                found[row.id] = None
                looked.append(row.id)
    return list(found)


def _built(
    reading: Reading, places: Collection[str], turns: Sequence[Turn], today: date
) -> tuple[tuple[BuiltRow, ...], dict[str, date]]:
    """What was handed over there, the earliest first; and when of it ended what did."""
    ends = {one.id: one.end for one in assets_told(reading, places) if one.end}
    assets = Asset.objects.filter(programme=reading.id, place__in=sorted(places))
    rows = list(assets.order_by("handed_on", "id"))
    turn_of = [*turns, None]
    built = tuple(
        BuiltRow(turn_of[nth_on(turns, row.handed_on)], told, row.handed_on, ends.get(row.id))
        for row, told in zip(rows, asset_rows(reading, rows, today), strict=True)
    )
    return built, ends


def _recommended(reading: Reading, places: Collection[str]) -> list[Recommendation]:
    """What posts of these places said at a debrief, or a debrief of one of them; dropped ones aside."""
    posts = Post.objects.filter(programme=reading.id, place__in=sorted(places))
    ours = set(posts.values_list("id", flat=True))
    rows = Recommendation.objects.filter(programme=reading.id)
    rows = rows.exclude(state__in=(DRAFTED, DROPPED, MERGED)).order_by("drafted_on", "id")
    return [row for row in rows if row.speaker in ours or row.place in places]


def _spans(turns: Sequence[Turn], since: date, today: date) -> tuple[Span, ...]:
    """Every day from `since` to today, in stretches that are of one cohort or of none."""
    found, next_ = list[Span](), since
    for turn in turns:
        if turn.last < turn.first:
            continue
        if turn.first > next_:
            found.append(Span(None, next_, turn.first - timedelta(1)))
        found.append(Span(turn, turn.first, turn.last))
        next_ = turn.last + timedelta(1)
    if next_ <= today:
        found.append(Span(None, next_, today))
    return tuple(found)


def _as_turns(spans: Sequence[Span]) -> list[Turn]:
    """The same days, those of no cohort too, as whose days are counted."""
    return [span.turn or Turn(Named("", {}), span.first, span.last) for span in spans]


def _money(
    reading: Reading, groups: Iterable[Group], spans: Sequence[Span]
) -> tuple[MoneyHere, ...]:
    """What arrived and was spent, for each stretch and currency in which anything did."""
    return tuple(
        MoneyHere(spans[nth], of, arrived, spent, currency)
        for of, inside in groups
        for (nth, currency), (arrived, spent) in sorted(_sums(reading, inside, spans).items())
    )


def _sums(reading: Reading, inside: Collection[str], spans: Sequence[Span]) -> Sums:
    """Money between accounts at these places neither came nor went."""
    at = reading.snapshot
    columns, stands = at.columns, ~at.lists.reversed
    codes = [code for code, id_ in enumerate(at.places) if id_ in inside]
    here = np.append(np.isin(at.where.of_account, codes), [False])
    kind, of = columns.kind, np.where(columns.of < 0, 0, columns.of)
    confirms = kind == Kind.CONFIRM
    source = np.where(confirms, columns.source[of], columns.source) if len(of) else columns.source
    target = np.where(confirms, columns.target[of], columns.target) if len(of) else columns.target
    came = np.isin(kind, [Kind.RECEIVE, Kind.MOVE, Kind.CONFIRM]) & stands
    rows = np.flatnonzero(came)
    rows = rows[here[target[rows]] & ~here[source[rows]]]
    paid = np.flatnonzero((kind == Kind.SPEND) & stands)
    paid = paid[np.isin(at.where.of_project[columns.target[paid]], codes)]
    paid = paid[on_projects(reading)[columns.target[paid]]]
    firsts = [span.first.toordinal() for span in spans]
    added = np.zeros((len(spans), len(at.currencies), 2), dtype=np.int64)
    for nth, found, account in ((0, rows, target), (1, paid, columns.source)):
        span = np.searchsorted(firsts, columns.day[found], side="right") - 1
        currency = at.currency_of_account[account[found]]
        np.add.at(added[:, :, nth], (np.maximum(span, 0), currency), columns.amount[found])
    return {
        (int(span), at.currencies[code]): (int(added[span, code, 0]), int(added[span, code, 1]))
        for span, code in np.argwhere(added.any(axis=2))
    }


class _Chapters:
    """The chapters of a story, from all that was read of it."""

    def __init__(
        self,
        *,
        spans: Sequence[Span],
        teams: Sequence[TeamRow],
        money: Sequence[MoneyHere],
        built: Sequence[BuiltRow],
        needs: Sequence[NeedRow],
        recommended: Sequence[Recommendation],
        counts: Counts,
        days: Sequence[Happening],
    ) -> None:
        self.spans, self.teams, self.money, self.built = spans, teams, money, built
        self.needs, self.recommended, self.counts = needs, recommended, counts
        self.days = days

    def told(self) -> Iterator[Chapter]:
        """A chapter for each stretch of days in which anything happened; each of a cohort's."""
        for nth, span in enumerate(self.spans):
            chapter = self._chapter(span, nth)
            promised = chapter.kept or chapter.broken
            if span.turn or chapter.happenings or chapter.money or promised:
                yield chapter

    def _chapter(self, span: Span, nth: int) -> Chapter:
        built = [one for one in self.built if span.first <= one.handed_on <= span.last]
        raised = [one for one in self.needs if span.first <= one.raised_on <= span.last]
        cohort = span.turn.cohort.id if span.turn else None
        recommended = [one for one in self.recommended if one.cohort == cohort]
        promises = [
            sum(many for key, many in self.counts.items() if key[2:] == (nth, state))
            for state in State
        ]
        return Chapter(
            span=span,
            teams=tuple(one for one in self.teams if one.cohort.id == cohort),
            money=tuple(one for one in self.money if one.span == span),
            handed=len(built),
            standing=sum(one.ended_on is None for one in built),
            raised=len(raised),
            met=sum(one.state in ("met", "elsewhere", "taken-up") for one in raised),
            refused=sum(one.state == "refused" for one in raised),
            recommended=len(recommended),
            implemented=sum(one.ending == Ending.IMPLEMENTED for one in recommended),
            kept=promises[State.KEPT],
            broken=promises[State.BROKEN],
            open=promises[State.OPEN],
            happenings=tuple(one for one in self.days if span.first <= one.on <= span.last),
        )


def _quarters(
    reading: Reading,
    places: Collection[str],
    turns: Sequence[Turn],
    built: Sequence[BuiltRow],
    needs: Sequence[Need],
    today: date,
    currency: str | None,
) -> tuple[Quarter, ...]:
    """Each quarter from that in which the first cohort began, or anything was, to today's."""
    own = currency or reading.row.currency
    begun = [*(turn.first for turn in turns), *(one.handed_on for one in built)]
    begun += [one.raised_on for one in needs]
    quarters = list(_quarters_from(min(begun, default=today), today))
    spans = [Span(None, first, last) for first, last in quarters]
    before = Span(None, date.min, quarters[0][0] - timedelta(1))
    sums = _sums(reading, places, [before, *spans])
    return tuple(
        Quarter(
            first=first,
            last=last,
            spent=sums.get((nth, own), (0, 0))[1],
            assets=sum(
                one.handed_on <= last and (one.ended_on is None or one.ended_on > last)
                for one in built
            ),
            needs=sum(
                one.raised_on <= last and (one.answered_on is None or one.answered_on > last)
                for one in needs
            ),
            currency=own,
        )
        for nth, (first, last) in enumerate(quarters, 1)
    )


def _quarters_from(since: date, today: date) -> Iterator[tuple[date, date]]:
    first = date(since.year, (since.month - 1) // 3 * 3 + 1, 1)
    while first <= today:
        year, month = divmod(first.year * 12 + first.month - 1 + 3, 12)
        after = date(year, month + 1, 1)
        yield first, after - timedelta(1)
        first = after
