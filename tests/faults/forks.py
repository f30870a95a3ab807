"""Tasks for the processes that writers.py forks, and what they say."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from tasks import Tasks


@dataclass
class Told:
    """What a task said, and how it ended: 0, or less by the signal that killed it."""

    receipts: list = field(default_factory=list)
    answer: dict = field(default_factory=dict)
    ended: int = 0


class Forks(Tasks):
    """A process that forks children on one database, and no connection of its own."""

    def __init__(self, folder, url=""):
        self.folder = Path(folder)
        script = Path(__file__).with_name("writers.py")
        super().__init__(script, folder, os.environ | {"CAIRN_DATABASE_URL": url})

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
