"""What the scan saw in a text, as a page shows it to whoever wrote it. Nothing of it is kept."""

from collections.abc import Sequence

from cairn.voice.scan import Seen
from cairn.web.words import SEEN


def sorts_of(seen: Sequence[Seen]) -> list[str]:
    """What was seen, in words, each once."""
    return [str(SEEN[sort]) for sort in dict.fromkeys(one.sort for one in seen)]


def pieces_of(text: str, seen: Sequence[Seen]) -> list[tuple[str, bool]]:
    """The text piece by piece, and whether each is something that was seen."""
    found, at = [], 0
    for one in seen:
        found += [(text[at : one.start], False), (text[one.start : one.end], True)]
        at = one.end
    return [piece for piece in [*found, (text[at:], False)] if piece[0]]
