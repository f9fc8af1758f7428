"""Reading request bodies as Content Server does: form fields and the JSON in ``body`` are one."""

from __future__ import annotations

from collections.abc import Mapping
from email import message_from_bytes
from email.policy import HTTP
from urllib.parse import parse_qsl

import orjson


def inner(content: dict[str, object], *path: str) -> dict[str, object]:
    """Return the object at ``path``, empty where a step is missing."""
    for step in path:
        deeper = content.get(step, {})
        assert isinstance(deeper, dict)
        content = deeper
    return content


def fields_of(headers: Mapping[str, str], data: bytes | None) -> tuple[dict[str, object], bytes | None]:
    """Return the merged fields of a form and its file."""
    media_type = headers.get("Content-Type", "")
    if data is None:
        return {}, None
    if not media_type.startswith("multipart/"):
        return _merged(dict(parse_qsl(data.decode(), keep_blank_values=True))), None
    message = message_from_bytes(f"Content-Type: {media_type}\r\n\r\n".encode() + data, policy=HTTP)
    fields: dict[str, str] = {}
    file: bytes | None = None
    for piece in message.iter_parts():
        content = piece.get_payload(decode=True)
        assert isinstance(content, bytes)
        if piece.get_filename():
            file = content
        else:
            fields[str(piece.get_param("name", header="content-disposition"))] = content.decode()
    return _merged(fields), file


def _merged(fields: dict[str, str]) -> dict[str, object]:
    body = orjson.loads(fields.pop("body", "{}"))
    return {**fields, **body}
