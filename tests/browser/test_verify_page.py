"""verify.html in Chromium, from a file, as somebody opens it who has only the folder."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

TESTS = Path(__file__).parents[1]
MAKE = """
import sys
from pathlib import Path
from cairn.config.installation import installation
installation(Path(sys.argv[1]), make=True)
from cast import OPENED, Pen
from cairn.journal import keys
from cairn.journal.log import Log
from cairn.journal.models import Entry
from cairn.programme.facts import OrganisationJoined, OrganisationRole
from cairn.publish.record import publish
from cairn.values import Text
from told import programme_told
programme = programme_told()
pen = Pen(programme)
shops = [
    OrganisationJoined(organisation=f"shop-{n}", name=Text(en=f"Shop {n}"), role=OrganisationRole.OFFICE)
    for n in range(700)
]
keys.make(programme, origin="example.org/log")
log, signer = Log(programme), keys.signer_of(programme)
pen.batch(*(pen.draft(shop, on=OPENED) for shop in shops[:300]))
log.sign(signer)
Path(sys.argv[2], "older").write_bytes(bytes(log.note()))
pen.batch(*(pen.draft(shop, on=OPENED) for shop in shops[300:]))
publish(programme, Path(sys.argv[2], "record"), sign=lambda: log.sign(signer))
Path(sys.argv[2], "receipt").write_bytes(bytes(log.receipt(77)))
Path(sys.argv[2], "entry").write_bytes(bytes(Entry.objects.get(programme=programme, position=77).body))
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("published")
    alone = {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")}
    subprocess.run(
        [sys.executable, "-c", MAKE, folder / "installation", folder],
        env={**alone, "PYTHONPATH": str(TESTS)},
        check=True,
        capture_output=True,
        text=True,
    )
    return folder


@pytest.fixture
def record(made, tmp_path):
    """The record in a folder of its own, which a test may spoil."""
    shutil.copytree(made / "record", tmp_path / "record")
    return tmp_path / "record"


def says(page, record, **more):
    page.set_input_files("#folder", record)
    for field, value in more.items():
        fill(page, field, value)
    page.click("#check-folder")
    return settled(page, "#folder-says")


def fill(page, field, value):
    if isinstance(value, Path):
        page.set_input_files(f"#{field}", value)
    else:
        page.fill(f"#{field}", value)


def settled(page, where):
    page.wait_for_selector(f"{where}.good, {where}.bad")
    return page.text_content(where)


@pytest.fixture
def page(window, record):
    opened = window((record / "verify.html").as_uri())
    yield opened
    assert [url for url in opened.asked if not url.startswith("file:")] == []
    assert [said for said in opened.said if "error" in said] == []


def test_a_good_record_holds(page, record, made):
    said = says(page, record, key=(record / "verifier").read_text().strip(), older=made / "older")

    assert "It holds: 772 entries of example.org/log." in said
    assert "Signed by the key that you gave." in said
    assert "It continues the checkpoint over 372 entries that you kept." in said


def test_a_changed_entry_is_named(page, record):
    path = record / "tile/entries/001"
    path.write_bytes(path.read_bytes().replace(b"Shop 250", b"Shop 251", 1))
    listed = json.loads((record / "manifest.json").read_text())
    del listed["files"]["tile/entries/001"]
    said = says(page, record)
    assert "tile/entries/001: its SHA-256 is not the one that the manifest lists" in said

    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    listed["files"]["tile/entries/001"] = {"sha256": digest, "size": path.stat().st_size}
    (record / "manifest.json").write_text(json.dumps(listed))
    said = says(page, record)
    assert "tile/entries/001: entry 323 does not hash to what its tile holds" in said


def test_a_strange_file_and_a_missing_one_are_named_in_chinese_too(page, record):
    (record / "more.txt").write_text("more")
    page.click("#language")
    assert "more.txt：清单中没有此文件" in says(page, record)

    (record / "more.txt").unlink()
    (record / "tile/0/000").unlink()
    assert "tile/0/000：缺少此文件" in says(page, record)


def test_a_strange_key_is_not_believed(page, record):
    key = "example.org/log+33d8b85c+AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAhIiMk"
    assert "this is no key of a log" in says(page, record, key=key)


def test_a_receipt_is_checked(page, record, made):
    fill(page, "receipt", made / "receipt")
    fill(page, "receipt-key", (record / "verifier").read_text().strip())
    fill(page, "entry", (made / "entry").read_text())
    page.click("#check-receipt")
    assert "The entry is number 77 of the 772 in the log of example.org/log" in settled(
        page, "#receipt-says"
    )

    fill(page, "entry", (made / "entry").read_text().replace("Shop", "Ship"))
    page.click("#check-receipt")
    page.wait_for_selector("#receipt-says.bad")
    assert "does not lead from this entry" in page.text_content("#receipt-says")
