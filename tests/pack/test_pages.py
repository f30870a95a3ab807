"""The page of a pack and the list of teams, as anybody reads and prints them."""

import csv
import io
import re
from urllib.parse import quote

import pytest
from django.test import Client
from docx import Document
from lxml import etree, html

from cairn.assets.facts import AssetHandedOver, AssetInspected, Condition
from cairn.following.pasts import make, want
from cairn.following.snapshot import bring_up_to_date
from cairn.journal import sealing
from cairn.journal.facts import PartShredded
from cairn.journal.files import keep
from cairn.journal.past import Past
from cairn.pack import sha256_of
from cairn.values import LANGUAGES
from cairn.web.docx_out import DOCX
from cast import a_picture, named
from pack.conftest import LATER, TEAM, TODAY, head, packed
from worklist.open_things import spend


def page(desks, language="en", key=None, team=TEAM, query=""):
    key = quote(key or desks.programme)
    return Client().get(f"/{language}/{key}/teams/{quote(team)}/pack/{query}")


def parsed(response):
    assert response.status_code == 200
    return html.fromstring(response.content.decode())


def downloaded(desks, name, language="en"):
    """The rows of a table's CSV, the first of them its names."""
    answer = page(desks, language, query=f"?csv={name}")
    return list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


def tables(response):
    """Each table of a page with its headings and its cells as text."""
    for section in parsed(response).xpath("//section[contains(@class, 'table')]"):
        rows = section.xpath(".//tbody/tr")
        yield section.get("id"), [[cell.text_content().strip() for cell in row] for row in rows]


@pytest.fixture
def traced(desks):
    bring_up_to_date(desks.programme)
    return desks


def test_every_section_is_a_table_with_its_csv(traced):
    response = page(traced)
    found = dict(tables(response))

    assert set(found) == {
        "organisations", "teams", "lines", "owed", "projects", "grants", "unspent", "balances",
        "transit", "unevidenced", "assets", "enterprises", "recommendations", "notices",
        "contacts", "calendar", "risks", "advice", "tried", "gaps",
    }  # fmt: skip
    for name, rows in found.items():
        assert len(downloaded(traced, name)) == len(rows) + 1, name
    links = set(parsed(response).xpath("//nav[@class='contents']//a/@href"))
    assert {f"#{name}" for name in found} | {"#place", "#voices"} == links


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_cell_is_empty_in_any_language(traced, language):
    shed = AssetHandedOver(
        asset="shed", name=named("Shed"), place="qarasu", keeper="qarasu-committee"
    )
    traced.pen.record(shed, on=TODAY)
    bring_up_to_date(traced.programme)

    shown = dict(tables(page(traced, language)))
    for name, rows in shown.items():
        for row in rows:
            assert all(cell not in {"", "–"} for cell in row), (name, row)
    for name in shown if language in {"en", "ug"} else ():
        header, *lines = downloaded(traced, name, language)
        for line in lines:
            blank = {column for column, cell in zip(header, line, strict=True) if not cell}
            assert blank <= {"currency", "picture"}, (name, blank)


def test_its_hash_stands_on_it_and_is_the_one_that_anybody_computes(traced):
    text = page(traced).content.decode()

    assert sha256_of(packed(traced)) in text
    assert "unknown" in text


def test_the_page_of_a_past_has_the_hash_that_the_present_had(traced):
    then, at = sha256_of(packed(traced)), head(traced)
    traced.pen.now = LATER
    traced.pen.record(AssetInspected(asset="pump", condition=Condition.GOOD), on=TODAY)
    bring_up_to_date(traced.programme)
    past = Past(traced.programme, at)
    want(past)
    make(traced.pen.journal, past)

    text = page(traced, key=past.key).content.decode()
    assert then in text
    assert then not in page(traced).content.decode()
    assert "from two of them one could tell" in text


def test_while_its_money_is_followed_it_shows_no_hash(traced):
    spend(traced, on=TODAY)

    text = page(traced).content.decode()

    assert "Its money is still being followed" in text
    assert not re.search(r"<code dir=\"ltr\">[0-9a-f]{64}</code>", text)


def test_a_pack_that_is_not_traced_yet_is_being_computed(desks):
    assert page(desks).status_code == 503


def test_a_team_that_nobody_placed_has_no_page(traced):
    assert page(traced, team="nobody").status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "ug"])
def test_names_and_directions_are_the_reader_s(traced, language):
    found = parsed(page(traced, language))

    assert found.get("dir") == ("rtl" if language == "ug" else "ltr")
    words = found.xpath("//section[@id='risks']//tbody/tr/th")
    assert words
    assert not any(re.fullmatch(r"[\x00-\x7f]*", word.text_content()) for word in words)


def test_a_document_holds_every_table(traced):
    response = page(traced, query="?docx=1")
    document = Document(io.BytesIO(response.content))

    assert response["Content-Type"] == DOCX
    text = etree.tostring(document.element, encoding="unicode")
    assert sha256_of(packed(traced)) in text
    assert len(document.tables) > 12


def test_each_sheet_says_of_what_it_is(traced):
    response = page(traced)

    heads = parsed(response).xpath("//tr[@class='on-paper']")
    assert heads
    for head_ in heads:
        text = head_.text_content()
        assert "qarasu" in text.lower()
        assert "30 Jun 2025" in text
        assert "position" in text
        assert sha256_of(packed(traced)) in text


def test_the_last_photo_of_an_asset_stands_on_the_page_until_it_is_erased(
    traced, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(sealing, "after_erasing", lambda _programme: None)
    photo = keep(traced.programme, a_picture())
    seen = AssetInspected(asset="pump", condition=Condition.WORN, sha256=photo)
    entry = traced.pen.record(seen, on=TODAY).id
    bring_up_to_date(traced.programme)
    shown = page(traced).content.decode()
    gone = PartShredded(entry=str(entry), field="sha256", reason="A slip")
    with django_capture_on_commit_callbacks(execute=True):
        traced.pen.record(gone, on=TODAY)
    bring_up_to_date(traced.programme)

    assert photo in shown
    assert photo not in page(traced).content.decode()


def test_teams_are_listed_with_their_packs_and_a_place_leads_there(traced):
    listed = Client().get(f"/en/{traced.programme}/teams/").content.decode()
    place = Client().get(f"/en/{traced.programme}/places/qarasu/").content.decode()
    address = f"/en/{traced.programme}/teams/{TEAM}/pack/"

    assert address in listed
    assert address in place


def test_voices_are_told_as_on_the_board_and_no_otherwise(traced):
    ours = parsed(page(traced)).xpath("//section[@id='voices']//dd")
    board = Client().get(f"/en/{traced.programme}/places/qarasu/answers/")

    told = [" ".join(one.text_content().split()) for one in ours]
    theirs = [" ".join(one.text_content().split()) for one in parsed(board).xpath("//dl//dd")]
    assert told == theirs
    assert len(told) == 5
