"""With a journal a broker's outage loses no hook, whatever happens to the process meanwhile."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from aiohttp import ClientSession

from muniment_contracts.headers import event_from
from muniment_contracts.topics import Topic
from muniment_kit.kafka.follower import Follower
from muniment_ops.broker import EmbeddedBroker
from muniment_ops.broker.ports import free_port
from tests.builders.deliveries import SECRET, SHOP_DOMAIN, delivery, order_body
from tests.builders.kit_settings import kit_settings
from tests.integration.shopify_ingest.receive_process import Process, receive_process
from tests.integration.shopify_ingest.running_receiver import create_hook_topic

pytestmark = pytest.mark.timeout(120)

ORDERS = 5


def environment(bootstrap_servers: str, journal: Path) -> dict[str, str]:
    return {
        "MUNIMENT_KAFKA_BOOTSTRAP_SERVERS": bootstrap_servers,
        "SHOPIFY_INGEST_SHOP": SHOP_DOMAIN,
        "SHOPIFY_INGEST_WEBHOOK_SECRETS": SECRET,
        "SHOPIFY_INGEST_PORT": "0",
        "SHOPIFY_INGEST_JOURNAL": str(journal),
        "SHOPIFY_INGEST_JOURNAL_AFTER_S": "0.2",
    }


@dataclass(frozen=True, slots=True)
class Shop:
    """Posts to one process until it ends."""

    url: str
    health_url: str

    @classmethod
    async def before(cls, process: Process) -> Shop:
        """Wait until the process listens."""
        health = await process.port_of("health server listening")
        port = await process.port_of("hook receiver listening")
        return cls(f"http://127.0.0.1:{port}/hooks/shopify", f"http://127.0.0.1:{health}/readyz")

    async def posts(self, numbers: range) -> list[int]:
        """Post these hooks, of a few orders, one after another for each order; return the statuses."""
        async with ClientSession() as session:

            async def of_one_order(order: int) -> list[int]:
                statuses = []
                for number in (number for number in numbers if number % ORDERS == order):
                    one = delivery(order_body(500, order_id=order + 1), webhook_id=f"{number:05d}")
                    async with session.post(self.url, data=one.body, headers=one.headers) as answer:
                        statuses.append(answer.status)
                return statuses

            told = await asyncio.gather(*map(of_one_order, range(ORDERS)))
            async with session.get(self.health_url) as answer:
                assert answer.status == 200
        return [status for statuses in told for status in statuses]


async def test_hooks_survive_a_broker_that_dies_and_is_away_and_a_process_that_is_killed(
    killable_kafka: EmbeddedBroker, tmp_path: Path
) -> None:
    kit = kit_settings(kafka_bootstrap_servers=killable_kafka.bootstrap_servers)
    settings = environment(killable_kafka.bootstrap_servers, tmp_path)
    await create_hook_topic(kit)
    async with receive_process(**settings) as process:
        shop = await Shop.before(process)
        await process.says("service started")
        posting = asyncio.create_task(shop.posts(range(400)))
        await killable_kafka.kill()  # while hooks are on their way
        assert await posting == [200] * 400
        await process.kill()
    async with receive_process(**settings) as process:  # it starts while the broker is away
        assert await (await Shop.before(process)).posts(range(400, 500)) == [200] * 100
        await process.kill()
    async with receive_process(**settings) as process:  # and has what it was told before it was killed
        assert await (await Shop.before(process)).posts(range(500, 520)) == [200] * 20
        await killable_kafka.restart()
        await process.says("the journal is empty, hooks go to Kafka")
        assert await process.end() == 0
    assert await asyncio.to_thread(os.listdir, tmp_path) == ["lock"]
    first: list[int] = []
    async with asyncio.timeout(20), Follower(kit, topics=[Topic.SHOPIFY_HOOKS]) as follower:
        while len(first) < 520:
            records = await follower.poll(timeout_s=1)
            hooks = [event_from(Topic.SHOPIFY_HOOKS, r.key, r.value, r.headers) for r in records]
            first = list(dict.fromkeys([*first, *(int(hook.body.webhook_id) for hook in hooks)]))
    assert sorted(first) == list(range(520))
    for order in range(ORDERS):
        assert all(a < b for a, b in pairwise(number for number in first if number % ORDERS == order))


async def test_a_second_receiver_on_the_same_folder_ends_with_a_sentence(tmp_path: Path) -> None:
    settings = environment(f"127.0.0.1:{free_port()}", tmp_path)
    async with receive_process(**settings) as first:
        await first.port_of("hook receiver listening")
        async with receive_process(**settings) as second:
            said = await second.says("service failed")
            assert "Give each receiver a folder of its own" in said["reason"]
            assert await second.child.wait() == 1
