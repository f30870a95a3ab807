"""One programme of many: begun in whichever process, and what became of it as a value."""

import os
import socket
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass

from cairn.many.work import Done
from cairn.values import CairnError


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a programme: `done`, or why it failed. Nothing else of the others depends on it."""

    programme: str
    done: Done | None
    failed: str = ""
    trace: str = ""
    """Where the mistake is Cairn's own."""
    seconds: float = 0.0
    processor: float = 0.0
    """Seconds of a processor: on a busy machine fewer than those that went by."""
    worker: str = ""
    """Which process did it: MACHINE/PID."""


def attempt(work: Callable[[str], Done], programme: str) -> Outcome:
    """Do a work with a programme in this process. What goes wrong is an outcome too."""
    started, used = time.perf_counter(), time.process_time()
    done, failed, trace = None, "", ""
    try:
        done = work(programme)
    except CairnError as error:
        failed = str(error)
    except Exception as error:  # noqa: BLE001 - one programme's trouble leaves the others alone
        failed, trace = _told(error)
        _let_go(error)
    return Outcome(
        programme,
        done,
        failed,
        trace,
        seconds=round(time.perf_counter() - started, 3),
        processor=round(time.process_time() - used, 3),
        worker=f"{socket.gethostname()}/{os.getpid()}",
    )


def _told(error: Exception) -> tuple[str, str]:
    """What a disk or a database refused in a sentence; else the mistake, and where it was made."""
    from cairn.journal.trouble import in_words  # noqa: PLC0415 - loads the databases' drivers

    sentence = in_words(error)
    if sentence:
        return sentence, ""
    return f"{type(error).__name__}: {error}", "".join(traceback.format_exception(error))


def _let_go(error: Exception) -> None:
    """Leave a database that failed: its server may have been started anew, and the next one connects."""
    from django.db import DatabaseError, InterfaceError, connections  # noqa: PLC0415 - what verifies needs none

    if isinstance(error, (DatabaseError, InterfaceError)):
        connections.close_all()
