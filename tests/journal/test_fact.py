"""What a declaration gives: strict reading, few bytes, a sentence."""

from datetime import date

import pytest
from django.utils import translation
from pydantic import ValidationError

from cairn.catalog import journal
from cairn.journal.journal import RefusedError, UnknownKindError
from cairn.money.facts import GrantPledged, MoneySpent, PledgeChanged
from cairn.programme.facts import OrganisationJoined, OrganisationRole, PlaceAdded
from cast import cny, named

A_PLACE = '{"level":"village","name":{"en":"Qarasu"},"place":"qarasu"%s}'


def read(kind, body):
    return journal.fact(kind, body.encode())


def test_a_fact_is_read_from_json():
    fact = read("programme.place-added", A_PLACE % "")

    assert isinstance(fact, PlaceAdded)
    assert (fact.place, fact.within) == ("qarasu", None)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        (',"populace":900', "populace"),
        (',"within":7', "within"),
        (',"within":"two words"', "within"),
        (',"within":"-edge"', "within"),
        (',"name":{"en":"Qarasu","fr":"Qarasou"}', "name.fr"),
        (',"name":{}', "name"),
        (',"name":{"en":""}', "name.en"),
        (',"name":{"en":"Qara\\u0000su"}', "name.en"),
        (',"level":"hamlet"', "level"),
    ],
)
def test_what_was_not_asked_for_is_refused_by_its_field(more, field):
    with pytest.raises(RefusedError) as refused:
        read("programme.place-added", A_PLACE % more)
    assert [objection.field for objection in refused.value.objections] == [field]


@pytest.mark.parametrize(
    "amount",
    [
        '"100"',
        "100",
        '{"currency":"CNY"}',
        '{"currency":"CNY","minor":1.0}',
        '{"currency":"CNY","minor":"1"}',
        '{"currency":"CNY","minor":true}',
        '{"currency":"CNY","minor":0}',
        '{"currency":"CNY","minor":-1}',
        '{"currency":"CNY","minor":1000000000000001}',
        '{"currency":"cny","minor":1}',
        '{"currency":"YUAN","minor":1}',
        '{"currency":"XAU","minor":1}',
        '{"currency":"CNY","minor":1,"major":0}',
    ],
)
def test_an_amount_is_whole_minor_units_above_zero_in_a_currency(amount):
    body = f'{{"grant":"g","amount":{amount},"reason":"r"}}'

    with pytest.raises(RefusedError) as refused:
        read("money.pledge-changed", body)
    assert {objection.field.split(".")[0] for objection in refused.value.objections} == {"amount"}


@pytest.mark.parametrize("body", ["", "[]", "null", '"a"', "{", '{"place":"a"}'])
def test_what_is_no_fact_at_all_is_refused(body):
    with pytest.raises(RefusedError):
        read("programme.place-added", body)


def test_a_kind_nobody_declared_is_unknown():
    with pytest.raises(UnknownKindError):
        read("programme.resident-added", "{}")


def test_unanswered_questions_leave_no_bytes():
    fact = GrantPledged(grant="g", name=named("G"), sponsor="s", amount=cny("1.00"))

    assert fact.body() == {
        "grant": "g",
        "name": {"en": "G"},
        "sponsor": "s",
        "amount": {"currency": "CNY", "minor": 100},
    }


def test_a_fact_that_leaves_a_question_out_and_one_that_says_nothing_are_the_same():
    left_out = read("programme.place-added", A_PLACE % "")
    said_nothing = read("programme.place-added", A_PLACE % ',"within":null')

    assert left_out == said_nothing
    assert left_out.body() == said_nothing.body()


def test_what_one_keyboard_writes_in_two_signs_is_one_sign():
    fact = PledgeChanged(grant="g", amount=cny("1.00"), reason="cafe\u0301")

    assert fact.reason == "café"


def test_an_id_stays_as_short_in_form_c_as_its_column_is():
    takes_three = "\ufb2c" * 64  # each becomes three in form C

    with pytest.raises(ValidationError, match="64"):
        OrganisationJoined(organisation=takes_three, name=named("O"), role=OrganisationRole.OFFICE)


def test_a_fact_cannot_be_changed():
    fact = PledgeChanged(grant="g", amount=cny("1.00"), reason="r")

    with pytest.raises(ValidationError, match="frozen"):
        fact.reason = "another"


def test_digits_of_a_rate_are_those_that_every_reader_knows():
    body = (
        '{"source":"a","target":"b","grant":"g","rate":"٧.١١",'
        '"amount":{"currency":"USD","minor":1},"arrived":{"currency":"CNY","minor":7}}'
    )

    with pytest.raises(RefusedError) as refused:
        read("money.money-exchanged", body)
    assert [objection.field for objection in refused.value.objections] == ["rate"]


def test_a_fact_tells_itself_in_a_sentence():
    fact = MoneySpent(account="office", project="well", amount=cny("1234.50"))

    assert fact.told() == "office spent CNY 1234.50 on well."


def test_a_sentence_takes_its_texts_in_the_language_of_the_reader():
    fact = GrantPledged(
        grant="g",
        name={"en": "Wells", "zh-hans": "水井"},
        sponsor="s",
        amount=cny("1.00"),
        until=date(2026, 6, 30),
    )

    with translation.override("zh-hans"):
        assert "水井" in fact.told("zh-hans")
    assert "水井" in fact.told("ug")  # which who reads Uyghur in China reads, too
    assert "Wells" in fact.told("ky")
