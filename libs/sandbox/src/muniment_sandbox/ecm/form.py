"""What a request says, wherever it says it: query, form fields, the JSON in ``body``, and files.

Content Server reads forms, not JSON bodies. Structured input lies as JSON in one form field named ``body``;
clients mix it with flat fields and query parameters, so all of them are merged: ``body`` wins over the
form, the form over the query.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

import orjson

from muniment_sandbox.ecm.jsontype import Json, JsonObject
from muniment_sandbox.ecm.multipart import Part, read_parts
from muniment_sandbox.ecm.state.attribute_values import FALSE_WORDS
from muniment_sandbox.ecm.state.refusals import Kind, Refused, invalid_argument, missing_argument
from muniment_sandbox.ecm.state.upload import Upload
from muniment_sandbox.ecm.state.whole_numbers import whole_number

MAX_FIELDS = 10_000


class Form:
    """Merged arguments of one request."""

    __slots__ = ("_fields", "_files")

    def __init__(self, fields: Mapping[str, Json], files: Mapping[str, Part] | None = None) -> None:
        self._fields = fields
        self._files = files or {}

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def all(self) -> Mapping[str, Json]:
        """Every argument; one that was repeated is a list."""
        return self._fields

    def value(self, name: str) -> Json:
        return self._fields.get(name)

    def text(self, name: str, default: str = "") -> str:
        """The argument as text; refuse (400) a structure."""
        value = self._fields.get(name)
        if value is None:
            return default
        if isinstance(value, list) and value and not isinstance(value[0], list | dict):
            value = value[-1]
        if isinstance(value, list | dict):
            raise invalid_argument(name)
        return str(value)

    def required_text(self, name: str) -> str:
        text = self.text(name)
        if not text:
            raise missing_argument(name)
        return text

    def integer(self, name: str) -> int | None:
        """The argument as a number; ``None`` when absent or empty."""
        text = self.text(name).strip()
        if not text:
            return None
        return whole_number(name, text)

    def required_integer(self, name: str) -> int:
        number = self.integer(name)
        if number is None:
            raise missing_argument(name)
        return number

    def flag(self, name: str, *, default: bool = False) -> bool:
        """``?name``, ``name=`` and ``name=true`` are on; ``false``, ``False`` and ``0`` are off."""
        if name not in self._fields:
            return default
        return self.text(name).strip().lower() not in FALSE_WORDS

    def items(self, name: str) -> list[Json]:
        """The argument as a list: repeated, a JSON list, ``{'a','b'}``, or separated by commas."""
        value = self._fields.get(name)
        if value is None or value == "":
            return []
        if not isinstance(value, list):
            value = [value]
        return [item for one in value for item in (_unbraced(one) if isinstance(one, str) else [one])]

    def texts(self, name: str) -> list[str]:
        return [str(item) for item in self.items(name)]

    def integers(self, name: str) -> list[int]:
        return [whole_number(name, str(item)) for item in self.items(name)]

    def mapping(self, name: str) -> JsonObject:
        """The argument as an object, also when it is JSON in a string; empty when absent."""
        value = self._fields.get(name)
        if isinstance(value, str) and value.strip():
            value = _json(name, value)
        if value in (None, ""):
            return {}
        if not isinstance(value, dict):
            raise invalid_argument(name)
        return value

    def upload(self, name: str = "file") -> Upload | None:
        """The file of that part, with the mime type the part says."""
        part = self._files.get(name)
        if part is None:
            return None
        return Upload(part.file_name or name, part.mime_type or "application/octet-stream", part.content)


def read_form(query: str, content_type: str, body: bytes, *, json_allowed: bool = False) -> Form:
    """Merge what a request says; refuse (400) what cannot be read.

    ``json_allowed``: a JSON body counts as the field ``body`` (business workspaces and OTDS read both).
    """
    fields: dict[str, Json] = {}
    files: dict[str, Part] = {}
    _add_pairs(fields, _pairs(query))
    if body:
        kind = content_type.partition(";")[0].strip().lower()
        if kind == "multipart/form-data":
            _add_parts(fields, files, read_parts(body, content_type))
        elif kind == "application/json" and json_allowed:
            fields["body"] = body.decode("utf-8", "replace")
        elif kind in ("application/x-www-form-urlencoded", ""):
            fields = _replaced(fields, _pairs(body.decode("utf-8", "replace")))
    structured = fields.get("body")
    if isinstance(structured, str) and structured.strip():
        decoded = _json("body", structured)
        if not isinstance(decoded, dict):
            raise Refused(Kind.INVALID, "Body parameter is invalid")
        del fields["body"]
        fields |= decoded
    return Form(fields, files)


def _pairs(text: str) -> list[tuple[str, str]]:
    if not text:
        return []
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError:
        raise Refused(Kind.INVALID, f"A request can have at most {MAX_FIELDS} arguments.") from None


def _replaced(fields: dict[str, Json], pairs: list[tuple[str, str]]) -> dict[str, Json]:
    own: dict[str, Json] = {}
    _add_pairs(own, pairs)
    return fields | own


def _add_parts(fields: dict[str, Json], files: dict[str, Part], parts: list[Part]) -> None:
    own: dict[str, Json] = {}
    for part in parts:
        if part.file_name is None:
            _add_pairs(own, [(part.name, part.content.decode("utf-8", "replace"))])
        else:
            files[part.name] = part
    fields |= own


def _add_pairs(fields: dict[str, Json], pairs: list[tuple[str, str]]) -> None:
    for name, value in pairs:
        name = name.removesuffix("[]")
        if name not in fields:
            fields[name] = value
            continue
        before = fields[name]
        fields[name] = [*before, value] if isinstance(before, list) else [before, value]


def _json(name: str, text: str) -> Json:
    try:
        decoded: Json = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Refused(
            Kind.INVALID,
            "Body parameter is invalid"
            if name == "body"
            else f"Invalid datatype specified for argument '{name}'",
        ) from None
    return decoded


def _unbraced(text: str) -> list[Json]:
    stripped = text.strip()
    if stripped.startswith("[") and stripped.endswith("]"):
        try:
            decoded = orjson.loads(stripped)
        except orjson.JSONDecodeError:
            return [text]
        return decoded if isinstance(decoded, list) else [decoded]
    if stripped.startswith("{") and stripped.endswith("}"):
        stripped = stripped[1:-1]
    if "," in stripped or stripped != text:
        return [item.strip().strip("'\"") for item in stripped.split(",") if item.strip()]
    return [text]
