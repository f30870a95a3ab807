"""The streams of a PDF: unpacked to be counted, packed anew, and pictures rid of what is beside them.

Packing anew is what keeps a ZIP or a page from standing in a stream as it is; counting is what keeps
some kilobytes from unpacking to gigabytes at whoever opens them.
"""

import re
import zlib
from contextlib import suppress
from typing import Any, Final

from pypdf.filters import ASCII85Decode, ASCIIHexDecode, LZWDecode, RunLengthDecode
from pypdf.generic import DictionaryObject, StreamObject

from cairn.journal.pdf.why import MOST_PIXELS, MOST_UNPACKED, NotKeptError, Why

CHUNK: Final = 2**20
PIECE: Final = 2**14

FLATE: Final = "/FlateDecode"
SHORT: Final = {
    "/AHx": "/ASCIIHexDecode",
    "/A85": "/ASCII85Decode",
    "/LZW": "/LZWDecode",
    "/Fl": FLATE,
    "/RL": "/RunLengthDecode",
    "/CCF": "/CCITTFaxDecode",
    "/DCT": "/DCTDecode",
}
AS_TEXT: Final[dict[str, Any]] = {
    "/ASCIIHexDecode": ASCIIHexDecode,
    "/ASCII85Decode": ASCII85Decode,
}
OLD: Final[dict[str, Any]] = {"/LZWDecode": LZWDecode, "/RunLengthDecode": RunLengthDecode}
OF_PICTURES: Final = {"/CCITTFaxDecode", "/JBIG2Decode", "/DCTDecode", "/JPXDecode"}

Packed = tuple[list[str], list[Any], bytes]
"""Filters, the parameters of each (None for none), and the bytes that they are to be undone on."""


class Unpacked:
    """How much has been unpacked so far, of all that may be."""

    def __init__(self, most: int = MOST_UNPACKED) -> None:
        self.left = most

    def take(self, size: int) -> None:
        """Count. Raises NotKeptError."""
        self.left -= size
        if self.left < 0:
            raise NotKeptError(Why.TOO_MUCH)

    def inflate(self, packed: bytes | memoryview) -> bytes:
        """Undo deflate, as far as it goes: writers of PDFs are careless about its end.

        It is given some at a time, for it copies what it was given and did not need.
        """
        found, stream = bytearray(), zlib.decompressobj()
        with suppress(zlib.error):
            for start in range(0, len(packed), PIECE):
                piece: bytes | memoryview = packed[start : start + PIECE]
                while piece and not stream.eof:
                    more = stream.decompress(piece, CHUNK)
                    piece = stream.unconsumed_tail
                    self.take(len(more))
                    found += more
                if stream.eof:
                    break
            found += stream.flush()
        return bytes(found)


def count_before_opening(content: bytes) -> None:
    """Unpack each stream of a file, whatever names it, only to count. Raises NotKeptError."""
    unpacked, whole = Unpacked(), memoryview(content)
    for start in re.finditer(rb"stream\r?\n", content):
        unpacked.inflate(whole[start.end() :])


def packed_anew(stream: StreamObject, unpacked: Unpacked) -> Packed:
    """A stream with one deflate around its bytes, or around what packs its picture."""
    filters = [SHORT.get(name, name) for name in _list(stream.get("/Filter"))]
    parms = _list(stream.get("/DecodeParms"))
    parms += [None] * (len(filters) - len(parms))
    data = bytes(stream._data)
    while filters and filters[0] in AS_TEXT:
        data = AS_TEXT[filters.pop(0)].decode(data)
        parms.pop(0)
        unpacked.take(len(data))
    predicted = None
    if filters and filters[0] in {FLATE, *OLD}:
        packing, predicted = filters.pop(0), parms.pop(0)
        data = unpacked.inflate(data) if packing == FLATE else _old(packing, data, unpacked)
    if len(filters) > 1 or (filters and (filters[0] not in OF_PICTURES or _predicts(predicted))):
        raise NotKeptError(Why.UNREADABLE)  # packed twice, under a lock, or as nobody packs
    if filters:
        return filters, parms[:1], _bare_picture(filters[0], data)
    if stream.get("/Subtype") != "/Image":
        _count_within(data, unpacked)
    return [FLATE], [predicted], zlib.compress(data)


def _predicts(parms: Any) -> bool:  # noqa: ANN401 - a dictionary or nothing
    return isinstance(parms, dict) and parms.get("/Predictor", 1) != 1


def is_of_so_many_pixels(stream: DictionaryObject) -> bool:
    """Whether a picture claims more pixels than are kept."""
    width, height = stream.get("/Width", 0), stream.get("/Height", 0)
    return int(width) * int(height) > MOST_PIXELS


def _old(packing: str, data: bytes, unpacked: Unpacked) -> bytes:
    found = bytes(OLD[packing].decode(data))
    unpacked.take(len(found))
    return found


def _count_within(content: bytes, unpacked: Unpacked) -> None:
    """Count pictures that stand in the text of a page, packed once more."""
    whole = memoryview(content)
    for start in re.finditer(rb"\sID\s(?=[\x08-\x78])", content):
        unpacked.inflate(whole[start.end() :])


def _list(value: Any) -> list[Any]:  # noqa: ANN401 - a name, a dictionary, a list of either, or nothing
    resolved = value.get_object() if hasattr(value, "get_object") else value
    if resolved is None:
        return []
    return [_plain(one) for one in resolved] if isinstance(resolved, list) else [_plain(resolved)]


def _plain(one: Any) -> Any:  # noqa: ANN401
    found = one.get_object() if hasattr(one, "get_object") else one
    return found if isinstance(found, (str, dict)) else None


# Pictures


def _bare_picture(packing: str, data: bytes) -> bytes:
    if packing == "/DCTDecode":
        return bare_jpeg(data)
    if packing == "/JPXDecode":
        return _bare_jpeg_2000(data)
    return data


def bare_jpeg(data: bytes) -> bytes:
    """A JPEG without EXIF, places, comments, profiles, or anything after its end.

    What stays: its frame, tables and scans, and the two segments that say what its colours are.
    """
    if data[:2] != b"\xff\xd8":
        raise NotKeptError(Why.UNREADABLE)
    kept, at = bytearray(data[:2]), 2
    while at + 4 <= len(data) and data[at + 1] != 0xD9:
        marker, end = data[at + 1], at + 2 + int.from_bytes(data[at + 2 : at + 4])
        if data[at] != 0xFF:
            raise NotKeptError(Why.UNREADABLE)
        if marker == 0xFF:  # filling
            at += 1
            continue
        if marker == 0xDA:
            after = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]").search(data, end)
            end = after.start() if after else len(data)
        if not (marker in range(0xE1, 0xEE) or marker in {0xEF, 0xFE}):
            kept += data[at:end]
        at = end
    return bytes(kept + b"\xff\xd9")


def _bare_jpeg_2000(data: bytes) -> bytes:
    """A JPEG 2000 without its boxes of XML and of anybody's own."""
    if data[4:8] != b"jP  ":
        return data  # the bare codestream
    kept, at = bytearray(), 0
    while at + 8 <= len(data):
        size, name = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16])
        end = at + size if size else len(data)
        if end <= at + 7 or end > len(data):
            raise NotKeptError(Why.UNREADABLE)
        if name not in {b"xml ", b"uuid", b"uinf"}:
            kept += data[at:end]
        at = end
    return bytes(kept)
