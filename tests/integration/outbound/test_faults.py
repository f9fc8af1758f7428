"""What a caller of a peer meets when the peer refuses, stalls, breaks off or answers nonsense."""

from __future__ import annotations

import asyncio
import socket

import pytest

from muniment_kit.http import (
    AddressRefused,
    Answer,
    AnswerTooLarge,
    CircuitOpen,
    OutcomeUnknown,
    Peer,
    PeerSettings,
    PeerUnavailable,
    RedirectRefused,
)
from tests.integration.outbound.conftest import PeerOf
from tests.integration.outbound.faulty_server import LOST, FaultyServer, Reply


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.mark.parametrize(
    "fault", [LOST, Reply(503), Reply(502), Reply(504), Reply(429), Reply(body=b"x" * 99, cut_after=9)]
)
async def test_a_repeatable_request_is_sent_again_after_a_passing_fault(
    server: FaultyServer, peer_of: PeerOf, fault: Reply
) -> None:
    server.script = [fault, fault, Reply(body=b'{"good": true}')]
    answer = await peer_of(server.url).request("GET", "/x", repeatable=True)
    assert answer.json() == {"good": True}
    assert len(server.seen) == 3


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "GET"])
@pytest.mark.parametrize(
    "fault", [LOST, Reply(503), Reply(502), Reply(504), Reply(body=b"x" * 99, cut_after=9)]
)
async def test_what_may_have_been_carried_out_is_never_sent_twice(
    server: FaultyServer, peer_of: PeerOf, fault: Reply, method: str
) -> None:
    server.script = [Reply(), fault]
    peer = peer_of(server.url)
    await peer.request(method, "/x", repeatable=False)  # from now on the connection is a reused one
    with pytest.raises(OutcomeUnknown) as raised:
        await peer.request(method, "/x?secret=1", repeatable=False, data=b"secret", headers={"A": "secret"})
    assert len(server.seen) == 2
    assert "secret" not in str(raised.value)
    assert raised.value.status == (fault.status if fault.status in (502, 503, 504) else None)


@pytest.mark.parametrize("refusal", [Reply(429), Reply(503, headers={"Retry-After": "0.01"})])
async def test_what_the_peer_declares_not_done_is_sent_again_even_if_not_repeatable(
    server: FaultyServer, peer_of: PeerOf, refusal: Reply
) -> None:
    server.script = [refusal]
    assert (await peer_of(server.url).request("POST", "/x", repeatable=False, data=b"1")).status == 200
    assert [seen.body for seen in server.seen] == [b"1", b"1"]


async def test_a_refused_connection_is_tried_again_because_nothing_was_sent(peer_of: PeerOf) -> None:
    server = FaultyServer()
    port = closed_port()
    peer = peer_of(f"http://127.0.0.1:{port}", backoff_base_s=0.05, backoff_cap_s=0.2, max_attempts=20)
    call = asyncio.create_task(peer.request("POST", "/x", repeatable=False))
    await asyncio.sleep(0)
    await server.start(port=port)
    assert (await call).status == 200
    await server.stop()
    assert len(server.seen) == 1


async def test_a_peer_that_stays_away_is_unavailable_after_the_last_attempt(peer_of: PeerOf) -> None:
    with pytest.raises(PeerUnavailable, match="GET /x failed: no connection could be made"):
        await peer_of(f"http://127.0.0.1:{closed_port()}").request("GET", "/x?q=1", repeatable=True)


async def test_a_name_nobody_knows_is_unavailable(peer_of: PeerOf) -> None:
    with pytest.raises(PeerUnavailable, match="could not be resolved"):
        await peer_of("https://nobody.invalid", max_attempts=2).request("POST", "/x", repeatable=False)


async def test_a_name_that_leads_to_ourselves_is_refused_after_resolution() -> None:
    peer = Peer("peer", "https://localhost:9", PeerSettings())
    with pytest.raises(AddressRefused, match="not public"):
        await peer.request("GET", "/x", repeatable=True)
    await peer.close()


async def test_a_stall_is_cut_by_the_timeout_of_the_attempt(server: FaultyServer, peer_of: PeerOf) -> None:
    server.script = [Reply(delay_s=5.0), Reply(delay_s=5.0)]
    peer = peer_of(server.url, timeout_s=0.1)
    with pytest.raises(OutcomeUnknown, match="did not answer in time"):
        await peer.request("POST", "/x", repeatable=False)
    assert (await peer.request("GET", "/x", repeatable=True)).status == 200
    assert len(server.seen) == 3


async def test_a_call_has_its_own_timeout_where_it_says_so(server: FaultyServer, peer_of: PeerOf) -> None:
    server.script = [Reply(delay_s=5.0)]
    with pytest.raises(OutcomeUnknown):
        await peer_of(server.url).request("POST", "/x", repeatable=False, timeout_s=0.05)


async def test_a_long_retry_after_is_left_to_the_caller(server: FaultyServer, peer_of: PeerOf) -> None:
    server.script = [Reply(429, headers={"Retry-After": "30"})]
    with pytest.raises(PeerUnavailable) as raised:
        await peer_of(server.url, max_retry_wait_s=1.0).request("GET", "/x", repeatable=True)
    assert (raised.value.after, raised.value.status, len(server.seen)) == (30.0, 429, 1)


async def test_retries_end_with_the_budget_of_the_peer(server: FaultyServer, peer_of: PeerOf) -> None:
    server.script = [Reply(503)] * 50
    peer = peer_of(server.url, retry_budget_tokens=3.0, retry_budget_ratio=0.0, breaker_failures=100)
    for _ in range(5):
        with pytest.raises(PeerUnavailable):
            await peer.request("GET", "/x", repeatable=True)
    assert len(server.seen) == 5 + 3


async def test_a_peer_that_keeps_failing_is_left_alone_then_probed(
    server: FaultyServer, peer_of: PeerOf
) -> None:
    server.script = [Reply(503)] * 3
    peer = peer_of(server.url, max_attempts=1, breaker_failures=3, breaker_open_s=0.05)
    for _ in range(3):
        with pytest.raises(PeerUnavailable, match="answered 503"):
            await peer.request("GET", "/x", repeatable=True)
    with pytest.raises(CircuitOpen) as raised:
        await peer.request("GET", "/x", repeatable=True)
    assert len(server.seen) == 3
    assert raised.value.after is not None
    await asyncio.sleep(raised.value.after)
    assert (await peer.request("GET", "/x", repeatable=True)).status == 200


async def test_throttling_does_not_open_the_circuit_but_lowers_concurrency(
    server: FaultyServer, peer_of: PeerOf
) -> None:
    server.script = [Reply(429)] * 6
    peer = peer_of(server.url, max_attempts=1, breaker_failures=3, max_concurrency=8)
    for _ in range(6):
        with pytest.raises(PeerUnavailable):
            await peer.request("GET", "/x", repeatable=True)
    server.script = [Reply(delay_s=0.02)] * 4
    await asyncio.gather(*(peer.request("GET", "/x", repeatable=True) for _ in range(4)))
    assert server.most_at_once == 2  # halved to 1, and the first success allows one more


async def test_no_more_calls_run_at_once_than_allowed(server: FaultyServer, peer_of: PeerOf) -> None:
    server.script = [Reply(delay_s=0.01)] * 20
    peer = peer_of(server.url, max_concurrency=3)
    await asyncio.gather(*(peer.request("GET", "/x", repeatable=True) for _ in range(20)))
    assert server.most_at_once == 3
    assert server.connections == 3


async def test_redirects_are_never_followed(server: FaultyServer, peer_of: PeerOf) -> None:
    server.script = [Reply(302, headers={"Location": "http://169.254.169.254/"})]
    with pytest.raises(RedirectRefused, match="302"):
        await peer_of(server.url).request("GET", "/x", repeatable=True)
    assert len(server.seen) == 1


async def test_an_answer_beyond_the_bound_is_refused(server: FaultyServer, peer_of: PeerOf) -> None:
    server.script = [Reply(body=b"x" * 2000)]
    with pytest.raises(AnswerTooLarge, match="1000 bytes"):
        await peer_of(server.url, max_answer_bytes=1000).request("GET", "/x", repeatable=True)


async def test_what_is_transient_is_the_peers_own_knowledge(server: FaultyServer, peer_of: PeerOf) -> None:
    def html_is_transient(answer: Answer) -> bool:
        return answer.status == 500 and b"<html" in answer.body

    server.script = [Reply(500, b"<html>later</html>"), Reply(500, b'{"error": "no"}')]
    peer = peer_of(server.url, is_transient=html_is_transient)
    answer = await peer.request("GET", "/x", repeatable=True)
    assert (answer.status, answer.json()) == (500, {"error": "no"})


async def test_a_cancelled_call_gives_its_place_back(server: FaultyServer, peer_of: PeerOf) -> None:
    server.script = [Reply(delay_s=5.0)]
    peer = peer_of(server.url, max_concurrency=1)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await peer.request("GET", "/x", repeatable=True)
    assert (await peer.request("GET", "/x", repeatable=True)).status == 200
