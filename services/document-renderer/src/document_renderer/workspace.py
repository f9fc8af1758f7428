"""What the order's workspace is called and shows, as of the snapshot."""

from __future__ import annotations

from document_renderer.documents.source_event import written
from document_renderer.money import digits_of
from document_renderer.plain_names import plain_name
from document_renderer.snapshot import Order, Snapshot
from muniment_contracts.bodies import OrderChange, WorkspaceFacts
from muniment_contracts.identifiers import business_object_id


def workspace_facts(change: OrderChange, snapshot: Snapshot | None) -> WorkspaceFacts:
    """Return the facts of the order's workspace.

    Of an order that is gone only what the change itself names is told; other attributes keep what they had.
    """
    order = snapshot.order if snapshot else None
    order_name = order.name if order else change.order_name or change.order_id
    attributes = {"Shop": change.shop, "Order id": change.order_id, "Order name": order_name}
    customer = _customer(order) if order else ""
    if order:
        attributes |= _attributes(order, customer)
    return WorkspaceFacts(
        business_object_type="order",
        business_object_id=business_object_id(change.shop, change.order_id),
        name=plain_name(f"{order_name} {customer}"),
        updated_at=order.updated_at if order else change.updated_at or change.occurred_at,
        attributes=attributes,
    )


def _customer(order: Order) -> str:
    buyer = order.buyer
    billed = buyer.billing.name if buyer.billing else None
    return buyer.company or buyer.name or billed or ""


def _attributes(order: Order, customer: str) -> dict[str, str]:
    return {
        "Customer": customer,
        "Currency": order.currency,
        "Total": f"{order.totals.total:.{digits_of(order.currency)}f}",
        "Financial status": order.financial_status,
        "Fulfilment status": order.fulfillment_status,
        "Ordered at": written(order.created_at),
        "Updated at": written(order.updated_at),
    }
