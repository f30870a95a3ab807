"""Words for what Cairn never asks about people, in the languages it speaks. Pure; the words: lexicon.csv.

What it finds is a reason to look, not a verdict: a clinic is a building. The tests look through
everything that Cairn says (tests/guarantees/), and what an office sets up is held to it when it does.
"""

import csv
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

WITHOUT_BLANKS = "zh"
"""A language that sets no blanks between words: its terms are found wherever they stand."""

UNSEEN = re.compile(
    "[\u00ad\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff]"
)
"""Signs that show nothing, and the stroke that stretches Arabic letters: they hide no word."""


def topics_in(text: str) -> frozenset[str]:
    """What of people a text speaks of."""
    return frozenset(topic for topic, _term in found_in(text))


def found_in(text: str) -> Iterator[tuple[str, str]]:
    """Every (topic, term) that a text holds, as the lexicon writes them."""
    plain = _plain(text)
    closed = re.sub(r"\s", "", plain)
    for topic, term, word, pattern, without_blanks in _patterns():
        looked_through = closed if without_blanks else plain
        if word in looked_through and pattern.search(looked_through):
            yield topic, term


def terms() -> Iterator[tuple[str, str, str]]:
    """Every (topic, language, term). One that ends in a stop is a whole word, others begin one."""
    with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for term in row["terms"].split("|"):
                yield row["topic"], row["language"], term


def _plain(text: str) -> str:
    """As it is compared: one form of each sign, small letters, words of identifiers apart."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", UNSEEN.sub("", text))
    return re.sub(r"[_\-\s]+", " ", unicodedata.normalize("NFKC", apart).casefold())


@cache
def _patterns() -> tuple[tuple[str, str, str, re.Pattern[str], bool], ...]:
    """Of each term its topic, itself, what it is compared as, where that counts, and whether blanks do not."""
    return tuple(
        (topic, term, word, _pattern(word, term, language), language == WITHOUT_BLANKS)
        for topic, language, term in terms()
        for word in [_plain(term if language == WITHOUT_BLANKS else term.removesuffix("."))]
    )


def _pattern(word: str, term: str, language: str) -> re.Pattern[str]:
    if language == WITHOUT_BLANKS:
        return re.compile(re.escape(word))
    end = r"(?!\w)" if term.endswith(".") else ""
    return re.compile(rf"(?<!\w){re.escape(word)}{end}")
