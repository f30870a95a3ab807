"""What a PDF would do by itself, or brings along: a file with any of it is refused, not mended.

Objects are looked at as the reader understands them: names can be written with escapes and objects
packed away in streams, so nothing is found by looking at bytes.
"""

from collections.abc import Iterator
from typing import Any, Final

from pypdf import PdfReader
from pypdf.generic import IndirectObject

from cairn.journal.pdf.why import MOST_OBJECTS, NotKeptError, Why

KEYS: Final = {"/JS", "/JavaScript", "/XFA", "/EF", "/EmbeddedFiles", "/RichMediaContent"}
ACTIONS: Final = {
    "/JavaScript",
    "/Launch",
    "/SubmitForm",
    "/ImportData",
    "/GoToE",
    "/GoToR",
    "/Rendition",
    "/Movie",
    "/Sound",
    "/RichMediaExecute",
    "/GoTo3DView",
}
THINGS: Final = {
    "/EmbeddedFile",
    "/FileAttachment",
    "/RichMedia",
    "/Movie",
    "/Sound",
    "/Screen",
    "/3D",
    "/PS",
}
HARMLESS: Final = {"/GoTo", "/Named"}
"""Turning to a page: all that may happen when a file is opened. It is left out all the same."""


def refuse_active(reader: PdfReader) -> None:
    """Look at every object that can be reached. Raises NotKeptError."""
    for one in _dictionaries(reader):
        if any(one.get(key) is not None for key in KEYS & one.keys()):
            raise NotKeptError(Why.ACTIVE)
        if _name(one, "/S") in ACTIONS or {_name(one, "/Type"), _name(one, "/Subtype")} & THINGS:
            raise NotKeptError(Why.ACTIVE)
        if any(_acts(one.get(key)) for key in ("/OpenAction", "/AA")):
            raise NotKeptError(Why.ACTIVE)


def _acts(started: Any) -> bool:  # noqa: ANN401 - an action, a dictionary of such, or a place to turn to
    if not isinstance(started, dict):
        return False
    actions = [started] if "/S" in started else [started.get(key) for key in started]
    return any(isinstance(one, dict) and _name(one, "/S") not in HARMLESS for one in actions)


def _name(one: Any, key: str) -> str:  # noqa: ANN401
    value = one.get(key)
    return value if isinstance(value, str) else ""


def _dictionaries(reader: PdfReader) -> Iterator[Any]:
    """Every dictionary from the root of a file on, each once."""
    seen, waiting, count = set[tuple[int, int]](), [reader.trailer.raw_get("/Root")], 0
    while waiting:
        one = waiting.pop()
        if isinstance(one, IndirectObject):
            key = one.idnum, one.generation
            if key in seen:
                continue
            seen.add(key)
            one = one.get_object()
        count += 1
        if count > 20 * MOST_OBJECTS:
            raise NotKeptError(Why.TOO_MUCH)
        if isinstance(one, dict):
            yield one
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
