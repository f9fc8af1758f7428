from __future__ import annotations

import io
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfWriter

from muniment_ops.chaos.attachments import embedded_files


def pdf_with(*attachments: bytes) -> bytes:
    """A PDF by another library than the one that typesets ours."""
    writer = PdfWriter()
    writer.add_blank_page(width=100, height=100)
    for number, content in enumerate(attachments):
        writer.add_attachment(f"{number}.json", content)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def stream(dictionary: bytes, raw: bytes) -> bytes:
    return b"7 0 obj\n<<" + dictionary + b">>\nstream\n" + raw + b"\nendstream\nendobj\n"


@given(st.lists(st.binary(max_size=2000), max_size=3))
def test_what_was_embedded_is_read_back(attachments: list[bytes]) -> None:
    assert sorted(embedded_files(pdf_with(*attachments))) == sorted(attachments)


def test_a_compressed_file_is_unpacked() -> None:
    packed = zlib.compress(b'{"order": 1}')
    dictionary = f"/Type /EmbeddedFile /Filter /FlateDecode /Length {len(packed)}".encode()
    assert embedded_files(stream(dictionary, packed)) == [b'{"order": 1}']


def test_a_file_that_cannot_be_unpacked_is_a_fault() -> None:
    dictionary = b"/Type /EmbeddedFile /Filter /FlateDecode /Length 5"
    with pytest.raises(ValueError, match="unpacked"):
        embedded_files(stream(dictionary, b"noise"))


def test_a_file_without_a_length_is_a_fault() -> None:
    with pytest.raises(ValueError, match="length"):
        embedded_files(stream(b"/Type /EmbeddedFile /Length 9 0 R", b"noise"))


def test_other_streams_are_left_alone() -> None:
    assert embedded_files(pdf_with()) == []
