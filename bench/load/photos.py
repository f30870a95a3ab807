"""Photos such as phones send: 12 megapixels, 3 to 4 MB, each of its own pixels, with EXIF.

python -m bench.load.photos FOLDER HOW-MANY
"""

import sys
from pathlib import Path
from random import Random

from PIL import Image

SIZE = (4000, 3000)
SMALL = (1600, 1200)
"""As the field app makes one anew before it is kept."""

QUALITY = 88
ORIENTATION, SOFTWARE = 0x0112, 0x0131


def photos(folder: Path, many: int, *, size: tuple[int, int] = SIZE) -> list[Path]:
    """So many photos in a folder: those that are there, and what is missing of them."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{size[0]}-{nth:04}.jpg" for nth in range(many)]
    missing = [path for path in paths if not path.exists()]
    grain = Image.effect_noise(size, 32) if missing else None
    for path in missing:
        assert grain
        rng = Random(path.stem)  # noqa: S311 - no secret
        # Large soft shapes, and grain over them: what makes a photo as large as it is.
        soft = Image.frombytes("RGB", (24, 18), rng.randbytes(24 * 18 * 3))
        picture = soft.resize(size, Image.Resampling.BICUBIC)
        shifted = grain.transpose(rng.choice(list(Image.Transpose)[:3]))
        layer = Image.merge("RGB", (shifted,) * 3).resize(size)
        exif = Image.Exif()
        exif[ORIENTATION], exif[SOFTWARE] = rng.choice([1, 6]), "bench"
        mixed = Image.blend(picture, layer, 0.22)
        mixed.save(path, "JPEG", quality=QUALITY, exif=exif)
    return paths


if __name__ == "__main__":
    photos(Path(sys.argv[1]), int(sys.argv[2]))
