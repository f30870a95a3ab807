"""What a post typed that could show who somebody is: it is asked to look again before that is recorded.

The scan is that of voices. An office's own telephone is seen, too, so whoever typed it may record it as
it is; nothing of what was seen is kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from cairn.people.appointments import names_at
from cairn.people.seats import Seat
from cairn.voice.scan import scan
from cairn.web.forms import FactForm, asked
from cairn.web.seen import pieces_of, sorts_of


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
        Shows(question, sorts_of(seen), pieces_of(text, seen))
        for form in forms
        for question, text in _texts(form)
        if (seen := scan(text, names=names))
    ]


def _texts(form: FactForm) -> list[tuple[str, str]]:
    """What was typed in words, each with its question."""
    questions = {one.name: str(one.ask.question) for one in asked(form.kind)}
    return [(questions[name], text) for name, text in form.fact.texts()] if form.fact else []
