"""What the API takes for a body, and how it says that something went wrong."""

import pytest
from django.test import Client

from cast import new_id

FACT = b'{"kind":"programme.place-added","happened_on":"2025-03-01","fact":%s}'


@pytest.mark.parametrize(
    "body",
    [
        b" ",
        b"{",
        b"\xff",
        b"\xef\xbb\xbf{}",
        b'{"kind":"x","kind":"y"}',
        FACT % b'{"place":NaN}',
        FACT % b'{"place":1e999}',
        FACT % b'{"place":-Infinity}',
        FACT % (b'{"place":' + b"9" * 5000 + b"}"),
        FACT % (b'{"a":' * 15 + b"1" + b"}" * 15 + b"}"),
        b"[" * 100_000,
    ],
)
def test_what_could_be_read_in_two_ways_is_not_read(county, body):
    answer = county.put(f"facts/{new_id()}", body)

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [
        b"null",
        b"7",
        b"[]",
        FACT % b'{"place":"\\ud800"}',
        FACT % b'{"\\ud800":1}',
        FACT % b'{"place":1.5}',
        FACT % b'{"place":"a\\u0000b"}',
        FACT % (b'{"a":' * 13 + b"1" + b"}" * 13),
    ],
)
def test_what_can_be_read_and_is_no_fact_gets_objections(county, body):
    answer = county.put(f"facts/{new_id()}", body)

    assert answer.status_code == 422, answer.content


def test_brackets_within_a_text_nest_nothing(county):
    body = FACT % (b'{"place":"' + b"[{" * 50 + b'\\"["}')

    assert county.put(f"facts/{new_id()}", body).status_code == 422


def test_more_than_a_mebibyte_is_refused_unread(county):
    answer = county.put(f"facts/{new_id()}", b"[" + b" " * 2**20)

    assert answer.status_code == 413
    assert answer.json()["status"] == 413


def test_it_must_be_json(county):
    answer = county.client.put(f"/api/facts/{new_id()}", "kind=x", content_type="text/plain")

    assert answer.status_code == 415


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/api/nothing", 404),
        ("get", "/api/", 404),
        ("get", "/api/facts/not-a-uuid", 404),
        ("delete", "/api/facts", 405),
        ("get", "/api/places/nowhere", 404),
        ("get", "/api/places/%00", 400),
        ("get", "/api/projects?place=%00", 400),
        ("get", "/api/projects?limit=0", 422),
        ("get", "/api/projects?cursor=!", 400),
        ("get", "/api/projects?cursor=WzEse30sLV0", 400),
        ("get", "/api/accounts?cursor=W3sieCI6MX0sMV0", 400),
    ],
)
def test_every_refusal_is_a_problem(county, method, path, status):
    answer = getattr(county.client, method)(path)

    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == status


def test_a_refused_method_says_which_are_taken(county):
    assert county.client.delete("/api/facts")["Allow"] == "POST"


def test_a_problem_is_in_the_language_asked_for(db):
    answer = Client().get("/api/kinds", headers={"Accept-Language": "zh-CN"})

    assert answer["Content-Language"] == "zh-hans"
    assert "令牌" in answer.json()["detail"]


def test_a_filter_that_is_misspelt_is_told_and_not_passed_over(county):
    answer = county.get("projects", plaec="qarasu")

    assert answer.status_code == 422
    assert answer.json()["objections"][0]["field"] == "plaec"
