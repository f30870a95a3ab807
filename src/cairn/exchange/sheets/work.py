"""What the worker does to sheets that are on their way in: looks, checks, imports. One after the other.

Beside the pages, in `cairn serve`: so that none of them waits for a hundred thousand rows. Interrupted,
a step is begun anew; what of an import was recorded already is met again.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from cairn.exchange.sheets import held as holding
from cairn.exchange.sheets.cells import Book, SheetUnreadableError, open_book
from cairn.exchange.sheets.chunk import Told
from cairn.exchange.sheets.held import About, Held, Question, Stage
from cairn.exchange.sheets.held_rows import Outcome as Becomes
from cairn.exchange.sheets.held_rows import RowsWriter, outcome_of
from cairn.exchange.sheets.importing import Outcome, SheetImport
from cairn.exchange.sheets.look import guessed, shown
from cairn.exchange.sheets.mapping import Mapping
from cairn.exchange.sheets.record import OnRecord
from cairn.journal.entry import Draft, Verdict
from cairn.journal.journal import Journal
from cairn.people.models import Appointment
from cairn.people.record import GuardError, SeatEndedError, record_all
from cairn.people.seats import Seat, seat_of
from cairn.values import CairnError, Text

NEW_AT_MOST = 200
"""New things named; of the rest the number is in the counts of rows."""

QUESTIONS_AT_MOST = 100

FAILED = gettext_noop("Something went wrong here, and nothing more was done. Try once more.")
ENDED = gettext_noop("You do not hold this post any more.")
SHOW_MORE = gettext_noop("This needs a sign-in of a moment ago; sign in once more.")

log = logging.getLogger("cairn")


def work_once(journal: Journal, *, now: Callable[[], datetime]) -> int:
    """Do what is to be done on every sheet that waits. How many steps were done."""
    holding.forget_old(now=now())
    done = 0
    for waiting in holding.waiting():
        with holding.at_work(waiting) as held:
            if held is not None and held.about.stage in holding.WORKS:
                with translation.override(held.about.language):
                    _step(held, journal, now)
                done += 1
    return done


def _step(held: Held, journal: Journal, now: Callable[[], datetime]) -> None:
    """Do one step, and say why where it cannot be done."""
    about = held.about
    about.wrong = ""
    try:
        match about.stage:
            case Stage.LOOKING:
                _look(held)
            case Stage.CHECKING:
                _Run(held, journal, now).check()
            case _:
                _Run(held, journal, now).bring_in()
    except SheetUnreadableError as error:
        _stop(about, error.told(gettext, about.file))
    except SeatEndedError:
        _stop(about, gettext(ENDED))
    except GuardError:
        _stop(about, gettext(SHOW_MORE))
    except CairnError as error:
        _stop(about, str(error))
    except Exception:
        log.exception("A step of importing a sheet failed")
        _stop(about, gettext(FAILED))
    held.save()


def _stop(about: About, sentence: str) -> None:
    """Back to where a person decides: nothing is tried again by itself."""
    back = {
        Stage.LOOKING: Stage.DONE,
        Stage.CHECKING: Stage.MAPPED,
        Stage.IMPORTING: Stage.CHECKED,
    }
    about.wrong, about.written = sentence, False
    about.stage = back[about.stage]


def _look(held: Held) -> None:
    """Find the headings, and guess what a person has not said."""
    about = held.about
    book = open_book(held.sheet)
    again = {one["name"]: one["again"] for one in about.sheets if one.get("again")}
    mapping = guessed(book, {name: (kind, tuple(rows)) for name, (kind, rows) in again.items()})
    if about.mapping:  # what a person has said of the other sheets stays
        before = about.map()
        mended = {one.name: one for one in before.sheet if one.name not in again}
        sheets = tuple(mended.get(one.name, one) for one in mapping.sheet)
        mapping = mapping.model_copy(update={"sheet": sheets, "names": before.names})
    out = {one["name"] for one in about.sheets if one.get("out")}
    about.sheets = [{**one, "out": one["name"] in out} for one in shown(book, mapping)]
    about.mapping = mapping.model_dump(mode="json")
    about.stage = Stage.MAPPED


@dataclass
class _Run:
    """One run through a sheet for its owner: to see what becomes of each row, or to record it."""

    held: Held
    journal: Journal
    now: Callable[[], datetime]

    def __post_init__(self) -> None:
        self.about = self.held.about
        self.kinds: set[str] = set()
        self.questions: dict[str, Question] = {}
        self.read = 0
        self.held.tell(0)

    def check(self) -> None:
        """See what would become of each row. Whether a sign-in is fresh enough is asked later."""
        self._run(replace(self._seat(), factor=True, fresh=True), dry_run=True)
        self.about.stage = Stage.CHECKED

    def bring_in(self) -> None:
        """Record the good rows, or all or none; and keep the file no longer."""
        seat = replace(self._seat(), factor=self.about.factor, fresh=self.about.fresh)
        self._run(seat, dry_run=False)
        self.about.stage = Stage.DONE
        self.held.sheet.unlink(missing_ok=True)

    def _seat(self) -> Seat:
        about = self.about
        appointment = Appointment.objects.filter(pk=about.appointment, user=about.user).first()
        seat = seat_of(appointment, journal=self.journal, now=self.now())
        if seat is None or (seat.programme, seat.post) != (about.programme, about.post):
            raise SeatEndedError(gettext(ENDED))
        return seat

    def _run(self, seat: Seat, *, dry_run: bool) -> None:
        about, mapping = self.about, self.about.map()
        book = open_book(self.held.sheet, encoding=mapping.encoding, delimiter=mapping.delimiter)
        hidden = {
            sheet["name"]: frozenset(one["column"] for one in sheet["columns"] if one["personal"])
            for sheet in about.sheets
        }
        with RowsWriter(self.held.verdicts, hidden=hidden) as rows:
            importing = SheetImport(
                journal=self.journal,
                programme=about.programme,
                book=_without(book, about),
                mapping=_without_maps(mapping, about),
                post=about.post,
                now=self.now(),
                on_rows=self._count,
                on_verdict=lambda told: self._take(told, rows),
                append=partial(self._append, seat),
            )
            outcome = importing.run(dry_run=dry_run, all_or_nothing=about.all_or_nothing)
        about.counts, about.rows = rows.counts, outcome.rows
        self._keep(outcome)

    def _append(self, seat: Seat, drafts: Sequence[Draft]) -> list[Verdict]:
        self.kinds.update(draft.fact.kind for draft in drafts)
        return record_all(seat, drafts, journal=self.journal, now=self.now())

    def _count(self, rows: int) -> None:
        self.read += rows
        self.held.tell(self.read)

    def _take(self, told: Told, rows: RowsWriter) -> None:
        rows.write(told)
        if outcome_of(told) is not Becomes.QUESTION:
            return
        for reason in told.row.reasons:
            if len(self.questions) < QUESTIONS_AT_MOST or reason.about in self.questions:
                thing = reason.said.get("thing", "")
                question = Question(reason.about, thing, [(one, one) for one in reason.meant])
                self.questions.setdefault(reason.about, question).rows += 1

    def _keep(self, outcome: Outcome) -> None:
        about = self.about
        about.kinds = sorted(self.kinds)
        about.new = [
            (one.called, one.id, _name_of(one.fact)) for one in outcome.new_things[:NEW_AT_MOST]
        ]
        about.questions = list(self.questions.values())
        about.persons = outcome.persons.total()
        about.left_out = [one for headings in outcome.not_recorded.values() for one in headings]
        about.written = outcome.written
        if about.questions:
            record = OnRecord(about.programme, answers={})
            for question in about.questions:
                question.meant = [
                    (id_, record.shown(question.thing, id_)) for id_, _name in question.meant
                ]


def _without(book: Book, about: About) -> Book:
    """The book without the sheets that a person left out."""
    kept = {sheet["name"] for sheet in about.sheets if not sheet["out"]}
    return replace(book, sheets=tuple(sheet for sheet in book.sheets if sheet.name in kept))


def _without_maps(mapping: Mapping, about: About) -> Mapping:
    kept = {sheet["name"] for sheet in about.sheets if not sheet["out"]}
    sheets = tuple(sheet for sheet in mapping.sheet if sheet.name in kept)
    return mapping.model_copy(update={"sheet": sheets})


def _name_of(fact: object) -> str:
    name = getattr(fact, "name", None)
    return next(iter(name.by_language().values()), "") if isinstance(name, Text) else ""
