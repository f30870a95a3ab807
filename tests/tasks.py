"""A process of its own that is told tasks, each a line of JSON, and says what came of them likewise."""

import json
import os
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parent


class Tasks:
    """Runs a script of the tests on an installation in a folder, with no connection of this process."""

    def __init__(self, script, folder, environment=os.environ):
        self.environment = environment | {
            "CAIRN_DIR": str(folder),
            "DJANGO_SETTINGS_MODULE": "cairn.config.settings",
            "PYTHONPATH": str(TESTS),
        }
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", script],
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
            self._process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def begin(self, do, **task):
        """Have something done, and do not wait for it."""
        self._process.stdin.write(f"{json.dumps({'do': do} | task)}\n")
        self._process.stdin.flush()
