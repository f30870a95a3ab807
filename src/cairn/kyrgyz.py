"""Kyrgyz in the Arabic letters that are used in China (ky-Arab), made from the Cyrillic ones.

The table and its rules are those of docs/decisions/languages.md: after the correspondence chart of
the alphabet as it is taught in Kizilsu. Pure text in, text out: no Django, no catalogue.
"""

import re
from functools import lru_cache
from typing import Final

LETTERS: Final = {
    "а": "ا", "б": "ب", "в": "ۋ", "г": "گ", "д": "د", "е": "ە", "ё": "يو", "ж": "ج", "з": "ز",
    "и": "ى", "й": "ي", "к": "ك", "л": "ل", "м": "م", "н": "ن", "ң": "ڭ", "о": "و", "ө": "ۅ",
    "п": "پ", "р": "ر", "с": "س", "т": "ت", "у": "ۇ", "ү": "ۉ", "ф": "ف", "х": "ح", "ц": "تس",
    "ч": "چ", "ш": "ش", "щ": "شچ", "ъ": "", "ы": "ى", "ь": "", "э": "ە", "ю": "يۇ", "я": "يا",
}  # fmt: skip
"""Letter by letter. A long vowel is written twice, as in Cyrillic: `тоо` is `توو`."""

AT_THE_BACK: Final = {"к": "ق", "г": "ع"}
"""What `к` and `г` are beside a vowel of the back of the mouth."""

BACK: Final = frozenset("аоуыёюя")
VOWELS: Final = BACK | frozenset("еэиөү")

LOANS: Final = (
    "агент", "адвокат", "аккаунт", "актив", "апк", "архитектур", "аудитор", "банк", "банкрот",
    "блок", "браузер", "бухгалтер", "граммат", "грамм", "грант", "график", "градус", "документ",
    "инспектор", "каталог", "категор", "килобайт", "килограмм", "класс", "клавиатур", "клуб",
    "код", "комитет", "коммун", "компьютер", "консерв", "консульт", "контракт", "контрол",
    "конференц", "кооператив", "корпус", "касса", "кассир", "кубик", "курс", "курсор", "мегапиксел",
    "объект", "организац", "орган", "пакет", "подряд", "программ", "проект", "протокол", "скан",
    "смартфон", "субъект", "факт", "электрон",
)  # fmt: skip
"""Beginnings of words taken over from other languages, which keep `ك` and `گ` throughout."""

MARKS: Final = {",": "،", ";": "؛", "?": "؟"}

LEFT_ALONE: Final = re.compile(
    r"%\(\w+\)s|%[sd]|\{\w*\}|</?\w[^<>]*>|&#?\w+;|https?://\S+|[A-Za-z0-9](?:[\w.,:/@+\-]*[A-Za-z0-9])?",
    re.ASCII,
)
"""Placeholders, marks of HTML, addresses, Latin words and numbers with the signs within them."""

WORD: Final = re.compile("[А-Яа-яЁёҢңӨөҮү]+")
LOAN: Final = re.compile("|".join(sorted(LOANS, key=len, reverse=True)))


@lru_cache(maxsize=8192)
def in_arabic(text: str) -> str:
    """A Kyrgyz text in Arabic letters. What is no Kyrgyz word in it stays as it is."""
    made, at = [], 0
    for kept in LEFT_ALONE.finditer(text):
        made += [_written(text[at : kept.start()]), kept.group()]
        at = kept.end()
    return "".join([*made, _written(text[at:])])


def _written(text: str) -> str:
    for mark, arabic in MARKS.items():
        text = text.replace(mark, arabic)
    return WORD.sub(lambda word: _word(word.group().lower()), text)


def _word(word: str) -> str:
    loan = LOAN.match(word)
    taken_over = loan.end() if loan else 0
    return "".join(
        AT_THE_BACK[letter]
        if letter in AT_THE_BACK and at >= taken_over and _is_at_the_back(word, at)
        else LETTERS[letter]
        for at, letter in enumerate(word)
    )


def _is_at_the_back(word: str, at: int) -> bool:
    """By the vowel that follows at once, else by that before at once, else by the nearest one."""
    after, before = word[at + 1 : at + 2], word[at - 1 : at] if at else ""
    for beside in (after, before):
        if beside in VOWELS and beside:
            return beside in BACK
    nearest = [*reversed(word[:at]), *word[at:]]
    return next((letter in BACK for letter in nearest if letter in VOWELS), False)
