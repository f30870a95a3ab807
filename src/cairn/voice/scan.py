"""What in a text could show who somebody is: numbers, addresses, positions, names. Pure.

It says of which sort, and where; never what it was. Whoever wrote it may still send it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import phonenumbers
from stdnum import luhn
from stdnum.cn import ric


class Sort(StrEnum):
    """What was seen."""

    REACH = "reach"
    """A telephone number or account by which somebody is reached."""
    NUMBER = "number"
    """The number of an identity document or a bank card."""
    MAIL = "mail"
    POSITION = "position"
    NAME = "name"


@dataclass(frozen=True, slots=True, order=True)
class Seen:
    """Something of a sort at a stretch of a text."""

    start: int
    end: int
    sort: Sort


REGIONS: Final = ("CN", "KG", "KZ", "UZ", "TJ", "PK")
"""Where a number without a country's code may be from."""

NUMERALS: Final = {
    sign: str(digit)
    for digit, signs in enumerate(
        ("〇零", "一壹幺", "二贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
    )
    for sign in signs
}
SPELT: Final = re.compile("[〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]{7,}")
RUN: Final = re.compile(r"(?<![\w.])\+?\(?\d(?:[ \-\u2010-\u2015.·()/\u00a0]{0,2}\d){6,}")
DOCUMENT: Final = re.compile(
    r"(?<!\d)\d{6}(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)"  # CN
    r"|(?<!\d)[12](?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)\d\d\d{5}(?!\d)"  # KG
    r"|(?<![A-Za-z\d])(?:[EGDSP][A-Z]?\d{8}|(?:AN|ID|AC|PE)\s?\d{7})(?!\d)",  # passports
)
SPACED_DOCUMENT: Final = re.compile(r"(?<!\d)(?:\d[ \-]?){17}[\dXx](?!\d)")
MAIL: Final = re.compile(
    r"[\w.+-]+\s?(?:@|\(at\)|\[at\]|（at）|艾特)\s?[\w-]+(?:\s?(?:\.|\(dot\)|点)\s?[\w-]+)+",
    re.IGNORECASE,
)
# Two letters name a service where a word begins with them or a colon follows: Uyghur in Latin letters
# has qq in its words for "about" and "development".
REACH: Final = re.compile(
    r"(?:电话|手机|号码|拨打|\btel\b|phone|mobile|call|тел|телефон|номер|чал|чалы\w*|"
    r"تېلېفون|نومۇر|يانفون|تېل)[^\d\n]{0,14}(?P<digits>\d(?:[ \-]?\d){4,})"
    r"|(?:微信|we ?chat|weixin|(?<![a-z])(?:wx|vx|QQ)|(?:wx|vx|QQ)(?=\s?[:：])|telegram|whatsapp|instagram|tiktok|抖音|快手|"
    r"ئۈندىدار|вотсап|ватсап|телеграм\w*)(?:号|\s?id|\w{0,4})?\s*[:：是]?\s*(?P<account>@?[a-z0-9][\w\-.]{4,})"
    r"|(?<![\w@])@[a-z]\w{4,}",
    re.IGNORECASE,
)
POSITION: Final = re.compile(
    r"-?\d{1,3}\.\d{3,}°?\s?[NSEWСЮВЗ]?\s*[,，;；/ ]\s*-?\d{1,3}\.\d{3,}"
    r"|\d{1,3}\s?°\s?\d{1,2}\s?['′’]"
    r"|(?:北纬|东经|纬度|经度|[NSEW]|с\.?ш|в\.?д|lat\w*|lon\w*)\s*[:：]?\s*-?\d{1,3}\.\d{2,}"
    r"|\d{1,3}\.\d{2,}\s*°?\s*(?:[NSEW]\b|с\.?\s?ш|в\.?\s?д)"
    r"|geo:-?\d"
    r"|\b[23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,3}\b",
)
DATE: Final = re.compile(
    r"(?:19|20)\d\d([-./])\d{1,2}\1\d{1,2}|\d{1,2}([-./])\d{1,2}\2(?:19|20)\d\d"
)
CARD_LENGTHS: Final = range(15, 20)
PHONE_LENGTHS: Final = range(7, 16)
SHORTEST_NAME: Final = 2
CJK: Final = re.compile("[\u3400-\u9fff]")


def scan(text: str, *, names: Iterable[str] = ()) -> list[Seen]:
    """Everything in a text that could show who somebody is, in order; `names` are known ones."""
    plain = _plain(text)
    found = {*_of(DOCUMENT, plain, Sort.NUMBER), *_of(MAIL, plain, Sort.MAIL)}
    found |= {*_of(POSITION, plain, Sort.POSITION), *_reached(plain)}
    found |= {*_numbers(plain), *_names(plain, names)}
    return _without_overlaps(sorted(found))


def _plain(text: str) -> str:
    """The text sign by sign in plain digits and letters, each where it was."""
    signs = "".join(map(_plain_sign, text))
    return SPELT.sub(lambda run: "".join(NUMERALS[sign] for sign in run[0]), signs)


def _plain_sign(sign: str) -> str:
    digit = unicodedata.digit(sign, None)
    if digit is not None:
        return str(digit)
    plain = unicodedata.normalize("NFKC", sign)
    return plain if len(plain) == 1 else sign


def _of(pattern: re.Pattern[str], text: str, sort: Sort) -> Iterator[Seen]:
    yield from (Seen(hit.start(), hit.end(), sort) for hit in pattern.finditer(text))


def _reached(text: str) -> Iterator[Seen]:
    """What stands after a word such as telephone."""
    for hit in REACH.finditer(text):
        start, end = hit.span(hit.lastgroup or 0)
        yield Seen(start, end, Sort.REACH)


def _numbers(text: str) -> Iterator[Seen]:
    """Long numbers that are somebody's: of a document, a card, a telephone."""
    for hit in SPACED_DOCUMENT.finditer(text):
        if ric.is_valid(re.sub(r"[ \-]", "", hit[0]).upper()):
            yield Seen(hit.start(), hit.end(), Sort.NUMBER)
    for hit in RUN.finditer(text):
        digits = re.sub(r"\D", "", hit[0])
        if DATE.fullmatch(hit[0].strip()):
            continue
        if len(digits) in CARD_LENGTHS and luhn.is_valid(digits):
            yield Seen(hit.start(), hit.end(), Sort.NUMBER)
        elif len(digits) in PHONE_LENGTHS and _is_phone(hit[0].strip(), digits):
            yield Seen(hit.start(), hit.end(), Sort.REACH)
    for region in REGIONS:
        for match in phonenumbers.PhoneNumberMatcher(text, region):
            if not DATE.fullmatch(match.raw_string.strip()):
                yield Seen(match.start, match.end, Sort.REACH)


def _is_phone(written: str, digits: str) -> bool:
    """Whether somebody could be called by it, with or without a country's code."""
    tried: list[tuple[str, str | None]] = [(digits, region) for region in REGIONS]
    tried += [("+" + digits.removeprefix("00"), None)]
    if written.startswith(("+", "00")):
        tried = tried[-1:]
    for number, region in tried:
        try:
            if phonenumbers.is_valid_number(phonenumbers.parse(number, region)):
                return True
        except phonenumbers.NumberParseException:
            continue
    return False


def _names(text: str, names: Iterable[str]) -> Iterator[Seen]:
    """Known names, as words of their own; in Chinese, which sets no blanks, wherever they stand."""
    folded, place = _folded(text)
    for name in names:
        known = unicodedata.normalize("NFKC", name).casefold().strip()
        if len(known) < SHORTEST_NAME or known not in folded:
            continue
        inside = re.escape(known)
        if not CJK.search(known):
            inside = rf"(?<!\w){inside}(?!\w)"
        for hit in re.finditer(inside, folded):
            yield Seen(place[hit.start()], place[hit.end() - 1] + 1, Sort.NAME)


def _folded(text: str) -> tuple[str, list[int]]:
    """The text in one case, and of each sign of that where it was: ß is two."""
    folds = [sign.casefold() for sign in text]
    return "".join(folds), [at for at, fold in enumerate(folds) for _sign in fold]


def _without_overlaps(found: list[Seen]) -> list[Seen]:
    kept: list[Seen] = []
    for one in sorted(found, key=lambda seen: (seen.start, -seen.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept
