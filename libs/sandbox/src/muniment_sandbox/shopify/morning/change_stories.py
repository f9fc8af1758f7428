"""Stories of orders that change after they were placed: edits, refunds, cancellations, notes."""

from __future__ import annotations

from muniment_sandbox.shopify.morning.baskets import percent_off
from muniment_sandbox.shopify.morning.plans import Plan
from muniment_sandbox.shopify.morning.story_parts import (
    Scenario,
    add_ink,
    anyone,
    authorize,
    from_country,
    pay,
    refund_all,
    refund_shipping,
    refund_units,
    send_all,
    some_lines,
)
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.paying import GIFT_CARD
from muniment_sandbox.shopify.state.refunding import RefundWish
from muniment_sandbox.shopify.state.shop import Shop


def gift_card_used(plan: Plan) -> None:
    """Paid with a gift card and a card; part of it refunded to both."""

    def pay_with_both(shop: Shop, order: Order) -> None:
        shop.pay(order, GIFT_CARD, 1_500)
        pay(shop, order)

    plan.places(
        from_country("DE", "FR", "NL"),
        lambda basket: basket.cart([basket.line("LMP-BRS-01", 1)]),
        then=pay_with_both,
    )
    plan.later("sends it", send_all)
    plan.later("refunds all", lambda shop, order: shop.refund_everything(order, "Widerruf"))


def edited_and_paid_again(plan: Plan) -> None:
    """A line is added after paying; the difference is paid later."""
    plan.places(
        from_country("DE", "AT", "FR"),
        lambda basket: basket.cart([basket.line("PEN-GOE-M", 1)]),
        then=pay,
    )
    plan.later("adds a line", add_ink)
    plan.later("pays the difference", pay)
    plan.later("sends it", send_all)


def edited_twice(plan: Plan) -> None:
    """Only reserved on the card; a line goes, another comes; captured when sent."""
    plan.places(
        from_country("US", "GB"),
        lambda basket: basket.cart([basket.line("LMP-BRS-01", 1), basket.line("NTB-A5-DOT", 5)]),
        then=lambda shop, order: shop.authorize(order),
    )
    plan.later("takes a line out", lambda shop, order: shop.edit_remove_line(order, order.lines[0]))
    plan.later("adds a line", add_ink)
    plan.later("captures the payment", lambda shop, order: shop.capture(order))
    plan.later("sends it", send_all)


def partial_refund_of_units(plan: Plan) -> None:
    """Some units come back, then some more."""
    plan.places(
        anyone,
        lambda basket: basket.cart(
            [basket.line("NTB-A5-DOT", 7), basket.line("CHO-D85-3", 3)],
            discount=percent_off("12.5", "Herbst"),
        ),
        then=pay,
    )
    plan.later("sends it", send_all)
    plan.later("refunds two units", lambda shop, order: refund_units(shop, order, 0, 2, "Two arrived bent"))
    plan.later("refunds one more", lambda shop, order: refund_units(shop, order, 1, 1, None))


def shipping_and_goodwill(plan: Plan) -> None:
    """Shipping is refunded, and something on top."""
    plan.places(
        from_country("DE", "CH", "US", "JP"),
        lambda basket: basket.cart([basket.line("LMP-BRS-01", 2)], shipping=basket.shipping(1490)),
        then=pay,
    )
    plan.later("sends it", send_all)
    plan.later("refunds shipping and goodwill", refund_shipping)


def restocking_fee(plan: Plan) -> None:
    """A unit comes back, something is kept for it."""
    plan.places(
        from_country("DE", "NL"),
        lambda basket: basket.cart([basket.line("CHR-ERG-ANT", 2)]),
        then=pay,
    )
    plan.later("sends it", send_all)
    plan.later(
        "refunds one unit less a fee",
        lambda shop, order: shop.refund(
            order,
            RefundWish(
                lines=[(order.lines[0], 1)], adjustment_minor=-2_500, reason="RESTOCK", note="Restocking"
            ),
        ),
    )


def full_refund(plan: Plan) -> None:
    """All comes back."""
    plan.places(anyone, some_lines, then=pay)
    plan.later("sends it", send_all)
    plan.later("refunds all", refund_all)


def cancelled_after_payment(plan: Plan) -> None:
    """Cancelled and refunded before it was sent."""
    plan.places(
        from_country("FR", "DE", "US"),
        lambda basket: basket.cart(basket.lines(2), tip_minor=300),
        then=pay,
    )
    plan.later("cancels it", lambda shop, order: shop.cancel(order, "CUSTOMER", "Changed their mind"))


def cancelled_unpaid(plan: Plan) -> None:
    """Reserved only, suspected, cancelled."""
    plan.places(anyone, lambda basket: basket.cart([basket.line("CHR-ERG-ANT", 1)]), then=authorize)
    plan.later("is noted", lambda shop, order: shop.update_note(order, "Address does not match the card."))
    plan.later("cancels it", lambda shop, order: shop.cancel(order, "FRAUD"))


def noted_and_tagged(plan: Plan) -> None:
    """Only note and tags change after the order is complete."""
    plan.places(anyone, some_lines, then=pay)
    plan.later("is noted", lambda shop, order: shop.update_note(order, "Bitte klingeln bei „Hausmeister“ 🔔"))
    plan.later("is tagged", lambda shop, order: shop.set_tags(order, ["vip", "gift"]))


STORIES: tuple[Scenario, ...] = (
    gift_card_used,
    edited_and_paid_again,
    edited_twice,
    partial_refund_of_units,
    shipping_and_goodwill,
    restocking_fee,
    full_refund,
    cancelled_after_payment,
    cancelled_unpaid,
    noted_and_tagged,
)
