"""What an entry is: the draft of a fact, the bytes it becomes, and what its post is answered.

    {"fact":{…},"happened_on":"2025-03-01","id":"0193…","kind":"money.money-sent","position":7,
     "post":"county-accountant","programme":"teams","recorded_at":"2025-03-02T04:05:06Z",
     "sealed":{"caption":"9f86…"}}

`sealed` is there only where something is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from cairn.journal import sealing
from cairn.journal.codec import canonical
from cairn.journal.fact import Fact, Visibility
from cairn.journal.projection import F_co, Objection, Recorded
from cairn.journal.sealing import WHOLE, WITHHELD, Part, Salt


@dataclass(frozen=True, slots=True)
class Draft:
    """A fact that a post wants to record.

    The id is the client's (UUIDv7): it makes the append idempotent, so that a phone may send
    again whatever it is not sure of. What residents say has a random one (UUIDv4), since a v7 tells
    the millisecond.
    """

    id: UUID
    happened_on: date
    post: str
    fact: Fact

    def said(self) -> dict[str, Any]:
        """What the client says, and what makes two appends the same, but for sealed answers."""
        return {
            "fact": self.fact.unsealed().body(),
            "happened_on": self.happened_on.isoformat(),
            "id": str(self.id),
            "kind": self.fact.kind,
            "post": self.post,
        }


@dataclass(frozen=True, slots=True)
class Receipt:
    """That a fact is on record: where, and the RFC 6962 hash of its entry."""

    programme: str
    position: int
    id: UUID
    leaf: bytes
    again: bool = field(default=False, compare=False)
    """Whether it was on record, or stood in the same batch, before it was sent."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A batch's answer for a fact that was not written, and why."""

    id: UUID
    objections: tuple[Objection, ...]
    conflict: bool = False
    """Whether the id is on record already and says something else."""


Verdict = Receipt | Refused


class Envelope(BaseModel, Generic[F_co]):
    """An entry as its canonical bytes say it."""

    # Built at the first use, as its fact is.
    model_config = ConfigDict(defer_build=True, frozen=True, strict=True, extra="forbid")

    programme: str
    position: int
    id: UUID
    kind: str
    happened_on: date
    recorded_at: datetime
    post: str
    fact: F_co
    sealed: dict[str, str] = {}
    """The commitment over each sealed answer, in hexadecimal, by field."""

    def __bytes__(self) -> bytes:
        """The entry once more. Raises NotCanonicalError."""
        return body_of(
            {
                "fact": self.fact.body(),
                "happened_on": self.happened_on.isoformat(),
                "id": str(self.id),
                "kind": WITHHELD if isinstance(self.fact, Withheld) else self.fact.kind,
                "post": self.post,
            },
            programme=self.programme,
            position=self.position,
            recorded_at=self.recorded_at,
            sealed=self.sealed,
        )


class Withheld(Fact, kind=WITHHELD):
    """What an entry shows of a fact that is not public: nothing."""


class Inside(BaseModel):
    """What is sealed of a fact that is not public: kind, post, answers, commitments."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    fact: dict[str, Any]
    kind: str
    post: str
    sealed: dict[str, str] = {}


def written(
    draft: Draft, *, programme: str, position: int, recorded_at: datetime, salt: Salt
) -> tuple[bytes, list[Part]]:
    """An entry as it will be hashed, and the parts that it only commits to."""
    said = draft.said()
    parts = sealing.sealed(draft.fact.held_back(), files=draft.fact.files(), salt=salt)
    commitments = {part.field: part.commitment for part in parts}
    if draft.fact.visibility is not Visibility.PUBLIC:
        inside = {key: said[key] for key in ("fact", "kind", "post")}
        inside |= {"sealed": commitments} if commitments else {}
        whole = Part(WHOLE, salt(), canonical(inside))
        parts, commitments = [*parts, whole], {WHOLE: whole.commitment}
        said |= {"fact": {}, "kind": WITHHELD, "post": WITHHELD}
    body = body_of(
        said,
        programme=programme,
        position=position,
        recorded_at=recorded_at,
        sealed=commitments,
    )
    return body, parts


def body_of(
    said: Mapping[str, Any],
    *,
    programme: str,
    position: int,
    recorded_at: datetime,
    sealed: Mapping[str, str],
) -> bytes:
    """The canonical bytes of an entry: the leaf of the programme's log."""
    envelope = {
        **said,
        "position": position,
        "programme": programme,
        "recorded_at": recorded_at.isoformat(timespec="seconds").removesuffix("+00:00") + "Z",
    }
    return canonical({**envelope, "sealed": sealed} if sealed else envelope)


def recorded_of(said: Envelope[Any], post: str, fact: Fact) -> Recorded[Fact]:
    """A fact as rules and steps see it: in the words of today, without what is sealed."""
    return Recorded(
        programme=said.programme,
        position=said.position,
        id=said.id,
        happened_on=said.happened_on,
        recorded_at=said.recorded_at,
        post=post,
        fact=fact.upcast().unsealed(),
    )
