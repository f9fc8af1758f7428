"""The deeds of returns, holds, disputes and risk: what a person does from an order's page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from muniment_sandbox.shopify.state.holding import HoldWish
from muniment_sandbox.shopify.state.ledger import NotPossible
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.processing_returns import ProcessWish
from muniment_sandbox.shopify.state.returning import (
    ReturnLineWish,
    ReturnWish,
    returnable,
    returnable_parcels,
)
from muniment_sandbox.shopify.state.returns import Return, ReturnReasonDefinition
from muniment_sandbox.shopify.state.risks import RiskFact
from muniment_sandbox.shopify.state.shop import Shop

Deed = Callable[[Shop, Order, Mapping[str, Any]], object]


def possible_decisions(order: Order) -> list[str]:
    """Return those of these deeds that make sense for an order as it stands."""
    statuses = {each.status for each in order.returns}
    names = []
    if returnable_parcels(order):
        names.append("return-request")
    if "REQUESTED" in statuses:
        names += ["return-approve", "return-decline"]
    if "OPEN" in statuses:
        names += ["return-process", "return-close"]
    if any("HOLD" in each.actions and not each.holds for each in order.fulfillment_orders):
        names.append("hold")
    if any(each.holds for each in order.fulfillment_orders):
        names.append("release")
    if any(each.gateway == "shopify_payments" and each.brings_money for each in order.payments):
        names.append("dispute")
    if any(each.finalized_on is None for each in order.disputes):
        names += ["dispute-won", "dispute-lost"]
    return [*names, "high-risk"] if order.risk.level != "HIGH" else names


def _request_return(shop: Shop, order: Order, wish: Mapping[str, Any]) -> Return:
    """Ask one unit of the first line back that still may be."""
    for parcel in returnable_parcels(order):
        units = next(units for units in parcel.lines if returnable(order, units))
        reasons = {each.handle: each for each in shop.all_of(ReturnReasonDefinition)}
        line = ReturnLineWish(
            fulfillment_line_item=units,
            quantity=int(wish.get("quantity", 1)),
            reason=reasons.get(wish.get("reason", "defective")),
            customer_note=wish.get("note"),
        )
        return shop.request_return(order, ReturnWish(lines=[line]))
    raise NotPossible(f"Nothing of order {order.name} can be returned.")


def _return_in(order: Order, status: str) -> Return:
    for wanted in reversed(order.returns):
        if wanted.status == status:
            return wanted
    raise NotPossible(f"Order {order.name} has no return that is {status.lower()}.")


def _process_return(shop: Shop, order: Order, wish: Mapping[str, Any]) -> object:
    """Process all units of the open return and refund what is suggested for them."""
    wanted = _return_in(order, "OPEN")
    lines = [(line, line.unprocessed_quantity) for line in wanted.lines if line.unprocessed_quantity]
    if not lines:
        raise NotPossible(f"All units of return {wanted.name} were processed.")
    amount = shop.return_outcome(wanted, lines).maximum_refundable.minor
    paid = next((each for each in order.payments if each.brings_money), None)
    transfers = [(paid, amount)] if paid is not None and amount else None
    processed = [(line, quantity, ()) for line, quantity in lines]
    return shop.process_return(
        wanted, ProcessWish(lines=processed, transfers=transfers, note=wish.get("note"))
    )


def _hold(shop: Shop, order: Order, wish: Mapping[str, Any]) -> None:
    reason = HoldWish(reason=wish.get("reason", "OTHER"), reason_notes=wish.get("note"))
    targets = [each for each in order.fulfillment_orders if "HOLD" in each.actions and not each.holds]
    if not targets:
        raise NotPossible(f"Nothing of order {order.name} can be held.")
    with shop.action():
        for target in targets:
            shop.hold(target, reason)


def _release(shop: Shop, order: Order, _wish: Mapping[str, Any]) -> None:
    held = [each for each in order.fulfillment_orders if each.holds]
    if not held:
        raise NotPossible(f"Nothing of order {order.name} is on hold.")
    with shop.action():
        for target in held:
            shop.release_holds(target)


def _high_risk(shop: Shop, order: Order, wish: Mapping[str, Any]) -> object:
    fact = RiskFact(wish.get("note") or "The card was issued in another country.", "NEGATIVE")
    return shop.assess_risk(order, "HIGH", [fact])


def _decide(status: str) -> Deed:
    def decide(shop: Shop, order: Order, _wish: Mapping[str, Any]) -> None:
        for dispute in order.disputes:
            if dispute.finalized_on is None:
                shop.decide_dispute(dispute, status)
                return
        raise NotPossible(f"Order {order.name} has no dispute that waits for a decision.")

    return decide


def _decline(shop: Shop, order: Order, wish: Mapping[str, Any]) -> None:
    reason = wish.get("reason", "RETURN_PERIOD_ENDED")
    shop.decline_return(_return_in(order, "REQUESTED"), reason, wish.get("note"))


DECISION_DEEDS: Mapping[str, Deed] = {
    "dispute": lambda shop, order, wish: shop.open_dispute(order, wish.get("reason", "FRAUDULENT")),
    "dispute-lost": _decide("LOST"),
    "dispute-won": _decide("WON"),
    "high-risk": _high_risk,
    "hold": _hold,
    "release": _release,
    "return-approve": lambda shop, order, _wish: shop.approve_return(_return_in(order, "REQUESTED")),
    "return-close": lambda shop, order, _wish: shop.close_return(_return_in(order, "OPEN")),
    "return-decline": _decline,
    "return-process": _process_return,
    "return-request": _request_return,
}
