"""Notices on public pages: the list, a notice, its sheet of A4, the board, the feed, and what is heard."""

import csv
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from lxml import etree

from cairn.following.snapshot import bring_up_to_date
from cairn.journal import keys, sealing
from cairn.journal.facts import PartShredded
from cairn.journal.files import keep, kept
from cairn.journal.log import Log
from cairn.journal.sealing import answers_of
from cairn.notices.facts import VersionRecorded
from cast import Pen, a_picture, a_recording, assemble
from journal.test_recordings import sample
from posted import KY, SINCE, ZH, draft, notice, tell_notices
from web.test_recording import inputs_of

ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@pytest.fixture(scope="module")
def posted(django_db_setup, django_db_blocker):
    """The cast's programme with notices, told once for all tests of a module."""
    with django_db_blocker.unblock(), transaction.atomic():
        pen = Pen.opened()
        assemble(pen)
        tell_notices(pen)
        bring_up_to_date(pen.programme)
        yield pen.programme
        transaction.set_rollback(True)


@pytest.fixture
def look(posted, db):
    client = Client()

    def at(path="", language="en", **query):
        return client.get(f"/{language}/{posted}/{path}", query)

    return at


def text_of(answer):
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", answer.content.decode()))


def listed(answer):
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return {row["notice"]: row for row in csv.DictReader(io.StringIO(text))}


def test_a_notice_is_read_in_the_readers_language(look):
    assert "This year's money pays" in look("notices/which-well/").content.decode().replace(
        "&#x27;", "'"
    )
    assert "今年的钱够修一口井" in text_of(look("notices/which-well/", "zh-hans"))


def test_where_its_language_is_missing_a_page_says_which_one_it_falls_back_to(look):
    shown = text_of(look("notices/clinic/", "zh-hans"))

    assert "尚未以本页语言发布，以下为English。" in shown
    assert "first Tuesday" in shown
    assert "It has not been published" not in text_of(look("notices/clinic/"))


def test_right_to_left_text_stands_right_to_left(look):
    page = look("notices/which-well/").content.decode()

    assert re.search(r'lang="ug" dir="rtl"', page)
    assert re.search(r'lang="ky" dir="ltr"', page)
    assert re.search(r'lang="ky-arab" dir="rtl"', page)


def test_what_a_machine_made_and_nobody_checked_says_so(look):
    assert "Nobody has checked it yet" in text_of(look("notices/which-well/"))
    assert "mark-of-version" in look("notices/which-well/print/ug/").content.decode()
    assert "mark-of-version" not in look("notices/which-well/print/ky/").content.decode()


def test_what_the_source_said_before_says_so(look):
    assert "原文" in text_of(look("notices/well-runs/", "zh-hans"))
    assert "公告此后已改" in text_of(look("notices/well-runs/", "zh-hans"))
    assert "From six to ten" in text_of(look("notices/well-runs/"))


def test_what_it_asks_and_the_choices_are_shown_in_order(look):
    shown = text_of(look("notices/which-well/"))

    assert shown.index("Which first?") < shown.index("At the school") < shown.index("At the mill")


def test_a_notice_that_is_not_published_says_nothing_of_what_it_will_say(look):
    shown = text_of(look("notices/draft/"))

    assert "no version of it has been published" in shown
    assert "Day and night" not in shown


def test_a_withdrawn_notice_says_why(look):
    assert "It rains" in text_of(look("notices/market/"))


def test_the_list_is_filtered_and_its_csv_is_the_same(look):
    every = listed(look("notices/", csv="notices"))
    assert set(every) == {"which-well", "well-runs", "clinic", "market", "draft", "long"}
    assert every["which-well"]["languages"] == "en zh-hans ug ky ky-arab"
    assert every["market"]["state"] == "withdrawn"

    def found(**query):
        return set(listed(look("notices/", csv="notices", **query)))

    assert found(state="in-force") == {"which-well", "well-runs", "clinic", "long"}
    assert found(about="health-day") == {"clinic"}
    assert found(place="石桥村") == {"clinic", "market", "long"}
    assert found(state="over") == set()


def test_the_list_is_filtered_by_language(look, posted):
    answer = Client().get(f"/en/{posted}/notices/", {"csv": "notices", "language": "zh-hans"})

    assert set(listed(answer)) == {"which-well", "well-runs", "long"}


def test_a_board_has_what_is_in_force_there_and_in_what_it_lies_in(look):
    def titles(place):
        return set(
            re.findall(
                r'<h2 lang[^>]*><a href="[^"]*/notices/([^/]+)/',
                look(f"places/{place}/board/").content.decode(),
            )
        )

    assert titles("qarasu") == {"which-well", "well-runs", "clinic"}
    assert titles("石桥村") == {"clinic", "long"}
    assert titles("kunlun") == {"which-well", "well-runs", "clinic", "long"}
    assert look("places/nowhere/board/").status_code == 404


def test_the_page_of_a_village_leads_to_its_board(look):
    page = look("places/qarasu/").content.decode()

    assert "/places/qarasu/board/" in page
    assert "Which well first?" in page


def test_a_board_prints_the_newest_checkpoint(cast, tmp_path, settings):
    settings.CAIRN_DIR = tmp_path
    keys.make(cast.programme, origin=f"example.org/{cast.programme}")
    note = Log(cast.programme).sign(keys.signer_of(cast.programme))
    bring_up_to_date(cast.programme)

    board = Client().get(f"/en/{cast.programme}/places/qarasu/board/").content.decode()
    origin, size, root = note.text.decode().splitlines()[:3]
    assert f"{origin} {size} {root}" in board.replace("&#x2B;", "+")


def test_the_board_runs_no_script_and_sets_no_cookie(look):
    for path in ("places/qarasu/board/", "notices/which-well/", "notices/which-well/print/en/"):
        answer = look(path)
        assert "<script" not in answer.content.decode()
        assert not answer.cookies
        assert "media-src 'self'" in answer["Content-Security-Policy"]


def test_a_sheet_of_paper_is_of_one_language_that_is_published(look):
    sheet = look("notices/which-well/print/ky-arab/")

    assert 'class="sheet' in sheet.content.decode()
    assert "قايسى قۇدۇق" in text_of(sheet)
    assert look("notices/clinic/print/ug/").status_code == 404
    assert look("notices/draft/print/en/").status_code == 404


def test_long_texts_are_printed_smaller(look):
    assert 'class="sheet large"' in look("notices/which-well/print/en/").content.decode()
    assert 'class="sheet middle"' in look("notices/clinic/print/en/").content.decode()


def heard_at(look, notice="which-well"):
    return re.search(
        r'<audio controls preload="none" src="([^"]+)"', look(f"notices/{notice}/").content.decode()
    )[1]


def test_a_recording_is_played_from_here_and_runs_nothing(look):
    answer = Client().get(heard_at(look))

    assert answer["Content-Type"] == "audio/wav"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.content.startswith(b"RIFF")
    assert b"Amin" not in answer.content


def test_a_player_may_ask_for_a_stretch(look):
    whole = Client().get(heard_at(look)).content
    part = Client().get(heard_at(look), headers={"Range": "bytes=4-7"})
    rest = Client().get(heard_at(look), headers={"Range": f"bytes={len(whole) - 2}-"})
    beyond = Client().get(heard_at(look), headers={"Range": f"bytes={len(whole)}-"})

    assert (part.status_code, part.content) == (206, whole[4:8])
    assert part["Content-Range"] == f"bytes 4-7/{len(whole)}"
    assert rest.content == whole[-2:]
    assert beyond.status_code == 416


@pytest.mark.parametrize(
    ("name", "type"),
    [("tone.mp3", "audio/mpeg"), ("tone.m4a", "audio/mp4"), ("tone.opus.ogg", "audio/ogg")],
)
def test_each_sort_of_recording_is_served_as_what_it_is(cast, name, type):
    tell_notices(cast)
    file = keep(cast.programme, sample(name))
    cast.record(VersionRecorded(version="clinic.en", sha256=file), on=SINCE)

    suffix = "." + name.rpartition(".")[2]
    assert Client().get(f"/files/{cast.programme}/{file}{suffix}")["Content-Type"] == type
    assert Client().get(f"/files/{cast.programme}/{file}.wav").status_code == 404


def feed(look, place="qarasu", language="en"):
    answer = look(f"places/{place}/board/notices.atom", language)
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    return etree.fromstring(answer.content)


def test_a_feed_is_atom_in_the_language_of_its_address(look):
    """RFC 4287 §4.1: each feed and entry has an id, a title and when it changed; a feed an author."""
    for language in ("en", "zh-hans"):
        root = feed(look, language=language)
        assert root.tag == f"{ATOM}feed"
        assert root.get(LANG) == language
        entries = root.findall(f"{ATOM}entry")
        assert len(entries) == 3
        for one in (root, *entries):
            for needed in ("id", "title", "updated"):
                (found,) = one.findall(f"{ATOM}{needed}")
                assert found.text
        assert root.find(f"{ATOM}author/{ATOM}name") is not None
        ids = [one.findtext(f"{ATOM}id") for one in entries]
        assert len(set(ids)) == len(ids)
        links = [one.find(f"{ATOM}link[@rel='alternate']").get("href") for one in entries]
        assert all(link.startswith("http") and f"/{language}/" in link for link in links)


def test_an_entry_says_in_which_language_it_is_and_what_can_be_heard(look):
    entries = feed(look, language="zh-hans").findall(f"{ATOM}entry")
    by_title = {one.findtext(f"{ATOM}title"): one for one in entries}

    assert by_title["A health day"].get(LANG) == "en"
    assert by_title["先修哪口井？"].get(LANG) == "zh-hans"
    (sound,) = feed(look).findall(f"{ATOM}entry/{ATOM}link[@rel='enclosure']")
    assert sound.get("type") == "audio/wav"


def test_a_feed_without_notices_is_one_too(cast):
    bring_up_to_date(cast.programme)
    answer = Client().get(f"/en/{cast.programme}/places/qarasu/board/notices.atom")

    assert etree.fromstring(answer.content).findtext(f"{ATOM}updated")
    assert Client().get(f"/en/{cast.programme}/places/x/board/notices.atom").status_code == 404


def test_the_search_box_finds_notices(look):
    shown = text_of(look("~search/", q="which well"))

    assert "Which well first?" in shown
    assert "Notice" in shown


RECORDED, WRITTEN = "record/notices.version-recorded/", "record/notices.notice-written/"


def recorded(bek, content, name="r.wav"):
    """What the form answers to somebody who sends this as a recording."""
    filled = inputs_of(bek.get(f"{RECORDED}?version=which-well.en"))
    sent = SimpleUploadedFile(name, content, "audio/wav")
    return bek.post(RECORDED, **filled | {"happened_on": "2025-06-01"}, sha256=sent)


def test_a_recording_is_sent_with_a_form(desks, bek):
    tell_notices(desks.pen)
    assert recorded(bek, a_recording(seconds=1)).status_code == 302

    version = desks.pen.the("version", "which-well.en")
    file = answers_of(desks.programme, [version.recording])[version.recording]["sha256"]
    assert kept(desks.programme, file).is_recording


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (a_picture(), "This is no recording"),
        (b"ID3" + b"x" * 99, "no recording that can be read"),
        (a_recording(seconds=1) + b"x" * (5 * 2**20), "larger than 5 MB"),
    ],
)
def test_what_cannot_be_heard_is_refused_beside_its_question(desks, bek, content, sentence):
    tell_notices(desks.pen)
    answer = recorded(bek, content)

    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page.partition('id="id_sha256_error"')[2].partition("</p>")[0]


def test_a_notice_is_written_with_a_form_and_its_choices_on_lines(desks, bek):
    filled = inputs_of(bek.get(WRITTEN)) | {
        "notice": "tap", "about": "works", "places": "qarasu", "language": "en", "title": "A tap",
        "text": "One tap.\r\nBy June.", "since": "2025-06-01", "until": "2099-06-30",
        "question": "Where?", "choices": "At the school\r\nAt the mill", "happened_on": "2025-06-01",
    }  # fmt: skip
    answer = bek.post(WRITTEN, **filled)

    assert answer.status_code == 302, answer.content.decode()
    source = desks.pen.the("version", "tap.en")
    assert source.texts["text"] == "One tap.\nBy June."
    assert source.texts["choices"] == ["At the school", "At the mill"]


def test_at_the_desk_a_draft_is_read_before_it_is_checked(desks, bek):
    tell_notices(desks.pen)
    desks.pen.record(draft("clinic", ZH, text="每月首个周二。"), on=SINCE)
    desks.pen.record(notice("tap", title="A tap"), on=SINCE)

    clinic = bek.get("notices/clinic/").content.decode()
    assert "每月首个周二。" in clinic
    assert "record/notices.version-checked/" not in clinic  # a township's, and bek is a village's
    tap = bek.get("notices/tap/").content.decode()
    assert "record/notices.version-published/?version=tap.en" in tap
    assert "record/notices.version-drafted/?notice=tap&amp;language=ky" in tap
    assert "A tap" in bek.get("notices/").content.decode()
    assert bek.get("notices/nothing/").status_code == 404


def test_what_is_owed_about_a_notice_names_the_language_and_leads_to_its_texts(desks, bek):
    desks.pen.record(notice("tap", title="A tap", languages=(KY,)), on=SINCE)

    page = bek.get("worklist/").content.decode()
    assert "Put a notice into a language: Кыргызча" in page
    assert "~desk/notices/tap/" in page


def test_a_recording_that_was_shredded_is_heard_no_more_and_nothing_says_that_it_is(
    cast, django_capture_on_commit_callbacks, monkeypatch
):
    monkeypatch.setattr(sealing, "after_erasing", lambda _programme: None)
    tell_notices(cast)
    told_by = cast.the("version", "which-well.en").recording
    with django_capture_on_commit_callbacks(execute=True):
        cast.record(PartShredded(entry=told_by, field="sha256", reason="Asked to"))
    bring_up_to_date(cast.programme)

    page = Client().get(f"/en/{cast.programme}/notices/which-well/").content.decode()
    assert "<audio" not in page
    assert "Can be heard" not in page
