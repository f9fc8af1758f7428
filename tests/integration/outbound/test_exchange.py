"""What travels: bodies, queries, headers, streams, connections, TLS."""

from __future__ import annotations

import gzip
import ssl
from pathlib import Path

import pytest

from muniment_kit.http import AnswerTooLarge, Multipart, Part, PeerUnavailable
from tests.integration.outbound.conftest import PeerOf
from tests.integration.outbound.faulty_server import FaultyServer, Reply


async def test_a_query_is_added_to_what_the_path_brings(server: FaultyServer, peer_of: PeerOf) -> None:
    await peer_of(server.url + "/cs/cs").request(
        "GET",
        "/api/v2/nodes?metadata",
        repeatable=True,
        params=[("where", "a b"), ("where", "é"), ("limit", 5)],
    )
    assert server.seen[0].target == "/cs/cs/api/v2/nodes?metadata&where=a+b&where=%C3%A9&limit=5"


async def test_json_travels_as_json(server: FaultyServer, peer_of: PeerOf) -> None:
    await peer_of(server.url).request("POST", "/x", repeatable=True, json={"name": "Ünal"})
    assert server.seen[0].body == '{"name":"Ünal"}'.encode()
    assert server.seen[0].headers["content-type"] == "application/json"


async def test_fields_travel_as_a_form(server: FaultyServer, peer_of: PeerOf) -> None:
    await peer_of(server.url).request("POST", "/x", repeatable=True, data=[("a", "1 2"), ("a", "ü")])
    assert server.seen[0].body == b"a=1+2&a=%C3%BC"
    assert server.seen[0].headers["content-type"] == "application/x-www-form-urlencoded"


async def test_a_large_file_travels_whole_also_on_the_second_attempt(
    server: FaultyServer, peer_of: PeerOf
) -> None:
    server.script = [Reply(503)]
    content = bytes(range(256)) * 8192  # 2 MiB
    form = Multipart(Part("body", "{}"), Part("file", content, "Rechnung ü.pdf", "application/pdf"))
    await peer_of(server.url).request("POST", "/x", repeatable=True, data=form)
    assert len(server.seen) == 2
    for seen in server.seen:
        assert content in seen.body
        assert b"Content-Type: application/pdf" in seen.body


async def test_a_file_on_disk_is_sent_as_a_whole_body_and_as_a_part_with_its_length_told(
    server: FaultyServer, peer_of: PeerOf, tmp_path: Path
) -> None:
    content = bytes(range(256)) * 4096  # 1 MiB
    path = tmp_path / "rechnung.pdf"
    path.write_bytes(content)
    server.script = [Reply(503), Reply(), Reply(503)]
    peer = peer_of(server.url)
    await peer.request("PUT", "/x", repeatable=True, data=path)
    form = Multipart(Part("key", "v"), Part("file", path, path.name, "application/pdf"))
    await peer.request("POST", "/x", repeatable=True, data=form)
    assert [seen.body for seen in server.seen[:2]] == [content, content]
    for seen in server.seen[2:]:
        assert content in seen.body
        assert seen.body.index(b'name="key"') < seen.body.index(b'name="file"')
    for seen in server.seen:
        assert int(seen.headers["content-length"]) == len(seen.body)


async def test_headers_of_the_caller_go_along_and_no_cookie_comes_back(
    server: FaultyServer, peer_of: PeerOf
) -> None:
    server.script = [Reply(headers={"Set-Cookie": "session=1; Path=/"})]
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    peer = peer_of(server.url)
    for _ in range(2):
        await peer.request("GET", "/x", repeatable=True, headers={"traceparent": trace})
    assert [seen.headers["traceparent"] for seen in server.seen] == [trace, trace]
    assert "cookie" not in server.seen[1].headers


async def test_one_connection_serves_calls_one_after_another(server: FaultyServer, peer_of: PeerOf) -> None:
    peer = peer_of(server.url)
    for _ in range(5):
        await peer.request("GET", "/x", repeatable=True)
    assert server.connections == 1


async def test_a_closed_peer_is_not_called_again(server: FaultyServer, peer_of: PeerOf) -> None:
    peer = peer_of(server.url)
    await peer.request("GET", "/x", repeatable=True)
    await peer.close()
    await peer.close()
    with pytest.raises(RuntimeError, match="closed"):
        await peer.request("GET", "/x", repeatable=True)
    assert server.connections == 1


async def test_a_body_is_decompressed_and_its_bound_counts_the_real_size(
    server: FaultyServer, peer_of: PeerOf
) -> None:
    server.script = [Reply(body=gzip.compress(b"x" * 5000), headers={"Content-Encoding": "gzip"})]
    server.script *= 2
    assert (await peer_of(server.url).request("GET", "/x", repeatable=True)).body == b"x" * 5000
    with pytest.raises(AnswerTooLarge):
        await peer_of(server.url, max_answer_bytes=4000).request("GET", "/x", repeatable=True)


async def test_a_stream_gives_its_body_in_pieces_and_the_connection_back(
    server: FaultyServer, peer_of: PeerOf
) -> None:
    content = bytes(300_000)
    server.script = [Reply(503), Reply(body=content)]
    peer = peer_of(server.url)
    async with peer.stream("GET", "/x", repeatable=True) as answer:
        pieces = [piece async for piece in answer.chunks()]
    assert (answer.status, b"".join(pieces)) == (200, content)
    assert len(pieces) > 1
    await peer.request("GET", "/x", repeatable=True)
    assert server.connections == 1


async def test_a_stream_that_breaks_off_says_so(server: FaultyServer, peer_of: PeerOf) -> None:
    server.script = [Reply(body=bytes(1000), cut_after=10)]
    async with peer_of(server.url).stream("GET", "/x", repeatable=True) as answer:
        with pytest.raises(PeerUnavailable, match="broke off"):
            b"".join([piece async for piece in answer.chunks()])


async def test_a_stream_of_an_error_is_the_error_as_answered(server: FaultyServer, peer_of: PeerOf) -> None:
    server.script = [Reply(404, b'{"error":"gone"}')]
    async with peer_of(server.url).stream("GET", "/x", repeatable=True) as answer:
        assert (answer.status, [piece async for piece in answer.chunks()]) == (404, [b'{"error":"gone"}'])


class Heard:
    """An observer that keeps what it hears."""

    def __init__(self) -> None:
        self.attempts: list[tuple[str, str, str]] = []
        self.retries: list[str] = []
        self.in_flight: list[int] = []

    def attempt(self, peer: str, method: str, outcome: str, elapsed_s: float) -> None:
        assert elapsed_s >= 0
        self.attempts.append((peer, method, outcome))

    def retry(self, peer: str, reason: str) -> None:
        self.retries.append(reason)

    def circuit(self, peer: str, state: str) -> None:
        raise AssertionError("the circuit was never touched")

    def concurrency(self, peer: str, limit: int, in_flight: int) -> None:
        self.in_flight.append(in_flight)


async def test_every_attempt_is_observed_with_bounded_words(server: FaultyServer, peer_of: PeerOf) -> None:
    server.script = [Reply(503)]
    heard = Heard()
    await peer_of(server.url, observer=heard).request("GET", "/x", repeatable=True)
    assert heard.attempts == [("peer", "GET", "503"), ("peer", "GET", "200")]
    assert heard.retries == ["503"]
    assert heard.in_flight == [1, 0, 1, 0]


async def test_a_certificate_nobody_vouches_for_is_refused_at_once_and_one_of_the_ca_file_is_good(
    peer_of: PeerOf,
) -> None:
    pem = Path(__file__).parent / "localhost.pem"
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(pem)
    server = FaultyServer()
    await server.start(tls=tls)
    url = f"https://localhost:{server.port}"
    heard = Heard()
    with pytest.raises(PeerUnavailable, match="certificate is not trusted"):
        await peer_of(url, observer=heard).request("GET", "/x", repeatable=True)
    assert heard.attempts == [("peer", "GET", "certificate")]
    assert (await peer_of(url, ca_file=pem).request("GET", "/x", repeatable=True)).status == 200
    await server.stop()
