"""A lexicon in five writings is looked for in names, choices, forms, pages, catalogues and what describes facts.

What it finds is allowed only by a line of allowed.csv, with its reason.
"""

from collections.abc import Iterator
from enum import Enum

import pytest
from django import forms
from django.apps import apps
from django.conf import settings
from django.urls import get_resolver

from cairn import lexicon
from cairn.catalog import journal
from cairn.web.desk import forms as desk_forms
from cairn.web.words import GLOSSARY
from guarantees.there import (
    SOURCE,
    api_fields,
    is_here,
    read,
    said_in_catalogues,
    table_fields,
    templates,
)
from people.test_rights import routes

TOPICS = {
    "ethnicity",
    "religion",
    "politics",
    "health",
    "biometrics",
    "caste",
    "sexuality",
    "rating of people",
    "residents by name",
}
WRITINGS = {"en", "zh", "ug", "ky", "ky_arab"}


def allowed(text: str, term: str) -> bool:
    return any(row["term"] == term and row["in"] in text for row in read("allowed.csv"))


def against(text: str) -> list[str]:
    return [term for _topic, term in lexicon.found_in(text) if not allowed(text, term)]


def names() -> Iterator[str]:
    """What tables, columns, choices, kinds, routes and questions are called."""
    for table, column in table_fields():
        yield f"{table} {column}"
    for model in apps.get_models(include_auto_created=True):
        yield from (str(model._meta.verbose_name), str(model.__doc__ or ""))
        for field in model._meta.fields:
            yield f"{field.verbose_name} {field.help_text}"
            yield from (f"{value} {label}" for value, label in field.choices or ())
    yield from (name for _api, name in api_fields())
    yield from routes(get_resolver().url_patterns)


def declared() -> Iterator[str]:
    """What kinds of fact ask and say, and what can be chosen in answer."""
    for kind in journal.kinds.values():
        yield f"{kind.kind} {kind.__doc__} {kind.sentence}"
        for field in kind.model_fields.values():
            for mark in field.metadata:
                yield f"{getattr(mark, 'question', '')} {getattr(mark, 'help', '') or ''}"
        for called, schema in kind.model_json_schema().get("$defs", {}).items():
            yield f"{called} {schema.get('description', '')}"
            yield from map(str, schema.get("enum", ()))
        yield from kind.model_json_schema()["properties"]
        yield repr(kind.example)


def labels() -> Iterator[str]:
    """What forms ask that are not made from facts, and words for what is shown."""
    for thing in vars(desk_forms).values():
        if isinstance(thing, type) and issubclass(thing, forms.BaseForm):
            for name, field in thing.base_fields.items():
                yield f"{name} {field.label or ''} {field.help_text}"
    yield from (f"{word} {means}" for word, means in GLOSSARY)
    for path in sorted(SOURCE.rglob("*.py")):
        module = path.read_text(encoding="utf-8")
        if "StrEnum" in module or "IntEnum" in module:
            yield from _choices(path)


def _choices(path) -> Iterator[str]:
    module = ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts)
    for thing in vars(__import__(module, fromlist=["x"])).values():
        if isinstance(thing, type) and issubclass(thing, Enum):
            yield from (f"{one.name} {one.value}" for one in thing)


@pytest.mark.parametrize("source", [names, declared, labels], ids=lambda source: source.__name__)
def test_nothing_is_called_so(source):
    found = {text: against(text) for text in source()}

    assert len(found) > 20
    assert {text: terms for text, terms in found.items() if terms} == {}


def test_no_catalogue_says_so():
    found = {text: against(text) for _language, text in said_in_catalogues()}

    assert len(found) > 1500
    assert {text: terms for text, terms in found.items() if terms} == {}


def test_no_page_says_so():
    found = {name: against(text) for name, text in templates()}

    assert len(found) > 50
    assert {name: terms for name, terms in found.items() if terms} == {}


def test_the_lexicon_has_every_topic_in_every_writing():
    there = {(topic, language) for topic, language, _term in lexicon.terms()}

    assert there >= {(topic, language) for topic in TOPICS for language in WRITINGS}
    assert {language for language, _name in settings.LANGUAGES} <= {
        "en", "zh-hans", "ug", "ky", "ky-arab"
    }, "a language without its words"  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["mother's religion", "householdSize", "health_state", "Ethnicity", "民 族", "政治面貌", "宗\u200b教",
     "ئېتىقادى", "كېسەل", "улуту", "дини", "ۇلۇتۇ", "FACE-RECOGNITION", "ｈｅａｌｔｈ", "rel\u00adigion"],
)  # fmt: skip
def test_it_finds_what_it_looks_for(text):
    assert against(text)


@pytest.mark.parametrize("text", ["clinic", "grace", "embrace", "the score of a well", "队", "дин"])
def test_it_looks_for_words_and_not_for_letters(text):
    expected = text in {"the score of a well", "дин"}

    assert bool(against(text)) is expected


def test_what_is_allowed_is_there_and_has_its_reason():
    said = "\n".join(text for _language, text in said_in_catalogues())

    for row in read("allowed.csv"):
        assert len(row["why"]) > 10, row
        if is_here(row["once_there_is"]):
            assert row["in"] in said or any(
                row["in"] in text for text in (*names(), *declared(), *labels())
            ), row
