"""Reads ``multipart/form-data`` (RFC 7578) from bytes that are all there.

A whole body is cut at its boundary by ``bytes.find``: for documents of some kilobytes that is far cheaper
than reading a stream of lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from muniment_sandbox.ecm.state.refusals import Kind, Refused

MAX_PARTS = 1000
_PARAMETER = re.compile(r";\s*([\w-]+\*?)\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^;\s]*))")


@dataclass(frozen=True, slots=True)
class Part:
    """One part. ``file_name`` is ``None`` for a plain field."""

    name: str
    file_name: str | None
    mime_type: str
    content: bytes


def read_parts(body: bytes, content_type: str) -> list[Part]:
    """Return the parts of a body; refuse (400) one that is not multipart."""
    boundary = _parameters(content_type).get("boundary", "")
    if not boundary:
        raise _malformed("it names no boundary")
    delimiter = b"--" + boundary.encode("utf-8", "surrogateescape")
    start = body.find(delimiter)
    if start < 0:
        raise _malformed("its boundary does not occur")
    parts: list[Part] = []
    position = start + len(delimiter)
    while body[position : position + 2] != b"--":
        end = body.find(b"\r\n" + delimiter, position)
        if end < 0 or body[position : position + 2] != b"\r\n" or len(parts) >= MAX_PARTS:
            raise _malformed("a part has no end")
        parts.append(_read_part(body, position, end))
        position = end + 2 + len(delimiter)
    return parts


def _read_part(body: bytes, start: int, end: int) -> Part:
    blank = body.find(b"\r\n\r\n", start, end)
    if blank < 0:
        raise _malformed("a part has no headers")
    headers: dict[str, str] = {}
    for line in body[start:blank].decode("utf-8", "replace").split("\r\n"):
        key, _, value = line.partition(":")
        headers[key.strip().lower()] = value.strip()
    given = _parameters(headers.get("content-disposition", ""))
    name = given.get("name")
    if name is None:
        raise _malformed("a part has no name")
    content = body[blank + 4 : end]
    return Part(name, given.get("filename"), headers.get("content-type", ""), content)


def _parameters(header: str) -> dict[str, str]:
    """The parameters of a header value; ``filename*`` (RFC 5987) wins over ``filename``."""
    plain: dict[str, str] = {}
    extended: dict[str, str] = {}
    for key, quoted, bare in _PARAMETER.findall(header):
        if key.endswith("*"):
            extended[key[:-1].lower()] = unquote((quoted or bare).rpartition("'")[2])
        else:
            plain[key.lower()] = re.sub(r"\\([\"\\])", r"\1", quoted or bare).replace("%22", '"')
    return plain | extended


def _malformed(why: str) -> Refused:
    return Refused(Kind.INVALID, f"The request body could not be read as multipart/form-data: {why}.")
