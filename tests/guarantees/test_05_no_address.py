"""From a canary address every kind of request is made; then database, logs, cache, backup and record are searched for it."""

import ast
import re

import pytest

from guarantees.conftest import in_other_forms
from guarantees.living import ADDRESS, FORWARDED
from guarantees.there import SOURCE, table_fields

READS = re.compile(
    r"^(http[-_])?(x[-_])?(remote[-_](addr|host)|forwarded([-_]for)?|(true[-_]|cf[-_])?(real|client|connecting)[-_]ip)$"
    r"|^(get)?(peer|sock)name$",
    re.IGNORECASE,
)
"""What a request, or the socket under it, calls an address of whoever asks."""


@pytest.mark.parametrize("address", [ADDRESS, FORWARDED])
def test_an_address_is_left_nowhere(lived, address):
    assert lived.holding(*in_other_forms(address)) == []


def test_no_code_of_cairn_even_reads_an_address():
    read = [
        (path.relative_to(SOURCE).as_posix(), _said(node))
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if READS.search(_said(node))
    ]

    for name in (
        "REMOTE_ADDR",
        "HTTP_X_FORWARDED_FOR",
        "X-Real-IP",
        "Forwarded",
        "CF-Connecting-IP",
    ):
        assert READS.search(name), name
    assert read == []


def _said(node: ast.AST) -> str:
    """A text or a name in a source."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return node.attr if isinstance(node, ast.Attribute) else ""


def test_no_column_is_called_so():
    parts = {part for _table, column in table_fields() for part in column.split("_")}

    assert parts & {"ip", "ipaddress", "addr", "host", "remote", "forwarded"} == set()


def test_what_would_remember_addresses_is_off():
    from django.conf import settings  # noqa: PLC0415

    assert settings.ACCOUNT_RATE_LIMITS is False
    assert settings.MFA_RATE_LIMITS is False


HELD_BY = ("tests/security/test_operation.py::test_58_no_log_holds_a_secret_a_body_or_an_address",
           "tests/security/test_operation.py::test_58_the_server_logs_no_access")  # fmt: skip
