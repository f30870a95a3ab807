"""Whether pages are being written as files, to be published, and what they are written from.

A published page says nothing of today and nothing of a position, so that it changes only when what
it shows does: dates and not ages, and no filter that only a server could answer.

Pages ask the record through functions that are marked `asked`. While pages are published each
question is answered once for all that ask it, and what a page asked is noted: with the same answers
it would be drawn the same, byte for byte.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import date
from functools import wraps
from hashlib import sha256
from typing import Any, Final, ParamSpec, TypeVar

from django.db import connections

from cairn.values import LANGUAGES

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")

RECENT: Final = 64
"""Answers kept: enough for a page, its tables and the same in each language, one after another."""


@dataclass(frozen=True, slots=True)
class Question:
    """A query with what it is asked about."""

    query: Callable[..., Any]
    about: tuple[Any, ...]
    named: tuple[tuple[str, Any], ...]


@dataclass(slots=True)
class Noted:
    """What was asked while something was drawn, in order, with the hash of each answer.

    `whole` is false where that does not say what it depends on: the database was read in another
    way, or a question had two answers because a fact was recorded in between.
    """

    answers: dict[Question, bytes] = field(default_factory=dict)
    whole: bool = True

    def note(self, question: Question, digest: bytes) -> None:
        """A question with the hash of its answer."""
        if self.answers.setdefault(question, digest) != digest:
            self.whole = False

    def add(self, more: "Noted") -> None:
        """What was asked for a part of it."""
        for question, digest in more.answers.items():
            self.note(question, digest)
        self.whole = self.whole and more.whole


@dataclass(slots=True)
class Publishing:
    """One drawing of a programme's pages, as of the day of its last entry."""

    day: date
    languages: tuple[str, ...] = LANGUAGES
    digests: dict[Question, bytes] = field(default_factory=dict)
    _recent: OrderedDict[Hashable, Any] = field(default_factory=OrderedDict)
    _noting: list[Noted] = field(default_factory=list)
    _answering: bool = False

    def ask(self, question: Question) -> Any:  # noqa: ANN401 - whatever the query answers
        """The answer to a question, noted for what is being drawn."""
        if self._answering:  # a query that asks another
            return _answered(question)
        if question not in self._recent:
            self._answering = True
            try:
                answer = _answered(question)
            finally:
                self._answering = False
            self.digests[question] = sha256(repr(answer).encode()).digest()
            self._keep(question, (answer, self.digests[question]))
        self._recent.move_to_end(question)
        answer, digest = self._recent[question]
        if self._noting:
            self._noting[-1].note(question, digest)
        return answer

    def digest(self, question: Question) -> bytes:
        """The hash of the answer to a question; equal where the answers are."""
        if question not in self.digests:
            self.ask(question)
        return self.digests[question]

    def once(self, key: Hashable, make: Callable[[], Answer]) -> Answer:
        """What was made under this key a moment ago, or else what `make` makes.

        It is noted as if it had been made again. `make` must depend on the key and on answers alone.
        """
        found: tuple[Answer, Noted] | None = self._recent.get(key)
        if found is None:
            with self.noting() as noted:
                found = make(), noted
            self._keep(key, found)
        elif self._noting:
            self._noting[-1].add(found[1])
        return found[0]

    @contextmanager
    def noting(self) -> Iterator[Noted]:
        """Note what is asked within."""
        noted = Noted()
        self._noting.append(noted)
        try:
            yield noted
        finally:
            self._noting.pop()
            if self._noting:
                self._noting[-1].add(noted)

    def watch(self, execute: Callable[..., Any], *query: Any) -> Any:  # noqa: ANN401 - Django's
        """See what of the database is read without being asked for: a wrapper of Django's."""
        if self._noting and not self._answering:
            self._noting[-1].whole = False
        return execute(*query)

    def _keep(self, key: Hashable, answer: object) -> None:
        self._recent[key] = answer
        if len(self._recent) > RECENT:
            self._recent.popitem(last=False)


_publishing: ContextVar[Publishing | None] = ContextVar("publishing", default=None)


@contextmanager
def published_as_of(day: date, languages: Sequence[str] = LANGUAGES) -> Iterator[Publishing]:
    """Pages that are asked for within are to be published; `day` is that of the last entry."""
    publishing = Publishing(day, tuple(languages))
    token = _publishing.set(publishing)
    with ExitStack() as ending:
        ending.callback(_publishing.reset, token)
        for connection in connections.all():
            ending.enter_context(connection.execute_wrapper(publishing.watch))
        yield publishing


def publishing() -> Publishing | None:
    """The drawing that is under way; None where a server answers somebody."""
    return _publishing.get()


def published_day() -> date | None:
    """The day as of which pages are being published; None where a server answers somebody."""
    now = publishing()
    return now.day if now else None


def asked(query: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    """A query that pages ask. Its answer has all that it holds in its `repr`, and nobody changes it."""

    @wraps(query)
    def ask(*about: Asked.args, **named: Asked.kwargs) -> Answer:
        now = publishing()
        if now is None:
            return query(*about, **named)
        answer: Answer = now.ask(Question(query, about, tuple(sorted(named.items()))))
        return answer

    return ask


def _answered(question: Question) -> Any:  # noqa: ANN401 - whatever the query answers
    """An answer without its position: no page may say it, so none changes with it."""
    answer = question.query(*question.about, **dict(question.named))
    if hasattr(answer, "as_of"):
        return replace(answer, as_of=replace(answer.as_of, position=0, head=0))
    return answer
