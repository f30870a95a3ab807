"""Every public page: it answers, in both languages, and promises what all of them promise."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from cairn.web.public.links import Links
from cairn.web.words import GLOSSARY

WELL, VILLAGE = "qarasu-well", "qarasu-committee"
PAGES = (
    "",
    "grants/",
    "grants/water-2025/",
    "grants/water-2025/report/",
    "grants/unexplained/",
    "projects/",
    f"projects/{WELL}/",
    "places/",
    "places/kunlun/",
    "places/石桥村/",
    "accounts/",
    f"accounts/{VILLAGE}/",
    f"accounts/{VILLAGE}/cash-book/",
    f"accounts/{VILLAGE}/reconciliation/",
    "budgets/",
    "in-transit/",
    "exceptions/",
    "assets/",
    "assets/qarasu-pump/",
    "assets/石桥村-tank/",
    "needs/",
    "needs/footbridge/",
    "needs/clean-water/",
    "enterprises/",
    "enterprises/qarasu-bakery/",
    "~search/",
)

each_page = pytest.mark.parametrize("path", PAGES)
each_language = pytest.mark.parametrize("language", ["en", "zh-hans"])


@each_page
@each_language
def test_a_page_answers_in_its_language(look, path, language):
    response = look(path, language)

    assert response.status_code == 200
    assert response["Content-Language"] == language
    assert f'<html lang="{language}" dir="ltr">' in response.content.decode()


@each_page
def test_a_page_sets_no_cookie_and_loads_nothing_from_elsewhere(look, path):
    response = look(path)
    page = response.content.decode()

    assert not response.cookies
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]
    assert not re.search(r"<script|\sstyle=|\son\w+=|<style", page)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)


@each_page
def test_a_page_says_as_of_which_position_and_by_which_policy(look, path):
    page = look(path).content.decode()

    assert re.search(r"As of position <b>[\d,]+</b>", page)
    assert "<b>grant-fifo</b>, version" in page


@each_page
def test_a_page_has_one_heading_landmarks_and_a_way_past_its_navigation(look, path):
    page = look(path).content.decode()

    assert page.count("<h1") == 1
    assert page.count("<main") == 1
    assert 'class="skip" href="#main"' in page


@each_page
def test_no_id_on_a_page_is_given_twice(look, path):
    ids = re.findall(r'\sid="([^"]+)"', look(path).content.decode())

    assert len(ids) == len(set(ids))


@pytest.fixture(scope="module")
def followed(told):
    """What links led to: most stand on many pages, and each is followed once."""
    return {}


@each_page
def test_every_link_on_a_page_leads_to_a_page(look, path, told, followed):
    page = look(path).content.decode()
    own = f"/en/{told}/{path}"

    client = Client()
    for address in {unescape(link) for link in re.findall(r'<a [^>]*href="([^"#]+)', page)}:
        full = address if address.startswith("/") else own.split("?", maxsplit=1)[0] + address
        full = re.sub(r"[^/]+/\.\./", "", full)
        if full not in followed:
            followed[full] = client.get(full).status_code
        assert followed[full] in {200, 302}, address


@each_language
def test_the_language_switch_keeps_the_page_and_its_filters(look, told, language):
    page = look("exceptions/", language, what="breach").content.decode()

    for other in ("en", "zh-hans"):
        assert f'href="/{other}/{told}/exceptions/?what=breach"' in page


def test_chinese_pages_say_nothing_of_their_own_in_english(look):
    page = look("", "zh-hans").content.decode()
    text = re.sub(r"<[^>]+>", " ", re.sub(r"<title>.*?</title>", "", page))
    words = set(re.findall(r"[A-Za-z]{3,}", text))

    assert words <= {
        *{"Cairn", "English", "CNY", "CSV", "XLSX", "USD", "grant", "fifo"},
        *{"water", "bureau", "seed", "company", "county", "office", "cash", "dollars", "qarasu"},
        *{"committee", "seeds", "Kunlun", "Hongliu", "Qarasu", "Stone", "Bridge"},
    }


def test_the_root_goes_by_the_language_that_the_browser_asks_for(db):
    chinese = Client().get("/", headers={"accept-language": "zh-CN,zh;q=0.9"})
    other = Client().get("/", headers={"accept-language": "fr"})

    assert chinese["Location"] == "/zh-hans/"
    assert other["Location"] == "/en/"
    assert "Accept-Language" in chinese["Vary"]


def test_a_lone_programme_is_gone_to_at_once(look, told):
    assert Client().get("/en/")["Location"] == f"/en/{told}/"


@pytest.mark.parametrize(
    "path", ["", "grants/nothing/", "projects/nothing/", "places/nothing/", "accounts/nothing/"]
)
def test_what_is_not_on_record_is_a_page_that_says_so(look, path):
    response = look(path) if path else Client().get("/zh-hans/nowhere/")

    assert response.status_code == 404
    assert "没有记录" in response.content.decode() or "Not on record" in response.content.decode()
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_an_address_of_no_page_is_a_page_that_says_so(look):
    response = look("no/such/page/")

    assert response.status_code == 404
    assert "Not on record" in response.content.decode()


def test_a_programme_that_is_being_traced_says_so_and_looks_again(cast):
    response = Client().get(f"/en/{cast.programme}/")

    assert response.status_code == 503
    assert response["Retry-After"] == "2"
    assert '<meta http-equiv="refresh" content="2">' in response.content.decode()


def test_pages_are_read_and_nothing_else(look, told):
    assert Client().post(f"/en/{told}/").status_code == 405


def test_healthz_answers_without_a_database(client):
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")


def test_names_that_people_wrote_are_text_and_never_markup(look):
    page = look("grants/roads-2025/").content.decode()

    assert "Roads &lt;2025&gt;" in page
    assert "Roads <2025>" not in page


@pytest.mark.parametrize("what", ["grant", "project", "place", "account"])
def test_links_are_what_reverse_would_give(db, what):
    links = Links(reverse("public:programme", args=["石桥"]))

    assert links(what, "a.b-石") == reverse(f"public:{what}", args=["石桥", "a.b-石"])


def test_ends_outside_the_record_have_no_page():
    links = Links("/en/p/")

    assert links("project", "~fee") == ""
    assert links("account", "~opening") == ""
    assert links("sponsor", "") == ""
    assert links("grant", "unexplained") == "/en/p/grants/unexplained/"


def test_the_words_are_explained(db):
    page = Client().get("/zh-hans/~words/").content.decode()

    for word in ("串用", "用途不符", "未说明来源", "在途", "佐证"):
        assert word in page
    for word in ("条目", "回执", "检查点", "见证方", "某日当时所知", "变化", "样本", "异常项"):
        assert f"<dt>{word}</dt>" in page


def test_no_word_is_explained_twice_or_in_english_alone():
    words = [str(word) for word, _means in GLOSSARY]
    assert len(set(words)) == len(words)
    with translation.override("zh-hans"):
        for pair in GLOSSARY:
            for text in map(str, pair):
                assert re.search("[\u4e00-\u9fff]", text), text


def test_the_programme_page_shows_each_stage_and_never_adds_them(look):
    page = look().content.decode()

    for word in ("Pledged", "Received", "Sent", "Confirmed", "Spent", "Evidenced"):
        assert word in page
    assert "2,030,000.00" in page
    assert "stages are never added" in page


def test_unexplained_money_adds_up_to_what_has_arisen(look):
    page = look("grants/unexplained/").content.decode()

    figures = re.findall(r'<bdi class="money">CNY\s([\d,.]+)</bdi>', page)
    arisen, spent, in_transit, standing = (int(re.sub(r"\D", "", one)) for one in figures[:4])
    assert arisen == spent + in_transit + standing > 0


def test_bank_interest_is_followed_like_a_grant_that_nobody_pledged(look):
    page = look("grants/~interest/").content.decode()

    assert "Interest that banks paid" in page
    assert "Pledged by" not in page
