"""Which ids on record a misspelt one may mean. Offered to a person; nothing here changes a name. Pure."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from rapidfuzz.distance import Levenshtein

from cairn.exchange.follow.coverage import written_alike

SHORTEST: Final = 6
"""Ids shorter than this are one sign away from too much."""


class Like(StrEnum):
    """In what a misspelt id differs from the one it may mean."""

    SPACE = "space"
    CASE = "case"
    DASH = "dash"
    SIGN = "sign"
    DIGIT = "digit"
    """One digit: it may as well be a neighbour in the same list."""


class Ids:
    """The ids on record, to be looked up by what is like them."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._alike: dict[str, list[str]] = defaultdict(list)
        self._shortened: dict[str, list[str]] = defaultdict(list)
        for one in ids:
            plain = written_alike(one)
            self._alike[plain].append(one)
        for plain in self._alike:
            if len(plain) >= SHORTEST:
                for short in {plain, *_shorter(plain)}:
                    self._shortened[short].append(plain)

    def like(self, written: str) -> list[tuple[str, Like]]:
        """What an id may mean, each with how it differs: the likeliest first."""
        plain = written_alike(written)
        if plain in self._alike:
            return [(one, _difference(written, one)) for one in self._alike[plain]]
        if len(plain) < SHORTEST:
            return []
        near = {
            one for short in {plain, *_shorter(plain)} for one in self._shortened.get(short, ())
        }
        close = sorted(one for one in near if Levenshtein.distance(plain, one, score_cutoff=1) == 1)
        found = [(id_, _edit(plain, one)) for one in close for id_ in self._alike[one]]
        return sorted(found, key=lambda pair: (pair[1] is Like.DIGIT, pair[0]))


def _shorter(text: str) -> set[str]:
    """A text without each one of its signs: two texts one edit apart have one in common."""
    return {text[:at] + text[at + 1 :] for at in range(len(text))}


def _difference(written: str, meant: str) -> Like:
    plain = [re.sub(r"\s+", "", unicodedata.normalize("NFKC", one)) for one in (written, meant)]
    if plain[0] == plain[1] or "".join(written.split()) == "".join(meant.split()):
        return Like.SPACE
    return Like.CASE if plain[0].casefold() == plain[1].casefold() else Like.DASH


def _edit(written: str, meant: str) -> Like:
    for edit in Levenshtein.editops(written, meant):
        signs = written[edit.src_pos : edit.src_pos + 1], meant[edit.dest_pos : edit.dest_pos + 1]
        touched = signs if edit.tag == "replace" else (signs[edit.tag == "insert"],)
        return Like.DIGIT if all(one.isdigit() for one in touched) else Like.SIGN
    return Like.SIGN
