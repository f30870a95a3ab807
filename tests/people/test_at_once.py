"""What is asked of the database for facts that are recorded in one transaction."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from cairn.catalog import journal
from cairn.journal.entry import Receipt
from cairn.people.together import Together, _Sent
from cairn.values import Theme
from cairn.works.facts import NeedRaised
from cast import DAY, named, new_id
from people.desks import Desks


def test_each_more_asks_for_no_more_than_who_recorded_it(db):
    desks = Desks.opened()
    line = Together(journal)

    def asked(*posts):
        some = [sent(desks, post, nth) for nth, post in enumerate(posts)]
        with CaptureQueriesContext(connection) as queries:
            answers = line._at_once(desks.programme, some)
        assert all(isinstance(one, Receipt) for one in answers)
        return len(queries)

    posts = "committee", "leader", "township"
    assert asked(*posts, *posts) == asked(*posts) + len(posts)


def sent(desks, post, nth):
    seat, called = desks.seat(post), f"{post}-{nth}-{new_id()}"
    fact = NeedRaised(need=called, name=named(called), place="qarasu", theme=Theme.WATER)
    return _Sent(seat, seat.draft(fact, id=new_id(), happened_on=DAY), desks.now, "en")
