"""The promises, kept while processes are killed: judged from the shop's and the ECM's state alone."""

from __future__ import annotations

import os
import random
from collections.abc import Mapping

import aiohttp
import pytest

from muniment_contracts.bodies import HookReceived
from muniment_contracts.headers import event_from
from muniment_contracts.topics import Topic
from muniment_kit.kafka.follower import Follower
from muniment_kit.kafka.lag import LagReader
from muniment_ops.audit.comparison import Comparison
from muniment_ops.demo.morning import ShopControl
from muniment_ops.demo.quiet import until_quiet
from muniment_ops.demo.stage import ROLES
from muniment_ops.supervisor import Supervisor
from tests.e2e.scene import Scene, random_moments

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

#: Another morning each time, and the same again with ``MUNIMENT_E2E_SEED``.
SEED = int(os.environ.get("MUNIMENT_E2E_SEED") or random.randrange(1_000_000))


def assert_clean(comparison: Comparison) -> None:
    faults = [finding for finding in comparison.findings if not finding.is_clean]
    assert not faults, f"MUNIMENT_E2E_SEED={SEED}: {faults}"


def nodes(comparison: Comparison) -> Mapping[int, tuple[str, int]]:
    return {d.node_id: (d.read_sha256, d.versions) for f in comparison.findings for d in f.documents}


async def test_every_role_killed_at_a_random_moment_loses_nothing_and_doubles_nothing(scene: Scene) -> None:
    async with ShopControl(scene.stage.shop_url) as shop:
        await scene.begin_morning(shop, orders=16, seed=SEED)
        for role, moment in zip(ROLES, random_moments(SEED, len(ROLES)), strict=True):
            await scene.until_some_arrived(shop, moment)
            await scene.crash(role)
        await scene.until_all_arrived(shop)
    assert_clean(await scene.audit())


async def test_the_broker_killed_in_the_middle_loses_nothing_and_doubles_nothing(scene: Scene) -> None:
    async with ShopControl(scene.stage.shop_url) as shop:
        await scene.begin_morning(shop, orders=10, seed=SEED + 1)
        await scene.until_some_arrived(shop, 0.5)
        await scene.stage.broker.kill()
        await scene.stage.broker.restart()
        await scene.until_all_arrived(shop)
    assert_clean(await scene.audit())


async def test_a_second_archiver_that_comes_and_goes_moves_partitions_and_nothing_else(scene: Scene) -> None:
    another = scene.stage.another("archive-2", "archive")
    async with ShopControl(scene.stage.shop_url) as shop:
        await scene.begin_morning(shop, orders=10, seed=SEED + 2)
        await scene.until_some_arrived(shop, 0.2)
        async with Supervisor([another], logs=scene.stage.logs) as second:
            await second.wait_ready(60)
            await scene.until_some_arrived(shop, 0.8)
        await scene.until_all_arrived(shop)
    assert_clean(await scene.audit())


async def test_the_same_morning_delivered_twice_makes_no_new_node_and_no_new_version(scene: Scene) -> None:
    async with ShopControl(scene.stage.shop_url) as shop:
        await scene.begin_morning(shop, orders=6, seed=SEED + 3)
        await scene.until_all_arrived(shop)
    before = await scene.audit()
    assert_clean(before)
    hooks = await every_hook_received(scene)
    await deliver_again(scene, hooks)
    async with LagReader(scene.stage.kit) as lag:
        await until_quiet(lag, timeout_s=120)
    after = await scene.audit()
    assert_clean(after)
    assert nodes(after) == nodes(before)


async def every_hook_received(scene: Scene) -> list[HookReceived]:
    """Read back what the receiver stored, byte for byte."""
    found: list[HookReceived] = []
    async with Follower(scene.stage.kit, topics=[Topic.SHOPIFY_HOOKS]) as follower:
        while records := await follower.poll(timeout_s=1.0):
            found += [event_from(Topic.SHOPIFY_HOOKS, r.key, r.value, r.headers).body for r in records]
    assert found
    return found


async def deliver_again(scene: Scene, hooks: list[HookReceived]) -> None:
    """Send every hook again as it came: the same body, the same signature, the same delivery id."""
    random.Random(SEED).shuffle(hooks)
    async with aiohttp.ClientSession() as session:
        for hook in hooks:
            headers = {name: value for name, value in hook.headers.items() if name.startswith("x-shopify-")}
            async with session.post(scene.stage.hooks_url, data=hook.body, headers=headers) as answer:
                assert answer.status == 200
