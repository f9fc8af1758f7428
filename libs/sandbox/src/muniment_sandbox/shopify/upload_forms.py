"""Reading the form of an upload: fields first, then the file. What follows the file is not looked at.

aiohttp's own reader calls a deprecated function of itself for parts that do not tell their length, as most
clients send them; warnings are errors here. Source: RFC 7578.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

FILE_FIELD = "file"
_HEAD_END = b"\r\n\r\n"
_NAME = re.compile(
    rb'(?i)^content-disposition:\s*form-data\b[^\r\n]*?;\s*name="?([^"\r\n;]*)"?', re.MULTILINE
)


class BrokenForm(ValueError):
    """The bytes are no form with a file."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a form has before its file, and where the file begins."""

    fields: Mapping[str, str]
    file_at: int


def boundary_of(content_type: str) -> bytes:
    """Return what separates the parts of a form; raises BrokenForm where the header does not say."""
    found = re.search(r'(?i)\bboundary="?([^";]{1,70})"?', content_type)
    if not content_type.lower().startswith("multipart/form-data") or found is None:
        raise BrokenForm("The upload must be a multipart form.")
    return b"--" + found[1].encode()


def beginning_of(raw: bytes | bytearray, boundary: bytes) -> Beginning | None:
    """Return the fields before the file once the file's own headers have come, None before."""
    fields: dict[str, str] = {}
    at = raw.find(boundary)
    while at >= 0:
        head, head_end = at + len(boundary), raw.find(_HEAD_END, at)
        if raw[head : head + 2] == b"--":
            raise BrokenForm("The form has no field named file.")
        if head_end < 0:
            return None
        name = _NAME.search(bytes(raw[head:head_end]).strip())
        if name is None:
            raise BrokenForm("A part of the form has no name.")
        start = head_end + len(_HEAD_END)
        if name[1].decode("utf-8", "replace") == FILE_FIELD:
            return Beginning(fields, start)
        at = raw.find(b"\r\n" + boundary, start)
        if at < 0:
            return None
        fields[name[1].decode("utf-8", "replace")] = bytes(raw[start:at]).decode("utf-8", "replace")
        at += 2
    return None


def file_in(raw: bytes | bytearray, boundary: bytes, beginning: Beginning) -> bytes:
    """Return the file of a form that has come as a whole; raises BrokenForm where it is cut off."""
    end = raw.find(b"\r\n" + boundary, beginning.file_at)
    if end < 0:
        raise BrokenForm("The form is cut off.")
    return bytes(raw[beginning.file_at : end])
