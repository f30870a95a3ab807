"""The journal against a dict: append, append again, conflict, batches with bad rows, rebuild, check.

Each example writes in a programme of its own. `make long` looks longer.
"""

from copy import deepcopy
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from cairn.catalog import invariants, journal
from cairn.journal.checks import answers
from cairn.journal.entry import Draft, Receipt, Refused
from cairn.journal.fact import Fact
from cairn.journal.heads import position_of
from cairn.journal.journal import ConflictError, RefusedError
from cairn.money.facts import AccountOpened, MoneyConfirmed, MoneySent
from cairn.programme.facts import OrganisationJoined, OrganisationRole, PlaceAdded, PlaceLevel
from cairn.values import Money
from cast import Pen, named

OFFICE = OrganisationJoined(
    organisation="office", name=named("Office"), role=OrganisationRole.OFFICE
)

names = st.sampled_from(["a", "b", "c", "d"])
amounts = st.integers(1, 9).map(lambda minor: Money(minor=minor, currency="CNY"))

places = st.builds(
    PlaceAdded,
    place=names,
    name=st.just(named("Place")),
    level=st.just(PlaceLevel.VILLAGE),
    within=st.none() | st.just("nowhere"),
)
accounts = st.builds(
    AccountOpened,
    account=names,
    name=st.just(named("Account")),
    holder=st.just("office"),
    place=st.none() | names,
    currency=st.sampled_from(["CNY", "CNY", "USD"]),
)
sendings = st.builds(MoneySent, source=names, target=names, amount=amounts)


@dataclass
class Expected:
    """What a journal should know, in dicts."""

    drafts: dict[UUID, Draft] = field(default_factory=dict)
    positions: dict[UUID, int] = field(default_factory=dict)
    places: set[str] = field(default_factory=set)
    accounts: dict[str, str] = field(default_factory=dict)
    in_transit: dict[str, int] = field(default_factory=dict)

    def answer(self, draft: Draft, last: int) -> int | str:
        """The position a draft gets or has, else why not; and take it in."""
        if draft.id in self.drafts:
            same = self.drafts[draft.id] == draft
            return self.positions[draft.id] if same else "conflict"
        if not self._takes(draft):
            return "refused"
        self.drafts[draft.id] = draft
        self.positions[draft.id] = last + 1
        return last + 1

    def _takes(self, draft: Draft) -> bool:
        match draft.fact:
            case PlaceAdded(place=place, within=None) if place not in self.places:
                self.places.add(place)
                return True
            case AccountOpened(account=account, place=place, currency=currency) if (
                account not in self.accounts and (place is None or place in self.places)
            ):
                self.accounts[account] = currency
                return True
            case MoneySent(source=source, target=target, amount=amount) if (
                source != target
                and self.accounts.get(source) == self.accounts.get(target) == amount.currency
            ):
                self.in_transit[str(draft.id)] = amount.minor
                return True
            case MoneyConfirmed(movement=movement, amount=amount) if (
                amount.minor <= self.in_transit.get(movement, 0)
            ):
                self.in_transit[movement] -= amount.minor
                return True
        return False


class JournalAgainstDict(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.pen = Pen.opened()
        self.pen.record(OFFICE)
        self.before = 2
        self.expected = Expected()

    def last(self) -> int:
        return self.before + len(self.expected.drafts)

    def fact(self, data: st.DataObject) -> Fact:
        """Any fact; a confirmation names a movement there is, or one there is not."""
        movements = [*self.expected.in_transit, str(UUID(int=0))]
        confirmations = st.builds(
            MoneyConfirmed, movement=st.sampled_from(movements), amount=amounts
        )
        return data.draw(st.one_of(places, accounts, sendings, confirmations))

    def drafts(self, data: st.DataObject, *, least: int) -> list[Draft]:
        """New drafts, some sent before or earlier in the batch, some under an id already used."""
        batch: list[Draft] = []
        for _row in range(data.draw(st.integers(least, 6))):
            fresh = self.pen.draft(self.fact(data))
            batch.append(fresh)
            sent = [*self.expected.drafts.values(), *batch]
            old = data.draw(st.sampled_from(sent))
            other = Draft(old.id, fresh.happened_on, "somebody-else", fresh.fact)
            batch[-1] = data.draw(st.sampled_from([fresh, fresh, fresh, old, other]))
        return batch

    @rule(data=st.data())
    def append(self, data):
        draft = self.pen.draft(self.fact(data))
        expected = self.expected.answer(draft, self.last())
        if expected == "refused":
            with pytest.raises(RefusedError):
                self.pen.append(draft)
        else:
            assert self.pen.append(draft).position == expected

    @precondition(lambda self: self.expected.drafts)
    @rule(data=st.data())
    def append_again(self, data):
        draft = data.draw(st.sampled_from(list(self.expected.drafts.values())))

        assert self.pen.append(draft).position == self.expected.positions[draft.id]

    @precondition(lambda self: self.expected.drafts)
    @rule(data=st.data())
    def append_another_under_its_id(self, data):
        old = data.draw(st.sampled_from(list(self.expected.drafts.values())))
        with pytest.raises(ConflictError):
            self.pen.append(Draft(old.id, old.happened_on, "yet-somebody-else", self.fact(data)))

    @rule(data=st.data())
    def append_a_batch(self, data):
        drafts = self.drafts(data, least=0)
        expected = [self.expected.answer(draft, self.last()) for draft in drafts]

        verdicts = self.pen.batch(*drafts)

        assert [_answer(verdict) for verdict in verdicts] == expected

    @rule(data=st.data())
    def append_all_or_none(self, data):
        drafts = self.drafts(data, least=1)
        whole = deepcopy(self.expected)
        expected = [whole.answer(draft, self.before + len(whole.drafts)) for draft in drafts]
        refused = [answer for answer in expected if isinstance(answer, str)]

        verdicts = self.pen.batch(*drafts, all_or_none=True)

        assert [_answer(verdict) for verdict in verdicts] == (refused or expected)
        if not refused:
            self.expected = whole

    @rule()
    def rebuild(self):
        before = self.pen.tables()

        assert journal.rebuild(self.pen.programme) == self.last()
        assert self.pen.tables() == before

    @rule()
    def check(self):
        found = answers(journal, self.pen.programme, invariants=invariants)
        assert [answer for answer in found if answer.wrong] == []

    @invariant()
    def the_journal_is_as_long_as_the_dict(self):
        assert position_of(self.pen.programme) == self.last()

    def teardown(self):
        said = list(journal.facts(self.pen.programme, after=self.before))
        assert [each.position for each in said] == list(range(self.before + 1, self.last() + 1))
        assert [(each.id, each.fact) for each in said] == [
            (draft.id, draft.fact) for draft in self.expected.drafts.values()
        ]
        tables = self.pen.tables()
        assert {row["id"] for row in tables["place"]} == self.expected.places
        assert {row["id"] for row in tables["account"]} == self.expected.accounts.keys()
        assert {
            row["id"]: row["amount_minor"] - row["confirmed_minor"]
            for row in tables["movement"]
            if row["fact"] == MoneySent.kind
        } == self.expected.in_transit
        self.rebuild()


def _answer(verdict: Receipt | Refused) -> int | str:
    if isinstance(verdict, Receipt):
        return verdict.position
    return "conflict" if verdict.objections[0].field == "id" else "refused"


QUICK = settings(max_examples=6, stateful_step_count=15, phases=[Phase.generate])
"""Without shrinking, which takes minutes where each step asks a database."""


def test_the_journal_is_a_dict_that_keeps_its_word(db):
    run_state_machine_as_test(JournalAgainstDict, settings=QUICK)


@pytest.mark.long
def test_the_journal_is_a_dict_that_keeps_its_word_for_long(db):
    long = settings(max_examples=10, stateful_step_count=40)
    run_state_machine_as_test(JournalAgainstDict, settings=long)
