"""How entries lie in a segment file: pure, bytes in and bytes out.

A segment begins with ``MAGIC``. Each entry is its length and its CRC-32, four bytes each, big-endian, and
then its payload. What a crash leaves at the end is no whole entry, and its CRC says so.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

MAGIC = b"MUNJRNL1"
MAX_PAYLOAD_BYTES = 64 * 1024 * 1024
HEAD_BYTES = 8

_HEAD = struct.Struct(">II")


def framed(payload: bytes) -> bytes:
    """Return ``payload`` as an entry. It is never empty: zeros are what a crash leaves, and no entry."""
    if not 0 < len(payload) <= MAX_PAYLOAD_BYTES:
        raise ValueError(f"An entry has 1 to {MAX_PAYLOAD_BYTES} bytes, not {len(payload)}.")
    return _HEAD.pack(len(payload), zlib.crc32(payload)) + payload


def announced_bytes(head: bytes) -> int | None:
    """Return how many bytes the payload after ``head`` has, or ``None`` if it is no head of an entry."""
    if len(head) < HEAD_BYTES:
        return None
    length = int(_HEAD.unpack_from(head)[0])
    return length if 0 < length <= MAX_PAYLOAD_BYTES else None


def entries_in(content: bytes) -> Iterator[tuple[bytes, int]]:
    """Yield each whole entry at the beginning of ``content``, and where it ends; stop at what is none."""
    position, view = 0, memoryview(content)
    while (length := announced_bytes(content[position : position + HEAD_BYTES])) is not None:
        end = position + HEAD_BYTES + length
        payload = bytes(view[position + HEAD_BYTES : end])
        if len(payload) < length or zlib.crc32(payload) != _HEAD.unpack_from(content, position)[1]:
            return
        yield payload, end
        position = end
