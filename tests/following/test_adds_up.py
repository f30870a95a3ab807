"""Whatever the journal takes, the trace takes; and what pages show adds up against the trace.

A journal of random movements, many of them refused, is followed by each policy and every page is
held against the obvious trace of trace/reference.py.
"""

from collections import Counter
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from cairn.following import queries
from cairn.following.columns import read_columns
from cairn.following.snapshot import bring_up_to_date
from cairn.journal.entry import Receipt
from cairn.journal.heads import position_of
from cairn.money.facts import (
    BankFeeCharged,
    InterestReceived,
    MoneyConfirmed,
    MoneyReceived,
    MoneyReturned,
    MoneySent,
    MoneySpent,
    MovementReversed,
    OpeningBalanceStated,
    SendingVoided,
)
from cairn.programme.facts import PolicyChosen
from cairn.trace import reference
from cairn.trace.policy import Kind, Policy
from cairn.values import Money
from cast import DAY, Pen, assemble

TODAY = date(2025, 6, 30)
ACCOUNTS = ("county-office", "qarasu-committee", "石桥村委会")
GRANTS = ("water-2025", "seeds-2025")

accounts = st.sampled_from(ACCOUNTS)
grants = st.sampled_from(GRANTS)
named = st.none() | grants
amounts = st.integers(1, 9).map(lambda yuan: Money(minor=yuan * 100, currency="CNY"))


@st.composite
def steps(draw):
    """A list of (what to record, day); a number stands for the movement recorded so-many-th."""
    kinds = st.sampled_from(
        [
            "receive",
            "send",
            "send",
            "confirm",
            "confirm",
            "void",
            "spend",
            "spend",
            "return",
            "reverse",
            "fee",
            "interest",
            "opening",
        ]
    )
    size = draw(st.integers(1, 25))
    return [
        (
            draw(kinds),
            draw(st.integers(0, 6)),
            draw(accounts),
            draw(accounts),
            draw(amounts),
            draw(named),
            draw(st.integers(0, 30)),
        )
        for _ in range(size)
    ]


def fact(step, movements):
    kind, _day, source, target, amount, grant, pick = step
    of = movements[pick % len(movements)] if movements else "0" * 36
    return {
        "receive": lambda: MoneyReceived(grant=grant or GRANTS[0], account=source, amount=amount),
        "send": lambda: MoneySent(source=source, target=target, amount=amount, grant=grant),
        "confirm": lambda: MoneyConfirmed(movement=of, amount=amount),
        "void": lambda: SendingVoided(movement=of, reason="closed"),
        "spend": lambda: MoneySpent(
            account=source, project="qarasu-well", amount=amount, grant=grant
        ),
        "return": lambda: MoneyReturned(
            source=source, target=target, amount=amount, grant=grant, reason="left"
        ),
        "reverse": lambda: MovementReversed(movement=of, reason="twice"),
        "fee": lambda: BankFeeCharged(account=source, amount=amount),
        "interest": lambda: InterestReceived(account=source, amount=amount),
        "opening": lambda: OpeningBalanceStated(account=source, amount=amount, grant=grant),
    }[kind]()


def recorded(pen, chosen):
    """Offer each step to the journal; keep what it took."""
    movements = []
    for step in chosen:
        draft = pen.draft(fact(step, movements), on=DAY + timedelta(step[1]))
        (verdict,) = pen.batch(draft)
        if isinstance(verdict, Receipt):
            movements.append(str(draft.id))


@pytest.mark.parametrize("policy", list(Policy))
@given(chosen=steps())
@hypothesis_settings(max_examples=8)
def test_pages_add_up_against_the_trace_of_whatever_the_journal_takes(db, policy, chosen):
    _adds_up(policy, chosen)


@pytest.mark.long
@pytest.mark.parametrize("policy", list(Policy))
@given(chosen=steps())
@hypothesis_settings(max_examples=30)
def test_pages_add_up_for_long(db, policy, chosen):
    _adds_up(policy, chosen)


def _adds_up(policy, chosen):
    pen = Pen.opened()
    assemble(pen)
    pen.record(PolicyChosen(policy=policy))
    recorded(pen, chosen)

    bring_up_to_date(pen.programme)
    coded = read_columns(pen.programme, position_of(pen.programme))
    movements = coded.columns.movements(
        accounts=len(coded.accounts.names), grants=len(coded.grants.names)
    )

    assert not reference.objections(movements)
    trace = reference.trace(movements, policy)
    _grants_add_up(pen.programme, coded, trace)
    _accounts_add_up(pen.programme, coded, trace)
    _projects_add_up(pen.programme, coded, trace)
    _stages_add_up(pen.programme)


def _grants_add_up(programme, coded, trace):
    names = [*coded.grants.names, ("unexplained", "CNY")]
    for code, (grant, _currency) in enumerate(names):
        if not trace.totals.received[code]:
            continue
        page = queries.follow_grant(programme=programme, grant=grant, today=TODAY)
        into_projects = sum(share.amount for share in page.shares)
        out = sum(edge.amount for edge in page.edges if edge.kind == Kind.SPEND)
        assert into_projects == out == trace.totals.spent[code]
        assert sum(row.standing for row in page.standing) == trace.totals.standing[code]
        assert sum(row.in_transit for row in page.standing) == trace.totals.in_transit[code]
        assert sum(edge.in_transit for edge in page.edges) == trace.totals.in_transit[code]
        if code < len(coded.grants.names):
            row = page.row
            assert row.received == row.standing + row.in_transit + row.spent
            assert row.received == sum(e.amount for e in page.edges if e.kind == Kind.RECEIVE)
            assert row.breach == sum(share.breach for share in page.shares)


def _accounts_add_up(programme, coded, trace):
    arisen = Counter()
    for account in ACCOUNTS:
        page = queries.follow_account(programme=programme, account=account, size=1000)
        here = trace.standing.account == coded.accounts.codes.get((account, "CNY"), -1)
        coming = trace.standing.in_transit
        assert page.row.standing == trace.standing.amount[here & ~coming].sum()
        assert page.row.in_transit == trace.standing.amount[here & coming].sum()
        assert sum(part.amount for part in page.standing) == page.row.standing
        for line in page.lines:
            if not line.reversed:
                assert sum(part.amount for part in line.parts) == line.came_in + line.went_out
        balance = page.lines[0].balance if page.lines else 0
        arisen["here"] += page.row.standing - balance
        assert page.row.standing >= balance
    totals = queries.programme_totals(programme=programme, today=TODAY)
    openings = sum(
        int(amount)
        for kind, source, amount, gone in zip(
            coded.columns.kind,
            coded.columns.source,
            coded.columns.amount,
            trace.reversed,
            strict=True,
        )
        if kind == Kind.MOVE and coded.accounts.names[source][0] == "~opening" and not gone
    )
    assert sum(row.arisen for row in totals.unexplained) == arisen["here"] + openings


def _projects_add_up(programme, coded, trace):
    page = queries.follow_project(
        programme=programme, project="qarasu-well", today=TODAY, size=1000
    )
    code = coded.projects.codes.get(("qarasu-well", "CNY"), -1)
    paid = (coded.columns.kind == Kind.SPEND) & (coded.columns.target == code) & ~trace.reversed
    assert page.row.spent == np.sum(coded.columns.amount[paid])
    assert page.row.spent == sum(share.amount for share in page.shares)
    assert page.row.spent == sum(pay.amount for pay in page.payments if not pay.reversed)
    for payment in page.payments:
        parts = sum(part.amount for part in payment.parts)
        assert parts == (0 if payment.reversed else payment.amount)


def _stages_add_up(programme):
    for stages in queries.programme_totals(programme=programme, today=TODAY).stages:
        assert stages.received >= stages.sent >= stages.confirmed >= stages.spent
        assert stages.spent >= stages.evidenced
