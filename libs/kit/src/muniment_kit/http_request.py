"""What we ask of a peer, in a form that can be sent more than once."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import aiohttp
import orjson

_MEMORY_COPY_BYTES = 512 * 1024
"""Bodies above this are written to the socket in pieces; aiohttp warns at 1 MiB."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a multipart form: a field, or a file when ``filename`` is given.

    A ``Path`` is read from disk while it is sent.
    """

    name: str
    content: str | bytes | Path = field(repr=False)
    filename: str | None = None
    content_type: str | None = None


@dataclass(frozen=True, slots=True)
class Multipart:
    """A ``multipart/form-data`` body (RFC 7578). Parts keep their order."""

    parts: tuple[Part, ...]

    def __init__(self, *parts: Part) -> None:
        object.__setattr__(self, "parts", parts)


Data = bytes | Path | Mapping[str, str] | Sequence[tuple[str, str]] | Multipart
"""A body: raw bytes, a file read while it is sent, form fields (``application/x-www-form-urlencoded``), or
multipart.
"""

Params = Mapping[str, str | int] | Sequence[tuple[str, str | int]]
"""Query parameters; a sequence where a name repeats."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request to a peer. ``path`` is relative to its base URL."""

    method: str
    path: str = field(repr=False)
    repeatable: bool
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    params: Params | None = field(default=None, repr=False)
    data: Data | None = field(default=None, repr=False)
    json: Any = field(default=None, repr=False)
    timeout_s: float | None = None

    def __post_init__(self) -> None:
        if self.data is not None and self.json is not None:
            raise ValueError("A request has a body of data or of json, not both.")

    @property
    def what(self) -> str:
        """Name the request without its query: ``POST /api/v2/nodes``."""
        return f"{self.method} {self.path.partition('?')[0]}"


def body_of(request: Request, files: ExitStack) -> tuple[Any, Mapping[str, str]]:
    """Return the body as aiohttp wants it, built anew for this attempt, and the headers that belong to it.

    Files it is read from are open as long as ``files``.
    """
    if request.json is not None:
        return _bytes_body(orjson.dumps(request.json)), {"Content-Type": "application/json"}
    match request.data:
        case None:
            return None, {}
        case bytes() as raw:
            return _bytes_body(raw), {}
        case Path() as path:
            return files.enter_context(path.open("rb")), {}
        case Multipart(parts=parts):
            return _multipart_body(parts, files), {}
        case fields:
            return aiohttp.FormData(list(fields.items() if isinstance(fields, Mapping) else fields)), {}


def _bytes_body(content: bytes) -> bytes | io.BytesIO:
    return content if len(content) <= _MEMORY_COPY_BYTES else io.BytesIO(content)


def _multipart_body(parts: Sequence[Part], files: ExitStack) -> aiohttp.FormData:
    form = aiohttp.FormData(default_to_multipart=True)
    for part in parts:
        content = _part_content(part, files)
        content_type = part.content_type
        if content_type is None and part.filename is not None:
            content_type = "application/octet-stream"
        form.add_field(part.name, content, content_type=content_type, filename=part.filename)
    return form


def _part_content(part: Part, files: ExitStack) -> str | bytes | IO[bytes]:
    match part.content:
        case Path() as path:
            return files.enter_context(path.open("rb"))
        case bytes() as raw:
            return _bytes_body(raw)
        case text:
            return text
