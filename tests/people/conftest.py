import pytest

from people.desks import Desks


@pytest.fixture
def desks(db):
    """A programme with a post of each role; users are made as they are named."""
    return Desks.opened()
