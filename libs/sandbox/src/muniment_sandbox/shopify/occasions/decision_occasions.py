"""What has to be decided: returns, disputes, risk, holds. Each occasion takes one step of one case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from muniment_sandbox.shopify.decision_deeds import DECISION_DEEDS
from muniment_sandbox.shopify.occasions.choosing import an_order
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.returning import returnable_parcels
from muniment_sandbox.shopify.state.risks import RiskFact
from muniment_sandbox.shopify.state.shop import Shop

_DECLINED = 0.2
_REASONS = ("FRAUDULENT", "PRODUCT_NOT_RECEIVED", "PRODUCT_UNACCEPTABLE")
_RETURN_REASONS = ("defective", "unwanted", "wrong-item")
_FACTS = ("The card was issued in another country.", "Three cards were tried within a minute.")


def _return(shop: Shop, chance: Random) -> str:
    """A return is asked for, decided, processed or closed."""
    order = an_order(shop, chance, lambda each: bool(_next_of_return(each)), "with something to return")
    steps = _next_of_return(order)
    step = steps[0]
    if step == "return-approve" and chance.random() < _DECLINED:
        step = "return-decline"
    wish = {"reason": chance.choice(_RETURN_REASONS)} if step == "return-request" else {}
    DECISION_DEEDS[step](shop, order, wish)
    return f"{order.name}: {step.replace('-', ' ')}"


def _next_of_return(order: Order) -> list[str]:
    for each in order.returns:
        if each.status == "REQUESTED":
            return ["return-approve"]
        if each.status == "OPEN":
            waits = any(line.unprocessed_quantity for line in each.lines)
            return ["return-process" if waits else "return-close"]
    return ["return-request"] if returnable_parcels(order) else []


def _dispute(shop: Shop, chance: Random) -> str:
    """The bank disputes a payment, or decides a dispute."""
    order = an_order(
        shop,
        chance,
        lambda each: any(dispute.finalized_on is None for dispute in each.disputes) or _is_disputable(each),
        "with a payment that could be disputed",
    )
    for dispute in order.disputes:
        if dispute.finalized_on is None:
            shop.decide_dispute(dispute, chance.choice(("WON", "LOST")))
            return f"a dispute of {order.name} is {dispute.status.lower()}"
    shop.open_dispute(order, chance.choice(_REASONS))
    return f"{order.name} is disputed"


def _is_disputable(order: Order) -> bool:
    paid = any(each.gateway == "shopify_payments" and each.brings_money for each in order.payments)
    return paid and not order.disputes and order.totals.net_payment_set.minor > 0


def _risk(shop: Shop, chance: Random) -> str:
    order = an_order(
        shop, chance, lambda each: each.risk.level != "HIGH", "whose risk is not known to be high"
    )
    level = chance.choice(("HIGH", "MEDIUM"))
    shop.assess_risk(order, level, [RiskFact(chance.choice(_FACTS), "NEGATIVE")])
    return f"the risk of {order.name} is {level.lower()}"


def _hold(shop: Shop, chance: Random) -> str:
    """An order is held, or let go."""
    order = an_order(shop, chance, _can_change_holds, "that could be held")
    if any(each.holds for each in order.fulfillment_orders):
        DECISION_DEEDS["release"](shop, order, {})
        return f"{order.name} is let go"
    shop.route(order)
    reason = chance.choice(("HIGH_RISK_OF_FRAUD", "INCORRECT_ADDRESS", "OTHER"))
    DECISION_DEEDS["hold"](shop, order, {"reason": reason})
    return f"{order.name} is held"


def _can_change_holds(order: Order) -> bool:
    if any(each.holds for each in order.fulfillment_orders):
        return True
    return not order.parcels and any(line.unfulfilled_quantity for line in order.lines)


DECISION_OCCASIONS: Mapping[str, Callable[[Shop, Random], str]] = {
    "disputes": _dispute,
    "holds": _hold,
    "returns": _return,
    "risks": _risk,
}
