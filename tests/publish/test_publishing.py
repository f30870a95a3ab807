"""What `cairn publish` writes: everything that is linked, nothing that ages, and no more than changed."""

import re
from functools import partial
from html import unescape
from posixpath import dirname, join, normpath
from urllib.parse import unquote

import pytest
from typer.testing import CliRunner

from bundle.walked import TEAM, tell_the_walk, tell_what_is_handed_over
from cairn.cli import app
from cairn.journal import keys
from cairn.journal.log import Log
from cairn.money.facts import MoneyReceived
from cairn.programme.facts import (
    OrganisationJoined,
    OrganisationRole,
    PlaceAdded,
    PlaceLevel,
)
from cairn.publish.addresses import address_of, file_of, linked
from cairn.publish.command import WhichLanguageError, _draw_in
from cairn.publish.folder import NotARecordError
from cairn.publish.pages import pages_of
from cairn.publish.record import Drawn, NotSignedYetError, publish
from cairn.values import LANGUAGES
from cairn.verify.files import Memory
from cairn.verify.record import Trusted, verify
from cast import DAY, cny, named
from publish.conftest import files_in
from told import tell_a_year

# Each draws a programme's every page, in every language: CI does, with the other long tests.
pytestmark = pytest.mark.long


@pytest.fixture
def told(cast, tmp_path, monkeypatch, settings):
    """A programme with its year and a key, in an installation of its own."""
    settings.CAIRN_DIR = tmp_path / "installation"
    monkeypatch.setenv("CAIRN_KEYS", str(tmp_path / "keys"))
    tell_a_year(cast)
    keys.make(cast.programme, origin=f"example.org/{cast.programme}")
    return cast


def brought_up(told, out):
    """Published with a checkpoint over all there is."""
    signer = keys.signer_of(told.programme)
    return publish(told.programme, out, sign=lambda: Log(told.programme).sign(signer))


def test_every_link_of_every_page_leads_to_a_file(told, tmp_path):
    brought_up(told, tmp_path / "out")
    files = files_in(tmp_path / "out")
    pages = {path: body.decode() for path, body in files.items() if path.endswith(".html")}

    assert len(pages) > 60
    for path, page in pages.items():
        for link in re.findall(r'\s(?:href|src)="([^"#][^"]*)"', page):
            target = normpath(join(dirname(path), unquote(unescape(link)).partition("#")[0]))
            assert target in files, (path, link)


def test_no_entry_has_a_page_though_a_handover_names_the_one_that_its_pack_is_as_of(db):
    """Each leads to the one before it: a single link would publish every entry twice, once in the log."""
    desks = tell_what_is_handed_over()
    upto = tell_the_walk(desks)
    pages = {page.file: page.body for page in pages_of(desks.programme, DAY)}

    assert f"<dd>{upto}</dd>".encode() in pages[f"en/{desks.programme}/teams/{TEAM}/index.html"]
    assert not [file for file in pages if "~entries" in file]


def test_only_the_languages_that_were_chosen_are_published_with_their_letters(told, tmp_path):
    out, signer = tmp_path / "out", keys.signer_of(told.programme)
    drawn = Drawn(partial(pages_of, languages=["ug"]))
    publish(told.programme, out, sign=lambda: Log(told.programme).sign(signer), drawn=drawn)
    files = files_in(out)
    front = files[f"ug/{told.programme}/index.html"].decode()

    assert {path.split("/")[0] for path in files} & set(LANGUAGES) == {"ug"}
    assert 'class="drafted"' in front
    assert "~desk" not in front
    assert "../en/" not in front
    assert "static/cairn/fonts/noto-sans-arabic-arabic-400-normal.woff2" in files
    assert 'lang="ug"' in files["index.html"].decode()


@pytest.mark.parametrize("named", ["tlh", "en,tlh", ",", ""])
def test_a_language_that_pages_are_not_in_is_refused(named):
    with pytest.raises(WhichLanguageError, match="en,zh-hans,ug,ky,ky-arab"):
        _draw_in(named)


def test_a_page_says_nothing_of_today_of_a_position_or_of_a_checkpoint(told, tmp_path):
    brought_up(told, tmp_path / "out")
    files = files_in(tmp_path / "out")
    position = f"{Log(told.programme).checkpoint().size}"

    for path, body in files.items():
        if path.startswith(("en/", "zh-hans/")):
            text = body.decode()
            assert "As of position" not in text, path
            assert "as_of_position" not in text, path
            assert "<form" not in text, path
            if "/exceptions/" not in path:  # entries that stand out are named by theirs
                assert f">{position}<" not in text, path
    front = files[f"en/{told.programme}/index.html"].decode()
    assert "The longest has been on its way since" in front
    assert b",days," not in files[f"en/{told.programme}/in-transit/in_transit.csv"]


def test_things_that_are_called_like_files_of_the_record_have_pages(told, tmp_path):
    called = ("places.csv", "index.html")
    for place in called:
        added = PlaceAdded(
            place=place, name=named(place), level=PlaceLevel.VILLAGE, within="hongliu"
        )
        told.record(added)
    brought_up(told, tmp_path / "out")
    files = files_in(tmp_path / "out")

    assert verify(Memory(files), Trusted())
    places = f"en/{told.programme}/places"
    page = files[f"{places}/index.html"].decode()
    for place in called:
        assert f"<bdi>{place}</bdi>" in files[f"{places}/~~{place}/index.html"].decode()
        assert f'href="~~{place}/index.html"' in page
    assert b"places.csv" in files[f"{places}/places.csv"]


def test_publishing_again_touches_nothing(told, tmp_path):
    first = brought_up(told, tmp_path / "out")
    again = brought_up(told, tmp_path / "out")

    assert len(first.written) == first.files + 1
    assert (again.written, again.removed) == ((), ())
    tops = {path.name for path in (tmp_path / "out").iterdir()}
    assert tops & set(LANGUAGES) == {"en", "zh-hans"}


def test_what_was_damaged_since_is_put_right(told, tmp_path):
    brought_up(told, tmp_path / "out")
    page = tmp_path / f"out/en/{told.programme}/index.html"
    whole = page.read_bytes()
    page.write_bytes(whole[:-1])
    again = brought_up(told, tmp_path / "out")

    assert again.written == (f"en/{told.programme}/index.html",)
    assert page.read_bytes() == whole


def test_what_no_page_shows_touches_the_log_the_manifest_and_the_boards_that_print_it(
    told, tmp_path
):
    brought_up(told, tmp_path / "out")
    shop = OrganisationJoined(
        organisation="shop", name=named("Shop"), role=OrganisationRole.CONTRACTOR
    )
    told.record(shop, on=told.today)  # else it were late, which a page shows
    again = brought_up(told, tmp_path / "out")

    written = [path for path in again.written if not path.endswith("/board/index.html")]
    # The record as data holds every fact, and its page says how many rows that are.
    of_data = {path for path in written if path.startswith("data/") or "/data/" in path}
    assert f"data/{told.programme}/organisations.csv" in of_data
    assert f"data/{told.programme}/movements.csv" not in of_data
    assert {path.split("/")[0] for path in set(written) - of_data} == {
        "tile",
        "checkpoint",
        "manifest.json",
    }
    assert all(re.search(r"\.p/\d+$", path) for path in again.removed)


def test_a_receipt_changes_the_pages_that_show_it(told, tmp_path):
    brought_up(told, tmp_path / "out")
    told.record(MoneyReceived(grant="seeds-2025", account="county-office", amount=cny("10.00")))
    again = brought_up(told, tmp_path / "out")

    pages = {path for path in again.written if path.startswith("en/")}
    assert f"en/{told.programme}/grants/grants.csv" in pages
    assert f"en/{told.programme}/grants/seeds-2025/index.html" in pages
    assert f"en/{told.programme}/grants/roads-2025/index.html" not in pages


def test_facts_under_no_checkpoint_are_not_published(told, tmp_path):
    with pytest.raises(NotSignedYetError, match="cairn log sign"):
        publish(told.programme, tmp_path / "out")

    assert not (tmp_path / "out").exists()


def test_a_folder_with_something_else_in_it_is_left_alone(told, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/thesis.odt").write_bytes(b"mine")

    with pytest.raises(NotARecordError, match=r"thesis\.odt"):
        brought_up(told, tmp_path / "out")
    assert files_in(tmp_path / "out") == {"thesis.odt": b"mine"}


def test_a_run_that_was_broken_off_is_finished_by_the_next(told, tmp_path):
    out = tmp_path / "out"
    brought_up(told, out)
    (out / "manifest.json").unlink()
    (out / f"en/{told.programme}/.index.html.123").write_bytes(b"half")
    (out / "schemas/money.no-more.json").write_bytes(b"{}")
    brought_up(told, out)

    assert CliRunner().invoke(app, ["verify", str(out), "--processes", "1"]).exit_code == 0


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("/en/k/grants/", "en/k/grants/index.html"),
        ("/en/k/grants/?sponsor=%E6%B0%B4", "en/k/grants/~sponsor=水/index.html"),
        ("/en/k/grants/?csv=grants&sponsor=a", "en/k/grants/~sponsor=a/grants.csv"),
        ("/en/k/exceptions/?what=off+purpose", "en/k/exceptions/~what=off+purpose/index.html"),
        ("/static/cairn/cairn.css", "static/cairn/cairn.css"),
    ],
)
def test_an_address_becomes_a_file(address, file):
    assert file_of(address) == file


@pytest.mark.parametrize(
    "link", ["https://example.org/", "mailto:a@b", "?start=5000", "?x=/../../etc", "?x=%00"]
)
def test_a_link_out_of_the_record_loses_its_address(link):
    assert address_of(link, "/en/k/") is None
    assert linked(f'<a href="{link}">x</a>', "/en/k/", str) == "<a>x</a>"
