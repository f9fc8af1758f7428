"""A receiver that is away long enough loses its subscriptions; the running role restores them."""

from __future__ import annotations

from functools import partial

import pytest

from muniment_ops.broker.ports import free_port
from muniment_sandbox.shopify.chance import dice
from muniment_sandbox.shopify.hooks.deliveries import DeliveryState
from muniment_sandbox.shopify.morning import random_cart
from muniment_sandbox.shopify.testing import running_shop
from muniment_shopify.flows import wanted_hooks
from shopify_ingest.app import build_reconcile
from shopify_ingest.shop_watch import watching_shops
from tests.integration.reconcile.desk import desk_of, reconcile_settings
from tests.integration.reconcile.roles import at_work, receive_of
from tests.waiting import eventually

pytestmark = pytest.mark.connected

FOUR_HOURS_IN_SECONDS = 0.000_02
"""Four hours of retries pass in 0.3 s."""


async def test_a_subscription_deleted_by_failures_is_noticed_and_restored(
    kafka: str, topic_prefix: str
) -> None:
    port = free_port()
    async with (
        running_shop(seed="empty", time_scale=FOUR_HOURS_IN_SECONDS) as shop,
        desk_of(shop, kafka, topic_prefix) as desk,
    ):
        settings = reconcile_settings(
            shop, hooks_url=f"http://127.0.0.1:{port}/hooks/shopify", subscriptions_every_s=0.1
        )
        (access,) = settings.shops().values()
        wanted = {hook.topic for hook in wanted_hooks(access.enabled_flows)}
        clients = {desk.handle: desk.client}
        watch = partial(watching_shops, settings=settings, clients=clients)
        role = build_reconcile(settings, kit=desk.kit, clients=clients, beside=[watch])

        def heard() -> set[str]:
            return {each.header_topic for each in shop.state.subscriptions}

        def removed() -> int:
            return shop.desk.dispatch.summary()["subscriptions_removed"]

        async with at_work(desk, role):
            await eventually(lambda: heard() == wanted, what="all are subscribed to")
            shop.state.place_order(random_cart(shop.state.stock, dice(1)))
            await eventually(lambda: removed() > 0, what="nobody answered for four hours")
            async with at_work(desk, receive_of(desk, port)):
                await shop.hooks_settled()
                await eventually(lambda: heard() == wanted, what="those deleted are back")
                order = shop.state.place_order(random_cart(shop.state.stock, dice(2)))
                await shop.hooks_settled()
                told = [each for each in shop.deliveries if each.subject == order.id]
                assert {each.state for each in told} == {DeliveryState.DELIVERED}
                assert "orders/create" in {each.topic for each in told}
