"""When the answer is given, and that the room a body took is given back whatever happens."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from aiohttp.base_protocol import BaseProtocol
from aiohttp.streams import StreamReader
from aiohttp.test_utils import make_mocked_request
from pydantic import SecretStr

from muniment_contracts.events import Event
from muniment_kit.blobs import Blobs, BlobStoreUnavailable
from muniment_kit.clock import SystemClock
from muniment_kit.producer import PublishFailed, RecordTooLarge
from shopify_ingest.hook_bodies import BlobWriter, body_of
from shopify_ingest.receive import Receiver, build_receiver
from shopify_ingest.receive.keeping import KafkaKeeper
from shopify_ingest.receive.refusals import REFUSALS, WOULD_BE_LATE
from shopify_ingest.settings import ReceiveSettings
from tests.builders.deliveries import SECRET, SHOP_DOMAIN, Delivery, delivery, order_body
from tests.waiting import eventually


@dataclass
class Broker:
    """A producer that acknowledges when the test says so, or fails."""

    acknowledges: asyncio.Event = field(default_factory=asyncio.Event)
    trouble: Exception | None = None
    published: list[Event[Any]] = field(default_factory=list)

    async def publish(self, events: Sequence[Event[Any]]) -> None:
        if self.trouble is not None:
            raise self.trouble
        await self.acknowledges.wait()
        self.published += events


def receiver_before(broker: Broker, *, blobs: BlobWriter | None = None, **given: Any) -> Receiver:
    settings = ReceiveSettings(**{"shop": SHOP_DOMAIN, "webhook_secrets": (SecretStr(SECRET),), **given})
    keeper = KafkaKeeper(broker, within_s=settings.acknowledge_within_s, clock=SystemClock())
    return build_receiver(settings, keeper=keeper, blobs=blobs)


def request(one: Delivery, *, is_whole: bool = True) -> tuple[web.Request, StreamReader]:
    loop = asyncio.get_running_loop()
    protocol = BaseProtocol(loop, None)
    protocol.connection_made(asyncio.Transport())
    payload = StreamReader(protocol, 1 << 16, loop=loop)
    payload.feed_data(one.body)
    if is_whole:
        payload.feed_eof()
    headers = {**one.headers, "Content-Length": str(len(one.body))}
    return make_mocked_request("POST", "/hooks/shopify", headers=headers, payload=payload), payload


async def test_nothing_is_answered_before_the_broker_has_acknowledged() -> None:
    broker = Broker()
    receiver = receiver_before(broker)
    answering = asyncio.create_task(receiver.receive(request(delivery())[0]))
    for _ in range(20):
        await asyncio.sleep(0)
    assert not answering.done()
    assert receiver.intake.waiting_bytes == len(delivery().body)
    broker.acknowledges.set()
    assert (await answering).status == 200
    assert [event.body.body for event in broker.published] == [delivery().body]
    assert receiver.intake.waiting_bytes == 0


@pytest.mark.parametrize(
    ("trouble", "status"),
    [(PublishFailed("no acknowledgement"), 503), (RecordTooLarge(["shopify.hooks"]), 413), (None, 503)],
    ids=["publication fails", "the record does not fit", "no answer in time"],
)
async def test_what_is_not_acknowledged_is_not_answered_200(trouble: Exception | None, status: int) -> None:
    receiver = receiver_before(Broker(trouble=trouble), acknowledge_within_s=0.01)
    assert (await receiver.receive(request(delivery())[0])).status == status
    assert receiver.intake.waiting_bytes == 0


async def test_what_waits_for_the_broker_counts_against_the_room() -> None:
    broker = Broker()
    size = len(delivery().body)
    receiver = receiver_before(broker, max_waiting_bytes=size * 2)
    waiting = [asyncio.create_task(receiver.receive(request(delivery())[0])) for _ in range(2)]
    await eventually(lambda: receiver.intake.waiting_bytes == size * 2, what="both bodies are in memory")
    assert (await receiver.receive(request(delivery())[0])).status == 503
    broker.acknowledges.set()
    assert [answer.status for answer in await asyncio.gather(*waiting)] == [200, 200]
    assert (await receiver.receive(request(delivery())[0])).status == 200


async def test_a_body_that_stays_away_gives_its_room_back() -> None:
    receiver = receiver_before(Broker(), read_within_s=0.01)
    answer = await receiver.receive(request(delivery(), is_whole=False)[0])
    assert (answer.status, answer.keep_alive) == (408, False)
    assert receiver.intake.waiting_bytes == 0


async def test_a_connection_lost_in_the_middle_gives_its_room_back() -> None:
    receiver = receiver_before(Broker())
    incoming, payload = request(delivery(), is_whole=False)
    answering = asyncio.create_task(receiver.receive(incoming))
    await eventually(lambda: receiver.intake.waiting_bytes > 0, what="the body is arriving")
    payload.set_exception(ConnectionResetError("Connection lost"))
    assert (await answering).status == 400
    assert receiver.intake.waiting_bytes == 0


async def test_a_request_that_is_cancelled_gives_its_room_back() -> None:
    receiver = receiver_before(Broker())
    answering = asyncio.create_task(receiver.receive(request(delivery())[0]))
    await eventually(lambda: receiver.intake.waiting_bytes > 0, what="the body is arriving")
    answering.cancel()
    await asyncio.wait([answering])
    assert receiver.intake.waiting_bytes == 0
    async with asyncio.timeout(1):
        await receiver.intake.emptied()


async def test_a_body_announced_too_large_is_refused_unread() -> None:
    receiver = receiver_before(Broker(), max_body_bytes=10)
    incoming, payload = request(delivery(), is_whole=False)
    assert (await receiver.receive(incoming)).status == 413
    assert payload.read_nowait() == delivery().body


async def test_more_at_once_than_there_is_room_for_is_refused() -> None:
    broker = Broker()
    receiver = receiver_before(broker, max_waiting=2)
    waiting = [asyncio.create_task(receiver.receive(request(delivery())[0])) for _ in range(2)]
    await eventually(lambda: receiver.intake.waiting_bytes > 0, what="both are waiting")
    answer = await receiver.receive(request(delivery())[0])
    assert (answer.status, answer.headers["Retry-After"]) == (503, "2")
    broker.acknowledges.set()
    assert [answer.status for answer in await asyncio.gather(*waiting)] == [200, 200]


async def test_after_a_hook_that_was_not_acknowledged_one_at_a_time_finds_out_whether_kafka_is_back() -> None:
    broker = Broker()
    receiver = receiver_before(broker, acknowledge_within_s=0.05)
    assert (await receiver.receive(request(delivery())[0])).status == 503
    probing = asyncio.create_task(receiver.receive(request(delivery())[0]))
    await eventually(receiver.keeper.is_overloaded, what="the probe is under way")
    refused = await receiver.receive(request(delivery())[0])
    assert (refused.status, refused.text) == (503, WOULD_BE_LATE.sentence)
    broker.acknowledges.set()
    assert (await probing).status == 200
    assert (await receiver.receive(request(delivery())[0])).status == 200


async def test_hooks_that_come_together_go_together_and_one_too_large_hurts_no_other() -> None:
    class Choosy(Broker):
        async def publish(self, events: Sequence[Event[Any]]) -> None:
            if any(event.body.webhook_id == "too-large" for event in events):
                raise RecordTooLarge(["shopify.hooks"])
            await super().publish(events)

    broker = Choosy()
    broker.acknowledges.set()
    receiver = receiver_before(broker)
    told = await asyncio.gather(
        *(receiver.receive(request(delivery(webhook_id=name))[0]) for name in ("first", "too-large", "last"))
    )
    assert [answer.status for answer in told] == [200, 413, 200]
    assert [event.body.webhook_id for event in broker.published] == ["first", "last"]


async def test_a_body_above_the_bound_lies_in_the_blob_store_before_its_record_is_published() -> None:
    broker, blobs = Broker(), Blobs("memory://")
    broker.acknowledges.set()
    receiver = receiver_before(broker, blobs=blobs, record_body_bytes=1000)
    small, large = delivery(order_body(1000)), delivery(order_body(1001))
    for one in (small, large):
        assert (await receiver.receive(request(one)[0])).status == 200
    in_record, apart = broker.published
    assert (in_record.body.body, in_record.body.body_reference) == (small.body, None)
    assert apart.body.body == b""
    assert await body_of(apart.body, blobs) == large.body


@dataclass
class Absent:
    """A blob store that does not answer: it fails, or it hangs."""

    hangs: bool

    async def put(self, name: str, content: bytes) -> str:
        if self.hangs:
            await asyncio.Event().wait()
        raise BlobStoreUnavailable("away")


@pytest.mark.parametrize("hangs", [False, True], ids=["it fails", "it hangs"])
async def test_a_blob_store_that_is_away_refuses_no_hook(hangs: bool) -> None:
    broker, large = Broker(), delivery(order_body(2000))
    broker.acknowledges.set()
    receiver = receiver_before(broker, blobs=Absent(hangs), record_body_bytes=1000, acknowledge_within_s=0.02)
    assert (await receiver.receive(request(large)[0])).status == 200
    assert [event.body.body for event in broker.published] == [large.body]


def test_every_reason_names_one_refusal() -> None:
    assert len({refused.reason for refused in REFUSALS}) == len(REFUSALS)
    assert all(400 <= refused.status < 600 for refused in REFUSALS)
