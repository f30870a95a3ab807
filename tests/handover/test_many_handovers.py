"""Many handovers, cohort after cohort, in three villages: what is owed always has a holder that can act.

The machine keeps its own account of who is there, what was answered and what is owed, from the facts
that were taken; it asks no read model for it.
"""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from cairn.assets.facts import AssetHandedOver, AssetInspected, Condition
from cairn.catalog import invariants, journal
from cairn.handover.facts import (
    AssetSought,
    BalanceChecked,
    ExceptionSettled,
    HandoverOpened,
    HandoverWithdrawn,
    HandoverWitnessed,
    IncomingSigned,
    LineContested,
    LineExcepted,
    LineRefused,
    LinesAccepted,
    Missing,
    OutgoingSigned,
    PackFrozen,
    PlanWritten,
    SettlementDoubted,
    Side,
    SideMissing,
    Sight,
    SuccessorNamed,
)
from cairn.journal.checks import answers
from cairn.journal.journal import ConflictError, RefusedError
from cairn.journal.models import Entry
from cairn.lessons.facts import (
    DebriefCalled,
    DebriefHeld,
    RecommendationConfirmed,
    RecommendationDrafted,
    RecommendationPut,
)
from cairn.money.facts import MoneySent
from cairn.people.models import Appointment
from cairn.people.record import record
from cairn.people.seats import seat_of
from cairn.programme.facts import (
    CohortClosed,
    CohortOpened,
    OrganisationJoined,
    OrganisationRole,
    PlaceAdded,
    PlaceLevel,
    PostClosed,
    PostOpened,
    PostRole,
    TeamPlaced,
)
from cairn.requests.facts import Help, RequestRaised
from cairn.values import Text, Theme
from cairn.worklist.kept import KeptList
from cairn.works.facts import ProjectApproved, ProjectProposed, ProjectStarted
from cast import DAY, cny, named, new_id
from people.desks import Desks
from worklist.open_things import closing

VILLAGES = ("qarasu", "石桥村", "bostan")
SPONSORS = ("water-bureau", "seed-company")
"""They send teams in turn. Only the first has a post of its own; for the other the programme office acts."""

WORDS = Text(en="As it should be")
FIRST, LAST = 2025, 2028
LATE = st.sampled_from([0, 0, 0, 0, 3, 12, 40])
"""How many days before it was recorded a fact happened."""

ANSWERS = st.lists(
    st.sampled_from(["accept", "accept", "except", "refuse"]), min_size=5, max_size=5
)
WALK = ("hand-over", "successor", "freeze", "walk", "sign-out", "witness", "sign-in", "take-over")
"""The steps of a handover, by how the worklist calls them."""


@dataclass
class Team:
    """A team, as the machine knows it."""

    place: str
    cohort: int
    sponsor: str
    gone: bool = False


@dataclass
class Told:
    """A handover, as the facts that were taken tell it."""

    team: str
    place: str
    sponsor: str
    outgoing: str
    state: str = "opened"
    successor: str = ""
    incoming: str = ""
    outgoing_missing: bool = False
    incoming_missing: bool = False
    outgoing_signed: bool = False
    sha256: str = ""
    lines: dict[str, str] = field(default_factory=dict)
    """The lines of the pack that stands, each as it was frozen."""
    said: dict[str, str] = field(default_factory=dict)
    """What the team that takes over said to each."""
    owed: set[str] = field(default_factory=set)
    """Lines about which the sponsor owes something."""
    ended_on: date | None = None

    @property
    def goes_on(self) -> bool:
        """Whether it is under way."""
        return self.state in {"opened", "frozen"}


class Handing(RuleBasedStateMachine):
    """Teams come and go in three villages, with refusals, absences and late facts."""

    def __init__(self):
        super().__init__()
        self.whole = transaction.atomic()
        self.whole.__enter__()
        self.desks = Desks.opened()
        self.teams: dict[str, Team] = {}
        self.told: dict[str, Told] = {}
        self.posts: dict[str, str] = {}
        """Every post, with its team or none."""
        self.closed: set[str] = set()
        self.ended: set[int] = set()
        """The cohorts that were closed."""
        self.ends_on: dict[int, date] = {}
        self.kept: KeptList | None = None
        self.sent: list = []
        self.new, self.later = True, 0
        self.found()

    def teardown(self):
        try:
            found = answers(journal, self.desks.programme, invariants=invariants)
            assert [answer for answer in found if answer.wrong] == []
        finally:
            transaction.set_rollback(True)
            self.whole.__exit__(None, None, None)

    # Who is there

    @property
    def today(self):
        return self.desks.today

    def found(self):
        """The villages and what is owed in them, each with the team of the first cohort."""
        pen = self.desks.pen
        self.people_there()
        pen.record(
            PlaceAdded(place="bostan", name=named("B"), level=PlaceLevel.VILLAGE, within="hongliu")
        )
        role = OrganisationRole.COMMITTEE
        pen.record(OrganisationJoined(organisation="bostan-c", name=named("B"), role=role))
        self.begins(FIRST)
        for village in VILLAGES:
            self.place(village, FIRST)
            self.things_at(village)
        called = DebriefCalled(
            debrief="spring", cohort=str(FIRST), place="kunlun", name=WORDS, chair="county", on=DAY
        )
        pen.record(called)
        pen.record(DebriefHeld(debrief="spring", posts=("county",), present=9))

    def people_there(self):
        """The posts that the cast has; its own team has gone home and left no post open."""
        self.teams["qarasu-2025"] = Team("qarasu", FIRST, SPONSORS[0])
        table = journal.tables["post"].objects.filter(programme=self.desks.programme)
        for post, team in table.values_list("id", "team"):
            self.posts[post] = team
            if team:
                self.desks.pen.record(PostClosed(post=post))
                self.closed.add(post)

    def begins(self, year):
        ends_on = self.ends_on[year] = date(year, 12, 31)
        if year != FIRST:
            cohort = CohortOpened(cohort=str(year), name=named(str(year)), ends_on=ends_on)
            self.desks.pen.record(cohort)

    def place(self, village, year, another=""):
        """A team comes to a village, with two posts; or another of the same year."""
        sponsor = SPONSORS[(VILLAGES.index(village) + year) % 2]
        team = f"team-{village}-{year}{another}"
        placed = TeamPlaced(team=team, cohort=str(year), place=village, sponsor=sponsor)
        if self.desks.pen.objections(placed, on=self.today):
            assert year in self.ended
            return
        self.teams[team] = Team(village, year, sponsor)
        self.open_post(team, "lead", PostRole.TEAM_LEADER)
        self.open_post(team, "member", PostRole.TEAM_MEMBER)
        self.new = True

    def open_post(self, team, called, role):
        post = f"{team}-{called}"
        opened = PostOpened(post=post, name=named(post), role=role, team=team)
        if not self.desks.pen.objections(opened, on=self.today):
            self.posts[post] = team
            self.new = True
        return post

    def things_at(self, village):
        """A pump to mend and a canal to finish."""
        pen, nth = self.desks.pen, VILLAGES.index(village)
        keeper = ("qarasu-committee", "石桥村委会", "bostan-c")[nth]
        pump = AssetHandedOver(
            asset=f"pump-{nth}", name=named("Pump"), place=village, keeper=keeper
        )
        pen.record(pump)
        pen.record(AssetInspected(asset=f"pump-{nth}", condition=Condition.BROKEN))
        canal = f"canal-{nth}"
        ends_on = date(2025, 6, 1)
        pen.record(
            ProjectProposed(
                project=canal, name=WORDS, place=village, theme=Theme.WATER, ends_on=ends_on
            )
        )
        pen.record(ProjectApproved(project=canal))
        pen.record(ProjectStarted(project=canal))

    def lines_at(self, village, variant):
        """What a pack of a village has: the second variant tells some lines otherwise, and has one less."""
        nth = VILLAGES.index(village)
        digest = "a" * 16 if variant == 0 else "b" * 16
        lines = {
            f"asset/pump-{nth}": "c" * 16,
            f"project/canal-{nth}": digest,
            f"balance/account-{nth}/CNY": f"{'d' * 16} CNY 5000",
            f"recommendation/of-{nth}": "e" * 16,
        }
        if variant == 1:
            del lines[f"recommendation/of-{nth}"]
        return lines

    def stands(self, post, day):
        """Whether anybody can act as a post on a day."""
        team = self.teams.get(self.posts[post])
        if post in self.closed or (team and team.gone):
            return False
        return not team or (team.cohort not in self.ended and day <= self.ends_on[team.cohort])

    def waiting(self, day=None):
        """The teams that wait to take over: on a day, for a team whose cohort lasts."""
        return {
            one.successor
            for one in self.told.values()
            if one.goes_on and one.successor and (day is None or self.lasts(one.team, day))
        }

    def lasts(self, team, day):
        cohort = self.teams[team].cohort
        return cohort not in self.ended and day <= self.ends_on[cohort]

    # To record

    def seat(self, post):
        """A user at a post, a second factor shown a moment ago; None where nobody can act as it."""
        held = Appointment.objects.filter(programme=self.desks.programme, post=post).first()
        held = held or self.desks.appoint(post, post)
        seat = seat_of(held, journal=journal, now=self.desks.now)
        return replace(seat, factor=True, fresh=True) if seat else None

    def tried(self, post, fact, late=0):
        """Whether a post records a fact; nothing changes where it does not."""
        seat = self.seat(post)
        if seat is None:
            return False
        entries = Entry.objects.filter(programme=self.desks.programme)
        before = entries.count()
        draft = seat.draft(fact, id=new_id(), happened_on=self.today - timedelta(late))
        try:
            receipt = record(seat, draft, journal=journal, now=self.desks.now)
        except RefusedError as refused:
            assert entries.count() == before
            self.why = [(one.field, one.message) for one in refused.objections]
            return False
        self.sent.append((post, draft, receipt))
        self.new = True
        self.heard(fact, draft.happened_on)
        return True

    def must(self, post, fact, late=0):
        """Whoever is said to owe a step can take it; a day before the handover was opened aside."""
        assert self.tried(post, fact, late) or self.tried(post, fact), (post, fact, self.why)

    def heard(self, fact, on):
        """What a fact that was taken changes."""
        match fact:
            case HandoverOpened() | SuccessorNamed() | HandoverWithdrawn() | PackFrozen():
                self.heard_of_who_and_what(fact)
            case LinesAccepted():
                for line in fact.lines:
                    self.answered(line, "accepted")
            case LineExcepted():
                self.answered(fact.line, "excepted")
            case LineRefused():
                self.answered(fact.line, "refused")
            case SideMissing() | OutgoingSigned():
                self.leaves(fact, on)
            case IncomingSigned():
                self.takes_over(self.told[fact.handover], on)
            case LineContested() | ExceptionSettled() | SettlementDoubted():
                self.heard_afterwards(fact, on)

    def heard_of_who_and_what(self, fact):
        one = self.told.get(fact.team if isinstance(fact, HandoverOpened) else fact.handover)
        match fact:
            case HandoverOpened():
                team = self.teams[fact.team]
                assert one is None or one.state == "withdrawn"
                self.told[fact.team] = Told(fact.team, team.place, team.sponsor, fact.outgoing)
            case SuccessorNamed():
                if one.successor != fact.team:
                    one.said = {}
                one.successor, one.incoming, one.incoming_missing = fact.team, fact.incoming, False
            case HandoverWithdrawn():
                assert one.goes_on
                one.state = "withdrawn"
            case PackFrozen():
                lines = dict(line.split(" ", 1) for line in fact.lines)
                same = {key for key, line in one.lines.items() if lines.get(key) == line}
                one.said = {key: said for key, said in one.said.items() if key in same}
                one.lines, one.sha256 = lines, fact.sha256
                one.state = "left" if one.state == "left" else "frozen"

    def takes_over(self, one, on):
        assert one.state in {"frozen", "left"}
        assert one.said.keys() == one.lines.keys()
        one.state, one.ended_on = "accepted", on
        one.owed = {key for key, said in one.said.items() if said != "accepted"}
        self.teams[one.team].gone = True

    def heard_afterwards(self, fact, on):
        one, key = self.line(fact.line)
        assert one.state == "accepted"
        match fact:
            case LineContested():
                assert one.said[key] == "accepted"
                assert on <= one.ended_on + timedelta(30)
                one.said[key] = "contested"
                one.owed.add(key)
            case ExceptionSettled():
                one.owed.remove(key)
            case SettlementDoubted():
                assert one.said[key] != "accepted"
                assert key not in one.owed
                one.owed.add(key)

    def line(self, id_):
        team, _slash, key = id_.partition("/")
        return self.told[team], key

    def answered(self, id_, said):
        one, key = self.line(id_)
        assert one.state in {"frozen", "left"}
        assert key in one.lines
        one.said[key] = said

    def leaves(self, fact, on):
        """A side is missing, or the outgoing one signed: where nobody comes, it goes all the same."""
        one = self.told[fact.handover]
        if isinstance(fact, OutgoingSigned):
            assert not one.outgoing_signed
            one.outgoing_signed, one.outgoing_missing = True, False
        elif fact.side is Side.OUTGOING:
            one.outgoing_missing = True
        else:
            one.incoming_missing = True
        if one.incoming_missing and (one.outgoing_signed or one.outgoing_missing):
            one.state, one.ended_on = "left", on
            self.teams[one.team].gone = True

    @initialize(
        far=st.lists(st.integers(0, 8), min_size=3, max_size=3),
        late=st.sampled_from(["", *VILLAGES]),
        said=ANSWERS,
    )
    def some_are_under_way(self, far, late, said):
        """In each village the first handover has come so far; to one, the next team comes late."""
        self.the_next_cohort_comes([village for village in VILLAGES if village != late])
        for village, steps in zip(VILLAGES, far, strict=True):
            team = f"team-{village}-{FIRST}"
            if steps:
                self.hand_over(f"{team}-lead", team, 0, said)
            for _step in range(steps - 1):
                self.take_the_next_step(team, said)

    # A step of a handover, by whoever owes it

    @rule(nth=st.integers(0, 30), who=st.integers(0, 3), late=LATE, said=ANSWERS)
    def go_on(self, nth, who, late, said):
        steps = [one for one in self.listed(self.today) if one.sort in WALK]
        if not steps:
            return
        one = steps[nth % len(steps)]
        post = one.owed_by[who % len(one.owed_by)].id
        step = getattr(self, one.sort.replace("-", "_"))
        step(post, one.key, late, said)

    @rule(nth=st.integers(0, 30), said=ANSWERS)
    def go_on_to_the_end(self, nth, said):
        """One handover takes all its steps."""
        going = [one for one in self.told.values() if one.goes_on or one.state == "left"]
        if not going:
            return
        about = going[nth % len(going)].team
        for _step in WALK:
            self.take_the_next_step(about, said)

    def take_the_next_step(self, about, said):
        for one in self.listed(self.today):
            if one.sort in WALK and one.key == about:
                step = getattr(self, one.sort.replace("-", "_"))
                step(one.owed_by[0].id, about, 0, said)
                return

    def hand_over(self, post, team, late, _said):
        own = [each for each, of in self.posts.items() if of == team and each not in self.closed]
        signs = own[0] if own else self.open_post(team, f"{len(self.posts)}", PostRole.TEAM_LEADER)
        self.must(post, HandoverOpened(team=team, outgoing=signs, on=self.today), late)

    def successor(self, post, about, late, _said):
        coming = self.who_could_take_over(about)
        if coming:
            self.must(post, SuccessorNamed(handover=about, **coming), late)
        else:
            self.must(post, missing(about, Side.INCOMING, Missing.LATE), late)

    def take_over(self, post, about, late, _said):
        if coming := self.who_could_take_over(about):
            self.must(post, SuccessorNamed(handover=about, **coming), late)

    def who_could_take_over(self, about):
        place = self.told[about].place
        for team, one in self.teams.items():
            busy = team in self.waiting() and self.told[about].successor != team
            if one.place == place and team != about and not one.gone and not busy:
                for post, of in self.posts.items():
                    if of == team and post.endswith("lead") and self.stands(post, self.today):
                        return {"team": team, "incoming": post}
        return None

    def freeze(self, post, about, late, said):
        if self.without_the_outgoing(post, about, late):
            return
        variant = int(said[0] == "refuse")
        lines = self.lines_at(self.told[about].place, variant)
        self.must(post, frozen(about, lines, self.sha(variant)), late)

    def sha(self, variant):
        return f"{variant}{len(self.sent)}".ljust(64, "0")

    def walk(self, post, about, late, said):
        self.look_at_everything(post, about)
        one = self.told[about]
        for key, how in zip(list(one.lines), said, strict=False):
            line = f"{about}/{key}"
            match how:
                case "accept":
                    self.must(post, LinesAccepted(lines=(line,)), late)
                case "except":
                    by = self.today + timedelta(20)
                    self.must(post, LineExcepted(line=line, exception=WORDS, by=by), late)
                case "refuse":
                    self.must(post, LineRefused(line=line, reason=WORDS), late)

    def look_at_everything(self, post, about):
        for key in self.told[about].lines:
            line = f"{about}/{key}"
            if key.startswith("asset/"):
                good = AssetInspected(asset=key.partition("/")[2], condition=Condition.BROKEN)
                seen = self.desks.pen.record(good, on=self.today)
                self.must(post, AssetSought(line=line, sight=Sight.SEEN, inspection=str(seen.id)))
            elif key.startswith("balance/"):
                self.must(post, BalanceChecked(line=line, stated=cny("50.00")))

    def without_the_outgoing(self, post, about, late):
        """Whether the outgoing post is no more: then it is said that this side is missing."""
        one = self.told[about]
        gone = one.state != "left" and not one.outgoing_missing
        gone = gone and not self.stands(one.outgoing, self.today)
        if gone:
            self.must(post, missing(about, Side.OUTGOING, Missing.ABSENT), late)
        return gone

    def sign_out(self, post, about, late, _said):
        if not self.without_the_outgoing(post, about, late):
            about_it = {"handover": about, "sha256": self.told[about].sha256}
            self.must(post, OutgoingSigned(**about_it), late)

    def witness(self, post, about, late, _said):
        self.must(post, HandoverWitnessed(handover=about, sha256=self.told[about].sha256), late)

    def sign_in(self, post, about, late, _said):
        self.look_at_everything(post, about)
        self.must(post, PlanWritten(handover=about, risk=WORDS, plan=WORDS))
        self.must(post, IncomingSigned(handover=about, sha256=self.told[about].sha256), late)

    # Out of turn

    def any_told(self, nth):
        return list(self.told.values())[nth % len(self.told)] if self.told else None

    def any_post(self, nth):
        return sorted(self.posts)[nth % len(self.posts)]

    @rule(nth=st.integers(0, 20), by=st.integers(0, 40), late=LATE)
    def open_one(self, nth, by, late):
        team = sorted(self.teams)[nth % len(self.teams)]
        self.tried(
            self.any_of(team, by),
            HandoverOpened(team=team, outgoing=f"{team}-lead", on=self.today),
            late,
        )

    def any_of(self, team, by):
        """One of the posts that may have to do with a team."""
        own = [f"{team}-lead", f"{team}-member"]
        return [*own, "township", "office", "sponsor"][by % 5]

    @rule(
        nth=st.integers(0, 20),
        team=st.integers(0, 20),
        by=st.sampled_from(["township", "sponsor", "office"]),
        late=LATE,
    )
    def name_somebody(self, nth, team, by, late):
        if one := self.any_told(nth):
            there = sorted(each for each, of in self.teams.items() if of.place == one.place)
            comes = there[team % len(there)]
            fact = SuccessorNamed(handover=one.team, team=comes, incoming=f"{comes}-lead")
            self.tried(by, fact, late)

    @rule(nth=st.integers(0, 20), by=st.integers(0, 9), variant=st.integers(0, 1), late=LATE)
    def freeze_out_of_turn(self, nth, by, variant, late):
        if one := self.any_told(nth):
            fact = frozen(one.team, self.lines_at(one.place, variant), self.sha(variant))
            self.tried(self.any_of(one.team, by), fact, late)

    @rule(
        nth=st.integers(0, 20), side=st.sampled_from(Side), why=st.sampled_from(Missing), late=LATE
    )
    def a_side_is_missing(self, nth, side, why, late):
        if one := self.any_told(nth):
            self.tried("township", missing(one.team, side, why), late)

    @rule(
        nth=st.integers(0, 20),
        kind=st.sampled_from([OutgoingSigned, HandoverWitnessed, IncomingSigned]),
        late=LATE,
    )
    def sign_out_of_turn(self, nth, kind, late):
        if one := self.any_told(nth):
            by = {
                OutgoingSigned: one.outgoing,
                HandoverWitnessed: "township",
                IncomingSigned: one.incoming,
            }[kind]
            if by and one.sha256:
                self.tried(by, kind(handover=one.team, sha256=one.sha256), late)

    @rule(nth=st.integers(0, 20), late=LATE)
    def another_team_is_named(self, nth, late):
        """In the midst of it one comes that was not thought of."""
        one, year = self.any_told(nth), max(self.ends_on)
        if one and (one.goes_on or one.state == "left") and year not in self.ended:
            another = f"-{len(self.teams)}"
            self.place(one.place, year, another)
            team = f"team-{one.place}-{year}{another}"
            fact = SuccessorNamed(handover=one.team, team=team, incoming=f"{team}-lead")
            self.tried("township", fact, late)

    @rule(nth=st.integers(0, 20), said=ANSWERS)
    def begin_anew(self, nth, said):
        """Withdrawn, and opened once more: the same lines, and nothing was said to them."""
        one = self.any_told(nth)
        if one and one.goes_on and not one.outgoing_signed:
            withdrawn = HandoverWithdrawn(handover=one.team, reason=WORDS)
            assert self.tried("township", withdrawn)
            self.hand_over("township", one.team, 0, said)
            self.take_the_next_step(one.team, said)
            self.take_the_next_step(one.team, said)

    @rule(nth=st.integers(0, 20), late=LATE)
    def withdraw(self, nth, late):
        if one := self.any_told(nth):
            self.tried("township", HandoverWithdrawn(handover=one.team, reason=WORDS), late)

    @rule(
        nth=st.integers(0, 20),
        which=st.integers(0, 4),
        how=st.sampled_from(["accept", "except", "refuse", "contest", "settle", "doubt"]),
        late=LATE,
    )
    def say_of_a_line(self, nth, which, how, late):
        one = self.any_told(nth)
        if one is None or not one.lines:
            return
        line = f"{one.team}/{list(one.lines)[which % len(one.lines)]}"
        fact = {
            "accept": LinesAccepted(lines=(line,)),
            "except": LineExcepted(line=line, exception=WORDS, by=self.today + timedelta(20)),
            "refuse": LineRefused(line=line, reason=WORDS),
            "contest": LineContested(line=line, reason=WORDS),
            "settle": ExceptionSettled(line=line, how=WORDS),
            "doubt": SettlementDoubted(line=line, reason=WORDS),
        }[how]
        by = (
            ("sponsor" if one.sponsor == SPONSORS[0] else "office")
            if how == "settle"
            else one.incoming
        )
        if by:
            self.tried(by, fact, late)

    @rule(
        nth=st.integers(0, 20),
        which=st.integers(0, 4),
        how=st.sampled_from(["contest", "settle", "doubt"]),
        days=st.sampled_from([0, 0, 31]),
        late=LATE,
    )
    def say_afterwards(self, nth, which, how, days, late):
        """A line is contested in time or too late, put right, and found not to be."""
        over = [each for each in self.told.values() if each.state == "accepted"]
        if not over:
            return
        self.time_passes_by(days)
        one = over[nth % len(over)]
        able = {
            "contest": [key for key, said in one.said.items() if said == "accepted"],
            "settle": sorted(one.owed),
            "doubt": [
                k for k, said in one.said.items() if said != "accepted" and k not in one.owed
            ],
        }[how]
        if not able:
            return
        line = f"{one.team}/{able[which % len(able)]}"
        if how == "settle":
            by = next(iter(self.of_sponsor(one.sponsor, self.today)))
            self.must(by, ExceptionSettled(line=line, how=WORDS))
        elif how == "doubt":
            self.tried(one.incoming, SettlementDoubted(line=line, reason=WORDS), late)
        else:
            self.tried(one.incoming, LineContested(line=line, reason=WORDS), late)

    @rule(nth=st.integers(0, 20), variant=st.integers(0, 1))
    def nobody_is_there(self, nth, variant):
        """Neither side comes; the township freezes what is left."""
        if one := self.any_told(nth):
            for side in Side:
                self.tried("township", missing(one.team, side, Missing.ABSENT))
            lines = self.lines_at(one.place, variant)
            self.tried("township", frozen(one.team, lines, self.sha(variant)))

    # What happens around it

    @rule(villages=st.lists(st.sampled_from(VILLAGES), unique=True))
    def the_next_cohort_comes(self, villages):
        """To some villages; teams of the others come late, or never."""
        year = max(self.ends_on) + 1
        if year <= LAST:
            self.begins(year)
            self.new = True
            for village in villages:
                self.place(village, year)

    @rule(village=st.sampled_from(VILLAGES))
    def a_team_comes_late(self, village):
        year = max(self.ends_on)
        if f"team-{village}-{year}" not in self.teams:
            self.place(village, year)

    @rule(nth=st.integers(0, 3))
    def close_a_cohort(self, nth):
        year = sorted(self.ends_on)[nth % len(self.ends_on)]
        if self.tried("office", CohortClosed(cohort=str(year))):
            self.ended.add(year)

    @rule(nth=st.integers(0, 40))
    def close_a_post(self, nth):
        post = self.any_post(nth)
        if post not in {"office", "township"} and self.tried("office", PostClosed(post=post)):
            self.closed.add(post)

    @rule(nth=st.integers(0, 20))
    def open_a_post(self, nth):
        team = sorted(self.teams)[nth % len(self.teams)]
        self.open_post(team, f"{len(self.posts)}-lead", PostRole.TEAM_LEADER)

    @rule(days=st.sampled_from([1, 5, 31, 90]))
    def time_passes(self, days):
        self.time_passes_by(days)

    def time_passes_by(self, days):
        self.desks.later(days=days)
        self.new = True

    @rule(nth=st.integers(0, 40))
    def do_what_is_owed(self, nth):
        ordinary = [
            one
            for one in self.listed(self.today)
            if one.sort
            in (
                "mend",
                "inspect",
                "finish",
                "answer",
                "help",
                "see",
                "confirm",
                "recommendation",
                "approve",
            )
        ]
        if ordinary:
            one = ordinary[nth % len(ordinary)]
            self.tried(one.owed_by[nth % len(one.owed_by)].id, closing(self.desks, one))

    @rule(
        nth=st.integers(0, 40), what=st.sampled_from(["ask", "send", "break", "plan", "recommend"])
    )
    def more_is_owed(self, nth, what):
        team = sorted(self.teams)[nth % len(self.teams)]
        lead, place = f"{team}-lead", self.teams[team].place
        asset = f"pump-{VILLAGES.index(place)}"
        if what == "ask":
            by = self.today + timedelta(9)
            asked = RequestRaised(asked="county", help=Help.EXPERTISE, what=WORDS, by=by)
            self.tried(lead, asked)
        elif what == "send":
            sent = MoneySent(source="county-office", target="qarasu-committee", amount=cny("10.00"))
            self.tried("county", sent)
        elif what == "break":
            self.tried(lead, AssetInspected(asset=asset, condition=Condition.BROKEN))
        elif what == "plan":
            id_ = f"more-{len(self.sent)}"
            more = ProjectProposed(project=id_, name=WORDS, place=place, theme=Theme.WATER)
            self.tried(lead, more)
        else:
            said = RecommendationDrafted(debrief="spring", text=WORDS, speaker="county")
            drafted = str(self.desks.pen.record(said, on=self.today).id)
            self.tried("county", RecommendationConfirmed(recommendation=drafted))
            self.tried("county", RecommendationPut(recommendation=drafted, asked=lead))
        self.new = True

    @rule(nth=st.integers(0, 200))
    def send_again(self, nth):
        """A phone that is not sure: the same draft has the same answer and no other effect."""
        if not self.sent:
            return
        post, draft, receipt = self.sent[nth % len(self.sent)]
        seat = self.seat(post)
        if seat is None:
            return
        before = self.desks.pen.tables()
        assert record(seat, draft, journal=journal, now=self.desks.now) == receipt
        other = replace(draft, happened_on=draft.happened_on - timedelta(1))
        with pytest.raises(ConflictError):
            record(seat, other, journal=journal, now=self.desks.now)
        assert self.desks.pen.tables() == before

    # What always holds

    def listed(self, day):
        return KeptList(self.desks.programme, journal, day).now()

    @invariant()
    def whatever_is_owed_is_held(self):
        if not self.new:
            return
        self.new = False
        if self.kept is None or self.kept.today != self.today:
            self.kept = KeptList(self.desks.programme, journal, self.today)
        today = self.listed(self.today)
        assert self.kept.now() == today
        self.later = {0: 40, 40: 365, 365: 40}[self.later]
        for after in (0, self.later):
            day = self.today + timedelta(after)
            whole = self.listed(day) if after else today
            self.each_has_a_holder(whole, day)
            self.lines_not_taken_are_the_sponsors(whole, day)
        self.seats_go_over_with_the_last_signature()
        self.lines_tell_what_was_said()

    def each_has_a_holder(self, whole, day):
        waiting = self.waiting(day)
        for one in whole:
            assert one.owed_by, one
            for post in (post.id for rung in one.rungs for post in rung.posts):
                assert self.stands(post, day), (post, one)
                assert self.posts[post] not in waiting or one.sort in WALK, (post, one)
                if one.sort in WALK and self.posts[post]:
                    assert self.can_take(post, one), (post, one)

    def can_take(self, post, one):
        """Whether a step is a team's post's to take: it opens its own handover, and whoever was named signs."""
        if one.sort == "hand-over":
            return self.posts[post] == one.key
        told = self.told[one.key]
        return post == (told.incoming if one.sort in {"walk", "sign-in"} else told.outgoing)

    def lines_not_taken_are_the_sponsors(self, whole, day):
        owed = {
            f"{told.team}/{key}": told.sponsor for told in self.told.values() for key in told.owed
        }
        settle = {
            one.key: {post.id for post in one.owed_by} for one in whole if one.sort == "settle"
        }
        assert settle == {key: self.of_sponsor(sponsor, day) for key, sponsor in owed.items()}
        open_steps = {one.key for one in whole if one.sort in WALK}
        left = {}
        for told in self.told.values():
            if told.state == "left":
                assert told.team in open_steps
                left |= {key: told for key in told.lines if not self.taken_since(key, told)}
        for one in whole:
            told = left.get(f"{one.what}/{one.of.id}")
            if told:
                assert not any(self.posts[post.id] for post in one.owed_by), (one, told)

    def lines_tell_what_was_said(self):
        """What another team said, or what was said before it was withdrawn, binds nobody."""
        table = journal.tables["handover-line"].objects.filter(programme=self.desks.programme)
        told = {}
        for line in table.filter(standing=True):
            told.setdefault(line.handover, {})[line.key] = line.answer
        for one in self.told.values():
            lines = {} if one.state == "withdrawn" else dict.fromkeys(one.lines, "") | one.said
            assert told.get(one.team, {}) == lines

    def taken_since(self, key, left):
        """Whether a team took a line over in another handover after one that was left."""
        return any(
            other.state == "accepted"
            and other.place == left.place
            and other.ended_on >= left.ended_on
            and other.said.get(key) in {"accepted", "excepted", "contested"}
            for other in self.told.values()
        )

    def of_sponsor(self, sponsor, day):
        own = {"sponsor"} if sponsor == SPONSORS[0] and self.stands("sponsor", day) else set()
        return own or {"office"}

    def seats_go_over_with_the_last_signature(self):
        waiting = self.waiting(self.today)
        for post, team in self.posts.items():
            if team:
                seat = self.seat(post)
                assert (seat is not None) == self.stands(post, self.today), post
                if seat:
                    assert seat.waits == (team in waiting), post
                    assert seat.may("programme.post-opened") is False
                    may = seat.scope("assets.asset-repaired") is not None
                    assert may == (team not in waiting)


def missing(about, side, why):
    return SideMissing(handover=about, side=side, why=why, text=WORDS)


def frozen(about, lines, sha256):
    written = tuple(f"{key} {digest}" for key, digest in lines.items())
    return PackFrozen(handover=about, upto=5, sha256=sha256, lines=written)


QUICK = settings(max_examples=4, stateful_step_count=14, deadline=None, phases=[Phase.generate])
"""Without shrinking, which takes minutes where each step asks a database."""


def test_nothing_owed_is_ever_without_a_holder(db):
    run_state_machine_as_test(Handing, settings=QUICK)


@pytest.mark.long
def test_nothing_owed_is_ever_without_a_holder_for_long(db):
    long = settings(max_examples=5, stateful_step_count=35, deadline=None, phases=[Phase.generate])
    run_state_machine_as_test(Handing, settings=long)
