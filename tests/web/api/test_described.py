"""What Schemathesis makes of the API's own description, sent to it: `make fuzz`.

Every answer must be one that the description names, in the form it names, and never a 500.
"""

import os
from contextlib import contextmanager

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import (
    ignored_auth,
    negative_data_rejection,
    positive_data_acceptance,
)

from cairn.config.wsgi import application
from cairn.web.api.openapi import described
from cairn.web.api.urls import api
from web.api.devices import Device, at_work

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "15"))

pytestmark = pytest.mark.fuzz
load_all_checks()


schema = schemathesis.openapi.from_dict(described(api))
schema.app = application


@contextmanager
def _connections_left_open():
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def device(db):
    # Else the end of a request would close the connection that the test's transaction is in.
    with _connections_left_open():
        yield Device(at_work(), "county")


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_it_answers_as_described(case, device):
    # Unpacked: Schemathesis reads no gzip where there is no network.
    asked = {"Authorization": f"Bearer {device.token}", "Accept-Encoding": "identity"}
    answer = case.call(headers=asked)

    # A fact may have the form that is asked for and name what is not on record: 422. The token is put
    # in here whatever credentials were made up; tests/security tries those. And what is wrong with
    # one fact of a batch is its verdict.
    passed_over = [positive_data_acceptance, ignored_auth]
    # A query has no types to be wrong in: whatever stands there is read as the text of a filter.
    if case.operation.label == "POST /api/facts" or case.method == "GET":
        passed_over.append(negative_data_rejection)
    case.validate_response(answer, excluded_checks=passed_over)
