import json
import unicodedata

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from cairn.journal import codec
from cairn.journal.codec import MAX_INTEGER, NotCanonicalError, canonical
from shared_data import shared

VECTORS = ["arrays", "french", "structures", "unicode", "values", "weird"]

OUTSIDE = {
    "structures": "float",  # 56.0
    "values": "float",
    "unicode": "normal form C",  # A followed by a combining ring
    "weird": "normal form C",  # a Hebrew letter that form C takes apart
}
"""The vectors that hold what Cairn refuses, and the reason it gives."""

text = st.text(st.characters(exclude_categories=["Cs"])).map(
    lambda drawn: unicodedata.normalize("NFC", drawn)
)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("name", [name for name in VECTORS if name not in OUTSIDE])
def test_a_vector_of_rfc_8785_has_the_bytes_it_gives(name):
    given = json.loads(shared(f"data/vectors/jcs/input/{name}.json").read_text())
    expected = bytes.fromhex(shared(f"data/vectors/jcs/outhex/{name}.txt").read_text())

    assert canonical(given) == expected


@pytest.mark.parametrize(("name", "reason"), OUTSIDE.items())
def test_a_vector_with_what_cairn_leaves_out_is_refused_with_the_reason(name, reason):
    given = json.loads(shared(f"data/vectors/jcs/input/{name}.json").read_text())

    with pytest.raises(NotCanonicalError, match=reason):
        canonical(given)


@pytest.mark.parametrize("name", VECTORS)
def test_a_vector_brought_to_whole_numbers_and_form_c_has_the_bytes_of_the_rfc(name):
    given = _within(json.loads(shared(f"data/vectors/jcs/input/{name}.json").read_text()))

    assert canonical(given) == rfc8785.dumps(given)


def test_keys_are_ordered_by_utf_16_code_units():
    given = {"\U0001f602": 1, "\ufb05": 2, "a": 3, "": 4}

    assert canonical(given) == '{"":4,"a":3,"\U0001f602":1,"\ufb05":2}'.encode()


def test_only_what_json_must_escape_is_escaped():
    given = '"\\\b\f\n\r\t\x1f\x7f</é\u2028'

    assert canonical(given) == '"\\"\\\\\\b\\f\\n\\r\\t\\u001f\x7f</é\u2028"'.encode()


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        (0.5, r"\$: float has no canonical form"),
        ([1, {"a": 2.0}], r"\$\[1\]\.a: float has no canonical form"),
        (float("nan"), "float"),
        (MAX_INTEGER + 1, "is beyond"),
        (-MAX_INTEGER - 1, "is beyond"),
        ("e\u0301", "not in Unicode normal form C"),
        ({"e\u0301": 1}, "not in Unicode normal form C"),
        ("\ud800", "lone surrogate"),
        ({1: 2}, "a key must be a string, not 1"),
        (b"a", "bytes has no canonical form"),
        ({"a", "b"}, "set has no canonical form"),
    ],
)
def test_a_value_without_canonical_bytes_is_refused_with_its_path(value, complaint):
    with pytest.raises(NotCanonicalError, match=complaint):
        canonical(value)


@given(values)
def test_canonical_bytes_are_those_of_the_rfc8785_package(value):
    assert canonical(value) == rfc8785.dumps(value)


@given(values)
def test_what_is_written_at_once_has_the_bytes_of_the_closer_look(value):
    assert codec._at_once(value) in {
        b"",
        codec._ENCODER.encode(codec._ordered(value, "$")).encode(),
    }


@given(st.text(st.sampled_from(' "\\\n\x7fn<=eK\u0301\u0338\u030a\u1100\u1161\u2028\U0001f602')))
def test_only_texts_in_form_c_are_written_at_once(drawn):
    value = {"text": drawn, "more": [drawn, drawn]}

    written = codec._at_once(value)

    assert written in {b"", rfc8785.dumps(value)}
    assert not written or unicodedata.is_normalized("NFC", drawn)


@given(values)
def test_what_was_written_is_read_back(value):
    assert json.loads(canonical(value)) == value
    assert canonical(json.loads(canonical(value))) == canonical(value)


def _within(value):
    """The same value with whole numbers for floats and its strings in form C."""
    if isinstance(value, float):
        return int(value) if abs(value) < MAX_INTEGER else 0
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [_within(item) for item in value]
    if isinstance(value, dict):
        return {_within(key): _within(item) for key, item in value.items()}
    return value
