"""Line 41 of the list of web hardening: what people write is text, wherever it is shown.

Without a browser: no corpus text may come out of any page as markup. That a browser runs nothing of
it follows twice: nothing is markup, and the policy (line 6) lets nothing run.
"""

from html.parser import HTMLParser

import pytest
from django.test import Client

from cairn.following.snapshot import bring_up_to_date
from cairn.programme.facts import PlaceAdded, PlaceLevel
from cairn.values import Theme
from cairn.works.facts import ProjectProposed
from cast import Pen, assemble, named
from security.visitors import DESK
from told import tell_a_year

CORPUS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "'-alert(1)-'",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "javascript:alert(1)",
    "{{constructor.constructor('alert(1)')()}}",
    "{% debug %}",
    "<!--<script>-->",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u202e<script>",
    '<a href="javascript:alert(1)">x</a>',
    "<style>*{background:url(//evil.example)}</style>",
    "＜script＞",
]


class Elements(HTMLParser):
    """The elements of a page, as a browser would see them."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def elements(answer):
    parser = Elements()
    parser.feed(answer.content.decode())
    return parser.found


def nothing_runs(answer):
    for tag, attributes in elements(answer):
        assert tag not in {"style", "iframe", "object", "embed", "base"}, tag
        if tag == "script":
            assert (
                attributes.get("src", "").startswith("/static/")
                or attributes.get("type") == "application/json"
            ), attributes
        for name, value in attributes.items():
            assert not name.startswith("on"), (tag, name)
            assert name != "style", (tag, value)
            if name in {"href", "src", "action", "formaction"}:
                assert not (value or "").strip().lower().startswith(("javascript", "data:text"))


@pytest.fixture
def told(db):
    """A programme in which every name is out of the corpus."""
    pen = Pen.opened()
    assemble(pen)
    for number, text in enumerate(CORPUS):
        pen.record(
            PlaceAdded(
                place=f"odd-{number}", name=named(text), level=PlaceLevel.VILLAGE, within="hongliu"
            )
        )
        pen.record(
            ProjectProposed(
                project=f"odd-{number}", name=named(text), place=f"odd-{number}", theme=Theme.WATER
            )
        )
    tell_a_year(pen)
    bring_up_to_date(pen.programme)
    return pen


def test_41_no_name_comes_out_of_a_page_as_markup(told):
    client = Client()
    for path in ("", "places/", "projects/", "places/odd-0/", "projects/odd-2/", "grants/"):
        for language in ("en", "zh-hans"):
            answer = client.get(f"/{language}/{told.programme}/{path}")
            assert answer.status_code == 200, path
            nothing_runs(answer)
    shown = client.get(f"/en/{told.programme}/places/").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown


@pytest.mark.parametrize("text", CORPUS)
def test_41_nor_does_anything_that_stands_in_an_address(told, text):
    client = Client()
    for path, query in (
        (f"/en/{told.programme}/projects/", {"place": text, "theme": text, "stage": text}),
        (f"/en/{told.programme}/exceptions/", {"grant": text, "what": text}),
        (f"/en/{told.programme}/accounts/county-office/", {"since": text, "until": text}),
        (f"/en/{text.replace('/', '')}/", {}),
        (f"{DESK}sign-in/", {"next": text}),
    ):
        nothing_runs(client.get(path, query))
    nothing_runs(client.post(f"{DESK}sign-in/", {"login": text, "password": text}))


@pytest.mark.parametrize("text", CORPUS)
def test_41_the_api_answers_text_as_json(told, text):
    answer = Client().get("/api/places/" + text.replace("/", ""))

    assert answer["Content-Type"] == "application/problem+json"
    assert answer["X-Content-Type-Options"] == "nosniff"
