"""Reads the snapshot out of our own PDFs, without the library that wrote them.

An embedded file is a stream object with ``/Type /EmbeddedFile`` (ISO 32000-2, 7.11.4); streams are never
inside object streams, so the object's dictionary stands before it in plain text.
"""

from __future__ import annotations

import re
import zlib

_EMBEDDED = re.compile(rb"<<(?P<dictionary>(?:(?!endobj).)*?/EmbeddedFile\b.*?)>>\s*stream\r?\n", re.DOTALL)
_LENGTH = re.compile(rb"/Length\s+(\d+)(?!\s+\d+\s+R)")
_MOST_BYTES = 64 << 20


def embedded_files(pdf: bytes) -> list[bytes]:
    """Return the content of every embedded file. Raises ``ValueError`` for one that cannot be read."""
    return [_content(pdf, found) for found in _EMBEDDED.finditer(pdf)]


def _content(pdf: bytes, found: re.Match[bytes]) -> bytes:
    dictionary = found["dictionary"]
    length = _LENGTH.search(dictionary)
    if length is None:
        raise ValueError("An embedded file does not say its length.")
    raw = pdf[found.end() : found.end() + int(length[1])]
    if b"/FlateDecode" not in dictionary:
        return raw
    reader = zlib.decompressobj()
    try:
        content = reader.decompress(raw, _MOST_BYTES)
    except zlib.error as error:
        raise ValueError("An embedded file cannot be unpacked.") from error
    if reader.unconsumed_tail:
        raise ValueError("An embedded file is larger than any snapshot.")
    return content
