"""What was known at a position is what a rebuild at that moment would have made, figures and all.

And whoever asks for many pasts grows nothing: few are kept, few wait, the rest is dropped.
"""

import os
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from cairn.catalog import invariants, journal
from cairn.exchange.sheets.record import NoProgrammeError, OnRecord
from cairn.following import pasts, queries
from cairn.following.home import home_of
from cairn.following.pasts import KEPT, REST_SECONDS, WAITING, TooManyPastsError
from cairn.following.queries.reading import read
from cairn.following.snapshot import NotTracedYetError, bring_up_to_date
from cairn.journal.checks import answers, programmes
from cairn.journal.heads import position_of
from cairn.journal.journal import ProgrammeIdError
from cairn.journal.past import Past, day_in, programme_of
from cairn.money.facts import MoneyReceived
from cairn.programme.facts import PolicyChosen
from cairn.trace.policy import Policy
from cairn.values import UnknownThingError
from cast import DAY, OPENED, OPENING, Pen, assemble, cny, named
from following.test_adds_up import ACCOUNTS, GRANTS, TODAY, fact, steps

LATER = 1e10
"""A moment at which whatever was made has been kept for long."""


@pytest.fixture
def folder(settings, tmp_path):
    """An installation's folder of its own."""
    settings.CAIRN_DIR = tmp_path
    return tmp_path


def figures(key):
    """Everything that pages say of a programme, or of a past of one, but its key and how it reads."""
    asked = {"programme": key}
    totals = queries.programme_totals(**asked, today=TODAY)
    nameless = {"programme": named("-"), "as_of": None}
    return {
        "totals": replace(totals, **nameless),
        "projects": queries.projects(**asked, today=TODAY),
        "accounts": queries.accounts(**asked),
        "in transit": queries.in_transit(**asked, today=TODAY),
        "exceptions": queries.exceptions(**asked),
        "counts": queries.exception_counts(**asked),
        "backdated": queries.backdated(**asked),
        "reversals": queries.reversals(**asked),
        "late": queries.late(**asked),
        "followed": [
            replace(queries.follow_grant(**asked, grant=grant, today=TODAY), **nameless)
            for grant in GRANTS
        ],
        "statements": [
            replace(queries.follow_account(**asked, account=account), **nameless)
            for account in ACCOUNTS
        ],
        "well": replace(
            queries.follow_project(**asked, project="qarasu-well", today=TODAY), **nameless
        ),
    }


def rows_under(key):
    """Every read model, as it stands under a key, without the key."""
    return {
        called: [
            {name: value for name, value in row.items() if name != "programme"}
            for row in table.objects.filter(programme=key).order_by("id").values()
        ]
        for called, table in journal.tables.items()
    }


class PastsAgainstWhatWas(RuleBasedStateMachine):
    """Record, look, record more: a past of any position seen is what was seen then."""

    def __init__(self):
        super().__init__()
        self.pen = Pen.opened()
        assemble(self.pen)
        self.movements: list[str] = []
        self.seen: dict[int, tuple[dict, dict]] = {}

    @rule(chosen=steps())
    def record(self, chosen):
        for step in chosen:
            draft = self.pen.draft(fact(step, self.movements), on=DAY)
            (verdict,) = self.pen.batch(draft)
            if hasattr(verdict, "position"):
                self.movements.append(str(draft.id))

    @rule(policy=st.sampled_from(list(Policy)))
    def choose_a_policy(self, policy):
        self.pen.record(PolicyChosen(policy=policy))

    @rule()
    def look(self):
        bring_up_to_date(self.pen.programme)
        position = position_of(self.pen.programme)
        self.seen[position] = rows_under(self.pen.programme), figures(self.pen.programme)

    @precondition(lambda self: self.seen)
    @rule(data=st.data())
    def look_back(self, data):
        """After one more receipt at least, which no past may show."""
        position = data.draw(st.sampled_from(sorted(self.seen)))
        self.pen.record(
            MoneyReceived(grant=GRANTS[0], account=ACCOUNTS[0], amount=cny("5.00")), on=DAY
        )
        past = Past(self.pen.programme, position)
        pasts.make(journal, past)

        rows, shown = self.seen[position]
        assert rows_under(past.key) == rows
        assert figures(past.key) == shown

    @precondition(lambda self: self.seen)
    @rule()
    def rebuild(self):
        journal.rebuild(self.pen.programme)

        assert journal.pasts(self.pen.programme) == []


QUICK = hypothesis_settings(max_examples=6, stateful_step_count=10, phases=[Phase.generate])


def test_a_past_is_what_was_known_then(db, folder):
    run_state_machine_as_test(PastsAgainstWhatWas, settings=QUICK)


@pytest.mark.long
def test_a_past_is_what_was_known_then_for_long(db, folder):
    long = hypothesis_settings(max_examples=8, stateful_step_count=25, phases=[Phase.generate])
    run_state_machine_as_test(PastsAgainstWhatWas, settings=long)


# Keys

slugs = st.from_regex(r"\A[a-z0-9石][a-z0-9.\-桥]{0,20}[a-z0-9]\Z")


@given(slugs, st.integers(1, 10**15))
def test_a_key_is_read_as_it_is_written(programme, position):
    past = Past(programme, position)

    assert Past.parse(past.key) == past
    assert programme_of(past.key) == programme
    assert Past.parse(programme) is None


@pytest.mark.parametrize("key", ["p", "p@", "p@0", "p@007", "p@-1", "p@5x", "p@５", "p@2025-06-30"])
def test_what_is_no_past_of_a_position(key):
    assert Past.parse(key) is None


def test_a_key_may_name_a_day():
    assert day_in("p@2025-06-30") == date(2025, 6, 30)
    assert [day_in(key) for key in ("p", "p@5", "p@2025-02-30", "p@20250630")] == [None] * 4


def test_a_past_takes_no_facts_and_is_no_programme(cast, folder):
    past = Past(cast.programme, 3)
    pasts.make(journal, past)

    with pytest.raises(ProgrammeIdError):
        Pen(past.key).record(PolicyChosen(policy=Policy.FIFO))
    with pytest.raises(NoProgrammeError) as refused:
        OnRecord(past.key, answers={})
    assert f"there is ‘{cast.programme}’" in str(refused.value)
    assert past.key not in programmes()
    assert past.key not in [one.id for one in queries.programmes()]


def test_check_holds_beside_a_past_and_rebuild_drops_it(cast, folder):
    past = Past(cast.programme, 5)
    pasts.make(journal, past)

    found = list(answers(journal, cast.programme, invariants=invariants))
    assert [answer for answer in found if answer.wrong] == []
    journal.rebuild(cast.programme)
    assert not any(rows_under(past.key).values())
    with pytest.raises(NotTracedYetError):
        read(past.key)


def test_a_position_that_is_not_on_record_has_no_past(cast, folder):
    last = position_of(cast.programme)

    assert position_of(f"{cast.programme}@{last}") == last
    assert position_of(f"{cast.programme}@{last + 1}") == 0
    with pytest.raises(UnknownThingError):
        pasts.want(Past(cast.programme, last + 1))


# Days

OTHER_DAYS = {
    datetime(2025, 3, 10, 15, 59, 59, tzinfo=UTC): date(2025, 3, 10),
    datetime(2025, 3, 10, 16, 0, 0, tzinfo=UTC): date(2025, 3, 11),  # in Asia/Shanghai
    datetime(2025, 3, 31, 2, 0, 0, tzinfo=UTC): date(2025, 3, 31),
}


@pytest.fixture
def dated(db, folder):
    """A programme of which one fact was recorded at each of these moments."""
    pen = Pen(now=datetime(2025, 3, 1, tzinfo=UTC))
    pen.record(OPENING, on=OPENED)
    for moment in OTHER_DAYS:
        pen.now = moment
        pen.record(PolicyChosen(policy=Policy.FIFO), on=OPENED)
    return pen.programme


@pytest.mark.parametrize(
    ("day", "position"),
    [
        (date(2025, 3, 1), 1),
        (date(2025, 3, 9), 1),
        (date(2025, 3, 10), 2),
        (date(2025, 3, 11), 3),
        (date(2025, 3, 30), 3),
        (date(2025, 3, 31), 4),
        (date(2030, 1, 1), 4),
        (date.max, 4),
    ],
)
def test_a_day_is_over_where_the_programme_is(dated, day, position):
    assert pasts.past_on(journal, dated, day) == Past(dated, position)


def test_before_the_first_fact_nothing_was_known(dated):
    with pytest.raises(UnknownThingError):
        pasts.past_on(journal, dated, date(2025, 2, 28))


def test_recordings_know_the_day_that_it_was_where_the_programme_is(dated):
    bring_up_to_date(dated)
    recorded = read(dated).snapshot.recorded

    assert [date.fromordinal(day) for day in recorded.on.tolist()][1:] == list(OTHER_DAYS.values())


# Few are kept


def made(cast):
    return {past.position for past in journal.pasts(cast.programme) if pasts.is_made(past)}


def work(now=LATER):
    return pasts.work_once(journal, between=lambda: None, now=now)


def touched(folder, past, at):
    os.utime(folder / "pasts" / past.key, (at, at))


def test_a_past_that_is_wanted_is_made_by_the_worker(cast, folder):
    past = Past(cast.programme, 7)
    pasts.want(past)
    with pytest.raises(NotTracedYetError):
        read(past.key)

    assert work(now=0.0) == 1
    assert read(past.key).as_of.position == 7
    assert work(now=0.0) == 0


def test_the_present_does_not_wait_while_a_past_is_made(cast, folder):
    cast.batch(*(cast.draft(PolicyChosen(policy=Policy.FIFO)) for _each in range(1100)))
    pasts.want(Past(cast.programme, 1100))
    looked = []

    pasts.work_once(journal, between=lambda: looked.append(1))

    assert len(looked) == 2


def test_a_flood_of_wishes_grows_nothing(cast, folder):
    for position in range(1, KEPT + WAITING + 1):
        pasts.want(Past(cast.programme, position))
    for position in range(KEPT + WAITING + 1, 19):
        with pytest.raises(TooManyPastsError):
            pasts.want(Past(cast.programme, position))

    for _turn in range(3 * KEPT):
        work()
        for path in (folder / "pasts").glob("*@*"):
            os.utime(path)
    assert len(made(cast)) <= KEPT
    assert len(list((folder / "pasts").glob("*@*"))) <= KEPT + WAITING
    assert len(list(home_of("").glob("*@*"))) <= KEPT


def test_the_one_asked_for_longest_ago_makes_room(cast, folder):
    for position in range(1, KEPT + 1):
        pasts.want(Past(cast.programme, position))
        work(now=0.0)
    for position in range(1, KEPT + 1):
        touched(folder, Past(cast.programme, position), LATER - position)
    newest = Past(cast.programme, 9)
    pasts.want(newest)
    touched(folder, newest, LATER)

    assert work() == 1
    assert made(cast) == {*range(1, KEPT), 9}
    assert not any(rows_under(f"{cast.programme}@{KEPT}").values())


def test_what_was_made_a_moment_ago_is_kept_whoever_asks(cast, folder):
    now = (folder / "pasts").parent.stat().st_mtime
    for position in range(1, KEPT + 2):
        pasts.want(Past(cast.programme, position))
    while work(now=now):
        pass

    assert len(made(cast)) == KEPT
    assert work(now=now + REST_SECONDS / 2) == 0


def test_a_wish_that_nobody_repeats_is_forgotten(cast, folder):
    past = Past(cast.programme, 3)
    pasts.want(past)
    touched(folder, past, LATER - 2 * REST_SECONDS)

    assert work() == 0
    assert not (folder / "pasts" / past.key).exists()


def test_rows_and_traces_of_no_past_that_is_kept_are_dropped(cast, folder):
    past = Past(cast.programme, 3)
    pasts.make(journal, past)  # as by a process that died, or in a database put back from a backup

    work()

    assert journal.pasts() == []
    assert not home_of(past.key).exists()


def test_a_past_whose_trace_was_lost_is_made_again(cast, folder):
    past = Past(cast.programme, 6)
    pasts.want(past)
    work(now=0.0)
    before = rows_under(past.key)
    for path in home_of(past.key).iterdir():
        path.rename(path.with_name("lost")) if path.is_dir() else path.unlink()

    assert work(now=0.0) == 1
    assert rows_under(past.key) == before


def test_facts_recorded_later_change_no_past(cast, folder):
    cast.record(MoneyReceived(grant="water-2025", account="county-office", amount=cny("5.00")))
    past = Past(cast.programme, position_of(cast.programme))
    pasts.make(journal, past)
    before = figures(past.key)

    cast.record(MoneyReceived(grant="water-2025", account="county-office", amount=cny("7.00")))
    bring_up_to_date(cast.programme)

    assert figures(past.key) == before
    assert figures(cast.programme) != before
