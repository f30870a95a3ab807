"""A record's pages are drawn by the hundred; here only those with which the money is checked."""

from cairn.publish.addresses import file_of
from cairn.publish.pages import _Crawl
from cairn.web.published import published_as_of


def few_pages_of(programme, day):
    """The tables of grants and of stages in one language, as (file, bytes)."""
    with published_as_of(day):
        crawl = _Crawl(programme)
        for address in (f"/en/{programme}/grants/?csv=grants", f"/en/{programme}/?csv=stages"):
            _kind, body = crawl._answer(address)
            yield file_of(address), body
