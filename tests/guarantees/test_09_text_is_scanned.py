"""A labelled corpus in each language has a floor of what must be recognised, and nothing is kept before it was looked through."""

import ast

import pytest

from guarantees.there import SOURCE

pytest.importorskip("cairn.voice", reason="nobody writes anything in this installation but posts")

FLOOR = 0.95
"""Of the texts of each language and of each sort; what is missed is for a screener to see."""

SORTS = {"reach", "number", "mail", "position", "name"}
LANGUAGES = {"zh", "en", "ug", "ky"}


def corpus():
    from voice.corpus import HOLDERS, WITH  # noqa: PLC0415 - where there are voices

    return HOLDERS, [(language, text, str(sort)) for language, text, sort in WITH]


def missed(texts, holders):
    from cairn.voice.scan import scan  # noqa: PLC0415 - likewise

    return [
        text
        for _language, text, sort in texts
        if sort not in {str(seen.sort) for seen in scan(text, names=holders)}
    ]


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_in_each_language_nearly_all_is_recognised(language):
    holders, texts = corpus()
    texts = [one for one in texts if one[0] == language]

    assert len(texts) >= 14
    assert len(missed(texts, holders)) <= len(texts) * (1 - FLOOR)


@pytest.mark.parametrize("sort", sorted(SORTS))
def test_of_each_sort_nearly_all_is_recognised(sort):
    holders, texts = corpus()
    texts = [one for one in texts if one[2] == sort]

    assert len(texts) >= 5
    assert len(missed(texts, holders)) <= len(texts) * (1 - FLOOR)


@pytest.mark.parametrize(
    "text",
    ["打 138 0013 8041 找我", "110101199003074477", "me@example.org", "北纬41.234, 东经76.123"],
)
def test_what_everybody_would_recognise_is_recognised(text):
    from cairn.voice.scan import scan  # noqa: PLC0415 - likewise

    assert scan(text)


def test_whoever_wrote_a_number_is_warned_and_nothing_was_kept(lived):
    assert lived.told["warned"] == 422


def test_nothing_is_kept_by_a_function_that_did_not_look():
    """In the source of the form, what is kept comes after the scan."""
    module = ast.parse((SOURCE / "web/public/say.py").read_text(encoding="utf-8"))
    take = next(
        one for one in module.body if isinstance(one, ast.FunctionDef) and one.name == "take"
    )
    calls = [
        (call.lineno, call.func.id)
        for call in ast.walk(take)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
    ]
    scans = [line for line, name in calls if name == "scan"]
    keeps = [line for line, name in calls if name == "_keep"]

    assert scans
    assert keeps
    assert min(keeps) > max(scans)


HELD_BY = ("tests/voice/test_scan.py::test_it_sees_what_could_show_who_somebody_is",
           "tests/voice/test_saying.py::test_what_shows_somebody_is_warned_of_and_nothing_is_kept")  # fmt: skip
