"""Recommendations drafted from the minutes of a debrief, in Chinese and English. Pure.

It goes by how minutes are written: who speaks stands at the start of a paragraph, before a colon or a
verb of saying; what is asked for has a word for it (建议, 应当, should, recommends), or stands in a
numbered list that was announced. A draft names its place in the text, and a person confirms, edits,
splits, merges or drops it: nothing here decides.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from cairn.about_people import refused


@dataclass(frozen=True, slots=True)
class Drafted:
    """A recommendation as the minutes seem to say it."""

    speaker: str
    """Who said it, as the minutes call them; empty where nobody is named."""
    text: str
    start: int
    end: int
    """Where it stands in the minutes: text[start:end]."""
    asked_of: str
    """Who is asked, as the minutes call them; empty where they name nobody."""
    due: date | None
    refused: tuple[str, ...]
    """Why it cannot become a recommendation: what of people it is about (lexicon.py)."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Some of the minutes, with who speaks; `listed` where it is an item of an announced list."""

    start: int
    end: int
    speaker: str
    listed: bool = False


SAYING: Final = (
    r"说道|说|表示|建议|认为|发言|谈到|提出|强调|指出|希望|汇报|介绍|反映|补充|谈了|讲到|主张"
)
SPEAKS_ZH: Final = re.compile(
    rf"^\s*(?:[一二三四五六七八九十]+、[^。:：]{{0,20}}。)?\s*"
    rf"(?P<speaker>[^,，。;；:：“”「」!！?？\n]{{2,30}}?)"
    rf"(?:最后|随后|首先|还|也|又|接着|进一步|同时)*(?:{SAYING})"
)
GOES_ON_ZH: Final = re.compile(rf"(?:^|[。！？”」])\s*[他她](?:还|又|也|接着|最后)*(?:{SAYING})")
SPEAKS_EN: Final = re.compile(
    r"^\s*(?:The\s+)?(?P<speaker>[A-Za-z][\w'’ -]{1,40}?(?:,\s[A-Z][\w' -]{1,30}?)?)\s*"
    r"(?::|,?\s(?:then\s|also\s)?(?:noted|said|says|suggested|suggests|recommended|recommends|opened|added|"
    r"asked|asks|proposed|proposes|advised|advises|reported|stressed|stated|urged|observed|explained)\b)"
)
NOBODY: Final = re.compile(
    r"^(?:she|he|they|it|there|this|minutes|present|date|time|place|venue|agenda|apologies|chair|"
    r"时间|地点|参加|出席|主持|记录|列席|会议|议题)\b|^(?:时间|地点|参加|出席|主持|记录|列席|会议由)",
    re.IGNORECASE,
)
"""What stands before a colon, or a verb of saying, and is no speaker."""

HEADING: Final = re.compile(
    r"纪要$|摘录$|记录$|^Minutes\b|^\s*(?:时间|地点|参加|出席|记录|列席)\s*[:：]"
)

ANNOUNCES: Final = re.compile(
    r"(?:建议|意见|要求|希望|asks?|recommendations?|suggestions?|requests?|points?)\s*[:：.]",
    re.IGNORECASE,
)
"""Before a list: every item of it is asked for."""

ITEM: Final = re.compile(
    r"[(（]\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*[)）]\s*|[①②③④⑤⑥⑦⑧⑨⑩]\s*"
    r"|(?<![\w一二三四五六七八九十])[一二三四五六七八九十]是"
)
ENDS: Final = re.compile(r"[。！？!?；;\n]|(?<=[a-z)\"”])\.(?=\s|[\"”]|$)|[.](?=[\"”]?\s+[A-Z(])")

STRONG_ZH: Final = (
    r"必须|不得|应当|应该|务必|不要|不能再|禁止|建议(?![:：])|希望|最好|主张|尽快|尽早|"
    r"(?<![没有未])(?<!没有)请(?!来|教|假|示|客|问)"
)
CUE_ZH: Final = re.compile(
    rf"{STRONG_ZH}|(?<![报适相理供反感效响回对])应(?!急|用|对|付|该收|收)|需要|(?:^|[,，是“])\s*要(?!是|求|么|点)"
)
CLAUSE_ZH: Final = re.compile(STRONG_ZH)
VAGUE_ZH: Final = re.compile(
    r"(?:要|应当|必须)\s*(?:认真|进一步|切实|不断|高度|继续|深入|全面|充分)(?:梳理|学习|总结|贯彻|重视|领会|提高|加强)"
)
DISAGREES: Final = re.compile(
    r"我们不同意|不同意这样做|we do not agree|was not agreed", re.IGNORECASE
)
"""A wish that was reported and turned down stays a draft only where it must be refused aloud."""

CUE_EN: Final = re.compile(
    r"\b(?:should|must|ought to|need(?:s)? (?:to|a|an|more)|recommend(?:s|ed)?|suggest(?:s|ed)?|propos(?:e|es|ed)|"
    r"urge(?:s|d)?|advis(?:e|es|ed) (?:against|that|to)|would like|let us)\b",
    re.IGNORECASE,
)
AFTER_EN: Final = re.compile(
    r"\b(?:recommend(?:s|ed)?|suggest(?:s|ed)?|propos(?:e|es|ed)|urge(?:s|d)?|advis(?:e|es|ed)|asks?|asked)\s+"
    r"(?:that\s+)?",
    re.IGNORECASE,
)

COSTED: Final = re.compile(r"^\s*请.{0,12}(?:算一算|算算|核算|估价|测算)|\bto (?:cost|price) it\b")
"""A clause that only asks somebody to reckon what the one before it asks for."""

OFFICE_ZH: Final = (
    r"[^,，。；;:：、“”(（)）\s]{0,12}?(?:财政局|水利局|农业农村局|档案馆|图书馆|水管站|水利站|畜牧站|卫生院|财政所|项目办|"
    r"中心小学|小学|中学|委员会|村委会|政府|公司|基金会|局|馆|站|所|办公室|办|院|社)"
)
ASKED_ZH: Final = re.compile(
    rf"(?:最好由|移交给|建议由|统一由|建议|希望|请|由|责成)(?P<who>{OFFICE_ZH})(?=\d|明年|今年|于|按|先|再|牵头|统一|负责|帮助|每|来|把|派|保管|算|协助|尽快|给|在|出|为|对|组织|提供|,|，|。|$)"
)
OFFICE_EN: Final = (
    r"(?:(?!that|the)[a-z]+\s){0,3}(?:engineers?|offices?|officers?|authority|authorities|sponsors?|teams?|committees?|bureau|"
    r"leaders?|departments?|board|township|county|programme|school|library|clinic|accountants?)"
)
ASKED_EN: Final = (
    re.compile(rf"\bthe (?P<who>{OFFICE_EN}) to [a-z]+", re.IGNORECASE),
    re.compile(
        rf"\b(?:suggest(?:s|ed)?|propose[sd]?|recommend(?:s|ed)?|urge[sd]?|ask(?:s|ed)?)\s+(?:that\s+)?(?:the\s+)?(?P<who>{OFFICE_EN})\s"
        rf"(?:to\s)?[a-z]+",
        re.IGNORECASE,
    ),
    re.compile(
        rf"^\W*(?:the\s+)?(?P<who>{OFFICE_EN})\s+(?:should|must|ought to|needs? to)\b",
        re.IGNORECASE,
    ),
)

DAY_ZH: Final = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月(?:\s*(\d{1,2})\s*日)?")
DUE_ZH: Final = re.compile(
    r"(?:(?P<year>\d{4})\s*年|(?P<next>明年)|今年)?\s*(?P<month>\d{1,2})\s*月\s*(?:(?P<day>\d{1,2})\s*日|底|份)?\s*(?:之)?前"
)
MONTHS: Final = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
DUE_EN: Final = re.compile(
    rf"\b(?:by|before)\s+(?:the end of\s+)?(?:(?P<day>\d{{1,2}})\s+)?(?P<month>{'|'.join(MONTHS)})\s+(?P<year>\d{{4}})",
    re.IGNORECASE,
)
DAY_EN: Final = re.compile(rf"\b(\d{{1,2}})\s+({'|'.join(MONTHS)})\s+(\d{{4}})", re.IGNORECASE)
QUOTES: Final = "“”「」『』\"'‘’ \t\u3000"


def drafted(text: str) -> list[Drafted]:
    """What the minutes seem to recommend, in their order."""
    held_on = _held_on(text)
    found = [_draft(text, one, held_on) for one in _asking(text)]
    return [one for one in found if one.text]


def _asking(text: str) -> Iterator[_Stretch]:
    """The stretches in which something is asked for."""
    before: _Stretch | None = None
    for one in _clauses(text):
        said = text[one.start : one.end]
        if before is not None and COSTED.search(said):
            before = _Stretch(before.start, one.end, before.speaker, before.listed)
            continue
        if before is not None:
            yield before
        before = one if _asks(said, listed=one.listed) else None
    if before is not None:
        yield before


def _asks(said: str, *, listed: bool) -> bool:
    if VAGUE_ZH.search(said):
        return False
    if DISAGREES.search(said) and not refused(said):
        return False
    return listed or bool(CUE_ZH.search(said) or CUE_EN.search(said))


def _clauses(text: str) -> Iterator[_Stretch]:
    """Sentences and items of lists, with who says them; a sentence with two wishes is two."""
    for sentence in _sentences(text):
        said = text[sentence.start : sentence.end]
        if DISAGREES.search(said):
            yield sentence
            continue
        cuts = [sentence.start]
        for comma in re.finditer("[,，]", said):
            head, tail = said[: comma.start()], said[comma.end() :]
            first = tail.partition("，")[0].partition(",")[0]
            wish = head[cuts[-1] - sentence.start :]
            if (CLAUSE_ZH.search(wish) or VAGUE_ZH.search(wish)) and CLAUSE_ZH.search(first):
                cuts.append(sentence.start + comma.end())
        cuts.append(sentence.end)
        for start, end in pairwise(cuts):
            yield _Stretch(start, end, sentence.speaker, sentence.listed)


def _sentences(text: str) -> Iterator[_Stretch]:
    at = 0
    for line in text.splitlines(keepends=True):
        if line.strip() and not HEADING.search(line.strip()):
            yield from _of_paragraph(text, at, at + len(line.rstrip()))
        at += len(line)


def _of_paragraph(text: str, start: int, end: int) -> Iterator[_Stretch]:
    speaker, begins = _speaker(text[start:end])
    begins += start
    listed = False
    for first, last in _pieces(text, begins, end):
        said = text[first:last]
        items = list(ITEM.finditer(said))
        announced = bool(ANNOUNCES.search(said))
        if not items:
            listed = announced
            yield _Stretch(first, last, speaker)
            continue
        if items[0].start() > 0 and said[: items[0].start()].strip(QUOTES):
            lead = said[: items[0].start()]
            listed = bool(ANNOUNCES.search(lead)) or listed
            yield _Stretch(first, first + items[0].start(), speaker)
        ends = [*(item.start() for item in items[1:]), len(said)]
        for item, stop in zip(items, ends, strict=True):
            yield _Stretch(first + item.end(), first + stop, speaker, listed)


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Sentence by sentence; a list of items stays in one piece with what announces it."""
    at = start
    for stop in ENDS.finditer(text, start, end):
        if text[at : stop.start()].strip(QUOTES):
            yield at, stop.start()
        at = stop.end()
    if text[at:end].strip(QUOTES):
        yield at, end


def _speaker(paragraph: str) -> tuple[str, int]:
    """Who speaks in a paragraph, and where what they say begins."""
    for pattern in (SPEAKS_ZH, SPEAKS_EN):
        found = pattern.match(paragraph)
        if found and not NOBODY.match(found["speaker"].strip()):
            return found["speaker"].strip(" ,，"), found.end("speaker")
    return "", 0


def _draft(text: str, one: _Stretch, held_on: date | None) -> Drafted:
    start, end = one.start, one.end
    said = text[start:end]
    whole = said
    cue = CUE_ZH.search(said)
    if cue and not one.listed:
        comma = max(said.rfind("，", 0, cue.start()), said.rfind(",", 0, cue.start()))
        if re.match("建议|希望|请|应当|最好|主张", cue[0]) and comma >= 0:
            start += comma + 1
    after = AFTER_EN.search(text, start, end)
    if after and re.match(r"advis", after[0], re.IGNORECASE) is None:
        start = after.end()
    while start < end and text[start] in QUOTES + ":：，,、.":
        start += 1
    while end > start and text[end - 1] in QUOTES + ":：，,、.":
        end -= 1
    return Drafted(
        speaker=one.speaker,
        text=text[start:end],
        start=start,
        end=end,
        asked_of=_asked_of(whole),
        due=_due(whole, held_on),
        refused=refused(text[start:end]),
    )


def _asked_of(said: str) -> str:
    for pattern in (ASKED_ZH, *ASKED_EN):
        found = pattern.search(said)
        if found:
            return found["who"].strip()
    return ""


def _due(said: str, held_on: date | None) -> date | None:
    """The day by which it is wanted: the last of a month that stands alone."""
    if (found := DUE_EN.search(said)) is not None:
        month = MONTHS.index(found["month"].lower()) + 1
        return _day(int(found["year"]), month, found["day"])
    found = DUE_ZH.search(said)
    if found is None:
        return None
    if found["year"]:
        year = int(found["year"])
    elif held_on is None:
        return None
    else:
        year = held_on.year + bool(found["next"])
    return _day(year, int(found["month"]), found["day"])


def _day(year: int, month: int, day: str | None) -> date | None:
    if not 1 <= month <= len(MONTHS):
        return None
    last = monthrange(year, month)[1]
    return date(year, month, min(int(day), last) if day else last)


def _held_on(text: str) -> date | None:
    """The day of the meeting: the first whole date that the minutes name."""
    english = DAY_EN.search(text)
    if english:
        return _day(int(english[3]), MONTHS.index(english[2].lower()) + 1, english[1])
    chinese = next((one for one in DAY_ZH.finditer(text) if one[3]), None)
    return _day(int(chinese[1]), int(chinese[2]), chinese[3]) if chinese else None
