"""What every kind of fact promises the moment it is declared.

That no field of it describes a resident: tests/guarantees/test_01_nothing_is_about_a_resident.py.
"""

import json
import unicodedata
from collections.abc import Iterator
from string import Formatter

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from pydantic import TypeAdapter, ValidationError

from cairn.catalog import journal
from cairn.journal.codec import canonical
from cairn.journal.entry import Inside, Withheld
from cairn.journal.fact import Ask, Fact, Visibility, kebab
from cairn.journal.sealing import WITHHELD
from cairn.merkle.hashing import leaf_hash
from contract.golden import GOLDEN, golden

KEPT = json.loads(GOLDEN.read_text())

every_kind = pytest.mark.parametrize("kind", journal.kinds.values(), ids=journal.kinds)


def read(kind: type[Fact], said: object) -> Fact:
    return kind.model_validate_json(json.dumps(said))


@every_kind
def test_a_kind_is_called_after_its_class_and_its_capability(kind):
    capability = kind.__module__.removeprefix("cairn.").removesuffix(".facts")

    assert kind.kind == f"{capability}.{kebab(kind.__name__)}"


@every_kind
def test_a_kind_is_documented(kind):
    first, *rest = vars(kind)["__doc__"].splitlines()

    assert first.strip().endswith(".")
    assert not rest or not rest[0].strip()


@every_kind
def test_a_kind_says_who_may_read_it(kind):
    assert isinstance(kind.visibility, Visibility)


@every_kind
def test_every_field_has_its_question(kind):
    for name, field in kind.model_fields.items():
        questions = [mark.question for mark in field.metadata if isinstance(mark, Ask)]
        assert len(questions) == 1, name
        assert isinstance(questions[0], Promise), f"{name}: write _(…), so that it is translated"
        assert str(questions[0]).endswith("?"), name


@every_kind
def test_an_example_survives_being_written_and_read(kind):
    fact = read(kind, kind.example)

    assert read(kind, json.loads(canonical(fact.body()))) == fact
    assert canonical(fact.body()) == canonical(kind.example)


@every_kind
def test_what_a_kind_does_not_ask_is_refused(kind):
    with pytest.raises(ValidationError, match="extra_forbidden"):
        read(kind, kind.example | {"resident": "somebody"})


@every_kind
@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_a_kind_tells_itself_in_every_language(kind, language):
    fact = read(kind, kind.example)

    with translation.override(language):
        sentence = fact.told(language)
        asked = {field for _text, field, *_rest in Formatter().parse(str(kind.sentence)) if field}
    assert sentence
    assert "{" not in sentence
    assert "None" not in sentence
    assert asked <= kind.model_fields.keys()


@every_kind
def test_every_text_comes_out_in_normal_form_c(kind):
    written_apart = "Cafe\u0301"
    for said in _with_each_text(kind, lambda text: text + written_apart):
        try:
            body = read(kind, said).body()
        except ValidationError:
            continue  # a code, a date, a hash: only some texts are free
        assert unicodedata.is_normalized("NFC", canonical(body).decode())


@every_kind
@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x7f", "\x85"])
def test_no_text_takes_a_control_character(kind, character):
    for said in _with_each_text(kind, lambda text: text + character):
        with pytest.raises(ValidationError):
            read(kind, said)


@every_kind
def test_a_kind_has_a_schema_for_other_programs(kind):
    schema = kind.model_json_schema()

    assert schema["additionalProperties"] is False
    assert schema["properties"].keys() == kind.model_fields.keys()
    assert json.loads(json.dumps(schema)) == schema


@every_kind
def test_what_a_kind_names_is_kept_in_a_table(kind):
    for name, called in (*kind.references(), *kind.brings()):
        assert called in journal.tables, name


@every_kind
def test_whom_a_kind_keeps_apart_is_on_record(kind):
    for field, _dot, column in (path.partition(".") for path in kind.apart_from):
        called = dict(kind.references()) | {"programme": "programme"}
        columns = {one.name for one in journal.tables[called[field]]._meta.fields}
        assert (column or "id") in columns


@every_kind
def test_an_entry_once_written_is_read_and_written_the_same_for_good(kind):
    assert kind.kind in KEPT, "a new kind: run `make docs` and commit what it adds"
    kept = KEPT[kind.kind]["entry"].encode()

    public = kind.visibility is Visibility.PUBLIC
    said = journal.envelope(kind.kind if public else WITHHELD, kept)

    assert type(said.fact) is (kind if public else Withheld)
    assert bytes(said) == kept
    assert leaf_hash(bytes(said)).hex() == KEPT[kind.kind]["leaf"]
    assert golden(kind) == KEPT[kind.kind]


@every_kind
def test_what_an_entry_commits_to_is_read_the_same_for_good(kind):
    if kind.visibility is Visibility.PUBLIC:
        assert "inside" not in KEPT[kind.kind]
        return
    inside = Inside.model_validate_json(KEPT[kind.kind]["inside"])

    assert inside.kind == kind.kind
    assert type(journal.fact(inside.kind, canonical(inside.fact))) is kind


@every_kind
def test_what_is_sealed_may_go(kind):
    fact = read(kind, kind.example)

    for name in kind.seals():
        assert getattr(fact.unsealed(), name) is None
        assert canonical(fact.held_back()[name]) not in canonical(fact.unsealed().body())


@every_kind
def test_a_file_that_a_kind_names_can_be_shredded(kind):
    assert set(kind.files()) <= set(kind.seals())


@every_kind
def test_a_kind_is_said_in_the_words_of_one_that_has_no_successor(kind):
    said = read(kind, kind.example).upcast()

    assert said.upcast() is said
    assert type(said).has_successor() is False
    assert kind.has_successor() is (type(said) is not kind)


def test_no_kind_is_forgotten():
    assert KEPT.keys() <= journal.kinds.keys()


def _with_each_text(kind, change) -> Iterator[dict]:
    """The example with one of its texts changed; a question it leaves out is answered with each."""
    yield from _changed(kind.example, change)
    for name in kind.model_fields.keys() - kind.example.keys():
        for answer in ("x", ["x"], {"en": "x"}):
            if _is_answer(kind, name, answer):
                yield from (kind.example | {name: said} for said in _changed(answer, change))


def _changed(value, change) -> Iterator:
    if isinstance(value, str):
        yield change(value)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from (value | {key: said} for said in _changed(inner, change))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from (
                [*value[:index], said, *value[index + 1 :]] for said in _changed(inner, change)
            )


def _is_answer(kind, name, answer) -> bool:
    try:
        TypeAdapter(dict).validate_python(read(kind, kind.example | {name: answer}).body())
    except ValidationError:
        return False
    return True
