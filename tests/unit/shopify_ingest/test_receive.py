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
from muniment_kit.producer import PublishFailed, RecordTooLarge
from shopify_ingest.receive import Receiver, build_receiver
from shopify_ingest.receive.refusals import REFUSALS
from shopify_ingest.settings import ReceiveSettings
from tests.builders.deliveries import SECRET, SHOP_DOMAIN, Delivery, delivery
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


def receiver_before(broker: Broker, **given: Any) -> Receiver:
    settings = ReceiveSettings(**{"shop": SHOP_DOMAIN, "webhook_secrets": (SecretStr(SECRET),), **given})
    return build_receiver(settings, producer=broker)


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


def test_every_reason_names_one_refusal() -> None:
    assert len({refused.reason for refused in REFUSALS}) == len(REFUSALS)
    assert all(400 <= refused.status < 600 for refused in REFUSALS)
