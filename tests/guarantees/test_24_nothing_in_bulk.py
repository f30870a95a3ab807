"""What is not public is put on record; then each post takes every page, file and list of the API, and counts what it got of others."""

import re
from datetime import date

import pytest

from cairn.catalog import journal
from cairn.journal.fact import Visibility
from cairn.people.rights import rights
from cairn.requests.facts import Help, RequestRaised
from cairn.values import Text
from guarantees.there import SOURCE
from security.test_rights import ROUTES, path_of
from security.visitors import invited
from web.api.devices import Device

OTHERS = 60
"""Requests between two posts: more than a page shows."""

A_PAGE = 50
"""What a page shows of them at most; whoever reads turns each page."""

FILES = ("csv", "xlsx")
TABLES = ("requests", "worklist", "people", "voices", "answers", "money", "notices")


@pytest.fixture
def asked(desks):
    """Requests that whoever keeps a village's pump put to the county, each with a canary."""
    keeper = desks.seat("keeper")
    by = date(2025, 6, 1)
    for number in range(OTHERS):
        what = Text(en=f"canary-{number:03}-of-a-request")
        desks.record(keeper, RequestRaised(asked="county", help=Help.REPAIR, what=what, by=by))
    return desks


def canaries_in(answer) -> set[str]:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if answer.get("Content-Type", "").endswith("sheet"):
        return set(_in_workbook(content))
    return set(re.findall(r"canary-\d{3}-of-a-request", content.decode("utf-8", "replace")))


def _in_workbook(content: bytes) -> list[str]:
    import io  # noqa: PLC0415 - only for workbooks
    import zipfile  # noqa: PLC0415

    with zipfile.ZipFile(io.BytesIO(content)) as book:
        whole = b"".join(book.read(name) for name in book.namelist())
    return re.findall(r"canary-\d{3}-of-a-request", whole.decode("utf-8", "replace"))


@pytest.mark.parametrize("post", ["office", "township", "sponsor", "auditor", "committee"])
def test_no_file_or_page_gives_a_post_what_others_ask_of_one_another_in_bulk(asked, post):
    visitor = invited(asked, post, f"holder-{post}")
    for route in (one for one in ROUTES if one.startswith("desk:")):
        path = path_of(route)
        page = visitor.client.get(path)
        assert len(canaries_in(page)) <= A_PAGE, (route, "page")
        for table in TABLES:
            for file in FILES:
                answer = visitor.client.get(path, {file: table})
                if answer.status_code == 200 and "attachment" in answer.get(
                    "Content-Disposition", ""
                ):
                    assert canaries_in(answer) == set(), (route, file, table)
        for asks in ({"all": "requests"}, {"limit": "1000"}, {"size": "1000"}):
            assert len(canaries_in(visitor.client.get(path, asks))) <= A_PAGE, (route, asks)


@pytest.mark.parametrize("post", ["office", "township", "auditor"])
def test_no_list_of_the_api_does(asked, post):
    device = Device(asked, post)
    for route in (one for one in ROUTES if one.startswith("api:")):
        if "{" not in (path := path_of(route)):
            for query in (
                {},
                {"limit": "1000"},
                {"limit": "200"},
                {"view": "beneath"},
                {"view": "beneath", "limit": "200"},
                {"view": "to-me", "limit": "100"},
            ):
                answer = device.client.get(path, query)
                assert canaries_in(answer) == set(), (route, query)


def test_whoever_asked_and_was_asked_takes_their_own(asked):
    """The sweep would see it: the same file of the post that was asked has them all."""
    visitor = invited(asked, "county", "amina")

    assert len(canaries_in(visitor.get("requests/", csv="requests"))) == OTHERS


def test_nothing_of_it_is_published(asked):
    from cairn.journal.models import Entry  # noqa: PLC0415 - once Django is started

    bodies = b"".join(bytes(one.body) for one in Entry.objects.filter(programme=asked.programme))
    assert b"canary-" not in bodies
    kinds = [kind for kind in journal.kinds.values() if kind.visibility is not Visibility.PUBLIC]
    assert kinds
    for kind in kinds:
        assert not any(sealed.opened for sealed in kind.seals().values()), kind.kind


def test_no_route_is_an_export_of_everything():
    wanted = re.compile(r"export|dump|backup|download|bulk|archive|takeout")
    named = [route for route in ROUTES if wanted.search(route)]

    assert named == []
    assert not [line for line in rights().lines if wanted.search(line)]


def test_what_copies_everything_is_a_command_of_whoever_runs_the_machine():
    """Backups are made where the database is: no code of the web can make one."""
    for path in (SOURCE / "web").rglob("*.py"):
        if not path.name.endswith("_command.py"):
            text = path.read_text(encoding="utf-8")
            assert "journal.backup" not in text, path
            assert "dumpdata" not in text, path


HELD_BY = ("tests/web/test_worklist.py::test_nobody_takes_along_what_others_ask_of_one_another",)
