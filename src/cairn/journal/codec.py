"""Canonical bytes: RFC 8785 (JSON Canonicalization Scheme) without floats.

One value has one spelling, so that a hash over it means something a century from now:

    {"amount":{"currency":"CNY","minor":5000000},"source":"county"}

What the scheme leaves open is closed here: integers within ±(2⁵³−1), strings in NFC, no floats.
"""

import json
import unicodedata
from collections.abc import Iterable

from pydantic_core import PydanticSerializationError, to_json

from cairn.values import CairnError

MAX_INTEGER = 2**53 - 1
"""What every JSON reader in the world keeps exactly (RFC 7493 §2.2)."""


BASIC = "\uffff"
"""The last sign that UTF-16 writes as one unit: up to it, its order is that of code points."""

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


class NotCanonicalError(CairnError):
    """A value that has no canonical bytes."""


def canonical(value: object) -> bytes:
    """Encode a JSON value by RFC 8785. Raises NotCanonicalError, which names the path."""
    return _at_once(value) or _ENCODER.encode(_ordered(value, "$")).encode()


def _at_once(value: object) -> bytes:
    """The canonical bytes of a plain value, as nearly all are; empty if it takes a closer look.

    The whole is held to form C, not text by text: none composes with the signs that JSON puts
    around it, so that no part of the whole can be out of form.
    """
    try:
        written = to_json(_sorted(value))
    except (TypeError, PydanticSerializationError):
        return b""
    if written.isascii() or unicodedata.is_normalized("NFC", written.decode()):
        return written
    return b""


def _sorted(value: object) -> object:
    """The same value with its keys in order. Raises TypeError for what is not plain."""
    if isinstance(value, str) or value is None or isinstance(value, bool):
        return value
    if isinstance(value, dict):
        keys = sorted(value)
        if not (joined := "".join(keys)).isascii() and max(joined) > BASIC:
            raise TypeError  # there the order of UTF-16 is another
        return {key: _sorted(value[key]) for key in keys}
    if isinstance(value, int) and -MAX_INTEGER <= value <= MAX_INTEGER:
        return value
    if isinstance(value, (list, tuple)):
        return [_sorted(item) for item in value]
    raise TypeError


def _ordered(value: object, path: str) -> object:
    """The same value with its keys in order, or an objection to it."""
    if isinstance(value, str):
        return _nfc(value, path)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise NotCanonicalError(f"{path}: {value} is beyond ±(2⁵³−1)")
        return value
    if isinstance(value, (list, tuple)):
        return [_ordered(item, f"{path}[{index}]") for index, item in enumerate(value)]
    if isinstance(value, dict):
        return {_nfc(key, path): _ordered(value[key], f"{path}.{key}") for key in _in_order(value)}
    raise NotCanonicalError(f"{path}: {type(value).__name__} has no canonical form")


def _nfc(text: str, path: str) -> str:
    if text.isascii():
        return text
    if not unicodedata.is_normalized("NFC", text):
        raise NotCanonicalError(f"{path}: ‘{text}’ is not in Unicode normal form C")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise NotCanonicalError(f"{path}: a lone surrogate is no character")
    return text


def _in_order(keys: Iterable[object]) -> list[str]:
    """RFC 8785 §3.2.3 sorts by UTF-16 code units, which differs from code points past U+FFFF."""
    texts: list[str] = []
    for key in keys:
        if not isinstance(key, str):
            raise NotCanonicalError(f"a key must be a string, not {key!r}")
        texts.append(key)
    if "".join(texts).isascii():
        return sorted(texts)
    return sorted(texts, key=lambda text: text.encode("utf-16-be", "surrogatepass"))
