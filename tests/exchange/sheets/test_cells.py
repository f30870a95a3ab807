import random
import zipfile

import pytest
import xlsxwriter

from cairn.exchange.sheets import cells
from cairn.exchange.sheets.cells import SheetUnreadableError, open_book

TABLE = "日期,转入,金额\n2025-01-02,石桥村委会,“5”\n"


def cells_of(path):
    (sheet,) = open_book(path).sheets
    return [line.cells for line in sheet.lines()]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"]
)
def test_chinese_text_is_read_in_every_encoding_that_offices_save_it_in(tmp_path, encoding):
    path = tmp_path / "sheet.csv"
    path.write_bytes(TABLE.encode(encoding))

    assert cells_of(path) == [["日期", "转入", "金额"], ["2025-01-02", "石桥村委会", "“5”"]]


def test_western_text_with_a_stray_dash_is_not_taken_for_chinese(tmp_path):
    path = tmp_path / "sheet.csv"
    path.write_bytes("Supplier,Amount\nSmith \u2013 Sons Café,5\n".encode("cp1252"))

    assert cells_of(path)[1][0] == "Smith – Sons Café"


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_found(tmp_path, delimiter):
    path = tmp_path / "sheet.csv"
    path.write_text(f"a{delimiter}b\n1{delimiter}2\n3{delimiter}4\n")

    assert cells_of(path) == [["a", "b"], ["1", "2"], ["3", "4"]]


def test_rows_and_columns_before_the_first_cell_are_counted(tmp_path):
    path = tmp_path / "offset.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write(2, 1, "x")
    sheet.merge_range(3, 1, 4, 1, "down")
    sheet.write(4, 2, "y")
    book.close()

    lines = list(open_book(path).sheets[0].lines())

    assert [(line.number, line.cells) for line in lines if any(line.cells)] == [
        (3, ["", "x", ""]),
        (4, ["", "down", ""]),
        (5, ["", "down", "y"]),
    ]
    assert lines[4].merged == {1: (4, 5)}


def workbook(tmp_path, fill=lambda sheet: sheet.write(0, 0, "x")):
    path = tmp_path / "sheet.xlsx"
    book = xlsxwriter.Workbook(path)
    fill(book.add_worksheet())
    book.close()
    return path


def refused(path):
    with pytest.raises(SheetUnreadableError) as caught:
        open_book(path)
    return str(caught.value)


def test_a_cell_at_the_far_corner_is_refused_before_it_costs_memory(tmp_path):
    path = workbook(tmp_path, lambda sheet: sheet.write(1_048_575, 16_383, "x"))

    assert "1048576 rows and 16384 columns" in refused(path)


def test_a_bomb_is_refused_however_small_it_says_it_is(tmp_path):
    path = workbook(tmp_path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/media/image1.bin", b"\0" * 40_000_000)

    assert "unpacks to more than is safe" in refused(path)


def test_a_file_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(cells, "MAX_FILE_BYTES", 100)
    path = tmp_path / "sheet.csv"
    path.write_text("a,b\n" * 100)

    assert "Split it" in refused(path)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Excel file (.xls)"),
        (
            b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
            "locked with a password",
        ),
        (b"%PDF-1.7", "is a PDF"),
        (b"<html><table><tr><td>1</td></tr></table>", "a web page"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "XML under a sheet's name"),
        (b"PK\x03\x04 and then nothing", "is damaged"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff", "neither a workbook nor a text"),
    ],
)
def test_what_is_no_sheet_is_refused_with_what_to_do(tmp_path, content, says):
    path = tmp_path / "sheet.xlsx"
    path.write_bytes(content)

    assert says in refused(path)


def test_a_zip_that_is_no_workbook_is_refused(tmp_path):
    path = tmp_path / "photos.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("photo.jpg", b"x")

    assert "no .xlsx workbook" in refused(path)


def test_a_damaged_workbook_is_refused_or_read_but_never_crashes(tmp_path):
    whole = workbook(tmp_path, lambda sheet: sheet.write_column(0, 0, range(200))).read_bytes()
    chance = random.Random(1)  # noqa: S311 - the same damage each time
    path = tmp_path / "damaged.xlsx"
    refusals = 0
    for _ in range(60):
        damaged = bytearray(whole)
        for _ in range(8):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        path.write_bytes(damaged[: chance.randrange(100, len(damaged) + 1)])
        try:
            for sheet in open_book(path).sheets:
                list(sheet.lines())
        except SheetUnreadableError:
            refusals += 1

    assert refusals > 30


def test_a_missing_file_is_one_sentence(tmp_path):
    assert refused(tmp_path / "none.csv").endswith("No such file or directory")


def test_a_cell_without_end_is_refused(tmp_path):
    path = tmp_path / "sheet.csv"
    path.write_text('a,b\n1,"2' + "x" * 200_000)
    (sheet,) = open_book(path).sheets

    with pytest.raises(SheetUnreadableError, match="a quotation mark that is never closed"):
        list(sheet.lines())
