"""Stories of companies: on account, without tax, with a refused card."""

from __future__ import annotations

from muniment_sandbox.shopify.morning.baskets import percent_off
from muniment_sandbox.shopify.morning.plans import Plan
from muniment_sandbox.shopify.morning.story_parts import Scenario, business, pay, pay_with, send_all
from muniment_sandbox.shopify.state.paying import BANK_TRANSFER


def business_net_30(plan: Plan) -> None:
    """A company buys on account, edits before it pays, pays by transfer."""
    plan.places(
        business(0),
        lambda basket: basket.cart(
            [basket.line("DSK-OAK-140", 4), basket.line("CHR-ERG-ANT", 4), basket.line("BOX-AF-10", 2)],
            po_number=f"PO-{basket.chance.randint(10_000, 99_999)}",
            net_days=30,
            source_name="shopify_draft_order",
            discount=percent_off("5", "Rahmenvertrag", manual=True),
        ),
    )
    plan.later("takes a line out", lambda shop, order: shop.edit_remove_line(order, order.lines[2]))
    plan.later("sends it", send_all)
    plan.later("pays by transfer", pay_with(BANK_TRANSFER))


def business_reverse_charge(plan: Plan) -> None:
    """A company with a tax number abroad: no tax at all."""
    plan.places(
        lambda stock, chance: stock.businesses[chance.choice((1, 2))],
        lambda basket: basket.cart(
            [basket.line("CAB-FIRE-4D-RAL7035-ASM-CST-2025", 2)], po_number="2026/77-Ä", net_days=14
        ),
    )
    plan.later("pays by transfer", pay_with(BANK_TRANSFER))
    plan.later("sends it", send_all)


def business_american(plan: Plan) -> None:
    """A company where taxes come on top; the first card is refused."""
    plan.places(
        business(3),
        lambda basket: basket.cart([basket.line("CHR-ERG-ANT", 10)], po_number="HT-4471"),
        then=lambda shop, order: shop.decline_payment(order),
    )
    plan.later("pays by another card", pay, after_s=90)


STORIES: tuple[Scenario, ...] = (
    business_net_30,
    business_reverse_charge,
    business_american,
)
