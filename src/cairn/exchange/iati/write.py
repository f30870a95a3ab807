"""Writes IATI elements. What is written, and in which order, is decided elsewhere."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final, cast

from lxml import etree

from cairn.exchange.iati.mapping import LANGUAGES, VERSION
from cairn.values import Language, to_decimal

LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_NO_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """A text without the few signs that XML has no way to write."""
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def add(
    parent: etree._Element, tag: str, text: str | None = None, **attributes: str
) -> etree._Element:
    """Add an element. `iso_date` is written iso-date; an empty attribute is left out."""
    element = etree.SubElement(parent, tag)
    for name, value in attributes.items():
        if value:
            element.set(name.rstrip("_").replace("_", "-"), clean(value))
    if text is not None:
        element.text = clean(text)
    return element


def narrate(parent: etree._Element, texts: Mapping[str, str]) -> None:
    """A text in each language there is."""
    for code, text in texts.items():
        add(parent, "narrative", text).set(LANG, LANGUAGES[cast("Language", code)])


def say(
    parent: etree._Element, tag: str, texts: Mapping[str, str], **attributes: str
) -> etree._Element:
    """Add an element that holds a text."""
    element = add(parent, tag, **attributes)
    narrate(element, texts)
    return element


def worth(parent: etree._Element, minor: int, currency: str, on: date) -> None:
    """Add an amount of a day."""
    amount = to_decimal(minor, currency)
    add(parent, "value", amount, currency=currency, value_date=on.isoformat())


def file_of(outermost: str, records: Iterable[etree._Element]) -> Iterator[bytes]:
    """A whole file, a record at a time: the same bytes for the same records."""
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<{outermost} version="{VERSION}">\n'.encode()
    for record in records:
        etree.indent(record, level=1)
        yield b"  " + etree.tostring(record, encoding="UTF-8", xml_declaration=False) + b"\n"
    yield f"</{outermost}>\n".encode()


def put(path: Path, pieces: Iterator[bytes]) -> None:
    """Write a file beside its place, then put it there: nobody reads half of one."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("wb") as stream:
            stream.writelines(pieces)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
