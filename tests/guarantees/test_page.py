"""docs/guarantees.md and the public page show every promise, in the reader's language, from every page."""

import re

import pytest
from django.test import Client
from django.utils import translation

from cairn.web.guarantees import GUARANTEES, NOT_COVERED
from guarantees.page import PAGE, page


def test_the_page_of_docs_does_not_lag():
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs` and commit it"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_public_page_shows_every_promise_and_what_remains_possible(db, language):
    shown = Client().get(f"/{language}/~guarantees/").content.decode()

    with translation.override(language):
        for one in GUARANTEES:
            assert str(one.promise) in shown
            assert one.test in shown
        for one in NOT_COVERED:
            assert str(one) in shown


def test_every_promise_is_translated():
    with translation.override("zh-hans"):
        for said in (*(one.promise for one in GUARANTEES), *NOT_COVERED):
            assert re.search("[\u4e00-\u9fff]", str(said)), said


@pytest.mark.parametrize(
    "path", ["", "grants/", "places/qarasu/", "assets/qarasu-pump/", "~log/", "no/such/page/"]
)
def test_every_public_page_leads_to_it(look, path):
    assert '<a href="/en/~guarantees/">' in look(path).content.decode()


def test_it_is_published_with_the_record(told, db):
    from cairn.publish.pages import pages_of  # noqa: PLC0415 - once Django is started
    from cast import DAY  # noqa: PLC0415

    addresses = set()
    for published in pages_of(told, DAY):
        addresses.add(published.address)
        if {"/en/~guarantees/", "/zh-hans/~guarantees/"} <= addresses:
            break
    assert {"/en/~guarantees/", "/zh-hans/~guarantees/"} <= addresses
