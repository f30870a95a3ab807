"""Debriefs at the desk: minutes are pasted, drafts are ticked, and steps are offered to whoever takes them."""

import io
import zipfile
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document

from cairn.exchange.paper import PaperUnreadableError, Why, text_of
from cairn.lessons.facts import MinutesWritten, RecommendationConfirmed
from cairn.lessons.models import Recommendation
from cast import named
from lessons.conftest import JUNE, draft
from security.visitors import invited

MINUTES = """Minutes: close of the year, 3 May 2025
Committee: The township should send a spare seal by 30 June 2026. We also recommend that the county keeps the drawings.
Township: Give every family a score? The county must not do that. 应当给每户打分排队。
"""


@pytest.fixture
def at(desks):
    """A browser at a post."""

    def signed_in(post):
        desks.pen.now = datetime.now(UTC)  # sessions go by the clock
        return invited(desks, post, post)

    return signed_in


@pytest.fixture
def written(desks):
    """Debrief whose minutes are written: the fact that holds them."""
    desks.record(desks.seat("county"), MinutesWritten(debrief="close", text=MINUTES), on=JUNE)
    return desks.pen.the("debrief", "close").minutes


def page(visitor, *, status=200):
    response = visitor.client.get(reverse("desk:debrief", args=["close"]))
    assert response.status_code == status
    return response.content.decode()


def test_what_the_minutes_ask_for_is_proposed_and_what_is_about_people_refused(desks, at, written):
    said = page(at("county"))

    assert "spare seal" in said
    assert "(no post of this name)" in said or "committee" in said
    refused = said.partition("Refused: about people")[2]
    assert "打分排队" in refused
    assert 'value="0"' in said


def test_what_is_ticked_is_drafted_all_at_once_with_whoever_said_it(desks, at, written):
    county = at("county")
    response = county.client.post(
        reverse("desk:debrief", args=["close"]), {"minutes": written, "take": ["0", "1"]}
    )

    assert response.status_code == 302
    rows = {row.name["en"]: row for row in Recommendation.objects.filter(programme=desks.programme)}
    (seal,) = (row for text, row in rows.items() if "spare seal" in text)
    assert (seal.speaker, seal.post, str(seal.wanted_by)) == ("committee", "township", "2026-06-30")
    assert len(rows) == 2
    assert page(county).count(">on record<") == 2


def test_nothing_is_drafted_from_minutes_that_others_have_replaced(desks, at, written):
    response = at("county").client.post(
        reverse("desk:debrief", args=["close"]), {"minutes": "another", "take": ["0"]}
    )

    assert response.status_code == 302
    assert not Recommendation.objects.filter(programme=desks.programme).exists()


def test_what_is_refused_cannot_be_ticked_in(desks, at, written):
    response = at("county").client.post(
        reverse("desk:debrief", args=["close"]),
        {"minutes": written, "take": [str(n) for n in range(9)]},
    )

    assert response.status_code == 302
    texts = [row.name for row in Recommendation.objects.filter(programme=desks.programme)]
    assert texts
    assert "打分" not in repr(texts)


@pytest.mark.parametrize("post", ["committee", "sponsor", "auditor"])
def test_only_who_may_draft_reads_the_minutes(desks, at, written, post):
    visitor = at(post)
    assert "spare seal" not in page(visitor)

    response = visitor.client.post(
        reverse("desk:debrief", args=["close"]), {"minutes": written, "take": ["0"]}
    )
    assert response.status_code == 200
    assert not Recommendation.objects.filter(programme=desks.programme).exists()


def test_each_step_is_offered_to_whoever_takes_it_next(desks, at):
    one = draft(desks, speaker="committee")
    confirm = "record/lessons.recommendation-confirmed/?recommendation=" + one
    assert confirm in page(at("committee"))

    desks.pen.now = datetime.now(UTC)
    desks.record(desks.seat("committee"), RecommendationConfirmed(recommendation=one), on=JUNE)
    assert confirm not in page(at("keeper"))
    assert "record/lessons.recommendation-put/?recommendation=" + one in page(at("county"))


def test_a_debrief_that_there_is_not_is_not_found(at):
    response = at("county").client.get(reverse("desk:debrief", args=["nothing"]))
    assert response.status_code == 404
    assert at("keeper").client.get(reverse("desk:debriefs")).status_code == 200


def a_docx(*lines):
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("minutes.txt", MINUTES.encode()),
        ("minutes.txt", MINUTES.encode("gb18030")),
        ("minutes.txt", MINUTES.encode("utf-16")),
        ("minutes.docx", a_docx(*MINUTES.splitlines())),
    ],
    ids=["utf-8", "gb18030", "utf-16", "docx"],
)
def test_a_paper_is_read_into_the_form_and_not_kept(desks, at, name, content):
    county = at("county")
    paper = SimpleUploadedFile(name, content)
    response = county.client.post(reverse("desk:debrief", args=["close"]), {"paper": paper})

    assert response.status_code == 302
    form = county.client.get(response.url).content.decode()
    assert "spare seal by 30 June 2026" in form
    assert "应当给每户打分排队" in form
    assert not Recommendation.objects.exists()
    assert desks.pen.the("debrief", "close").minutes == ""


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xd0\xcf\x11\xe0 old", "save it as .docx"),
        (b"PK\x03\x04 no package", "save it anew"),
        (b"%PDF-1.4 broken", "save it anew"),
        (b"\0\1\2\3", "save it anew"),
        (b"   \n \n", "no text in it"),
        (b"Leader: x. " * 6_000, "longer than minutes"),
        (b"x" * (5 * 2**20 + 1), "larger than 5 MB"),
    ],
    ids=["doc", "zip", "pdf", "bytes", "blank", "long", "large"],
)
def test_what_cannot_be_read_is_said_with_what_to_do(desks, at, content, says):
    paper = SimpleUploadedFile("minutes.bin", content)
    response = at("county").client.post(reverse("desk:debrief", args=["close"]), {"paper": paper})

    assert response.status_code == 422
    assert says in response.content.decode()


def test_a_package_that_unpacks_to_too_much_is_not_opened():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b"0" * (70 * 2**20))
    with pytest.raises(PaperUnreadableError) as refused:
        text_of(file.getvalue())
    assert refused.value.why is Why.TOO_LARGE


def test_two_that_seem_to_say_the_same_are_shown_with_the_words_that_they_share(desks, at):
    first = draft(desks, text=named("Keep a copy of all drawings in the county"))
    second = draft(desks, text=named("Keep a copy of the drawings in the county's archive"))
    draft(desks, text=named("Mend the lamps"))

    said = page(at("county")).partition("Do these say the same?")[2]
    assert "drawings" in said.partition("Both say:")[2]
    assert f"recommendation={second}&amp;into={first}" in said
    assert "Do these say the same?" not in page(at("committee"))
