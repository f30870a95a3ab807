"""Whatever is typed, right, wrong or no code at all, is hashed once at the same cost, before anything is looked up."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

pytest.importorskip("cairn.voice", reason="there are no receipt codes in this installation")


def test_right_and_wrong_cost_the_same_hash_and_come_first(db, monkeypatch):
    from cairn.voice import codes  # noqa: PLC0415 - where there are voices
    from guarantees.voices import speaking  # noqa: PLC0415 - likewise

    told, real, costs = speaking(), codes.hash_secret_raw, []

    def counting(secret, salt, **cost):
        costs.append((len(salt), sorted((name, str(value)) for name, value in cost.items())))
        return real(secret, salt, **cost)

    monkeypatch.setattr(codes, "hash_secret_raw", counting)
    right = told.codes_given[0]
    for typed in (right, right[::-1], "0000-0000-0000-0000-0000-0000-0000", "x", "", "x" * 100_000):
        costs.clear()
        with CaptureQueriesContext(connection) as asked:
            told.look(typed)
        slips = [
            one for one in asked if "voice_slip" in one["sql"] or "voice_waiting" in one["sql"]
        ]
        assert len(costs) == 1, typed[:40]
        assert slips
        assert costs == costs[:1] == [costs[0]]
        told.costs.add(repr(costs))
    assert len(told.costs) == 1


def test_how_long_is_typed_changes_nothing_of_the_hash(monkeypatch):
    from cairn.voice import codes  # noqa: PLC0415 - likewise

    hashed = []
    monkeypatch.setattr(
        codes, "hash_secret_raw", lambda secret, *_salt, **_cost: hashed.append(len(secret)) or b""
    )
    for typed in ("x" * 10, "x" * 1_000_000):
        codes.digest_of(typed, programme="teams", secret="s")  # noqa: S106 - of nobody

    assert max(hashed) <= codes.LONGEST


HELD_BY = ("tests/voice/test_codes.py::test_what_is_no_code_costs_as_much",)
