"""JSON as the API takes it: what two readers could understand in two ways is refused.

No NaN, no name twice in one object, at most DEEPEST levels, UTF-8 and nothing else.
"""

import json
import math
import re
from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cairn.web.api.problems import ProblemError

DEEPEST: Final = 16

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_STEP = {ord("{"): 1, ord("["): 1, ord("}"): -1, ord("]"): -1}


def json_of(request: HttpRequest) -> Any:  # noqa: ANN401 - any JSON value
    """The body of a request. Raises ProblemError (400, 415)."""
    if request.content_type != "application/json":
        raise ProblemError(415, _("Send JSON, with Content-Type: application/json."))
    return parse(request.body)


def parse(body: bytes) -> Any:  # noqa: ANN401 - any JSON value
    """A JSON value. Raises ProblemError (400)."""
    if depth_of(body) > DEEPEST:
        raise ProblemError(
            400, _("It is nested deeper than {levels} levels.").format(levels=DEEPEST)
        )
    try:
        return json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_refuse_constant,
            parse_float=_finite,
        )
    except ValueError as error:
        said = _("It is not the JSON that this address takes: {error}").format(error=error)
        raise ProblemError(400, said) from error


def depth_of(body: bytes) -> int:
    """How deep brackets nest, without reading it: a parser might fail at what it must refuse."""
    deepest = depth = 0
    for sign in _STRING.sub(b"", body):
        depth += _STEP.get(sign, 0)
        deepest = max(deepest, depth)
    return deepest


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError(_("an object names something twice"))
    return found


def _refuse_constant(name: str) -> None:
    raise ValueError(_("{name} is no number of JSON").format(name=name))


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(_("{name} is no number of JSON").format(name=text[:20]))
    return number
