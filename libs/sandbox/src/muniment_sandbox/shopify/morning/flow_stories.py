"""Stories of returns, holds, disputes and accounts: told only in mornings that ask for their flow."""

from __future__ import annotations

from collections.abc import Mapping

from muniment_sandbox.shopify.decision_deeds import DECISION_DEEDS
from muniment_sandbox.shopify.morning.plans import Act, Plan
from muniment_sandbox.shopify.morning.story_parts import (
    Scenario,
    anyone,
    business,
    carrier,
    pay,
    send_all,
    some_lines,
)
from muniment_sandbox.shopify.state.customer_changes import ConsentWish
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.shop import Shop


def _does(deed: str, **wish: str) -> Act:
    return lambda shop, order: DECISION_DEEDS[deed](shop, order, wish)


def return_with_refund(plan: Plan) -> None:
    """A buyer sends something back; the shop approves, refunds, closes."""
    plan.places(anyone, some_lines, then=pay)
    plan.later("sends it", send_all)
    plan.later("asks to return a unit", _does("return-request", note="It leaks"))
    plan.later("approves the return", _does("return-approve"))
    plan.later("refunds what came back", _does("return-process"))
    plan.later("closes the return", _does("return-close"))


def return_declined(plan: Plan) -> None:
    """A buyer asks too late."""
    plan.places(anyone, some_lines, then=pay)
    plan.later("sends it", send_all)
    plan.later("asks to return a unit", _does("return-request", reason="changed-mind"))
    plan.later("declines the return", _does("return-decline", note="Outside policy"))


def held_for_approval(plan: Plan) -> None:
    """A large order is held until somebody agrees."""

    def hold(shop: Shop, order: Order) -> None:
        shop.route(order)
        DECISION_DEEDS["hold"](shop, order, {"note": "Awaiting approval"})

    plan.places(
        business(0),
        lambda basket: basket.cart([basket.line("DSK-OAK-140", 6)], net_days=30, po_number="PO-77"),
    )
    plan.later("holds it", hold)
    plan.later("lets it go", _does("release"))
    plan.later("sends it", send_all)


def risky_and_disputed(plan: Plan) -> None:
    """A risky order is sent all the same, and the payment is disputed."""
    plan.places(anyone, some_lines, then=pay)
    plan.later("says the risk is high", _does("high-risk"))
    plan.later("sends it", send_all)
    plan.later("cannot be delivered", carrier("FAILURE", "Nobody at this address"))
    plan.later("disputes the payment", _does("dispute", reason="PRODUCT_NOT_RECEIVED"))


def consent_given_and_taken(plan: Plan) -> None:
    """A buyer agrees to e-mail, and changes their mind."""

    def consents(state: str) -> Act:
        def act(shop: Shop, order: Order) -> None:
            if order.customer is not None:
                shop.set_consent(order.customer, "email", ConsentWish(state=state))

        return act

    plan.places(anyone, some_lines, then=pay)
    plan.later("agrees to e-mail", consents("SUBSCRIBED"))
    plan.later("takes it back", consents("UNSUBSCRIBED"))


FLOWS: Mapping[str, tuple[Scenario, ...]] = {
    "accounts": (consent_given_and_taken,),
    "disputes": (risky_and_disputed,),
    "holds": (held_for_approval,),
    "returns": (return_with_refund, return_declined),
}
"""Flow → its stories."""
