"""PostgreSQL servers, and processes of Cairn with programmes spread over them."""

import json
import os
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.db import connection

from faults.servers import Servers
from tasks import Tasks

HASTY = "\nfsync = off\n"
"""These are killed, and not their machine: nothing that was written is lost with the process."""


class Cairn(Tasks):
    """A process that does what it is told: see process.py."""

    def __init__(self, folder, groups, **urls):
        folder.mkdir(exist_ok=True)
        lines = [f"{group} = {json.dumps(programmes)}" for group, programmes in groups.items()]
        (folder / "groups.toml").write_text("\n".join(lines))
        script = Path(__file__).with_name("process.py")
        super().__init__(script, folder, _without_cairns(os.environ) | urls)

    def __getattr__(self, do):
        def ask(**task):
            self.begin(do, **task)
            told = json.loads(self._process.stdout.readline())
            assert "failed" not in told, told["failed"]
            return told["answer"]

        return ask


def _without_cairns(environment):
    return {name: value for name, value in environment.items() if not name.startswith("CAIRN_")}


@pytest.fixture(scope="session")
def installed():
    """The programs that run servers."""
    if connection.vendor != "postgresql":
        pytest.skip("about PostgreSQL: make postgres")
    with Servers.installed() as installed:
        yield installed


@pytest.fixture(scope="module")
def servers(installed):
    """Three servers, `default`, `south` and `north`, started once for all tests of a file."""
    with ExitStack() as running:
        yield {
            name: running.enter_context(installed.primary(name, settings=HASTY))
            for name in ("default", "south", "north")
        }
