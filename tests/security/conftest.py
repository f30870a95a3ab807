from datetime import UTC, datetime

import pytest

from people.desks import Desks


@pytest.fixture
def desks(db):
    """A programme with a post of each role, today: pages go by the clock."""
    desks = Desks.opened()
    desks.pen.now = datetime.now(UTC)
    return desks
