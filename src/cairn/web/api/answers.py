"""How the API answers what is read: JSON of frozen values, each with the tag of its state."""

from functools import cache
from hashlib import sha256
from importlib.metadata import version
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from pydantic import TypeAdapter

VERSION = version("cairn")
"""Another version may say the same in another form."""


@cache
def _adapter(of: type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(of)


def answer(value: object, tag: str) -> HttpResponse:
    """A value as JSON, with the tag by which a client asks whether it has changed."""
    response = HttpResponse(
        _adapter(type(value)).dump_json(  # type: ignore[arg-type]  # a class can be hashed
            value, by_alias=True
        ),
        content_type="application/json",
    )
    response.headers["ETag"] = tag
    return response


def tag_of(*depends_on: object) -> str:
    """A strong entity tag over everything that an answer depends on."""
    return f'"{sha256(repr((VERSION, *depends_on)).encode()).hexdigest()[:32]}"'


def unchanged(request: HttpRequest, tag: str) -> HttpResponseBase | None:
    """304 where the client has what it would get; it need not be computed then."""
    return get_conditional_response(request, etag=tag)
