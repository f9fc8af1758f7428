"""Clients send the same thing in different ways; the server reads all of them."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_sandbox.ecm.form import Form, read_form
from muniment_sandbox.ecm.multipart import read_parts
from muniment_sandbox.ecm.state import Refused
from tests.unit.sandbox_ecm.desk import BOUNDARY, multipart

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


def test_query_form_and_body_are_merged_and_the_body_wins() -> None:
    form = read_form("limit=1&page=2&q=x", URLENCODED, b'limit=5&body={"limit":7,"where":"w"}')
    assert dict(form.all()) == {"limit": 7, "page": "2", "q": "x", "where": "w"}


def test_a_form_wins_over_the_query() -> None:
    assert read_form("limit=1", URLENCODED, b"limit=5").integer("limit") == 5


def test_a_multipart_body_carries_fields_json_and_a_file() -> None:
    body = multipart([("body", None, b'{"name":"n"}'), ("flat", None, b"1"), ("file", "r.txt", b"bytes\r\n")])
    form = read_form("", MULTIPART, body)
    upload = form.upload()
    assert form.text("name") == "n"
    assert form.text("flat") == "1"
    assert upload is not None
    assert (upload.file_name, upload.mime_type, upload.content) == ("r.txt", "text/plain", b"bytes\r\n")


def test_content_type_json_without_a_body_is_no_trouble() -> None:
    assert read_form("fields=properties", "application/json", b"").text("fields") == "properties"


def test_a_json_body_is_read_only_where_it_may_be() -> None:
    assert dict(read_form("", "application/json", b'{"a":1}').all()) == {}
    assert dict(read_form("", "application/json", b'{"a":1}', json_allowed=True).all()) == {"a": 1}


@pytest.mark.parametrize("word", ["true", "True", "1", "", "yes"])
def test_these_words_mean_on(word: str) -> None:
    assert read_form(f"metadata={word}", "", b"").flag("metadata")


def test_a_flag_without_a_value_is_on_and_an_absent_one_off() -> None:
    form = read_form("metadata&limit=1", "", b"")
    assert form.flag("metadata")
    assert not form.flag("state")


@pytest.mark.parametrize("word", ["false", "False", "0", "FALSE"])
def test_these_words_mean_off(word: str) -> None:
    assert not read_form(f"metadata={word}", "", b"").flag("metadata")


@pytest.mark.parametrize(
    "query", ["ids=1&ids=2", "ids={1,2}", "ids=1,2", "ids=[1,2]", "ids={'1','2'}", "ids[]=1&ids[]=2"]
)
def test_a_list_may_be_written_in_many_ways(query: str) -> None:
    assert read_form(query, "", b"").integers("ids") == [1, 2]


def test_a_name_with_a_comma_in_a_json_list_stays_whole() -> None:
    form = read_form("", URLENCODED, b"body=" + json.dumps({"names": ["one", "two"]}).encode())
    assert form.texts("names") == ["one", "two"]


def test_the_utf8_file_name_of_the_newer_header_wins() -> None:
    body = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="x"; '
        f"filename*=UTF-8''Rechnung%20%C3%BC.pdf\r\n\r\nz\r\n--{BOUNDARY}--"
    ).encode()
    assert read_parts(body, MULTIPART)[0].file_name == "Rechnung ü.pdf"


@pytest.mark.parametrize(
    "body",
    [b"", b"no boundary", b"--a-boundary", b"--a-boundary\r\n", b"--a-boundary\r\nx\r\n--a-boundary--"],
)
def test_a_broken_multipart_body_is_refused_with_words(body: bytes) -> None:
    with pytest.raises(Refused, match="multipart"):
        read_parts(body, MULTIPART)


@given(st.binary(max_size=300), st.sampled_from([URLENCODED, MULTIPART, "application/json", "", "x/y"]))
def test_no_bytes_break_the_reader(body: bytes, content_type: str) -> None:
    with suppress(Refused):
        read_form("", content_type, body, json_allowed=True)


@given(
    st.lists(
        st.tuples(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.binary(max_size=50)),
        min_size=1,
        max_size=5,
    )
)
def test_what_is_sent_as_parts_is_read_as_parts(parts: list[tuple[str, bytes]]) -> None:
    body = multipart([(name, "f.bin", content) for name, content in parts])
    if any(BOUNDARY.encode() in content for _, content in parts):
        return
    assert [(one.name, one.content) for one in read_parts(body, MULTIPART)] == parts


def test_a_structure_where_a_text_is_wanted_is_refused() -> None:
    with pytest.raises(Refused, match="Invalid datatype specified for argument 'name'"):
        Form({"name": {"a": 1}}).text("name")


def test_a_missing_argument_is_named() -> None:
    with pytest.raises(Refused, match="Missing required parameter 'parent_id'"):
        Form({}).required_integer("parent_id")


def test_a_body_that_is_no_json_is_refused() -> None:
    with pytest.raises(Refused, match="Body parameter is invalid"):
        read_form("", URLENCODED, b"body={oops")
