"""What a post typed that could show who somebody is: it is asked to look again before that is recorded.

The scan is that of voices. An office's own telephone is seen, too, so whoever typed it may record it as
it is; nothing of what was seen is kept.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from cairn.people.seats import Seat
from cairn.values import Names, Refers, Text
from cairn.voice.scan import scan
from cairn.web.forms import Asked, FactForm, asked
from cairn.web.public.say import names_at
from cairn.web.seen import pieces_of, sorts_of

SHORT: Final = 64
"""Signs of what is no text: a number of a voucher, a reference of a bank."""


@dataclass(frozen=True, slots=True)
class Shows:
    """An answer that could show who somebody is: its question, of which sorts, and where."""

    question: str
    sorts: list[str]
    pieces: list[tuple[str, bool]]


def shown_in(seat: Seat, forms: Iterable[FactForm]) -> list[Shows]:
    """Every answer of forms that are valid in which something was seen, in their order."""
    names = names_at(seat.programme)
    return [
        Shows(str(one.ask.question), sorts_of(seen), pieces_of(text, seen))
        for form in forms
        for one, text in _texts(form)
        if (seen := scan(text, names=names))
    ]


def _texts(form: FactForm) -> Iterator[tuple[Asked, str]]:
    for one in asked(form.kind):
        said = form.cleaned_data.get(one.name)
        if isinstance(said, Text):
            yield from ((one, text) for text in said.by_language().values())
        elif isinstance(said, str) and _is_text(one):
            yield one, said


def _is_text(one: Asked) -> bool:
    named = one.mark(Names) or one.mark(Refers)
    return one.of is str and not named and (one.longest or 0) > SHORT
