"""The outbox of a phone, as the field app saves it to a file: `cairn.outbox/1`, one JSON value a line.

    {"format":"cairn.outbox/1","programme":"teams","post":"leader","saved_at":1790000000000}
    {"file":"9f86…","type":"image/webp","base64":"UklGR…"}
    {"id":"0198…","kind":"works.need-raised","schema_version":1,"happened_on":"2026-03-01","fact":{…},
     "as_it_is":false,"files":{"sha256":{"sha256":"9f86…","type":"image/webp","size":12345,"kept":null}},
     "recorded_at":1790000000000,"state":"queued","objections":[]}
    {"end":1}

front/field/core/carry.js writes it. Reading it says nothing about whether its facts may be recorded.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Literal, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cairn.values import CairnError

FORMAT: Final = "cairn.outbox/1"
_BEGINNING: Final = re.compile(rb'\s*\{\s*"format"\s*:\s*"cairn\.outbox/')
SHA256: Final = r"^[0-9a-f]{64}$"


class NotAnOutboxError(CairnError):
    """A file that is no outbox, or not all of one."""


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


L = TypeVar("L", bound=_Line)


class Head(_Line):
    """Whose outbox it is."""

    format: Literal["cairn.outbox/1"]
    programme: str
    post: str


class File(_Line):
    """A file that facts name, by the SHA-256 of the bytes the phone had."""

    file: str = Field(pattern=SHA256)
    base64: str

    def content(self) -> bytes:
        """Its bytes. Raises NotAnOutboxError where they are not those that it names."""
        try:
            content = base64.b64decode(self.base64, validate=True)
        except binascii.Error as error:
            raise NotAnOutboxError(f"The file {self.file} is not whole: {error}.") from error
        if sha256(content).hexdigest() != self.file:
            raise NotAnOutboxError(f"The bytes of the file {self.file} are others; save it anew.")
        return content


class Named(_Line):
    """A file that a fact names in one field; `kept` is what the server called it already."""

    sha256: str = Field(pattern=SHA256)
    kept: str | None = Field(default=None, pattern=SHA256)


class Waiting(_Line):
    """A fact that waited on the phone: as it was recorded there."""

    id: UUID
    kind: str
    schema_version: int | None = None
    happened_on: str
    fact: dict[str, Any]
    as_it_is: bool = False
    files: dict[str, Named] = {}
    state: str


def is_outbox(path: Path) -> bool:
    """Whether a file begins as an outbox does, of whatever version."""
    with path.open("rb") as file:
        return bool(_BEGINNING.match(file.read(100)))


def head_of(path: Path) -> Head:
    """Whose outbox it is, once all of it was looked at. Raises NotAnOutboxError."""
    lines = _lines(path)
    number, first = next(lines, (0, {}))
    head = _read(Head, first, number)
    facts, last = 0, first
    for _number, last in lines:
        facts += "id" in last
    if last.get("end") != facts:
        raise NotAnOutboxError(
            f"{path.name} is not whole: its last line should say that {facts} facts came before it. "
            "Save the outbox on the phone once more."
        )
    return head


def read_outbox(path: Path) -> Iterator[File | Waiting]:
    """Its files and facts in order, each file before the facts that name it. Raises NotAnOutboxError."""
    for number, line in _lines(path):
        if "file" in line:
            yield _read(File, line, number)
        elif "id" in line:
            yield _read(Waiting, line, number)


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with path.open(encoding="utf-8") as file:
        try:
            for number, text in enumerate(file, 1):
                said = json.loads(text)
                if not isinstance(said, dict):
                    raise NotAnOutboxError(f"Line {number} is none of an outbox ({FORMAT}).")
                yield number, said
        except ValueError as error:
            raise NotAnOutboxError(f"{path.name} cannot be read as an outbox: {error}.") from error


def _read(model: type[L], said: dict[str, Any], number: int) -> L:
    try:
        return model.model_validate(said)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise NotAnOutboxError(
            f"Line {number} is none of an outbox ({FORMAT}): {where}: {first['msg']}."
        ) from error
