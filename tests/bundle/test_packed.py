"""The zip of a bundle: any program unpacks it, and there is one way to write it."""

import io
import struct
import zipfile

import pytest

from bundle.conftest import unpacked
from cairn.verify.packed import TooLargeError, Zipped, pack
from cairn.verify.wrong import UnusableError, WrongError

FILES = {"README.txt": b"Read me\n", "proofs/entries/5.json": b"{}", "tables/en/a.csv": b""}


def packed(files=FILES):
    out = io.BytesIO()
    pack(out, files)
    return out.getvalue()


@pytest.fixture
def read(tmp_path):
    """What is read out of the bytes of a zip."""

    def at(raw):
        path = tmp_path / "some.zip"
        path.write_bytes(raw)
        with Zipped.at(path) as files:
            return {name: files.read(name, most=1000) for name in sorted(files.names())}

    return at


def by_zipfile(*files, how=zipfile.ZIP_STORED, edit=lambda _info: None):
    """As Python's own module packs files of these names and bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, content in files:
            info = zipfile.ZipInfo(name)
            info.compress_type, info.external_attr = how, 0o100644 << 16
            edit(info)
            archive.writestr(info, content)
    return out.getvalue()


def test_what_was_packed_is_read_again_by_us_and_by_others(read):
    raw = packed()

    assert read(raw) == unpacked(raw) == FILES
    assert raw == by_zipfile(*FILES.items())  # which writes what it is told as we do


def test_files_here_are_packed_as_their_bytes_are(tmp_path, read):
    (tmp_path / "photo").write_bytes(b"\xff\xd8" * 9)

    assert read(packed({"photos/a.jpg": tmp_path / "photo"})) == {"photos/a.jpg": b"\xff\xd8" * 9}


def test_a_change_of_any_byte_is_told(read):
    raw = packed()
    for at in range(len(raw)):
        for bit in (1, 128):
            with pytest.raises((WrongError, UnusableError)):
                read(raw[:at] + bytes([raw[at] ^ bit]) + raw[at + 1 :])


def test_so_is_every_end_that_is_missing_and_any_byte_more(read):
    raw = packed()
    for end in range(len(raw)):
        with pytest.raises((WrongError, UnusableError)):
            read(raw[:end])
    for more in (raw + b"\0", b"\0" + raw, raw + raw):
        with pytest.raises((WrongError, UnusableError)):
            read(more)


def test_a_bomb_is_refused_before_it_is_unpacked(read):
    bomb = by_zipfile(("a.txt", b"\0" * 50_000_000), how=zipfile.ZIP_DEFLATED)

    with pytest.raises(WrongError, match="‘a.txt’ is compressed") as refused:
        read(bomb)
    assert "verify the folder that it unpacks to" in str(refused.value)


@pytest.mark.parametrize(
    "name",
    [
        "../a.txt",
        "/etc/passwd",
        "a/../b",
        "a\\b",
        "C:a",
        "a//b",
        "./a",
        ".a",
        "a/",
        "é",
        "a b",
        "a" * 300,
    ],
)
def test_names_that_lead_out_or_are_none_are_refused(read, name):
    with pytest.raises(WrongError, match="no name of a file in a bundle"):
        read(by_zipfile((name, b"x")))
    with pytest.raises((ValueError, UnicodeEncodeError)):
        packed({name: b"x"})


def test_a_link_a_second_file_of_a_name_and_another_order_are_refused(read):
    def link(info):
        info.external_attr = 0o120777 << 16

    def dated(info):
        info.date_time = (2025, 6, 1, 0, 0, 0)

    with pytest.raises(WrongError, match="list of files is not that"):
        read(by_zipfile(("a.txt", b"/etc/passwd"), edit=link))
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = by_zipfile(("a.txt", b"one"), ("a.txt", b"two"))
    with pytest.raises(WrongError, match="‘a.txt’ is there twice"):
        read(twice)
    with pytest.raises(WrongError, match="‘a.txt’ is there twice, or not in its place"):
        read(by_zipfile(("b.txt", b"one"), ("a.txt", b"two")))
    with pytest.raises(WrongError, match="not kept as a bundle keeps"):
        read(by_zipfile(("a.txt", b"one"), edit=dated))


def test_a_list_that_hides_a_file_or_names_one_that_is_not_there_is_refused(read):
    raw = packed()
    end = raw.rindex(b"PK\x05\x06")
    at = raw.index(b"PK\x01\x02")
    second = raw.index(b"PK\x01\x02", at + 4)
    fewer = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 2, 2, end - second, at, 0)

    with pytest.raises(WrongError, match="list of files is not that"):
        read(raw[:at] + raw[second:end] + fewer)
    with pytest.raises(WrongError, match="list of files is not that"):
        read(raw[:end] + raw[at:second] + raw[end:])


def test_a_size_past_the_end_is_refused_without_reading_for_it(read):
    raw = bytearray(packed({"a.txt": b"abc"}))
    raw[18:26] = struct.pack("<2L", 2**31, 2**31)

    with pytest.raises(WrongError, match="2147483648 bytes long, and the zip ends before"):
        read(bytes(raw))


def test_endless_files_are_refused_on_both_sides(read, monkeypatch):
    many = {f"{n:03}.txt": b"" for n in range(20)}
    raw = packed(many)
    monkeypatch.setattr("cairn.verify.packed.MOST_FILES", 19)

    with pytest.raises(WrongError, match="more files than the 19"):
        read(raw)
    with pytest.raises(TooLargeError, match="20 files are more than the 19"):
        packed(many)


def test_more_than_a_zip_holds_is_not_packed(monkeypatch):
    monkeypatch.setattr("cairn.verify.packed.MOST_BYTES", 40)

    with pytest.raises(TooLargeError, match="4 GB"):
        packed({"a.txt": b"x" * 9, "b.txt": b"x"})


def test_what_is_no_zip_is_not_looked_into(tmp_path):
    (tmp_path / "text").write_text("not a zip")
    for path in (tmp_path / "text", tmp_path / "gone"):
        with pytest.raises(UnusableError), Zipped.at(path):
            pass
