"""Documents are uploaded with their values and read back by hash."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest

from muniment_ecm import AnswerNotUnderstood
from muniment_ecm.documents import Documents, Upload
from muniment_kit.http import Answer, PeerUnavailable
from tests.unit.ecm.scripted_transport import ScriptedTransport, answer, logged_in

CONTENT = "GET /v2/nodes/7/versions/1/content"
UPLOAD = Upload(
    name="INV-1.pdf",
    media_type="application/pdf",
    content=b"%PDF",
    category_values={"5_2": "invoice"},
    external_created=date(2026, 6, 1),
)


async def test_an_upload_is_one_request_with_its_category_values() -> None:
    transport = ScriptedTransport(
        ("POST /v2/nodes", answer({"results": {"data": {"properties": {"id": 7}}}}))
    )
    assert await Documents(logged_in(transport)).create(3, UPLOAD) == 7
    sent = transport.calls[0].data or b""
    assert b'"roles":{"categories":{"5_2":"invoice"}}' in sent
    assert b'"external_create_date":"2026-06-01"' in sent
    assert not transport.calls[0].repeatable


@pytest.mark.parametrize("told", [{}, {"results": {}}, {"results": {"data": {"properties": {}}}}])
async def test_an_upload_whose_answer_lacks_the_id_is_not_understood(told: object) -> None:
    transport = ScriptedTransport(("POST /v2/nodes", answer(told)))
    with pytest.raises(AnswerNotUnderstood):
        await Documents(logged_in(transport)).create(3, UPLOAD)


async def test_a_download_that_breaks_off_is_begun_anew() -> None:
    transport = ScriptedTransport(
        (CONTENT, PeerUnavailable("broke off")), (CONTENT, Answer(200, {}, b"0123456789"))
    )
    found = await Documents(logged_in(transport)).content_hash(7, 1)
    assert found.sha256 == hashlib.sha256(b"0123456789").hexdigest()
    assert found.size_bytes == 10


async def test_a_download_that_never_comes_whole_is_given_up() -> None:
    transport = ScriptedTransport(*[(CONTENT, PeerUnavailable("broke off"))] * 3)
    with pytest.raises(PeerUnavailable):
        await Documents(logged_in(transport)).content_hash(7, 1)
    assert transport.is_finished


async def test_versions_come_oldest_first() -> None:
    told = answer(
        {"results": [{"data": {"versions": {"version_number": n, "file_size": n}}} for n in (2, 1)]},
    )
    transport = ScriptedTransport(("GET /v2/nodes/7/versions", told))
    assert [version.number for version in await Documents(logged_in(transport)).versions(7)] == [1, 2]


async def test_the_latest_version_is_asked_for() -> None:
    transport = ScriptedTransport(
        ("GET /v1/nodes/7/versions/latest", answer({"data": {"version_number": 3}}))
    )
    assert (await Documents(logged_in(transport)).latest_version(7)).number == 3


async def test_a_small_file_is_read_in_one_piece_and_begun_anew_too() -> None:
    transport = ScriptedTransport(
        (CONTENT, PeerUnavailable("broke off")), (CONTENT, Answer(200, {}, b"0123456789"))
    )
    found = await Documents(logged_in(transport)).content_hash(7, 1, expected_bytes=10)
    assert (found.sha256, found.size_bytes) == (hashlib.sha256(b"0123456789").hexdigest(), 10)


@pytest.mark.parametrize("expected_bytes", [10, None])
async def test_a_web_page_is_no_content(expected_bytes: int | None) -> None:
    page = Answer(200, {"Content-Type": "text/html"}, b"<html>")
    with pytest.raises(AnswerNotUnderstood):
        await Documents(logged_in(ScriptedTransport((CONTENT, page)))).content_hash(
            7, 1, media_type="application/pdf", expected_bytes=expected_bytes
        )
