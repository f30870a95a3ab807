"""What everybody may read of voices: the board of a village. Answers, and figures in steps of five."""

import json
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from django.conf import settings

from cairn.journal import sealing
from cairn.journal.columns import in_chunks
from cairn.journal.models import Entry
from cairn.voice.clocks import DEFAULT, Days
from cairn.voice.counts import in_steps, labelled, shown
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
    closed: bool
    """As posts left it: that its sender says otherwise is theirs to say, and not shown."""
    promised_by: date | None
    theirs: str
    category: Name
    month: str


@dataclass(frozen=True, slots=True)
class Board:
    """What was answered to a village, and how much of it was closed, and how much done.

    Figures of what posts did are as `counts.shown` gives them, and those of what residents did, or
    did not say, as `counts.in_steps` does.
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
    of = f"{programme}/{place}"
    answered = shown(sum(bool(row.answered) for row in rows))
    return Board(
        answers=_answers(programme, [row for row in rows if row.answered], today),
        received=max(answered, _in_steps(len(rows), f"{of}/received")),
        answered=answered,
        closed=shown(sum(_is_closed(row) for row in rows)),
        done=_in_steps(sum(_is_done(row) for row in rows), f"{of}/done"),
        overdue=_in_steps(sum(row.answer_by < today for row in late), f"{of}/overdue"),
        clocks=clocks(programme),
        asks=Category.objects.filter(programme=programme, withdrawn_on=None).exists(),
    )


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What residents said of a thing, as `counts.in_steps` gives it."""

    works: int = 0
    does_not: int = 0
    not_there: int = 0


def confirmed(*, programme: str, thing: str, id_: str) -> Confirmed:
    """What residents said of an asset or a project."""
    row = ThingSaid.objects.filter(programme=programme, id=f"{thing}/{id_}").first()
    if row is None:
        return Confirmed()
    of = f"{programme}/{thing}/{id_}"
    return Confirmed(
        works=_in_steps(row.works, f"{of}/works"),
        does_not=_in_steps(row.does_not, f"{of}/does-not"),
        not_there=_in_steps(row.not_there, f"{of}/not-there"),
    )


def chosen(*, programme: str, notice: str) -> tuple[int, ...]:
    """How often each choice of what a notice asks was chosen, as `counts.in_steps` gives it.

    By the number of the choice, the first at 0; it ends with the last one that anybody chose.
    """
    row = QuestionSaid.objects.filter(programme=programme, id=notice).first()
    of = f"{programme}/notice/{notice}/choice"
    times = enumerate(row.times) if row else ()
    return tuple(_in_steps(count, f"{of}/{number}") for number, count in times)


@dataclass(frozen=True, slots=True)
class ClaimBoard:
    """What residents said of what a notice claims, as `counts.in_steps` gives it; and what a post found, if one looked."""

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
    of = f"{programme}/notice/{notice}"
    return ClaimBoard(
        so=_in_steps(row.so, f"{of}/so"),
        not_so=_in_steps(row.not_so, f"{of}/not-so"),
        found=row.found,
        what=row.what,
        looked_on=row.looked_on,
        looked_by=row.looked_by,
    )


def answer_of(programme: str, voice: Voice) -> Answer:
    """The answer to one voice, for whoever holds its code: as the board shows it."""
    return _answer(voice, _texts(programme, [voice]).get(voice.answered, {}), ({}, ""))


def _in_steps(count: int, of: str) -> int:
    return in_steps(count, of=of, secret=settings.SECRET_KEY)


def _is_closed(row: Voice) -> bool:
    """A post closed it. That its sender disputes that is what a resident did: see counts.py."""
    if row.state != DISPUTED:
        return bool(row.state == CLOSED)
    *_earlier, (*_step, before), _disputed = row.history
    return bool(before == CLOSED)


def _is_done(row: Voice) -> bool:
    """Somebody answered that it is done, and whoever said it has not said otherwise."""
    return row.outcome == Outcome.DONE and row.state in {ANSWERED, CLOSED}


def _answers(programme: str, rows: list[Voice], today: date) -> tuple[Answer, ...]:
    """Those that say what and when by month, the latest first; the others in no order of time.

    What would stand there word for word more than once stands there once: how many voices were
    given it, nobody counts.
    """
    texts = _texts(programme, rows)
    labels = _labels(programme, rows, today)
    named = {row.id: row.name for row in Category.objects.filter(programme=programme)}
    found: dict[str, Answer] = {}
    for row in sorted(rows, key=lambda row: row.id):
        category, month = labels.get(row.id, ("", ""))
        label = (named.get(category, {}), month)
        one = _answer(row, texts.get(row.answered, {}), label)
        words = repr(replace(one, voice="", closed=False))
        before = found.setdefault(words, one)
        found[words] = replace(before, closed=before.closed and one.closed)
    return tuple(sorted(found.values(), key=lambda one: one.month, reverse=True))


def _labels(programme: str, rows: list[Voice], today: date) -> dict[str, tuple[str, str]]:
    """What answers say of themselves, by voice: its category, and the month in which it was answered.

    Each month by itself, and only once it is over: whoever looks every day knows of each answer in
    which month it came. Then nothing about it changes any more, so that no two days differ in it.
    """
    months: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    answered = _first_answered(programme, rows)
    for row in sorted(rows, key=lambda row: row.id):
        months[answered[row.id]][row.category].append(row.id)
    possible = Category.objects.filter(programme=programme, door={}).count()
    # A day later than by the calendar: a moment is recorded in UTC, and a programme may be ahead.
    over = [month for month in months if month < (today - timedelta(1)).isoformat()[:7]]
    return {
        voice: (category, month)
        for month in over
        for category, voices in labelled(months[month], possible=possible).items()
        for voice in voices
    }


def _first_answered(programme: str, rows: list[Voice]) -> dict[str, str]:
    """In which month an answer to each voice first came on record, whatever day it named."""
    facts = {_first_answer(row): row.id for row in rows}
    found = {}
    for chunk in in_chunks(list(facts)):
        entries = Entry.objects.filter(programme=programme, id__in=chunk)
        for id_, body in entries.values_list("id", "body"):
            found[facts[str(id_)]] = str(json.loads(bytes(body))["recorded_at"])[:7]
    return found


def _first_answer(row: Voice) -> str:
    """The fact that first answered a voice."""
    return next(str(fact) for fact, _day, _post, state in row.history if state == ANSWERED)


def _answer(row: Voice, said: Name, label: tuple[Name, str]) -> Answer:
    return Answer(
        voice=row.id,
        said=said,
        outcome=row.outcome,
        closed=_is_closed(row),
        promised_by=row.promised_by,
        theirs=row.theirs,
        category=label[0],
        month=label[1],
    )


def _texts(programme: str, rows: list[Voice]) -> dict[str, Name]:
    """The answers that stand, by the fact that holds each; without those that were erased."""
    ids = [row.answered for row in rows if row.answered]
    found = sealing.answers_of(programme, ids)
    return {id_: said["answer"] for id_, said in found.items() if "answer" in said}
