"""Names outlive a reading: they are always what the tables hold, and read again only where a fact wrote a row."""

from types import FunctionType

import pytest
from django.db import transaction

from cairn.catalog import journal
from cairn.following.home import home_of, make_anew
from cairn.following.queries import names
from cairn.following.queries.names import CHANGED_BY, OF, Names, names_at
from cairn.journal.heads import position_of
from cairn.money.facts import AccountOpened, MoneyReceived, PledgeChanged
from cairn.programme.facts import (
    LegalForm,
    OrganisationIdentified,
    OrganisationJoined,
    OrganisationRole,
    PlaceAdded,
    PlaceLevel,
    PlaceLocated,
    PlaceMerged,
    PlaceRenamed,
)
from cairn.programme.models import Place
from cast import Pen, cny, named

NAMING = (
    PlaceAdded(place="ulugh", name=named("Ulugh"), level=PlaceLevel.VILLAGE, within="hongliu"),
    PlaceRenamed(place="ulugh", name=named("Great Ulugh")),
    PlaceLocated(place="ulugh", north=4130, east=7600),
    PlaceMerged(place="石桥村", successor="qarasu"),
    OrganisationJoined(
        organisation="sappers", name=named("Sappers"), role=OrganisationRole.CONTRACTOR
    ),
    OrganisationIdentified(
        organisation="sappers",
        ref="CN-USCI-11650000MB0000001X",
        legal_form=LegalForm.LOCAL_GOVERNMENT,
    ),
    AccountOpened(account="till", name=named("Till"), holder="county-office", currency="CNY"),
    PledgeChanged(grant="water-2025", amount=cny("900000.00"), reason="Less"),
)
A_RECEIPT = MoneyReceived(grant="water-2025", account="county-office", amount=cny("5.00"))


@pytest.fixture(autouse=True)
def _nothing_kept():
    names._kept.clear()


def now(pen):
    """The names that a reading has."""
    return names_at(pen.programme, position_of(pen.programme))


def said_by(found):
    """All that names say, with what is made of them."""
    rows = [
        {id_: vars(row) | {"_state": None} for id_, row in table.items()}
        for table in (found.places, found.grants)
    ]
    trees = {id_: (found.parts_of(id_), found.within(id_)) for id_ in found.places}
    return *rows, trees, found.organisations, found.accounts


def everything(pen):
    return said_by(Names(pen.programme))


def test_every_step_that_writes_a_row_is_known():
    """By the tables that the code of each step, and what it calls in its module, speaks of."""
    called = {table.__name__: table for table in CHANGED_BY}
    found = {table: set() for table in CHANGED_BY}
    for kind, steps in journal.steps.items():
        for name in set().union(*map(_spoken_of, steps)) & called.keys():
            found[called[name]].add(kind)

    assert found == CHANGED_BY
    assert OF.keys() == CHANGED_BY.keys()
    in_words_of_today = (one for one in journal.kinds.values() if one.has_successor())
    assert not set().union(*CHANGED_BY.values()) & {
        type(one.model_validate(one.example).upcast()) for one in in_words_of_today
    }, "the kind in which an entry was written stands in its column"


def _spoken_of(step, known=frozenset()):
    said = set(step.__code__.co_names)
    helpers = (step.__globals__.get(name) for name in sorted(said))
    for one in helpers:
        inside = isinstance(one, FunctionType) and one.__module__ == step.__module__
        if inside and one not in known:
            said |= _spoken_of(one, known | {one})
    return said


@pytest.mark.parametrize("looked_before", [True, False])
def test_names_are_what_the_tables_hold_after_each_fact(cast, looked_before):
    for fact in NAMING:
        if looked_before:
            said_by(now(cast))
        cast.record(fact)
        assert said_by(now(cast)) == everything(cast), fact
    assert "石桥村" in now(cast).within("qarasu")
    assert now(cast).parts_of("no-such-place") == [""]
    assert now(cast).within("no-such-place") == []


def test_what_no_fact_wrote_is_not_read_again(cast, django_assert_num_queries):
    said_by(now(cast))
    before = now(cast)
    cast.record(A_RECEIPT)
    with django_assert_num_queries(2):  # how far the journal reaches, and what came
        assert now(cast) is before

    cast.record(NAMING[4])
    with django_assert_num_queries(3):
        said_by(now(cast))
    assert now(cast).places is before.places
    assert now(cast).organisations is not before.organisations
    assert "sappers" not in before.organisations


def test_what_was_rolled_back_was_never_said(cast):
    said_by(now(cast))
    with transaction.atomic():
        cast.record(NAMING[4])
        assert "sappers" in now(cast).organisations
        transaction.set_rollback(True)
    cast.record(A_RECEIPT)

    assert said_by(now(cast)) == everything(cast)


def test_after_very_many_facts_all_is_read_again(cast, monkeypatch):
    monkeypatch.setattr(names, "MANY", 3)
    said_by(now(cast))
    cast.record(NAMING[4])
    for _ in range(4):
        cast.record(A_RECEIPT)

    assert said_by(now(cast)) == everything(cast)


def test_a_copy_that_lags_reads_for_itself_and_takes_nothing_from_others(cast):
    said_by(now(cast))
    newest = now(cast)
    behind = names_at(cast.programme, position_of(cast.programme) - 1)

    assert behind is not newest
    assert now(cast) is newest
    assert names_at(cast.programme, position_of(cast.programme) + 5) is not newest
    assert now(cast) is newest


def test_after_a_rebuild_all_is_read_again(cast):
    now(cast)
    Place.objects.filter(programme=cast.programme, id="qarasu").update(name={"en": "Damaged"})
    assert now(cast).places["qarasu"].name == {"en": "Damaged"}
    journal.rebuild(cast.programme)
    home_of(cast.programme).mkdir(parents=True)
    make_anew(cast.programme)

    assert said_by(now(cast)) == everything(cast)
    assert now(cast).places["qarasu"].name == {"en": "Qarasu"}


def test_a_past_has_names_of_its_own(cast):
    at = position_of(cast.programme)
    cast.record(NAMING[4])
    key = f"{cast.programme}@{at}"

    assert names_at(key, at) is not names_at(key, at)
    assert names._kept.keys() <= {cast.programme}


def test_so_many_programmes_are_kept_and_no_more(db, monkeypatch):
    monkeypatch.setattr(names, "KEPT", 2)
    pens = [Pen.opened() for _ in range(3)]
    found = [now(pen) for pen in pens]

    assert list(names._kept) == [pen.programme for pen in pens[1:]]
    assert now(pens[2]) is found[2]
