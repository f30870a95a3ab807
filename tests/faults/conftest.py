"""What is killed, filled and torn here: databases of their own, apart from that of other tests.

FAULT_ROUNDS says how many rounds the killing has (100), FAULT_SEED which ones; a failure names both.
"""

import os
import signal
import subprocess

import pytest

from faults.forks import Forks
from faults.servers import Servers

ROUNDS = int(os.environ.get("FAULT_ROUNDS", "100"))
SEED = int(os.environ.get("FAULT_SEED", "1"))


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/faults/" in item.path.as_posix():
            item.add_marker("faults")


@pytest.fixture(scope="session", autouse=True)
def _ended_as_by_ctrl_c():
    """A suite whose time is up still stops its servers and unmounts its disks."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture(scope="session")
def servers():
    with Servers.installed() as installed:
        yield installed


@pytest.fixture
def on_sqlite(tmp_path):
    """Children on an SQLite database of their own."""
    with Forks(tmp_path) as forks:
        forks.ask("migrate")
        yield forks


@pytest.fixture
def on_postgresql(tmp_path, servers):
    """Children on a PostgreSQL of their own, as its settings come."""
    with servers.primary("primary") as server, Forks(tmp_path, server.url()) as forks:
        forks.ask("migrate")
        yield forks


@pytest.fixture(params=["sqlite", "postgresql"])
def forks(request):
    """The same on the one and on the other."""
    return request.getfixturevalue(f"on_{request.param}")


@pytest.fixture
def small_disk(tmp_path):
    """Mounts a small file system; only root may."""
    mounted = []

    def mount(folder, megabytes):
        if os.geteuid() != 0:
            pytest.skip("only root mounts a small file system")
        folder.mkdir(exist_ok=True)
        made = subprocess.run(
            ["/bin/mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", folder],
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            pytest.skip(f"no file system can be mounted here: {made.stderr.strip()}")
        mounted.append(folder)
        return folder

    yield mount
    for folder in mounted:
        subprocess.run(["/bin/umount", "--lazy", folder], check=True)
