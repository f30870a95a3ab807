"""What is heard in the demo: a melody, played by arithmetic. No voice is made up, by no machine."""

import math
import wave
from functools import cache
from hashlib import sha256
from io import BytesIO
from typing import Final

from cairn.demo.pictures import also_kept
from cairn.journal.recordings import made_plain

RATE: Final = 8_000
LOUD: Final = 9_000
TUNE: Final = (
    (392, 2),
    (440, 1),
    (523, 1),
    (587, 2),
    (523, 1),
    (440, 1),
    (392, 2),
    (330, 1),
    (392, 3),
)
"""Pitches in hertz and how many quarters of a second each sounds."""


@cache
def file_of_melody() -> str:
    """The id of the recording, once it is kept."""
    content = _played()
    file = sha256(made_plain(content)).hexdigest()
    also_kept(file, content)
    return file


def _played() -> bytes:
    samples = bytearray()
    for pitch, quarters in TUNE:
        length = RATE * quarters // 4
        for nth in range(length):
            fading = (1 - nth / length) * min(1, nth / 200)
            sample = int(LOUD * fading * math.sin(2 * math.pi * pitch * nth / RATE))
            samples += sample.to_bytes(2, "little", signed=True)
    out = BytesIO()
    with wave.open(out, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(RATE)
        written.writeframes(bytes(samples))
    return out.getvalue()
