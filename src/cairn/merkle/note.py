"""C2SP signed-note v1.0.0: a text and the signatures under it; keys and their names.

Only signatures of type 0x01, Ed25519 over the text. Cosignatures are in cosignature.py.
"""

import re
from abc import ABC, abstractmethod
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import ClassVar, Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from cairn.values import CairnError

MAX_BYTES: Final = 1_000_000
MAX_SIGNATURES: Final = 100
"""A reader must take 16 signatures, and no reader should have to check endlessly many."""


class MalformedError(CairnError):
    """Bytes that are not written as their specification says."""


class MalformedBase64Error(MalformedError):
    """Text that is not standard base64 in the one way there is to write those bytes."""


class MalformedNoteError(MalformedError):
    """Bytes that are no signed note."""


class MalformedKeyError(MalformedError):
    """Text that is no verifier key, or no signing key, of the type that is wanted here."""


class SignatureError(CairnError):
    """A signature under the name and id of a known key is not by that key."""


class NotSignedError(CairnError):
    """No known key has signed."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One line under a note: whose key it claims, and its bytes."""

    name: str
    key_id: bytes
    value: bytes

    def __bytes__(self) -> bytes:
        return f"— {self.name} {encode_base64(self.key_id + self.value)}\n".encode()

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read a line without its newline. Raises MalformedNoteError, MalformedBase64Error."""
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        if dash != "—" or not _is_name(name):
            raise MalformedNoteError(f"‘{line:.80}’ is no line ‘— name base64’ of a signature")
        decoded = decode_base64(encoded, f"the signature of {name}")
        if len(decoded) < 5:
            raise MalformedNoteError(f"the signature of {name} is too short to be one")
        return cls(name, decoded[:4], decoded[4:])


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends in a newline, and its signatures, none of them checked yet.

        This is an example message.

        — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3…

    What it says is not to be read before `verify` has said who signed it.
    """

    text: bytes
    signatures: tuple[Signature, ...]

    def __bytes__(self) -> bytes:
        return self.text + b"\n" + b"".join(map(bytes, self.signatures))

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read a note, strictly. Raises MalformedNoteError, MalformedBase64Error."""
        if len(raw) > MAX_BYTES:
            raise MalformedNoteError(f"the note is longer than {MAX_BYTES} bytes")
        try:
            whole = raw.decode()
        except UnicodeDecodeError as error:
            raise MalformedNoteError(f"byte {error.start} of the note is not UTF-8") from error
        if control := re.search(r"[\x00-\x09\x0b-\x1f]", whole):
            raise MalformedNoteError(f"character {control.start()} of the note is a control code")
        text, blank, lines = whole.rpartition("\n\n")
        if not blank or not lines.endswith("\n"):
            raise MalformedNoteError("a note is a text, an empty line and whole signature lines")
        signatures = lines[:-1].split("\n")
        if len(signatures) > MAX_SIGNATURES:
            raise MalformedNoteError(f"the note has more than {MAX_SIGNATURES} signatures")
        return cls((text + "\n").encode(), tuple(map(Signature.parse, signatures)))

    def verify(self, keys: Iterable["Verifier"]) -> list[tuple["Verifier", Signature]]:
        """Say which of the keys signed; signatures of any other key are passed over.

        Raises SignatureError if one under a known key's name and id is not by it, and
        NotSignedError if there is none by a known key.
        """
        known = {(key.name, key.id): key for key in keys}
        found = []
        for signature in self.signatures:
            if key := known.get((signature.name, signature.key_id)):
                if not key.verifies(self.text, signature.value):
                    raise SignatureError(f"the signature of {key.name} is not by {key}")
                found.append((key, signature))
        if not found:
            signers = ", ".join(signature.name for signature in self.signatures)
            wanted = ", ".join(map(str, known.values())) or "no key"
            raise NotSignedError(f"none of the signatures ({signers}) is by {wanted}")
        return found

    def with_signatures(self, *more: Signature) -> "Note":
        """The same text with more signatures under it, each once."""
        return Note(self.text, tuple(dict.fromkeys((*self.signatures, *more))))


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key by its name: `example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKa…`."""

    kind: ClassVar[int] = 0x01

    name: str
    public: bytes

    def __post_init__(self) -> None:
        """Raises MalformedKeyError."""
        if not _is_name(self.name) or len(self.public) != 32:
            raise MalformedKeyError(f"‘{self.name:.80}’ is no name, or its key is not 32 bytes")

    @property
    def id(self) -> bytes:
        """The four bytes with which a signature points to this key."""
        named = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return sha256(named).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{encode_base64(bytes([self.kind]) + self.public)}"

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """Read what `str` writes. Raises MalformedKeyError, MalformedBase64Error."""
        name, public = _parse_key(vkey, cls.kind, f"the key ‘{vkey.partition('+')[0]:.80}’")
        key = cls(name, public)
        if str(key) != vkey:
            raise MalformedKeyError(
                f"the key ‘{name:.80}’ is not written with its id, {key.id.hex()}"
            )
        return key

    def verifies(self, text: bytes, signature: bytes) -> bool:
        """Tell whether these bytes are this key's signature of this text."""
        return self._signed(text, signature)

    def _signed(self, message: bytes, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKey(ABC):
    """The private half of a key: its name and a seed, 32 bytes of randomness.

    Written as Go's note package does, so that other tools read it, with the type before the seed:
    `PRIVATE+KEY+example.com/foo+530d903a+AbcX…`.
    """

    kind: ClassVar[int]

    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Raises MalformedKeyError."""
        if not _is_name(self.name) or len(self.seed) != 32:
            raise MalformedKeyError(f"‘{self.name:.80}’ is no name, or its seed is not 32 bytes")

    @property
    @abstractmethod
    def verifier(self) -> Verifier:
        """The public half, to be given to everybody."""

    @property
    def public(self) -> bytes:
        """The 32 bytes of the public half."""
        return Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()

    def reveal(self) -> str:
        """Write the key with its secret. Not `str`, lest it end in a log."""
        material = encode_base64(bytes([self.kind]) + self.seed)
        return f"PRIVATE+KEY+{self.name}+{self.verifier.id.hex()}+{material}"

    @classmethod
    def parse(cls, secret: str) -> Self:
        """Read what `reveal` writes. Raises MalformedError, which shows nothing of it."""
        without_head = secret.removeprefix("PRIVATE+KEY+")
        name, seed = _parse_key(without_head, cls.kind, "the signing key")
        key = cls(name, seed)
        if key.reveal() != secret:
            raise MalformedKeyError("the signing key is written wrong, or its id is")
        return key

    def _sign(self, message: bytes, before: bytes = b"") -> Signature:
        signed = Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)
        return Signature(self.name, self.verifier.id, before + signed)


class Signer(SigningKey):
    """A key that signs notes, such as the checkpoints of its own log."""

    __slots__ = ()
    kind = Verifier.kind

    @property
    def verifier(self) -> Verifier:
        """The key that readers of the notes are given."""
        return Verifier(self.name, self.public)

    def sign(self, text: bytes) -> Signature:
        """Sign a text that ends in a newline. Raises MalformedNoteError."""
        note = Note(text, (self._sign(text),))
        if Note.parse(bytes(note)) != note:
            raise MalformedNoteError("only a text that ends in a newline can be signed")
        return note.signatures[0]


def encode_base64(raw: bytes) -> str:
    """Write bytes in the standard base64 of RFC 4648 §4."""
    return b64encode(raw).decode()


def decode_base64(text: str, where: str) -> bytes:
    """Read standard base64, and refuse the other ways to write the same bytes.

    Raises MalformedBase64Error, which says where; it does not show the text, which may be secret.
    """
    try:
        raw = b64decode(text, validate=True)
    except ValueError:
        raw = b""
    if not text or encode_base64(raw) != text:
        raise MalformedBase64Error(f"{where} is not canonical base64")
    return raw


def _parse_key(encoded: str, kind: int, where: str) -> tuple[str, bytes]:
    name, _, rest = encoded.partition("+")
    _, _, material = rest.partition("+")
    decoded = decode_base64(material, where)
    if len(decoded) != 33 or decoded[0] != kind or not _is_name(name):
        raise MalformedKeyError(f"{where} is no Ed25519 key of type {kind:#04x}")
    return name, decoded[1:]


def _is_name(name: str) -> bool:
    """A name is UTF-8, not empty, and has no Unicode space, no plus and no control code."""
    return bool(re.fullmatch(r"[^\s+\x00-\x1f\ud800-\udfff]+", name))
