"""Somebody who looks at the pages of a small programme."""

from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.test import Client

from people.desks import Desks
from security.visitors import invited
from told import programme_told


@pytest.fixture(scope="module")
def told(django_db_setup, django_db_blocker):
    """The programme, told once for all tests of a module and rolled back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield programme_told()
        transaction.set_rollback(True)


@pytest.fixture
def look(told, db):
    """Open a page of the programme: look("grants/") or look("grants/", "zh-hans", start=50)."""
    client = Client()

    def at(path="", language="en", **query):
        return client.get(f"/{language}/{told}/{path}", query)

    return at


@pytest.fixture
def desks(db):
    """A programme with a post of each role, today: pages go by the clock."""
    desks = Desks.opened()
    desks.pen.now = datetime.now(UTC)
    return desks


@pytest.fixture
def bek(desks):
    """Somebody at the village committee, signed in."""
    return invited(desks, "committee", "bek")
