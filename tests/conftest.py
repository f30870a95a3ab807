"""What every test stands on: a database in a folder of its own, and a cast in a programme.

The database is whatever the settings give: SQLite, or PostgreSQL where CAIRN_DATABASE_URL says so
(`make postgres`). Entries refuse DELETE and TRUNCATE, so tests roll back and none may flush.
"""

import os
import tempfile
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from cast import Pen, assemble

# pytest-django reads the settings before any conftest: what they took from here is set after it.
FOLDER = tempfile.TemporaryDirectory(prefix="cairn-tests-", ignore_cleanup_errors=True)
os.environ["CAIRN_DIR"] = FOLDER.name
settings.CAIRN_DIR = Path(FOLDER.name)

# A shared machine has slow minutes; a deadline would only measure them. And examples of one test
# share its database: each takes a programme of its own.
hypothesis_settings.register_profile(
    "cairn", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
hypothesis_settings.load_profile("cairn")


@pytest.fixture(scope="session")
def django_db_modify_db_settings():
    """SQLite in a file, as in an installation; Django's own choice would be in memory."""
    if connection.vendor == "sqlite":
        connections["default"].settings_dict["TEST"]["NAME"] = str(
            Path(FOLDER.name, "cairn.sqlite3")
        )


@pytest.fixture
def sqlite():
    """Skip where the database is another."""
    if connection.vendor != "sqlite":
        pytest.skip("about SQLite")


@pytest.fixture
def postgresql():
    """Skip where the database is another."""
    if connection.vendor != "postgresql":
        pytest.skip("about PostgreSQL: make postgres")


@pytest.fixture
def pen(db):
    """Somebody who records facts in a programme that was opened a moment ago."""
    return Pen.opened()


@pytest.fixture
def cast(pen):
    """The same with everybody there: see cast.py."""
    assemble(pen)
    return pen


def pytest_unconfigure():
    FOLDER.cleanup()
