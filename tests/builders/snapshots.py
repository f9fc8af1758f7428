"""Snapshots of what is no order, as small as they can be: a scenario names only what it is about."""

from __future__ import annotations

from typing import Any

from muniment_shopify.snapshots import Snapshot, canonical, snapshot_from

ORDER = {"id": "gid://shopify/Order/5001", "name": "#1001", "updatedAt": "2026-03-02T09:30:00Z"}

Node = dict[str, Any]


def fulfillment_orders(
    *, number: int = 71, status: str = "OPEN", hold: str | None = None, created: str = "2026-03-02T09:00:05Z"
) -> Snapshot:
    """The fulfilment orders of the order: one, with a hold on it if named."""
    node = {
        "id": f"gid://shopify/FulfillmentOrder/{number}",
        "status": status,
        "createdAt": created,
        "updatedAt": "2026-03-02T09:20:00Z",
        "fulfillmentHolds": [{"id": hold, "handle": "ecm:approval:5001"}] if hold else [],
    }
    return _snapshot("fulfillment-orders", {**ORDER, "fulfillmentOrders": {"nodes": [node]}})


def return_snapshot(
    status: str = "REQUESTED",
    *,
    number: int = 6001,
    created: str = "2026-03-05T08:00:00Z",
    approved: str | None = None,
    closed: str | None = None,
    order_updated: str = "2026-03-05T08:00:00Z",
) -> Snapshot:
    """A return of the order."""
    node = {
        "id": f"gid://shopify/Return/{number}",
        "name": "#1001-R1",
        "status": status,
        "createdAt": created,
        "requestApprovedAt": approved,
        "closedAt": closed,
        "order": {**ORDER, "updatedAt": order_updated},
    }
    return _snapshot("return", node)


def dispute_snapshot(
    status: str = "NEEDS_RESPONSE",
    *,
    number: int = 7001,
    finalized: str | None = None,
    has_order: bool = True,
) -> Snapshot:
    """A dispute over the order's payment, or one of which Shopify names no order."""
    node = {
        "id": f"gid://shopify/ShopifyPaymentsDispute/{number}",
        "status": status,
        "initiatedAt": "2026-03-20T10:00:00Z",
        "evidenceSentOn": None,
        "finalizedOn": finalized,
        "order": ORDER if has_order else None,
    }
    return _snapshot("dispute", node)


def risk_snapshot(*levels: tuple[str | None, str], recommendation: str = "INVESTIGATE") -> Snapshot:
    """The order's risk: of each assessment the gid of the app, ``None`` for Shopify, and the level."""
    assessments: list[Node] = [
        {"provider": {"id": app, "title": "An app"} if app else None, "riskLevel": level, "facts": []}
        for app, level in levels
    ]
    return _snapshot(
        "risk", {**ORDER, "risk": {"recommendation": recommendation, "assessments": assessments}}
    )


def customer_snapshot(*, number: int = 801, updated: str = "2026-03-02T09:10:00Z") -> Snapshot:
    """A customer."""
    node = {
        "id": f"gid://shopify/Customer/{number}",
        "createdAt": "2026-03-02T09:00:00Z",
        "updatedAt": updated,
        "tags": [],
    }
    return _snapshot("customer", node)


def consent_snapshot(
    *, email: str | None = "SUBSCRIBED", sms: str | None = None, at: str = "2026-03-02T09:00:00Z"
) -> Snapshot:
    """What a customer consented to; a channel without a state has no address."""
    node = {
        "id": "gid://shopify/Customer/801",
        "updatedAt": "2026-03-02T09:10:00Z",
        "defaultEmailAddress": {"marketingState": email, "marketingUpdatedAt": at} if email else None,
        "defaultPhoneNumber": {"smsMarketingConsent": {"state": sms, "updatedAt": at}} if sms else None,
    }
    return _snapshot("consent", node)


def company_snapshot(*, location_updated: str = "2026-03-02T09:00:00Z") -> Snapshot:
    """A company with one location and one contact."""
    node = {
        "id": "gid://shopify/Company/901",
        "createdAt": "2026-03-02T09:00:00Z",
        "updatedAt": "2026-03-02T09:10:00Z",
        "locations": {"nodes": [_part("CompanyLocation", 911, location_updated)]},
        "contacts": {"nodes": [_part("CompanyContact", 921, "2026-03-02T09:00:00Z")]},
    }
    return _snapshot("company", node)


def draft_snapshot(*, completed: str | None = None, updated: str = "2026-03-02T09:10:00Z") -> Snapshot:
    """A draft order; completed, it became the order."""
    node = {
        "id": "gid://shopify/DraftOrder/951",
        "createdAt": "2026-03-02T09:00:00Z",
        "updatedAt": updated,
        "completedAt": completed,
        "order": {"id": ORDER["id"], "name": ORDER["name"]} if completed else None,
    }
    return _snapshot("draft-order", node)


def _part(kind: str, number: int, updated: str) -> Node:
    return {"id": f"gid://shopify/{kind}/{number}", "createdAt": "2026-03-02T09:00:00Z", "updatedAt": updated}


def _snapshot(kind: str, node: Node) -> Snapshot:
    return snapshot_from(kind, canonical(node))
