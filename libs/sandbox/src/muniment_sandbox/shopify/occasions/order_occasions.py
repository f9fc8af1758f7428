"""What befalls orders: they are placed, paid, sent, changed, refunded, cancelled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from muniment_sandbox.shopify.deeds import do_with
from muniment_sandbox.shopify.morning import random_cart
from muniment_sandbox.shopify.morning.baskets import Basket
from muniment_sandbox.shopify.morning.story_parts import pay, tracking
from muniment_sandbox.shopify.occasions.choosing import an_order
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.shop import Shop

_ON_ACCOUNT = 0.1
_PAID, _RESERVED, _REFUSED = 0.82, 0.92, 0.95
"""Of orders not on account: up to which chance they are paid, reserved on the card, or the card refused."""
_LEFT_TO_CARRIER = 0.3
_WHOLE = 0.2
_TAGGED = 0.5
_NOTES = ("Please ring twice.", "Leave it with the neighbours.", "A gift: no invoice in the parcel.")
_TAGS = ("gift", "vip", "wholesale", "check-address")


def _order(shop: Shop, chance: Random) -> str:
    """Somebody buys, most pay at once."""
    if chance.random() < _ON_ACCOUNT:
        basket = Basket(shop.stock, chance, chance.choice(shop.stock.businesses))
        number = f"PO-{chance.randint(10_000, 99_999)}"
        order = shop.place_order(
            basket.cart(basket.lines(chance.randint(1, 4)), po_number=number, net_days=30)
        )
        return f"{order.name} is placed on account"
    with shop.action():
        order = shop.place_order(random_cart(shop.stock, chance))
        drawn = chance.random()
        if order.totals.total_outstanding_set.minor == 0 or drawn < _PAID:
            pay(shop, order)
        elif drawn < _RESERVED:
            shop.authorize(order)
        elif drawn < _REFUSED:
            shop.decline_payment(order)
    return f"{order.name} is placed"


def _payment(shop: Shop, chance: Random) -> str:
    order = an_order(
        shop, chance, lambda each: each.totals.total_outstanding_set.minor > 0, "that is to be paid"
    )
    reserved = order.totals.total_capturable_set.minor
    do_with(shop, "capture" if reserved else "pay", order)
    return f"{order.name} is paid"


def _shipment(shop: Shop, chance: Random) -> str:
    """A parcel leaves, or the carrier tells of one."""
    if chance.random() < _LEFT_TO_CARRIER:
        order = an_order(shop, chance, lambda each: bool(each.parcels), "that was sent")
        status = chance.choice(("IN_TRANSIT", "OUT_FOR_DELIVERY", "DELIVERED"))
        shop.carrier_says(order, chance.choice(order.parcels), status)
        return f"a parcel of {order.name} is {status.replace('_', ' ').lower()}"
    order = an_order(shop, chance, _waits, "that waits to be sent")
    waiting = [line for line in order.lines if line.unfulfilled_quantity]
    lines = None
    if len(waiting) > 1 and chance.random() < _WHOLE:
        lines = [(waiting[0], waiting[0].unfulfilled_quantity)]
    shop.fulfil(order, lines, [tracking(order, len(order.parcels) + 1)])
    return f"{order.name} is sent"


def _edit(shop: Shop, chance: Random) -> str:
    order = an_order(shop, chance, _waits, "that can still be changed")
    do_with(shop, chance.choice(("add-line", "remove-line")), order)
    return f"{order.name} is edited"


def _refund(shop: Shop, chance: Random) -> str:
    order = an_order(
        shop,
        chance,
        lambda each: (
            each.totals.net_payment_set.minor > 0 and any(line.refundable_quantity for line in each.lines)
        ),
        "that can be refunded",
    )
    do_with(shop, "refund" if chance.random() < _WHOLE else "refund-line", order)
    return f"{order.name} is refunded"


def _cancellation(shop: Shop, chance: Random) -> str:
    order = an_order(shop, chance, lambda each: not each.parcels and _waits(each), "that can be cancelled")
    shop.cancel(order, chance.choice(("CUSTOMER", "INVENTORY", "FRAUD")))
    return f"{order.name} is cancelled"


def _note(shop: Shop, chance: Random) -> str:
    order = an_order(shop, chance, lambda _each: True, "yet")
    if chance.random() < _TAGGED:
        shop.tag(order, add=[chance.choice(_TAGS)])
        return f"{order.name} is tagged"
    shop.update_note(order, chance.choice(_NOTES))
    return f"{order.name} is noted"


def _waits(order: Order) -> bool:
    if any(each.holds for each in order.fulfillment_orders):
        return False
    return any(line.unfulfilled_quantity for line in order.lines)


ORDER_OCCASIONS: Mapping[str, Callable[[Shop, Random], str]] = {
    "cancellations": _cancellation,
    "edits": _edit,
    "notes": _note,
    "orders": _order,
    "payments": _payment,
    "refunds": _refund,
    "shipments": _shipment,
}
