"""The JSON Schema of each kind of fact, for whoever reads the entries without Cairn."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from cairn.journal.fact import Fact
from cairn.values import SLUG

SLUG_ANYWHERE = r"^[\p{L}\p{N}]([\p{L}\p{N}_.\-]{0,62}[\p{L}\p{N}])?$"
"""The same for readers whose `\\w` knows ASCII only, as JSON Schema's does (ECMA-262, `u`)."""


def schemas_of(kinds: Iterable[type[Fact]]) -> Iterator[tuple[str, bytes]]:
    """A file for each kind, as (file, bytes)."""
    for kind in kinds:
        schema = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            **_anywhere(kind.model_json_schema(by_alias=True)),
        }
        text = json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True)
        yield f"schemas/{kind.kind}.json", f"{text}\n".encode()


def _anywhere(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return {name: _anywhere(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_anywhere(inner) for inner in value]
    return SLUG_ANYWHERE if value == SLUG else value
