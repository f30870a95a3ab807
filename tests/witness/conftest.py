"""A witness that trusts one log, and a clock that a test sets."""

import pytest

from cairn.witness.record import Record
from cairn.witness.service import Witness
from merkle.signers import COUNTY, LOG

NOW = 1_750_000_000


@pytest.fixture
def record(tmp_path):
    record = Record(tmp_path / "witness.sqlite3")
    record.make()
    record.trust(LOG.verifier)
    return record


@pytest.fixture
def witness(record):
    return Witness(record, COUNTY, clock=lambda: NOW)
