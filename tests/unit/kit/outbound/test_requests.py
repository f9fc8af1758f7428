"""What may be asked of a peer, before anything is sent."""

from __future__ import annotations

import pytest

from muniment_kit.http import Answer, NotJson, PeerSettings
from muniment_kit.http_request import Request
from muniment_kit.http_transport import Transport


@pytest.fixture
def transport() -> Transport:
    return Transport("https://ecm.example:8443/otcs/cs.exe", PeerSettings())


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("/api/v2/nodes/1", "https://ecm.example:8443/otcs/cs.exe/api/v2/nodes/1"),
        ("api/v1/auth", "https://ecm.example:8443/otcs/cs.exe/api/v1/auth"),
        ("/api/v2/nodes?metadata", "https://ecm.example:8443/otcs/cs.exe/api/v2/nodes?metadata"),
        ("//evil.example/x", "https://ecm.example:8443/otcs/cs.exe/evil.example/x"),
        ("/@evil.example/x", "https://ecm.example:8443/otcs/cs.exe/@evil.example/x"),
        ("https://ecm.example:8443/otdsws/x", "https://ecm.example:8443/otdsws/x"),
        ("https://ecm.example:8443/a%2Fb?by=%2Fc%40d%7E", "https://ecm.example:8443/a%2Fb?by=%2Fc%40d%7E"),
    ],
)
def test_a_path_is_joined_to_the_base_and_stays_at_its_origin(
    transport: Transport, path: str, url: str
) -> None:
    assert str(transport.url_of(path)) == url


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/otcs",
        "http://ecm.example:8443/otcs",
        "https://ecm.example/otcs",
        "https://user@ecm.example:8443/otcs",
        "/api/../../admin",
        "/api/x#y",
    ],
)
def test_another_origin_and_a_way_out_of_the_base_are_refused(transport: Transport, path: str) -> None:
    with pytest.raises(ValueError, match=r"another origin|request path"):
        transport.url_of(path)


def test_a_request_has_one_body() -> None:
    with pytest.raises(ValueError, match="not both"):
        Request("POST", "/x", True, data=b"x", json={})


def test_neither_query_nor_headers_nor_body_show_in_a_requests_name_or_repr() -> None:
    request = Request(
        "POST", "/x?secret=1", True, headers={"A": "secret"}, params={"p": "secret"}, data=b"secret"
    )
    assert request.what == "POST /x"
    assert "secret=1" not in request.what
    assert "secret" not in repr(request)


def test_headers_of_an_answer_are_found_in_any_case() -> None:
    assert Answer(200, {"OTCSTicket": "t"}, b"").headers["otcsticket"] == "t"


def test_an_answer_that_is_no_json_says_so_without_its_body() -> None:
    with pytest.raises(NotJson) as raised:
        Answer(200, {}, b"<html>secret</html>").json()
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"timeout_s": 0},
        {"max_attempts": 0},
        {"min_concurrency": 9, "max_concurrency": 8},
        {"retry_within_s": -1},
    ],
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError):
        PeerSettings(**wrong)  # type: ignore[arg-type]  # names chosen by the parameters above
