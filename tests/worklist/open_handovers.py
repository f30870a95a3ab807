"""A handover at each of its steps, in a village of the cast: a team goes and another comes, nine times."""

from datetime import date

from cairn.handover.facts import (
    HandoverOpened,
    HandoverWitnessed,
    IncomingSigned,
    LineRefused,
    LinesAccepted,
    Missing,
    OutgoingSigned,
    PackFrozen,
    PlanWritten,
    Side,
    SideMissing,
    SuccessorNamed,
)
from cairn.programme.facts import CohortOpened, PostOpened, PostRole, TeamPlaced
from cairn.values import Text
from cast import named

JUNE = date(2025, 6, 1)
ENDS = date(2025, 7, 15)
WORDS = Text(en="As it should be")
HASH = "ab" * 32
LINE = "commitment/help/1"

STEPS = ("hand-over", "successor", "freeze", "walk", "sign-out", "witness", "sign-in", "settle")
"""The sorts in the order of their steps; without anybody who takes over comes `take-over`."""


def open_handovers(desks):
    """A team for each step, which has come as far as that."""
    for cohort, ends_on in (("spring", ENDS), ("summer", date(2025, 12, 1))):
        opened = CohortOpened(cohort=cohort, name=named(cohort), ends_on=ends_on)
        desks.pen.record(opened)
    for far, sort in enumerate(STEPS):
        _come_so_far(desks, sort, far)
    _left(desks)


def _come_so_far(desks, sort, far):
    old, new = _team(desks, sort, "spring"), _team(desks, f"after-{sort}", "summer")
    goes, comes, township = (
        desks.seat(post) for post in (f"{old}-lead", f"{new}-lead", "township")
    )
    about = {"handover": old}
    steps = (
        (goes, HandoverOpened(team=old, outgoing=f"{old}-lead", on=JUNE)),
        (township, SuccessorNamed(**about, team=new, incoming=f"{new}-lead")),
        (goes, freezing(old)),
        (comes, LineRefused(line=f"{old}/{LINE}", reason=WORDS)),
        (goes, OutgoingSigned(**about, sha256=HASH)),
        (township, HandoverWitnessed(**about, sha256=HASH)),
        (comes, PlanWritten(**about, risk=WORDS, plan=WORDS)),
        (comes, IncomingSigned(**about, sha256=HASH)),
    )
    for seat, fact in steps[: far if far < len(STEPS) - 1 else None]:
        desks.record(seat, fact, on=JUNE)
    if sort == "sign-in":
        desks.record(*steps[far], on=JUNE)


def _left(desks):
    old = _team(desks, "left", "spring")
    goes = desks.seat(f"{old}-lead")
    for seat, fact in (
        (goes, HandoverOpened(team=old, outgoing=f"{old}-lead", on=JUNE)),
        (goes, freezing(old)),
        (
            desks.seat("township"),
            SideMissing(handover=old, side=Side.INCOMING, why=Missing.LATE, text=WORDS),
        ),
        (goes, OutgoingSigned(handover=old, sha256=HASH)),
    ):
        desks.record(seat, fact, on=JUNE)
    _team(desks, "after-left", "summer")


def _team(desks, called, cohort):
    """A team at the other village, with the post that signs for it; its id."""
    team = f"team-{called}"
    desks.pen.record(TeamPlaced(team=team, cohort=cohort, place="石桥村", sponsor="water-bureau"))
    lead = PostOpened(post=f"{team}-lead", name=named(team), role=PostRole.TEAM_LEADER, team=team)
    desks.pen.record(lead)
    return team


def freezing(team):
    """The pack of a team, of one line."""
    return PackFrozen(handover=team, upto=5, sha256=HASH, lines=(f"{LINE} {'1' * 16}",))


def closings(given):
    """What closes each step of a handover."""
    team = given.get("team") or given.get("handover", "")
    return {
        "hand-over": lambda: HandoverOpened(**given, outgoing=f"{team}-lead", on=JUNE),
        "successor": lambda: SuccessorNamed(**given, **_after(team)),
        "freeze": lambda: freezing(team),
        "walk": lambda: LinesAccepted(lines=(f"{team}/{LINE}",)),
        "sign-out": lambda: OutgoingSigned(**given),
        "witness": lambda: HandoverWitnessed(**given),
        "sign-in": lambda: IncomingSigned(**given),
        "take-over": lambda: SuccessorNamed(**given, **_after(team)),
    }


def _after(team):
    comes = team.replace("team-", "team-after-")
    return {"team": comes, "incoming": f"{comes}-lead"}
