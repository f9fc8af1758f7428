"""The bodies of ``disputes/*`` and of what is told about risk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from muniment_sandbox.shopify.hooks.rest_values import Body, local
from muniment_sandbox.shopify.state.disputes import ShopifyPaymentsDispute
from muniment_sandbox.shopify.state.ledger import Ledger
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.risks import OrderRiskAssessment


def dispute_body(dispute: ShopifyPaymentsDispute, books: Ledger) -> Body:
    """Return a dispute: without a global id, as in Shopify's sample."""
    zone, reason = books.merchant.timezone, dispute.reason_details
    return {
        "id": dispute.number,
        "order_id": dispute.order_number,
        "type": dispute.type.lower(),
        "amount": dispute.amount.amount,
        "currency": dispute.amount.currency_code,
        "reason": reason.reason.lower(),
        "network_reason_code": reason.network_reason_code,
        "status": dispute.status.lower(),
        "evidence_due_by": local(dispute.evidence_due_by, zone),
        "evidence_sent_on": local(dispute.evidence_sent_on, zone),
        "finalized_on": local(dispute.finalized_on, zone),
        "initiated_at": local(dispute.initiated_at, zone),
    }


def _risk(assessment: OrderRiskAssessment, books: Ledger) -> Body:
    provider = assessment.provider
    return {
        "provider_id": provider.number if provider else None,
        "provider_title": provider.title if provider else None,
        "risk_level": assessment.risk_level.lower(),
        "created_at": local(assessment.created_at, books.merchant.timezone),
        "order_id": assessment.order_number,
        "admin_graphql_api_order_id": f"gid://shopify/Order/{assessment.order_number}",
    }


def _protect(order: Order, _books: Ledger) -> Body:
    summary = order.shopify_protect
    return {
        "order_id": order.number,
        "status": summary.status.lower() if summary else None,
        "eligibility": {"status": summary.eligibility.status.lower()} if summary else None,
    }


DISPUTE_BODIES: Mapping[str, Callable[[Any, Ledger], Body]] = {
    "disputes/create": dispute_body,
    "disputes/update": dispute_body,
    "orders/risk_assessment_changed": _risk,
    "orders/shopify_protect_eligibility_changed": _protect,
}
