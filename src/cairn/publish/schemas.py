"""The JSON Schema of each kind of fact, for whoever reads the entries without Cairn."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from cairn.journal.fact import Fact, Sealed
from cairn.journal.json_schema import anywhere
from cairn.journal.sealing import WHOLE, WITHHELD


def schemas_of(kinds: Iterable[type[Fact]]) -> Iterator[tuple[str, bytes]]:
    """A file for each kind, as (file, bytes)."""
    for kind in kinds:
        schema = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            **anywhere(_as_published(kind)),
        }
        text = json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True)
        yield f"schemas/{kind.kind}.json", f"{text}\n".encode()


def _as_published(kind: type[Fact]) -> dict[str, Any]:
    """The schema of what an entry shows; `x-sealed` has those of the answers that it only commits to.

    Of each it says whether its opening is published (until it is shredded), and what else with it.
    """
    schema = kind.model_json_schema(by_alias=True)
    seals = dict(kind.seals()) | ({WHOLE: Sealed()} if kind.kind == WITHHELD else {})
    if seals:
        schema["x-sealed"] = {
            name: {
                "answer": schema["properties"].pop(name, {}),
                "file": name in kind.files(),
                "opened": mark.opened,
            }
            for name, mark in seals.items()
        }
    return schema
