"""The official XSD: one activity or organisation at a time, and libxml2's messages in plain words."""

import re
from collections.abc import Iterable, Iterator
from typing import Final, cast

from lxml import etree

_EXPECTED: Final = re.compile(r"Expected is (?:one of )?\( (.+?) \)")
_ATTRIBUTE: Final = re.compile(r"attribute '(.+?)'")
_VALUE: Final = re.compile(
    r": '(.*)' is not a valid value of the (?:atomic|union|list) type", re.DOTALL
)
_TYPE: Final = re.compile(r"type '(?:xs:)?(\w+)'\.$")

_WRITTEN: Final = {
    "date": "a date, written like 2025-06-30",
    "dateTime": "a date and time, written like 2025-06-30T12:00:00Z",
    "decimal": "a number, written with digits and a point, like 1250.50",
    "int": "a whole number",
    "integer": "a whole number",
    "nonNegativeInteger": "a whole number, 0 or above",
    "positiveInteger": "a whole number above 0",
    "boolean": "true or false (or 1 or 0)",
    "anyURI": "a web address",
    "NMTOKEN": "one code without spaces",
    "language": "a code of a language, like en or zh",
}


def schema_errors(
    schema: etree.XMLSchema, element: etree._Element
) -> Iterator[tuple[etree._Element | None, str, str]]:
    """What the schema says of an element and all in it: where, an attribute or nothing, and why."""
    if schema.validate(element):
        return
    for entry in cast("Iterable[etree._LogEntry]", schema.error_log):
        yield _found(element, entry.path), _attribute(entry.message), _in_words(entry)


def _found(element: etree._Element, path: str | None) -> etree._Element | None:
    """The element of a message. Its path begins at the element that was validated."""
    steps = (path or "").split("/", 2)[2:]
    if not steps:
        return element
    # A path of libxml2 names no namespace: such an element is `*[3]` or `ns:name`.
    step = re.sub(r"[\w.-]+:[\w.-]+", "*", steps[0])
    found = element.xpath(step)
    first = found[0] if isinstance(found, list) and found else None
    return first if isinstance(first, etree._Element) else None


def _attribute(message: str) -> str:
    found = _ATTRIBUTE.search(message.split(":", 1)[0])
    return found[1] if found else ""


def _in_words(entry: etree._LogEntry) -> str:
    message = entry.message
    name = re.sub(r"^Element '(?:\{.*?\})?(.+?)'.*", r"<\1>", message, flags=re.DOTALL)
    if "Missing child element" in message or "is not expected" in message:
        return _of_order(name, message)
    if "is required but missing" in message:
        missing = re.search(r"The attribute '(.+?)' is required", message)
        return f"{name} lacks its attribute {missing[1] if missing else ''}."
    if "is not allowed" in message and "Character content" in message:
        return f"{name} holds text of its own; only elements may stand in it."
    if "is not allowed" in message:
        return f"{name} has an attribute that the standard does not know: {_attribute(message)}."
    return _of_value(name, message)


def _of_order(name: str, message: str) -> str:
    expected = _EXPECTED.search(message)
    if "Missing child element" in message:
        return f"{name} is not complete: it lacks {_these(expected)}."
    if expected is None:
        return f"{name} does not belong here, or stands here once too often."
    return (
        f"{name} does not belong at this place, where the standard expects {_these(expected)}: "
        "elements stand in a fixed order."
    )


def _of_value(name: str, message: str) -> str:
    value, kind = _VALUE.search(message), _TYPE.search(message)
    if value is None or kind is None:
        return re.sub(r"^Element '(?:\{.*?\})?(.+?)'", r"<\1>", message)
    attribute = _attribute(message)
    where = f"the attribute {attribute} of {name}" if attribute else name
    wanted = _WRITTEN.get(kind[1], f"a value of the type {kind[1]}")
    said = f"is ‘{value[1]}’" if value[1].strip() else "is empty"
    return f"{where[0].upper()}{where[1:]} {said}; it must be {wanted}."


def _these(expected: re.Match[str] | None) -> str:
    if expected is None:
        return "an element"
    # `##other{uri}*` stands for elements of other namespaces, which are not missed by anybody.
    names = [name.strip() for name in expected[1].split(",") if "##" not in name]
    told = [f"<{name}>" for name in names[:6]] or ["elements of other namespaces alone"]
    if len(names) > 6:
        told.append(f"{len(names) - 6} others")
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} or {told[-1]}"
