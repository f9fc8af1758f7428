"""The registry's client against servers that answer in every way."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from muniment_contracts import RegistryAccess, RegistryClient, RegistryRefused, RegistryUnavailable

Answer = tuple[int, bytes]


@dataclass
class Server:
    """Answers with what is queued, the last answer for ever, and notes what it was asked."""

    url: str = ""
    answers: list[Answer] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def answer(self) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    told = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked.append(self.path)
            told.headers.append({name.lower(): value for name, value in self.headers.items()})
            status, content = told.answer()
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "http://127.0.0.1:1/")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        told.url = f"http://127.0.0.1:{httpd.server_address[1]}/apis/x/"
        thread = threading.Thread(target=lambda: httpd.serve_forever(poll_interval=0.01))
        thread.start()
        try:
            yield told
        finally:
            httpd.shutdown()
            thread.join()


def test_a_registry_that_stumbles_is_asked_again(server: Server) -> None:
    server.answers = [(503, b""), (500, b"oops"), (200, b'["a"]')]
    assert RegistryClient(RegistryAccess(url=server.url)).subjects() == ["a"]
    assert server.asked == ["/apis/x/subjects"] * 3


def test_a_registry_that_keeps_stumbling_is_unavailable(server: Server) -> None:
    server.answers = [(503, b"")]
    with pytest.raises(RegistryUnavailable, match=r"does not answer \(HTTP 503\)"):
        RegistryClient(RegistryAccess(url=server.url)).subjects()
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("content", "ask"),
    [
        (b"<html>", lambda client: client.subjects()),
        (b"{}", lambda client: client.subjects()),
        (b"[]", lambda client: client.schema(1)),
        (b'{"schema": 5}', lambda client: client.schema(1)),
        (b'{"schema": "{}"}', lambda client: client.newest("a")),
        (b"{}", lambda client: client.versions("a")),
        (b"5 " + b" " * (5 << 20), lambda client: client.subjects()),
    ],
)
def test_what_is_no_answer_of_a_registry_is_not_believed(
    server: Server, content: bytes, ask: Callable[[RegistryClient], object]
) -> None:
    server.answers = [(200, content)]
    with pytest.raises(RegistryUnavailable):
        ask(RegistryClient(RegistryAccess(url=server.url)))


def test_redirects_are_not_followed(server: Server) -> None:
    server.answers = [(302, b"")]
    with pytest.raises(RegistryRefused) as refused:
        RegistryClient(RegistryAccess(url=server.url, token="secret")).subjects()
    assert refused.value.status == 302


def test_credentials_are_sent_and_never_told(server: Server) -> None:
    server.answers = [(401, b"")]
    pair = base64.b64encode(b"reader:s3cret").decode()
    for access, sent in (
        (RegistryAccess(url=server.url), None),
        (RegistryAccess(url=server.url, username="reader", password="s3cret"), f"Basic {pair}"),
        (RegistryAccess(url=server.url, token="s3cret"), "Bearer s3cret"),
    ):
        with pytest.raises(RegistryRefused, match="refuses our credentials") as refused:
            RegistryClient(access).subjects()
        assert server.headers[-1].get("authorization") == sent
        assert "s3cret" not in f"{access!r} {refused.value}"


def test_subjects_are_quoted(server: Server) -> None:
    server.answers = [(200, json.dumps([2, 1]).encode())]
    assert RegistryClient(RegistryAccess(url=server.url)).versions("a/b c") == [1, 2]
    assert server.asked == ["/apis/x/subjects/a%2Fb%20c/versions"]


@pytest.mark.parametrize(
    "given",
    [
        {"url": "registry:8081"},
        {"url": "ftp://registry"},
        {"url": "http://user:secret@registry"},
        {"url": "http://registry/?x=1"},
        {"url": "http://registry", "token": "t", "username": "a"},
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_its_secrets(given: dict[str, str]) -> None:
    with pytest.raises(ValueError) as refused:
        RegistryAccess(**given)  # type: ignore[arg-type]  # texts only
    assert "secret" not in str(refused.value)
