"""Serve the pages: granian answers them; processes beside it follow the money, import sheets, send mails.

Workers are processes of their own, so that neither a trace nor a long sheet nor a mail server makes a
page wait. The one for mails is there only where CAIRN_MAIL says how they leave.
"""

import http.client
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol

from cairn.journal.away import GroupAwayError
from cairn.terminal import say, tell_error
from cairn.values import CairnError

HOST = "127.0.0.1"
PORT = 8000
PORTS_TRIED = 50

REST_SECONDS = 1.0
"""How long the worker rests between two looks at the journals, at least: else as long as one took."""

GIVES_WAY = 5
"""By how much the worker is nicer than those that answer pages: people wait for these."""

SHEETS_REST_SECONDS = 0.25
"""How long the next one rests between two looks for sheets that wait: a person looks at the page."""

MAIL_REST_SECONDS = 5.0
"""How long the other one rests between two looks at the queue of mails."""

DUE_EVERY_SECONDS = 300.0
"""How often it looks which digests are due."""

VOICES_SECONDS = 60.0
"""How often it looks whether a day of voices is over, or a text is to be erased."""

ERASING_SECONDS = 3600.0
"""How often it looks whether the years of something sealed are over."""

LOOKS_SECONDS = 1.0
"""How often it is looked whether the processes beside are there."""

FORKED_SECONDS = 0.02
"""How often it is looked whether all that answer are there, when it starts."""

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

    All processes end with it. Django has been started: `cairn.config.installation` did.
    """
    from django.conf import settings  # noqa: PLC0415 - other commands do without Django
    from granian import Granian  # noqa: PLC0415 - other commands do not serve
    from granian.constants import Interfaces  # noqa: PLC0415 - likewise
    from granian.log import LogLevels  # noqa: PLC0415 - likewise

    refuse_a_taken_port(host, port)
    jobs = [("cairn-follow", follow_until), ("cairn-sheets", sheets_until)]
    jobs += [("cairn-mail", mail_until)] if settings.MAILS else []
    beside = [_Beside(name, job) for name, job in jobs]
    over = threading.Event()
    keeping = threading.Thread(target=_keep_alive, args=(beside, over), daemon=True)
    keeping.start()
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
    announcing = threading.Thread(target=_announce, args=(server, host, port), daemon=True)
    announcing.start()
    try:
        server.serve()
    finally:
        over.set()
        keeping.join()
        for worker in beside:
            worker.end()


class Stop(Protocol):
    """How a worker hears that it is to end."""

    def is_set(self) -> bool:
        """Whether it is."""

    def wait(self, timeout: float, /) -> object:
        """Wait so long, or until it is."""


class _Heard:
    """The same by a pipe.

    An Event of multiprocessing has locks that a process which is killed keeps for good: then nobody could be
    told to end any more.
    """

    def __init__(self, told: Connection) -> None:
        self._told = told

    def is_set(self) -> bool:
        return self._told.poll()

    def wait(self, timeout: float, /) -> object:
        return self._told.poll(timeout)


class _Beside:
    """A process beside those that answer pages, which is there again when something killed it."""

    def __init__(self, name: str, job: Callable[[Stop], None]) -> None:
        self._name, self._job = name, job
        self.start()

    def start(self) -> None:
        spawning = multiprocessing.get_context("spawn")
        told, self._tell = spawning.Pipe(duplex=False)
        self._process = spawning.Process(
            target=_work, args=(self._name, self._job, told), name=self._name, daemon=True
        )
        # Ctrl-C reaches the whole group, and must not meet the worker while it is still starting: what is
        # blocked here stays so in a process started now. The server says when the worker ends. Whoever starts
        # the tracker of resources finds Ctrl-C unblocked: so it is started before.
        resource_tracker.ensure_running()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        self._process.start()
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        told.close()

    def has_died(self) -> bool:
        return not self._process.is_alive()

    def was_told_to_end(self) -> bool:
        return self._process.exitcode == -signal.SIGTERM

    def start_again(self) -> None:
        self._process.join()
        self._tell.close()
        tell_error(f"{self._name} ended with {self._process.exitcode}, and is started again.")
        self.start()

    def end(self) -> None:
        with suppress(OSError):  # it has ended by itself
            self._tell.send_bytes(b"end")
        self._process.join(timeout=10)
        if self._process.is_alive():
            self._process.terminate()


def _keep_alive(beside: "list[_Beside]", over: threading.Event) -> None:
    """Start again what was killed: a system short of memory takes the process that follows the money first."""
    while not over.wait(LOOKS_SECONDS):
        for worker in beside:
            # systemd tells every process of a service to end, and not the first alone: the server does so by then.
            told = worker.has_died() and worker.was_told_to_end()
            if told and over.wait(PATIENCE_SECONDS + LOOKS_SECONDS):
                return
            if worker.has_died():
                worker.start_again()


def _work(name: str, job: Callable[[Stop], None], told: Connection) -> None:
    with suppress(OSError):  # so that `top` says which it is, where that can be said
        Path("/proc/self/comm").write_text(name)
    job(_Heard(told))


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


def follow_until(stop: Stop) -> None:
    """Bring every programme's trace up to date, again and again, until told to stop or left alone.

    Between times, make the pasts that somebody asks for; the present does not wait for them. Now and
    then, do what time does to voices (voice/upkeep.py) and to whatever else is sealed.

    A failure is said and tried again: the pages go on from the trace that there is. Of several databases
    those that are away are left out until they are back.
    """
    import django  # noqa: PLC0415 - this process starts bare

    os.nice(GIVES_WAY)
    django.setup()

    import logging  # noqa: PLC0415

    from django.db import close_old_connections  # noqa: PLC0415 - needs Django started

    from cairn.catalog import journal  # noqa: PLC0415 - likewise
    from cairn.following import pasts, snapshot  # noqa: PLC0415 - likewise
    from cairn.journal import leftovers  # noqa: PLC0415 - likewise
    from cairn.programme import held  # noqa: PLC0415 - likewise
    from cairn.programme.retention import erase_what_is_over  # noqa: PLC0415 - likewise
    from cairn.voice import upkeep as voices  # noqa: PLC0415 - likewise

    def between() -> None:
        if stop.is_set():
            raise KeyboardInterrupt  # what is half made is dropped at the next start
        snapshot.work_once()

    parent, erased = multiprocessing.parent_process(), -ERASING_SECONDS
    looked = -VOICES_SECONDS
    while not stop.is_set() and (parent is None or parent.is_alive()):
        close_old_connections()
        began = time.monotonic()
        try:
            for sentence in held.look():
                logging.getLogger("cairn").warning(sentence)
            if time.monotonic() - looked >= VOICES_SECONDS:
                looked = time.monotonic()
                voices.work_once(journal, now=datetime.now(UTC))
                leftovers.come_back()
            snapshot.work_once()
            pasts.work_once(journal, between=between)
            if time.monotonic() - erased >= ERASING_SECONDS:
                erased = time.monotonic()
                erase_what_is_over(journal, now=datetime.now(UTC))
        except KeyboardInterrupt:
            return
        except GroupAwayError:
            pass  # journal/away.py has said it, once
        except Exception:
            logging.getLogger("cairn").exception("Following the money failed; trying again")
        stop.wait(max(REST_SECONDS, time.monotonic() - began))


def sheets_until(stop: Stop) -> None:
    """Read, judge and import the sheets that wait, until told to stop or left alone.

    Until the first comes it knows nothing of Django, and takes a tenth of the memory.
    """
    home = Path(os.environ["CAIRN_DIR"]) / "imports"
    parent = multiprocessing.parent_process()

    def goes_on() -> bool:
        return not stop.is_set() and (parent is None or parent.is_alive())

    while goes_on() and not (home.is_dir() and any(home.iterdir())):
        stop.wait(SHEETS_REST_SECONDS)
    if not goes_on():
        return
    import django  # noqa: PLC0415 - there is something to do now

    os.nice(GIVES_WAY)
    django.setup()

    import logging  # noqa: PLC0415

    from django.db import close_old_connections  # noqa: PLC0415 - needs Django started

    from cairn.catalog import journal  # noqa: PLC0415 - likewise
    from cairn.exchange.sheets import work  # noqa: PLC0415 - likewise

    while goes_on():
        close_old_connections()
        try:
            work.work_once(journal, now=lambda: datetime.now(UTC))
        except Exception:
            logging.getLogger("cairn").exception("Importing sheets failed; trying again")
        stop.wait(SHEETS_REST_SECONDS)


def mail_until(stop: Stop) -> None:
    """Queue the digests that are due and hand over what waits, until told to stop or left alone."""
    import django  # noqa: PLC0415 - this process starts bare

    django.setup()

    import logging  # noqa: PLC0415

    from django.db import close_old_connections  # noqa: PLC0415 - needs Django started

    from cairn.web import mailing  # noqa: PLC0415 - likewise

    parent = multiprocessing.parent_process()
    looked = float("-inf")
    while not stop.is_set() and (parent is None or parent.is_alive()):
        close_old_connections()
        try:
            if time.monotonic() - looked > DUE_EVERY_SECONDS:
                mailing.begin_due(now=datetime.now(UTC))
                looked = time.monotonic()
            mailing.work(go_on=lambda: not stop.is_set())
        except GroupAwayError:
            pass  # likewise
        except Exception:
            logging.getLogger("cairn").exception("Sending mails failed; trying again")
        stop.wait(MAIL_REST_SECONDS)


class Forks(Protocol):
    """What forks those that answer pages, and which of them it has."""

    workers: int
    wrks: Sequence[object]


def _announce(server: Forks, host: str, port: int) -> None:
    """Print the address on a line of its own as soon as it answers.

    Until all are forked it imports nothing: a process that is forked meanwhile would have the module's lock as
    it is here, held, and wait for it for good.
    """
    while len(server.wrks) < server.workers:
        time.sleep(FORKED_SECONDS)
    from django.conf import settings  # noqa: PLC0415 - Django is started

    name = settings.ALLOWED_HOSTS[0].lstrip(".").replace("*", "localhost")
    shown = f"[{host}]" if ":" in host else host
    while True:
        with suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection(host, port, timeout=30)
            connection.request("GET", "/healthz", headers={"Host": name})
            connection.getresponse().read()
            say(f"http://{shown}:{port}/", address=f"http://{shown}:{port}/")
            return
        time.sleep(0.1)
