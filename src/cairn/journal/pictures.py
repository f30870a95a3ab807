"""Pictures, made anew from their pixels: nothing else that a camera or a sender put in comes along.

No EXIF, no place, no comment, no thumbnail, no colour profile; at most 1,600 pixels a side. What is
not a plain picture is refused, and so is one that would not fit into memory.
"""

import io
import warnings
from typing import Final

from cairn.values import CairnError

MOST_BYTES: Final = 20 * 2**20
MOST_PIXELS: Final = 40_000_000
SIDE: Final = 1600
QUALITY: Final = 82
FORMATS: Final = ("JPEG", "PNG", "WEBP")


class NotAPictureError(CairnError):
    """Bytes that are no picture, or none that can be kept. Nothing was kept."""


def re_encoded(content: bytes) -> bytes:
    """A picture as a JPEG of at most SIDE pixels a side, upright. Raises NotAPictureError."""
    from PIL import Image, ImageOps, UnidentifiedImageError  # noqa: PLC0415 - loads when asked

    if len(content) > MOST_BYTES:
        raise NotAPictureError(
            f"It is {len(content):,} bytes long, of {MOST_BYTES:,} at most; take a smaller picture."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise NotAPictureError(
                        f"It has {opened.width:,} × {opened.height:,} pixels, more than "
                        f"{MOST_PIXELS:,}; take a smaller picture."
                    )
                # A JPEG is read at a half or a quarter where that is enough, which saves half of
                # the work. Asked for a square it would come whole, as its short side is nearer.
                opened.draft("RGB", _within_a_side(opened.width, opened.height))
                opened.thumbnail((SIDE, SIDE))
                upright = ImageOps.exif_transpose(opened)
    except (
        UnidentifiedImageError, OSError, SyntaxError, ValueError,
        Image.DecompressionBombError, Image.DecompressionBombWarning,
    ) as error:  # fmt: skip
        raise NotAPictureError(
            "It is no picture that can be read: send a JPEG, PNG or WebP."
        ) from error
    bare = Image.new("RGB", upright.size, "white")
    seen = upright.convert("RGBA")
    bare.paste(seen, mask=seen.getchannel("A"))
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def _within_a_side(width: int, height: int) -> tuple[int, int]:
    """How large a picture becomes whose longer side is to have SIDE pixels."""
    longer = max(width, height)
    return max(1, SIDE * width // longer), max(1, SIDE * height // longer)
