"""An installation of Cairn: one folder with its database, its secret and its traces."""

import os
import sys
from pathlib import Path

from cairn.values import CairnError

DEFAULT = "cairn-data"


class NoInstallationError(CairnError):
    """A folder in which no Cairn was set up."""


def installation(folder: Path | None, *, make: bool = False) -> Path:
    """Use the installation in a folder (else CAIRN_DIR, else ./cairn-data); `make` it if new.

    Starts Django, brings the database's tables up to this version, and holds the database to what
    its logs have published: a programme that contradicts its log takes no facts from then on, and
    stderr says why. Raises NoInstallationError.
    """
    path = (folder or Path(os.environ.get("CAIRN_DIR") or DEFAULT)).absolute()
    # A database of its own is no file here: then the folder alone says that somebody set it up.
    there = path.is_dir() if os.environ.get("CAIRN_DATABASE_URL") else _database(path).exists()
    if not there and not make:
        raise NoInstallationError(
            f"No Cairn is installed in {path}. Name its folder with --dir, or run `cairn demo`."
        )
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NoInstallationError(f"Cannot use {path}: {error.strerror}.") from error
    os.environ["CAIRN_DIR"] = str(path)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cairn.config.settings")
    _start()
    _hold()
    return path


def _database(path: Path) -> Path:
    return path / "cairn.sqlite3"


def _start() -> None:
    import django  # noqa: PLC0415 - commands without an installation do without Django
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)


def _hold() -> None:
    from cairn.journal.log import hold_all  # noqa: PLC0415 - likewise
    from cairn.journal.shredding import finish_shredding  # noqa: PLC0415 - needs Django started
    from cairn.programme import log_put_back  # noqa: PLC0415 - likewise

    finish_shredding()
    for programme, reason in (*hold_all(), *log_put_back.hold_all()):
        sentence = f"‘{programme}’ takes no facts: {reason}"
        print(f"cairn: {sentence} Run `cairn log recover {programme}`.", file=sys.stderr)  # noqa: T201 - no command starts without a word about it
