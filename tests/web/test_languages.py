"""Every language that pages are in: its catalogue is whole, and a machine's draft says what it is."""

import gettext
import re
import shutil
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from cairn import ky_arab_po
from cairn.people.wordings import KEPT
from cairn.values import DRAFTED, LANGUAGES, RIGHT_TO_LEFT
from web.test_pages import PAGES

SOURCE = Path(ky_arab_po.__file__).parent
CATALOGUES = [path.parents[1].name for path in SOURCE.glob("locale/*/LC_MESSAGES/django.po")]
UYGHUR = frozenset("ئاەبپتجچخدرزژسشغفقكگڭلمنھوۇۆۈۋېىي")
KYRGYZ = frozenset("абвгдеёжзийклмнңоөпрстуүфхцчшщъыьэюя")
KYRGYZ_ARABIC = frozenset("اۋگدەيوجزىكلمنڭۅپرستۇۉفحچشقعب")
OF = {"ug": UYGHUR, "ky": KYRGYZ, "ky_Arab": KYRGYZ_ARABIC}

each_catalogue = pytest.mark.parametrize("locale", CATALOGUES)
each_draft = pytest.mark.parametrize("language", sorted(DRAFTED))
gettext_is_here = pytest.mark.skipif(
    not shutil.which("msgfmt"), reason="Debian's gettext is not installed"
)


def lines(locale):
    """Each line of a catalogue: its English, and what it says, plural forms one by one."""
    path = SOURCE / "locale" / locale / "LC_MESSAGES/django.mo"
    with path.open("rb") as file:
        found = gettext.GNUTranslations(file)._catalog
    for key, said in found.items():
        source = key[0] if isinstance(key, tuple) else key
        if source:
            yield source.rpartition("\x04")[2], said


# Catalogues


def test_there_is_a_catalogue_for_every_language():
    assert {translation.to_locale(code) for code in LANGUAGES} == {"en", *CATALOGUES}
    assert [code for code, _name in settings.LANGUAGES] == list(LANGUAGES)


@gettext_is_here
@each_catalogue
def test_gettext_finds_nothing_wrong_with_a_catalogue(locale):
    path = SOURCE / "locale" / locale / "LC_MESSAGES/django.po"
    done = subprocess.run(
        ["msgfmt", "-c", "-o", "/dev/null", path],  # noqa: S607 - Debian's
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """Every line that pages say, as Debian's gettext finds them in the source."""
    folder = tmp_path_factory.mktemp("source") / "cairn"
    aside = shutil.ignore_patterns("static", "*.mo", "__pycache__")
    shutil.copytree(SOURCE, folder, ignore=aside)
    admin, asked = Path(sys.executable).with_name("django-admin"), ("-l", "ug", "--keep-pot")
    subprocess.run(
        [admin, "makemessages", "--settings", "cairn.config.settings", "--no-location", *asked],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    return folder / "locale/django.pot"


@gettext_is_here
@each_catalogue
def test_a_catalogue_lacks_no_line_of_the_pages(template, locale):
    path = SOURCE / "locale" / locale / "LC_MESSAGES/django.po"
    done = subprocess.run(
        ["msgcmp", path, template],  # noqa: S607 - Debian's
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, f"run `make messages`, and translate:\n{done.stderr}"


@each_catalogue
def test_a_line_keeps_its_placeholders_and_marks(locale):
    for source, said in lines(locale):
        expected, found = set(KEPT.findall(source)), set(KEPT.findall(said))
        assert found <= expected | {"%(shown)s", "%(n)s", "%(size)s"}, said
        assert expected <= found, (source, said)


@pytest.mark.parametrize("locale", sorted(OF))
def test_a_draft_is_written_in_the_letters_of_its_language(locale):
    for _source, said in lines(locale):
        foreign = {sign for sign in said.lower() if sign.isalpha() and not sign.isascii()}
        assert foreign <= OF[locale], (said, foreign - OF[locale])


def test_no_word_of_uyghur_begins_with_a_bare_vowel():
    for _source, said in lines("ug"):
        assert not re.search(r"(?<![\w\u200c])[اەوۇۆۈېى]", said), said


def test_kyrgyz_in_arabic_letters_is_what_the_table_makes_of_the_cyrillic():
    made = (SOURCE / "locale/ky_Arab/LC_MESSAGES/django.po").read_text("utf-8")
    cyrillic = (SOURCE / "locale/ky/LC_MESSAGES/django.po").read_text("utf-8")

    assert made == ky_arab_po.converted(cyrillic), "run `make messages`"


# Pages


@each_draft
def test_every_page_speaks_a_drafted_language_in_its_direction_and_says_that_it_is_a_draft(
    look, language
):
    direction = "rtl" if language in RIGHT_TO_LEFT else "ltr"
    with translation.override(language):
        says = translation.gettext(
            "A machine translated this page, and no speaker of the language has checked it."
        )
    for path in PAGES:
        response = look(path, language)
        page = response.content.decode()
        assert response.status_code == 200, path
        assert response["Content-Language"] == language
        assert f'<html lang="{language}" dir="{direction}">' in page
        assert says in page, path
        assert f"/{language}/~desk/wordings/?of=/{language}/" in page
        assert "%(" not in page, path
        assert page.count("<h1") == 1


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_people_wrote_is_no_draft(look, language):
    assert 'class="drafted"' not in look("", language).content.decode()


def own_words(page):
    """What a page says itself: neither names that people wrote nor languages' own names."""
    page = re.sub(r'<nav class="languages".*?</nav>', "", page, flags=re.DOTALL)
    page = re.sub(r"<(bdi|title|option|code|script|svg)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", " ", page))


@each_draft
def test_a_drafted_page_says_nothing_of_its_own_in_another_language(look, language):
    for path in ("", "grants/", "exceptions/", "assets/", "budgets/", "~search/"):
        said = own_words(look(path, language).content.decode())
        words = set(re.findall(r"[A-Za-z]{3,}", said))
        assert words <= {"Cairn", "CNY", "USD", "CSV", "XLSX", "GeoJSON", "grant", "fifo"}, path
        if language != "ky":
            assert not re.search("[А-Яа-яЁёҢңӨөҮү]", said), path


@pytest.mark.parametrize(
    ("asked", "to"),
    [
        ("ug-CN,ug;q=0.9,zh;q=0.5", "/ug/"),
        ("ky-KG,ky;q=0.9", "/ky/"),
        ("ky-Arab-CN", "/ky-arab/"),
        ("ky-Arab", "/ky-arab/"),
    ],
)
def test_the_root_knows_the_tags_that_browsers_send(db, asked, to):
    assert Client().get("/", headers={"accept-language": asked})["Location"] == to


def test_a_sentence_from_right_to_left_keeps_names_apart(look):
    page = look("exceptions/", "ug", what="late").content.decode()

    assert "\u2068" in page
    assert page.count("\u2068") == page.count("\u2069")
    assert '<bdi dir="rtl">\u2068' in page
    assert "\u2068" not in look("exceptions/", "zh-hans", what="late").content.decode()
