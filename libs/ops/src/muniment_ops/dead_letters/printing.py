"""Bytes and untrusted texts as a terminal can show them without obeying them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

_ROW_BYTES = 16
_UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # controls, bidirectional marks, surrogates, line breaks


def printable(text: str) -> str:
    """Return ``text`` with everything that moves a cursor or turns a direction written as an escape."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escaped(letter) if unicodedata.category(letter) in _UNSAFE else letter for letter in text)


def printable_bytes(content: bytes) -> str:
    """Return a text as text; anything else as its length and first bytes in hex."""
    try:
        return printable(content.decode("utf-8"))
    except UnicodeDecodeError:
        return f"{len(content)} bytes, beginning {content[:_ROW_BYTES].hex(' ')}"


def hex_dump(content: bytes, *, total: int) -> str:
    """Return ``content``, the beginning of ``total`` bytes, as offset, hex and ASCII, 16 bytes a line."""
    lines = list(_lines(content))
    if len(content) < total:
        lines.append(f"… {total - len(content)} more of {total} bytes")
    return "\n".join(lines) or "(empty)"


def _lines(content: bytes) -> Iterator[str]:
    for begin in range(0, len(content), _ROW_BYTES):
        row = content[begin : begin + _ROW_BYTES]
        text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        yield f"{begin:08x}  {row.hex(' '):<{_ROW_BYTES * 3}} {text}"


def _escaped(letter: str) -> str:
    code = ord(letter)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
