"""What is stored of a signed hook, and that it is stored before the answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.builders.deliveries import BODY, Delivery, delivery, order_body
from tests.integration.shopify_ingest.raw_connection import head_of, raw_connection
from tests.integration.shopify_ingest.running_receiver import RunningReceiver

LARGEST_BYTES = 16 << 20


async def test_a_signed_hook_is_in_kafka_when_it_is_answered_200(receiver: RunningReceiver) -> None:
    told = await receiver.post(delivery().telling(X_Forwarded_For="198.51.100.7"))
    assert (told.status, told.text) == (200, "")
    (hook,) = await receiver.stored(1)
    assert hook.body.body == BODY
    assert hook.key == "northwind/order/5001"
    assert (hook.body.shop, hook.body.hook, hook.body.verdict) == ("northwind", "orders/create", "accepted")
    assert hook.body.headers["x-shopify-topic"] == "orders/create"
    assert hook.body.headers["x-forwarded-for"] == "198.51.100.7"
    assert hook.correlation_id == hook.body.event_id == "98880550-7158-44d4-b7cd-2c97c8a091b5"


async def test_a_redelivery_is_stored_again_as_the_same_event(receiver: RunningReceiver) -> None:
    for _ in range(2):
        assert (await receiver.post(delivery())).status == 200
    first, again = await receiver.stored(2)
    assert first.id == again.id
    assert first.key == again.key


async def test_a_body_is_kept_byte_for_byte(receiver: RunningReceiver) -> None:
    body = b' {"id":5001,\r\n\t"note":"\\u00e9 \xc3\xa9 \xf0\x9f\x8e\x81","big":820982911946154508.10}\n'
    assert (await receiver.post(delivery(body))).status == 200
    (hook,) = await receiver.stored(1)
    assert hook.body.body == body


async def test_a_compressed_body_is_neither_unpacked_nor_altered(receiver: RunningReceiver) -> None:
    packed = b"\x1f\x8b\x08\x00 pretends to be gzip"
    told = await receiver.post(delivery(packed).telling(Content_Encoding="gzip"))
    assert told.status == 400
    (hook,) = await receiver.stored(1)
    assert (hook.body.verdict, hook.body.body) == ("malformed", packed)


@pytest.mark.parametrize("is_chunked", [False, True], ids=["with its length", "chunked"])
async def test_a_body_of_16_mib_is_accepted_and_stored(receiver: RunningReceiver, is_chunked: bool) -> None:
    large = delivery(order_body(LARGEST_BYTES))
    told = await receiver.post(large, body=_chunks(large) if is_chunked else None)
    assert told.status == 200
    (hook,) = await receiver.stored(1)
    assert hook.body.body == large.body


@pytest.mark.parametrize("is_chunked", [False, True], ids=["with its length", "chunked"])
async def test_one_byte_more_is_refused_with_413(receiver: RunningReceiver, is_chunked: bool) -> None:
    refused = await receiver.refused("too-large")
    large = delivery(order_body(LARGEST_BYTES + 1))
    told = await receiver.post(large, body=_chunks(large) if is_chunked else None)
    assert told.status == 413
    assert await receiver.refused("too-large") == refused + 1


async def test_a_signed_body_that_is_no_json_is_kept_and_answered_400(receiver: RunningReceiver) -> None:
    told = await receiver.post(delivery(b"<html>not json</html>"))
    assert told.status == 400
    (hook,) = await receiver.stored(1)
    assert (hook.body.verdict, hook.body.body) == ("malformed", b"<html>not json</html>")


async def test_an_unknown_topic_is_kept_and_answered_200(receiver: RunningReceiver) -> None:
    counted = await receiver.counted('muniment_hooks_accepted_total{verdict="unknown-topic"}')
    assert (await receiver.post(delivery(hook="orders/teleported"))).status == 200
    (hook,) = await receiver.stored(1)
    assert (hook.body.verdict, hook.body.hook) == ("unknown-topic", "orders/teleported")
    assert await receiver.counted('muniment_hooks_accepted_total{verdict="unknown-topic"}') == counted + 1


async def test_the_headers_of_the_events_preview_are_understood(receiver: RunningReceiver) -> None:
    classic = delivery()
    names = {name: name.removeprefix("X-") for name in classic.headers}
    preview = Delivery(classic.body, {names[name]: text for name, text in classic.headers.items()})
    assert (await receiver.post(preview)).status == 200


async def test_one_connection_carries_many_hooks(receiver: RunningReceiver) -> None:
    async with raw_connection(receiver.host, receiver.port) as connection:
        for number in range(20):
            one = delivery(order_body(4000, order_id=number + 1), webhook_id=f"delivery-{number}")
            await connection.send(head_of(one) + one.body)
            assert (await connection.answer())[0] == 200
    assert len(await receiver.stored(20)) == 20


async def test_hooks_of_one_order_are_stored_in_the_order_of_their_arrival(receiver: RunningReceiver) -> None:
    for number in range(10):
        assert (await receiver.post(delivery(webhook_id=f"delivery-{number}"))).status == 200
    stored = await receiver.stored(10)
    assert [hook.body.webhook_id for hook in stored] == [f"delivery-{number}" for number in range(10)]


async def test_many_at_once_are_each_stored_exactly_once(receiver: RunningReceiver) -> None:
    async def post(number: int) -> int:
        body = order_body(3000, order_id=number % 7 + 1)
        return (await receiver.post(delivery(body, webhook_id=f"delivery-{number}"))).status

    assert await asyncio.gather(*map(post, range(200))) == [200] * 200
    stored = await receiver.stored(200)
    assert {hook.body.webhook_id for hook in stored} == {f"delivery-{number}" for number in range(200)}


async def _chunks(of: Delivery) -> AsyncIterator[bytes]:
    for begin in range(0, len(of.body), 1 << 20):
        yield of.body[begin : begin + (1 << 20)]
