import pytest

from people.desks import Desks


@pytest.fixture
def desks(db):
    """A programme with a post of each role, on the last day of June 2025."""
    return Desks.opened()
