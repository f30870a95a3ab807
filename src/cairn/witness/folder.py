"""A witness's folder: `key`, which only it may read, and `witness.sqlite3`, its record."""

import os
import time
from pathlib import Path
from typing import Final

from cairn.merkle.cosignature import CosignatureVerifier, Cosigner
from cairn.values import CairnError
from cairn.witness.record import Record
from cairn.witness.service import Application, Witness

DEFAULT: Final = Path("cairn-witness")
VARIABLE: Final = "CAIRN_WITNESS_DIR"


class NoWitnessError(CairnError):
    """A folder in which no witness was set up."""


class WitnessExistsError(CairnError):
    """A folder that has its witness already. Its key is never replaced."""


class WitnessKeyReadableError(CairnError):
    """A witness's key that others may read."""


def make(folder: Path, name: str) -> CosignatureVerifier:
    """Make a witness: a new key of this name, and an empty record. Raises WitnessExistsError."""
    cosigner = Cosigner(name, os.urandom(32))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        opened = os.open(folder / "key", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise WitnessExistsError(f"{folder} has a witness already; leave its name out.") from error
    with os.fdopen(opened, "w", encoding="utf-8") as file:
        file.write(f"{cosigner.reveal()}\n")
        file.flush()
        os.fsync(file.fileno())
    record_in(folder).make()
    return cosigner.verifier


def cosigner_in(folder: Path) -> Cosigner:
    """The witness's key. Raises NoWitnessError, WitnessKeyReadableError."""
    path = folder / "key"
    try:
        mode, secret = path.stat().st_mode, path.read_text(encoding="utf-8").strip()
    except FileNotFoundError as error:
        raise NoWitnessError(
            f"There is no witness in {folder}; `cairn witness keys NAME --dir {folder}` makes one."
        ) from error
    if mode & 0o077:
        raise WitnessKeyReadableError(f"{path} can be read by others; run `chmod 600 {path}`.")
    return Cosigner.parse(secret)


def record_in(folder: Path) -> Record:
    """The witness's record."""
    return Record(folder / "witness.sqlite3")


def application(folder: Path) -> Application:
    """The witness of a folder, by the machine's clock. Raises NoWitnessError."""
    cosigner, record = cosigner_in(folder), record_in(folder)
    record.make()
    return Application(Witness(record, cosigner, clock=lambda: int(time.time())))


def from_environment() -> Application:
    """What granian's processes call: the witness of the folder that serve.py names."""
    return application(Path(os.environ[VARIABLE]))
