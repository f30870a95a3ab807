"""C2SP tlog-proof: one file that proves, offline, that an entry is in a log that witnesses saw."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from cairn.merkle.checkpoint import decode_decimal, decode_hash
from cairn.merkle.note import MalformedError, Note, decode_base64, encode_base64
from cairn.merkle.policy import Accepted, Policy
from cairn.merkle.proof import verify_inclusion

HEAD: Final = "c2sp.org/tlog-proof@v1"


class MalformedProofError(MalformedError):
    """Bytes that are no tlog-proof."""


@dataclass(frozen=True, slots=True)
class TlogProof:
    """Where an entry is in a log, and the hashes from it up to the root of a checkpoint.

        c2sp.org/tlog-proof@v1
        extra cmVjZWlwdA==
        index 1
        lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c=
        Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=

        example.com/behind-the-sofa
        4
        XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=

        — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Z…

    Nobody vouches for `extra`; the line is left out where there is none.
    """

    index: int
    path: Sequence[bytes]
    checkpoint: Note
    extra: bytes = b""

    def __bytes__(self) -> bytes:
        lines = [HEAD]
        if self.extra:
            lines.append(f"extra {encode_base64(self.extra)}")
        lines += [f"index {self.index}", *map(encode_base64, self.path), "", ""]
        return "\n".join(lines).encode() + bytes(self.checkpoint)

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read a proof, strictly. Raises MalformedError."""
        try:
            head, _, note = raw.partition(b"\n\n")
            first, *lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError as error:
            raise MalformedProofError(f"byte {error.start} of the proof is not ASCII") from error
        if first != HEAD:
            raise MalformedProofError(f"a proof begins with the line {HEAD}")
        extra = b""
        if lines and lines[0].startswith("extra "):
            extra = decode_base64(
                lines.pop(0).removeprefix("extra "), "the extra data of the proof"
            )
        if not lines or not lines[0].startswith("index "):
            raise MalformedProofError("the proof has no line ‘index N’ where it belongs")
        index, *path = lines
        if len(path) > 63:
            raise MalformedProofError(f"no tree is so large that a proof has {len(path)} hashes")
        return cls(
            decode_decimal(index.removeprefix("index "), "the index of the proof"),
            tuple(decode_hash(line, f"hash {n} of the proof") for n, line in enumerate(path, 1)),
            Note.parse(note),
            extra,
        )

    def verify(self, leaf_hash: bytes, policy: Policy) -> Accepted:
        """Hold the proof against the entry's leaf and what the verifier trusts.

        Raises what Policy.accept does, and InclusionError.
        """
        accepted = policy.accept(self.checkpoint)
        checkpoint = accepted.checkpoint
        verify_inclusion(
            leaf_hash=leaf_hash,
            index=self.index,
            size=checkpoint.size,
            proof=self.path,
            root=checkpoint.root,
        )
        return accepted
