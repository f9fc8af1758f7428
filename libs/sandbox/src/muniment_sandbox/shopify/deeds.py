"""The deeds a person can do with an order from the page or the control endpoint, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from muniment_sandbox.shopify.chance import dice
from muniment_sandbox.shopify.decision_deeds import DECISION_DEEDS, possible_decisions
from muniment_sandbox.shopify.morning import random_cart
from muniment_sandbox.shopify.morning.baskets import Basket
from muniment_sandbox.shopify.morning.story_parts import tracking
from muniment_sandbox.shopify.shop_desk import ShopDesk
from muniment_sandbox.shopify.state.ledger import NotPossible, UnknownId
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.refunding import RefundWish
from muniment_sandbox.shopify.state.shop import Shop

Deed = Callable[[Shop, Order, Mapping[str, Any]], object]


def place(desk: ShopDesk) -> Order:
    """Place an order as a passer-by would."""
    return desk.shop.place_order(random_cart(desk.shop.stock, desk.chance))


def do(desk: ShopDesk, name: str, order: Order, wish: Mapping[str, Any] | None = None) -> None:
    """Do it. Raises UnknownId for an unknown deed, NotPossible when the order does not allow it."""
    do_with(desk.shop, name, order, wish)


def do_with(shop: Shop, name: str, order: Order, wish: Mapping[str, Any] | None = None) -> None:
    """As ``do``, for those who have the shop only."""
    if name not in DEEDS:
        raise UnknownId(f"There is no deed {name!r}. Known: {', '.join(sorted(DEEDS))}.")
    DEEDS[name](shop, order, wish or {})


def possible(order: Order) -> list[str]:
    """Return the deeds that make sense for an order as it stands."""
    if order.cancelled_at:
        return ["note", "delete"]
    return [*_usual(order), *possible_decisions(order), "cancel", "delete"]


def _usual(order: Order) -> list[str]:
    names = ["note"]
    totals = order.totals
    if totals.total_outstanding_set.minor > 0:
        names += ["capture"] if totals.total_capturable_set.minor else ["pay", "authorize", "decline"]
    if any(line.unfulfilled_quantity for line in order.lines):
        names += ["fulfil", "remove-line"]
    names += ["add-line"]
    if totals.net_payment_set.minor > 0:
        names += ["refund", "refund-line"]
    return names


def _refund_line(shop: Shop, order: Order, wish: Mapping[str, Any]) -> object:
    """Refund one unit of the first line that has one left."""
    line = next((line for line in order.lines if line.refundable_quantity), None)
    if line is None:
        raise NotPossible(f"No unit of order {order.name} can be refunded any more.")
    return shop.refund(order, RefundWish(lines=[(line, int(wish.get("quantity", 1)))], note=wish.get("note")))


def _add_line(shop: Shop, order: Order, wish: Mapping[str, Any]) -> object:
    known = (*shop.stock.buyers, *shop.stock.businesses)
    buyer = next((each for each in known if each.customer is order.customer), known[0])
    basket = Basket(shop.stock, dice(order.number + len(order.lines)), buyer)
    return shop.edit_add_line(order, basket.line(wish.get("sku", "INK-RBL-50"), 1))


def _remove_line(shop: Shop, order: Order, _wish: Mapping[str, Any]) -> None:
    """Take the last line that still waits out of the order, if it is not the only one."""
    waiting = [line for line in order.lines if line.unfulfilled_quantity == line.quantity]
    if len(order.current_units) < 2 or not waiting:
        raise NotPossible(f"No line of order {order.name} can be taken out.")
    shop.edit_remove_line(order, waiting[-1])


DEEDS: Mapping[str, Deed] = {
    **DECISION_DEEDS,
    "add-line": _add_line,
    "authorize": lambda shop, order, _wish: shop.authorize(order),
    "cancel": lambda shop, order, wish: shop.cancel(order, wish.get("reason", "CUSTOMER"), wish.get("note")),
    "capture": lambda shop, order, _wish: shop.capture(order),
    "decline": lambda shop, order, _wish: shop.decline_payment(order),
    "delete": lambda shop, order, _wish: shop.delete_order(order),
    "fulfil": lambda shop, order, _wish: shop.fulfil(
        order, trackings=[tracking(order, len(order.parcels) + 1)]
    ),
    "note": lambda shop, order, wish: shop.update_note(order, wish.get("note") or "Noted by hand."),
    "pay": lambda shop, order, _wish: shop.pay(order),
    "refund": lambda shop, order, wish: shop.refund_everything(order, wish.get("note")),
    "refund-line": _refund_line,
    "remove-line": _remove_line,
}
