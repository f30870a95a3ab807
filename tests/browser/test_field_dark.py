"""The field app's screens in the dark, on a phone of 360 pixels."""

# ruff: noqa: F811 - fixtures that are imported are parameters

import pytest
from playwright.sync_api import expect

from browser.test_desk import looked_at, with_keys
from browser.test_field import (  # noqa: F401 - fixtures
    SCREENS,
    at,
    leader,
    phone,
    village,
)

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["en", "zh-hans", "ug"])
def test_each_screen_can_be_read_in_the_dark(phone, leader, language):
    page = phone(leader, language, color_scheme="dark")
    with_keys(page, hasPrf=True)
    for hash_ in (*SCREENS, "#/settings/passkey"):
        at(page, hash_)
        looked_at(page, f"field-dark-{language}-{hash_.strip('#/') or 'home'}")
    at(page, "#/record/works.need-raised")
    page.locator("main form button[type=submit]").tap()
    looked_at(page, f"field-dark-{language}-objections")
    at(page, "#/settings")
    page.locator("main button").nth(6).tap()
    expect(page.locator("#pin")).to_be_visible()
    looked_at(page, f"field-dark-{language}-locked")

    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    red, green, blue = (int(one) for one in paper.removeprefix("rgb(").rstrip(")").split(","))
    assert max(red, green, blue) < 80, paper
    assert page.said == []
