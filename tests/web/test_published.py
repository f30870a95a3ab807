"""What is noted while pages are published: enough to know whether one would be drawn the same."""

from dataclasses import dataclass

import pytest

from cairn.following.answers import AsOf
from cairn.programme.models import Programme
from cairn.web.published import RECENT, asked, published_as_of
from cast import DAY

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Counted:
    """An answer of a position."""

    as_of: AsOf
    count: int


class Record:
    """Something that is asked, and how often it was."""

    def __init__(self):
        self.position = self.count = self.times = 0
        self.ask = asked(self.answer)

    def answer(self, what="all"):
        del what
        self.times += 1
        return Counted(AsOf(self.position, self.position, "fifo", "1"), self.count)


def noted(now, *asks):
    with now.noting() as found:
        for ask in asks:
            ask()
    return found


def test_a_question_is_answered_once_for_all_that_ask_it_while_published():
    record = Record()
    with published_as_of(DAY) as now:
        first, second = noted(now, record.ask), noted(now, record.ask)
    record.ask()

    assert record.times == 2
    assert first.whole
    assert first.answers == second.answers != {}


def test_an_answer_has_the_same_hash_at_another_position_and_another_if_it_says_something_else():
    record, hashes = Record(), []
    for position, count in ((1, 1), (2, 1), (3, 2)):
        record.position, record.count = position, count
        with published_as_of(DAY) as now:
            hashes += noted(now, record.ask).answers.values()

    assert hashes[0] == hashes[1] != hashes[2]


def test_what_is_read_without_being_asked_for_is_known_to_be_unknown():
    record = Record()
    with published_as_of(DAY) as now:
        read = noted(now, record.ask, Programme.objects.count)
        through = noted(now, asked(Programme.objects.using("default").count))

    assert not read.whole
    assert through.whole


def test_what_got_two_answers_while_it_was_drawn_is_known_to_be_mixed():
    record = Record()

    def much_later():
        for number in range(RECENT):
            record.ask(what=str(number))
        record.count = 1

    with published_as_of(DAY) as now:
        mixed = noted(now, record.ask, much_later, record.ask)

    assert not mixed.whole


def test_what_was_made_once_is_noted_each_time():
    record = Record()
    with published_as_of(DAY) as now:
        first = noted(now, lambda: now.once("page", record.ask))
        second = noted(now, lambda: now.once("page", record.ask))

    assert record.times == 1
    assert first.answers == second.answers != {}
