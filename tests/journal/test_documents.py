"""PDFs are made anew from their pages: nothing that they hold beside comes along."""

import io
import zlib
from base64 import a85encode

import pytest
from PIL import Image
from pypdf import PdfReader

from cairn.journal import documents
from cairn.journal.documents import NotADocumentError, made_anew
from cairn.journal.pdf.why import MOST_BYTES
from pdfs import DRAWN, PAGE, a_pdf, deflated, packed_away, stream, written


def read(content):
    return PdfReader(io.BytesIO(content), strict=True)


def plain(content):
    """A file with each of its streams unpacked, to be searched."""
    reader = read(content)
    found = [content]
    for number in range(1, int(reader.trailer["/Size"])):
        one = reader.get_object(number)
        if hasattr(one, "get_data") and "/DCTDecode" not in str(one.get("/Filter")):
            found.append(one.get_data())
    return b"\n".join(found)


def test_what_a_page_draws_stays():
    kept = read(made_anew(a_pdf(content=deflated(DRAWN))))

    assert len(kept.pages) == 1
    assert kept.pages[0].mediabox == [0, 0, 200, 100]
    assert kept.pages[0].get_contents().get_data() == DRAWN


def test_the_same_file_makes_the_same_bytes_and_made_anew_it_stays_as_it_is():
    once = made_anew(a_pdf())

    assert made_anew(a_pdf()) == once
    assert made_anew(once) == once


def test_who_wrote_it_with_what_and_when_is_left_out():
    xmp = stream(b"<x:xmpmeta><dc:creator>canary</dc:creator></x:xmpmeta>", b"/Type/Metadata")
    page = PAGE[:-2] + b"/Metadata 5 0 R/PieceInfo<</App<</Private(canary)>>>>>>"
    sent = a_pdf(
        xmp,
        root=b"/Metadata 5 0 R/Lang(canary)/PageLabels<</Nums[0<</P(canary)>>]>>",
        page=page,
        info=b"<</Author(canary)/Title(canary)/Producer(canary)/CreationDate(D:2025)>>",
        trailer=b"/ID[<63616e617279><63616e617279>]",
    )

    kept = made_anew(sent)
    assert b"canary" not in plain(kept)
    assert read(kept).metadata is None


def test_what_an_earlier_revision_said_is_left_out():
    before = a_pdf(content=stream(b"% canary"))
    start = len(before)
    new = b"4 0 obj\n%b\nendobj\n" % stream(DRAWN)
    where = before.rindex(b"startxref\n") + 10
    last = before[where : before.index(b"\n", where)]
    table = b"xref\n4 1\n%010d 00000 n \ntrailer\n<</Size 5/Root 1 0 R/Prev %b>>\n" % (start, last)
    sent = before + new + table + b"startxref\n%d\n%%%%EOF\n" % (start + len(new))

    kept = made_anew(sent)
    assert b"canary" not in plain(kept)
    assert read(kept).pages[0].get_contents().get_data() == DRAWN


def photo(size=(64, 48)):
    exif = Image.Exif()
    exif[0x010E] = "canary"
    out = io.BytesIO()
    image = Image.effect_noise(size, 60).convert("RGB")
    image.save(out, "JPEG", exif=exif, comment=b"canary", xmp=b"canary")
    return out.getvalue() + b"canary"


def with_picture(data, said):
    page = PAGE.replace(b"<<>>", b"<</XObject<</F 5 0 R>>>>")
    head = b"/Type/XObject/Subtype/Image/Width 64/Height 48/BitsPerComponent 8/ColorSpace/DeviceRGB"
    return a_pdf(stream(data, head + said), page=page, content=stream(b"64 0 0 48 0 0 cm /F Do"))


def test_a_photo_in_a_pdf_keeps_its_pixels_and_loses_what_is_beside_them():
    jpeg = photo()
    kept = made_anew(with_picture(jpeg, b"/Filter/DCTDecode"))

    image = read(kept).pages[0]["/Resources"]["/XObject"]["/F"].get_object()
    assert b"canary" not in kept
    assert image.get("/Filter") == ["/DCTDecode"]
    now = Image.open(io.BytesIO(image._data))
    assert now.tobytes() == Image.open(io.BytesIO(jpeg)).tobytes()
    assert not now.getexif()


def test_a_photo_that_is_deflated_once_more_is_rid_of_the_same():
    packed = zlib.compress(photo())

    kept = made_anew(with_picture(packed, b"/Filter[/FlateDecode/DCTDecode]"))
    assert b"canary" not in kept
    image = read(kept).pages[0]["/Resources"]["/XObject"]["/F"].get_object()
    assert b"canary" not in image._data


def test_a_jpeg_2000_loses_its_boxes_of_text():
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(out, "JPEG2000")
    own = (8 + 16 + 6).to_bytes(4, "big") + b"uuid" + b"\1" * 16 + b"canary"
    text = (8 + 6).to_bytes(4, "big") + b"xml canary"
    sent = with_picture(out.getvalue() + own + text, b"/Filter/JPXDecode")

    kept = made_anew(sent)
    image = read(kept).pages[0]["/Resources"]["/XObject"]["/F"].get_object()
    assert b"canary" not in kept
    assert image._data == out.getvalue()


def test_a_seal_stays_as_what_it_looks_like_and_a_link_goes():
    look = stream(b"1 0 0 rg 0 0 40 40 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 40 40]")
    seal = (
        b"<</Type/Annot/Subtype/Widget/FT/Sig/T(canary)/Rect[10 10 50 50]/F 132/P 3 0 R"
        b"/Contents(canary)/AP<</N 6 0 R>>>>"
    )
    link = b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://canary.example)>>>>"
    box = b"<</Type/Annot/Subtype/Widget/Rect[0 0 9 9]/AS/On/AP<</N<</On 6 0 R/Off null>>>>>>"
    page = PAGE[:-2] + b"/Annots[5 0 R 7 0 R 8 0 R]>>"

    kept = made_anew(a_pdf(seal, look, link, box, page=page))
    stamps = [one.get_object() for one in read(kept).pages[0]["/Annots"]]
    assert b"canary" not in plain(kept)
    assert [one["/Subtype"] for one in stamps] == ["/Stamp", "/Stamp"]
    assert [one["/F"] for one in stamps] == [132, 4]
    assert b"1 0 0 rg" in stamps[0]["/AP"]["/N"].get_data()
    assert stamps[1]["/AP"].raw_get("/N") == stamps[0]["/AP"].raw_get("/N")


def test_a_layer_that_is_off_stays_off_and_says_nothing_of_its_user():
    layer = b"<</Type/OCG/Name(Draft)/Usage<</User<</Type/Ind/Name(canary)>>>>>>"
    page = PAGE.replace(b"<<>>", b"<</Properties<</L 5 0 R>>>>")
    sent = a_pdf(layer, root=b"/OCProperties<</OCGs[5 0 R]/D<</OFF[5 0 R]>>>>", page=page)

    kept = made_anew(sent)
    reader = read(kept)
    off = reader.trailer["/Root"]["/OCProperties"]["/D"]["/OFF"]
    assert off[0] == reader.pages[0]["/Resources"]["/Properties"].raw_get("/L")
    assert b"canary" not in plain(kept)


def test_glyphs_and_pictures_may_be_called_what_they_like():
    """A name of the file's own choosing is none of those that are left out."""
    drawn = stream(b"", b"/Type/XObject/Subtype/Form/BBox[0 0 1 1]")
    page = PAGE.replace(b"<<>>", b"<</XObject<</Parent 5 0 R/Metadata 5 0 R/F 5 0 R>>>>")

    kept = read(made_anew(a_pdf(drawn, page=page)))
    assert set(kept.pages[0]["/Resources"]["/XObject"]) == {"/Parent", "/Metadata", "/F"}


def test_what_pages_inherit_is_said_of_each():
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R 5 0 R]/Count 2/MediaBox[0 0 9 9]/Rotate 90/Resources<</Font<<>>>>>>",
        b"<</Type/Page/Parent 2 0 R/Contents 4 0 R>>",
        stream(DRAWN),
        b"<</Type/Page/Parent 2 0 R/Contents[4 0 R 4 0 R]/MediaBox[0 0 8 8]>>",
    ]

    kept = read(made_anew(written(objects)))
    assert [page["/MediaBox"] for page in kept.pages] == [[0, 0, 9, 9], [0, 0, 8, 8]]
    assert [page["/Rotate"] for page in kept.pages] == [90, 90]


@pytest.mark.parametrize(
    ("packing", "packed"),
    [
        (b"/ASCIIHexDecode", DRAWN.hex().encode() + b">"),
        (b"/ASCII85Decode", a85encode(DRAWN) + b"~>"),
        (b"[/ASCIIHexDecode/FlateDecode]", zlib.compress(DRAWN).hex().encode() + b">"),
        (b"/RunLengthDecode", bytes([len(DRAWN) - 1]) + DRAWN + b"\x80"),
    ],
)
def test_a_stream_that_is_packed_as_nobody_does_any_more_is_read(packing, packed):
    kept = read(made_anew(a_pdf(content=stream(packed, b"/Filter" + packing))))

    assert kept.pages[0].get_contents().get_data() == DRAWN


def test_objects_that_are_packed_away_are_read():
    assert len(read(made_anew(packed_away(root=b"/Lang(en)"))).pages) == 1


def test_one_that_is_too_long_is_not_even_read():
    with pytest.raises(NotADocumentError, match="larger than 10 MB"):
        made_anew(b"%PDF-1.7\n" + b"\0" * MOST_BYTES)


def test_whoever_makes_the_reader_busy_is_stopped(monkeypatch):
    monkeypatch.setattr(documents, "SECONDS", 0.01)

    with pytest.raises(NotADocumentError, match="more than is safe"):
        made_anew(a_pdf())
