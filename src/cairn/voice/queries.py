"""What everybody may read of voices: the board of a village. Answers, and figures in steps of five."""

import json
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from cairn.journal import sealing
from cairn.voice.clocks import DEFAULT, Days
from cairn.voice.counts import labelled, shown
from cairn.voice.facts import ANSWERED, CLOSED, DISPUTED, OPEN, Outcome
from cairn.voice.models import Category, ClaimSaid, Clocks, QuestionSaid, ThingSaid, Voice
from cairn.voice.projections import THE_CLOCKS

Name = dict[str, str]


@dataclass(frozen=True, slots=True)
class Offered:
    """Something that residents may speak about; with a door, only there."""

    id: str
    name: Name
    door: Name


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as the board shows it. Category and month are empty where they could tell too much."""

    voice: str
    """A voice that it answers: never shown, as its entry's day would tell when that came."""
    said: Name
    """Empty where it was erased."""
    outcome: str
    disputed: bool
    closed: bool
    promised_by: date | None
    theirs: str
    category: Name
    month: str


@dataclass(frozen=True, slots=True)
class Board:
    """What was answered to a village, and how much of it was closed, and how much done.

    Figures are as `counts.shown` gives them.
    """

    answers: tuple[Answer, ...]
    received: int
    answered: int
    closed: int
    done: int
    overdue: int
    clocks: Days
    asks: bool
    """Whether the programme asks for voices at all."""


def categories(programme: str) -> tuple[Offered, ...]:
    """What residents may speak about now, in the order of their ids."""
    rows = Category.objects.filter(programme=programme, withdrawn_on=None).order_by("id")
    return tuple(Offered(row.id, row.name, row.door) for row in rows)


def clocks(programme: str) -> Days:
    """How long a programme may take."""
    row = Clocks.objects.filter(programme=programme, id=THE_CLOCKS).first()
    return Days(row.screen_days, row.answer_days, row.keep_days) if row else DEFAULT


def board(*, programme: str, place: str, today: date) -> Board:
    """The board of a village, and of no place within it."""
    rows = list(Voice.objects.filter(programme=programme, place=place).order_by("id"))
    late = (row for row in rows if row.state in OPEN and not row.answered)
    return Board(
        answers=_answers(programme, [row for row in rows if row.answered]),
        received=shown(len(rows)),
        answered=shown(sum(bool(row.answered) for row in rows)),
        closed=shown(sum(row.state == CLOSED for row in rows)),
        done=shown(sum(_is_done(row) for row in rows)),
        overdue=shown(sum(row.answer_by < today for row in late)),
        clocks=clocks(programme),
        asks=Category.objects.filter(programme=programme, withdrawn_on=None).exists(),
    )


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What residents said of a thing, as `counts.shown` gives it."""

    works: int = 0
    does_not: int = 0
    not_there: int = 0


def confirmed(*, programme: str, thing: str, id_: str) -> Confirmed:
    """What residents said of an asset or a project."""
    row = ThingSaid.objects.filter(programme=programme, id=f"{thing}/{id_}").first()
    if row is None:
        return Confirmed()
    return Confirmed(shown(row.works), shown(row.does_not), shown(row.not_there))


def chosen(*, programme: str, notice: str) -> tuple[int, ...]:
    """How often each choice of what a notice asks was chosen, as `counts.shown` gives it.

    By the number of the choice, the first at 0; it ends with the last one that anybody chose.
    """
    row = QuestionSaid.objects.filter(programme=programme, id=notice).first()
    return tuple(shown(times) for times in row.times) if row else ()


@dataclass(frozen=True, slots=True)
class ClaimBoard:
    """What residents said of what a notice claims, as `counts.shown` gives it; and what a post found, if one looked."""

    so: int = 0
    not_so: int = 0
    found: str = ""
    what: Name = field(default_factory=dict)
    looked_on: date | None = None
    looked_by: str = ""


def claimed(*, programme: str, notice: str) -> ClaimBoard:
    """What is said of what a notice claims. The days on which residents said so are nobody's to read."""
    row = ClaimSaid.objects.filter(programme=programme, id=notice).first()
    if row is None:
        return ClaimBoard()
    return ClaimBoard(
        so=shown(row.so),
        not_so=shown(row.not_so),
        found=row.found,
        what=row.what,
        looked_on=row.looked_on,
        looked_by=row.looked_by,
    )


def answer_of(programme: str, voice: Voice) -> Answer:
    """The answer to one voice, for whoever holds its code: as the board shows it."""
    return _answer([voice], _texts(programme, [voice]).get(voice.answered, {}), ({}, ""))


def _is_done(row: Voice) -> bool:
    """Somebody answered that it is done, and whoever said it has not said otherwise."""
    return row.outcome == Outcome.DONE and row.state in {ANSWERED, CLOSED}


def _answers(programme: str, rows: list[Voice]) -> tuple[Answer, ...]:
    """Each answer once, however many voices were given it: how many were, nobody counts.

    Those that say what and when by month, the latest first; the others in no order of time.
    """
    texts = _texts(programme, rows)
    alike: dict[Hashable, list[Voice]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.id):
        alike[_as_shown(row, texts.get(row.answered, {}))].append(row)
    cells: dict[tuple[str, str], list[list[Voice]]] = defaultdict(list)
    for some in sorted(alike.values(), key=_first_given):
        cells[some[0].category, _month(some[0])].append(some)
    with_labels = labelled(cells, possible=_possible(programme, cells))
    labels = {some[0].id: cell for cell, those in with_labels.items() for some in those}
    named = {row.id: row.name for row in Category.objects.filter(programme=programme)}
    found = []
    for some in alike.values():
        category, month = labels.get(some[0].id, ("", ""))
        label = (named.get(category, {}), month)
        found.append(_answer(some, texts.get(some[0].answered, {}), label))
    return tuple(sorted(found, key=lambda one: one.month, reverse=True))


def _as_shown(row: Voice, said: Name) -> Hashable:
    """Whatever a board could say of an answer, but for how far its voice has come."""
    words = json.dumps(said, sort_keys=True)
    return words, row.outcome, row.promised_by, row.theirs, row.category, _month(row)


def _first_given(some: list[Voice]) -> tuple[date, str]:
    return min((row.answered_on or date.min, row.id) for row in some)


def _answer(some: Sequence[Voice], said: Name, label: tuple[Name, str]) -> Answer:
    """The answer to some voices: disputed by any of their senders, closed once all of them are."""
    row = some[0]
    return Answer(
        voice=row.id,
        said=said,
        outcome=row.outcome,
        disputed=any(one.state == DISPUTED for one in some),
        closed=all(one.state == CLOSED for one in some),
        promised_by=row.promised_by,
        theirs=row.theirs,
        category=label[0],
        month=label[1],
    )


def _month(row: Voice) -> str:
    return row.answered_on.isoformat()[:7] if row.answered_on else ""


def _possible(programme: str, cells: Iterable[tuple[str, str]]) -> int:
    """How many cells an unlabelled answer could be in, as a reader knows: each category, each month."""
    kept = Category.objects.filter(programme=programme, door={}).count()
    return kept * len({month for _category, month in cells})


def _texts(programme: str, rows: list[Voice]) -> dict[str, Name]:
    """The answers that stand, by the fact that holds each; without those that were erased."""
    ids = [row.answered for row in rows if row.answered]
    found = sealing.answers_of(programme, ids)
    return {id_: said["answer"] for id_, said in found.items() if "answer" in said}
