"""More hooks than Kafka takes: hardly one that is let through waits in vain, the others are told at once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any

from aiohttp import ClientSession, TCPConnector
from pydantic import SecretStr

from muniment_contracts.events import Event
from muniment_ops.broker.ports import free_port
from shopify_ingest.receive import listening
from shopify_ingest.receive.refusals import NOT_ACKNOWLEDGED, WOULD_BE_LATE
from shopify_ingest.settings import ReceiveSettings
from tests.builders.deliveries import SECRET, SHOP_DOMAIN, delivery
from tests.waiting import until

PER_S = 40
WITHIN_S = 1.0
COUNT = 500


class SlowBroker:
    """Takes so many hooks a second and no more, one after another."""

    def __init__(self) -> None:
        self._one_at_a_time = asyncio.Lock()
        self.count = 0

    async def publish(self, events: Sequence[Event[Any]]) -> None:
        async with self._one_at_a_time:
            await asyncio.sleep(len(events) / PER_S)  # the broker's pace
            self.count += len(events)


async def test_what_would_be_late_is_refused_at_once_and_what_is_let_through_is_stored() -> None:
    port, broker = free_port(), SlowBroker()
    settings = ReceiveSettings(
        shop=SHOP_DOMAIN,
        webhook_secrets=(SecretStr(SECRET),),
        port=port,
        acknowledge_within_s=WITHIN_S,
    )
    said = Counter[str]()
    async with (
        listening(broker, settings=settings),
        ClientSession(connector=TCPConnector(limit=0)) as session,
    ):

        async def post(number: int) -> bool:
            one = delivery(webhook_id=str(number))
            url = f"http://127.0.0.1:{port}/hooks/shopify"
            async with session.post(url, data=one.body, headers=one.headers) as answer:
                said[await answer.text()] += 1
                return answer.status == 200

        pressing = set[asyncio.Task[bool]]()
        for number in range(COUNT):
            pressing.add(asyncio.create_task(post(number)))
            await asyncio.sleep(0.004)  # several times the broker's pace, on a busy machine too
        await asyncio.gather(*pressing)
        assert said.keys() <= {"", WOULD_BE_LATE.sentence, NOT_ACKNOWLEDGED.sentence}
        assert said[WOULD_BE_LATE.sentence] > COUNT / 3
        assert said[NOT_ACKNOWLEDGED.sentence] < COUNT / 4  # nearly all, if nobody looked ahead
        assert said[""] > PER_S
        assert broker.count >= said[""]
        await until(lambda: post(COUNT), what="hooks are accepted again once the press is over")
