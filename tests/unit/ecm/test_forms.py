"""Requests are forms, encoded once, readable by an independent parser."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import HTTP
from urllib.parse import parse_qsl

import orjson
from hypothesis import given
from hypothesis import strategies as st

from muniment_ecm.forms import FilePart, Form, body_form, form, upload_form


def parts_of(encoded: Form) -> dict[str, tuple[str | None, str, bytes]]:
    head = f"Content-Type: {encoded.content_type}\r\n\r\n".encode()
    message = message_from_bytes(head + encoded.body, policy=HTTP)
    found: dict[str, tuple[str | None, str, bytes]] = {}
    for piece in message.iter_parts():
        name = piece.get_param("name", header="content-disposition")
        content = piece.get_payload(decode=True)
        assert isinstance(name, str)
        assert isinstance(content, bytes)
        found[name] = (piece.get_filename(), piece.get_content_type(), content)
    return found


@given(st.lists(st.tuples(st.text(min_size=1, max_size=9), st.text(max_size=9)), min_size=1))
def test_fields_come_back_in_order_also_when_repeated(fields: list[tuple[str, str]]) -> None:
    fields = [(_speakable(name), _speakable(value)) for name, value in fields]
    assert parse_qsl(form(fields).body.decode(), keep_blank_values=True) == fields


def test_structured_input_is_one_json_field() -> None:
    fields = dict(parse_qsl(body_form({"name": "Büro & Co", "type": 0}).body.decode()))
    assert orjson.loads(fields["body"]) == {"name": "Büro & Co", "type": 0}


@given(st.binary(max_size=400).filter(lambda content: b"\r" not in content and b"\n" not in content))
def test_an_upload_carries_its_bytes(content: bytes) -> None:
    encoded = upload_form({"name": "a"}, FilePart("INV-1.pdf", "application/pdf", content))
    name, media_type, got = parts_of(encoded)["file"]
    assert (name, media_type, got) == ("INV-1.pdf", "application/pdf", content)


def test_a_file_name_cannot_add_a_header() -> None:
    encoded = upload_form({}, FilePart('a"\r\nX-Evil: 1\r\n\r\n.pdf', "text/plain\r\nX-Evil: 1", b"x"))
    assert b"X-Evil: 1\r\n" not in encoded.body
    assert set(parts_of(encoded)) == {"body", "file"}


def _speakable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
