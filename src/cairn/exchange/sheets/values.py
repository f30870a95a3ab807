"""What stands in a cell, read as an amount, a date or a currency, or refused with the reason.

Nothing is guessed that could be read in two ways. Whether a heading means an amount is decided in
guess.py.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal

from django.utils.translation import gettext_noop as _

from cairn.exchange.sheets.words import CURRENCIES, LABELS, MONTHS, NOTHING, UNITS
from cairn.values import MAX_MINOR, UnknownCurrencyError, currency_digits, to_decimal

Cell = str | float | int | bool | date | datetime | timedelta | None
"""What a reader of files hands over; bools and durations are refused wherever they matter."""

DateOrder = Literal["day-first", "month-first"]
DecimalMark = Literal[".", ","]


NO: Final = _("no {field}")
NOT_A_NUMBER: Final = _("amount is not a number: ‘{text}’")
NOT_A_DATE: Final = _("‘{text}’ is not a date")
DIFFERS: Final = _("the amount says {mark}, its row says {currency}")
AS_SAID: Final = "{said}"
"""For what is a sentence already."""
OF_A_FIELD: Final = "{name}: {said}"
"""The same, about a field of a fact."""

OR: Final = " or "
"""Between the fields of which a row needs one."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a cell or a row is not taken as it stands, and what a person could accept instead.

    `text` is a sentence as the catalogues know it, with a place for each of `said`: of which `field`
    and `thing` are words of our own, to be said in the reader's language, too. `of` is the field whose
    cell it is. A question about a name says of which (`about`), and the ids of what it could mean.
    """

    code: str
    text: str
    said: Mapping[str, str] = field(default_factory=dict, hash=False)
    offer: str | None = None
    of: str = ""
    about: str = ""
    meant: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        """The sentence in English."""
        return self.told()

    def told(
        self, say: Callable[[str], str] = str, word: Callable[[str, str], str] | None = None
    ) -> str:
        """The sentence in a language that `say` puts sentences into, and `word` what stands in them.

        `word` is given the name of the place in the sentence, and what stands there.
        """
        word = word or _in_english
        said = {key: word(key, text) for key, text in self.said.items()}
        return say(self.text).format(**said)

    def __str__(self) -> str:
        return f"{self.message} (did you mean {self.offer}?)" if self.offer else self.message


OUR_WORDS: Final = frozenset({"field", "thing"})


def _in_english(key: str, text: str) -> str:
    if key not in OUR_WORDS:
        return text
    return OR.join(LABELS.get(word, word) for word in text.split(OR))


class CellError(Exception):
    """A cell that cannot be read as what it should be; carries the reason."""

    def __init__(self, code: str, text: str, offer: str | None = None, /, **said: str) -> None:
        self.reason = Reason(code, text, said, offer)
        super().__init__(self.reason.message)


def text_of(cell: Cell) -> str:
    """Read a cell as text, as a person sees it: 1.0 is "1", a date is ISO, ends are trimmed."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        # Excel shows 15 significant digits and keeps 17: the rest is noise of binary fractions.
        return f"{Decimal(format(cell, '.15g')):f}" if not cell.is_integer() else str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ") if cell.time() != datetime.min.time() else f"{cell:%Y-%m-%d}"
    return str(cell)


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Make a text comparable: NFKC, lower case, without spaces, dots, hyphens or underlines.

    Spaces inside Chinese words are layout (`合  计`), and inside English ones they vary.
    """
    return re.sub(r"[\s._\-]+", "", unicodedata.normalize("NFKC", text).casefold())


# Amounts


_GROUPED: Final = re.compile(r"\d{1,3}(,\d{3})+(\.\d*)?|\d+(\.\d*)?|\.\d+", re.ASCII)
_MARKS: Final = re.compile(r"us\$|hk\$|cn¥|[¥¥$€£]|人民币|rmb|\b[a-z]{3}\b")


def read_amount(
    cell: Cell, *, currency: str, unit: Decimal = Decimal(1), decimal_mark: DecimalMark = "."
) -> int:
    """Read an amount as minor units; below zero stays below zero.

    `unit` is what the sheet counts in (10000 for 万元); a unit in the cell itself goes before it.
    Raises CellError and UnknownCurrencyError.
    """
    number, own_unit = _number_in(cell, currency, decimal_mark)
    exact = number * (unit if own_unit is None else own_unit)
    digits = currency_digits(currency)
    scaled = exact.scaleb(digits)
    if scaled != scaled.to_integral_value():
        rounded = to_decimal(int(scaled.to_integral_value()), currency)
        raise CellError(
            "digits",
            _(
                "more digits than the currency has: {amount} has more than the {digits} of {currency}"
            ),
            rounded,
            amount=f"{exact:f}",
            digits=str(digits),
            currency=currency,
        )
    if abs(scaled) > MAX_MINOR:
        raise CellError(
            "too-large", _("‘{text}’ is more than one row may move"), text=text_of(cell)
        )
    return int(scaled)


def looks_like_amount(cell: Cell) -> bool:
    """Whether a column of cells like this one may be amounts, for guessing only."""
    try:
        _number_in(cell, "", ".")
    except CellError as error:
        return error.reason.code == "in-words"
    return True


def _number_in(
    cell: Cell, currency: str, decimal_mark: DecimalMark
) -> tuple[Decimal, Decimal | None]:
    if isinstance(cell, bool | date | timedelta):
        raise CellError("not-a-number", NOT_A_NUMBER, text=text_of(cell))
    if isinstance(cell, int | float):
        if not math.isfinite(cell):
            raise CellError("not-a-number", NOT_A_NUMBER, text=str(cell))
        return Decimal(format(cell, ".15g")), None
    text = unicodedata.normalize("NFKC", cell or "").strip().casefold()
    if text in NOTHING:
        raise CellError("no-amount", NO, field="amount")
    text, negative = _unsigned(text)
    text, own_unit = _without_unit(_without_currency(text, currency))
    text = re.sub(r"(?<=\d)[\s'](?=\d{3}(\D|$))", ",", text)
    if decimal_mark == ",":
        text = text.translate(str.maketrans(",.", ".,"))
    # A long digit string would cost time quadratic in its length.
    if len(text) > 40 or not _GROUPED.fullmatch(text):
        raise _not_a_number(cell or "", currency)
    number = Decimal(text.replace(",", ""))
    return (-number if negative else number), own_unit


def _unsigned(text: str) -> tuple[str, bool]:
    text = text.replace("−", "-").replace("－", "-")
    bracketed = re.fullmatch(r"\((.*)\)", text)
    if bracketed:
        return bracketed[1].strip(), True
    if text.startswith("-"):
        return text[1:].strip(), True
    if re.fullmatch(r"[^-]*\d[^-]*-", text):
        return text[:-1].strip(), True
    sign_after_mark = re.match(r"^([¥$€£])\s*-", text)
    if sign_after_mark:
        return sign_after_mark[1] + text[sign_after_mark.end() :], True
    return text.removeprefix("+").strip(), False


def _without_currency(text: str, currency: str) -> str:
    for mark in _MARKS.findall(text):
        says = CURRENCIES.get(mark) or (mark.upper() if mark.isalpha() else None)
        if says and currency and says != currency:
            raise CellError("currency-differs", DIFFERS, mark=mark, currency=currency)
    return _MARKS.sub("", text).strip()


def _without_unit(text: str) -> tuple[str, Decimal | None]:
    text = text.removesuffix("整").strip()
    for name, unit in UNITS.items():
        if text.endswith(name) and text[: -len(name)].strip()[-1:].isdigit():
            return text[: -len(name)].strip(), unit
    return text, None


def _not_a_number(text: str, currency: str) -> CellError:
    shown = text.strip()[:60]
    in_words = chinese_number(text)
    if in_words is not None:
        offer = f"{in_words:.{currency_digits(currency)}f}" if currency else f"{in_words:f}"
        return CellError(
            "in-words", _("amount is not a number: ‘{text}’ is in words"), offer, text=shown
        )
    if re.fullmatch(r"[\d,.\s]+", shown):
        message = _("amount is not a number: the commas and dots of ‘{text}’ can be read two ways")
        return CellError("not-a-number", message, text=shown)
    return CellError("not-a-number", NOT_A_NUMBER, text=shown)


_DIGITS: Final = {
    **{d: n for n, ds in enumerate(("零〇", "一壹", "二贰两", "三叁", "四肆")) for d in ds},
    **{d: n for n, ds in enumerate(("五伍", "六陆", "七柒", "八捌", "九玖"), 5) for d in ds},
}
_PLACES: Final = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}


def chinese_number(text: str) -> Decimal | None:
    """Read an amount in Chinese words, plain or financial: 壹万元整 is 10000. None if it is not one."""
    text = re.sub(r"\s|人民币|[::整正]", "", unicodedata.normalize("NFKC", text))
    match = re.fullmatch(r"(?:([^元圆块角分]+)[元圆块]?)?(?:零?(.)角)?(?:零?(.)分)?", text)
    if not text or match is None:
        return None
    whole = _chinese_whole(match[1]) if match[1] else 0
    tenths, hundredths = (_DIGITS.get(part) if part else 0 for part in match.group(2, 3))
    if whole is None or tenths is None or hundredths is None:
        return None
    return Decimal(whole) + Decimal(tenths * 10 + hundredths) / 100


def _chinese_whole(text: str) -> int | None:
    total = section = digit = 0
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _PLACES:
            # 拾元 alone is ten: the one before it is left out.
            section += (digit or 1) * _PLACES[character]
            digit = 0
        elif character in "万萬":
            total, section, digit = total + (section + digit) * 10**4, 0, 0
        elif character in "亿億":
            total, section, digit = (total + section + digit) * 10**8, 0, 0
        else:
            return None
    return total + section + digit


# Currencies


def read_currency(cell: Cell) -> str:
    """Read a currency by its ISO 4217 code or by what people call it (人民币). Raises CellError."""
    text = plain(text_of(cell))
    if text in CURRENCIES:
        return CURRENCIES[text]
    if text == "元":
        return "CNY"
    if text in {"$", "¥"}:
        message = _("‘{text}’ is the sign of several currencies; write a code")
        raise CellError("currency", message, text=text)
    code = text.upper()
    try:
        currency_digits(code)
    except UnknownCurrencyError as error:
        raise CellError("currency", AS_SAID, said=str(error)) from error
    return code


# Dates


_YEAR_FIRST: Final = re.compile(
    r"(\d{4})\s*([-/.年])\s*(\d{1,2})\s*(?:[-/.月])\s*(\d{1,2})\s*[日号]?"
)
_YEAR_LAST: Final = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4}|\d{2})")
_DAY_MONTH_NAME: Final = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?[\s\-/]*([a-z]{3,9})[\s\-/,.]*(\d{4}|\d{2})"
)
_MONTH_NAME_DAY: Final = re.compile(r"([a-z]{3,9})\.?\s*(\d{1,2})(?:st|nd|rd|th)?[\s,]+(\d{4})")
_TIME_OF_DAY: Final = re.compile(
    r"[\st]*\d{1,2}:\d{2}(:\d{2})?(\.\d+)?\s*([ap]m)?\s*(z|[+-]\d{2}:?\d{2})?$|\((周|星期).\)$|(周|星期).$"
)
_SERIALS: Final = range(20_000, 80_000)
"""Day numbers that are dates of 1954 to 2119. Outside them a number is likelier something else."""
_FROM_1900: Final = date(1899, 12, 30).toordinal()
_1904_LATER: Final = 1462


def read_date(cell: Cell, *, order: DateOrder | None = None, date1904: bool = False) -> date:
    """Read a date, whichever way it is written. Raises CellError.

    `order` settles 5/7/2025; without it such a date is refused, unless one reading is impossible.
    `date1904` is the workbook's date system, for serial numbers.
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, bool | timedelta):
        raise CellError("not-a-date", NOT_A_DATE, text=text_of(cell))
    if isinstance(cell, int | float):
        return _from_number(cell, date1904=date1904)
    return _from_text(cell or "", order, date1904)


def looks_like_date(cell: Cell) -> bool:
    """Whether a column of cells like this one may be dates, for guessing only."""
    try:
        read_date(cell)
    except CellError as error:
        return error.reason.code in {"ambiguous-date", "no-such-date"}
    return True


@lru_cache(maxsize=4096)
def _from_text(raw: str, order: DateOrder | None, date1904: bool) -> date:  # noqa: FBT001 - lru_cache is faster on positions
    text = unicodedata.normalize("NFKC", raw).strip().casefold()
    if text in NOTHING:
        raise CellError("no-date", NO, field="date")
    text = _TIME_OF_DAY.sub("", _chinese_digits(text[:40])).strip()
    if re.fullmatch(r"\d{5}(\.0+)?|\d{8}", text, re.ASCII):
        return _from_number(float(text), date1904=date1904)
    if found := _YEAR_FIRST.fullmatch(text):
        return _day(int(found[1]), int(found[3]), int(found[4]), raw)
    if found := _DAY_MONTH_NAME.fullmatch(text):
        return _day(_year(found[3]), MONTHS.get(found[2], 0), int(found[1]), raw)
    if found := _MONTH_NAME_DAY.fullmatch(text):
        return _day(int(found[3]), MONTHS.get(found[1], 0), int(found[2]), raw)
    if found := _YEAR_LAST.fullmatch(text):
        return _year_last(int(found[1]), int(found[2]), found[3], order, raw)
    if re.fullmatch(r"\d{4}\s*[-/.年]\s*\d{1,2}\s*月?", text):
        raise CellError("not-a-date", _("‘{text}’ is a month; which day?"), text=raw.strip())
    message = _("‘{text}’ is not a date; write it like 2025-07-05")
    raise CellError("not-a-date", message, text=raw.strip()[:40])


def _from_number(number: float, *, date1904: bool) -> date:
    whole = int(number) if abs(number) < 10**8 else 0
    if whole in _SERIALS:
        return date.fromordinal(_FROM_1900 + whole + (_1904_LATER if date1904 else 0))
    if number == whole and 19_000_101 <= whole <= 21_991_231:
        return _day(whole // 10_000, whole // 100 % 100, whole % 100, str(whole))
    raise CellError("not-a-date", NOT_A_DATE, text=text_of(number))


def _year_last(first: int, second: int, year: str, order: DateOrder | None, raw: str) -> date:
    if len(year) == 2:
        message = _("‘{text}’: which part is the year? Write all four digits")
        raise CellError("ambiguous-date", message, text=raw.strip())
    day_first, month_first = (second, first), (first, second)
    if order is None and first != second and max(first, second) <= 12:
        message = _(
            '‘{text}’ can be two dates; say date_order = "day-first" or "month-first" in the map'
        )
        raise CellError("ambiguous-date", message, text=raw.strip())
    if order is None:
        month, day = day_first if second <= 12 else month_first
    else:
        month, day = day_first if order == "day-first" else month_first
    return _day(int(year), month, day, raw)


def _year(text: str) -> int:
    # As POSIX reads two digits: 69 to 99 are 19xx.
    return int(text) if len(text) == 4 else int(text) + (1900 if int(text) >= 69 else 2000)


def _day(year: int, month: int, day: int, raw: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise CellError("no-such-date", _("no such date: {text}"), text=raw.strip()[:40]) from None


def _chinese_digits(text: str) -> str:
    """二〇二五年七月五日 → 2025年7月5日; anything else stays."""
    if not re.fullmatch(
        r"[〇零一二三四五六七八九]{4}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}[日号]",
        text,
    ):
        return text
    year, month, day = re.split("[年月]", text[:-1])
    digits = "".join(str(_DIGITS[character]) for character in year)
    return f"{digits}年{_chinese_whole(month)}月{_chinese_whole(day)}日"
