"""The body of an `add-checkpoint` request (C2SP tlog-witness)."""

from dataclasses import dataclass
from typing import Final, Self

from cairn.merkle.checkpoint import decode_decimal, decode_hash
from cairn.merkle.note import MalformedError, Note, encode_base64

MAX_PROOF: Final = 63
MAX_BYTES: Final = 128 * 1024
"""Room for 63 hashes and some thirty signatures of the longest type, ML-DSA-44."""


class MalformedRequestError(MalformedError):
    """Bytes that are no add-checkpoint request."""


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    r"""Asks a witness to cosign a checkpoint, with a proof from the size it last cosigned.

        old 20852014
        PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
        jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=

        example.com/behind-the-sofa
        20852163
        CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

        — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5…

    Reading it checks how it is written and nothing else.
    """

    old: int
    proof: tuple[bytes, ...]
    note: Note

    def __bytes__(self) -> bytes:
        lines = (f"old {self.old}", *map(encode_base64, self.proof), "")
        return "".join(f"{line}\n" for line in lines).encode() + bytes(self.note)

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read a request, strictly. Raises MalformedError."""
        head, blank, note = raw.partition(b"\n\n")
        try:
            first, *proof = head.decode("ascii").split("\n")
        except UnicodeDecodeError as error:
            raise MalformedRequestError("the size and the proof are not ASCII") from error
        if not blank or not first.startswith("old "):
            raise MalformedRequestError("a request is ‘old SIZE’, a proof, an empty line, a note")
        if len(proof) > MAX_PROOF:
            raise MalformedRequestError(f"the proof has more than {MAX_PROOF} hashes")
        return cls(
            decode_decimal(first.removeprefix("old "), "the old size"),
            tuple(decode_hash(line, f"hash {n} of the proof") for n, line in enumerate(proof, 1)),
            Note.parse(note),
        )
