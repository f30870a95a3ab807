"""A list that was kept is the one that would be computed from nothing, whatever was recorded since."""

import threading
import time
from datetime import date, timedelta
from unittest.mock import Mock

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from cairn.catalog import journal
from cairn.journal import sealing
from cairn.journal.facts import PartShredded
from cairn.journal.journal import RefusedError
from cairn.money.facts import MovementReversed, SendingVoided
from cairn.notices.facts import NoticeRewritten, NoticeWithdrawn, VersionPublished
from cairn.programme.facts import (
    OrganisationJoined,
    OrganisationRole,
    PlaceLocated,
    PostClosed,
)
from cairn.requests.facts import RequestReopened, RequestWithdrawn
from cairn.voice.facts import ClaimConfirmed, Claimed, ClaimLookedInto, Found, QuestionAnswered
from cairn.worklist import kept
from cairn.worklist.kept import BeingPutTogetherError, KeptList
from cairn.works.facts import NeedTakenUp, ProjectCancelled, Step, StepTakenBack
from people.desks import Desks
from posted import SINCE, notice
from worklist.open_things import (
    LEFT_NOTHING,
    TODAY,
    WORDS,
    ask,
    closing,
    listed,
    open_everything,
    send,
    spend,
)


def computed(desks, today=TODAY):
    return KeptList(desks.programme, journal, today).now()


class Working(RuleBasedStateMachine):
    """Commitments are closed and opened in any order, and undone; one list is kept throughout."""

    def __init__(self):
        super().__init__()
        self.whole = transaction.atomic()
        self.whole.__enter__()
        self.desks = Desks.opened()
        open_everything(self.desks)
        self.ask_something()
        listed(self.desks)
        self.passed = 0

    def teardown(self):
        transaction.set_rollback(True)
        self.whole.__exit__(None, None, None)

    def ask_something(self):
        asks = {"question": "Which tap first?", "choices": "At the school\nAt the mill"}
        leader = self.desks.seat("leader")
        self.desks.record(leader, notice("which-tap", **asks), on=SINCE)
        self.desks.record(leader, VersionPublished(version="which-tap.en"), on=SINCE)

    def tried(self, post, fact):
        try:
            self.desks.record(self.desks.seat(post), fact, on=TODAY)
        except RefusedError:
            return
        self.passed += 1

    @rule(nth=st.integers(0, 40))
    def close_one(self, nth):
        whole = listed(self.desks)
        if whole:
            one = whole[nth % len(whole)]
            self.tried(one.owed_by[0].id, closing(self.desks, one))

    @rule(what=st.sampled_from([send, spend, ask]))
    def open_one(self, what):
        what(self.desks)

    @rule(nth=st.integers(0, 40), way=st.sampled_from(["void", "reverse"]))
    def undo_a_movement(self, nth, way):
        table = journal.tables["movement"].objects.filter(programme=self.desks.programme)
        ids = sorted(table.values_list("id", flat=True))
        kind = SendingVoided if way == "void" else MovementReversed
        for post in ("county", "committee"):
            self.tried(post, kind(movement=ids[nth % len(ids)], reason="A mistake"))

    @rule(project=st.sampled_from(["canal", "lamps", "seed-course", "school-roof", "qarasu-well"]))
    def give_up_a_project(self, project):
        self.tried("county", ProjectCancelled(project=project, reason="No ground"))

    @rule(
        project=st.sampled_from(["canal", "lamps", "seed-course", "qarasu-well"]),
        step=st.sampled_from(Step),
    )
    def take_a_step_back(self, project, step):
        self.tried("township", StepTakenBack(project=project, step=step, reason="A mistake"))

    @rule(project=st.sampled_from(["canal", "lamps"]))
    def take_up_the_need(self, project):
        self.tried("township", NeedTakenUp(need="footbridge", project=project))

    @rule()
    def say_that_it_left_nothing(self):
        self.tried("leader", LEFT_NOTHING)

    @rule(nth=st.integers(0, 5), again=st.booleans())
    def turn_a_request(self, nth, again):
        table = journal.tables["request"].objects.filter(programme=self.desks.programme)
        ids = sorted(table.values_list("id", flat=True))
        kind = RequestReopened if again else RequestWithdrawn
        self.tried("leader", kind(request=ids[nth % len(ids)], reason="So it is"))

    @rule(claimed=st.sampled_from(Claimed), days=st.integers(0, 3))
    def say_whether_a_notice_is_so(self, claimed, days):
        said = ClaimConfirmed(notice="well-runs", claimed=claimed)
        self.desks.pen.objections(said, on=TODAY - timedelta(days))

    @rule(choice=st.integers(1, 3))
    def answer_what_a_notice_asks(self, choice):
        self.desks.pen.objections(QuestionAnswered(notice="which-tap", number=choice), on=TODAY)

    @rule(post=st.sampled_from(["township", "committee", "leader"]), found=st.sampled_from(Found))
    def look_into_a_claim(self, post, found):
        self.tried(post, ClaimLookedInto(notice="well-runs", found=found, what=WORDS))

    @rule(again=st.booleans())
    def change_a_notice(self, again):
        kind = NoticeRewritten if again else NoticeWithdrawn
        more = {"title": "The well", "text": "At night"} if again else {}
        self.tried("leader", kind(notice="well-runs", reason="Power", **more))

    @rule(post=st.sampled_from(["keeper", "county-2", "member"]))
    def close_a_post(self, post):
        self.desks.pen.objections(PostClosed(post=post), on=TODAY)

    @rule(nth=st.integers(0, 3))
    def somebody_joins(self, nth):
        name = {"en": "A builder"}
        role = OrganisationRole.CONTRACTOR
        self.tried("office", OrganisationJoined(organisation=f"b-{nth}", name=name, role=role))

    @rule(north=st.integers(0, 8))
    def a_place_is_located(self, north):
        self.tried("office", PlaceLocated(place="qarasu", north=4000 + 2 * north, east=8000))

    @invariant()
    def the_list_that_was_kept_is_right(self):
        assert listed(self.desks) == computed(self.desks)


QUICK = settings(max_examples=3, stateful_step_count=14, deadline=None, phases=[Phase.generate])
"""Without shrinking, which takes minutes where each step computes two lists."""


def test_a_kept_list_is_always_the_one_that_would_be_computed(db):
    run_state_machine_as_test(Working, settings=QUICK)


@pytest.mark.long
def test_a_kept_list_is_always_the_one_that_would_be_computed_for_long(db):
    long = settings(QUICK, max_examples=4, stateful_step_count=20)
    run_state_machine_as_test(Working, settings=long)


@pytest.mark.parametrize("day", [date(2025, 7, 1), date(2025, 12, 31), date(2026, 6, 30)])
def test_on_another_day_it_is_another_list(db, day):
    desks = Desks.opened()
    open_everything(desks)
    listed(desks)

    assert listed(desks, day) == computed(desks, day) != listed(desks)


def test_one_more_fact_asks_about_its_things_alone(db):
    """However much is open: what is asked of the database does not grow with it."""
    desks = Desks.opened()
    open_everything(desks)
    asked = []
    for _more in range(2):
        for _time in range(10):
            send(desks)
        listed(desks)
        send(desks)
        with CaptureQueriesContext(connection) as queries:
            listed(desks)
        asked.append(len(queries))

    assert asked[0] == asked[1]


def test_what_came_one_by_one_keeps_what_it_has_in_common_once(db):
    """Most of a long list came a few at a time: a copy of its names and holders each would be twice its size."""
    desks = Desks.opened()
    for _time in range(3):
        send(desks)
        listed(desks)

    sent = [one for one in listed(desks) if one.sort == "confirm"]
    assert len(sent) == 3
    for part in ("of", "to", "rungs", "at", "stands", "to_stands", "since", "due", "next_on"):
        assert len({id(getattr(one, part)) for one in sent}) == 1, part


@pytest.mark.parametrize(("facts", "anew"), [(2, False), (5, False), (6, True)])
def test_a_long_list_catches_up_with_more_facts_at_once(db, monkeypatch, facts, anew):
    desks = Desks.opened()
    open_everything(desks)
    one = KeptList(desks.programme, journal, TODAY)
    monkeypatch.setattr(kept, "MANY", 2)
    monkeypatch.setattr(kept, "A_PART", len(one.now()) // 5)
    for _time in range(facts):
        send(desks)
    expected = computed(desks)
    times = []
    monkeypatch.setattr(KeptList, "_anew", lambda _list: times.append(1))

    found = one.now()

    assert bool(times) is anew
    assert anew or found == expected


def test_a_list_that_could_not_catch_up_is_computed_anew(db, monkeypatch):
    desks = Desks.opened()
    open_everything(desks)
    one = KeptList(desks.programme, journal, TODAY)
    one.now()
    send(desks)
    with monkeypatch.context() as broken:
        broken.setattr(KeptList, "_take", lambda *_asked: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            one.now()

    assert one.now() == computed(desks)


def test_who_joins_or_where_a_place_is_has_nothing_computed_anew(db):
    desks = Desks.opened()
    open_everything(desks)
    send(desks)
    listed(desks)
    role = OrganisationRole.CONTRACTOR
    desks.record(
        desks.seat("office"),
        OrganisationJoined(organisation="builder", name={"en": "A builder"}, role=role),
        on=TODAY,
    )
    with CaptureQueriesContext(connection) as joined:
        listed(desks)
    desks.pen.record(PostClosed(post="keeper"), on=TODAY)
    with CaptureQueriesContext(connection) as anew:
        listed(desks)

    posts = journal.tables["post"]._meta.db_table
    assert [any(posts in one["sql"] for one in asked) for asked in (joined, anew)] == [False, True]


def test_a_list_that_could_not_be_made_is_made_the_next_time(db, monkeypatch):
    desks = Desks.opened()
    open_everything(desks)
    assert listed(desks) == computed(desks)
    desks.pen.record(PostClosed(post="keeper"), on=TODAY)  # after which it is made anew

    with monkeypatch.context() as away:
        away.setattr(
            kept, "commitments", Mock(side_effect=OperationalError("the database went away"))
        )
        with pytest.raises(OperationalError):
            listed(desks)

    assert listed(desks) == computed(desks)


def test_who_comes_while_a_long_one_is_made_waits_no_longer_than_a_moment(db, monkeypatch):
    desks = Desks.opened()
    open_everything(desks)
    one = KeptList(desks.programme, journal, TODAY)
    began = time.monotonic()
    monkeypatch.setattr(kept, "PATIENCE_SECONDS", 0.3)

    with one._alone():  # somebody's request, which makes it
        with pytest.raises(BeingPutTogetherError):
            one.now()
        waited = time.monotonic() - began
        with pytest.raises(BeingPutTogetherError):
            one.now()

    assert waited >= 0.3
    assert one.now() == computed(desks)


def test_who_comes_while_a_short_one_is_made_gets_it(db, monkeypatch):
    desks = Desks.opened()
    open_everything(desks)
    one = KeptList(desks.programme, journal, TODAY)
    monkeypatch.setattr(kept, "PATIENCE_SECONDS", 60)
    taken = threading.Event()

    def another():
        with one._alone():
            taken.set()
            time.sleep(0.3)

    thread = threading.Thread(target=another)
    thread.start()
    taken.wait()
    assert one.now() == computed(desks)
    thread.join()


def test_a_recording_that_was_erased_is_asked_for_anew(db, monkeypatch):
    monkeypatch.setattr(sealing, "after_erasing", lambda _programme: None)
    desks = Desks.opened()
    open_everything(desks)
    (unheard,) = [one for one in listed(desks) if one.sort == "read-aloud"]
    desks.record(desks.seat(unheard.owed_by[0].id), closing(desks, unheard), on=TODAY)
    assert unheard not in listed(desks)

    table = journal.tables["version"].objects.filter(programme=desks.programme)
    read = table.get(id=unheard.key).recording
    desks.pen.record(PartShredded(entry=read, field="sha256", reason="Asked to"), on=TODAY)

    assert listed(desks) == computed(desks)
    assert [one.key for one in listed(desks) if one.sort == "read-aloud"] == [unheard.key]


def test_nobody_is_asked_to_listen_to_what_was_erased(db, monkeypatch):
    monkeypatch.setattr(sealing, "after_erasing", lambda _programme: None)
    desks = Desks.opened()
    open_everything(desks)
    (unheard,) = [one for one in listed(desks) if one.sort == "voice-listen"]

    desks.pen.record(PartShredded(entry=unheard.key, field="text", reason="Asked to"), on=TODAY)

    assert listed(desks) == computed(desks)
    sorts = {one.sort for one in listed(desks) if one.key == unheard.key}
    assert sorts == {"voice-screen"}
