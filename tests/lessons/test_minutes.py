"""Drafts from minutes, held to what a careful reader drafted, and to minutes written for this test."""

import json
from datetime import date
from pathlib import Path

import pytest

from cairn.lessons.minutes import drafted

SHARED = Path(__file__).parents[3] / "shared/data/minutes"
LEAST = 0.9
"""Of what a careful reader drafts, and of what is drafted."""


def plain(text):
    return text.replace("，", ",").replace("；", ";").casefold()


def minutes():
    if not SHARED.exists():
        return []
    return sorted(path.stem for path in SHARED.glob("*.txt"))


@pytest.mark.skipif(not SHARED.exists(), reason="../shared is not here")
@pytest.mark.parametrize("name", minutes())
def test_what_a_careful_reader_drafts_is_drafted(name):
    text = (SHARED / f"{name}.txt").read_text(encoding="utf-8")
    wanted = json.loads((SHARED / f"{name}.expected.json").read_text(encoding="utf-8"))
    found = drafted(text)
    takes = [one for one in found if not one.refused]

    hits = 0
    for want in wanted["recommendations"]:
        at = [one for one in takes if plain(want["text"]) in plain(text[one.start : one.end])]
        hits += bool(at)
        assert not at or at[0].speaker.casefold() == want["speaker"].casefold(), want
        if at and "due" in want:
            assert at[0].due == date.fromisoformat(want["due"]), want
        if at and "asked_of" in want:
            assert at[0].asked_of.casefold() == want["asked_of"].casefold(), want
    assert hits >= LEAST * len(wanted["recommendations"])
    assert len(takes) <= len(wanted["recommendations"]) / LEAST
    for never in wanted["not"]:
        assert not [one for one in takes if plain(never) in plain(one.text)], never
    for refused in wanted.get("refused", ()):
        assert [one for one in found if one.refused and refused in one.text], refused


ZH = """红柳乡工作总结会纪要
时间：2026年5月20日
乡长主持会议，参加29人。
东渠村工作队队长说：“今年修了三公里渠。建议乡水管站6月底前派人看一次闸门。”
西渠村工作队队长表示，路修好了，大家很满意。他还提出，希望县交通局在村口装一块限速牌。
乡财务负责人指出：一是票据必须当月交齐；二是不要用白条。
"""
EN = """Minutes: close of the year, 3 May 2026
The chair opened the meeting.
Team leader, Reed Bank: The pump house was finished in March. The township should send a spare seal by 30 June 2026.
Accountant: we paid on time. Nobody asked for more.
Team leader, Salt Bend, recommended that the county office keep the drawings.
"""


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            ZH,
            [
                ("东渠村工作队队长", "6月底前派人看一次闸门", "乡水管站", date(2026, 6, 30)),
                ("西渠村工作队队长", "在村口装一块限速牌", "县交通局", None),
                ("乡财务负责人", "票据必须当月交齐", "", None),
                ("乡财务负责人", "不要用白条", "", None),
            ],
        ),
        (
            EN,
            [
                ("Team leader, Reed Bank", "send a spare seal", "township", date(2026, 6, 30)),
                ("Team leader, Salt Bend", "keep the drawings", "county office", None),
            ],
        ),
    ],
    ids=["zh", "en"],
)
def test_minutes_that_nobody_tuned_it_to(text, wanted):
    found = drafted(text)

    assert len(found) == len(wanted), [one.text for one in found]
    for one, (speaker, says, asked_of, due) in zip(found, wanted, strict=True):
        assert one.speaker == speaker
        assert says in one.text
        assert text[one.start : one.end] == one.text
        assert (one.asked_of.casefold(), one.due) == (asked_of.casefold(), due)


@pytest.mark.parametrize(
    "text", ["", "\n\n", "会议纪要", "Minutes", "。。。", "“”", "1. 2. 3.", "(1)(2)"]
)
def test_minutes_that_say_nothing_draft_nothing(text):
    assert drafted(text) == []


def test_a_wish_to_rate_people_is_drafted_to_be_refused_aloud():
    (one,) = drafted("镇长说：应当给每户打分排队。")
    assert one.refused


def test_a_month_that_there_is_not_is_no_day():
    (one,) = drafted("镇长说：应当在2026年13月前修好渠。")
    assert one.due is None
