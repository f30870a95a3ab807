"""Lines 47–56 of the list of web hardening: files that come in, and files that go out."""

import csv
import io
import socket
import struct
import tarfile
import zipfile
import zlib

import pytest
from django.test import Client
from lxml import etree
from PIL import Image

from cairn.exchange.follow.tables import safe_cell
from cairn.exchange.iati.read import read_files
from cairn.exchange.sheets.cells import SheetUnreadableError, open_book
from cairn.exchange.sheets.refused import formula_safe
from cairn.following.snapshot import bring_up_to_date
from cairn.journal.archive import NotABackupError, Unpacked
from cairn.journal.documents import made_anew
from cairn.journal.files import keep, kept_files, path_of
from cairn.journal.pictures import MOST_PIXELS, NotAPictureError, re_encoded
from cairn.money.facts import MoneySpent, PaymentEvidenced
from cairn.people import quota
from cairn.programme.facts import PlaceAdded, PlaceLevel
from cairn.web.tables import inert
from cast import a_picture, cny, named
from pdfs import DRAWN, PAGE, a_pdf, deflated, packed_away, stream, written
from web.api.devices import Device
from web.api.test_files import sha_of

ALERT = b"<script>alert(document.domain)</script>"


def a_bomb():
    """300 MiB of nothing under deflate."""
    made, mebibyte = zlib.compressobj(9), b"\0" * 2**20
    return b"".join(made.compress(mebibyte) for _one in range(300)) + made.flush()


DEFLATED = zlib.compress(b"\0" * 2**20, 9)
BOMB = a_bomb()


def jpeg(**more):
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(out, "JPEG", **more)
    return out.getvalue()


def a_zip(name="x.html", content=ALERT):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, content)
    return out.getvalue()


# 47 type by decoding

POLYGLOTS = {
    "jpeg and html": jpeg() + ALERT,
    "jpeg and zip": jpeg() + a_zip(),
    "jpeg with a script in its comment": jpeg(comment=b"*/=alert(1)/*" + ALERT),
    "jpeg with xmp": jpeg(xmp=ALERT),
    "png and pdf": a_picture() + b"%PDF-1.7\n" + ALERT + b"\n%%EOF",
    "jpeg and php": jpeg(comment=b"<?php system($_GET['c']); ?>") + ALERT,
}


@pytest.mark.parametrize("sent", POLYGLOTS.values(), ids=POLYGLOTS)
def test_47_of_a_polyglot_only_the_picture_is_kept(sent):
    kept = re_encoded(sent)

    assert kept.startswith(b"\xff\xd8\xff")
    assert kept.endswith(b"\xff\xd9")
    for part in (b"script", b"alert(", b"PK\x03\x04", b"%PDF", b"<?php"):
        assert part not in kept


# 48 what is active

ACTIVE = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "svg with a prolog": b'<?xml version="1.0"?><!DOCTYPE svg><svg xmlns="http://www.w3.org/2000/svg"/>',
    "html": b"<!doctype html>" + ALERT,
    "html that begins as gif": b"GIF89a/*" + ALERT,
    "pdf": b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj",
    "zip": a_zip(),
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(x) run",
    "tiff": b"II*\0\x08\0\0\0\0\0",
    "ico": b"\0\0\x01\0\x01\0",
    "xbm": b"#define a_width 8\n#define a_height 8\nstatic char a_bits[] = {0};",
    "nothing": b"",
}


@pytest.mark.parametrize("sent", ACTIVE.values(), ids=ACTIVE)
def test_48_what_could_run_is_refused_and_nothing_of_it_is_kept(desks, sent):
    answer = Device(desks, "county").send_file(sha_of(sent), sent)

    assert answer.status_code == 422
    assert not list(kept_files(desks.programme))


PDFS_THAT_ACT = {
    "javascript on opening": a_pdf(
        root=b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>",
    ),
    "javascript under an escaped name": a_pdf(root=b"/OpenAction<</S/J#61vaScript/#4AS(x)>>"),
    "javascript packed away": packed_away(b"<</S/JavaScript/JS(x)>>", root=b"/OpenAction 5 0 R"),
    "javascript by name": a_pdf(
        root=b"/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(x)>>]>>>>"
    ),
    "javascript of a field": a_pdf(
        b"<</Type/Annot/Subtype/Widget/AA<</K<</S/JavaScript/JS(x)>>>>/Rect[0 0 9 9]>>",
        page=PAGE[:-2] + b"/Annots[5 0 R]>>",
    ),
    "a program to launch": a_pdf(root=b"/OpenAction<</S/Launch/F(cmd.exe)>>"),
    "an address on opening": a_pdf(root=b"/OpenAction<</S/URI/URI(https://evil.example)>>"),
    "an address on turning a page": a_pdf(
        page=PAGE[:-2] + b"/AA<</O<</S/URI/URI(https://evil.example)>>>>>>"
    ),
    "a chain of actions": a_pdf(root=b"/OpenAction<</S/GoTo/D[3 0 R/Fit]/Next<</S/Launch>>>>"),
    "a form that sends": a_pdf(root=b"/AcroForm<</Fields[<</A<</S/SubmitForm/F(x)>>>>]>>"),
    "an xfa form": a_pdf(stream(ALERT), root=b"/AcroForm<</XFA 5 0 R/Fields[]>>"),
    "a file inside": a_pdf(
        stream(b"MZ", b"/Type/EmbeddedFile"),
        root=b"/Names<</EmbeddedFiles<</Names[(a.exe)<</Type/Filespec/F(a.exe)/EF<</F 5 0 R>>>>]>>>>",
    ),
    "rich media": a_pdf(
        b"<</Type/Annot/Subtype/RichMedia/Rect[0 0 9 9]>>", page=PAGE[:-2] + b"/Annots[5 0 R]>>"
    ),
}
PDFS_THAT_CANNOT_BE_READ = {
    "packed twice": a_pdf(
        content=stream(zlib.compress(BOMB, 9), b"/Filter[/FlateDecode/FlateDecode]")
    ),
    "cut short": a_pdf()[:-40],
    "cut shorter": a_pdf()[:120],
    "nothing but its first line": b"%PDF-1.7\n%%EOF\n",
    "a page tree that bites its tail": written(
        [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R]/Count 1>>"]
    ),
    "brackets without end": a_pdf(b"[" * 200_000, page=PAGE[:-2] + b"/Group 5 0 R>>"),
    "under a lock of its own": a_pdf(content=stream(DRAWN, b"/Filter/Crypt")),
}
NO_PDFS = {
    "html called so": b"<!doctype html>" + ALERT,
    "html before it": ALERT + a_pdf(),
    "a zip before it": a_zip() + a_pdf(),
}
LOCKED_PDF = a_pdf(
    b"<</Filter/Standard/V 1/R 2/O<%b>/U<%b>/P -4>>" % (b"00" * 32, b"00" * 32),
    trailer=b"/Encrypt 5 0 R/ID[<00><00>]",
)


def refused(desks, sent):
    """Why a file is refused; nothing of it is kept."""
    answer = Device(desks, "county").send_file(sha_of(sent), sent)
    assert answer.status_code == 422
    assert not list(kept_files(desks.programme))
    return answer.json()["detail"]


@pytest.mark.parametrize("sent", PDFS_THAT_ACT.values(), ids=PDFS_THAT_ACT)
def test_48_a_pdf_that_acts_or_brings_files_is_refused(desks, sent):
    assert "holds programs" in refused(desks, sent)


@pytest.mark.parametrize("sent", PDFS_THAT_CANNOT_BE_READ.values(), ids=PDFS_THAT_CANNOT_BE_READ)
def test_48_a_pdf_that_cannot_be_read_is_refused(desks, sent):
    assert "no PDF that can be read" in refused(desks, sent)


@pytest.mark.parametrize("sent", NO_PDFS.values(), ids=NO_PDFS)
def test_48_what_is_called_pdf_and_is_none_is_refused(desks, sent):
    assert "no picture that can be read" in refused(desks, sent)


def test_48_a_locked_pdf_is_refused(desks):
    assert "is locked" in refused(desks, LOCKED_PDF)


@pytest.mark.parametrize("name", ["an attachment", "a comment", "a stream as it is"])
def test_47_of_a_pdf_that_is_a_zip_too_only_the_pdf_is_kept(name):
    sent = {
        "an attachment": a_pdf() + a_zip() + a_pdf()[a_pdf().rindex(b"startxref") :],
        "a comment": a_pdf().replace(b"\n1 0 obj", b"\n%" + ALERT + b"\n1 0 obj", 1),
        "a stream as it is": a_pdf(content=stream(a_zip())),
    }[name]

    kept = made_anew(sent)
    assert kept.startswith(b"%PDF-1.7\n")
    assert kept.endswith(b"%%EOF\n")
    assert not zipfile.is_zipfile(io.BytesIO(kept))
    assert b"script" not in kept


# 49 bombs

BOMBS = {
    "a page": a_pdf(content=stream(BOMB, b"/Filter/FlateDecode")),
    "a page that is not deflated by its word": a_pdf(content=stream(BOMB)),
    "of many streams": a_pdf(
        *[stream(DEFLATED, b"/Filter/FlateDecode")] * 300,
        page=PAGE.replace(b"4 0 R", b"[%b]" % b" ".join(b"%d 0 R" % n for n in range(5, 305))),
    ),
    "within the text of a page": a_pdf(
        content=deflated(b"BI /W 1 /H 1 /F /Fl ID " + BOMB + b" EI")
    ),
    "objects packed away": a_pdf().replace(
        b"\nxref", b"\n9 0 obj\n" + stream(BOMB, b"/Type/ObjStm/N 1/First 4") + b"\nendobj\nxref"
    ),
    "a picture of its word": a_pdf(
        stream(
            b"",
            b"/Subtype/Image/Width 100000/Height 100000/BitsPerComponent 1/Filter/CCITTFaxDecode",
        ),
        page=PAGE.replace(b"<<>>", b"<</XObject<</I 5 0 R>>>>"),
    ),
    "of pages": written(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 501/Kids[%b]>>" % b" ".join([b"3 0 R"] * 501),
            PAGE,
            stream(DRAWN),
        ]
    ),
}


@pytest.mark.parametrize("sent", BOMBS.values(), ids=BOMBS)
def test_49_a_pdf_that_unpacks_to_more_than_is_safe_is_refused(desks, sent):
    assert len(sent) < 2 * 2**20
    assert "more than is safe" in refused(desks, sent)


def png_that_claims(width, height):
    def chunk(name, content):
        return (
            struct.pack(">I", len(content))
            + name
            + content
            + struct.pack(">I", zlib.crc32(name + content))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 100_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(6400, 6400), (50_000, 50_000), (2**31 - 1, 2), (1, 2**31 - 1)])
def test_49_a_picture_of_too_many_pixels_is_refused_by_what_it_says(size):
    assert size[0] * size[1] > MOST_PIXELS
    with pytest.raises(NotAPictureError):
        re_encoded(png_that_claims(*size))


# 50 pixels alone: tests/journal/test_pictures.py greps for EXIF, GPS, XMP, comments


def test_50_what_is_kept_has_no_segment_but_those_of_the_picture():
    exif = Image.Exif()
    exif[0x010E] = "canary"
    kept = re_encoded(jpeg(exif=exif, comment=b"canary", xmp=b"canary"))

    markers, at = [], 2
    while kept[at + 1] != 0xDA:
        markers.append(kept[at + 1])
        at += 2 + int.from_bytes(kept[at + 2 : at + 4], "big")
    # JFIF, tables, the frame: no APP1 and on, no comment.
    assert set(markers) <= {0xE0, 0xDB, 0xC0, 0xC4}
    assert b"canary" not in kept


# 51 sheets


def workbook(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    "parts",
    [
        {"xl/workbook.xml": "<workbook/>", "xl/worksheets/sheet1.xml": b" " * (300 * 2**20)},
        {"xl/workbook.xml": b"<workbook>" + b" " * (64 * 2**20)},
        {"xl/workbook.xml": "<workbook/>", "xl/worksheets/sheet1.xml": '<c r="XFD1048576"/>' * 2},
        {"../../evil": "x"},
    ],
    ids=["size", "ratio", "far cell", "no workbook"],
)
def test_51_a_sheet_is_unpacked_once_to_count_and_refused(tmp_path, parts):
    path = tmp_path / "inside" / "bomb.xlsx"
    path.parent.mkdir()
    path.write_bytes(workbook(parts))

    with pytest.raises(SheetUnreadableError):
        open_book(path)
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == ["bomb.xlsx"]


# 52 XML


@pytest.fixture
def no_network(monkeypatch):
    tried = []

    def refuse(*args, **_more):
        tried.append(args)
        raise OSError("no network here")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    return tried


@pytest.mark.parametrize(
    "entity",
    [
        'SYSTEM "file://{secret}"',
        'SYSTEM "http://evil.example/x"',
        'PUBLIC "x" "file://{secret}"',
    ],
)
def test_52_nothing_outside_an_xml_file_is_read(tmp_path, no_network, entity):
    secret = tmp_path / "secret"
    secret.write_text("canary")
    path = tmp_path / "a.xml"
    doctype = f"<!DOCTYPE a [<!ENTITY e {entity.format(secret=secret)}>]>"
    path.write_text(
        f'{doctype}<iati-activities version="2.03"><iati-activity>'
        "<iati-identifier>&e;</iati-identifier></iati-activity></iati-activities>"
    )

    published = read_files([path])
    assert "canary" not in repr(published.activities) + repr(published.problems)
    assert no_network == []


def test_52_nor_is_a_dtd_from_elsewhere(tmp_path, no_network):
    dtd = tmp_path / "a.dtd"
    dtd.write_text('<!ENTITY e "canary">')
    path = tmp_path / "a.xml"
    path.write_text(f'<!DOCTYPE a SYSTEM "{dtd}"><iati-activities>&e;</iati-activities>')

    assert "canary" not in repr(read_files([path]).problems)
    assert no_network == []


def test_52_laughs_do_not_grow(tmp_path):
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    path = tmp_path / "a.xml"
    path.write_text(
        f'<!DOCTYPE a [<!ENTITY l0 "ha">{laughs}]><iati-activities>&l9;</iati-activities>'
    )

    assert not read_files([path]).files[0].read


def test_52_there_is_one_parser_and_it_resolves_nothing():
    assert etree.LIBXML_VERSION >= (2, 10)


# 53 archives

EVIL = ["../evil", "/evil", "a/../../evil", "./../evil", "a//../../../evil"]


def tar_of(*members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for member, content in members:
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return out.getvalue()


def link(kind, target):
    member = tarfile.TarInfo("link")
    member.type, member.linkname = kind, target
    return member


@pytest.mark.parametrize(
    "archive",
    [
        *(tar_of((tarfile.TarInfo(name), b"x")) for name in EVIL),
        tar_of((link(tarfile.SYMTYPE, "/etc"), b"")),
        tar_of((link(tarfile.LNKTYPE, "../evil"), b"")),
        tar_of((link(tarfile.FIFOTYPE, ""), b"")),
        tar_of((link(tarfile.CHRTYPE, ""), b"")),
    ],
    ids=[*EVIL, "symlink", "hard link", "fifo", "device"],
)
def test_53_an_archive_reaches_nothing_outside_its_folder(tmp_path, archive):
    path = tmp_path / "backup.tar"
    path.write_bytes(archive)
    (tmp_path / "there").mkdir()
    with pytest.raises(NotABackupError), Unpacked.of(path, target=tmp_path / "there" / "new"):
        raise AssertionError("it was unpacked")

    left = [p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()]
    assert left == ["backup.tar"]


# 54 files that go out: tests/web/test_files.py


@pytest.fixture
def told_picture(desks):
    """A picture that an entry opens, as (programme, file)."""
    kept = keep(desks.programme, a_picture())
    spent = MoneySpent(account="qarasu-committee", project="qarasu-well", amount=cny("1.00"))
    movement = desks.pen.movement(spent)
    shown = PaymentEvidenced(movement=movement, sha256=kept, caption=named("Pump"))
    desks.pen.record(shown)
    return desks.programme, kept


def test_54_a_kept_file_is_served_under_a_name_of_ours_and_runs_nothing(told_picture):
    programme, kept = told_picture
    answer = Client().get(f"/files/{programme}/{kept}.jpg")

    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert path_of(programme, kept).stem == kept


def test_54_a_pdf_is_handed_out_and_never_shown(desks):
    kept = keep(desks.programme, a_pdf())
    spent = MoneySpent(account="qarasu-committee", project="qarasu-well", amount=cny("1.00"))
    movement = desks.pen.movement(spent)
    desks.pen.record(PaymentEvidenced(movement=movement, sha256=kept, caption=named("Invoice")))

    answer = Client().get(f"/files/{desks.programme}/{kept}.pdf")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="{kept}.pdf"'
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert Client().get(f"/files/{desks.programme}/{kept}.jpg").status_code == 404


@pytest.mark.parametrize("name", ["../secret", "..%2fsecret", "x.jpg", "A" * 64])
def test_54_no_other_name_is_an_address(db, name):
    assert Client().get(f"/files/teams/{name}.jpg").status_code == 404


def test_54_files_to_keep_are_attachments(desks):
    bring_up_to_date(desks.programme)
    answer = Client().get(f"/en/{desks.programme}/grants/", {"csv": "grants"})

    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"


# 55 quota: tests/web/api/test_files.py


def test_55_the_bytes_of_a_day_are_counted_for_each_post(desks, monkeypatch):
    county, picture = Device(desks, "county"), a_picture()
    monkeypatch.setattr(quota, "MOST_BYTES", len(picture) + 1)

    assert county.send_file(sha_of(picture), picture).status_code == 201
    assert county.send_file(sha_of(picture), picture).status_code == 429
    assert Device(desks, "committee").send_file(sha_of(picture), picture).status_code == 201


def test_55_what_is_refused_counts_too(desks, monkeypatch):
    monkeypatch.setattr(quota, "MOST_FILES", 1)
    county = Device(desks, "county")

    assert county.send_file(sha_of(b"x"), b"x").status_code == 422
    assert county.send_file(sha_of(b"x"), b"x").status_code == 429


# 56 formulas

FORMULAS = [
    "=1+1",
    "+1+cmd",
    "-1+cmd",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\0=1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
]


@pytest.mark.parametrize("text", FORMULAS)
@pytest.mark.parametrize("made", [inert, formula_safe, safe_cell])
def test_56_no_export_begins_a_cell_with_what_a_spreadsheet_runs(made, text):
    cell = made(text)

    assert cell.startswith("'")
    assert text.replace("\0", "") in cell.replace("\0", "")


@pytest.mark.parametrize("text", [one for one in FORMULAS if one.isprintable()])
def test_56_a_name_goes_through_page_and_csv_and_comes_back_inert(desks, text):
    desks.pen.record(
        PlaceAdded(place="odd", name=named(text), level=PlaceLevel.VILLAGE, within="hongliu")
    )
    bring_up_to_date(desks.programme)

    answer = Client().get(f"/en/{desks.programme}/places/", {"csv": "places"})
    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(content)) for cell in row]
    assert f"'{text}" in cells
    assert text not in cells


def test_56_amounts_stay_numbers():
    assert cny("5.00").minor == 500
    assert formula_safe("-12.50") == "-12.50"
