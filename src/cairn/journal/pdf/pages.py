"""A PDF made anew from its pages: what they show, and nothing else.

No author, no title, no XMP, no thumbnails, no private data of programs, no links, no forms, no outline,
no earlier revisions; pictures without EXIF. Annotations that are drawn (a seal, what was filled in)
stay as stamps of what they look like. The same file makes the same bytes.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any, Final

from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject, NullObject, StreamObject

from cairn.journal.pdf.active import refuse_active
from cairn.journal.pdf.streams import (
    Unpacked,
    count_before_opening,
    is_of_so_many_pixels,
    packed_anew,
)
from cairn.journal.pdf.why import MOST_KEPT, MOST_OBJECTS, MOST_PAGES, NotKeptError, Why

OF_PAGES: Final = (
    "/MediaBox",
    "/CropBox",
    "/Rotate",
    "/UserUnit",
    "/Resources",
    "/Contents",
    "/Group",
)
"""What a page is drawn from."""

LEFT_OUT: Final = {
    "/Metadata",
    "/PieceInfo",
    "/LastModified",
    "/Thumb",
    "/AA",
    "/AF",
    "/OPI",
    "/Ref",
    "/StructParent",
    "/StructParents",
    "/Parent",
    "/Usage",
}
"""What is said beside what is drawn, and by whom; and what leads back to the rest of the file."""
OF_STREAMS: Final = {"/Length", "/Filter", "/DecodeParms", "/F", "/FFilter", "/FDecodeParms", "/DL"}
"""Said anew of each stream; /F would have it read from another file."""

MAPS: Final = {
    "/ExtGState",
    "/ColorSpace",
    "/Pattern",
    "/Shading",
    "/XObject",
    "/Font",
    "/Properties",
    "/CharProcs",
    "/Colorants",
}
"""Dictionaries under these keys map names of the file's own choosing: none of them is left out."""

NEVER: Final = {"/Catalog", "/Pages", "/Page", "/Annot", "/Action", "/Sig", "/Filespec"}
"""No page is drawn from one of these; what leads to one leads to nothing."""
NOT_STAMPED: Final = {"/Link", "/Popup"}


def made_anew(content: bytes) -> bytes:
    """The same pages, in a new file. Raises NotKeptError, and whatever the reader stumbles over."""
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-2048:]:
        raise NotKeptError(Why.UNREADABLE)
    count_before_opening(content)
    reader = PdfReader(BytesIO(content))
    if reader.is_encrypted or "/Encrypt" in reader.trailer:
        raise NotKeptError(Why.LOCKED)
    refuse_active(reader)
    return _File(reader).written()


class _File:
    """The new file: its objects as bytes, numbered as they are come upon."""

    def __init__(self, reader: PdfReader) -> None:
        self.reader = reader
        self.objects: list[bytes] = [
            b"",
            b"",
        ]  # the catalogue and the tree of pages, when all is known
        self.numbers: dict[tuple[int, int], int] = {}
        self.waiting: deque[tuple[int, Any, str]] = deque()
        self.unpacked = Unpacked()

    def written(self) -> bytes:
        count = len(self.reader.pages)
        if not 1 <= count <= MOST_PAGES:
            raise NotKeptError(Why.TOO_MUCH if count else Why.UNREADABLE)
        pages = [self._add(self._page(page)) for page in self.reader.pages]
        while self.waiting:
            number, found, under = self.waiting.popleft()
            self.objects[number - 1] = self._said(found, under)
        kids = b" ".join(b"%d 0 R" % number for number in pages)
        self.objects[0] = b"<</Type/Catalog/Pages 2 0 R%b>>" % b"".join(self._layers())
        while self.waiting:  # what the layers named
            number, found, under = self.waiting.popleft()
            self.objects[number - 1] = self._said(found, under)
        self.objects[1] = b"<</Type/Pages/Count %d/Kids[%b]>>" % (count, kids)
        return _joined(self.objects)

    def _page(self, page: Any) -> bytes:  # noqa: ANN401 - pypdf's own
        said = [
            b"%b %b" % (key.encode(), self._said(page.raw_get(key), key))
            for key in OF_PAGES
            if key in page
        ]
        stamps = b" ".join(self._stamps(page))
        return b"<</Type/Page/Parent 2 0 R %b/Annots[%b]>>" % (b" ".join(said), stamps)

    def _stamps(self, page: Any) -> Iterator[bytes]:  # noqa: ANN401
        """Annotations as what they look like, and no more."""
        for one in page.get("/Annots") or ():
            annotation = one.get_object()
            if not isinstance(annotation, dict) or annotation.get("/Subtype") in NOT_STAMPED:
                continue
            shown = _look_of(annotation)
            if shown is None or "/Rect" not in annotation:
                continue
            rect = self._said(annotation["/Rect"], "/Rect")
            flags = int(annotation.get("/F", 4))
            look = self._said(shown, "/N")
            yield b"<</Type/Annot/Subtype/Stamp/Rect %b/F %d/AP<</N %b>>>>" % (rect, flags, look)

    def _layers(self) -> Iterator[bytes]:
        """Which layers are drawn, where a file has any: else those that are off would show."""
        root: Any = self.reader.trailer["/Root"]
        layers: Any = root.get("/OCProperties") or {}
        if isinstance(layers, DictionaryObject):
            said = {key: layers.raw_get(key) for key in ("/OCGs", "/D") if key in layers}
            yield b"/OCProperties" + self._dictionary(said, LEFT_OUT)

    def _add(self, said: bytes) -> int:
        if len(self.objects) >= MOST_OBJECTS:
            raise NotKeptError(Why.TOO_MUCH)
        self.objects.append(said)
        return len(self.objects)

    def _said(self, found: Any, under: str) -> bytes:  # noqa: ANN401
        """An object as bytes; what it refers to waits for its turn."""
        if isinstance(found, IndirectObject):
            return self._referred(found, under)
        if isinstance(found, StreamObject):
            return self._stream(found)
        if isinstance(found, dict):
            if found.get("/Type") in NEVER:
                return b"null"
            return self._dictionary(_raw(found), set() if under in MAPS else LEFT_OUT)
        if isinstance(found, list):
            return b"[%b]" % b" ".join(self._said(one, "") for one in found)
        out = BytesIO()
        (found if found is not None else NullObject()).write_to_stream(out)
        return out.getvalue()

    def _referred(self, to: IndirectObject, under: str) -> bytes:
        key = to.idnum, to.generation
        if key not in self.numbers:
            found = to.get_object()
            if found is None or (isinstance(found, dict) and found.get("/Type") in NEVER):
                return b"null"
            self.numbers[key] = self._add(b"null")
            self.waiting.append((self.numbers[key], found, under))
        return b"%d 0 R" % self.numbers[key]

    def _dictionary(self, found: Mapping[Any, Any], left_out: set[str]) -> bytes:
        said = [
            b"%b %b" % (_name(key), self._said(value, str(key)))
            for key, value in found.items()
            if key not in left_out
        ]
        return b"<<%b>>" % b" ".join(said)

    def _stream(self, found: StreamObject) -> bytes:
        if found.get("/Subtype") == "/Image" and is_of_so_many_pixels(found):
            raise NotKeptError(Why.TOO_MUCH)
        filters, parms, data = packed_anew(found, self.unpacked)
        said = self._dictionary(_raw(found), LEFT_OUT | OF_STREAMS)
        kept = b"/Filter[%b]" % b"".join(name.encode() for name in filters)
        if any(parms):
            kept += b"/DecodeParms[%b]" % b" ".join(self._said(one, "") for one in parms)
        return b"%b%b/Length %d>>\nstream\n%b\nendstream" % (said[:-2], kept, len(data), data)


def _look_of(annotation: Any) -> Any:  # noqa: ANN401
    """What draws an annotation as it stands, as the file refers to it; None where nothing does."""
    looks = annotation.get("/AP")
    if not isinstance(looks, dict) or "/N" not in looks:
        return None
    shown: Any = looks
    key = "/N"
    if not isinstance(looks["/N"], StreamObject):
        shown, key = looks["/N"], annotation.get("/AS")
    if not isinstance(shown, DictionaryObject) or key not in shown:
        return None
    return shown.raw_get(key) if isinstance(shown[key], StreamObject) else None


def _raw(found: Any) -> dict[Any, Any]:  # noqa: ANN401
    """A dictionary with what it refers to left as references."""
    return {key: found.raw_get(key) for key in found}


def _name(name: Any) -> bytes:  # noqa: ANN401
    out = BytesIO()
    name.write_to_stream(out) if hasattr(name, "write_to_stream") else out.write(name.encode())
    return out.getvalue()


def _joined(objects: list[bytes]) -> bytes:
    """A file of these objects, the first of which is its catalogue."""
    out, places = BytesIO(), []
    out.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    for number, said in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%b\nendobj\n" % (number, said))
        if out.tell() > MOST_KEPT:
            raise NotKeptError(Why.TOO_LARGE)
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(
        b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    )
    return out.getvalue()
