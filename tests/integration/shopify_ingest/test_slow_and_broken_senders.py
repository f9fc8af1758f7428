"""Senders that trickle, break off or press: nothing hangs, nothing grows, nobody else is hurt."""

from __future__ import annotations

import asyncio

from tests.builders.deliveries import delivery, order_body
from tests.integration.shopify_ingest.raw_connection import head_of, raw_connection
from tests.integration.shopify_ingest.running_receiver import RunningReceiver, running_receiver
from tests.waiting import until


async def test_a_body_that_trickles_in_is_answered_408(kafka: str, topic_prefix: str) -> None:
    slow = delivery()
    async with (
        running_receiver(kafka, prefix=topic_prefix, read_within_s=0.4) as receiver,
        raw_connection(receiver.host, receiver.port) as connection,
    ):
        refused = await receiver.refused("too-slow")
        await connection.send(head_of(slow))
        trickle = asyncio.create_task(_trickle(connection.writer, slow.body))
        try:
            assert (await connection.answer(within_s=3))[0] == 408
            assert await receiver.refused("too-slow") == refused + 1
            assert (await receiver.post(slow)).status == 200
            await connection.ended(within_s=5)
        finally:
            trickle.cancel()
            await asyncio.wait([trickle])


async def test_headers_that_trickle_in_do_not_hold_a_connection_for_ever(
    kafka: str, topic_prefix: str
) -> None:
    async with (
        running_receiver(kafka, prefix=topic_prefix, keep_alive_s=0.5) as receiver,
        raw_connection(receiver.host, receiver.port) as connection,
    ):
        await connection.send(b"POST /hooks/shopify HTTP/1.1\r\nHost: rec")
        await connection.ended(within_s=5)


async def test_an_idle_connection_is_closed_after_a_while(kafka: str, topic_prefix: str) -> None:
    async with (
        running_receiver(kafka, prefix=topic_prefix, keep_alive_s=0.5) as receiver,
        raw_connection(receiver.host, receiver.port) as connection,
    ):
        one = delivery()
        await connection.send(head_of(one) + one.body)
        assert (await connection.answer())[0] == 200
        await connection.ended(within_s=5)


async def test_a_sender_that_breaks_off_is_counted_and_stores_nothing(receiver: RunningReceiver) -> None:
    refused = await receiver.refused("broken-off")
    one = delivery()
    async with raw_connection(receiver.host, receiver.port) as connection:
        await connection.send(head_of(one) + one.body[:10])

    async def counted() -> bool:
        return await receiver.refused("broken-off") == refused + 1

    await until(counted, what="the broken delivery is counted")
    assert (await receiver.post(delivery(webhook_id="whole"))).status == 200
    (hook,) = await receiver.stored(1)
    assert hook.body.webhook_id == "whole"


async def test_more_bytes_than_memory_is_meant_for_are_answered_503(kafka: str, topic_prefix: str) -> None:
    first, second = (delivery(order_body(600), webhook_id=name) for name in ("first", "second"))
    async with (
        running_receiver(kafka, prefix=topic_prefix, max_waiting_bytes=1000) as receiver,
        raw_connection(receiver.host, receiver.port) as connection,
    ):
        refused = await receiver.refused("overloaded")
        await connection.send(head_of(first) + first.body[:500])

        async def is_overloaded() -> bool:
            told = await receiver.post(second)
            assert told.status == 200 or (told.status, told.headers["Retry-After"]) == (503, "2")
            return told.status == 503

        await until(is_overloaded, what="the receiver is overloaded by the body that is under way")
        assert await receiver.refused("overloaded") == refused + 1
        await connection.send(first.body[500:])
        assert (await connection.answer())[0] == 200
        assert (await receiver.post(second)).status == 200


async def test_a_chunked_body_beyond_the_bound_is_answered_503(kafka: str, topic_prefix: str) -> None:
    async with (
        running_receiver(kafka, prefix=topic_prefix, max_waiting_bytes=1000) as receiver,
        raw_connection(receiver.host, receiver.port) as connection,
    ):
        head = head_of(delivery()).replace(b"Content-Length: 76", b"Transfer-Encoding: chunked")
        assert b"chunked" in head
        await connection.send(head + b"800\r\n" + b"x" * 2048 + b"\r\n")
        assert (await connection.answer())[0] == 503


async def test_a_hook_under_way_is_still_accepted_when_the_process_ends(receiver: RunningReceiver) -> None:
    one = delivery()
    async with raw_connection(receiver.host, receiver.port) as connection:
        await connection.send(head_of(one) + one.body[:10])

        async def refuses_new_connections() -> bool:
            try:
                async with raw_connection(receiver.host, receiver.port):
                    return False
            except ConnectionRefusedError:
                return True

        receiver.stop.set()
        await until(refuses_new_connections, what="no new connection is taken")
        await connection.send(one.body[10:])
        assert (await connection.answer())[0] == 200
    (hook,) = await receiver.stored(1)
    assert hook.body.body == one.body


async def _trickle(writer: asyncio.StreamWriter, body: bytes) -> None:
    for byte in body * 1000:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.05)  # the sender's pace, not a wait for anything
