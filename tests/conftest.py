"""What every test stands on: a database in a folder of its own, and a cast in a programme.

The database is whatever the settings give: SQLite, or PostgreSQL where CAIRN_DATABASE_URL says so
(`make postgres`). Entries refuse DELETE and TRUNCATE, so tests roll back and none may flush.
"""

import gc
import os
import shutil
import tempfile
from pathlib import Path

import psycopg
import pytest
from _pytest.mark.expression import Expression
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection, connections
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from cairn import terminal
from cairn.catalog import journal
from cairn.web.public import unchanged
from cast import Pen, assemble

# Suites apart, by file or folder and marker. Their imports, and the cases that Schemathesis makes up
# while its file is read, take longer than most suites run: they are read only where `-m` wants them.
APART = {
    "browser": "browser",
    "faults": "faults",
    "test_described.py": "fuzz",
    "test_on_ray.py": "ray",
}

LONG = "long"
"""Long tests stand among the others: of these, `-m long` reads no file that has none."""

# Every fact waits for its disk. What is lost with a disk is for tests/faults; the rest may stand in
# memory, where a container leaves enough of it.
MEMORY, ENOUGH = Path("/dev/shm"), 2 * 2**30  # noqa: S108 - folders in it are made by tempfile


def pytest_configure(config):
    """Where this run's files are. pytest-django has read the settings by now: they are told anew."""
    global FOLDER  # noqa: PLW0603 - one for each process, and pytest_unconfigure removes it
    gc.disable()  # till all tests are read: see pytest_collection_finish
    if not _wants(config, "faults") and MEMORY.is_dir():
        tempfile.tempdir = str(MEMORY) if shutil.disk_usage(MEMORY).free > ENOUGH else None
    FOLDER = tempfile.TemporaryDirectory(prefix="cairn-tests-", ignore_cleanup_errors=True)
    os.environ["CAIRN_DIR"] = FOLDER.name
    settings.CAIRN_DIR = Path(FOLDER.name)
    settings.DATABASE_ROUTERS = settings.DATABASE_ROUTERS or ["whose.Router"]


ASKS_A_DATABASE = {"db", "transactional_db", "django_db_setup", "django_db_blocker", "postgresql"}


def pytest_collection_modifyitems(config, items):
    """On PostgreSQL run what asks a database: the rest is the same on any, and `make test` runs it."""
    if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        asking = [
            item
            for item in items
            if item.get_closest_marker("django_db")
            or ASKS_A_DATABASE.intersection(item.fixturenames)
        ]
        config.hook.pytest_deselected(items=list(set(items) - set(asking)))
        items[:] = asking


def pytest_collection_finish():
    """Tests by the thousand stay for good: the collector looks through them neither now nor later."""
    journal.build()  # some tests have threads
    gc.freeze()
    gc.enable()


def pytest_ignore_collect(collection_path, config):
    """Leave a suite apart unread where none of its tests would run. None: pytest decides."""
    mark = APART.get(collection_path.name)
    if mark and not _wants(config, mark):
        return True
    is_file = config.option.markexpr == LONG and collection_path.suffix == ".py"
    return True if is_file and f"mark.{LONG}" not in collection_path.read_text() else None


def _wants(config, mark):
    """Whether `-m` lets a test run that has this marker and no other."""
    chosen = config.option.markexpr
    return not chosen or Expression.compile(chosen).evaluate(lambda name: name == mark)


# Argon2 with as little work as it takes: a user is made in hundreds of tests. That passwords are kept
# with the work of Django's own hasher is held in tests/security/test_signing_in.py.
Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost = 1, 8
Argon2PasswordHasher.parallelism = 1

# A shared machine has slow minutes; a deadline would only measure them. And examples of one test
# share its database: each takes a programme of its own.
hypothesis_settings.register_profile(
    "cairn", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
hypothesis_settings.load_profile("cairn")


@pytest.fixture(autouse=True)
def _answers_for_people():
    """A command that one test ran with --json has ended: the next test's answers in lines."""
    yield
    terminal.answer_as_json(False)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """SQLite in a file, as in an installation, not in memory; on PostgreSQL a database a worker."""
    if connection.vendor == "sqlite":
        connections["default"].settings_dict["TEST"]["NAME"] = str(
            Path(FOLDER.name, "cairn.sqlite3")
        )


@pytest.fixture(autouse=True)
def nobody_looks_at_pasts():
    """Few pasts may be asked for at a time: tests of one process must not be in each other's way."""
    shutil.rmtree(Path(FOLDER.name, "pasts"), ignore_errors=True)


@pytest.fixture(autouse=True)
def nobody_has_read_a_page():
    """What a test rolls back a page has no other way to know of."""
    unchanged.pages.clear()


@pytest.fixture
def nothing_doomed():
    """For a command that starts in this process: it would bury what tests doomed and rolled back."""
    for doomed in Path(FOLDER.name, "files").glob("*/doomed"):
        shutil.rmtree(doomed)


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
def elsewhere(tmp_path, django_db_setup):
    """The environment of processes with an empty database of their own."""
    environment = os.environ | {
        "CAIRN_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "cairn.config.settings",
    }
    if connection.vendor == "sqlite":
        yield environment | {"CAIRN_DATABASE_URL": ""}
        return
    url = os.environ["CAIRN_DATABASE_URL"]
    name = f"elsewhere_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        yield environment | {"CAIRN_DATABASE_URL": url.replace("/cairn?", f"/{name}?")}
        admin.execute(f"DROP DATABASE {name}")


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
