"""Serve the pages: granian answers them, and one process beside it follows the money.

The worker is a process of its own, so that a trace never makes a page wait.
"""

import http.client
import multiprocessing
import signal
import socket
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime
from multiprocessing.synchronize import Event
from typing import Any

from cairn.values import CairnError

HOST = "127.0.0.1"
PORT = 8000
PORTS_TRIED = 50

REST_SECONDS = 1.0
"""How long the worker rests between two looks at the journals."""

ERASING_SECONDS = 3600.0
"""How often it looks whether the years of something sealed are over."""

THREADS = 4
"""Pages that one process answers at a time."""

PATIENCE_SECONDS = 5
"""How long pages under way may take to end once the server is told to."""

# Standard output holds the address and nothing else: another program may be reading it.
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(levelname)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"level": "WARNING", "handlers": ["console"]},
    "loggers": {
        name: {"level": "WARNING", "handlers": ["console"], "propagate": False}
        for name in ("_granian", "granian.access")
    },
}


class PortTakenError(CairnError):
    """Something else listens there."""


def serve(port: int, *, host: str = HOST, workers: int = 1) -> None:
    """Print the address once it answers, and serve until Ctrl-C or SIGTERM. Raises PortTakenError.

    Both processes end with it. Django has been started: `cairn.config.installation` did.
    """
    from granian import Granian  # noqa: PLC0415 - other commands do not serve
    from granian.constants import Interfaces  # noqa: PLC0415 - likewise
    from granian.log import LogLevels  # noqa: PLC0415 - likewise

    refuse_a_taken_port(host, port)
    threading.Thread(target=_announce, args=(host, port), daemon=True).start()
    spawning = multiprocessing.get_context("spawn")
    stop = spawning.Event()
    worker = spawning.Process(target=follow_until, args=(stop,), name="cairn-follow", daemon=True)
    # Ctrl-C reaches the whole group, and must not meet the worker while it is still starting: what
    # is ignored here stays so in a process started now. The server says when the worker ends.
    heard = signal.signal(signal.SIGINT, signal.SIG_IGN)
    worker.start()
    signal.signal(signal.SIGINT, heard)
    server = Granian(
        "cairn.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        log_level=LogLevels.warning,
        log_dictconfig=LOGGING,
        workers_kill_timeout=PATIENCE_SECONDS,
        respawn_failed_workers=True,
    )
    try:
        server.serve()
    finally:
        stop.set()
        worker.join(timeout=10)
        if worker.is_alive():
            worker.terminate()


def free_port(port: int | None) -> int:
    """The port asked for, else the first free one from 8000. Raises PortTakenError."""
    if port is not None:
        refuse_a_taken_port(HOST, port)
        return port
    for candidate in range(PORT, PORT + PORTS_TRIED):
        with suppress(PortTakenError):
            refuse_a_taken_port(HOST, candidate)
            return candidate
    last = PORT + PORTS_TRIED - 1
    raise PortTakenError(f"No port from {PORT} to {last} is free. Choose another with --port.")


def refuse_a_taken_port(host: str, port: int) -> None:
    """Raises PortTakenError, with a sentence, before anything is started."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does
        try:
            attempt.bind((host, port))
        except (OSError, OverflowError) as error:
            message = f"Cannot listen on {host} port {port}: {error}. Choose another with --port."
            raise PortTakenError(message) from error


def follow_until(stop: Event) -> None:
    """Bring every programme's trace up to date, again and again, until told to stop or left alone.

    Between times, make the pasts that somebody asks for; the present does not wait for them. Now and
    then, erase what is sealed and whose years are over.

    A failure is said and tried again: the pages go on from the trace that there is.
    """
    import django  # noqa: PLC0415 - this process starts bare

    django.setup()

    import logging  # noqa: PLC0415

    from django.db import close_old_connections  # noqa: PLC0415 - needs Django started

    from cairn.catalog import journal  # noqa: PLC0415 - likewise
    from cairn.following import pasts, snapshot  # noqa: PLC0415 - likewise
    from cairn.programme.retention import erase_what_is_over  # noqa: PLC0415 - likewise

    def between() -> None:
        if stop.is_set():
            raise KeyboardInterrupt  # what is half made is dropped at the next start
        snapshot.work_once()

    parent, looked = multiprocessing.parent_process(), -ERASING_SECONDS
    while not stop.is_set() and (parent is None or parent.is_alive()):
        close_old_connections()
        try:
            snapshot.work_once()
            pasts.work_once(journal, between=between)
            if time.monotonic() - looked >= ERASING_SECONDS:
                looked = time.monotonic()
                erase_what_is_over(journal, now=datetime.now(UTC))
        except KeyboardInterrupt:
            return
        except Exception:
            logging.getLogger("cairn").exception("Following the money failed; trying again")
        stop.wait(REST_SECONDS)


def _announce(host: str, port: int) -> None:
    """Print the address on a line of its own as soon as it answers."""
    shown = f"[{host}]" if ":" in host else host
    while True:
        with suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection(host, port, timeout=30)
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            print(f"http://{shown}:{port}/", flush=True)  # noqa: T201 - the command's answer
            return
        time.sleep(0.1)
