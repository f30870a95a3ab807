"""WAV: its samples under a header of ours. Where and when it was recorded stands in other chunks, and goes."""

import wave
from io import BytesIO

from cairn.journal.sound.why import NotPlainError, refuse_if_long


def plain(content: bytes, most_seconds: int) -> bytes:
    """The same samples, alone. Raises NotPlainError."""
    try:
        with wave.open(BytesIO(content)) as heard:
            about = heard.getparams()
            samples = heard.readframes(about.nframes)
    except (wave.Error, EOFError, ValueError, ZeroDivisionError) as error:
        raise NotPlainError from error
    wide = about.nchannels * about.sampwidth
    if about.nchannels not in (1, 2) or not 4_000 <= about.framerate <= 192_000:
        raise NotPlainError
    samples = samples[: len(samples) // wide * wide]
    refuse_if_long(len(samples) / wide / about.framerate, most_seconds)
    out = BytesIO()
    with wave.open(out, "wb") as written:
        written.setnchannels(about.nchannels)
        written.setsampwidth(about.sampwidth)
        written.setframerate(about.framerate)
        written.writeframes(samples)
    return out.getvalue()
