"""M4A (ISO/IEC 14496-12 with AAC): the boxes that a player needs; the others become empty ones, as long.

    ftyp | moov: mvhd, trak: tkhd, mdia: mdhd, hdlr, minf: smhd, dinf, stbl … | mdat

What is blanked keeps its length, so that the places of samples, which the file names, stay right.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cairn.journal.sound.why import NotPlainError, Why, refuse_if_long

Path = tuple[bytes, ...]

NEEDED: Final[dict[Path, frozenset[bytes]]] = {
    (): frozenset({b"ftyp", b"moov", b"mdat"}),
    (b"moov",): frozenset({b"mvhd", b"trak"}),
    (b"moov", b"trak"): frozenset({b"tkhd", b"edts", b"mdia"}),
    (b"moov", b"trak", b"mdia"): frozenset({b"mdhd", b"hdlr", b"minf"}),
    (b"moov", b"trak", b"mdia", b"minf"): frozenset({b"smhd", b"dinf", b"stbl"}),
    (b"moov", b"trak", b"mdia", b"minf", b"stbl"): frozenset(
        {b"stsd", b"stts", b"stsc", b"stsz", b"stco", b"co64", b"sgpd", b"sbgp"}
    ),
}
"""What may stand in each box that is looked into."""

DATED: Final = frozenset({b"mvhd", b"tkhd", b"mdhd"})
"""Boxes that say when it was made and changed."""

MOST_BOXES: Final = 1_000


@dataclass(frozen=True, slots=True)
class Box:
    """A box: where it is in, what it is, where it and what it holds begin, and where it ends."""

    inside: Path
    kind: bytes
    start: int
    body: int
    end: int


def plain(content: bytes, most_seconds: int) -> bytes:
    """The one track of sound in it, and nothing beside. Raises NotPlainError."""
    boxes = list(_boxes(content))
    if len(boxes) > MOST_BOXES or any(box.kind == b"moof" for box in boxes):
        raise NotPlainError(Why.OTHER)
    try:
        _refuse_what_is_no_sound(content, boxes, most_seconds)
    except (struct.error, ValueError) as error:
        raise NotPlainError from error
    made = bytearray(content)
    for box in boxes:
        if box.kind not in NEEDED[box.inside]:
            made[box.start + 4 : box.start + 8] = b"free"
            made[box.body : box.end] = bytes(box.end - box.body)
        elif box.kind in DATED:
            width = 16 if content[box.body] else 8
            made[box.body + 4 : box.body + 4 + width] = bytes(width)
        elif box.kind == b"hdlr":
            named = box.body + 24  # what made it calls itself by a name here
            made[named : box.end] = bytes(box.end - named)
    return bytes(made)


def _boxes(content: bytes, inside: Path = (), at: int = 0, end: int | None = None) -> Iterator[Box]:
    """Every box in those that are looked into, the outer ones first. Raises NotPlainError."""
    end = len(content) if end is None else end
    while at < end:
        if end - at < 8:
            raise NotPlainError
        length, kind = struct.unpack_from(">I4s", content, at)
        body = at + 8
        if length == 1 and end - at >= 16:
            length, body = struct.unpack_from(">Q", content, body)[0], at + 16
        elif length == 0 and not inside:
            length = end - at
        if length < body - at or at + length > end:
            raise NotPlainError
        yield Box(inside, kind, at, body, at + length)
        if kind in NEEDED[inside] and (*inside, kind) in NEEDED:
            yield from _boxes(content, (*inside, kind), body, at + length)
        at += length


def _refuse_what_is_no_sound(content: bytes, boxes: list[Box], most_seconds: int) -> None:
    """One track, of AAC, in this very file, not too long. Raises NotPlainError, struct.error, ValueError."""
    named = {kind: [box for box in boxes if box.kind == kind] for kind in NEEDED_ONCE}
    if len(named[b"trak"]) > 1:
        raise NotPlainError(Why.OTHER)
    mvhd, hdlr, stsd, dinf, _trak, _ftyp, _mdat = (
        *(_only(named[kind]) for kind in NEEDED_ONCE[:-1]),
        named[b"mdat"],
    )
    if content[hdlr.body + 8 : hdlr.body + 12] != b"soun":
        raise NotPlainError(Why.OTHER)
    if struct.unpack_from(">I", content, stsd.body + 4)[0] != 1:
        raise NotPlainError(Why.OTHER)
    if content[stsd.body + 12 : stsd.body + 16] != b"mp4a":
        raise NotPlainError(Why.OTHER)
    if (
        content[dinf.body : dinf.end].count(b"url \x00\x00\x00\x01") != 1
        or dinf.end - dinf.body > 36
    ):
        raise NotPlainError(Why.OTHER)  # its sound is elsewhere
    version = content[mvhd.body]
    scale, duration = struct.unpack_from(
        ">IQ" if version else ">II", content, mvhd.body + (20 if version else 12)
    )
    refuse_if_long(duration / max(scale, 1), most_seconds)


NEEDED_ONCE: Final = (b"mvhd", b"hdlr", b"stsd", b"dinf", b"trak", b"ftyp", b"mdat")


def _only(found: list[Box]) -> Box:
    (one,) = found
    return one
