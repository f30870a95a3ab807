"""The keys that sign checkpoints: kept where only the signer reads.

    keys/PROGRAMME          PRIVATE+KEY+…, mode 600, in CAIRN_KEYS (else CAIRN_DIR/keys)
    keys/PROGRAMME~next     the key that takes its place, until the log has adopted it
    keys/PROGRAMME~signed/  the checkpoint that it signed last: it signs none that contradicts it
    log/PROGRAMME/verifier  the public half, for everybody

On one machine for one person the default folder will do. Where pages are served to others, give
the keys a folder and a user of their own, and run `cairn log sign` as that user. The facts that
tell of keys, and the order in which a key changes, are in programme/log_keys.py.
"""

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from cairn.journal.durable import locked, make_folder, sync_folder, write_durably
from cairn.journal.log import Log, NoKeyError, logs
from cairn.journal.models import Head
from cairn.merkle.note import Signer, Verifier
from cairn.values import CairnError

ORIGIN = r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?(/[A-Za-z0-9._~%-]+)+"
"""A name as tlog-checkpoint wants it: a URL without its scheme, of somebody's own domain."""


class KeyExistsError(CairnError):
    """A programme that has a key already. It is rotated, never replaced."""


class KeyUnreadableError(CairnError):
    """A key that this user may not read, or that others may."""


class OriginError(CairnError):
    """A name that no log can have, or that another log here has."""


def keys_folder() -> Path:
    """Where the private keys are."""
    return Path(os.environ.get("CAIRN_KEYS") or Path(settings.CAIRN_DIR) / "keys")


def make(programme: str, *, origin: str) -> Verifier:
    """Make a key and use it, telling no fact. Raises as `begin` does."""
    with held(programme):
        signer = begin(programme, origin=origin)
        Log(programme).adopt(signer.verifier)
        finish(programme)
    return signer.verifier


def begin(programme: str, *, origin: str) -> Signer:
    """The first key of a log, not in use yet; the same again after a crash.

    Raises KeyExistsError, OriginError, NoKeyError where there is no such programme.
    """
    if not Head.objects.filter(programme=programme, position__gt=0).exists():
        raise NoKeyError(f"There is no programme ‘{programme}’ to make a key for.")
    if _path(programme).exists() and not Log(programme).has_key:
        raise KeyExistsError(
            f"The key of ‘{programme}’ is here, and its log is gone; run `cairn log recover "
            f"{programme}`."
        )
    if _path(programme).exists():
        raise KeyExistsError(
            f"The log of ‘{programme}’ has a key. `cairn keys rotate {programme}` changes it."
        )
    _check(origin, programme)
    begun = next_signer(programme)
    verifier = Log(programme).folder / "verifier"
    if verifier.exists() and (begun is None or str(begun.verifier) != verifier.read_text().strip()):
        raise KeyExistsError(
            f"The log of ‘{programme}’ is signed by a key that is not in {keys_folder()}; "
            "CAIRN_KEYS says where keys are."
        )
    if begun and begun.name != origin:
        raise OriginError(f"A key for the origin {begun.name} was begun; make it with that one.")
    return begun or begin_next(programme, origin=origin)


def begin_next(programme: str, *, origin: str) -> Signer:
    """The key that takes the present one's place; the same again until it has."""
    return next_signer(programme) or _keep(_next(programme), Signer(origin, os.urandom(32)))


def finish(programme: str) -> None:
    """Sign with the next key from now on. The one before is gone."""
    _next(programme).replace(_path(programme))
    sync_folder(keys_folder())


def signer_of(programme: str) -> Signer:
    """The key that signs a programme's checkpoints now. Raises NoKeyError, KeyUnreadableError."""
    signer = _read(_path(programme))
    if signer is None:
        raise NoKeyError(
            f"There is no key for ‘{programme}’ in {keys_folder()}; `cairn keys make {programme} "
            "--origin …` makes one, and CAIRN_KEYS says where they are."
        )
    return signer


def next_signer(programme: str) -> Signer | None:
    """The key of a change that was begun and not finished. Raises KeyUnreadableError."""
    return _read(_next(programme))


def signed_folder(programme: str) -> Path:
    """Where the key remembers the checkpoint that it signed last.

    It stands apart from the installation where the keys do: whoever restores that from a backup,
    log and all, signs nothing that contradicts what was signed since.
    """
    return keys_folder() / f"{programme}~signed"


def remember(programme: str) -> None:
    """Keep the newest checkpoint beside the key."""
    note, path = Log(programme).note(), signed_folder(programme) / "checkpoint"
    if note is not None and not (path.exists() and path.read_bytes() == bytes(note)):
        write_durably(path, bytes(note))


def listed() -> Iterator[tuple[str, Verifier]]:
    """Every programme's verifier key."""
    for log in logs():
        try:
            yield log.programme, log.verifier
        except NoKeyError:
            continue


@contextmanager
def held(programme: str) -> Iterator[None]:
    """Hold a programme's keys: nobody else changes them or signs with them meanwhile."""
    try:
        make_folder(keys_folder(), mode=0o700)
        lock = locked(keys_folder() / f"{programme}~lock")
        lock.__enter__()
    except PermissionError as error:
        raise KeyUnreadableError(_not_ours(keys_folder())) from error
    try:
        yield
    finally:
        lock.__exit__(None, None, None)


def _path(programme: str) -> Path:
    return keys_folder() / programme


def _next(programme: str) -> Path:
    return keys_folder() / f"{programme}~next"  # no programme can be called so


def _read(path: Path) -> Signer | None:
    try:
        folder, mode = path.parent.stat().st_mode, path.stat().st_mode
        secret = path.read_text().strip()
    except FileNotFoundError:
        return None
    except PermissionError as error:
        raise KeyUnreadableError(_not_ours(path)) from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyUnreadableError(f"{path} can be read by others; run `chmod 600 {path}`.")
    if folder & (stat.S_IWGRP | stat.S_IWOTH):
        raise KeyUnreadableError(
            f"Others can put keys into {path.parent}; run `chmod 700 {path.parent}`."
        )
    return Signer.parse(secret)


def _not_ours(path: Path) -> str:
    return f"{path} cannot be used by this user: sign as the user whose keys they are."


def _keep(path: Path, signer: Signer) -> Signer:
    make_folder(path.parent, mode=0o700)
    write_durably(path, f"{signer.reveal()}\n".encode(), mode=0o600)
    return signer


def _check(origin: str, programme: str) -> None:
    if not re.fullmatch(ORIGIN, origin) or len(origin) > 200:
        raise OriginError(
            f"‘{origin}’ cannot be a log's origin; write it like cairn.example.org/{programme}, "
            "with a domain of yours and without https://."
        )
    for other, verifier in listed():
        if verifier.name == origin and other != programme:
            raise OriginError(f"The origin {origin} is that of the log of ‘{other}’.")
