"""The register and the pages of debriefs, as anybody reads them."""

import csv
import io
from datetime import date

import pytest
from django.test import Client
from docx import Document
from lxml import etree

from cairn.following import queries
from cairn.following.queries.lessons import ANSWER_WITHIN
from cairn.following.snapshot import bring_up_to_date
from cairn.lessons.facts import (
    Answer,
    DebriefCalled,
    Ending,
    ItemPut,
    RecommendationAnswered,
    RecommendationClaimed,
    RecommendationClosed,
    RecommendationConfirmed,
    RecommendationPut,
    RecommendationThemed,
    RecommendationVerified,
    ThemeOffered,
)
from cairn.values import Text
from cairn.web.docx_out import DOCX
from cairn.worklist.clocks import DAYS
from cast import named
from lessons.conftest import JUNE, draft
from people.desks import Desks

WHY = Text(en="With the next handover", zh_hans="下次移交时")
JULY = date(2025, 7, 20)


def steps(desks, one, *facts):
    """Record steps, each by the post that may take it."""
    for post, fact in facts:
        desks.record(desks.seat(post), fact, on=JUNE)
    return one


def asked(desks, text):
    one = draft(desks, text=text)
    return steps(
        desks,
        one,
        ("leader", RecommendationConfirmed(recommendation=one)),
        ("county", RecommendationPut(recommendation=one, asked="township")),
    )


def answered(desks, text, answer=Answer.ACCEPTED):
    one = asked(desks, text)
    by = None if answer is Answer.REJECTED else date(2025, 6, 25)
    fact = RecommendationAnswered(recommendation=one, answer=answer, reason=WHY, by=by)
    return steps(desks, one, ("township", fact))


@pytest.fixture
def told(desks):
    """Five recommendations: one of each of how far they come. By what they are called."""
    found = {
        "open": draft(desks, text=named("Open one")),
        "asked": asked(desks, named("Asked one")),
        "no": answered(desks, named("Rejected one"), Answer.REJECTED),
        "late": answered(desks, named("Late one")),
        "done": answered(desks, named("Done one")),
    }
    one = found["done"]
    steps(
        desks,
        one,
        ("township", RecommendationClaimed(recommendation=one, shows=WHY)),
        ("county", RecommendationVerified(recommendation=one)),
        ("county", RecommendationClosed(recommendation=one, ending=Ending.IMPLEMENTED)),
    )
    desks.pen.record(ThemeOffered(theme="upkeep", name=named("Upkeep")), on=JUNE)
    themed = RecommendationThemed(recommendation=found["late"], theme="upkeep")
    desks.record(desks.seat("county"), themed, on=JUNE)
    desks.record(desks.seat("member"), ItemPut(debrief="close", name=named("Seals")), on=JUNE)
    bring_up_to_date(desks.programme)
    return found


def page(desks, path, language="en"):
    response = Client().get(f"/{language}/{desks.programme}/{path}")
    assert response.status_code == 200, path
    return response.content.decode()


def test_the_register_says_of_how_many_each_figure_is(desks, told):
    shares = queries.recommendation_shares(programme=desks.programme, today=JULY)

    assert [(one.some, one.of) for one in (
        shares.answered, shares.accepted, shares.implemented, shares.verified
    )] == [(3, 4), (2, 3), (1, 2), (1, 1)]  # fmt: skip
    assert (shares.open, shares.open_days) == (4, 48)
    said = page(desks, "recommendations/")
    assert "48 days (of 4)" not in said  # the clock is not in 2025
    assert "(of 4)" in said
    for figure in ("3 of 4", "2 of 3", "1 of 2", "1 of 1"):
        assert f"<dd>{figure}</dd>" in said
    assert said.index("Open one") < said.index("Done one")


def test_nobody_is_ranked(desks, told):
    """Figures are of all that was chosen, and there is no choice by who owes the answer."""
    said = page(desks, "recommendations/")
    assert 'name="asked"' not in said


def test_what_is_late_says_so_and_what_is_answered_says_why(desks, told):
    rows, _page = queries.recommendations(programme=desks.programme, today=JULY)
    late = {one.recommendation.name["en"] for one in rows if one.overdue}
    assert late == {"Late one", "Asked one"}

    said = page(desks, f"recommendations/{told['no']}/")
    assert "Rejected one" in said
    assert "With the next handover" in said
    assert "下次移交时" in page(desks, f"recommendations/{told['no']}/", "zh-hans")


def test_an_answer_is_late_when_the_worklist_says_so():
    assert DAYS["recommendation"] == ANSWER_WITHIN


@pytest.mark.parametrize(
    ("asked_for", "there"),
    [
        ("?state=asked", {"Asked one"}),
        ("?theme=upkeep", {"Late one"}),
        (
            "?cohort=2025&place=kunlun",
            {"Open one", "Asked one", "Rejected one", "Late one", "Done one"},
        ),
        ("?place=qarasu", set()),
    ],
)
def test_the_register_is_narrowed(desks, told, asked_for, there):
    said = page(desks, f"recommendations/{asked_for}")
    names = {"Open one", "Asked one", "Rejected one", "Late one", "Done one"}
    assert {name for name in names if name in said} == there


def test_the_register_is_a_csv_too(desks, told):
    address = f"/en/{desks.programme}/recommendations/?csv=recommendations"
    text = b"".join(Client().get(address).streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))

    assert len(rows) == 5
    assert {row["state"] for row in rows} == {"drafted", "asked", "rejected", "accepted", "closed"}


def test_the_next_debrief_begins_with_what_the_last_left_open(desks, told):
    later = date(2025, 6, 20)
    called = DebriefCalled(
        debrief="half",
        cohort="2025",
        place="hongliu",
        name=named("Half"),
        chair="township",
        on=later,
    )
    desks.record(desks.seat("township"), called, on=date(2025, 6, 10))
    bring_up_to_date(desks.programme)

    found = queries.follow_debrief(programme=desks.programme, debrief="half", today=JULY)
    left = {one.recommendation.name["en"] for one in found.left_open}
    assert left == {"Open one", "Asked one", "Rejected one", "Late one"}
    assert "Late one" in page(desks, "debriefs/half/")


def test_a_debrief_says_how_many_took_part_for_which_posts_and_what_was_put(desks, told):
    said = page(desks, "debriefs/close/")

    for wanted in ("Seals", "<dd>9</dd>", "county", "leader", "Done one"):
        assert wanted in said
    assert "Close" in page(desks, "debriefs/")


@pytest.mark.parametrize("path", ["recommendations/", "debriefs/"])
def test_a_programme_that_has_learned_nothing_says_so(db, path):
    desks = Desks.opened()
    bring_up_to_date(desks.programme)

    said = page(desks, path)
    assert "No recommendation matches" in said or "No cohort has been asked" in said


@pytest.mark.parametrize("path", ["recommendations/nothing/", "debriefs/nothing/"])
def test_what_there_is_not_is_not_found(desks, path):
    bring_up_to_date(desks.programme)
    assert Client().get(f"/en/{desks.programme}/{path}").status_code == 404


def document(desks, path, language="en"):
    response = Client().get(f"/{language}/{desks.programme}/{path}")
    assert response["Content-Type"] == DOCX
    assert response["Content-Disposition"].startswith("attachment")
    return Document(io.BytesIO(response.content))


def test_the_register_is_a_document_of_what_was_chosen(desks, told):
    found = document(desks, "recommendations/?docx=1&state=accepted")

    assert found.paragraphs[0].text == "What was learned"
    assert "Answered, of those asked: 3 of 4" in [one.text for one in found.paragraphs]
    (table,) = found.tables
    assert [row.cells[0].text for row in table.rows] == ["Recommendation", "Late one"]
    assert found.core_properties.author == ""


@pytest.mark.parametrize("language", ["en", "zh-hans", "ug", "ky", "ky-arab"])
def test_a_debrief_is_a_document_in_each_language_and_its_direction(desks, told, language):
    found = document(desks, "debriefs/close/?docx=1", language)

    mirrored = b"w:bidi" in etree.tostring(found.styles["Normal"].element)
    assert mirrored == (language in {"ug", "ky-arab"})
    assert len(found.tables) == 2  # nothing was left open before it
    words = " ".join(cell.text for cell in found.tables[1].columns[0].cells)
    assert "Done one" in words


def test_a_page_that_is_no_document_is_itself(desks, told):
    assert "<html" in page(desks, "debriefs/?docx=1")
