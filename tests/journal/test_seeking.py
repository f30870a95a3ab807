"""Finding things by what they are called: in Chinese of two signs, in Uyghur, in Kyrgyz."""

import pytest

from cairn.catalog import journal
from cairn.journal import seeking
from cairn.programme.facts import OrganisationJoined, OrganisationRole, PlaceRenamed
from cairn.values import Text
from cast import Pen, assemble

PUMP = Text(
    en="Deep-well Pump",
    zh_hans="喀拉苏村机井水泵",
    ug="چوڭقۇر قۇدۇق پومپىسى",
    ky="Терең кудуктун насосу",
)


@pytest.fixture
def named_once(cast):
    cast.record(
        OrganisationJoined(organisation="pump-7", name=PUMP, role=OrganisationRole.CONTRACTOR)
    )
    return cast


def found(pen, asked):
    return [id_ for _called, id_ in seeking.found(pen.programme, asked, most=50)]


@pytest.mark.parametrize(
    "asked",
    [
        "水泵",
        "机井",
        "泵",
        "喀拉苏村机井",
        "机井 水泵",
        "قۇدۇق",
        "Кудук",
        "терең",
        "PUMP",
        "deep pum",
        "pump-7",
    ],
)
def test_a_thing_is_found_by_part_of_what_it_is_called(named_once, asked):
    assert "pump-7" in found(named_once, asked)


@pytest.mark.parametrize(
    "asked", ["泵井", "水机", "pumps", "eep", "", "  ", '"', "'", "*", "AND", ") OR ("]
)
def test_nothing_else_is_found_and_no_sign_of_a_query_language_is_one(named_once, asked):
    assert "pump-7" not in found(named_once, asked)


def test_the_nearest_name_comes_first(named_once):
    named_once.record(
        OrganisationJoined(organisation="p", name=Text(en="Pump"), role=OrganisationRole.CONTRACTOR)
    )

    assert found(named_once, "pump") == ["p", "pump-7"]


def test_what_is_called_otherwise_is_found_by_its_new_name_only(cast):
    cast.record(PlaceRenamed(place="石桥村", name=Text(en="Granite Ford")))

    assert found(cast, "granite") == ["石桥村"]
    assert found(cast, "stone") == []


def test_a_programme_finds_its_own(named_once):
    other = Pen.opened()
    assemble(other)

    assert found(other, "pump") == []


def test_the_index_is_the_same_when_the_read_models_are_folded_anew(named_once):
    before = found(named_once, "qarasu")

    journal.rebuild(named_once.programme)

    assert found(named_once, "qarasu") == before
    assert len(before) >= 3


def test_chinese_is_cut_into_signs_and_pairs():
    assert list(seeking.words("井A水井2")) == ["井", "a", "水", "井", "水井", "2"]
