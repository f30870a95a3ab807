"""Writes docs/facts.md from the declarations: `python -m cairn.facts_md`, or `make docs`."""

import inspect
import json
import os
import re
import sys
from collections.abc import Iterator
from typing import Any

OPENING = """\
# Facts

What can happen in Cairn. Each kind is declared once, in the `facts.py` of its capability; this page
is made from those declarations by `make docs`, and a test fails when it lags behind them.

A fact is recorded in an envelope of its programme, position, id, kind, day, time of recording and
post. Its fields are the questions a form puts. Questions marked *optional* may go unanswered, and
then leave no bytes. Answers marked *sealed* are kept beside the journal and can be erased: the entry
only commits to them. Amounts are whole minor units of a currency of ISO 4217: CNY 1,234.50 is
`{"currency": "CNY", "minor": 123450}`.
"""

OBJECTS = {
    "Money": "an amount of money",
    "Text": "a text in one or more languages",
}
FORMATS = {"date": "a day, as 2025-03-01"}


def main() -> None:
    """Print the page."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cairn.config.settings")
    import django  # noqa: PLC0415 - the settings are named first

    django.setup()
    sys.stdout.write(page())


def page() -> str:
    """The whole of docs/facts.md, in English."""
    from django.utils import translation  # noqa: PLC0415 - needs Django started

    from cairn.catalog import journal  # noqa: PLC0415 - likewise

    with translation.override("en"):
        return "\n".join([OPENING, *_movements(journal.kinds), *_chapters(journal.kinds)])


def _movements(kinds: dict[str, Any]) -> Iterator[str]:
    yield "## Which movement a fact is in the trace\n"
    yield "| fact | movement |\n|---|---|"
    for name, kind in kinds.items():
        said = _in_the_trace(kind)
        if said:
            yield f"| [{name}](#{_anchor(name)}) | {said} |"
    yield ""


def _in_the_trace(kind: Any) -> str:  # noqa: ANN401 - a kind's class
    """What a docstring says after “In the trace:”, without its full stop."""
    _before, _mark, after = inspect.cleandoc(kind.__doc__).partition("In the trace:")
    return " ".join(after.split()).rstrip(".")


def _chapters(kinds: dict[str, Any]) -> Iterator[str]:
    capability = ""
    for name, kind in kinds.items():
        if kind.__module__ != capability:
            capability = kind.__module__
            yield f"## {capability.split('.')[1].capitalize()}\n"
            yield f"{inspect.cleandoc(sys.modules[capability].__doc__ or '')}\n"
        yield from _section(name, kind)


def _section(name: str, kind: Any) -> Iterator[str]:  # noqa: ANN401 - a kind's class
    yield f"### {name}\n"
    yield f"{inspect.cleandoc(kind.__doc__)}\n"
    yield "| question | field | answer |\n|---|---|---|"
    schema = kind.model_json_schema()
    marks = dict(kind.references()) | {field: f"new {a}" for field, a in kind.brings()}
    for field, asked in schema["properties"].items():
        answer = _answer(asked, schema.get("$defs", {}), marks.get(field))
        sealed = kind.seals().get(field)
        needed = sealed.needed if sealed else field in schema["required"]
        said = f"{'' if needed else '*optional*, '}{'*sealed*, ' if sealed else ''}{answer}"
        yield f"| {_question(kind, field)} | `{field}` | {said} |"
    yield f"\nWho may read it: {_readers(kind)}.\n"
    if kind.apart_from:
        yield f"Not by whoever recorded: {', '.join(f'`{path}`' for path in kind.apart_from)}.\n"
    yield f"```json\n{_example(kind.example)}\n```\n"
    yield f"> {kind.model_validate_json(json.dumps(kind.example)).told()}\n"


def _question(kind: Any, field: str) -> str:  # noqa: ANN401 - a kind's class
    from cairn.journal.fact import Ask  # noqa: PLC0415 - needs Django started

    marks = kind.model_fields[field].metadata
    return next(str(mark.question) for mark in marks if isinstance(mark, Ask))


def _readers(kind: Any) -> str:  # noqa: ANN401 - a kind's class
    return {"public": "everybody", "programme": "the programme's posts"}[kind.visibility.value]


def _answer(asked: dict[str, Any], defined: dict[str, Any], mark: str | None) -> str:
    """What may be answered, in words."""
    if "anyOf" in asked:
        (asked,) = (choice for choice in asked["anyOf"] if choice.get("type") != "null")
    if asked.get("type") == "array":
        return f"any number of: {_answer(asked['items'], defined, mark)}"
    if mark:
        article = "an" if mark[0] in "aeio" else "a"
        return f"an id for the {mark}" if mark.startswith("new ") else f"the id of {article} {mark}"
    if "$ref" in asked:
        called = asked["$ref"].rpartition("/")[2]
        choices = defined[called].get("enum")
        return _one_of(choices) if choices else OBJECTS[called]
    if asked["type"] == "integer":
        return _whole_number(asked)
    if asked["type"] == "boolean":
        return "yes or no"
    return _text(asked)


def _whole_number(asked: dict[str, Any]) -> str:
    if "minimum" in asked:
        return f"a whole number from {asked['minimum']} to {asked['maximum']}"
    return f"a whole number above {asked['exclusiveMinimum']}, up to {asked['maximum']:,}"


def _one_of(choices: list[str]) -> str:
    return "one of " + ", ".join(f"`{choice}`" for choice in choices)


def _text(asked: dict[str, Any]) -> str:
    if "format" in asked:
        return FORMATS[asked["format"]]
    return asked.get("description") or f"text of up to {asked['maxLength']} signs"


def _example(example: dict[str, Any]) -> str:
    """A field on each line, its answer in one."""
    fields = (
        f"  {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}"
        for name, value in example.items()
    )
    return "{\n" + ",\n".join(fields) + "\n}"


def _anchor(name: str) -> str:
    return re.sub(r"[^\w\- ]", "", name.lower())


if __name__ == "__main__":
    main()
