"""Whatever an office sets up for residents to choose from is refused where it asks about people; the rest is a list in the code."""

import json
from enum import Enum
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn import lexicon
from cairn.catalog import journal
from cairn.journal.fact import Ask, Fact
from cairn.journal.projection import Recorded
from cast import named

SET_UP = {"category", "question", "choice", "theme", "subject"}
"""Tables of what residents choose from, where an office may add to it."""

NUMBERS = count(1)
ABOUT_PEOPLE = list(lexicon.terms())

dressed = st.builds(
    lambda before, term, after, change: f"{before} {change(term)} {after}",
    st.sampled_from(["", "Your", "您的", "Сиздин", "سىزنىڭ"]),
    st.sampled_from([term.removesuffix(".") for _topic, _language, term in ABOUT_PEOPLE]),
    st.sampled_from(["", "?", "(optional)", "。"]),
    st.sampled_from(
        [
            str,
            str.upper,
            str.title,
            lambda text: text.replace(" ", "-"),
            "\u200b".join,
        ]
    ),
)


@given(dressed)
@settings(max_examples=300)
def test_a_word_about_people_is_found_however_it_is_dressed(text):
    assert lexicon.topics_in(text)


@given(st.text(alphabet="abcdefgh 水路桥电", max_size=30))
def test_what_is_about_nothing_of_people_passes(text):
    assert lexicon.topics_in(text) == frozenset()


def bringing() -> list[str]:
    """The kinds with which an office adds to what residents choose from."""
    return [
        kind.kind
        for kind in journal.kinds.values()
        if SET_UP & {called for _field, called in kind.brings()}
    ]


@given(text=dressed)
@settings(max_examples=25)
def test_what_is_set_up_for_residents_is_refused_where_it_asks_about_people(cast, text):
    assert bringing() == ["voice.category-offered"]
    for kind in map(journal.kinds.get, bringing()):
        said = {name: None for name, field in kind.model_fields.items() if not field.is_required()}
        said |= {field: f"new-{next(NUMBERS)}" for field, _table in kind.brings()}
        fact = kind.model_validate_json(json.dumps(kind.example))
        fact = fact.model_copy(update={**said, "name": named(text)})

        assert "name" in cast.objections(fact), kind.kind


ASKS = ("question", "choices")
"""The answers of a post that residents are asked."""


def asking() -> list[type[Fact]]:
    """The kinds with which an office asks residents a question in its own words."""
    return [kind for kind in journal.kinds.values() if set(ASKS) <= set(kind.model_fields)]


@given(text=dressed)
@settings(max_examples=10)
def test_a_question_of_an_offices_own_is_refused_where_it_asks_about_people(cast, text):
    assert asking(), "an office asks by a notice"
    for kind in asking():
        fact = kind.model_validate_json(json.dumps(kind.example))
        fact = fact.model_copy(update={"question": text, "choices": f"A tap\n{text}"})
        draft = cast.draft(fact)
        said = Recorded(cast.programme, 1, draft.id, draft.happened_on, cast.now, draft.post, fact)
        rules = [rule for rule in journal.rules[kind] if "about_things" in rule.__name__]
        found = {objection.field for rule in rules for objection in rule(said, None)}

        assert found == set(ASKS), kind.kind


def test_whatever_else_is_chosen_from_is_a_list_in_the_code():
    """A choice is an enumeration, which line 2 looks through, or names a thing on record."""
    for kind in journal.kinds.values():
        named_there = {field for field, _table in (*kind.references(), *kind.brings())}
        for name, field in kind.model_fields.items():
            if name in (SET_UP - {"question"}) | {
                "themes",
                "help",
                "form",
                "role",
                "condition",
                "finding",
                "outcome",
            }:
                assert name in named_there or _is_list(field.annotation), f"{kind.kind}.{name}"


def _is_list(annotation) -> bool:
    if isinstance(annotation, type):
        return issubclass(annotation, Enum)
    return any(_is_list(part) for part in getattr(annotation, "__args__", ()))


@pytest.mark.parametrize("kind", journal.kinds.values(), ids=journal.kinds)
def test_no_office_adds_questions_of_its_own(kind):
    """A fact asks what its declaration asks, and refuses whatever else is sent."""
    assert kind.model_config["extra"] == "forbid"
    for field in kind.model_fields.values():
        assert any(isinstance(mark, Ask) for mark in field.metadata)
    assert not any("dict" in str(field.annotation).lower() for field in kind.model_fields.values())


HELD_BY = ("tests/contract/test_kinds.py::test_what_a_kind_does_not_ask_is_refused",)
