"""A canary code is printed, typed and typed wrong; no address, log or mail has it, and Cairn sends no mail."""

import ast
import re

import pytest

from guarantees.conftest import in_other_forms
from guarantees.there import SOURCE, has_voices

MAILS = {
    "send_mail",
    "send_mass_mail",
    "EmailMessage",
    "EmailMultiAlternatives",
    "smtplib",
    "mail_admins",
    "email_user",
}

TO_THOSE_AT_WORK = {"web/mailing.py", "web/mails.py"}
"""What sends the counts of a post's own worklist to whoever holds it and asked for them."""


def test_mail_is_made_where_nothing_of_residents_is_and_nowhere_else():
    found = [
        (path.relative_to(SOURCE).as_posix(), name)
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in _imported(node)
        if name in MAILS
    ]

    assert {name for name, _mail in found} <= TO_THOSE_AT_WORK
    for name in TO_THOSE_AT_WORK:
        path = SOURCE / name
        assert not path.exists() or "voice" not in path.read_text(encoding="utf-8"), name


def _imported(node):
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield from (one.name.rpartition(".")[2] for one in node.names)
    if isinstance(node, ast.Attribute):
        yield node.attr


def test_no_route_takes_a_code_in_its_address():
    from django.urls import get_resolver  # noqa: PLC0415 - once Django is started

    found = [
        pattern
        for pattern in _patterns(get_resolver())
        if re.search(r"<[^>]*(code|slip|receipt)[^>]*>", pattern)
    ]
    assert found == []


def _patterns(resolver, before=""):
    for pattern in resolver.url_patterns:
        whole = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from _patterns(pattern, whole)
        else:
            yield whole


def test_a_code_is_in_no_log_and_no_file(lived):
    if not has_voices():
        pytest.importorskip("cairn.voice", reason="there are no receipt codes in this installation")
    codes = lived.told["codes"]
    found = [
        lived.holding(*in_other_forms(code), *in_other_forms(code.replace("-", "")))
        for code in codes
    ]

    assert found == [[]] * 3


def test_a_code_that_came_in_an_address_is_taken_out_of_it(db):
    pytest.importorskip("cairn.voice", reason="there are no receipt codes in this installation")
    from guarantees.voices import speaking  # noqa: PLC0415 - where there are voices

    told = speaking()
    answer = told.client.get(told.codes, {"code": "0000-0000"})
    assert answer.status_code == 302
    assert "code=" not in answer["Location"]
    assert (
        'method="get"'
        not in told.client.get(told.codes).content.decode().lower().partition("<main")[2]
    )


HELD_BY = ("tests/voice/test_saying.py::test_a_code_in_an_address_opens_nothing",)
