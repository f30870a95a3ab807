"""Tasks for the processes that writers.py forks, and what they say."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

TESTS = Path(__file__).parents[1]


@dataclass
class Told:
    """What a task said, and how it ended: 0, or less by the signal that killed it."""

    receipts: list = field(default_factory=list)
    answer: dict = field(default_factory=dict)
    ended: int = 0


class Forks:
    """A process that forks children on one database, and no connection of its own."""

    def __init__(self, folder, url=""):
        self.folder = Path(folder)
        self.environment = os.environ | {
            "CAIRN_DIR": str(folder),
            "CAIRN_DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "cairn.config.settings",
            "PYTHONPATH": str(TESTS),
        }
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", Path(__file__).with_name("writers.py")],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self._process.stdin.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def begin(self, do, **task):
        """Have a child do something, and do not wait for it."""
        self._process.stdin.write(f"{json.dumps({'do': do} | task)}\n")
        self._process.stdin.flush()

    def lines(self):
        """What the child says, as it says it, until it ends."""
        while line := self._process.stdout.readline():
            said = json.loads(line)
            yield said
            if "ended" in said:
                return
        raise AssertionError("the process that forks writers has died")

    def rest(self, told=None):
        """All that the child says until it ends."""
        told = told or Told()
        for said in self.lines():
            if "leaf" in said:
                told.receipts.append((said["position"], said["id"], said["leaf"]))
            elif "ended" in said:
                told.ended = said["ended"]
            else:
                told.answer |= said
        return told

    def run(self, do, **task):
        """Have a child do something, however it ends."""
        self.begin(do, **task)
        return self.rest()

    def ask(self, do, **task):
        """Have a child do something that must not fail; what it said besides receipts."""
        told = self.run(do, **task)
        assert told.ended == 0, told
        return told.answer
