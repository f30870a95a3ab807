"""How two teams of 2025 handed over: one walked with its successor, one left before anybody came.

What they froze is in handed_over.json: see freezing.py. It has a chance of its own; a story of another
seed has other packs, and tells of no handover.
"""

import json
from datetime import date
from functools import partial
from importlib.resources import files
from random import Random
from typing import Any, Final

from cairn.assets.facts import AssetInspected, Condition
from cairn.demo.founding import PROVINCE, YEARS, cohort_of, sponsor_of, team_of
from cairn.demo.handing_over_texts import (
    ADVICE,
    ATTEMPTS,
    KEYS,
    LEAKS,
    LESS,
    NEW_SEAL,
    NO_SAY,
    NOTE,
    PLAN,
    PLAN_LATE,
    RISK_LATE,
    RISKS,
    SNOWED_IN,
)
from cairn.demo.pictures import file_of
from cairn.demo.places import TOWNSHIPS, VILLAGES
from cairn.demo.resident import PUMP
from cairn.demo.things import SIGHTS
from cairn.demo.world import World, cny, holder_of, post_of
from cairn.handover.facts import (
    AdviceLeft,
    AssetSought,
    AttemptTold,
    BalanceChecked,
    ExceptionSettled,
    HandoverOpened,
    HandoverWitnessed,
    IncomingSigned,
    KeysLeft,
    LineExcepted,
    LineNoted,
    LineRefused,
    LinesAccepted,
    Missing,
    OutgoingSigned,
    PackFrozen,
    PlanWritten,
    RiskNamed,
    Side,
    SideMissing,
    Sight,
    SuccessorNamed,
)
from cairn.journal.fact import Fact
from cairn.values import Theme

WALKED, LEFT = VILLAGES[:2]
TEAMS: Final = tuple(f"{village.id}-{YEARS[0]}" for village in (WALKED, LEFT))
GOES, COMES = (f"team.{WALKED.id}-{year}" for year in YEARS)
LEAVES, LATE = (f"team.{LEFT.id}-{year}" for year in YEARS)
TOWNSHIP: Final = post_of(TOWNSHIPS[0])

OPENED_ON, PLANNED_ON = date(2025, 12, 1), date(2025, 12, 29)
COMES_ON, NAMED_ON, FROZEN_ON, WALKED_ON = (date(2025, 12, nth) for nth in (22, 23, 26, 30))
LATE_NAMED_ON, LATE_WALKED_ON = date(2026, 2, 20), date(2026, 2, 24)
SETTLED_ON: Final = date(2026, 4, 8)
SHORT: Final = 320_00
"""How much less than the books one statement says."""


class Handing:
    """Tells of one handover."""

    def __init__(self, world: World, team: str, chance: Random) -> None:
        self.world, self.team, self._chance = world, team, chance
        told = frozen().get("packs", {}).get(team)
        self.lines: list[str] = told["lines"] if told else []
        self.sha256: str = told["sha256"] if told else ""
        self.conditions: dict[str, str] = told["conditions"] if told else {}
        self.keys = [line.partition(" ")[0] for line in self.lines]

    def tell(self, day: date, post: str, fact: Fact, *brings: tuple[str, str]) -> str:
        """Record something on its day; its id."""
        return self.world.diary.tell(
            fact, day, post, days_late=0, chance=self._chance, also_brings=brings
        )

    def at(self, day: date, post: str, fact: Fact) -> None:
        """Let something be recorded on a day."""
        self.world.at(day, lambda on: self.tell(on, post, fact))

    def line(self, key: str) -> str:
        """How facts name a line."""
        return f"{self.team}/{key}"

    def open(self, post: str, day: date) -> None:
        """Begin it."""
        opened = HandoverOpened(team=self.team, outgoing=post, on=PLANNED_ON)
        self.tell(day, post, opened, ("handover", self.team))

    def freeze(self, post: str, day: date) -> None:
        """Freeze the pack that follows from what was on record on the evening before."""
        fact = PackFrozen(
            handover=self.team, upto=frozen()["upto"], sha256=self.sha256, lines=tuple(self.lines)
        )
        self.tell(day, post, fact, *(("handover-line", self.line(key)) for key in self.keys))

    def look(self, post: str, day: date, *, leaks: str = "") -> None:
        """Both go to every asset, and hold every balance against a statement of the day."""
        for line in self.lines:
            key, _digest, *amount = line.split(" ")
            what, _slash, id_ = key.partition("/")
            if what == "asset":
                self._seek(post, day, id_, leaks=id_ == leaks)
            elif what == "balance":
                short = SHORT if key == self.short else 0
                stated = cny(int(amount[1]) - short)
                self.tell(day, TOWNSHIP, BalanceChecked(line=self.line(key), stated=stated))

    @property
    def short(self) -> str:
        """The balance that does not agree: the village committee's, where both walked."""
        wanted = f"balance/{holder_of(WALKED)}/CNY"
        return wanted if self.team == TEAMS[0] and wanted in self.keys else ""

    def _seek(self, post: str, day: date, asset: str, *, leaks: bool) -> None:
        known = self.conditions[asset]
        condition = Condition(known) if known in set(Condition) else Condition.GOOD
        shown = SIGHTS["worn" if leaks else condition.value]
        seen = AssetInspected(
            asset=asset,
            condition=condition,
            sha256=file_of(shown, Theme.WATER),
            caption=shown,
        )
        id_ = self.tell(day, post, seen)
        sought = AssetSought(
            line=self.line(f"asset/{asset}"),
            sight=Sight.SEEN,
            inspection=id_,
            remark=LEAKS if leaks else None,
        )
        self.tell(day, post, sought)

    def accept(self, post: str, day: date, *, but: tuple[str, ...]) -> None:
        """Take over every line but some."""
        lines = tuple(self.line(key) for key in self.keys if key not in but)
        self.tell(day, post, LinesAccepted(lines=lines))


def frozen() -> dict[str, Any]:
    """What was frozen, as freezing.py wrote it down; nothing while it was not."""
    file = files("cairn.demo").joinpath("handed_over.json")
    found: dict[str, Any] = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    return found


def plan_handovers(world: World, seed: int) -> None:
    """What the outgoing teams leave word of in autumn, and how each went."""
    chance = Random(f"handing over {seed}")  # noqa: S311 - a story, no secret
    walked, left = (Handing(world, team, chance) for team in TEAMS)
    _leave_word(walked)
    _come_early(walked)
    for one, post in ((walked, GOES), (left, LEAVES)):
        world.at(OPENED_ON, partial(one.open, post))
    named = SuccessorNamed(handover=walked.team, team=f"{WALKED.id}-{YEARS[1]}", incoming=COMES)
    walked.at(NAMED_ON, TOWNSHIP, named)
    if not walked.lines or not left.lines:
        return
    for one, post in ((walked, GOES), (left, LEAVES)):
        world.at(FROZEN_ON, partial(one.freeze, post))
    world.at(WALKED_ON, partial(_walk, walked))
    world.at(WALKED_ON, partial(_leave, left))
    world.at(LATE_WALKED_ON, partial(_come_late, left))
    settled = ExceptionSettled(line=walked.line(f"asset/{PUMP}"), how=NEW_SEAL)
    walked.at(SETTLED_ON, f"sponsor.{sponsor_of(WALKED, YEARS[0]).id}", settled)


def _leave_word(walked: Handing) -> None:
    """What the team that goes would tell the next, while it still knows."""
    team, days = walked.team, (date(2025, 10, 14), date(2025, 11, 4), date(2025, 11, 18))
    for text, then in RISKS[:3]:
        walked.at(days[0], GOES, RiskNamed(team=team, text=text, then=then))
    for text, then in ATTEMPTS:
        walked.at(days[1], GOES, AttemptTold(team=team, text=text, then=then))
    for text in ADVICE:
        walked.at(days[1], GOES, AdviceLeft(team=team, text=text))
    keys = KeysLeft(asset=PUMP, holder=holder_of(WALKED), text=KEYS)
    walked.at(days[2], GOES, keys)
    walked.at(days[2], GOES, LineNoted(team=team, key=f"asset/{PUMP}", text=NOTE))


def _come_early(walked: Handing) -> None:
    """The next cohort opens while the first is there, and its team comes a week before that one goes."""
    year, team = YEARS[1], f"{WALKED.id}-{YEARS[1]}"
    walked.world.early |= {str(year), team}
    walked.at(COMES_ON, PROVINCE, cohort_of(year))
    placed, leader = team_of(WALKED, year, strength=4)
    walked.at(COMES_ON, COMES, placed)
    walked.at(COMES_ON, PROVINCE, leader)


def _walk(one: Handing, day: date) -> None:
    """Two lines are taken over but for something; all others as they stand."""
    one.look(GOES, day, leaks=PUMP)
    pump = f"asset/{PUMP}"
    excepted = {pump: (LEAKS, date(2026, 3, 31)), one.short: (LESS, date(2026, 2, 28))}
    for key, (exception, by) in excepted.items():
        one.tell(day, COMES, LineExcepted(line=one.line(key), exception=exception, by=by))
    one.accept(COMES, day, but=tuple(excepted))
    first, second, third, fourth, fifth = (text for text, _then in RISKS)
    plan = PlanWritten(
        handover=one.team,
        risk=first,
        second=second,
        third=third,
        fourth=fourth,
        fifth=fifth,
        plan=PLAN,
    )
    one.tell(day, COMES, plan)
    about = {"handover": one.team, "sha256": one.sha256}
    one.tell(day, GOES, OutgoingSigned(**about))
    one.tell(day, TOWNSHIP, HandoverWitnessed(**about))
    one.tell(day, COMES, IncomingSigned(**about))


def _leave(one: Handing, day: date) -> None:
    """Nobody has come by the day on which the team goes."""
    late = SideMissing(handover=one.team, side=Side.INCOMING, why=Missing.LATE, text=SNOWED_IN)
    one.tell(day, TOWNSHIP, late)
    one.tell(day, LEAVES, OutgoingSigned(handover=one.team, sha256=one.sha256))


def _come_late(one: Handing, day: date) -> None:
    """The next team comes in February, and takes over all but one line."""
    named = SuccessorNamed(handover=one.team, team=f"{LEFT.id}-{YEARS[1]}", incoming=LATE)
    one.tell(LATE_NAMED_ON, TOWNSHIP, named)
    one.look(LATE, day)
    refused = next(key for key in one.keys if key.startswith("project/"))
    one.tell(day, LATE, LineRefused(line=one.line(refused), reason=NO_SAY))
    one.accept(LATE, day, but=(refused,))
    one.tell(day, LATE, PlanWritten(handover=one.team, risk=RISK_LATE, plan=PLAN_LATE))
    about = {"handover": one.team, "sha256": one.sha256}
    one.tell(day, TOWNSHIP, HandoverWitnessed(**about))
    one.tell(day, LATE, IncomingSigned(**about))


__all__ = ["FROZEN_ON", "TEAMS", "plan_handovers"]
