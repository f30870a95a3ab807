"""The same work on Ray: a programme is a task, and a task whose process was killed is begun anew.

A cluster of this machine is made for one command and gone with it: its sockets are on loopback alone,
behind a token that nobody else has, without a dashboard and with nothing told to Ray's makers. The
cluster at an address is somebody's own, and shares the database and the folders with this machine.
"""

import os
import re
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from cairn.many.attempt import Outcome, attempt
from cairn.many.installed import Installed
from cairn.many.work import Done, Work
from cairn.values import CairnError

RETRIES: Final = 3
"""How often a programme is begun anew because its process died; then it counts as failed."""

WAIT_SECONDS: Final = 10

SHARED_MEMORY: Final = 80 * 2**20
"""What Ray may keep for passing things around, in bytes: outcomes are small."""

OF_ANY_CLUSTER: Final = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_enable_metrics_collection": "0",
}
OF_THIS_MACHINE: Final = {
    # As on systems where Ray knows no clusters: else it listens on every address of the machine.
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
    "RAY_AUTH_MODE": "token",
}


class NoRayError(CairnError):
    """Ray is not installed here."""


class NoClusterError(CairnError):
    """A cluster that does not answer, or cannot do this work."""


def each(
    work: Work,
    programmes: Sequence[str],
    *,
    workers: int | None,
    address: str | None,
    installed: Installed | None,
    at_once: int | None,
) -> Iterator[Outcome]:
    """Do a work with each programme on Ray; outcomes as they come.

    No more than `at_once` are under way, where it is given. Raises NoRayError, NoClusterError.
    """
    with _cluster(workers, address) as ray:
        if installed and installed.on_sqlite and (others := _others(ray)):
            raise NoClusterError(
                f"SQLite's file is for one machine, and this cluster has {', '.join(others)} too. "
                "Name a PostgreSQL in CAIRN_DATABASE_URL, or use --workers on this machine."
            )
        most = at_once or workers or int(ray.cluster_resources().get("CPU", 1))
        task, shared = ray.remote(_do), ray.put((work, installed))
        waiting, under_way = list(reversed(programmes)), dict[Any, str]()
        while waiting or under_way:
            while waiting and len(under_way) < most:
                programme = waiting.pop()
                called = f"cairn many {work.name} {programme}"
                named = task.options(num_cpus=1, max_retries=RETRIES, name=called)
                under_way[named.remote(shared, programme)] = programme
            ready, _others_wait = ray.wait(list(under_way), num_returns=1)
            for one in ready:
                yield _outcome(ray, one, under_way.pop(one))


def _do(shared: tuple[Work, Installed | None], programme: str) -> Outcome:
    """What runs in a worker."""
    work, installed = shared

    def begun(programme: str) -> Done:
        if installed:
            installed.begin()
        return work(programme)

    return attempt(begun, programme)


def _outcome(ray: Any, one: Any, programme: str) -> Outcome:  # noqa: ANN401 - Ray is not always there
    try:
        found: Outcome = ray.get(one)
    except ray.exceptions.RayTaskError as error:  # as where its machine has no Cairn
        said = _lines(error)
        return Outcome(programme, None, f"its worker could not begin: {said[-1]} – {said[0]}")
    except ray.exceptions.RayError as error:
        why = f"its process died {RETRIES + 1} times, or its machine: {_lines(error)[0]}"
        return Outcome(programme, None, why)
    return found


def _lines(error: Exception) -> list[str]:
    """What Ray says, without its colours: first of which process, and at the end what was raised there."""
    said = re.sub(r"\x1b\[\d+m", "", str(error))
    return [line.strip() for line in said.splitlines() if line.strip()] or [type(error).__name__]


def _others(ray: Any) -> list[str]:  # noqa: ANN401 - likewise
    """The machines of a cluster beside this one."""
    names = {node["NodeManagerHostname"] for node in ray.nodes() if node["Alive"]}
    return sorted(names - {socket.gethostname()})


@contextmanager
def _cluster(workers: int | None, address: str | None) -> Iterator[Any]:
    """Connect to a cluster, or make one of this machine that is gone at the end."""
    os.environ.update(OF_ANY_CLUSTER)
    if address is not None:
        _answers(address)
        with _connected(_ray(), address=address) as ray:
            yield ray
        return
    os.environ.update(OF_THIS_MACHINE | {"RAY_AUTH_TOKEN": secrets.token_hex(32)})
    ray = _ray()  # which reads its environment as it is loaded
    made = tempfile.mkdtemp(prefix="cairn-ray-", dir=_short())
    try:
        with _connected(
            ray,
            address="local",
            num_cpus=workers,
            include_dashboard=False,
            object_store_memory=SHARED_MEMORY,
            _temp_dir=made,
        ):
            yield ray
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def _connected(ray: Any, **how: object) -> Iterator[Any]:  # noqa: ANN401 - Ray is not always there
    try:
        try:
            ray.init(**how, log_to_driver=False, configure_logging=False)
        except (ConnectionError, RuntimeError, ray.exceptions.RayError) as error:
            raise NoClusterError(_unusable(how["address"], " ".join(_lines(error)))) from error
        # Its own switch: else it says on stdout, between our lines, that a worker was killed.
        ray._private.worker._worker_logs_enabled = False
        yield ray
    finally:
        ray.shutdown()


def _unusable(address: object, why: str) -> str:
    if address == "local":
        return f"Ray cannot start here: {why}"
    said = f"The Ray cluster at {address} cannot be used: {why}"
    if why.startswith("Version mismatch"):
        return said
    return f"{said}. RAY_AUTH_MODE and RAY_AUTH_TOKEN_PATH must say here what they say there."


def _answers(address: str) -> None:
    """Raise NoClusterError where nobody listens: Ray itself would ask again for a quarter of an hour."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit():
        raise NoClusterError(f"‘{address}’ is no HOST:PORT, as `ray start --head` says it.")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=WAIT_SECONDS).close()
    except (OSError, OverflowError) as error:
        raise NoClusterError(f"No Ray cluster answers at {address}: {error}.") from error


def _short() -> str:
    """Where sockets may be: their paths have a limit of 107 bytes, which a TMPDIR may be too long for."""
    found = tempfile.gettempdir()
    return found if len(found) < 24 else "/tmp"  # noqa: S108 - a folder in it is made by tempfile


def _ray() -> Any:  # noqa: ANN401 - likewise
    try:
        import ray  # noqa: PLC0415 - an extra, and half a second
    except ModuleNotFoundError as error:
        raise NoRayError(
            "Workers need Ray, which is not installed: pip install 'cairn[ray]'. Without "
            "--workers and --address the same is done here, one programme after another."
        ) from error
    return ray
