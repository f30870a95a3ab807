"""JSON Schemas of facts for readers other than Python's."""

from typing import Any

from cairn.values import SLUG

SLUG_ANYWHERE = r"^[\p{L}\p{N}]([\p{L}\p{N}_.\-]{0,62}[\p{L}\p{N}])?$"
"""The pattern of an id for readers whose `\\w` knows ASCII only, as JSON Schema's does (ECMA-262, `u`)."""


def anywhere(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """A schema with its patterns in the words of ECMA-262."""
    if isinstance(value, dict):
        return {name: anywhere(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [anywhere(inner) for inner in value]
    return SLUG_ANYWHERE if value == SLUG else value
