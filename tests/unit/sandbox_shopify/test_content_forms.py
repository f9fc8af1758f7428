"""The form of an upload is read whatever its bytes are and however they arrive."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_sandbox.shopify.upload_forms import BrokenForm, beginning_of, boundary_of, file_in

BOUNDARY = "a-boundary"
FIELDS = {"key": "tmp/1/files/2-abc/sheet ü.pdf", "policy": "eyJ9", "note": "two\r\nlines"}


def form(content: bytes, fields: dict[str, str] | None = None) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in (FIELDS if fields is None else fields).items()
    ]
    head = (
        f"--{BOUNDARY}\r\nContent-Type: application/pdf\r\n"
        'Content-Disposition: form-data; filename="x.pdf"; name=file\r\n\r\n'
    )
    return b"".join([*parts, head.encode(), content, f"\r\n--{BOUNDARY}--\r\n".encode()])


@given(st.binary(max_size=500), st.integers(1, 64))
def test_the_file_is_read_to_the_byte(content: bytes, step: int) -> None:
    boundary = boundary_of(f"multipart/form-data; boundary={BOUNDARY}")
    raw = form(content)
    beginning = None
    for end in range(step, len(raw) + step, step):
        beginning = beginning_of(raw[:end], boundary)
        if beginning is not None:
            break
    assert beginning is not None
    assert dict(beginning.fields) == FIELDS
    assert file_in(raw, boundary, beginning) == content


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    boundary = boundary_of('multipart/form-data; boundary="x"')
    try:
        beginning = beginning_of(b"--x\r\n" + raw, boundary)
    except BrokenForm:
        return
    assert beginning is None or beginning.file_at <= len(raw) + 5


def test_what_is_no_form_or_has_no_file_is_said() -> None:
    for wrong in ("application/json", "multipart/form-data", "multipart/mixed; boundary=x"):
        with pytest.raises(BrokenForm, match="multipart form"):
            boundary_of(wrong)
    boundary = boundary_of(f"multipart/form-data; boundary={BOUNDARY}")
    closed = form(b"x").replace(b"name=file", b"name=other")
    with pytest.raises(BrokenForm, match="no field named file"):
        beginning_of(closed, boundary)
    with pytest.raises(BrokenForm, match="no name"):
        beginning_of(f"--{BOUNDARY}\r\nContent-Type: text/plain\r\n\r\nx".encode(), boundary)
    whole = form(b"the file")
    beginning = beginning_of(whole, boundary)
    assert beginning is not None
    with pytest.raises(BrokenForm, match="cut off"):
        file_in(whole[:-20], boundary, beginning)
