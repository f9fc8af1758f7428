"""When orders were fully paid: the shop's hooks and the orders' own history say the same."""

from __future__ import annotations

from datetime import datetime, timedelta

import orjson

from muniment_sandbox.shopify.morning import FLOWS, Morning
from muniment_shopify.orders import fetch_order
from shopify_ingest.record.full_payment import full_payment_by, full_payments
from tests.integration.shopify_ingest.recorded_shop import BEGIN, RecordedShop, recorded_shop


async def test_the_history_of_an_order_tells_the_full_payments_that_its_hooks_announced() -> None:
    async with recorded_shop() as told:
        for step in Morning(orders=25, flows=frozenset(FLOWS)).steps():
            told.clock.set(BEGIN + timedelta(seconds=step.at_s))
            told.shop.state.catch_up()
            step.act(told.shop.state)
        announced = _announced(told)
        assert len(announced) > 20
        for number, moments in announced.items():
            order = await fetch_order(told.client, f"gid://shopify/Order/{number}")
            assert order is not None
            assert full_payments(order) == [full_payment_by(order, at) for at in moments], order.name


def _announced(told: RecordedShop) -> dict[int, list[datetime]]:
    """Return when the hooks of each order said that it was paid."""
    found: dict[int, list[datetime]] = {}
    for hook in told.hooks():
        if hook.body.hook == "orders/paid":
            found.setdefault(orjson.loads(hook.body.body)["id"], []).append(hook.time)
    return {number: sorted(set(moments)) for number, moments in found.items()}
