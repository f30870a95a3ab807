"""The keys that sign checkpoints: made, listed and rotated; kept where only the signer reads.

    keys/PROGRAMME        PRIVATE+KEY+…, mode 600, in CAIRN_KEYS (else CAIRN_DIR/keys)
    log/PROGRAMME/verifier    the public half, for everybody

On one machine for one person the default folder will do. Where pages are served to others, give
the keys a folder and a user of their own, and run `cairn log sign` as that user.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from cairn.journal.log import Log, NoKeyError, write_durably
from cairn.journal.models import Head
from cairn.merkle.note import Signer, Verifier
from cairn.values import CairnError


class KeyExistsError(CairnError):
    """A programme that has a key already. It is rotated, never replaced."""


class KeyUnreadableError(CairnError):
    """A key that this user may not read, or a folder that others may."""


def keys_folder() -> Path:
    """Where the private keys are."""
    return Path(os.environ.get("CAIRN_KEYS") or Path(settings.CAIRN_DIR) / "keys")


def make(programme: str, *, origin: str) -> Verifier:
    """Make the first key of a programme's log. Raises KeyExistsError, NoKeyError."""
    if not Head.objects.filter(programme=programme).exists():
        raise NoKeyError(f"There is no programme ‘{programme}’ to make a key for.")
    path = keys_folder() / programme
    if path.exists() or (Log(programme).folder / "verifier").exists():
        raise KeyExistsError(
            f"The log of ‘{programme}’ has a key. `cairn keys rotate {programme}` changes it."
        )
    signer = Signer(origin, os.urandom(32))
    _keep(path, signer)
    write_durably(Log(programme).folder / "verifier", f"{signer.verifier}\n".encode())
    return signer.verifier


def signer_of(programme: str) -> Signer:
    """The key that signs a programme's checkpoints now. Raises NoKeyError, KeyUnreadableError."""
    path = keys_folder() / programme
    try:
        mode = path.stat().st_mode
        secret = path.read_text().strip()
    except FileNotFoundError as error:
        raise NoKeyError(
            f"There is no key for ‘{programme}’ in {path.parent}; `cairn keys make {programme}` "
            "makes one, and CAIRN_KEYS says where they are."
        ) from error
    except PermissionError as error:
        raise KeyUnreadableError(
            f"{path} cannot be read by this user: sign as the user whose keys they are."
        ) from error
    if mode & 0o077:
        raise KeyUnreadableError(f"{path} can be read by others; run `chmod 600 {path}`.")
    return Signer.parse(secret)


def listed() -> Iterator[tuple[str, Verifier]]:
    """Every programme's verifier key."""
    for path in sorted((Path(settings.CAIRN_DIR) / "log").glob("*/verifier")):
        yield path.parent.name, Log(path.parent.name).verifier


def _keep(path: Path, signer: Signer) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"{signer.reveal()}\n")
        file.flush()
        os.fsync(file.fileno())
