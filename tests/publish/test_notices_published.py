"""Boards, notices, feeds and recordings in a published record: as files, with nothing missing."""

import re
from posixpath import dirname, join, normpath
from urllib.parse import unquote

import pytest
from django.db import transaction
from lxml import etree

from cairn.journal import keys
from cairn.journal.log import Log
from cairn.publish.record import publish
from cairn.verify.files import Memory
from cairn.verify.record import Trusted, verify
from cast import Pen, assemble
from posted import tell_notices
from publish.conftest import files_in

# It draws a programme's every page, in every language: CI does, with the other long tests.
pytestmark = [pytest.mark.long, pytest.mark.django_db]


@pytest.fixture(scope="module")
def published(django_db_setup, django_db_blocker, tmp_path_factory):
    """A programme with notices, published once for all tests here: its id and its files."""
    out = tmp_path_factory.mktemp("posted")
    with django_db_blocker.unblock(), transaction.atomic():
        pen = Pen.opened()
        assemble(pen)
        tell_notices(pen)
        keys.make(pen.programme, origin=f"example.org/{pen.programme}")
        signer = keys.signer_of(pen.programme)
        publish(pen.programme, out, sign=lambda: Log(pen.programme).sign(signer))
        transaction.set_rollback(True)
    return pen.programme, files_in(out)


def test_a_board_its_feed_and_what_is_heard_are_files(published):
    programme, files = published
    place = f"en/{programme}/places/qarasu/board"
    page = files[f"{place}/index.html"].decode()

    sound = re.search(r'<audio controls preload="none" src="([^"]+)"', page)[1]
    path = normpath(join(place, unquote(sound)))
    assert files[path].startswith(b"RIFF")
    assert re.fullmatch(rf"files/{programme}/[0-9a-f]{{64}}\.wav", path)
    assert 'href="notices.atom"' in page
    feed = etree.fromstring(files[f"{place}/notices.atom"])
    assert len(feed.findall("{http://www.w3.org/2005/Atom}entry")) == 3


def test_a_published_board_prints_the_checkpoint_that_it_is_published_with(published):
    programme, files = published
    origin, size, root = files["checkpoint"].decode().splitlines()[:3]

    board = files[f"zh-hans/{programme}/places/qarasu/board/index.html"].decode()
    assert f"{origin} {size} {root}" in board.replace("&#x2B;", "+").replace("&#43;", "+")


def test_every_version_has_its_sheet_and_every_link_of_a_notice_leads_to_a_file(published):
    programme, files = published
    notice = f"en/{programme}/notices/which-well"
    for code in ("en", "zh-hans", "ug", "ky", "ky-arab"):
        assert f"{notice}/print/{code}/index.html" in files
    for path, body in files.items():
        if "/notices/" in path or path.endswith("/board/index.html"):
            for link in re.findall(
                r'\s(?:href|src)="([^"#][^"]*)"', body.decode("utf-8", "replace")
            ):
                if "://" not in link:
                    target = normpath(join(dirname(path), unquote(link).partition("#")[0]))
                    assert target in files, (path, link)


def test_the_record_verifies_with_its_recordings(published):
    programme, files = published
    assert f"en/{programme}/notices/index.html" in files

    verify(Memory(files), Trusted())
