from datetime import UTC, datetime

import pytest

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
