import pytest

from web.api.devices import Device, at_work


@pytest.fixture
def desks(db):
    """A programme with a post of each role, today: the API goes by the clock."""
    return at_work()


@pytest.fixture
def county(desks):
    """A device of the county."""
    return Device(desks, "county")
