"""Saying how risky an order is."""

from __future__ import annotations

from collections.abc import Sequence

from muniment_sandbox.shopify.state.ledger import Ledger, NotPossible
from muniment_sandbox.shopify.state.merchant import App
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.risks import (
    OrderRiskAssessment,
    RiskFact,
    ShopifyProtectOrderEligibility,
    ShopifyProtectOrderSummary,
)

_MOST_FACTS = 20


def assess(
    books: Ledger, order: Order, level: str, facts: Sequence[RiskFact], provider: App | None
) -> OrderRiskAssessment:
    """Add an assessment, in place of the provider's earlier one; ``orders/risk_assessment_changed``."""
    if len(facts) > _MOST_FACTS:
        message = f"Too many facts: at most {_MOST_FACTS}."
        raise NotPossible(message, code="TOO_MANY_FACTS", field=["orderRiskAssessmentInput", "facts"])
    if provider is not None and order.display_fulfillment_status == "FULFILLED":
        raise NotPossible(
            "Order is already fulfilled.",
            code="ORDER_ALREADY_FULFILLED",
            field=["orderRiskAssessmentInput", "orderId"],
        )
    with books.action():
        made = OrderRiskAssessment(
            number=books.numbers.next("OrderRiskAssessment"),
            order_number=order.number,
            risk_level=level,
            facts=list(facts),
            provider=provider,
            created_at=books.clock.now(),
        )
        order.assessments = [each for each in order.assessments if each.provider is not provider] + [made]
        books.announce(made, "orders/risk_assessment_changed")
        whose = provider.title if provider else "Shopify"
        books.note(order, "risk_assessed", f"{whose} says the risk is {level.lower()}.")
        books.changed(order)
    return made


def protect(books: Ledger, order: Order, status: str, eligibility: str) -> None:
    """Set what Shopify Protect says; ``orders/shopify_protect_eligibility_changed``."""
    with books.action():
        order.shopify_protect = ShopifyProtectOrderSummary(
            status, ShopifyProtectOrderEligibility(eligibility)
        )
        books.announce(order, "orders/shopify_protect_eligibility_changed")
        books.changed(order)
