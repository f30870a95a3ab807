"""Requests and visits: who may ask whom for what, and how a request goes step by step."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.catalog import journal
from cairn.journal.journal import RefusedError
from cairn.journal.models import Entry
from cairn.programme.facts import CohortClosed, PostClosed
from cairn.requests.facts import (
    Help,
    RequestAccepted,
    RequestConfirmed,
    RequestDone,
    RequestPassedOn,
    RequestRaised,
    RequestRefused,
    RequestReopened,
    RequestWithdrawn,
    VisitMade,
)
from cairn.values import Text
from people.desks import Desks

JUNE, LATER = date(2025, 6, 1), date(2025, 6, 20)
BY = date(2025, 6, 15)
ENGINEER = Text(en="An engineer for the pump")


def asking(asked="county", what=ENGINEER, by=BY):
    return RequestRaised(asked=asked, help=Help.EXPERTISE, what=what, by=by)


def visit(asked="county", what=ENGINEER, by=BY, kind_of_help=Help.MATERIAL, place="qarasu"):
    return VisitMade(place=place, what=what, asked=asked, help=kind_of_help, by=by)


def raised(desks, fact=None, post="leader"):
    return str(desks.record(desks.seat(post), fact or asking(), on=JUNE).id)


def refusal(desks, post, fact, on=JUNE):
    """What is said against a fact, by field; nothing where it is taken."""
    try:
        desks.record(desks.seat(post), fact, on=on)
    except RefusedError as refused:
        return {one.field: one.message for one in refused.objections}
    return {}


def state(desks, request):
    return desks.pen.the("request", request).state


def test_a_request_goes_from_the_one_that_asks_to_the_one_that_does_and_back(desks):
    request = raised(desks)

    desks.record(desks.seat("county"), RequestAccepted(request=request, by=LATER), on=JUNE)
    desks.record(desks.seat("county"), RequestDone(request=request, what=ENGINEER), on=LATER)
    desks.record(desks.seat("leader"), RequestConfirmed(request=request), on=LATER)

    row = desks.pen.the("request", request)
    assert row.state == "confirmed"
    assert [(day, post, to) for _fact, day, post, to in row.history] == [
        ("2025-06-01", "leader", "open"),
        ("2025-06-01", "county", "accepted"),
        ("2025-06-20", "county", "done"),
        ("2025-06-20", "leader", "confirmed"),
    ]


@pytest.mark.parametrize(
    ("post", "fact"),
    [
        ("other-committee", lambda r: RequestAccepted(request=r, by=LATER)),
        ("committee", lambda r: RequestDone(request=r, what=ENGINEER)),
        ("sponsor", lambda r: RequestRefused(request=r, reason="No")),
        ("county-2", lambda r: RequestConfirmed(request=r)),
        ("other-committee", lambda r: RequestWithdrawn(request=r, reason="No")),
    ],
)
def test_nobody_else_answers_it_or_settles_it(desks, post, fact):
    request = raised(desks, asking("county", by=LATER))
    if fact(request).kind == RequestConfirmed.kind:
        desks.record(desks.seat("county"), RequestDone(request=request, what=ENGINEER), on=JUNE)
        post = "other-committee"

    assert set(refusal(desks, post, fact(request))) == {"request"}


def test_whoever_did_it_does_not_say_that_it_was_done(desks):
    """Not as another post either: the office could, and its holder did the work."""
    request = raised(desks)
    desks.record(desks.seat("county", "bek"), RequestDone(request=request, what=ENGINEER), on=JUNE)

    with pytest.raises(RefusedError, match="somebody else must do this"):
        desks.record(desks.seat("leader", "bek"), RequestConfirmed(request=request), on=JUNE)


def test_a_post_that_did_it_does_not_say_so_whoever_holds_it(desks):
    """What a post recorded is sealed, as these facts are: it is read where it is kept."""
    request = raised(desks, asking("township"), post="county")
    desks.record(
        desks.seat("county", "amina"), RequestDone(request=request, what=ENGINEER), on=JUNE
    )

    with pytest.raises(RefusedError, match="another must do this"):
        desks.record(desks.seat("county", "bek"), RequestConfirmed(request=request), on=JUNE)


@pytest.mark.parametrize(
    ("asked", "field"), [("auditor", "asked"), ("witness", "asked"), ("leader", "asked")]
)
def test_nothing_is_asked_of_who_looks_on_or_of_oneself(desks, asked, field):
    assert set(refusal(desks, "leader", asking(asked))) == {field}


@pytest.mark.parametrize("ended", [PostClosed(post="leader"), CohortClosed(cohort="2025")])
def test_nothing_is_asked_of_a_post_that_is_no_more(desks, ended):
    desks.pen.record(ended, on=JUNE)

    assert refusal(desks, "county", asking("leader")) == {
        "asked": "This post is no more; ask the one that took its place."
    }


@pytest.mark.parametrize(
    "post", ["sponsor", "office", "county", "township", "committee", "member", "keeper", "auditor"]
)
def test_any_post_may_ask(desks, post):
    assert refusal(desks, post, asking("leader" if post != "leader" else "county")) == {}


REPORTS = [
    Text(en="Send me a weekly report"),
    Text(zh_hans="请填报本月工作情况"),
    Text(zh_hans="上交台账"),
    Text(ky="Айлык отчёт"),
    Text(ug="ئايلىق دوكلات"),
    Text(en="A summary of the projects"),
]


@pytest.mark.parametrize("what", REPORTS, ids=lambda text: next(iter(text.by_language())))
@pytest.mark.parametrize("asked", ["leader", "committee", "member", "keeper"])
def test_nobody_in_a_village_is_asked_for_a_report(desks, asked, what):
    assert set(refusal(desks, "county", asking(asked, what))) == {"what"}


def test_an_office_may_be_asked_about_its_own_reports(desks):
    assert refusal(desks, "leader", asking("county", REPORTS[0])) == {}


@pytest.mark.parametrize("helper", ["leader", "committee", "member", "keeper"])
def test_a_visit_asks_nothing_of_those_visited(desks, helper):
    assert set(refusal(desks, "township", visit(helper))) == {"asked"}


def test_nor_is_it_passed_on_to_them(desks):
    request = raised(desks, visit("county"), post="township")

    passed = RequestPassedOn(request=request, asked="leader", reason="They are there")
    assert set(refusal(desks, "county", passed)) == {"asked"}


@pytest.mark.parametrize("missing", ["asked", "help", "by"])
def test_who_finds_something_missing_says_who_helps_and_by_when(desks, missing):
    said = {"place": "qarasu", "what": ENGINEER, "asked": "county", "help": Help.REPAIR, "by": BY}
    del said[missing]

    assert set(refusal(desks, "township", VisitMade(**said))) == {missing}


def test_a_visit_that_found_nothing_is_on_record_and_asks_nothing(desks):
    receipt = desks.record(desks.seat("township"), VisitMade(place="qarasu"), on=JUNE)

    tables = desks.pen.tables()
    assert [row["id"] for row in tables["visit"]] == [str(receipt.id)]
    assert tables["request"] == []


def test_a_visit_reaches_as_far_as_its_post(desks):
    assert set(refusal(desks, "committee", visit())) == {"fact"}
    assert refusal(desks, "auditor", visit()) == {}


def test_who_helps_after_a_visit_does_not_say_alone_that_it_was_mended(desks):
    request = raised(desks, visit("township"), post="township")
    desks.record(desks.seat("township"), RequestDone(request=request, what=ENGINEER), on=JUNE)

    assert set(refusal(desks, "township", RequestConfirmed(request=request))) == {"request"}
    assert refusal(desks, "county", RequestConfirmed(request=request)) == {}


def test_what_is_passed_on_waits_for_an_answer_anew_and_keeps_its_history(desks):
    request = raised(desks)
    passed = RequestPassedOn(request=request, asked="township", reason="Nearer")
    desks.record(desks.seat("county"), passed, on=LATER)

    row = desks.pen.the("request", request)
    assert (row.post, row.asked_on, row.state, len(row.history)) == ("township", LATER, "open", 2)
    back = RequestPassedOn(request=request, asked="leader", reason="Theirs")
    assert set(refusal(desks, "township", back, on=LATER)) == {"asked"}


def test_what_was_not_done_is_owed_again(desks):
    request = raised(desks)
    desks.record(desks.seat("county"), RequestDone(request=request, what=ENGINEER), on=JUNE)
    again = RequestReopened(request=request, reason="It stands still")
    desks.record(desks.seat("leader"), again, on=LATER)

    row = desks.pen.the("request", request)
    assert (row.state, row.asked_on) == ("open", LATER)


def test_the_published_entry_says_only_that_there_was_one(desks):
    receipt = desks.record(desks.seat("leader"), asking(), on=JUNE)
    body = bytes(Entry.objects.get(programme=desks.programme, id=receipt.id).body).decode()

    assert '"kind":"~withheld"' in body
    assert '"post":"~withheld"' in body
    for held_back in ("engineer", "county", "leader", "expertise", "requests."):
        assert held_back not in body


STEPS = {
    "accept": ("county", lambda r: RequestAccepted(request=r, by=LATER)),
    "refuse": ("county", lambda r: RequestRefused(request=r, reason="No")),
    "do": ("county", lambda r: RequestDone(request=r, what=ENGINEER)),
    "confirm": ("leader", lambda r: RequestConfirmed(request=r)),
    "reopen": ("leader", lambda r: RequestReopened(request=r, reason="Not yet")),
    "withdraw": ("leader", lambda r: RequestWithdrawn(request=r, reason="Not needed")),
}
LEADS_TO = {
    "open": {"accept": "accepted", "refuse": "refused", "do": "done", "withdraw": "withdrawn"},
    "accepted": {
        "accept": "accepted", "refuse": "refused", "do": "done", "withdraw": "withdrawn",
    },
    "done": {"confirm": "confirmed", "reopen": "open", "withdraw": "withdrawn"},
    "refused": {"accept": "accepted", "reopen": "open", "withdraw": "withdrawn"},
    "confirmed": {"reopen": "open"},
    "withdrawn": {},
}  # fmt: skip


@settings(max_examples=25)
@given(steps=st.lists(st.sampled_from(sorted(STEPS)), max_size=8))
def test_each_step_is_taken_from_where_it_may_be_and_from_nowhere_else(db, steps):
    desks = Desks.opened()
    request, expected = raised(desks), "open"

    for step in steps:
        post, fact = STEPS[step]
        taken = refusal(desks, post, fact(request)) == {}
        assert taken == (step in LEADS_TO[expected]), (expected, step)
        expected = LEADS_TO[expected].get(step, expected)
        assert state(desks, request) == expected


def test_rebuilt_from_the_journal_they_are_the_same(desks):
    request = raised(desks)
    desks.record(desks.seat("county"), RequestAccepted(request=request, by=LATER), on=JUNE)
    raised(desks, visit(), post="township")
    before = desks.pen.tables()

    journal.rebuild(desks.programme)

    assert desks.pen.tables() == before
