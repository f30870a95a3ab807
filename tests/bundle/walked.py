"""A team that has handed over: its pack is frozen, walked but for one line, signed by both and witnessed."""

from datetime import date

from cairn.assets.facts import AssetInspected, Condition
from cairn.catalog import journal
from cairn.following.snapshot import bring_up_to_date
from cairn.handover.facts import (
    AssetSought,
    BalanceChecked,
    HandoverOpened,
    HandoverWitnessed,
    IncomingSigned,
    LineExcepted,
    LinesAccepted,
    OutgoingSigned,
    PackFrozen,
    PlanWritten,
    Sight,
    SuccessorNamed,
)
from cairn.pack import pack_of, sha256_of
from cairn.programme.facts import PostOpened, PostRole, TeamPlaced
from cairn.values import Money, Text
from cast import Pen, assemble, named
from handover.conftest import taken
from people.desks import Desks, next_cohort, posts
from stands import tell_what_stands
from told import tell_a_year

TEAM, NEXT = "qarasu-2025", "qarasu-2026"
WORDS = Text(en="As it should be", zh_hans="一切正常")


def tell_what_is_handed_over() -> Desks:
    """A year, with photos; the next team is placed, and nothing is handed over yet."""
    pen = Pen.opened()
    assemble(pen)
    tell_a_year(pen)
    tell_what_stands(pen)
    for post in posts():
        pen.record(post)
    next_cohort(pen)
    pen.record(TeamPlaced(team=NEXT, cohort="2026", place="qarasu", sponsor="water-bureau"))
    leader = PostRole.TEAM_LEADER
    pen.record(PostOpened(post="leader-2026", name=named("leader"), role=leader, team=NEXT))
    bring_up_to_date(pen.programme)
    return Desks(pen)


def tell_the_walk(desks: Desks) -> int:
    """From the opening of the handover to the last signature; at which position its pack was frozen."""
    found = HandoverOpened(team=TEAM, outgoing="leader", on=date(2025, 6, 25))
    taken(desks, "leader", found)
    after = SuccessorNamed(handover=TEAM, team=NEXT, incoming="leader-2026")
    taken(desks, "township", after)
    bring_up_to_date(desks.programme)
    pack = pack_of(programme=desks.programme, team=TEAM, journal=journal)
    upto, sha256 = pack.as_of.position, sha256_of(pack)
    lines = tuple(_frozen(line) for line in pack.lines)
    taken(desks, "leader", PackFrozen(handover=TEAM, upto=upto, sha256=sha256, lines=lines))
    _walk(desks, pack)
    taken(desks, "leader-2026", PlanWritten(handover=TEAM, risk=WORDS, plan=WORDS))
    about = {"handover": TEAM, "sha256": sha256}
    taken(desks, "leader", OutgoingSigned(**about))
    taken(desks, "township", HandoverWitnessed(**about))
    taken(desks, "leader-2026", IncomingSigned(**about))
    return upto


def _frozen(line):
    amount = f" {line.currency} {line.minor}" if line.what == "balance" else ""
    return f"{line.key} {line.digest}{amount}"


def _walk(desks, pack):
    keys = [f"{TEAM}/{line.key}" for line in pack.lines]
    for line, key in zip(pack.lines, keys, strict=True):
        if line.what == "asset":
            seen = taken(desks, "leader", AssetInspected(asset=line.id, condition=Condition.WORN))
            sought = AssetSought(line=key, sight=Sight.SEEN, inspection=seen)
            taken(desks, "leader-2026", sought)
        elif line.what == "balance":
            stated = Money(minor=line.minor, currency=line.currency) if line.minor else None
            taken(desks, "leader-2026", BalanceChecked(line=key, stated=stated))
    first, *others = keys
    excepted = LineExcepted(line=first, exception=WORDS, by=date(2025, 9, 1))
    taken(desks, "leader-2026", excepted)
    taken(desks, "leader-2026", LinesAccepted(lines=tuple(others)))
