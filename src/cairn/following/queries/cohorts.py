"""A programme over the years: its cohorts side by side, and each of its villages."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from cairn.assets.facts import Condition
from cairn.assets.models import Asset, Inspection, Upkeep
from cairn.following.answers import Named
from cairn.following.columns import Ints
from cairn.following.promises import SORTS, State
from cairn.following.queries.promises import Counts, promises_counted
from cairn.following.queries.reading import Reading, read
from cairn.following.survival import YEAR, Life, survival
from cairn.following.turns import Turn, nth_on, nths, turns_of
from cairn.following.years import (
    LearnedOfTurn,
    MoneyOfTurn,
    PromisesOfTurn,
    StandingOfTurn,
    VillageOfTurn,
    Years,
)
from cairn.lessons.facts import CLOSED, DRAFTED, DROPPED, MERGED, Answer, Ending
from cairn.lessons.models import Recommendation
from cairn.programme.facts import PlaceLevel
from cairn.programme.models import Cohort, Place
from cairn.trace.policy import Kind
from cairn.values import UnknownThingError


def cohort_years(
    *, programme: str, today: date, place: str | None = None, currency: str | None = None
) -> Years:
    """Cohorts side by side; `place` takes everything within it. Raises UnknownThingError."""
    reading = read(programme)
    if place and place not in reading.places:
        raise UnknownThingError(f"There is no place ‘{place}’ in this programme.")
    inside = frozenset(reading.within(place)) if place else None
    turns = turns_of(Cohort.objects.filter(programme=programme))
    assets = assets_told(reading, inside)
    ends = {one.id: one.end for one in assets if one.end}
    counts = promises_counted(reading, turns, today, ends, inside)
    named = currency or reading.row.currency
    return Years(
        programme=reading.programme,
        as_of=reading.as_of,
        turns=turns,
        currencies=currencies_of(reading),
        money=_money(reading, turns, inside, today, currency),
        standing=_standing(turns, assets, today),
        learned=_learned(reading, turns, inside, today),
        promises=_promises(turns, counts),
        villages=_villages(reading, turns, inside, assets, counts, named),
    )


def currencies_of(reading: Reading) -> tuple[str, ...]:
    """Those in which anything moved, the programme's own first."""
    own = reading.row.currency
    return (own, *(one for one in reading.snapshot.currencies if one != own))


def _money(
    reading: Reading,
    turns: Sequence[Turn],
    inside: Collection[str] | None,
    today: date,
    only: str | None,
) -> tuple[MoneyOfTurn, ...]:
    """A row for each cohort and currency; and one for the days of none, where anything moved on them."""
    at = reading.snapshot
    spent = _spent(reading, turns, inside)
    flows = None if inside is not None else _of_grants(reading, turns)
    found = []
    for nth, turn in enumerate((*turns, None)):
        for currency in currencies_of(reading):
            code = at.currency_code(currency)
            if only not in (None, currency) or code < 0:
                continue
            paid = int(spent[:, nth, code].sum())
            if flows is None:
                row = MoneyOfTurn(turn, None, None, paid, None, None, None, currency)
            else:
                received, covered, elsewhere = (int(flow[nth, code]) for flow in flows)
                before, left = _left(reading, turn, today, code) if turn else (None, None)
                row = MoneyOfTurn(
                    turn, before, received, paid, paid - covered, elsewhere, left, currency
                )
            moved = row.received or row.spent or row.elsewhere or row.unspent
            if moved or (turn and currency == reading.row.currency):
                found.append(row)
    return tuple(found)


def _spent(reading: Reading, turns: Sequence[Turn], inside: Collection[str] | None) -> Ints:
    """What was paid for projects, by (place, turn, currency); the last place is nowhere."""
    at = reading.snapshot
    columns = at.columns
    rows = np.flatnonzero((columns.kind == Kind.SPEND) & ~at.lists.reversed)
    rows = rows[on_projects(reading)[columns.target[rows]]]
    places = at.where.of_project[columns.target[rows]]
    sums = np.zeros((len(at.places) + 1, len(turns) + 1, len(at.currencies)), dtype=np.int64)
    currency = at.currency_of_account[columns.source[rows]]
    np.add.at(sums, (places, nths(turns, columns.day[rows]), currency), columns.amount[rows])
    if inside is not None:
        outside = [nth for nth, id_ in enumerate(at.places) if id_ not in inside]
        sums[[*outside, -1]] = 0
    return sums


def on_projects(reading: Reading) -> NDArray[np.bool_]:
    """Which ends of payments are projects, and no bank's fee, no exchange, nothing repaid."""
    names = reading.snapshot.projects
    return np.array([not name.startswith("~") for name, _currency in names], dtype=np.bool_)


def _of_grants(reading: Reading, turns: Sequence[Turn]) -> tuple[Ints, Ints, Ints]:
    """By (turn, currency): what grants brought in, what of them paid for projects, what left otherwise."""
    at = reading.snapshot
    rows, columns = at.attributions, at.columns
    kind = columns.kind[rows.movement]
    turn = nths(turns, columns.day[rows.movement])
    currency = _currency_of_rows(reading)
    of_grant = _grant_known(reading)[rows.grant]
    spends = of_grant & (kind == Kind.SPEND)
    ends = np.where(spends, columns.target[rows.movement], 0)
    on_project = spends & on_projects(reading)[ends] if len(at.projects) else spends

    def add(where: NDArray[np.bool_]) -> Ints:
        sums = np.zeros((len(turns) + 1, len(at.currencies)), dtype=np.int64)
        np.add.at(sums, (turn[where], currency[where]), rows.amount[where])
        return sums

    return add(of_grant & (kind == Kind.RECEIVE)), add(on_project), add(spends & ~on_project)


def _left(reading: Reading, turn: Turn, today: date, currency: int) -> tuple[int, int]:
    """What was left of all grants when a cohort's days began, and on the last of them or today."""
    eve = turn.first - timedelta(1)
    return _unspent(reading, eve, currency), _unspent(
        reading, max(eve, min(turn.last, today)), currency
    )


def _unspent(reading: Reading, until: date, currency: int) -> int:
    """What was left of all grants at the end of a day: standing somewhere, or on its way."""
    at = reading.snapshot
    rows, columns = at.attributions, at.columns
    kind = columns.kind[rows.movement]
    so_far = columns.day[rows.movement] <= until.toordinal()
    mine = so_far & _grant_known(reading)[rows.grant] & (_currency_of_rows(reading) == currency)
    came = rows.amount[mine & (kind == Kind.RECEIVE)].sum()
    return int(came - rows.amount[mine & (kind == Kind.SPEND)].sum())


def _currency_of_rows(reading: Reading) -> NDArray[np.uint8]:
    """The currency of each attribution that entered or left for good: that of the account."""
    at = reading.snapshot
    movement, columns = at.attributions.movement, at.columns
    came = columns.kind[movement] == Kind.RECEIVE
    account = np.where(came, columns.target[movement], columns.source[movement])
    return at.currency_of_account[account] if len(account) else at.currency_of_account[:0]


def _grant_known(reading: Reading) -> NDArray[np.bool_]:
    """Which codes stand for a grant that a sponsor pledged; the last, unexplained money, does not."""
    pairs = reading.snapshot.grants
    return np.array([*(id_ in reading.grants for id_, _currency in pairs), False])


@dataclass(frozen=True, slots=True)
class AssetTold:
    """An asset as this asks about it: when it came, when it was last seen, when it ended if it did."""

    id: str
    place: str
    handed_on: date
    seen_on: date | None
    end: date | None


def assets_told(reading: Reading, places: Collection[str] | None = None) -> list[AssetTold]:
    """Every asset, or those of some places.

    It ended when it was taken out of use; or when it was first seen to be gone, if nobody has seen
    anything else of it since.
    """
    found = Asset.objects.filter(programme=reading.id)
    if places is not None:
        found = found.filter(place__in=sorted(places))
    rows = list(
        found.order_by("id").values_list(
            "id", "place", "handed_on", "seen_on", "out_on", "condition"
        )
    )
    gone = _gone_since(reading, [row[0] for row in rows if row[5] == Condition.GONE])
    told = []
    for id_, place, handed_on, seen_on, out_on, _condition in rows:
        ends = [day for day in (out_on, gone.get(id_)) if day]
        told.append(AssetTold(id_, place, handed_on, seen_on, min(ends, default=None)))
    return told


def _gone_since(reading: Reading, assets: list[str]) -> dict[str, date]:
    if not assets:
        return {}
    seen: dict[str, list[tuple[date, str]]] = defaultdict(list)
    mine = {"programme": reading.id, "asset__in": assets}
    for table, day in ((Inspection, "inspected_on"), (Upkeep, "done_on")):
        for asset, on, condition in table.objects.filter(**mine).values_list(
            "asset", day, "condition"
        ):
            if condition:
                seen[asset].append((on, condition))
    since = {}
    for asset, days in seen.items():
        otherwise = max((on for on, condition in days if condition != Condition.GONE), default=None)
        gone = [on for on, condition in days if condition == Condition.GONE]
        later = [on for on in gone if otherwise is None or on >= otherwise]
        since[asset] = min(later or gone)
    return since


def _standing(
    turns: Sequence[Turn], assets: Sequence[AssetTold], today: date
) -> tuple[StandingOfTurn, ...]:
    by_turn: dict[int, list[AssetTold]] = defaultdict(list)
    for one in assets:
        by_turn[nth_on(turns, one.handed_on)].append(one)
    return tuple(
        StandingOfTurn(
            turn,
            survival([_life(one, today) for one in by_turn[nth]]),
            ended=sum(one.end is not None for one in by_turn[nth]),
            unseen=sum(_is_unseen(one, today) for one in by_turn[nth]),
        )
        for nth, turn in enumerate((*turns, None))
        if turn or by_turn[nth]
    )


def _life(asset: AssetTold, today: date) -> Life:
    days = ((asset.end or today) - asset.handed_on).days
    return Life(max(0, days), ended=asset.end is not None)


def _is_unseen(asset: AssetTold, today: date) -> bool:
    last = asset.seen_on or asset.handed_on
    return asset.end is None and last < today - timedelta(YEAR)


def _learned(
    reading: Reading, turns: Sequence[Turn], inside: Collection[str] | None, today: date
) -> tuple[LearnedOfTurn, ...]:
    """Of those that somebody stood by; what was dropped, or goes on in another, is not counted."""
    rows = Recommendation.objects.filter(programme=reading.id)
    by_cohort: dict[str, list[Recommendation]] = defaultdict(list)
    for row in rows.exclude(state__in=(DRAFTED, DROPPED, MERGED)):
        if inside is None or row.place in inside:
            by_cohort[row.cohort].append(row)
    return tuple(_learned_of(turn, by_cohort[turn.cohort.id], today) for turn in turns)


def _learned_of(turn: Turn, rows: list[Recommendation], today: date) -> LearnedOfTurn:
    return LearnedOfTurn(
        cohort=turn.cohort,
        made=len(rows),
        answered=sum(bool(row.answer) for row in rows),
        accepted=sum(row.answer in (Answer.ACCEPTED, Answer.IN_PART) for row in rows),
        implemented=sum(row.ending == Ending.IMPLEMENTED for row in rows),
        carried=sum(row.closed_on is None or row.closed_on > turn.last for row in rows)
        if turn.is_over(today)
        else None,
        open=sum(row.state != CLOSED for row in rows),
    )


def _promises(turns: Sequence[Turn], counts: Counts) -> tuple[PromisesOfTurn, ...]:
    """A row for each sort and cohort of which there is any."""
    sums: Counter[tuple[str, int, State]] = Counter()
    for (_place, sort, nth, state), many in counts.items():
        sums[sort, nth, state] += many
    return tuple(
        PromisesOfTurn(turn, sort, *(sums[sort, nth, state] for state in State))
        for sort in SORTS
        for nth, turn in enumerate((*turns, None))
        if any(sums[sort, nth, state] for state in State)
    )


def _villages(
    reading: Reading,
    turns: Sequence[Turn],
    inside: Collection[str] | None,
    assets: Sequence[AssetTold],
    counts: Counts,
    currency: str,
) -> tuple[VillageOfTurn, ...]:
    """Each village, and each other place of which there is anything, in each cohort's days.

    As many rows of each; one of no cohort's days where any place has something on them.
    """
    at = reading.snapshot
    nothing = [0] * 6
    sums: dict[tuple[str, int], list[int]] = defaultdict(nothing.copy)
    if (code := at.currency_code(currency)) >= 0:
        spent = _spent(reading, turns, inside)[:-1, :, code]
        for where, nth in np.argwhere(spent):
            sums[at.places[where], int(nth)][0] = int(spent[where, nth])
    for one in assets:
        row = sums[one.place, nth_on(turns, one.handed_on)]
        row[1] += 1
        row[2] += one.end is None
    for (place, _sort, nth, state), many in counts.items():
        sums[place, nth][3 + state] += many
    known = {place for place, _nth in sums}
    places = [
        row
        for row in sorted(reading.places.values(), key=lambda row: row.path)
        if (row.level == PlaceLevel.VILLAGE and (inside is None or row.id in inside))
        or row.id in known
    ]
    columns = (*turns, None) if any(nth == len(turns) for _place, nth in sums) else turns
    return tuple(
        _village(row, turn, sums.get((row.id, nth), nothing), currency)
        for row in places
        for nth, turn in enumerate(columns)
    )


def _village(
    place: Place, turn: Turn | None, figures: Sequence[int], currency: str
) -> VillageOfTurn:
    spent, handed, standing, kept, broken, still_open = figures
    return VillageOfTurn(
        place=Named(place.id, place.name),
        level=place.level,
        turn=turn,
        spent=spent,
        handed=handed,
        standing=standing,
        kept=kept,
        broken=broken,
        open=still_open,
        currency=currency,
    )
