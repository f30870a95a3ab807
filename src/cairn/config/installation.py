"""An installation of Cairn: one folder with its database, its secret and its traces."""

import gc
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
    stderr says why. Of several databases one may be away: that is said, and the others go on.
    Raises NoInstallationError, GroupsError.
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
    return path


def _database(path: Path) -> Path:
    return path / "cairn.sqlite3"


def _start() -> None:
    gc.disable()  # what is made while it starts stays; looking through it for what does not takes a sixth of a start
    import django  # noqa: PLC0415 - commands without an installation do without Django

    django.setup()

    import cairn.catalog  # noqa: F401, PLC0415 - needs Django started
    from cairn.programme import held  # noqa: PLC0415 - likewise

    gc.freeze()
    gc.enable()
    for sentence in held.start():
        print(f"cairn: {sentence}", file=sys.stderr)  # noqa: T201 - no command starts without a word about it
