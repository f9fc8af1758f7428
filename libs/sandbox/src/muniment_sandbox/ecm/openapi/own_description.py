"""This server's own OpenAPI description, made of its routes: what it answers and which arguments it reads."""

from __future__ import annotations

import re
from collections.abc import Iterable

from muniment_sandbox.ecm.jsontype import Json, JsonObject
from muniment_sandbox.ecm.openapi.arguments import Arguments, Kind, arguments_of
from muniment_sandbox.ecm.routing import API, CGI_PATHS, Route

_PARAMETER = re.compile(r"\{(\w+)\}")
_URLENCODED, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
_SCHEMAS: dict[Kind, JsonObject] = {
    Kind.TEXT: {"type": "string"},
    Kind.INTEGER: {"type": "integer"},
    Kind.FLAG: {"type": "boolean"},
    Kind.LIST: {"type": "array", "items": {"type": "string"}},
    Kind.OBJECT: {"type": "string", "contentMediaType": "application/json"},
    Kind.FILE: {"type": "string", "format": "binary"},
}


def own_description(routes: Iterable[Route]) -> JsonObject:
    """Return an OpenAPI 3.1 document of the routes. Paths are below the cgi path, those of OTDS are not."""
    paths: dict[str, JsonObject] = {}
    for route in routes:
        item = paths.setdefault(route.path, _path_item(route.path))
        item[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Content Server sandbox", "version": "1"},
        "servers": [{"url": cgi + API} for cgi in CGI_PATHS],
        "security": [{"ticket": []}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "securitySchemes": {"ticket": {"type": "apiKey", "in": "header", "name": "OTCSTicket"}},
            "schemas": {"Refusal": _REFUSAL},
        },
    }


_REFUSAL: JsonObject = {
    "anyOf": [
        {
            "type": "object",
            "required": ["error"],
            "properties": {
                "error": {"type": "string"},
                "error_description": {"type": "string"},
                "errorDetail": {"type": ["string", "integer"]},
            },
        },
        {
            "type": "object",
            "required": ["results"],
            "properties": {
                "results": {
                    "type": "object",
                    "required": ["ok", "errMsg"],
                    "properties": {"ok": {"const": False}, "errMsg": {"type": "string"}},
                }
            },
        },
    ]
}
"""Content Server and OTDS say ``error``; records management has an ``errMsg`` in its ``results``."""


def _path_item(path: str) -> JsonObject:
    """Everything outside the API has its own server."""
    return {} if path.startswith("/v") else {"servers": [{"url": "/"}]}


def _operation(route: Route) -> JsonObject:
    read = arguments_of(route.handler)
    operation: JsonObject = {
        "operationId": f"{route.method} {route.path}",
        "summary": (route.handler.__doc__ or route.handler.__name__.replace("_", " ")).strip().split("\n")[0],
        "tags": [route.path.strip("/").split("/")[1]],
        "parameters": [*_path_parameters(route, read), *_query_parameters(route, read)],
        "responses": _responses(),
    }
    if route.method in ("POST", "PUT", "PATCH"):
        operation["requestBody"] = {"content": _bodies(route, read)}
    if route.is_open:
        operation["security"] = []
    return operation


def _path_parameters(route: Route, read: Arguments) -> list[Json]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "integer" if name in read.numbers else "string"},
        }
        for name in _PARAMETER.findall(route.path)
    ]


def _query_parameters(route: Route, read: Arguments) -> list[Json]:
    if route.method in ("POST", "PUT", "PATCH"):
        return []
    return [
        {"name": name, "in": "query", "required": False, "schema": _SCHEMAS[kind]}
        for name, kind in sorted(read.by_name.items())
        if kind is not Kind.FILE
    ]


def _bodies(route: Route, read: Arguments) -> JsonObject:
    """Flat fields, the same as JSON in the field ``body``, and a file where one is read."""
    fields: JsonObject = {name: _SCHEMAS[kind] for name, kind in sorted(read.by_name.items())}
    plain: JsonObject = {name: _SCHEMAS[kind] for name, kind in read.by_name.items() if kind is not Kind.FILE}
    structured: JsonObject = {
        "body": {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": {"type": "object"},
        }
    }
    shown: JsonObject = {_URLENCODED: {"schema": _object(plain | structured)}}
    shown[_MULTIPART] = {"schema": _object(fields | structured)}
    if route.takes_json:
        shown["application/json"] = {"schema": _object(plain)}
    return shown


def _object(properties: JsonObject) -> JsonObject:
    return {"type": "object", "properties": properties, "additionalProperties": {"type": "string"}}


def _responses() -> JsonObject:
    """What any call may answer; a 500 with JSON is a permanent business error of Content Server."""
    refusal: JsonObject = {
        "description": "It cannot be done; the text says why.",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}},
    }
    return {"2XX": {"description": "It is done."}, "4XX": refusal, "500": refusal}
