"""Pictures are made anew from their pixels, and nothing else comes along."""

from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin

from cairn.journal.pictures import MOST_BYTES, SIDE, NotAPictureError, re_encoded

CANARY = b"41.2 N 76.1 E, Aynur's house"


def jpeg(size=(80, 60), **options) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "brown").save(out, "JPEG", **options)
    return out.getvalue()


def png(size=(80, 60), **options) -> bytes:
    out = BytesIO()
    Image.new("RGBA", size, (10, 20, 30, 0)).save(out, "PNG", **options)
    return out.getvalue()


def with_exif() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = CANARY.decode()
    exif.get_ifd(0x8825)[2] = (41.0, 12.0, 0.0)
    return jpeg(exif=exif)


def with_text() -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", CANARY.decode())
    return png(pnginfo=info)


@pytest.mark.parametrize(
    "sent",
    [with_exif(), with_text(), jpeg(comment=CANARY), jpeg() + CANARY, jpeg(xmp=CANARY)],
    ids=["exif and gps", "png text", "comment", "after the end", "xmp"],
)
def test_nothing_but_pixels_is_kept(sent):
    assert CANARY in sent

    kept = re_encoded(sent)

    with Image.open(BytesIO(kept)) as image:
        assert CANARY not in kept
        assert not image.getexif()
        assert image.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_picture_is_stood_upright_and_made_no_larger_than_need_be():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter

    with Image.open(BytesIO(re_encoded(jpeg((4000, 2000), exif=exif)))) as image:
        assert image.size == (SIDE // 2, SIDE)


@pytest.mark.parametrize("size", [(4000, 3000), (3000, 4000), (9000, 1), (1700, 1600), (20, 10)])
def test_a_picture_of_any_shape_keeps_it(size):
    with Image.open(BytesIO(re_encoded(jpeg(size)))) as image:
        assert max(image.size) == min(SIDE, max(size))
        assert image.size[0] * size[1] == pytest.approx(image.size[1] * size[0], rel=0.01, abs=9000)


def test_what_is_transparent_becomes_white():
    with Image.open(BytesIO(re_encoded(png()))) as image:
        assert image.getpixel((5, 5)) == (255, 255, 255)


def test_the_same_picture_has_the_same_bytes():
    assert re_encoded(png()) == re_encoded(png())


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"%PDF-1.7",
        jpeg()[:200],
        b"PK\x03\x04",
    ],
)
def test_what_is_no_picture_is_refused(sent):
    with pytest.raises(NotAPictureError):
        re_encoded(sent)


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_opened():
    bomb = png((9000, 9000))
    assert len(bomb) < 500_000

    with pytest.raises(NotAPictureError, match="pixels"):
        re_encoded(bomb)


def test_a_file_that_is_too_long_is_refused():
    with pytest.raises(NotAPictureError, match="bytes"):
        re_encoded(bytes(MOST_BYTES + 1))
