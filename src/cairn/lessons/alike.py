"""Recommendations that seem to say the same: a suggestion, and why. Pure.

Two sentences are as alike as the words that they share, in whatever order (token sort ratio, RapidFuzz):
words of more than three letters, and of Chinese each two characters that stand together. From
ALIKE on they are suggested as one; what they share is shown, so that a person sees why.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

ALIKE: Final = 70
"""Of 100: in the demo's debrief that is the one pair that says the same."""
SHORTEST: Final = 4
"""Letters of a word that is compared; shorter ones are of every sentence."""

RUN: Final = re.compile(r"[\u3400-\u9fff]+|[^\W\d_\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two recommendations, the earlier first, and the words that they share, as they are compared."""

    first: str
    second: str
    shares: tuple[str, ...]


def alike(texts: Mapping[str, Mapping[str, str]]) -> list[Pair]:
    """Pairs that seem to say the same in a language that both are in; `texts` by id, in their order."""
    found = []
    words = {
        id_: {code: _words(text) for code, text in said.items()} for id_, said in texts.items()
    }
    ids = list(texts)
    for nth, second in enumerate(ids):
        for first in ids[:nth]:
            for code in words[first].keys() & words[second].keys():
                one, other = words[first][code], words[second][code]
                if one and other and fuzz.token_sort_ratio(" ".join(one), " ".join(other)) >= ALIKE:
                    shares = tuple(word for word in dict.fromkeys(one) if word in other)
                    found.append(Pair(first, second, shares))
                    break
    return found


def _words(text: str) -> list[str]:
    found = []
    for run in RUN.findall(text.casefold()):
        if "\u3400" <= run[0] <= "\u9fff":
            found += [run[at : at + 2] for at in range(len(run) - 1)]
        elif len(run) >= SHORTEST:
            found.append(run)
    return found
