"""Changes over HTTP, through a shop that often fails: each is made once in the end, files of disputes too."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from decimal import Decimal

from muniment_kit.errors import Retryable
from muniment_sandbox.shopify.chance import dice
from muniment_sandbox.shopify.morning import random_cart
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.testing import RunningShop, running_shop
from muniment_shopify import Priority
from muniment_shopify.cancelling import Cancellation, cancel_order
from muniment_shopify.disputes import give_evidence, upload_evidence
from muniment_shopify.holds import hold_handle, hold_order, release_order
from muniment_shopify.money import Money
from muniment_shopify.order_marks import add_tags
from muniment_shopify.refunds import RefundTransfer, refund_order
from tests.integration.shopify.clients import client_of

TRIES = 60


async def at_last(step: Callable[[], Awaitable[object]]) -> object:
    """Do ``step`` as a role does: again and again, until it no longer asks for that."""
    for _ in range(TRIES):
        try:
            return await step()
        except Retryable:
            continue
    raise AssertionError(f"not done after {TRIES} tries")


def paid_order(shop: RunningShop) -> Order:
    order = shop.state.place_order(random_cart(shop.state.stock, dice(5)))
    shop.state.pay(order)
    shop.state.route(order)
    return order


async def test_a_decision_is_carried_out_once_by_a_shop_that_fails_every_third_time() -> None:
    async with running_shop(seed="empty") as shop, client_of(shop, Priority.DECISION) as client:
        order = paid_order(shop)
        payment = order.payments[0]
        amount = Money(Decimal("1.00"), order.presentment_currency_code)
        transfer = RefundTransfer(payment=payment.id, gateway=payment.gateway, amount=amount)
        handle = hold_handle("exception-review", str(order.number))
        shop.state.cancel_delay_s = 1
        shop.faults.api_error = 0.33

        await at_last(lambda: hold_order(client, order.id, handle, reason="HIGH_RISK_OF_FRAUD"))
        await at_last(lambda: add_tags(client, order.id, ["ecm-held"]))
        assert [hold.handle for each in order.fulfillment_orders for hold in each.holds] == [handle] * len(
            order.fulfillment_orders
        )
        await at_last(lambda: release_order(client, order.id, handle))
        for _ in range(2):
            await at_last(lambda: refund_order(client, order.id, "e1", transfers=[transfer]))
        cancelled = await at_last(
            lambda: cancel_order(client, order.id, reason="FRAUD", restock=True, refund=False)
        )
        assert isinstance(cancelled, Cancellation)
        assert not [hold for each in order.fulfillment_orders for hold in each.holds]
        assert len(order.refund_records) == 1
        assert order.cancel_reason == "FRAUD"


async def test_a_file_becomes_evidence_and_is_submitted() -> None:
    async with running_shop(seed="empty") as shop, client_of(shop) as client:
        dispute = shop.state.open_dispute(paid_order(shop))
        file = await upload_evidence(
            client,
            dispute.id,
            "shippingDocumentationFile",
            name="ecm-7-v1.pdf",
            mime_type="application/pdf",
            content=b"%PDF-1.7 proof of delivery",
        )
        given = await give_evidence(
            client, dispute.id, files={"shippingDocumentationFile": file.gid}, submit=True
        )
        assert given.is_submitted
        assert [(each.name, each.type) for each in given.files] == [
            ("ecm-7-v1.pdf", "SHIPPING_DOCUMENTATION_FILE")
        ]
        assert (await client.shop_time()) is not None
