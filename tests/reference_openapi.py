"""A small judge of answers: is a JSON value what an OpenAPI 3.0 schema says?

Objects and arrays may stand for each other (the descriptions declare an array wherever the server sends an
object, an artefact of their generator); ``null`` may stand for anything; keys that are not described are let
pass. What remains is named by its place.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

_SCALARS: dict[str, tuple[type, ...]] = {
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "string": (str,),
}


class Description:
    """One OpenAPI file."""

    def __init__(self, path: Path) -> None:
        self._all = json.loads(path.read_text(encoding="utf-8"))

    @property
    def calls(self) -> set[tuple[str, str]]:
        methods = {"get", "post", "put", "delete", "patch", "head"}
        return {
            (verb.upper(), path)
            for path, verbs in self._all["paths"].items()
            for verb in verbs
            if verb in methods
        }

    def answer_schema(self, method: str, path: str) -> Any:
        """The schema of the good answer; ``None`` when the description has none."""
        answers = self._all["paths"][path][method.lower()]["responses"]
        content = self._resolved(answers.get("200", {})).get("content", {})
        return content.get("application/json", {}).get("schema")

    def wrong(self, value: Any, schema: Any, place: str = "") -> Iterator[str]:
        """Name the places where the value is not what the schema says."""
        schema = self._resolved(schema)
        if value is None or not schema:
            return
        if "items" in schema or "properties" in schema or schema.get("type") in ("array", "object"):
            yield from self._wrong_structure(value, schema, place)
            return
        kinds = _SCALARS.get(schema.get("type", ""))
        if kinds is not None and (
            not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds)
        ):
            yield f"{place or 'answer'} is {type(value).__name__}, described as {schema['type']}"

    def _wrong_structure(self, value: Any, schema: Any, place: str) -> Iterator[str]:
        if not isinstance(value, dict | list):
            kind = schema.get("type", "object")
            yield f"{place or 'answer'} is {type(value).__name__}, described as {kind}"
            return
        inner = self._resolved(schema["items"]) if "items" in schema else schema
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                for key, described in inner.get("properties", {}).items():
                    if key in one:
                        yield from self.wrong(one[key], described, f"{place}.{key}".lstrip("."))
            elif "items" in schema:
                yield from self.wrong(one, inner, f"{place}[]")

    def _resolved(self, schema: Any) -> Any:
        while isinstance(schema, dict) and "$ref" in schema:
            found: Any = self._all
            for key in schema["$ref"].split("/")[1:]:
                found = found[key]
            schema = found
        if isinstance(schema, dict) and "allOf" in schema:
            merged: dict[str, Any] = {}
            for part in schema["allOf"]:
                merged |= self._resolved(part)
            return merged
        return schema


@cache
def description(path: Path) -> Description:
    return Description(path)
