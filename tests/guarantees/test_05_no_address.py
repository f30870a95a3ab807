"""From a canary address every kind of request is made; then database, logs, cache, backup and record are searched for it."""

import ast

import pytest

from guarantees.conftest import in_other_forms
from guarantees.living import ADDRESS, FORWARDED
from guarantees.there import SOURCE, table_fields

READS = {
    "REMOTE_ADDR",
    "HTTP_X_FORWARDED_FOR",
    "X-Forwarded-For",
    "HTTP_X_REAL_IP",
    "HTTP_FORWARDED",
}


@pytest.mark.parametrize("address", [ADDRESS, FORWARDED])
def test_an_address_is_left_nowhere(lived, address):
    assert lived.holding(*in_other_forms(address)) == []


def test_no_code_of_cairn_even_reads_an_address():
    read = [
        (path.relative_to(SOURCE).as_posix(), node.value)
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in READS
    ]

    assert read == []


def test_no_column_is_called_so():
    parts = {part for _table, column in table_fields() for part in column.split("_")}

    assert parts & {"ip", "ipaddress", "addr", "host", "remote", "forwarded"} == set()


def test_what_would_remember_addresses_is_off():
    from django.conf import settings  # noqa: PLC0415

    assert settings.ACCOUNT_RATE_LIMITS is False
    assert settings.MFA_RATE_LIMITS is False


HELD_BY = ("tests/security/test_operation.py::test_58_no_log_holds_a_secret_a_body_or_an_address",
           "tests/security/test_operation.py::test_58_the_server_logs_no_access")  # fmt: skip
