"""A record's pages are drawn by the hundred; here only those with which the money is checked."""

from cairn.publish.pages import Page, _Crawl
from cairn.web.published import published_as_of


def few_pages_of(programme, day, **_known):
    """The tables of grants and of stages in one language."""
    with published_as_of(day) as now:
        crawl = _Crawl(programme, now, {})
        for address in (f"/en/{programme}/grants/?csv=grants", f"/en/{programme}/?csv=stages"):
            _kind, body = crawl._answer(address)
            yield Page(address, body, (), None)
