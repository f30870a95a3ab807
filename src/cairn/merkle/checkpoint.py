"""C2SP tlog-checkpoint v1.0.0: what a log says its tree is."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

from cairn.merkle.note import (
    MalformedError,
    Note,
    Verifier,
    decode_base64,
    encode_base64,
)
from cairn.values import CairnError

MAX_SIZE: Final = 2**63 - 1
"""What a database counts up to; the specification names no limit."""


class MalformedCheckpointError(MalformedError):
    """A text that is no checkpoint."""


class UnknownLogError(CairnError):
    """A checkpoint is of a log of which no key is known."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The root of a log's tree at a size.

    As a signed note, cosigned by one witness:

        example.com/behind-the-sofa
        20852163
        CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

        — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Z…
        — witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX…

    The lines of the text are its origin, its size in decimal, the root's 32 bytes in base64, and
    lines of extensions, of which Cairn writes none.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises MalformedCheckpointError."""
        if any(not line or "\n" in line for line in (self.origin, *self.extensions)):
            raise MalformedCheckpointError("a line of a checkpoint is empty")
        if not 0 <= self.size <= MAX_SIZE or len(self.root) != 32:
            raise MalformedCheckpointError("the size or the root of a checkpoint is out of range")

    @property
    def text(self) -> bytes:
        """What is signed: every line with its newline."""
        lines = (self.origin, str(self.size), encode_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines).encode()

    @classmethod
    def parse(cls, text: bytes) -> Self:
        """Read the text of a note, without its signatures. Raises MalformedError."""
        try:
            lines = text.decode().split("\n")
        except UnicodeDecodeError as error:
            raise MalformedCheckpointError(f"byte {error.start} is not UTF-8") from error
        if len(lines) < 4 or lines.pop():
            raise MalformedCheckpointError(
                "a checkpoint has three lines at least, all of them whole"
            )
        origin, size, root, *extensions = lines
        return cls(
            origin,
            decode_decimal(size, "the size of the checkpoint"),
            decode_hash(root, "the root of the checkpoint"),
            tuple(extensions),
        )


def open_checkpoint(note: Note, keys: Iterable[Verifier]) -> Checkpoint:
    """Read a checkpoint that its log has signed, with a key whose name is the origin.

    Raises MalformedError; UnknownLogError if no key is of that name; SignatureError and
    NotSignedError as Note.verify does. A witness answers these with 400, 404 and 403.
    """
    checkpoint = Checkpoint.parse(note.text)
    of_the_log = [key for key in keys if key.name == checkpoint.origin]
    if not of_the_log:
        raise UnknownLogError(
            f"the checkpoint is of ‘{checkpoint.origin}’, of which no key is known"
        )
    note.verify(of_the_log)
    return checkpoint


def decode_decimal(text: str, where: str) -> int:
    """Read a number as the tlog formats write it. Raises MalformedCheckpointError, saying where."""
    if not re.fullmatch(r"0|[1-9][0-9]{0,18}", text) or int(text) > MAX_SIZE:
        raise MalformedCheckpointError(
            f"{where}, ‘{text:.40}’, is no decimal number up to 2^63 - 1"
        )
    return int(text)


def decode_hash(text: str, where: str) -> bytes:
    """Read a hash in base64. Raises MalformedBase64Error, MalformedCheckpointError, saying where."""
    decoded = decode_base64(text, where)
    if len(decoded) != 32:
        raise MalformedCheckpointError(f"{where} is {len(decoded)} bytes long and not 32")
    return decoded
