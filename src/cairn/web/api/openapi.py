"""The API's description (OpenAPI 3.1), made from the declarations, and the page that shows it."""

import inspect
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from ninja import NinjaAPI

from cairn.catalog import journal
from cairn.journal.fact import Fact
from cairn.journal.json_schema import anywhere
from cairn.web.api.problems import PROBLEM, Problem
from cairn.web.middleware import SCRIPTS

REF = "#/components/schemas/{model}"
FACT, IN_BATCH = "FactToRecord", "FactInBatch"
REFUSALS = {
    400: "The request cannot be read.",
    401: "No token, or one that is not known any more; `urn:cairn:device-revoked` one that was revoked.",
    403: "This post may not, or must show more before it may.",
    404: "Nothing is on record under this address.",
    409: "The id is on record and says something else. Nothing was written.",
    413: "It is larger than this address takes.",
    415: "It is not JSON.",
    422: "It was refused; `objections` say why, per field. Nothing was written.",
    429: "This post has sent as many files as it may in a day.",
    503: "The programme takes no facts now, or its money has still to be followed.",
}
READING = (400, 401, 403, 422, 503)
ONE = (*READING, 404)
RECORDING = (400, 401, 403, 404, 409, 413, 415, 422, 503)
FILES = (400, 401, 403, 404, 413, 422, 429, 503)


def described(api: NinjaAPI) -> dict[str, Any]:
    """The whole description: what ninja says of the routes, and the schemas of all facts."""
    found: dict[str, Any] = dict(api.get_openapi_schema(path_prefix="api"))
    for path in found["paths"].values():
        for operation in path.values():
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    schema = {"$ref": REF.format(model="Problem")}
                    answer["content"] = {PROBLEM: {"schema": schema}}
                    answer["description"] = REFUSALS[int(status)]
    components = found.setdefault("components", {})
    components["securitySchemes"] = {
        "device": {
            "type": "http",
            "scheme": "bearer",
            "description": "A device's token, made under *My account*: it acts as one post.",
        }
    }
    found["security"] = [{"device": []}]
    components.setdefault("schemas", {}).update(_facts())
    components["schemas"]["Problem"] = Problem.model_json_schema(ref_template=REF)
    return _hoisted(found)


def body_of_fact(model: str) -> dict[str, Any]:
    """A body that holds a fact, for ninja's `openapi_extra`."""
    return _body({"$ref": REF.format(model=model)})


def body_of_batch() -> dict[str, Any]:
    """A body that holds many."""
    facts = {
        "type": "array",
        "minItems": 1,
        "maxItems": 500,
        "items": {"$ref": REF.format(model=IN_BATCH)},
    }
    return _body(
        {
            "type": "object",
            "properties": {"facts": facts},
            "required": ["facts"],
            "additionalProperties": False,
        }
    )


def body_of_file() -> dict[str, Any]:
    """A body that is a picture, a PDF or a recording."""
    file = {"schema": {"type": "string", "format": "binary"}}
    return {"requestBody": {"required": True, "content": {"application/octet-stream": file}}}


def body_of_device() -> dict[str, Any]:
    """A body that says what a device is called."""
    called = {"type": "string", "minLength": 1, "maxLength": 40}
    return _body(
        {
            "type": "object",
            "properties": {"called": called},
            "required": ["called"],
            "additionalProperties": False,
        }
    )


def _body(schema: dict[str, Any]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _facts() -> dict[str, Any]:
    """A schema for each kind, and those of a fact as it is sent, alone and in a batch."""
    found: dict[str, Any] = {}
    for name, kind in journal.kinds.items():
        found[_called(kind)] = anywhere(
            kind.model_json_schema(by_alias=True, ref_template=REF)
            | {"description": inspect.cleandoc(kind.__doc__ or ""), "title": name}
        )
    found[FACT] = {"oneOf": list(_said())}
    found[IN_BATCH] = {"oneOf": list(_said(id={"type": "string", "format": "uuid"}))}
    return found


NOT_NEEDED = frozenset({"schema_version", "as_it_is"})
"""What a client may leave out of what it says of a fact."""


def _said(**more: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name, kind in journal.kinds.items():
        properties = {
            **more,
            "kind": {"const": name},
            "happened_on": {"type": "string", "format": "date"},
            "fact": {"$ref": REF.format(model=_called(kind))},
            "schema_version": {"type": "integer", "minimum": 1, "maximum": kind.schema_version},
            "as_it_is": {"type": "boolean"},
        }
        yield {
            "type": "object",
            "title": name,
            "properties": properties,
            "required": [name for name in properties if name not in NOT_NEEDED],
            "additionalProperties": False,
        }


def _called(kind: type[Fact]) -> str:
    return f"fact.{kind.kind}"


def _hoisted(found: dict[str, Any]) -> dict[str, Any]:
    """What schemas define within themselves, beside them."""
    schemas = found["components"]["schemas"]
    for schema in list(schemas.values()):
        for name, inner in schema.pop("$defs", {}).items():
            schemas.setdefault(name, anywhere(inner))
    return found


@cache
def _description() -> dict[str, Any]:
    from cairn.web.api.urls import api  # noqa: PLC0415 - which names these views

    return described(api)


@require_safe
def openapi(request: HttpRequest) -> JsonResponse:
    """The description, for machines."""
    del request
    return JsonResponse(_description(), json_dumps_params={"ensure_ascii": False})


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The description, for people: with Swagger's scripts, served from here."""
    response = render(request, "api/docs.html")
    response.headers["Content-Security-Policy"] = SCRIPTS
    return response
