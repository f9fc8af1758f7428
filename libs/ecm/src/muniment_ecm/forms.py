"""Request bodies.

Content Server reads forms, not JSON; structured input is one JSON string in the field ``body``. Bodies are
encoded here, to bytes, once: the same bytes can be sent again after a login.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import orjson

Fields = Mapping[str, str] | Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Form:
    """An encoded request body with its content type."""

    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class FilePart:
    """The file of a multipart form; the server stores ``media_type`` as the version's."""

    name: str
    media_type: str
    content: bytes


def form(fields: Fields) -> Form:
    """Encode ``fields`` as ``application/x-www-form-urlencoded``; pairs may repeat a name."""
    pairs = list(fields.items()) if isinstance(fields, Mapping) else list(fields)
    return Form("application/x-www-form-urlencoded", urlencode(pairs).encode("ascii"))


def body_form(body: Mapping[str, object]) -> Form:
    """Encode structured input: the JSON of ``body`` in the one field ``body``."""
    return form({"body": _json(body)})


def upload_form(body: Mapping[str, object], file: FilePart) -> Form:
    """Encode an upload: ``multipart/form-data`` (RFC 7578) with the parts ``body`` and ``file``."""
    return multipart_form({"body": _json(body)}, file)


def multipart_form(fields: Mapping[str, str], file: FilePart, field: str = "file") -> Form:
    """Encode text ``fields`` and one file, as ``field``, as ``multipart/form-data`` (RFC 7578)."""
    boundary = f"muniment-{secrets.token_hex(16)}"
    pieces: list[bytes] = []
    for name, value in fields.items():
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(name)}"\r\n\r\n'
        pieces += [head.encode(), value.encode(), b"\r\n"]
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; '
        f'filename="{_quoted(file.name)}"\r\n'
        f"Content-Type: {_one_line(file.media_type)}\r\n\r\n"
    )
    pieces += [head.encode(), file.content, f"\r\n--{boundary}--\r\n".encode()]
    return Form(f"multipart/form-data; boundary={boundary}", b"".join(pieces))


def _json(body: Mapping[str, object]) -> str:
    return orjson.dumps(body).decode("utf-8")


def _quoted(text: str) -> str:
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _one_line(media_type: str) -> str:
    return "".join(media_type.split())
