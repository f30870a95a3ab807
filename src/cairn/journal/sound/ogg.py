"""Ogg (RFC 3533) with Opus (RFC 7845) or Vorbis: its pages, under comments that say nothing.

OggS 00 02 granule serial number crc n n×segments data     the first page holds the head alone,
OggS 00 00 …                                               the next the comments, and Vorbis' setup,
OggS 00 00 …                                               and sound begins on a page of its own
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from cairn.journal.sound.why import NotPlainError, Why, refuse_if_long

HEADER: Final = struct.Struct("<4sBBqIIIB")
CONTINUED, FIRST, LAST = 1, 2, 4
SERIAL: Final = 1
"""Of every recording: a number by chance would make two of the same."""
OPUS_RATE: Final = 48_000

OPUS, VORBIS = b"OpusHead", b"\x01vorbis"
NOTHING: Final = {
    OPUS: b"OpusTags" + struct.pack("<II", 0, 0),
    VORBIS: b"\x03vorbis" + struct.pack("<IIB", 0, 0, 1),
}
"""Comments by no encoder, about nothing."""
HEADERS: Final = {OPUS: 2, VORBIS: 3}
"""How many packets come before sound."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page. `granule` is how many samples have played at its end; −1 where no packet ends on it."""

    flags: int
    granule: int
    serial: int
    segments: bytes
    data: bytes


def plain(content: bytes, most_seconds: int) -> bytes:
    """The one stream of sound in it, without comments. Raises NotPlainError."""
    pages = list(_pages(content))
    if (
        len({page.serial for page in pages}) != 1
        or sum(page.flags & FIRST for page in pages) > FIRST
    ):
        raise NotPlainError(
            Why.OTHER
        )  # a picture or video beside it, or recordings one after another
    head = pages[0].data
    codec = next((one for one in NOTHING if head.startswith(one)), None)
    if codec is None:
        raise NotPlainError(Why.OTHER)
    packets, sound = _headers(pages, HEADERS[codec])
    refuse_if_long(_seconds(codec, head, sound), most_seconds)
    headers = [packets[0]], [NOTHING[codec], *packets[2:]]
    made = [_page_of(one, FIRST if nth == 0 else 0) for nth, one in enumerate(headers)]
    return b"".join(_written(page, number) for number, page in enumerate([*made, *sound]))


def _pages(content: bytes) -> Iterator[Page]:
    at = 0
    while at < len(content):
        try:
            sign, version, flags, granule, serial, _number, _crc, count = HEADER.unpack_from(
                content, at
            )
        except struct.error as error:
            raise NotPlainError from error
        start = at + HEADER.size + count
        segments = content[at + HEADER.size : start]
        end = start + sum(segments)
        if sign != b"OggS" or version or len(segments) < count or end > len(content):
            raise NotPlainError
        yield Page(
            flags & (CONTINUED | FIRST | LAST), granule, serial, segments, content[start:end]
        )
        at = end


def _headers(pages: list[Page], count: int) -> tuple[list[bytes], list[Page]]:
    """The packets before sound, and the pages of sound."""
    packets, open_packet = list[bytes](), b""
    for nth, page in enumerate(pages):
        if len(packets) == count and not open_packet:
            return packets, pages[nth:]
        at = 0
        for length in page.segments:
            open_packet += page.data[at : at + length]
            at += length
            if length < 255:
                packets.append(open_packet)
                open_packet = b""
    raise NotPlainError


def _seconds(codec: bytes, head: bytes, sound: list[Page]) -> float:
    """How long it plays: the last page says how many samples, the head how many a second."""
    played = max((page.granule for page in sound), default=0)
    try:
        if codec == OPUS:
            (skipped,) = struct.unpack_from("<H", head, 10)
            return float(played - skipped) / OPUS_RATE
        (rate,) = struct.unpack_from("<I", head, 12)
    except struct.error as error:
        raise NotPlainError from error
    return played / float(max(rate, 1))


def _page_of(packets: list[bytes], flags: int) -> Page:
    """A page that holds these packets. Raises NotPlainError where they are longer than one may be."""
    segments = [n for one in packets for n in (*[255] * (len(one) // 255), len(one) % 255)]
    if len(segments) > 255:
        raise NotPlainError
    return Page(flags, 0, SERIAL, bytes(segments), b"".join(packets))


def _written(page: Page, number: int) -> bytes:
    page = replace(page, flags=page.flags & ~FIRST if number else page.flags)
    about = (b"OggS", 0, page.flags, page.granule, SERIAL, number)
    rest = page.segments + page.data
    bare = HEADER.pack(*about, 0, len(page.segments)) + rest
    return HEADER.pack(*about, _crc(bare), len(page.segments)) + rest


def _table() -> Iterator[int]:
    for byte in range(256):
        rest = byte << 24
        for _bit in range(8):
            rest = rest << 1 ^ (0x104C11DB7 if rest & 0x80000000 else 0)
        yield rest


TABLE: Final = tuple(_table())


def _crc(page: bytes) -> int:
    """RFC 3533 §6: polynomial 0x04C11DB7, from nothing, not reflected. zlib's is another."""
    crc = 0
    for byte in page:
        crc = (crc << 8 & 0xFFFFFFFF) ^ TABLE[crc >> 24 ^ byte]
    return crc
