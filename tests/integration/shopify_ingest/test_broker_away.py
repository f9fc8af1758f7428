"""The broker freezes or dies: nothing is answered 200 that is not stored, and it mends without help."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator

import pytest

from muniment_ops.broker import EmbeddedBroker
from tests.builders.deliveries import delivery
from tests.integration.shopify_ingest.running_receiver import RunningReceiver, Told, running_receiver
from tests.waiting import until

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
async def receiver(killable_kafka: EmbeddedBroker) -> AsyncIterator[RunningReceiver]:
    async with running_receiver(killable_kafka.bootstrap_servers, prefix="") as running:
        yield running


async def test_a_frozen_broker_means_503_while_it_is_frozen_and_acceptance_when_it_thaws(
    receiver: RunningReceiver, killable_kafka: EmbeddedBroker
) -> None:
    assert (await receiver.post(delivery(webhook_id="before"))).status == 200
    refused = await receiver.refused("not-acknowledged")
    assert killable_kafka.pid is not None
    os.kill(killable_kafka.pid, signal.SIGSTOP)
    try:
        assert_not_stored(await receiver.post(delivery(webhook_id="meanwhile")))
        assert await receiver.refused("not-acknowledged") == refused + 1
        await until(Unready(receiver), what="readiness says that the broker is away")
        assert (await receiver.health("/livez"))[0] == 200
    finally:
        os.kill(killable_kafka.pid, signal.SIGCONT)
    await accepted_again(receiver)
    await until(receiver.is_ready, what="readiness says that the broker is back")
    stored = {hook.body.webhook_id for hook in await receiver.stored(3)}
    assert {"before", "afterwards"} <= stored


async def test_a_killed_and_restarted_broker_is_found_again(
    receiver: RunningReceiver, killable_kafka: EmbeddedBroker
) -> None:
    assert (await receiver.post(delivery(webhook_id="before"))).status == 200
    await killable_kafka.kill()
    assert_not_stored(await receiver.post(delivery(webhook_id="meanwhile")))
    await until(Unready(receiver), what="readiness says that the broker is away")
    assert (await receiver.health("/livez"))[0] == 200
    await killable_kafka.restart()
    await accepted_again(receiver)
    await until(receiver.is_ready, what="readiness says that the broker is back")
    stored = [hook.body.webhook_id for hook in await receiver.stored(2)]
    assert stored[0] == "before"


async def test_the_process_ends_in_good_time_while_the_broker_is_away(
    receiver: RunningReceiver, killable_kafka: EmbeddedBroker
) -> None:
    await killable_kafka.kill()
    assert_not_stored(await receiver.post(delivery()))
    receiver.stop.set()  # the fixture waits for the end; pytest's timeout is the deadline


def assert_not_stored(told: Told) -> None:
    assert told.status == 503
    assert told.headers["Retry-After"] == "2"


async def accepted_again(receiver: RunningReceiver) -> None:
    async def is_accepted() -> bool:
        return (await receiver.post(delivery(webhook_id="afterwards"))).status == 200

    await until(is_accepted, what="hooks are accepted again", timeout_s=30)


class Unready:
    """Asks ``/readyz`` whether it says no, and why."""

    def __init__(self, receiver: RunningReceiver) -> None:
        self._receiver = receiver

    async def __call__(self) -> bool:
        status, text = await self._receiver.health("/readyz")
        return status == 503 and "broker does not answer" in text
