"""Reading what a picture says of itself: its format and its size, and whether it is whole."""

from __future__ import annotations

import struct
from dataclasses import dataclass

_JPEG_SIZES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_JPEG_ALONE = {0x01, *range(0xD0, 0xD9)}


class NoPicture(ValueError):
    """The bytes are no picture of a known format, or only a part of one."""


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """Format and size in pixels."""

    media_type: str
    width: int
    height: int


def read_picture(content: bytes) -> PictureFacts:
    """Read PNG, JPEG, GIF or WebP; raises NoPicture for anything else and for a truncated one."""
    try:
        if content.startswith(b"\x89PNG\r\n\x1a\n"):
            return _png(content)
        if content.startswith(b"\xff\xd8\xff"):
            return _jpeg(content)
        if content[:6] in (b"GIF87a", b"GIF89a"):
            return _gif(content)
        if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            return _webp(content)
    except (struct.error, IndexError) as error:
        raise NoPicture("The picture ends before its size is known.") from error
    raise NoPicture("The bytes are neither PNG, JPEG, GIF nor WebP.")


def _png(content: bytes) -> PictureFacts:
    if not content.rstrip(b"\0")[-12:].endswith(b"IEND\xaeB`\x82"):
        raise NoPicture("The picture is cut off.")
    width, height = struct.unpack(">II", content[16:24])
    return _facts("image/png", width, height)


def _jpeg(content: bytes) -> PictureFacts:
    if b"\xff\xd9" not in content[-64:]:
        raise NoPicture("The picture is cut off.")
    at = 2
    while True:
        if content[at] != 0xFF:
            raise NoPicture("The picture's segments are broken.")
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in _JPEG_ALONE:
            at += 2
        elif marker in _JPEG_SIZES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return _facts("image/jpeg", width, height)
        else:
            at += 2 + max(2, int(struct.unpack(">H", content[at + 2 : at + 4])[0]))


def _gif(content: bytes) -> PictureFacts:
    if not content.rstrip(b"\0").endswith(b";"):
        raise NoPicture("The picture is cut off.")
    width, height = struct.unpack("<HH", content[6:10])
    return _facts("image/gif", width, height)


def _webp(content: bytes) -> PictureFacts:
    if len(content) < struct.unpack("<I", content[4:8])[0] + 8:
        raise NoPicture("The picture is cut off.")
    kind = content[12:16]
    if kind == b"VP8X":
        width = int.from_bytes(content[24:27], "little") + 1
        height = int.from_bytes(content[27:30], "little") + 1
    elif kind == b"VP8L":
        bits = struct.unpack("<I", content[21:25])[0]
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    else:
        width, height = (side & 0x3FFF for side in struct.unpack("<HH", content[26:30]))
    return _facts("image/webp", width, height)


def _facts(media_type: str, width: int, height: int) -> PictureFacts:
    if not width or not height:
        raise NoPicture("The picture has no extent.")
    return PictureFacts(media_type, width, height)
