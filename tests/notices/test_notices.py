"""Notices: written once, put into languages, checked by another, published, stale, withdrawn."""

from datetime import date

import pytest

from cairn.catalog import journal
from cairn.journal.files import keep
from cairn.journal.journal import RefusedError
from cairn.journal.models import Entry
from cairn.notices.facts import (
    MadeBy,
    NoticeRewritten,
    NoticeWithdrawn,
    VersionChecked,
    VersionPublished,
    VersionRecorded,
    VersionWithdrawn,
)
from cast import a_picture, a_recording
from posted import EN, KY, SINCE, ZH, draft, notice, tell_notices

ZH_VERSION, SOURCE = "well-runs.zh-hans", "well-runs.en"
LATER = date(2025, 6, 1)
REWRITTEN = NoticeRewritten(notice="well-runs", title="The well", text="At night.", reason="Power")


@pytest.fixture
def written(desks):
    """A notice in English, published, as the team leader wrote it."""
    desks.record(desks.seat("leader"), notice("well-runs", languages=(ZH, KY)), on=SINCE)
    desks.record(desks.seat("leader"), VersionPublished(version=SOURCE), on=SINCE)
    return desks


def tell(desks, *facts, post="leader", on=SINCE):
    for fact in facts:
        desks.record(desks.seat(post), fact, on=on)


def refusal(desks, fact, post="leader", on=SINCE):
    """What is said against a fact, by field; nothing where it is taken."""
    try:
        desks.record(desks.seat(post), fact, on=on)
    except RefusedError as refused:
        return {one.field: one.message for one in refused.objections}
    return {}


def version(desks, id=ZH_VERSION):
    return desks.pen.the("version", id)


def checked(desks, language=ZH, **said):
    tell(desks, draft("well-runs", language, **said), post="member")
    tell(desks, VersionChecked(version=f"well-runs.{language}"))


def test_a_source_needs_no_check_and_stands_once_it_is_published(written):
    source = version(written, SOURCE)

    assert (source.state, source.shown["text"]) == ("published", "Day and night.")
    assert (
        "needs no check"
        in refusal(written, VersionChecked(version=SOURCE), post="member")["version"]
    )


def test_a_version_goes_from_draft_to_check_to_board(written):
    tell(written, draft("well-runs", ZH), post="member")
    assert (version(written).state, version(written).shown) == ("drafted", {})
    tell(written, VersionChecked(version=ZH_VERSION))
    assert version(written).state == "checked"
    tell(written, VersionPublished(version=ZH_VERSION))

    assert version(written).shown["title"] == "井已通水"
    assert written.pen.the("notice", "well-runs").name == {
        "en": "The well runs",
        "zh-hans": "井已通水",
    }


def test_whoever_drafted_a_version_does_not_check_it(written):
    tell(written, draft("well-runs", ZH), post="member")

    assert (
        "another" in refusal(written, VersionChecked(version=ZH_VERSION), post="member")["version"]
    )
    tell(written, VersionChecked(version=ZH_VERSION), post="township")


def test_nor_does_the_same_person_at_another_post(written):
    one_person = "mira"
    written.record(written.seat("member", one_person), draft("well-runs", ZH), on=SINCE)

    seat = written.seat("leader", one_person)
    with pytest.raises(RefusedError, match="somebody else"):
        written.record(seat, VersionChecked(version=ZH_VERSION), on=SINCE)


def test_no_version_is_published_unchecked(written):
    tell(written, draft("well-runs", ZH), post="member")

    assert (
        "Nobody has checked it" in refusal(written, VersionPublished(version=ZH_VERSION))["version"]
    )


def test_a_machines_version_is_published_unchecked_and_marked_until_somebody_checks_it(written):
    tell(written, draft("well-runs", ZH, made_by=MadeBy.MACHINE), post="member")
    tell(written, VersionPublished(version=ZH_VERSION))
    assert version(written).unchecked

    tell(written, VersionChecked(version=ZH_VERSION))
    assert not version(written).unchecked
    assert version(written).state == "published"


def test_a_changed_source_makes_versions_stale_and_stands_at_once(written):
    checked(written)
    tell(written, VersionPublished(version=ZH_VERSION))
    tell(written, REWRITTEN, on=LATER)

    assert version(written, SOURCE).shown["text"] == "At night."
    assert (version(written).stale, version(written).shown_stale) == (True, True)
    assert version(written).shown["text"] == "昼夜供水。"


@pytest.mark.parametrize("step", [VersionChecked, VersionPublished])
def test_a_stale_version_is_drafted_anew_before_anything_else(written, step):
    tell(written, draft("well-runs", ZH), post="member")
    tell(written, REWRITTEN)

    assert "draft it anew" in refusal(written, step(version=ZH_VERSION))["version"]
    checked(written, text="夜间供水。")
    assert not version(written).stale


def test_what_is_published_stays_while_another_draft_is_checked(written):
    checked(written)
    tell(written, VersionPublished(version=ZH_VERSION))
    tell(written, draft("well-runs", ZH, text="夜间供水。"), post="member")
    assert version(written).shown["text"] == "昼夜供水。"

    tell(written, VersionChecked(version=ZH_VERSION), VersionPublished(version=ZH_VERSION))
    assert version(written).shown["text"] == "夜间供水。"


def test_checking_a_new_draft_does_not_vouch_for_what_a_machine_made_before(written):
    tell(written, draft("well-runs", ZH, made_by=MadeBy.MACHINE), post="member")
    tell(written, VersionPublished(version=ZH_VERSION))
    checked(written, text="夜间供水。")

    assert version(written).unchecked
    assert version(written).state == "checked"


def test_a_withdrawn_version_stands_nowhere_and_is_drafted_anew(written):
    checked(written)
    tell(written, VersionPublished(version=ZH_VERSION))
    tell(written, VersionWithdrawn(version=ZH_VERSION, reason="A date was wrong"))

    assert version(written).shown == {}
    assert written.pen.the("notice", "well-runs").name == {"en": "The well runs"}
    assert "draft it anew" in refusal(written, VersionPublished(version=ZH_VERSION))["version"]
    assert (
        "not published"
        in refusal(written, VersionWithdrawn(version=ZH_VERSION, reason="Again"))["version"]
    )


def test_a_withdrawn_notice_takes_no_step_any_more(written):
    checked(written)
    tell(written, NoticeWithdrawn(notice="well-runs", reason="It stands still"))

    assert version(written, SOURCE).shown == {}
    for fact in (
        draft("well-runs", KY),
        REWRITTEN,
        VersionPublished(version=ZH_VERSION),
        NoticeWithdrawn(notice="well-runs", reason="Again"),
    ):
        assert "write another" in " ".join(refusal(written, fact).values())


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"until": date(2025, 4, 1)}, "until"),
        ({"places": ("qarasu", "qarasu")}, "places"),
        ({"languages": (EN,)}, "languages"),
        ({"languages": (ZH, ZH)}, "languages"),
        ({"question": "Which?", "choices": "One"}, "choices"),
        ({"question": "Which?", "choices": "One\nOne"}, "choices"),
        ({"question": "Which?", "choices": "\n".join("abcdefghij")}, "choices"),
        ({"choices": "One\nTwo"}, "question"),
    ],
)
def test_a_notice_that_could_not_be_read_or_answered_is_refused(desks, said, field):
    assert field in refusal(desks, notice("well-runs", **said))


def test_a_version_asks_what_its_source_asks(desks):
    asks = {"question": "Which?", "choices": "One\nTwo"}
    tell(desks, notice("well-runs", languages=(ZH,), **asks))

    assert set(refusal(desks, draft("well-runs", ZH))) == {"question", "choices"}
    assert set(refusal(desks, draft("well-runs", ZH, question="哪个？", choices="一"))) == {
        "choices"
    }
    tell(desks, draft("well-runs", ZH, question="哪个？", choices="一\n二"), post="member")


def test_a_question_may_have_no_choices_and_is_asked_in_each_language(desks):
    tell(desks, notice("well-runs", languages=(ZH,), question="What is missing?"))
    tell(desks, VersionPublished(version=SOURCE))

    assert set(refusal(desks, draft("well-runs", ZH))) == {"question"}
    assert set(refusal(desks, draft("well-runs", ZH, question="缺什么？", choices="一\n二"))) == {
        "choices"
    }
    checked(desks, question="缺什么？")
    assert not desks.pen.tables()["question"]


def test_a_version_asks_nothing_where_its_source_does_not(written):
    assert "question" in refusal(written, draft("well-runs", ZH, question="哪个？"))


def test_the_language_of_the_source_is_rewritten_and_not_drafted(written):
    assert "rewritten" in refusal(written, draft("well-runs", EN))["language"]


def test_a_source_that_stays_as_it_is_makes_nothing_stale(written):
    same = NoticeRewritten(
        notice="well-runs", title="The well runs", text="Day and night.", reason="Why not"
    )

    assert "text" in refusal(written, same)


def test_nothing_happens_before_a_notice_is_written_or_is_published_after_it_is_over(desks):
    tell(desks, notice("well-runs", until=LATER))

    early = refusal(desks, draft("well-runs", ZH), on=date(2025, 4, 1))
    late = refusal(desks, VersionPublished(version=SOURCE), on=date(2025, 6, 2))
    assert "happened_on" in early
    assert "happened_on" in late


def test_what_a_notice_asks_is_there_to_be_answered_in_each_language_that_is_published(desks):
    asks = {"question": "Which?", "choices": "One\nTwo"}
    tell(desks, notice("well-runs", languages=(ZH,), **asks), VersionPublished(version=SOURCE))
    checked(desks, question="哪个？", choices="一\n二")
    tell(desks, VersionPublished(version=ZH_VERSION))

    asked = desks.pen.the("question", "well-runs")
    assert asked.name == {"en": "Which?", "zh-hans": "哪个？"}
    assert asked.choices == [{"en": "One", "zh-hans": "一"}, {"en": "Two", "zh-hans": "二"}]
    assert asked.open

    tell(desks, NoticeWithdrawn(notice="well-runs", reason="Decided"))
    assert not desks.pen.the("question", "well-runs").open


def test_a_recording_is_of_the_text_that_was_read(written):
    heard = keep(written.programme, a_recording())
    tell(written, VersionRecorded(version=SOURCE, sha256=heard))
    read = version(written, SOURCE)
    assert read.reads == read.shown["fact"]

    tell(written, REWRITTEN)
    read = version(written, SOURCE)
    assert read.reads != read.shown["fact"]


def test_a_recording_is_sound_and_evidence_is_not(written):
    picture = keep(written.programme, a_picture())

    assert (
        "no recording"
        in refusal(written, VersionRecorded(version=SOURCE, sha256=picture))["sha256"]
    )


def test_the_hash_of_a_recording_stands_in_no_entry_and_no_table(written):
    heard = keep(written.programme, a_recording())
    tell(written, VersionRecorded(version=SOURCE, sha256=heard))

    bodies = Entry.objects.filter(programme=written.programme).values_list("body", flat=True)
    assert not any(heard.encode() in bytes(body) for body in bodies)
    assert heard not in repr(written.pen.tables()["version"])


@pytest.mark.parametrize(
    ("post", "places", "may"),
    [
        ("leader", ("qarasu",), True),
        ("leader", ("石桥村",), False),
        ("leader", ("qarasu", "石桥村"), False),
        ("member", ("qarasu",), False),
        ("township", ("qarasu", "石桥村"), True),
        ("township", ("kunlun",), False),
        ("county", ("kunlun",), True),
        ("auditor", ("qarasu",), False),
    ],
)
def test_a_post_writes_for_the_villages_that_it_reaches(desks, post, places, may):
    assert (refusal(desks, notice("well-runs", places=places), post) == {}) == may


def test_a_notice_for_several_villages_is_their_townships(desks):
    tell(desks, notice("both", places=("qarasu", "石桥村")), post="township")

    assert desks.pen.the("notice", "both").place == "hongliu"
    assert refusal(desks, VersionPublished(version="both.en")) != {}
    assert refusal(desks, VersionPublished(version="both.en"), "county") == {}


def test_rebuilding_gives_the_same_tables(cast):
    tell_notices(cast)
    before = cast.tables()

    journal.rebuild(cast.programme)
    assert cast.tables() == before
