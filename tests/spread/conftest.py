"""PostgreSQL servers, and processes of Cairn with programmes spread over them."""

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.db import connection

from faults.servers import Servers

HASTY = "\nfsync = off\n"
"""These are killed, and not their machine: nothing that was written is lost with the process."""

TESTS = Path(__file__).parents[1]


class Cairn:
    """A process that does what it is told: see process.py."""

    def __init__(self, folder, groups, **urls):
        folder.mkdir(exist_ok=True)
        lines = [f"{group} = {json.dumps(programmes)}" for group, programmes in groups.items()]
        (folder / "groups.toml").write_text("\n".join(lines))
        self.environment = _without_cairns(os.environ) | urls
        self.environment |= {
            "CAIRN_DIR": str(folder),
            "DJANGO_SETTINGS_MODULE": "cairn.config.settings",
            "PYTHONPATH": str(TESTS),
        }
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", Path(__file__).with_name("process.py")],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self._process.stdin.close()
        self._process.wait(timeout=60)
        self._process.stdout.close()

    def __getattr__(self, do):
        def ask(**task):
            self._process.stdin.write(f"{json.dumps({'do': do} | task)}\n")
            self._process.stdin.flush()
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
