"""C2SP tlog-cosignature v1.0.1, of type 0x04: a witness says what it saw, and when.

Signed is not the checkpoint's text alone, but, so that it never passes as a log's own signature,

    cosignature/v1
    time 1679315147
    example.com/behind-the-sofa
    20852163
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

The ML-DSA-44 type 0x06 is not here (docs/decisions/merkle.md).
"""

from dataclasses import dataclass
from typing import Final

from cairn.merkle.checkpoint import Checkpoint
from cairn.merkle.note import Signature, SigningKey, Verifier

MAX_TIME: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class CosignatureVerifier(Verifier):
    """The public key of a witness, written like any verifier key, with type 0x04."""

    kind = 0x04

    def verifies(self, text: bytes, signature: bytes) -> bool:
        """Tell whether this is the witness's cosignature: 8 bytes of time, then 64 by its key."""
        time = cosigned_at(signature)
        return time <= MAX_TIME and self._signed(_message(text, time), signature[8:])


class Cosigner(SigningKey):
    """A witness's signing key."""

    __slots__ = ()
    kind = CosignatureVerifier.kind

    @property
    def verifier(self) -> CosignatureVerifier:
        """The key that a policy lists."""
        return CosignatureVerifier(self.name, self.public)

    def cosign(self, checkpoint: Checkpoint, *, at: int) -> Signature:
        """Say that at `at`, in seconds since 1970, this was the largest tree seen of its log.

        Only for a checkpoint that was proved to continue the last one cosigned.
        """
        if not 0 < at <= MAX_TIME:
            raise ValueError(f"a cosignature cannot be of time {at}")
        return self._sign(_message(checkpoint.text, at), before=at.to_bytes(8, "big"))


def cosigned_at(signature: bytes) -> int:
    """Read the seconds since 1970 at which a cosignature says it was made."""
    return int.from_bytes(signature[:8], "big")


def _message(text: bytes, time: int) -> bytes:
    return b"cosignature/v1\ntime %d\n" % time + text
