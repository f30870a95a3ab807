"""What is not public is put on record; then each post takes every page, file and list of the API, and counts what it got of others."""

import re
from datetime import date

import pytest

from cairn.catalog import journal
from cairn.journal.fact import Visibility
from cairn.people.rights import rights
from cairn.requests.facts import Help, RequestRaised
from cairn.values import Text
from guarantees.there import SOURCE, has_voices
from security.test_rights import ROUTES, path_of
from security.visitors import invited
from web.api.devices import Device

OTHERS = 60
"""Requests between two posts: more than a page shows."""

A_PAGE = 50
"""What a page shows of them at most; whoever reads turns each page."""

CANARY = re.compile(r"canary-\d{3}-of-a-(?:request|voice)")
FILES = ("csv", "xlsx")
TABLES = ("requests", "worklist", "people", "voices", "answers", "money", "notices")
FILES_ASKED = [
    *({file: table} for table in TABLES for file in FILES),
    *({file: "worklist", "view": "beneath"} for file in FILES),
]


@pytest.fixture
def asked(desks):
    """Requests that whoever keeps a village's pump put to the county, each with a canary."""
    keeper = desks.seat("keeper")
    by = date(2025, 6, 1)
    for number in range(OTHERS):
        what = Text(en=f"canary-{number:03}-of-a-request")
        desks.record(keeper, RequestRaised(asked="county", help=Help.REPAIR, what=what, by=by))
    if has_voices():
        _speak(desks)
    return desks


def _speak(desks):
    """As many voices of one village, each with a canary, that wait for a screener."""
    from cairn.voice.facts import CategoryOffered, VoiceReceived  # noqa: PLC0415 - where there are

    desks.pen.record(CategoryOffered(category="water", name=Text(en="Water")))
    said = (f"canary-{number:03}-of-a-voice" for number in range(OTHERS))
    voices = (VoiceReceived(place="qarasu", category="water", text=text) for text in said)
    desks.pen.batch(*map(desks.pen.draft, voices), all_or_none=True)


def canaries_in(answer) -> set[str]:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if answer.get("Content-Type", "").endswith("sheet"):
        return set(_in_workbook(content))
    return set(CANARY.findall(content.decode("utf-8", "replace")))


def most_of_a_sort(found: set[str]) -> int:
    """Of requests or of voices, whichever there are more of."""
    return max(sum(one.endswith(sort) for one in found) for sort in ("request", "voice"))


def _in_workbook(content: bytes) -> list[str]:
    import io  # noqa: PLC0415 - only for workbooks
    import zipfile  # noqa: PLC0415

    with zipfile.ZipFile(io.BytesIO(content)) as book:
        whole = b"".join(book.read(name) for name in book.namelist())
    return CANARY.findall(whole.decode("utf-8", "replace"))


@pytest.mark.parametrize("post", ["office", "township", "sponsor", "auditor", "committee"])
def test_no_file_or_page_gives_a_post_what_others_ask_of_one_another_in_bulk(asked, post):
    visitor = invited(asked, post, f"holder-{post}")
    pages = 0
    for route in (one for one in ROUTES if one.startswith("desk:")):
        path = path_of(route)
        page = visitor.client.get(path)
        pages += page.status_code == 200
        assert most_of_a_sort(canaries_in(page)) <= A_PAGE, (route, "page")
        if page.status_code in {403, 404}:
            continue  # it is refused before anybody looks at what else is asked for
        for query in FILES_ASKED:
            answer = visitor.client.get(path, query)
            if "attachment" in answer.get("Content-Disposition", ""):
                assert canaries_in(answer) == set(), (route, query)
        for asks in ({"all": "requests"}, {"limit": "1000"}, {"size": "1000"}):
            assert most_of_a_sort(canaries_in(visitor.client.get(path, asks))) <= A_PAGE, (
                route,
                asks,
            )
    assert pages > 5, "nothing was looked at"


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

    for file in FILES:
        answer = visitor.get("requests/", **{file: "requests"})
        assert "attachment" in answer["Content-Disposition"], file
        assert len(canaries_in(answer)) == OTHERS, file


def test_a_screener_reads_voices_page_by_page_and_a_village_reads_none(asked):
    """The sweep would see it: the township has them, so many on a page; the committee was given none."""
    if not has_voices():
        pytest.importorskip("cairn.voice", reason="there are no voices in this installation")
    found = canaries_in(invited(asked, "township", "amina").get("voices/"))

    assert len([one for one in found if one.endswith("voice")]) == A_PAGE
    for post in ("committee", "auditor", "sponsor", "witness"):
        page = invited(asked, post, f"reads-{post}").get("voices/")
        assert not [one for one in canaries_in(page) if one.endswith("voice")], post


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
