import os

import pytest

from web.api.devices import Device, at_work

COVERED = 100 * int(os.environ.get("FUZZ_EXAMPLES", "15"))
"""Of the cases that Schemathesis draws up for one operation, so many are sent: of each form of a fact, wrong in each of
its fields, there are seventeen thousand."""


def pytest_collection_modifyitems(items):
    """Take evenly from cases that are drawn up kind by kind."""
    for item in items:
        if item.get_closest_marker("fuzz"):
            cases = getattr(item.obj, "hypothesis_explicit_examples", [])
            cases[:] = cases[:: -(-len(cases) // COVERED) or 1]


@pytest.fixture
def desks(db):
    """A programme with a post of each role, today: the API goes by the clock."""
    return at_work()


@pytest.fixture
def county(desks):
    """A device of the county."""
    return Device(desks, "county")
