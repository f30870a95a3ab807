"""What every kind's form promises: it asks in words, and makes of the answers the fact they are."""

import json
import re
from datetime import date
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.http import QueryDict
from django.utils import translation

from cairn.catalog import journal
from cairn.values import Money, Text, to_decimal
from cairn.web.forms import asked, form_of
from cast import new_id

KINDS = {name: kind for name, kind in journal.kinds.items() if kind.has_form()}
every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
every_language = pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])


def offering(kind):
    """Choices as if just the example's things were on record."""

    def choices(field, _thing):
        said = kind.example.get(field, [])
        return [(one, f"the {one}") for one in (said if isinstance(said, list) else [said])]

    return choices


def typed(kind):
    """What somebody sends whose answers are the example's."""
    data = QueryDict(mutable=True)
    data["id"], data["happened_on"] = str(new_id()), "2025-03-01"
    for one in asked(kind):
        said = kind.example.get(one.name)
        if said is None:
            continue
        if one.of is Money:
            data[one.name] = to_decimal(said["minor"], said["currency"])
            data[f"{one.name}_currency"] = said["currency"]
        elif one.of is Text:
            for code, text in said.items():
                data[f"{one.name}_{code.replace('-', '_')}"] = text
        elif one.name in kind.files():
            data[f"{one.name}_kept"] = said
        else:
            data.setlist(one.name, [str(item) for item in (said if one.many else [said])])
    return data


def form(kind, data, language="en", *, judged=True):
    return form_of(
        kind,
        programme="teams",
        language=language,
        choices=offering(kind),
        data=data,
        judged=judged,
        today=date(2025, 6, 30),
        currencies=("CNY", "USD"),
    )


@every_kind
@every_language
def test_a_form_filled_with_the_example_makes_the_same_fact(kind, language):
    with translation.override(language):
        filled = form(kind, typed(kind), language)

        assert filled.is_valid(), filled.errors
    assert filled.fact == kind.model_validate_json(json.dumps(kind.example))


@every_kind
def test_an_empty_form_says_of_each_question_that_must_be_answered_that_it_must(kind):
    empty = form(kind, QueryDict(f"id={new_id()}&happened_on=2025-03-01"))

    needed = {one.name for one in asked(kind) if one.needed}
    made = {name for name, _thing in kind.brings() if "name" in kind.model_fields}
    assert not empty.is_valid()
    assert set(empty.errors) == needed - made
    assert empty.fact is None


@every_kind
def test_a_form_that_is_opened_objects_to_nothing(kind):
    opened = form(kind, QueryDict(), judged=False)

    assert not opened.errors
    assert "errorlist" not in opened.as_p()


class Inputs(HTMLParser):
    """Which inputs a page has, and which of them have a label."""

    def __init__(self):
        super().__init__()
        self.ids, self.labelled, self.names = [], set(), []

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        if tag == "label":
            self.labelled.add(said.get("for"))
        if tag in {"input", "select", "textarea"} and said.get("type") != "hidden":
            self.names.append(said["name"])
            if "aria-label" in said:
                self.labelled.add(said["id"])
            self.ids.append(said["id"])


@every_kind
@every_language
@pytest.mark.parametrize("filled", [False, True])
def test_every_input_has_a_label_and_nothing_says_none(kind, language, filled):
    from django.template.loader import get_template  # noqa: PLC0415

    question = get_template("desk/question.html")
    with translation.override(language):
        shown = form(kind, typed(kind) if filled else QueryDict(), language, judged=filled)
        page = "".join(question.render({"field": one}) for one in shown.visible_fields())
        questions = [str(one.ask.question) for one in asked(kind)]
    inputs = Inputs()
    inputs.feed(page)

    assert "None" not in page
    assert set(inputs.ids) <= inputs.labelled
    assert set(inputs.names) <= shown.names()
    assert all(text.replace("’", "") in page.replace("’", "") for text in questions)
    assert len(inputs.ids) == len(set(inputs.ids))


@every_kind
@every_language
def test_the_answers_of_a_choice_are_words(kind, language):
    codes = re.compile(r"[a-z]+-[a-z-]+|[a-z]+")
    with translation.override(language):
        for one in asked(kind):
            if hasattr(one.of, "__members__"):
                found = form(kind, QueryDict(), language, judged=False).fields[one.name].choices
                words = [str(name) for value, name in found if value]
                assert len(set(words)) == len(one.of)
                assert language == "en" or not any(codes.fullmatch(word) for word in words)
