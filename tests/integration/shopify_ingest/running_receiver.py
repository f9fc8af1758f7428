"""The role ``receive`` at work: real HTTP before it, a real broker behind it, in this process."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientConnectionError, ClientSession
from pydantic import SecretStr

from muniment_contracts.bodies import HookReceived
from muniment_contracts.events import Event
from muniment_contracts.headers import event_from
from muniment_contracts.topics import Topic
from muniment_kit.clock import SystemClock
from muniment_kit.kafka import KafkaBroker, create_topics
from muniment_kit.kafka.follower import Follower
from muniment_kit.kafka.topics import plan_topics
from muniment_kit.runner import serve
from muniment_kit.settings import KitSettings
from muniment_ops.broker.ports import free_port
from shopify_ingest.app import build_receive
from shopify_ingest.settings import ReceiveSettings
from tests.builders.deliveries import SECRET, SHOP_DOMAIN, Delivery
from tests.builders.kit_settings import kit_settings
from tests.waiting import until

PATH = "/hooks/shopify"


@dataclass(frozen=True, slots=True)
class Told:
    """What the receiver answered."""

    status: int
    text: str
    headers: dict[str, str]


@dataclass(slots=True)
class RunningReceiver:
    """Posts to the receiver as Shopify does, asks it as an operator does, reads what it stored."""

    host: str
    port: int
    health_port: int
    kit: KitSettings
    session: ClientSession
    stop: asyncio.Event

    async def post(
        self, delivery: Delivery, *, body: AsyncIterable[bytes] | None = None, path: str = PATH
    ) -> Told:
        """Post a delivery; ``body`` streams it in chunks instead of at once."""
        return await self.request("POST", path, delivery, body=body)

    async def request(
        self, method: str, path: str, delivery: Delivery, *, body: AsyncIterable[bytes] | None = None
    ) -> Told:
        """Send any request with a delivery's headers and body."""
        data = io.BytesIO(delivery.body) if body is None else body
        url = f"http://{self.host}:{self.port}{path}"
        async with self.session.request(method, url, data=data, headers=delivery.headers) as answer:
            return Told(answer.status, await answer.text(), dict(answer.headers))

    async def health(self, path: str) -> tuple[int, str]:
        """Return status and text of ``/livez``, ``/readyz`` or ``/metrics``."""
        async with self.session.get(f"http://{self.host}:{self.health_port}{path}") as answer:
            return answer.status, await answer.text()

    async def is_ready(self) -> bool:
        """Say whether ``/readyz`` answers 200."""
        try:
            return (await self.health("/readyz"))[0] == 200
        except ClientConnectionError:
            return False

    async def counted(self, sample: str) -> float:
        """Return a sample's value on ``/metrics``: ``muniment_hooks_refused_total{reason="unsigned"}``."""
        _, exposition = await self.health("/metrics")
        found = re.search(rf"^{re.escape(sample)} (\S+)$", exposition, re.MULTILINE)
        return float(found[1]) if found else 0.0

    async def refused(self, reason: str) -> float:
        """Return how many deliveries were refused for ``reason``, in this whole process."""
        return await self.counted(f'muniment_hooks_refused_total{{reason="{reason}"}}')

    async def stored(self, count: int) -> list[Event[HookReceived]]:
        """Return the first ``count`` hooks in Kafka, waiting for them; fail if they do not come."""
        return await stored_hooks(self.kit, count)


async def stored_hooks(kit: KitSettings, count: int) -> list[Event[HookReceived]]:
    """Return the first ``count`` hooks in the topic that ``kit`` names, waiting for them."""
    found: list[Event[HookReceived]] = []
    topic = f"{kit.topic_prefix}{Topic.SHOPIFY_HOOKS}"
    async with asyncio.timeout(20), Follower(kit, topics=[topic]) as follower:
        while len(found) < count:
            records = await follower.poll(timeout_s=1)
            found += [event_from(Topic.SHOPIFY_HOOKS, r.key, r.value, r.headers) for r in records]
    return found


async def create_hook_topic(kit: KitSettings) -> None:
    """Create the topic of hooks, as its file describes it, under the prefix of ``kit``."""
    await create_topics(kit, plan_topics([Topic.SHOPIFY_HOOKS], prefix=kit.topic_prefix))


@asynccontextmanager
async def running_receiver(
    bootstrap_servers: str, *, prefix: str, **given: Any
) -> AsyncIterator[RunningReceiver]:
    """Run the role on ``bootstrap_servers`` and yield it once it is ready; ``given`` are its settings."""
    port, health_port = free_port(), free_port()
    kit = kit_settings(
        kafka_bootstrap_servers=bootstrap_servers,
        topic_prefix=prefix,
        health_port=health_port,
        partition_fetch_bytes=20 << 20,
    )
    settings = ReceiveSettings(
        **{"shop": SHOP_DOMAIN, "webhook_secrets": (SecretStr(SECRET),), "port": port, **given}
    )
    await create_hook_topic(kit)
    stop = asyncio.Event()
    role = asyncio.create_task(
        serve(build_receive(settings), kit, broker=KafkaBroker(kit), clock=SystemClock(), stop=stop)
    )
    try:
        async with ClientSession() as session:
            receiver = RunningReceiver("127.0.0.1", port, health_port, kit, session, stop)

            async def is_ready_or_over() -> bool:
                return role.done() or await receiver.is_ready()

            await until(is_ready_or_over, what="the receiver is ready")
            if role.done():
                role.result()
            yield receiver
    finally:
        stop.set()
        await role
