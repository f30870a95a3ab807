"""One entry of a log: its canonical bytes, its envelope, and its fact by the published schema."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final, NoReturn

import jsonschema_rs

from cairn.journal.codec import NotCanonicalError, canonical
from cairn.verify.wrong import WrongError

Entry = dict[str, Any]

ENVELOPE: Final = frozenset(
    {"fact", "happened_on", "id", "kind", "position", "post", "programme", "recorded_at"}
)
COMMITMENT: Final = re.compile(r"[0-9a-f]{64}")
ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
SCHEMAS_KEPT: Final = 1024
"""Compiled schemas that a process keeps: the pattern of an id alone takes 10 ms, in most of 70 kinds."""


class NotAnEntryError(ValueError):
    """Bytes that are no entry of this programme at this position, and why."""


@dataclass(frozen=True, slots=True)
class SealedAnswer:
    """What a schema says of an answer that entries only commit to."""

    opened: bool
    file: bool
    schema: jsonschema_rs.Draft202012Validator

    def objection(self, answer: object) -> str:
        """Why this is no answer to it; nothing where it is."""
        wrong = next(self.schema.iter_errors(answer), None)
        return f"{wrong.message:.200}" if wrong else ""


class EntryReader:
    """Reads the entries of one programme, strictly."""

    def __init__(self, programme: str, schemas: Mapping[str, bytes]) -> None:
        """Raises WrongError for a schema that is none. `schemas` are files by kind of fact."""
        self.programme = programme
        self.schemas = {kind: _schema(kind, raw) for kind, raw in schemas.items()}
        self.sealed = {kind: _sealed(kind, raw) for kind, raw in schemas.items()}

    def read(self, raw: bytes, position: int) -> Entry:
        """Read the entry at a position, counted from 1. Raises NotAnEntryError."""
        entry = self.envelope(raw, position)
        self._fact(entry)
        return entry

    def envelope(self, raw: bytes, position: int) -> Entry:
        """Read an entry as `read` does, and leave its fact to whoever has the schema of its kind."""
        try:
            entry = json.loads(raw)
            written = canonical(entry)
        except (ValueError, RecursionError, NotCanonicalError) as error:
            raise NotAnEntryError(f"it is no canonical JSON: {error}") from error
        if written != raw:
            raise NotAnEntryError("it is not written as canonical JSON (RFC 8785)")
        if not isinstance(entry, dict) or entry.keys() - {"sealed"} != ENVELOPE:
            raise NotAnEntryError("it has not the fields of an entry, all of them and no others")
        self._envelope(entry, position)
        return entry

    def _envelope(self, entry: Entry, position: int) -> None:
        if entry["position"] != position:
            raise NotAnEntryError(f"it says that its position is {entry['position']}")
        if entry["programme"] != self.programme:
            raise NotAnEntryError(f"it is of the programme ‘{entry['programme']}’")
        texts = (entry[name] for name in ("id", "kind", "happened_on", "recorded_at", "post"))
        if not all(isinstance(text, str) and text for text in texts):
            raise NotAnEntryError("its id, kind, date, time or post is no text")
        if not ID.fullmatch(entry["id"]):
            raise NotAnEntryError(f"its id, ‘{entry['id']:.40}’, is none")
        try:
            date.fromisoformat(entry["happened_on"])
            datetime.fromisoformat(entry["recorded_at"])
        except ValueError as error:
            raise NotAnEntryError(f"it has no date, or no time: {error}") from error
        if not DAY.fullmatch(entry["happened_on"]) or not MOMENT.fullmatch(entry["recorded_at"]):
            raise NotAnEntryError("its date or time is written otherwise than entries write it")

    def _fact(self, entry: Entry) -> None:
        schema = self.schemas.get(entry["kind"])
        if schema is None:
            raise NotAnEntryError(f"no schema is published for its kind, ‘{entry['kind']:.80}’")
        self._commitments(entry)
        wrong = next(schema.iter_errors(entry["fact"]), None)
        if wrong:
            path = ".".join(["fact", *map(str, wrong.instance_path)])
            raise NotAnEntryError(f"{path} is not by the schema of its kind: {wrong.message:.200}")

    def _commitments(self, entry: Entry) -> None:
        if "sealed" not in entry:
            return
        sealed, known = entry["sealed"], self.sealed[entry["kind"]]
        if not isinstance(sealed, dict) or not sealed:
            raise NotAnEntryError("what it seals is no commitment to anything")
        for field, commitment in sealed.items():
            if field not in known:
                raise NotAnEntryError(f"its kind seals no ‘{field:.80}’")
            if not isinstance(commitment, str) or not COMMITMENT.fullmatch(commitment):
                raise NotAnEntryError(f"its commitment to ‘{field}’ is none")


@lru_cache(SCHEMAS_KEPT)
def _schema(kind: str, raw: bytes) -> jsonschema_rs.Draft202012Validator:
    try:
        return _compiled(json.loads(raw))
    except (ValueError, RecursionError, jsonschema_rs.ValidationError) as error:
        where = f"schemas/{kind}.json"
        raise WrongError(where, f"it is no JSON Schema: {str(error)[:200]}") from error


@lru_cache(SCHEMAS_KEPT)
def _sealed(kind: str, raw: bytes) -> Mapping[str, SealedAnswer]:
    """What the schema of a kind says of its sealed answers, by field."""
    whole = json.loads(raw)
    try:
        return {
            field: SealedAnswer(
                opened=bool(mark["opened"]),
                file=bool(mark["file"]),
                schema=_compiled({"$defs": whole.get("$defs", {}), **mark["answer"]}),
            )
            for field, mark in whole.get("x-sealed", {}).items()
        }
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        jsonschema_rs.ValidationError,
    ) as error:
        raise WrongError(
            f"schemas/{kind}.json", "what it says of sealed answers is no schema"
        ) from error


def _compiled(schema: Any) -> jsonschema_rs.Draft202012Validator:  # noqa: ANN401 - any JSON value
    return jsonschema_rs.Draft202012Validator(
        schema, validate_formats=True, retriever=_nothing_from_elsewhere
    )


def _nothing_from_elsewhere(address: str) -> NoReturn:
    raise ValueError(f"a schema may not refer to {address}")
