"""Receipt codes: how much chance is in one, what its check catches, what is kept of it."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.voice import codes as module
from cairn.voice.codes import SIGNS, digest_of, is_code, new_code

codes = st.builds(lambda number: new_code(lambda _below: number), st.integers(0, 2**130 - 1))


def test_a_code_has_more_than_128_bits_of_chance():
    asked = []
    new_code(lambda below: asked.append(below) or 0)

    assert asked == [1 << 130]
    assert new_code(lambda _below: 0) != new_code(lambda _below: 1 << 129)
    assert len({new_code(secrets.randbelow) for _ in range(1000)}) == 1000


def test_it_is_written_in_groups_of_four():
    code = new_code(secrets.randbelow)

    assert [len(group) for group in code.split("-")] == [4] * 7
    assert set(code) <= {*SIGNS, "-"}


@given(codes, st.integers(0, 27), st.sampled_from(SIGNS))
def test_a_slip_of_one_sign_is_seen(code, at, sign):
    bare = code.replace("-", "")
    slipped = bare[:at] + sign + bare[at + 1 :]

    assert is_code(slipped) is (slipped == bare)


@given(codes, st.integers(0, 26))
def test_two_neighbours_that_changed_places_are_seen(code, at):
    bare = code.replace("-", "")
    swapped = bare[:at] + bare[at + 1] + bare[at] + bare[at + 2 :]

    assert is_code(swapped) is (swapped == bare)


@pytest.mark.parametrize("change", [str.lower, lambda c: c.replace("-", " "), lambda c: f" {c}\n"])
def test_it_is_read_however_it_was_typed(change):
    code = new_code(secrets.randbelow)
    kept = digest_of(code, programme="teams", secret="s")  # noqa: S106 - of nobody

    assert is_code(change(code))
    assert digest_of(change(code), programme="teams", secret="s") == kept  # noqa: S106


def test_what_is_kept_depends_on_the_programme_and_on_the_installation():
    code = new_code(secrets.randbelow)
    kept = {digest_of(code, programme=one, secret=two) for one in "ab" for two in "cd"}

    assert len(kept) == 4
    assert not any(code.replace("-", "").lower() in one for one in kept)


def test_what_is_no_code_costs_as_much(monkeypatch):
    hashed, own = [], module.hash_secret_raw
    monkeypatch.setattr(
        module, "hash_secret_raw", lambda *a, **more: hashed.append(more) or own(*a, **more)
    )
    for typed in (new_code(secrets.randbelow), "", "no code at all", "x" * 10_000):
        module.digest_of(typed, programme="teams", secret="s")  # noqa: S106

    assert len(hashed) == 4
    assert {(one["time_cost"], one["memory_cost"]) for one in hashed} == {(2, 19 * 1024)}
