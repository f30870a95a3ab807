"""The page of the API, and what somebody might write into a name: nothing runs, nobody else is asked."""

from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.browser


def test_14_the_page_of_the_api_is_drawn_and_asks_nobody_else(served, window):
    here = urlsplit(served()).netloc
    page = window(f"http://{here}/api/docs")
    page.wait_for_selector(".opblock", timeout=20_000)

    assert page.locator(".opblock").count() > 15
    assert {urlsplit(url).netloc for url in page.asked if url.startswith("http")} == {here}
    refused = [said for said in page.said if "Content Security Policy" in said]
    assert refused == []
    assert [said for said in page.said if said.startswith("error")] == []
