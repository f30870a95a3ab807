"""How many codes there are, that chance alone draws one, and that what is kept of it is Argon2id."""

import re
import secrets
from collections import Counter

import pytest

pytest.importorskip("cairn.voice", reason="there are no receipt codes in this installation")

LEAST_BITS = 128
LEAST_MEMORY_KIB, LEAST_PASSES = 19 * 1024, 2
"""What OWASP's password storage cheat sheet asks of Argon2id at the least."""


def test_a_code_has_enough_bits():
    from cairn.voice.codes import new_code  # noqa: PLC0415 - where there are voices

    asked = []

    def chance(below):
        asked.append(below)
        return below - 1

    highest, lowest = new_code(chance), new_code(lambda _below: 0)
    assert len(asked) == 1
    assert asked[0] >= 1 << LEAST_BITS
    assert highest != lowest


def test_each_place_of_a_code_is_drawn_by_chance():
    from cairn.voice.codes import new_code  # noqa: PLC0415 - likewise

    codes = [new_code(secrets.randbelow).replace("-", "") for _time in range(600)]

    assert len(set(codes)) == 600
    for signs in zip(*codes, strict=True):
        assert len(set(signs)) == 32
        assert max(Counter(signs).values()) < 60  # 19 expected of each


def test_what_is_kept_is_a_slow_hash(monkeypatch):
    from cairn.voice import codes  # noqa: PLC0415 - likewise

    asked, real = [], codes.hash_secret_raw
    monkeypatch.setattr(
        codes, "hash_secret_raw", lambda *args, **named: asked.append(named) or real(*args, **named)
    )
    kept = codes.digest_of("x", programme="teams", secret="s")  # noqa: S106 - of nobody

    (cost,) = asked
    assert cost["memory_cost"] >= LEAST_MEMORY_KIB
    assert cost["time_cost"] >= LEAST_PASSES
    assert cost["type"].name == "ID"
    assert re.fullmatch("[0-9a-f]{64}", kept)


def test_a_database_without_the_installations_secret_tries_nothing():
    from cairn.voice.codes import digest_of  # noqa: PLC0415 - likewise

    one, other = (digest_of("x", programme="teams", secret=secret) for secret in ("a", "b"))
    assert one != other
    assert digest_of("x", programme="others", secret="a") != one  # noqa: S106 - of nobody


def test_what_is_kept_of_a_code_is_that_hash_and_nothing_else(db):
    """While its voice waits and when it is on record; in no other column and under no faster hash."""
    from django.conf import settings  # noqa: PLC0415 - once Django is started

    from cairn.voice.codes import digest_of  # noqa: PLC0415 - likewise
    from cairn.voice.models import Slip, Waiting  # noqa: PLC0415 - likewise
    from guarantees.voices import speaking  # noqa: PLC0415 - likewise

    told = speaking(2)
    said = {"category": "water", "text": "One more", "do": "send"}
    page = told.client.post(f"/en/{told.programme}/places/qarasu/say/", said)
    waits = re.search(r"<bdi>([0-9A-Z-]{34})</bdi>", page.content.decode())[1]
    hashes = [
        digest_of(code, programme=told.programme, secret=settings.SECRET_KEY)
        for code in (*told.codes_given, waits)
    ]

    assert [one.slip for one in Waiting.objects.all()] == hashes[2:]
    assert {one.digest for one in Slip.objects.all()} == set(hashes[:2])
    assert {str(one.key) for one in Slip.objects.all()} == set(told.keys)


def test_the_code_itself_is_left_nowhere(lived):
    assert len(lived.told["codes"]) > 1  # the last one's voice still waits
    for code in lived.told["codes"]:
        assert lived.holding(code, code.replace("-", ""), code.lower()) == []


HELD_BY = ("tests/voice/test_codes.py::test_a_code_has_more_than_128_bits_of_chance",)
