"""What a bank statement says, whichever way the bank writes it: lines with a day, an amount, a text."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext_noop as _

from cairn.exchange.sheets.persons import looks_like_a_person
from cairn.values import CairnError

MOST_LINES: Final = 300
"""A month of a village's account has some dozens; a person must look at each."""

TEXT_AT_MOST: Final = 80

FEE: Final = re.compile(r"手续费|工本费|服务费|\bfees?\b|\bcharges?\b", re.IGNORECASE)
INTEREST: Final = re.compile(r"利息|结息|\binterest\b", re.IGNORECASE)

SEVERAL: Final = _("It holds statements of several accounts; send those of one account at a time.")
OTHER_CURRENCY: Final = _("It is a statement in {theirs}; this account is in {ours}.")


class NoStatementError(CairnError):
    """A file in which no statement is recognised, or one that is too long to be looked through."""

    def __init__(self, text: str, /, **said: str) -> None:
        self.text, self.said = text, said
        super().__init__(self.told(str))

    def told(self, say: Callable[[str], str]) -> str:
        """The sentence in a language that `say` puts it into."""
        return say(self.text).format(**self.said)


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A line as the bank wrote it. `minor` is above zero where money came in, below where it left.

    `text` is empty where it looks like a person's name.
    """

    number: int
    on: date
    minor: int
    text: str


@dataclass(frozen=True, slots=True)
class Statement:
    """The lines of a statement, and the numbers of those that could not be read."""

    lines: tuple[StatementLine, ...]
    unread: tuple[int, ...]


def statement_of(lines: Iterable[StatementLine | int]) -> Statement:
    """A statement of these lines, and of the numbers of those that could not be read.

    Raises NoStatementError where they are more than a person looks through.
    """
    read: list[StatementLine] = []
    unread: list[int] = []
    for line in lines:
        if isinstance(line, int):
            unread.append(line)
        else:
            read.append(line)
        if len(read) + len(unread) > MOST_LINES:
            message = _("It has more than {most} lines; send one month at a time.")
            raise NoStatementError(message, most=str(MOST_LINES))
    return Statement(tuple(read), tuple(unread))


def shown(text: str) -> str:
    """What is kept of a line's text: nothing where it looks like a person's name."""
    text = " ".join(text.split())
    own = FEE.search(text) or INTEREST.search(text)  # 利息 is as short as a name
    return text[:TEXT_AT_MOST] if own or not looks_like_a_person(text) else ""
