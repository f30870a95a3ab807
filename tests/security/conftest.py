"""Somebody at the county, and a team at work: each with what lets them act."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from cairn.catalog import journal
from cairn.people.seats import seats_of
from cairn.programme.facts import CohortOpened, PostOpened, PostRole, TeamPlaced
from cast import named
from people.desks import Desks
from security.visitors import invited


@pytest.fixture
def desks(db):
    """A programme with a post of each role, today: pages go by the clock."""
    desks = Desks.opened()
    desks.pen.now = datetime.now(UTC)
    return desks


@pytest.fixture
def amina(desks):
    """Somebody at the county, signed in and with a second factor."""
    return invited(desks, "county", "amina")


@pytest.fixture
def team(desks):
    """A team of a cohort that lasts, with a leader at work: its browser, token and seat."""
    today = desks.today
    opened = CohortOpened(cohort="now", name=named("Now"), ends_on=today + timedelta(365))
    desks.pen.record(opened)
    desks.pen.record(
        TeamPlaced(team="qarasu-now", cohort="now", place="qarasu", sponsor="water-bureau")
    )
    for post, role in (("lead", PostRole.TEAM_LEADER), ("mate", PostRole.TEAM_MEMBER)):
        desks.pen.record(PostOpened(post=post, name=named(post), role=role, team="qarasu-now"))
    return Outgoing(desks)


class Outgoing:
    """Everything that lets a leader act."""

    def __init__(self, desks):
        self.desks = desks
        self.visitor = invited(desks, "lead", "amina")
        self.visitor.get("")
        page = self.visitor.post("account/make-device/", called="phone").content.decode()
        self.token = page.partition("<code>")[2].partition("<")[0]
        self.seat = seats_of(self.visitor.user.pk, journal=journal, now=desks.now)[0]
        self.key = self.visitor.key

    def device(self, path="/api/seat", **more):
        return Client().get(path, headers={"Authorization": f"Bearer {self.token}"}, **more)
