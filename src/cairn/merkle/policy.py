"""C2SP tlog-policy: which logs and which of their witnesses somebody trusts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from cairn.merkle.checkpoint import Checkpoint, open_checkpoint
from cairn.merkle.cosignature import CosignatureVerifier, cosigned_at
from cairn.merkle.note import MalformedError, Note, NotSignedError, Verifier
from cairn.values import CairnError

NONE: Final = "none"


class MalformedPolicyError(MalformedError):
    """A text that is no policy, with the line that breaks it."""


class QuorumError(CairnError):
    """Too few of the witnesses that the policy asks for have cosigned."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness by the name that the policy gives it, and where it takes checkpoints, if told."""

    name: str
    key: CosignatureVerifier
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Witnesses a checkpoint when `needed` of its members do: witnesses, or groups before it."""

    needed: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Accepted:
    """A checkpoint that a policy accepts, and when each witness that cosigned says it saw it.

    The times, in seconds since 1970, may lie ahead: whoever minds that says so.
    """

    checkpoint: Checkpoint
    cosigned_at: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Policy:
    """A checkpoint counts when one of the logs signed it and the quorum of witnesses cosigned it.

    log example.com/behind-the-sofa+033de0ae+AbQ…

    witness county  county.example/w+8d66cf3f+BHI…  https://county.example/witness
    witness auditor auditor.example/w1+2a3c44d1+BAx…
    witness college college.example/cairn+90f1be02+BPd…
    group outside any auditor college
    group both    all county outside
    quorum both
    """

    logs: tuple[Verifier, ...] = ()
    witnesses: Mapping[str, Witness] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    quorum: str = NONE

    def accept(self, note: Note) -> Accepted:
        """Check the log's signature, every cosignature of a known witness, and the quorum.

        Raises what open_checkpoint does; SignatureError for a witness too; QuorumError.
        """
        checkpoint = open_checkpoint(note, self.logs)
        names: dict[Verifier, str] = {each.key: name for name, each in self.witnesses.items()}
        try:
            signed = note.verify(names)
        except NotSignedError:
            signed = []
        seen: dict[str, int] = {}
        for key, signature in signed:
            seen[names[key]] = max(seen.get(names[key], 0), cosigned_at(signature.value))
        if not self._witnessed(self.quorum, seen):
            raise QuorumError(
                f"the checkpoint of {checkpoint.origin} at {checkpoint.size} is cosigned by "
                f"{', '.join(sorted(seen)) or 'nobody'}, which is not the quorum ‘{self.quorum}’"
            )
        return Accepted(checkpoint, seen)

    def _witnessed(self, name: str, seen: Mapping[str, int]) -> bool:
        if group := self.groups.get(name):
            return sum(self._witnessed(each, seen) for each in group.members) >= group.needed
        return name == NONE or name in seen

    @classmethod
    def parse(cls, raw: bytes) -> "Policy":
        """Read a policy file; where a log is reached is not kept. Raises MalformedPolicyError."""
        if found := re.search(rb"[^\t\n\x20-\x7e\x80-\xff]", raw):
            raise MalformedPolicyError(f"byte {found.start()} of the policy is a control code")
        if not raw.endswith(b"\n"):
            raise MalformedPolicyError("the last line of the policy does not end in a newline")
        reading = _Reading()
        # Names are octets, UTF-8 or not: each must come out as itself.
        lines = raw.decode(errors="surrogateescape").split("\n")
        for number, line in enumerate(lines, 1):
            words = re.split(r"[ \t]+", line.strip(" \t"))
            if words[0] and not words[0].startswith("#"):
                try:
                    reading.line(words)
                except MalformedError as error:
                    raise MalformedPolicyError(f"line {number} of the policy: {error}") from error
        if reading.quorum is None:
            raise MalformedPolicyError("the policy has no quorum line; ‘quorum none’ asks for none")
        return cls(tuple(reading.logs), reading.witnesses, reading.groups, reading.quorum)


class _Reading:
    """What the lines of a policy have defined so far."""

    def __init__(self) -> None:
        self.logs: list[Verifier] = []
        self.witnesses: dict[str, Witness] = {}
        self.groups: dict[str, Group] = {}
        self.quorum: str | None = None
        self._members: set[str] = set()

    def line(self, words: list[str]) -> None:
        match words:
            case ["log", vkey] | ["log", vkey, _]:
                key = Verifier.parse(vkey)
                if key.public in {log.public for log in self.logs}:
                    raise MalformedPolicyError(f"the key of {key.name} is listed as a log already")
                self.logs.append(key)
            case ["witness", name, vkey, *url] if len(url) <= 1:
                self._witness(name, CosignatureVerifier.parse(vkey), *url)
            case ["group", name, needed, _, *_]:
                self._group(name, needed, words[3:])
            case ["quorum", name] if self.quorum is None:
                if name != NONE:
                    self._must_be_known(name)
                self.quorum = name
            case ["quorum", _]:
                raise MalformedPolicyError("there is a quorum line already")
            case _:
                raise MalformedPolicyError("this is no line of a log, witness, group or quorum")

    def _witness(self, name: str, key: CosignatureVerifier, url: str | None = None) -> None:
        self._must_be_new(name)
        if key.public in {witness.key.public for witness in self.witnesses.values()}:
            raise MalformedPolicyError(f"the key of {key.name} is listed as a witness already")
        self.witnesses[name] = Witness(name, key, url)

    def _group(self, name: str, needed: str, members: list[str]) -> None:
        self._must_be_new(name)
        for member in members:
            self._must_be_known(member)
            if member in self._members:
                raise MalformedPolicyError(f"‘{member}’ is a member already, and would count twice")
            self._members.add(member)
        spelled = {"any": "1", "all": str(len(members))}.get(needed, needed)
        count = int(spelled) if re.fullmatch("[1-9][0-9]{0,3}", spelled) else 0
        if not 1 <= count <= len(members):
            raise MalformedPolicyError(f"‘{needed}’ of {len(members)} members cannot be needed")
        self.groups[name] = Group(count, tuple(members))

    def _must_be_new(self, name: str) -> None:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise MalformedPolicyError(f"‘{name}’ has a meaning already")

    def _must_be_known(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise MalformedPolicyError(f"no line before says what ‘{name}’ is")
