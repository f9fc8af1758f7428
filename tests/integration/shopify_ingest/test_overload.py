"""More hooks than Kafka takes: those accepted are answered in time, the others are told at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any

from aiohttp import ClientSession, TCPConnector
from pydantic import SecretStr

from muniment_contracts.events import Event
from muniment_ops.broker.ports import free_port
from shopify_ingest.receive import listening
from shopify_ingest.settings import ReceiveSettings
from tests.builders.deliveries import SECRET, SHOP_DOMAIN, delivery
from tests.waiting import until

PER_S = 40
WITHIN_S = 1.0


class SlowBroker:
    """Takes so many hooks a second and no more, one after another."""

    def __init__(self) -> None:
        self._one_at_a_time = asyncio.Lock()
        self.count = 0

    async def publish(self, events: Sequence[Event[Any]]) -> None:
        async with self._one_at_a_time:
            await asyncio.sleep(len(events) / PER_S)  # the broker's pace
            self.count += len(events)


async def test_those_accepted_are_answered_in_time_and_the_others_at_once() -> None:
    port, broker = free_port(), SlowBroker()
    settings = ReceiveSettings(
        shop=SHOP_DOMAIN,
        webhook_secrets=(SecretStr(SECRET),),
        port=port,
        acknowledge_within_s=WITHIN_S,
    )
    accepted, refused = list[float](), list[float]()
    async with (
        listening(broker, settings=settings),
        ClientSession(connector=TCPConnector(limit=0)) as session,
    ):

        async def post(number: int) -> bool:
            one, began_s = delivery(webhook_id=str(number)), time.monotonic()
            url = f"http://127.0.0.1:{port}/hooks/shopify"
            async with session.post(url, data=one.body, headers=one.headers) as answer:
                assert answer.status in (200, 503)
                (accepted if answer.status == 200 else refused).append(time.monotonic() - began_s)
                return answer.status == 200

        pressing = set[asyncio.Task[bool]]()
        for number in range(500):
            pressing.add(asyncio.create_task(post(number)))
            await asyncio.sleep(0.004)  # several times the broker's pace, on a busy machine too
        await asyncio.gather(*pressing)
        assert len(refused) > 100
        assert sum(taken > WITHIN_S + 0.2 for taken in accepted) == 0
        assert sorted(refused)[len(refused) // 2] < WITHIN_S / 2
        assert len(accepted) > PER_S
        await until(lambda: post(1000), what="hooks are accepted again once the press is over")
    assert broker.count >= len(accepted)
