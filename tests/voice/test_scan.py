"""The scan of a text before it is kept: how much of a labelled corpus it sees, and that it tells no match."""

import re

import pytest

from cairn.voice import scan as scan_module
from cairn.voice.scan import Seen, Sort, scan
from voice.corpus import HOLDERS, WITH, WITHOUT

RECALL_FLOOR = 0.97
"""Of each language. What it misses is for the screener to see."""


@pytest.mark.parametrize("language", ["zh", "en", "ug", "ky"])
def test_it_sees_what_could_show_who_somebody_is(language):
    texts = [(text, sort) for spoken, text, sort in WITH if spoken == language]
    missed = [
        (text, sort)
        for text, sort in texts
        if sort not in {seen.sort for seen in scan(text, names=HOLDERS)}
    ]

    assert len(texts) >= 14
    assert len(missed) <= len(texts) * (1 - RECALL_FLOOR), missed


@pytest.mark.parametrize(("language", "text"), WITHOUT)
def test_it_leaves_dates_amounts_and_counts_alone(language, text):
    assert scan(text, names=HOLDERS) == []


def test_it_says_where_and_of_which_sort_and_never_what():
    found = scan("Call 13812345678 now", names=HOLDERS)

    assert [(seen.start, seen.end) for seen in found] == [(5, 16)]
    assert set(Seen.__slots__) == {"start", "end", "sort"}


def test_places_are_those_of_the_text_as_it_was_written():
    text = "电话０９９８－２８２３４５６，谢谢"
    (seen,) = scan(text)

    assert text[seen.start : seen.end] == "０９９８－２８２３４５６"


@pytest.mark.parametrize(
    ("text", "name", "where"),
    [
        ("Herr Strauß kam.", "strauss", (5, 11)),
        ("Herr STRAUSS kam.", "Strauß", (5, 12)),
        ("İlhan geldi", "İlhan", (0, 5)),
        ("Ask Ali.", "Ａｌｉ", (4, 7)),
        ("Ask Alişer.", "Ali", None),
    ],
)
def test_a_name_is_known_however_it_is_written(text, name, where):
    seen = scan(text, names=[name])

    assert [(one.start, one.end) for one in seen] == ([where] if where else [])


def test_a_name_that_is_not_in_the_text_costs_no_pattern(monkeypatch):
    asked = []
    escape = re.escape
    monkeypatch.setattr(scan_module.re, "escape", lambda one: asked.append(one) or escape(one))
    names = [f"keeper-of-village-{n}" for n in range(2_000)]

    seen = scan("Keeper-of-village-17 mended the pump.", names=names)

    assert [(one.start, one.end, one.sort) for one in seen] == [(0, 20, Sort.NAME)]
    # Its own, and what it begins with.
    assert [one for one in asked if "keeper" in one] == [
        "keeper-of-village-1",
        "keeper-of-village-17",
    ]
