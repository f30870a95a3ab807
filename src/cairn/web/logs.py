"""What a log may say of a request: which route, never the address as it was asked for.

An address may hold the secret of an invitation or what somebody searched for; a route cannot.
"""

import logging
from typing import Any


class Routes(logging.Filter):
    """Puts a request's route in place of its path, in what Django logs of it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record; it is always logged."""
        request = getattr(record, "request", None)
        if request is not None and isinstance(record.args, tuple):
            record.args = tuple(
                _route(request) if argument == request.path else argument
                for argument in record.args
            )
        return True


def _route(request: Any) -> str:  # noqa: ANN401 - Django's, of any kind
    match = getattr(request, "resolver_match", None)
    return f"{request.method} {match.route}" if match else f"{request.method} (no route)"
