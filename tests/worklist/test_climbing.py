"""What is overdue comes up, level by level, on reading; and everybody on the chain is told."""

from datetime import date

import pytest

from cairn.catalog import journal
from cairn.programme.facts import CohortClosed, PostClosed
from cairn.worklist.queries import beneath, counts, mine, owed_to
from cairn.worklist.whole import Worklist
from worklist.open_things import TODAY, ask, listed, only, open_everything, send

SENT, DUE = date(2025, 5, 1), date(2025, 5, 15)


def rungs(one):
    return [(rung.since, [post.id for post in rung.posts]) for rung in one.rungs]


OWES = (SENT, ["committee"])
TOWNSHIP = (date(2025, 5, 16), ["township"])
COUNTY = (date(2025, 5, 31), ["county", "county-2"])
OFFICE = (date(2025, 6, 15), ["office"])


@pytest.mark.parametrize(
    ("today", "chain", "further"),
    [
        (SENT, [OWES], date(2025, 5, 16)),
        (DUE, [OWES], date(2025, 5, 16)),
        (date(2025, 5, 16), [OWES, TOWNSHIP], date(2025, 5, 31)),
        (date(2025, 5, 30), [OWES, TOWNSHIP], date(2025, 5, 31)),
        (date(2025, 5, 31), [OWES, TOWNSHIP, COUNTY], date(2025, 6, 15)),
        (date(2025, 6, 15), [OWES, TOWNSHIP, COUNTY, OFFICE], None),
        (date(2026, 6, 15), [OWES, TOWNSHIP, COUNTY, OFFICE], None),
    ],
)
def test_it_comes_up_a_level_the_day_after_and_then_every_fifteen_days(
    desks, today, chain, further
):
    send(desks, on=SENT)

    one = only(desks, "confirm", today)

    assert rungs(one) == chain
    assert one.next_on == further


def test_whoever_owes_it_owes_it_however_far_it_came_up(desks):
    send(desks, on=SENT)
    whole = Worklist(one for one in listed(desks) if one.sort == "confirm")

    assert {
        post: (bool(mine(whole, desks.seat(post))), counts(whole, desks.seat(post)).mine)
        for post in ("committee", "township", "county", "office", "leader", "other-committee")
    } == {
        "committee": (True, 1),
        "township": (True, 0),
        "county": (True, 0),
        "office": (True, 0),
        "leader": (False, 0),
        "other-committee": (False, 0),
    }


def test_what_an_office_owes_has_nobody_above_it(desks):
    ask(desks, of="office")

    one = only(desks, "answer")
    assert one.overdue
    assert (len(one.rungs), one.next_on) == (1, None)


def test_what_a_sponsor_owes_comes_up_to_the_office(desks):
    ask(desks, of="sponsor")

    assert rungs(only(desks, "answer"))[1:] == [(date(2025, 6, 9), ["office"])]


@pytest.mark.parametrize("ended", [PostClosed(post="leader"), CohortClosed(cohort="2025")])
def test_when_a_post_ends_the_next_nearest_owe_what_it_owed(desks, ended):
    ask(desks, of="member")
    assert rungs(only(desks, "answer"))[0][1] == ["member"]

    desks.pen.record(ended, on=TODAY)
    if isinstance(ended, PostClosed):
        desks.pen.record(PostClosed(post="member"), on=TODAY)

    assert rungs(only(desks, "answer"))[0][1] == ["committee", "keeper"]


def test_each_sees_its_own_what_is_beneath_and_what_is_owed_to_it(desks):
    send(desks, on=SENT)
    ask(desks, of="county", by=date(2025, 7, 15), on=date(2025, 6, 25))
    whole = Worklist(one for one in listed(desks) if one.sort in ("confirm", "answer"))

    def seen(view, post):
        return [one.sort for one in view(whole, desks.seat(post))]

    assert seen(beneath, "county") == ["confirm"]
    assert seen(beneath, "township") == ["confirm"]
    assert seen(beneath, "committee") == seen(beneath, "sponsor") == []
    assert seen(beneath, "auditor") == ["confirm", "answer"]
    assert seen(owed_to, "county") == ["confirm"]
    assert seen(owed_to, "leader") == ["answer"]
    assert seen(owed_to, "committee") == []
    assert seen(mine, "county") == ["answer", "confirm"]


def test_nothing_is_ever_owed_by_nobody(desks):
    open_everything(desks)
    every = journal.tables["post"].objects.filter(programme=desks.programme)
    for post in every.exclude(id="office").order_by("id").values_list("id", flat=True):
        assert all(one.owed_by for one in listed(desks))
        desks.pen.record(PostClosed(post=post), on=TODAY)

    assert {post.id for one in listed(desks) for post in one.owed_by} == {"office"}
