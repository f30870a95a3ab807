"""Runs Cairn's trace over what was published, and adds it up: the chains and their ends.

Money is followed by the policy grant-fifo; a source is what a grant is elsewhere in Cairn.
"""

from collections import defaultdict
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from cairn.exchange.follow.match import AGREE, PAIRED, Says
from cairn.exchange.follow.plan import UNEXPLAINED, Event, Place, Plan, What
from cairn.exchange.iati.columns import Published
from cairn.trace.columns import NONE, Movements, Standing, Trace
from cairn.trace.policy import Kind, Policy


class Voice(IntEnum):
    """Who vouches for a step: what Says tells, in the words that add up."""

    AGREE = 0
    DISAGREE = 1
    """Both ends tell of it, with another date or another amount."""
    ONLY_SENDER = 2
    ONLY_RECEIVER = 3
    OUTSIDE = 4
    """The far end is not in the files, so nobody else could say."""


class How(IntEnum):
    """Where money of a source has got to."""

    SPENT = 0
    IN_TRANSIT = 1
    """Sent, and not confirmed by its receiver."""
    STANDING = 2


class Step(NamedTuple):
    """Money of one source going from one place to another, all transactions together."""

    source: Place
    hop: int
    """How many steps from the source this one is, on the shortest way."""
    giver: Place
    taker: Place
    currency: str
    amount: int
    by_voice: tuple[int, ...]
    """The amount again, in the order of Voice."""
    transactions: int


class End(NamedTuple):
    """Money of one source where its way ends in these files."""

    how: How
    place: Place
    currency: str
    source: Place
    amount: int


@dataclass(frozen=True, slots=True)
class Flows:
    """Every step and every end, largest amounts first within a currency."""

    steps: list[Step]
    ends: list[End]


Share = tuple[int, int]
"""(place number of the source, minor units)."""


def trace_flows(published: Published, plan: Plan) -> Flows:
    """Attribute each movement to its sources, then add up."""
    events = sorted(plan.events)
    unexplained = plan.places.number(UNEXPLAINED)
    traced = _trace(events, len(plan.accounts.values), unexplained)
    shares = _shares(traced)
    return Flows(
        _steps(published, plan, events, shares),
        _ends(published, plan, events, shares, traced.standing),
    )


def _trace(events: list[Event], accounts: int, unexplained: int) -> Trace:
    from cairn.trace.kernel import trace  # noqa: PLC0415 - numba loads when a trace runs

    position = {event.step: number for number, event in enumerate(events)}
    received = [event.place if event.kind is Kind.RECEIVE else NONE for event in events]
    movements = Movements(
        kind=np.array([event.kind for event in events], dtype=np.uint8),
        source=np.array([event.out for event in events], dtype=np.int32),
        target=np.array([event.into for event in events], dtype=np.int32),
        amount=np.array([event.amount for event in events], dtype=np.int64),
        grant=np.array(received, dtype=np.int32),
        of=np.array([position.get(event.of, NONE) for event in events], dtype=np.int64),
        accounts=accounts,
        # Every place that money is received from was numbered before `unexplained`.
        grants=unexplained,
    )
    return trace(movements, Policy.GRANT_FIFO)


def _shares(traced: Trace) -> list[list[Share]]:
    """Per movement, the sources its money is of."""
    rows = list(zip(traced.grant.tolist(), traced.amount.tolist(), strict=True))
    return [rows[first:last] for first, last in pairwise(traced.offsets.tolist())]


def _voice(says: Says) -> Voice:
    if says in AGREE:
        return Voice.AGREE
    if says in PAIRED:
        return Voice.DISAGREE
    if says is Says.ONLY_SENDER:
        return Voice.ONLY_SENDER
    return Voice.ONLY_RECEIVER if says is Says.ONLY_RECEIVER else Voice.OUTSIDE


StepKey = tuple[int, int, int, int]
"""Source, giver, taker (place numbers), currency."""


def _steps(
    published: Published,
    plan: Plan,
    events: list[Event],
    shares: list[list[Share]],
) -> list[Step]:
    at = _places_of_accounts(published, plan)
    amounts: dict[StepKey, list[int]] = defaultdict(lambda: [0] * len(Voice))
    counts: dict[StepKey, int] = defaultdict(int)
    for event, parts in zip(events, shares, strict=True):
        if event.kind is Kind.CONFIRM:
            continue
        account = event.into if event.out < 0 else event.out
        giver = event.place if event.out < 0 else at[event.out]
        taker = event.place if event.into < 0 else at[event.into]
        voice = _voice(event.says)
        for source, amount in parts:
            if event.kind is Kind.RECEIVE and giver == taker:
                continue  # The activity asked for, standing at the top of its own chain.
            key = (source, giver, taker, plan.accounts.values[account][1])
            amounts[key][voice] += amount
            counts[key] += 1
    hops = _hops(amounts)
    places, currencies = plan.places.values, published.currencies.values
    steps = [
        Step(
            places[key[0]],
            hops[key],
            places[key[1]],
            places[key[2]],
            currencies[key[3]],
            sum(by_voice),
            tuple(by_voice),
            counts[key],
        )
        for key, by_voice in amounts.items()
    ]
    return sorted(steps, key=lambda s: (s.currency, s.source, s.hop, -s.amount, s.giver, s.taker))


def _hops(keys: "dict[StepKey, list[int]]") -> dict[StepKey, int]:
    """How far each step is from where its source's money begins."""
    onward: dict[tuple[int, int], dict[int, list[StepKey]]] = defaultdict(lambda: defaultdict(list))
    entered: dict[tuple[int, int], set[int]] = defaultdict(set)
    for key in keys:
        source, giver, taker, currency = key
        onward[source, currency][giver].append(key)
        if giver != taker:
            entered[source, currency].add(taker)
    hops: dict[StepKey, int] = {}
    for (source, currency), by_giver in onward.items():
        # Unexplained money begins wherever nothing gives it to its giver.
        front = [source] if source in by_giver else []
        front = front or sorted(set(by_giver) - entered[source, currency]) or [min(by_giver)]
        seen, hop = set(front), 1
        while front or len(seen & set(by_giver)) < len(by_giver):
            if not front:
                front = [min(set(by_giver) - seen)]
                seen.update(front)
            onwards = [key for giver in front for key in by_giver.get(giver, ())]
            hops.update(dict.fromkeys(onwards, hop))
            front = sorted({key[2] for key in onwards} - seen)
            seen.update(front)
            hop += 1
    return hops


def _ends(
    published: Published,
    plan: Plan,
    events: list[Event],
    shares: list[list[Share]],
    standing: Standing,
) -> list[End]:
    at = _places_of_accounts(published, plan)
    accounts = plan.accounts.values
    totals: dict[tuple[How, int, int, int], int] = defaultdict(int)
    for event, parts in zip(events, shares, strict=True):
        if event.kind is Kind.SPEND:
            for source, amount in parts:
                totals[How.SPENT, event.place, accounts[event.out][1], source] += amount
    left = (standing.account, standing.grant, standing.amount, standing.in_transit)
    for account, source, amount, sent in zip(*(c.tolist() for c in left), strict=True):
        how = How.IN_TRANSIT if sent else How.STANDING
        totals[how, at[account], accounts[account][1], source] += amount
    places, currencies = plan.places.values, published.currencies.values
    ends = [
        End(how, places[place], currencies[currency], places[source], amount)
        for (how, place, currency, source), amount in totals.items()
    ]
    return sorted(ends, key=lambda e: (e.currency, e.how, -e.amount, e.place, e.source))


def _places_of_accounts(published: Published, plan: Plan) -> list[int]:
    return [
        plan.places.number(Place(What.ACTIVITY, activity.identifier, activity.title))
        for activity in (published.activities[number] for number, _ in plan.accounts.values)
    ]
