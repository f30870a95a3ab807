"""Serve a witness: granian keeps connections alive, and logs neither requests nor addresses."""

import http.client
import os
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from cairn.terminal import say
from cairn.witness.folder import VARIABLE, application

THREADS: Final = 4
"""Requests answered at a time: each waits for the disk, and for nothing else."""

PATIENCE_SECONDS: Final = 5
BACKLOG: Final = 256


def serve(folder: Path, port: int, *, host: str, logging: dict[str, Any]) -> None:
    """Print the address once it answers, and serve until Ctrl-C or SIGTERM.

    Raises NoWitnessError before anything is started.
    """
    from granian import Granian  # noqa: PLC0415 - other commands do not serve
    from granian.constants import Interfaces  # noqa: PLC0415 - likewise
    from granian.log import LogLevels  # noqa: PLC0415 - likewise

    application(folder)
    os.environ[VARIABLE] = str(folder.absolute())
    threading.Thread(target=_announce, args=(host, port), daemon=True).start()
    Granian(
        "cairn.witness.folder:from_environment",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=THREADS,
        backlog=BACKLOG,
        log_level=LogLevels.warning,
        log_dictconfig=logging,
        workers_kill_timeout=PATIENCE_SECONDS,
        respawn_failed_workers=True,
    ).serve()


def _announce(host: str, port: int) -> None:
    shown = f"[{host}]" if ":" in host else host
    while True:
        with suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection(host, port, timeout=30)
            connection.request("GET", "/")
            connection.getresponse().read()
            connection.close()
            say(f"http://{shown}:{port}/", address=f"http://{shown}:{port}/")
            return
        time.sleep(0.1)
