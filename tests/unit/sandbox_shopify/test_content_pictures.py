"""A picture's size is read from its first bytes, whatever its format; anything else is no picture."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_sandbox.shopify.state.pictures import NoPicture, PictureFacts, read_picture
from muniment_sandbox.shopify.state.shelves import drawing

SIDES = st.integers(1, 16_000)


def png(width: int, height: int) -> bytes:
    header = struct.pack(">II", width, height)
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + header + b"\0\0\0\0IEND\xaeB`\x82"


def jpeg(width: int, height: int) -> bytes:
    frame = b"\xff\xc0\0\x11\x08" + struct.pack(">HH", height, width) + b"\3" + b"\0" * 9
    return b"\xff\xd8\xff\xe0\0\x10JFIF" + b"\0" * 10 + frame + b"\xff\xda\0\2\0\xff\xd9"


def gif(width: int, height: int) -> bytes:
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\0\0\0;"


def webp(width: int, height: int) -> bytes:
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X\x0a\0\0\0\0\0\0\0" + size
    return b"RIFF" + struct.pack("<I", len(body)) + body


def lossless_webp(width: int, height: int) -> bytes:
    body = b"WEBPVP8L\x05\0\0\0\x2f" + struct.pack("<I", (width - 1) | (height - 1) << 14)
    return b"RIFF" + struct.pack("<I", len(body)) + body


@given(SIDES, SIDES)
def test_the_size_is_read(width: int, height: int) -> None:
    for make, media_type in (
        (png, "png"),
        (jpeg, "jpeg"),
        (gif, "gif"),
        (webp, "webp"),
        (lossless_webp, "webp"),
    ):
        assert read_picture(make(width, height)) == PictureFacts(f"image/{media_type}", width, height)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    for start in (b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"RIFF\0\0\0\0WEBP"):
        try:
            facts = read_picture(start + content)
        except NoPicture:
            continue
        assert facts.width > 0
        assert facts.height > 0


@pytest.mark.parametrize("cut", [12, 100, 500])
def test_a_picture_that_is_cut_off_is_none(cut: int) -> None:
    with pytest.raises(NoPicture):
        read_picture(drawing(2, 0)[:-cut])


def test_the_shops_own_pictures_are_pictures() -> None:
    for place in range(6):
        assert read_picture(drawing(place, place % 2)) == PictureFacts("image/png", 480, 480)
