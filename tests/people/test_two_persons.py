"""Whatever users are appointed to what, and whoever hands whom a post: one person never does both."""

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from cairn.catalog import journal
from cairn.journal.journal import RefusedError
from cairn.money.facts import MoneyConfirmed, MoneySent
from cairn.people.appointments import accept, end, invite
from cairn.people.models import Appointment, Recording
from cairn.people.record import SeatEndedError
from cairn.programme.facts import ApprovalLimitSet
from cairn.values import Theme
from cairn.works.facts import ProjectApproved, ProjectCompleted, ProjectProposed, ProjectStarted
from cast import cny, named
from people.desks import Desks

USERS = ("amina", "bek", "chen")
POSTS = ("office", "county", "county-2", "committee", "leader", "township")
REFUSED = (RefusedError, SeatEndedError)


class Delegating(RuleBasedStateMachine):
    """Three users, handing six posts to each other and recording whatever they can."""

    sent, projects = Bundle("sent"), Bundle("projects")
    users, posts = st.sampled_from(USERS), st.sampled_from(POSTS)

    def __init__(self):
        super().__init__()
        self.whole = transaction.atomic()
        self.whole.__enter__()
        self.desks = Desks.opened()
        self.desks.pen.record(ApprovalLimitSet(amount=cny("1000.00")))
        self.count = 0
        self.passed = 0

    def teardown(self):
        transaction.set_rollback(True)
        self.whole.__exit__(None, None, None)

    def tried(self, user, post, fact):
        """Record as a user at a post, where they hold it; answer the receipt if it was taken."""
        held = Appointment.objects.filter(
            user=self.desks.user(user), programme=self.desks.programme, post=post, ended_at=None
        )
        if not held.exists():
            return None
        try:
            receipt = self.desks.record(self.desks.seat(post, user), fact)
        except REFUSED:
            return None
        self.passed += 1
        return receipt

    @rule(user=users, post=posts)
    def appoint(self, user, post):
        self.desks.seat(post, user)

    @rule(by=users, at=posts, to=users, post=posts)
    def hand_over(self, by, at, to, post):
        """Invite somebody, or oneself, to a post that one decides about."""
        mine = Appointment.objects.filter(
            user=self.desks.user(by), programme=self.desks.programme, post=at, ended_at=None
        )
        if mine.exists():
            context = {"journal": journal, "now": self.desks.now}
            try:
                seat = self.desks.seat(at, by)
                secret = invite(self.desks.programme, post, by=seat, **context)
            except RefusedError:
                return
            accept(secret, self.desks.user(to), **context)

    @rule(by=users, at=posts, whose=users, post=posts)
    def take_away(self, by, at, whose, post):
        held = Appointment.objects.filter(programme=self.desks.programme, ended_at=None)
        mine = held.filter(user=self.desks.user(by), post=at).first()
        theirs = held.filter(user=self.desks.user(whose), post=post).first()
        if mine and theirs:
            try:
                seat = self.desks.seat(at, by)
                end(theirs.pk, by=seat, journal=journal, now=self.desks.now)
            except REFUSED:
                return

    @rule(target=sent, user=users, post=posts)
    def send(self, user, post):
        fact = MoneySent(source="county-office", target="qarasu-committee", amount=cny("9.00"))
        receipt = self.tried(user, post, fact)
        return str(receipt.id) if receipt else ""

    @rule(movement=sent, user=users, post=posts)
    def confirm(self, movement, user, post):
        if movement:
            self.tried(user, post, MoneyConfirmed(movement=movement, amount=cny("9.00")))

    @rule(target=projects, user=users, post=posts, budget=st.sampled_from(["900.00", "2000.00"]))
    def propose(self, user, post, budget):
        self.count += 1
        project = f"p{self.count}"
        fact = ProjectProposed(
            project=project,
            name=named(project),
            place="qarasu",
            theme=Theme.ROAD,
            budget=cny(budget),
        )
        return project if self.tried(user, post, fact) else ""

    @rule(
        project=projects,
        user=users,
        post=posts,
        step=st.sampled_from([ProjectApproved, ProjectStarted, ProjectCompleted]),
    )
    def take_a_step(self, project, user, post, step):
        if project:
            self.tried(user, post, step(project=project))

    @invariant()
    def nobody_did_both(self):
        who = dict(
            Recording.objects.filter(programme=self.desks.programme).values_list("fact", "user")
        )
        posts = {}
        begun, proposed, approved = {}, {}, {}
        for said in journal.facts(self.desks.programme):
            if said.id not in who:
                continue
            user, fact = who[said.id], said.fact
            posts[str(said.id)] = (user, said.post)
            if isinstance(fact, MoneyConfirmed):
                _apart([posts[fact.movement]], (user, said.post))
            elif isinstance(fact, ProjectProposed):
                proposed[fact.project] = (user, said.post)
            elif isinstance(fact, ProjectStarted):
                begun[fact.project] = (user, said.post)
            elif isinstance(fact, ProjectCompleted) and fact.project in begun:
                _apart([begun[fact.project]], (user, said.post))
            elif isinstance(fact, ProjectApproved):
                before = approved.setdefault(fact.project, [])
                _apart([proposed[fact.project], *before], (user, said.post))
                before.append((user, said.post))
        for project, votes in approved.items():
            row = self.desks.pen.the("project", project)
            needed = 2 if row.budget_minor > 100_000 else 1
            assert (row.approved_on is not None) == (len(votes) >= needed)


def _apart(before, now):
    assert now[0] not in {user for user, _post in before}
    assert now[1] not in {post for _user, post in before}


def _run(examples, steps):
    run_state_machine_as_test(
        Delegating,
        settings=settings(max_examples=examples, stateful_step_count=steps, deadline=None),
    )


def test_delegation_does_not_get_round_the_two_person_rules(db):
    _run(12, 40)


@pytest.mark.long
def test_nor_do_long_chains_of_it(db):
    _run(20, 100)


def test_the_machine_gets_somewhere(db):
    """A machine in which everything is refused would prove nothing."""
    machine = Delegating()
    machine.appoint("amina", "county")
    machine.appoint("bek", "committee")
    movement = machine.send("amina", "county")
    machine.confirm(movement, "bek", "committee")
    machine.nobody_did_both()

    assert machine.passed == 2
    machine.teardown()
