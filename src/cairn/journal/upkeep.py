"""`cairn check` and `cairn rebuild`: progress while they run, a line for each answer."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from cairn.journal.away import GroupAwayError
from cairn.journal.checks import (
    Advance,
    Answer,
    Invariant,
    answers,
    database_answers,
    programmes,
)
from cairn.journal.heads import position_of
from cairn.journal.journal import Journal
from cairn.journal.spread import DEFAULT, group_of, groups
from cairn.journal.spread import answers as answers_now
from cairn.terminal import say
from cairn.values import CairnError


class NoProgrammeError(CairnError):
    """A programme that nobody wrote in."""


AWAY = Answer("it can be reached", ["it does not answer; its programmes were not looked at"])


def check(journal: Journal, *, invariants: Sequence[Invariant], programme: str | None) -> bool:
    """Print what holds and what does not; True when all of it does."""
    chosen = _chosen(programme)
    fine = True
    for group in groups() if programme is None else [group_of(programme)]:
        there = database_answers(group) if answers_now(group) else [AWAY]
        fine = _told(_called(group), there) and fine
    for each in chosen:
        with _progress(f"Checking {each}", twice=position_of(each) * 2) as advance:
            found = list(answers(journal, each, invariants=invariants, progress=advance))
        fine = _told(each, found) and fine
    return fine


def _called(group: str) -> str:
    return "database" if group == DEFAULT else f"database of ‘{group}’"


def rebuild(journal: Journal, *, programme: str | None) -> list[str]:
    """Drop every read model and fold it anew from the journal. Answers of which programmes."""
    chosen = _chosen(programme)
    for each in chosen:
        with _progress(f"Rebuilding {each}", twice=position_of(each)) as advance:
            position = journal.rebuild(each, progress=advance)
        say(f"rebuilt  {each}: {position} facts", rebuilt=each, facts=position)
    return chosen


def _chosen(programme: str | None) -> list[str]:
    there = programmes()
    if programme is None:
        return there
    if not answers_now(group_of(programme)):
        raise GroupAwayError(group_of(programme))
    if programme not in there:
        known = ", ".join(there) or "none"
        raise NoProgrammeError(f"There is no programme ‘{programme}’ here; there is: {known}")
    return [programme]


def _told(where: str, found: "Sequence[Answer] | Iterator[Answer]") -> bool:
    fine = True
    for answer in found:
        fine = fine and not answer.wrong
        lines = [f"{'WRONG' if answer.wrong else 'ok   '}  {where}: {answer.holds}"]
        lines += [f"         {place}" for place in answer.wrong]
        if answer.more:
            lines.append(f"         and {answer.more} more")
        say(
            "\n".join(lines),
            where=where,
            invariant=answer.holds,
            holds=not answer.wrong,
            wrong=list(answer.wrong),
            more=answer.more,
        )
    return fine


@contextmanager
def _progress(text: str, *, twice: int) -> Iterator[Advance]:
    """Show facts read on stderr, where somebody is watching."""
    console = Console(stderr=True)
    columns = (TextColumn(text), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    hidden = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=hidden) as progress:
        task, before, last = progress.add_task(text, total=twice), 0, 0

        def advance(position: int) -> None:
            nonlocal before, last
            if position < last:  # a second walk over the journal begins
                before += last
            last = position
            progress.update(task, completed=before + position)

        yield advance
