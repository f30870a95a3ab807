"""A bundle as somebody opens it who has only the folder: from a file, without a network or a script."""

import subprocess
import zipfile

import pytest
from django.conf import settings

from browser.conftest import CAIRN, make
from browser.sweep import OVERFLOW, axe_finds

pytestmark = pytest.mark.browser

MAKE = """
import sys
from pathlib import Path
from cairn.config.installation import installation
installation(Path(sys.argv[1]), make=True)
from bundle.walked import TEAM, tell_the_walk, tell_what_is_handed_over
from witness.watched import watch, with_key
desks = tell_what_is_handed_over()
tell_the_walk(desks)
watch(with_key(desks.programme))
print(TEAM)
"""
LANGUAGES = [code for code, _name in settings.LANGUAGES]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A bundle that the command made, unpacked."""
    data, out = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("out")
    team = make(MAKE, data).strip()
    command = [CAIRN, "handover", team, "-o", out / "bundle.zip", "--dir", data]
    subprocess.run(command, check=True)
    with zipfile.ZipFile(out / "bundle.zip") as archive:
        archive.extractall(out / "unpacked")
    subprocess.run([CAIRN, "verify", out / "unpacked"], check=True)
    return out / "unpacked"


def at_peace(page):
    """Nothing was said, and nothing asked for but files."""
    assert page.said == []
    assert {url.partition(":")[0] for url in page.asked} == {"file"}


def test_its_first_page_leads_to_each_language_and_each_to_its_tables(folder, window):
    page = window((folder / "index.html").as_uri(), 360, java_script_enabled=False)
    for language in LANGUAGES:
        page.goto((folder / "index.html").as_uri())
        page.click(f'a[hreflang="{language}"]')
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator('a[href^="tables/"]').count() > 10
    at_peace(page)


def test_whatever_it_leads_to_is_there(folder, window):
    for name in ("index", *LANGUAGES):
        page = window((folder / f"{name}.html").as_uri())
        leads = page.evaluate(
            "() => [...document.querySelectorAll('[href],[src]')].map(one => one.href || one.src)"
        )
        files = {one.partition("#")[0].removeprefix(f"{folder.as_uri()}/") for one in leads}
        assert files, name
        for file in files:
            assert (folder / file).is_file(), (name, file)


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["index", *LANGUAGES])
def test_each_page_fits_shows_its_photo_and_axe_finds_nothing(folder, window, language, width):
    page = window((folder / f"{language}.html").as_uri(), width)
    assert page.evaluate(OVERFLOW) <= 0
    for image in page.locator("main img").all():
        image.scroll_into_view_if_needed()
        page.wait_for_function(
            "one => one.complete && one.naturalWidth > 0", arg=image.element_handle()
        )
    assert page.locator("main img").count() == (0 if language == "index" else 1)
    at_peace(page)
    assert axe_finds(page) == []


def test_on_paper_it_has_no_links_to_tables_and_every_section(folder, window):
    page = window((folder / "en.html").as_uri())
    page.emulate_media(media="print")

    assert not page.locator(".csv a").first.is_visible()
    assert page.locator("section.table h2").first.is_visible()
    assert page.pdf().startswith(b"%PDF")
