"""Two teams of the cast's village: one goes, and one comes to take over."""

from datetime import date

import pytest

from cairn.assets.facts import AssetHandedOver, AssetInspected, Condition
from cairn.handover.facts import (
    AssetSought,
    BalanceChecked,
    HandoverOpened,
    HandoverWitnessed,
    IncomingSigned,
    LineExcepted,
    LineRefused,
    LinesAccepted,
    OutgoingSigned,
    PackFrozen,
    PlanWritten,
    Sight,
    SuccessorNamed,
)
from cairn.journal.journal import RefusedError
from cairn.programme.facts import PostOpened, PostRole, TeamPlaced
from cairn.values import Text
from cast import cny, named
from people.desks import Desks, next_cohort

JUNE = date(2025, 6, 20)
HASH, ANOTHER = "ab" * 32, "cd" * 32
WORDS = Text(en="As it should be")
PUMP, MAST, BALANCE = "asset/pump", "asset/mast", "balance/qarasu-account/CNY"
LINES = (f"{PUMP} {'1' * 16}", f"{MAST} {'2' * 16}", f"{BALANCE} {'3' * 16} CNY 5000")


def line(key):
    return f"qarasu-2025/{key}"


@pytest.fixture
def desks(db):
    """The cast's programme with the next team placed, and two assets at the village."""
    found = Desks.opened()
    next_cohort(found.pen)
    team = TeamPlaced(team="qarasu-2026", cohort="2026", place="qarasu", sponsor="water-bureau")
    found.pen.record(team)
    for post, role in (
        ("leader-2026", PostRole.TEAM_LEADER),
        ("member-2026", PostRole.TEAM_MEMBER),
    ):
        found.pen.record(PostOpened(post=post, name=named(post), role=role, team="qarasu-2026"))
    for asset in ("pump", "mast"):
        handed = AssetHandedOver(
            asset=asset, name=named(asset), place="qarasu", keeper="qarasu-committee"
        )
        found.record(found.seat("county"), handed)
    return found


def refusal(desks, post, fact, on=JUNE):
    """What is said against a fact, by field; nothing where it is taken."""
    try:
        desks.record(desks.seat(post), fact, on=on)
    except RefusedError as refused:
        return {one.field: one.message for one in refused.objections}
    return {}


def taken(desks, post, fact, on=JUNE):
    """Record what must be taken; its id."""
    return str(desks.record(desks.seat(post), fact, on=on).id)


def opened(desks):
    taken(
        desks, "leader", HandoverOpened(team="qarasu-2025", outgoing="leader", on=date(2025, 6, 25))
    )


def begun(desks):
    """Opened, and it is known who takes over."""
    opened(desks)
    taken(
        desks,
        "township",
        SuccessorNamed(handover="qarasu-2025", team="qarasu-2026", incoming="leader-2026"),
    )


def frozen(desks, lines=LINES, sha256=HASH, by="leader"):
    fact = PackFrozen(handover="qarasu-2025", upto=5, sha256=sha256, lines=lines)
    return taken(desks, by, fact)


def found(desks, asset="pump", by="leader-2026"):
    """Both went to an asset, and it was there."""
    looked = AssetInspected(asset=asset, condition=Condition.GOOD)
    seen = taken(desks, "leader", looked)
    taken(desks, by, AssetSought(line=line(f"asset/{asset}"), sight=Sight.SEEN, inspection=seen))


def walked(desks):
    """Every line is answered: the pump taken over but for its seal, the mast refused, the money accepted."""
    found(desks)
    taken(desks, "leader", AssetSought(line=line(MAST), sight=Sight.NOT_SEEN))
    taken(desks, "leader-2026", BalanceChecked(line=line(BALANCE), stated=cny("50.00")))
    taken(desks, "leader-2026", LineExcepted(line=line(PUMP), exception=WORDS, by=date(2025, 9, 1)))
    taken(desks, "leader-2026", LineRefused(line=line(MAST), reason=WORDS))
    taken(desks, "leader-2026", LinesAccepted(lines=(line(BALANCE),)))


def planned(desks):
    taken(
        desks,
        "leader-2026",
        PlanWritten(handover="qarasu-2025", risk=WORDS, second=WORDS, plan=WORDS),
    )


def signed(desks, *, sha256=HASH):
    """Both sides sign, and the township saw it."""
    about = {"handover": "qarasu-2025", "sha256": sha256}
    taken(desks, "leader", OutgoingSigned(**about))
    taken(desks, "township", HandoverWitnessed(**about))
    taken(desks, "leader-2026", IncomingSigned(**about))


def accepted(desks):
    """A handover from its opening to the last signature."""
    begun(desks)
    frozen(desks)
    walked(desks)
    planned(desks)
    signed(desks)
