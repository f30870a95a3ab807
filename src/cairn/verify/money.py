"""The money of a log followed once more, from its entries alone, for the totals on the pages.

What each kind of fact does to money is said here a second time, on purpose: that a page and the
journal agree is only worth something if not the same code says both.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from cairn.trace.columns import NONE, Int64s, Movements, Trace
from cairn.trace.policy import Kind, Policy
from cairn.values import CairnError
from cairn.verify.entries import Entry

Pair = tuple[str, str]
"""A grant, account or project, and a currency."""

INTEREST: Final = "~interest"
SECOND_LEG: Final = "/2"
REFERENCE_UP_TO: Final = 50_000
"""Movements that are followed in obvious Python; more are left to the compiled kernel."""

OUT_OF_IT: Final = {
    "money.bank-fee-charged": "~fee",
    "money.money-repaid": "~repaid",
    "money.money-exchanged": "~exchange",
}
KINDS: Final = frozenset(
    {
        "programme.policy-chosen",
        "money.grant-pledged",
        "money.pledge-changed",
        "money.opening-balance-stated",
        "money.money-received",
        "money.interest-received",
        "money.money-sent",
        "money.money-confirmed",
        "money.sending-voided",
        "money.money-moved",
        "money.money-returned",
        "money.money-spent",
        "money.bank-fee-charged",
        "money.money-repaid",
        "money.money-exchanged",
        "money.movement-reversed",
        "money.evidence-attached",
        "money.payment-evidenced",
        "money.evidence-withdrawn",
    }
)


class NotFollowedError(CairnError):
    """Entries whose money cannot be followed, such as a confirmation of nothing."""


@dataclass(frozen=True, slots=True)
class Move:
    """A movement as an entry tells it; `target` of a spend is a project."""

    id: str
    on: str
    position: int
    kind: Kind
    source: str = ""
    target: str = ""
    minor: int = 0
    currency: str = ""
    grant: str = ""
    of: str = ""


@dataclass(slots=True)
class Money:
    """What a log's entries say of money."""

    policy: Policy = Policy.GRANT_FIFO
    pledged: dict[str, tuple[int, str]] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)
    evidence: dict[str, str] = field(default_factory=dict)
    """The payment that each piece of evidence that stands is of, by the id of its entry."""

    def read(self, entry: Entry) -> None:
        """Take in an entry of one of KINDS, which must come in order."""
        kind, fact = entry["kind"], entry["fact"]
        if kind == "programme.policy-chosen":
            self.policy = Policy(fact["policy"])
        elif kind in {"money.grant-pledged", "money.pledge-changed"}:
            self.pledged[fact["grant"]] = fact["amount"]["minor"], fact["amount"]["currency"]
        elif kind in {"money.payment-evidenced", "money.evidence-attached"}:
            self.evidence[entry["id"]] = fact["movement"]
        elif kind == "money.evidence-withdrawn":
            self.evidence.pop(fact["evidence"], None)
        else:
            self.moves += _moves(entry)


def is_of_money(entry: Entry) -> bool:
    """Tell whether an entry has to be read to follow the money."""
    return entry["kind"] in KINDS


def _moves(entry: Entry) -> list[Move]:  # noqa: C901, PLR0911 - a case for each kind
    """The movements of a fact: one, or the two legs of an exchange."""
    kind, fact = entry["kind"], entry["fact"]
    about = (entry["id"], entry["happened_on"], entry["position"])
    money = fact.get("amount", {"minor": 0, "currency": ""})
    amount, grant = (money["minor"], money["currency"]), fact.get("grant", "")
    of = fact.get("movement", "")
    match kind:
        case "money.money-received":
            return [Move(*about, Kind.RECEIVE, "", fact["account"], *amount, grant)]
        case "money.interest-received":
            return [Move(*about, Kind.RECEIVE, "", fact["account"], *amount, grant or INTEREST)]
        case "money.opening-balance-stated" if grant:
            return [Move(*about, Kind.RECEIVE, "", fact["account"], *amount, grant)]
        case "money.opening-balance-stated":
            return [Move(*about, Kind.MOVE, "~opening", fact["account"], *amount)]
        case "money.money-sent":
            return [Move(*about, Kind.SEND, fact["source"], fact["target"], *amount, grant)]
        case "money.money-moved" | "money.money-returned":
            return [Move(*about, Kind.MOVE, fact["source"], fact["target"], *amount, grant)]
        case "money.money-spent":
            return [Move(*about, Kind.SPEND, fact["account"], fact["project"], *amount, grant)]
        case "money.money-confirmed":
            return [Move(*about, Kind.CONFIRM, "", "", *amount, of=of)]
        case "money.sending-voided":
            return [Move(*about, Kind.VOID, of=of)]
        case "money.movement-reversed":
            return [Move(*about, Kind.REVERSE, of=of)]
        case "money.money-exchanged":
            arrived = fact["arrived"]["minor"], fact["arrived"]["currency"]
            second = (entry["id"] + SECOND_LEG, *about[1:])
            return [
                Move(*about, Kind.SPEND, fact["source"], OUT_OF_IT[kind], *amount, grant),
                Move(*second, Kind.RECEIVE, "", fact["target"], *arrived, grant),
            ]
        case _:
            return [Move(*about, Kind.SPEND, fact["account"], OUT_OF_IT[kind], *amount, grant)]


STAGES: Final = ("pledged", "received", "sent", "confirmed", "spent", "evidenced")


@dataclass(frozen=True, slots=True)
class Totals:
    """Minor units by column: of each grant in each currency, and by stage of each currency."""

    grants: dict[Pair, dict[str, int]]
    stages: dict[Pair, int]
    """By (stage, currency)."""


def totals(money: Money) -> Totals:
    """Follow the money and add it up. Raises NotFollowedError."""
    moves = _with_second_legs_reversed(money.moves)
    moves.sort(key=lambda move: (move.on, move.position, move.id))
    accounts, grants = dict[Pair, int](), dict[Pair, int]()
    columns = _columns(moves, accounts, grants)
    trace = _traced(columns, money.policy)
    named = list(grants)
    sums: dict[Pair, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for grant, (minor, currency) in money.pledged.items():
        sums[grant, currency]["pledged"] = minor
    for code, pair in enumerate(named):
        for column in ("received", "standing", "in_transit", "spent", "breach"):
            sums[pair][column] = int(getattr(trace.totals, column)[code])
    _on_projects(money, moves, trace, named, sums)
    _first(moves, accounts, named, trace, sums)
    return Totals(sums, _stages(money, sums))


def _stages(money: Money, sums: dict[Pair, dict[str, int]]) -> dict[Pair, int]:
    """Each unit of pledged grants by how far it came; see following.queries.programme.stages."""
    stages: dict[Pair, int] = defaultdict(int)
    for (grant, currency), row in sums.items():
        if grant in money.pledged:
            sent = row["received"] - row["first"]
            reached = {
                "pledged": row["pledged"],
                "received": row["received"],
                "sent": sent,
                "confirmed": sent - row["in_transit"],
                "spent": row["on_projects"],
                "evidenced": row["evidenced"],
            }
            for stage in STAGES:
                stages[stage, currency] += reached[stage]
    return stages


def _on_projects(
    money: Money,
    moves: list[Move],
    trace: Trace,
    named: list[Pair],
    sums: dict[Pair, dict[str, int]],
) -> None:
    """What went to projects, and what of it is evidenced."""
    evidenced = set(money.evidence.values())
    for at, move in enumerate(moves):
        if move.kind is Kind.SPEND and not move.target.startswith("~"):
            for row in range(trace.offsets[at], trace.offsets[at + 1]):
                code, amount = int(trace.grant[row]), int(trace.amount[row])
                if code < len(named):
                    sums[named[code]]["on_projects"] += amount
                    sums[named[code]]["evidenced"] += amount * (move.id in evidenced)


def _first(
    moves: list[Move],
    accounts: dict[Pair, int],
    named: list[Pair],
    trace: Trace,
    sums: dict[Pair, dict[str, int]],
) -> None:
    """What still stands in accounts that its sponsor had paid it into."""
    paid_into = {
        (accounts[move.target, move.currency], move.grant, move.currency)
        for at, move in enumerate(moves)
        if move.kind is Kind.RECEIVE and not trace.reversed[at]
    }
    stands = trace.standing
    for account, grant, amount, coming in zip(
        stands.account, stands.grant, stands.amount, stands.in_transit, strict=True
    ):
        if not coming and grant < len(named) and (int(account), *named[grant]) in paid_into:
            sums[named[grant]]["first"] += int(amount)


def _with_second_legs_reversed(moves: list[Move]) -> list[Move]:
    """A reversal of an exchange reverses both its legs."""
    exchanged = {move.id for move in moves if move.target == OUT_OF_IT["money.money-exchanged"]}
    second = [
        Move(
            id=move.id + SECOND_LEG,
            on=move.on,
            position=move.position,
            kind=Kind.REVERSE,
            of=move.of + SECOND_LEG,
        )
        for move in moves
        if move.kind is Kind.REVERSE and move.of in exchanged
    ]
    return [*moves, *second]


def _columns(moves: list[Move], accounts: dict[Pair, int], grants: dict[Pair, int]) -> Movements:
    def codes(pairs: Iterable[Pair], known: dict[Pair, int]) -> Int64s:
        return np.array([known.setdefault(p, len(known)) if p[0] else NONE for p in pairs])

    place = {move.id: at for at, move in enumerate(moves)}
    missing = next((move for move in moves if move.of and move.of not in place), None)
    if missing:
        raise NotFollowedError(f"{missing.id} is about the movement {missing.of}, and none is")
    ends = ((m.target if m.kind is not Kind.SPEND else "", m.currency) for m in moves)
    columns = {
        "source": codes(((m.source, m.currency) for m in moves), accounts),
        "target": codes(ends, accounts),
        "grant": codes(((m.grant, m.currency) for m in moves), grants),
    }
    return Movements(
        kind=np.array([move.kind for move in moves], np.uint8),
        amount=np.array([move.minor for move in moves], np.int64),
        of=np.array([place.get(move.of, NONE) for move in moves], np.int64),
        accounts=len(accounts),
        grants=len(grants),
        **{name: column.astype(np.int32) for name, column in columns.items()},
    )


def _traced(movements: Movements, policy: Policy) -> Trace:
    """The kernel takes a second to load and is held to the reference by tests."""
    if len(movements) <= REFERENCE_UP_TO:
        from cairn.trace.reference import trace  # noqa: PLC0415
    else:
        from cairn.trace.kernel import trace  # noqa: PLC0415 - loads numba
    try:
        return trace(movements, policy)
    except (CairnError, AssertionError) as error:
        raise NotFollowedError(f"the money cannot be followed: {error}") from error
