"""A pack as a document: canonical JSON (RFC 8785), its SHA-256, and its schema.

    {"assets": [{"asset": {"id": "qarasu-well-pump", "name": {"en": "Well pump"}}, …}], …,
     "day": "2026-02-01", "format": "cairn.pack/1", …}

The position is not in it: the same pack at two positions has the same hash, so that what both sides
signed still holds while nothing here changed. Whoever checks it computes the pack at the position.
"""

from functools import cache
from hashlib import sha256
from typing import Any, Final

from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python

from cairn.journal.codec import canonical
from cairn.journal.past import programme_of
from cairn.pack.values import Pack

FORMAT: Final = "cairn.pack/1"
"""Raised when what a pack says of the same facts changes."""

DATE: Final = r"^\d{4}-\d\d-\d\d$"


def document_of(pack: Pack) -> dict[str, Any]:
    """A pack as a JSON value."""
    document: dict[str, Any] = to_jsonable_python(pack)
    as_of = document.pop("as_of")
    document["programme"]["id"] = programme_of(pack.programme.id)
    policy = {"name": as_of["policy"], "version": as_of["policy_version"]}
    return document | {"format": FORMAT, "policy": policy}


def bytes_of(pack: Pack) -> bytes:
    """The canonical bytes of a pack."""
    return canonical(document_of(pack))


def sha256_of(pack: Pack) -> str:
    """The hash that both sides sign, in hexadecimal."""
    return sha256(bytes_of(pack)).hexdigest()


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the document, made from the values."""
    found = TypeAdapter(Pack).json_schema(mode="serialization")
    for one in [found, *found.get("$defs", {}).values()]:
        if "properties" in one:
            one["additionalProperties"] = False
            one["required"] = sorted(one["properties"])
    text = {"type": "string"}
    policy = {"name": text, "version": text}
    found["properties"].pop("as_of")
    found["properties"] |= {
        "format": {"const": FORMAT},
        "policy": {
            "type": "object",
            "properties": policy,
            "required": sorted(policy),
            "additionalProperties": False,
        },
    }
    found["required"] = sorted(found["properties"])
    found.get("$defs", {}).pop("AsOf", None)
    _spell_out_days(found)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A team's pack",
        **found,
    }


def _spell_out_days(part: Any) -> None:  # noqa: ANN401 - any part of a schema
    """Say how a date is written: validators take `format` for a remark."""
    if isinstance(part, dict):
        if part.get("format") == "date":
            part["pattern"] = DATE
        for one in part.values():
            _spell_out_days(one)
    elif isinstance(part, list):
        for one in part:
            _spell_out_days(one)
