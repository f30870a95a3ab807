"""MP3 (ISO/IEC 11172-3, Layer III): its frames, one after another, and no tag before, between or after.

FF FB 90 64 …   eleven bits set, version, layer, bit rate, sample rate; so a frame says how long it is
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cairn.journal.sound.why import NotPlainError, refuse_if_long

FEWEST: Final = 8
"""Frames: fewer could be chance in bytes that are something else."""

MOST_TRIED: Final = 50_000
"""Bytes that could begin a frame and do not: a picture of a megabyte in a tag has some 4,000. More are no
recording, and would keep a processor busy for seconds."""

RATES: Final = {
    3: (44_100, 48_000, 32_000),
    2: (22_050, 24_000, 16_000),
    0: (11_025, 12_000, 8_000),
}
"""Samples a second by version bits: MPEG-1, MPEG-2, and what is called 2.5."""
FIRST: Final = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
LATER: Final = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
"""Kilobits a second of Layer III, in MPEG-1 and in the later ones."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What the header of a frame says. `sort` is what the frames of one recording share."""

    sort: tuple[int, int]
    length: int
    samples: int
    rate: int


def plain(content: bytes, most_seconds: int) -> bytes:
    """The frames alone. Raises NotPlainError."""
    frames = list(_frames(content))
    if len(frames) < FEWEST:
        raise NotPlainError
    refuse_if_long(sum(frame.samples / frame.rate for _at, frame in frames), most_seconds)
    return b"".join(content[at : at + frame.length] for at, frame in frames)


def begins(content: bytes) -> bool:
    """Whether these bytes begin as an MP3 does: with a tag, or with a frame."""
    return content.startswith(b"ID3") or header(content, 0) is not None


def header(content: bytes, at: int) -> Frame | None:
    """The frame that begins here, if one does."""
    if at + 4 > len(content) or content[at] != 0xFF or content[at + 1] & 0xE0 != 0xE0:
        return None
    version, layer = content[at + 1] >> 3 & 3, content[at + 1] >> 1 & 3
    bits, rates, padded = content[at + 2] >> 4, content[at + 2] >> 2 & 3, content[at + 2] >> 1 & 1
    if layer != 1 or version not in RATES or bits in (0, 15) or rates == 3:
        return None
    rate = RATES[version][rates]
    kilobits = (FIRST if version == 3 else LATER)[bits]
    samples = 1152 if version == 3 else 576
    length = samples // 8 * kilobits * 1000 // rate + padded
    return Frame((version, rates), length, samples, rate)


def _frames(content: bytes) -> Iterator[tuple[int, Frame]]:
    """Each frame with where it begins. Between them may stand what is none: it is passed over.

    Raises NotPlainError where that is nearly all.
    """
    at, sort, tried = _after_tags(content), None, 0
    while at < len(content):
        frame = header(content, at)
        if frame is None or (sort and frame.sort != sort) or not _follows(content, at, frame):
            at, tried = content.find(b"\xff", at + 1), tried + 1
            if at < 0:
                return
            if tried > MOST_TRIED:
                raise NotPlainError
            continue
        sort = frame.sort
        yield at, frame
        at += frame.length


def _follows(content: bytes, at: int, frame: Frame) -> bool:
    """Whether a whole frame stands here, and after it another, a tag, or nothing."""
    end = at + frame.length
    if end > len(content):
        return False
    after = header(content, end)
    rest = content[end : end + 8]
    return (
        not rest
        or rest.startswith((b"TAG", b"APETAGEX", b"LYRICS", b"ID3"))
        or (after is not None and after.sort == frame.sort)
    )


def _after_tags(content: bytes) -> int:
    """Where the ID3v2 tags at the beginning end: each says its length in four bytes of seven bits."""
    at = 0
    while content[at : at + 3] == b"ID3" and len(content) >= at + 10:
        length = 0
        for byte in content[at + 6 : at + 10]:
            length = length << 7 | byte & 0x7F
        at += 10 + length
    return at
