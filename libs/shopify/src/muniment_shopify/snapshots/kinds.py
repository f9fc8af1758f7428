"""The kinds of objects whose snapshots are taken: how each is read, and what it shows of time and order."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass

from muniment_kit.errors import Rejected
from muniment_shopify.client import AdminClient
from muniment_shopify.gids import number_in
from muniment_shopify.snapshots.companies import moments_of_company, read_company
from muniment_shopify.snapshots.customers import (
    moments_of_consent,
    moments_of_customer,
    read_consent,
    read_customer,
)
from muniment_shopify.snapshots.disputes import moments_of_dispute, read_dispute
from muniment_shopify.snapshots.drafts import moments_of_draft, read_draft
from muniment_shopify.snapshots.fulfillment_orders import (
    moments_of_fulfillment_orders,
    read_fulfillment_orders,
)
from muniment_shopify.snapshots.reading import Reading
from muniment_shopify.snapshots.returns import moments_of_return, read_return
from muniment_shopify.snapshots.risks import moments_of_risk, read_risk
from muniment_shopify.snapshots.snapshot import Node, Snapshot, canonical, newest, parsed, whole


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of object is read. ``order`` finds the order it belongs to in its node."""

    gid_type: str
    read: Callable[[Reading, str], Awaitable[Node | None]]
    moments: Callable[[Node], Iterable[str | None]]
    order: Callable[[Node], Node | None]


def _its_order(node: Node) -> Node | None:
    return node.get("order")


def _itself(node: Node) -> Node | None:
    return node


def _no_order(_: Node) -> None:
    return None


#: Every kind by its name; an order's own snapshot is read by ``muniment_shopify.orders``.
KINDS: Mapping[str, Kind] = {
    "fulfillment-orders": Kind("Order", read_fulfillment_orders, moments_of_fulfillment_orders, _itself),
    "risk": Kind("Order", read_risk, moments_of_risk, _itself),
    "return": Kind("Return", read_return, moments_of_return, _its_order),
    "dispute": Kind("ShopifyPaymentsDispute", read_dispute, moments_of_dispute, _its_order),
    "customer": Kind("Customer", read_customer, moments_of_customer, _no_order),
    "consent": Kind("Customer", read_consent, moments_of_consent, _no_order),
    "company": Kind("Company", read_company, moments_of_company, _no_order),
    "draft-order": Kind("DraftOrder", read_draft, moments_of_draft, _its_order),
}


async def fetch_snapshot(client: AdminClient, kind: str, id: str) -> Snapshot | None:
    """Return the object of this kind and numeric id as it is now, ``None`` when the shop does not know it.

    ``fulfillment-orders`` and ``risk`` go by the order's id, ``consent`` by the customer's. Raises
    ``KeyError`` for a kind that is not in ``KINDS``, ``AccessDenied`` when the object may not be read, and
    what ``AdminClient.execute`` raises.
    """
    reading = Reading(client)
    node = await KINDS[kind].read(reading, f"gid://shopify/{KINDS[kind].gid_type}/{id}")
    if node is None:
        return None
    complete, cut = whole(node)
    return _snapshot(kind, complete, canonical(complete), sorted({*reading.gaps, *cut}))


def snapshot_from(kind: str, content: bytes) -> Snapshot:
    """Read a snapshot of this kind from its canonical bytes. Raises ``Rejected`` when they are none."""
    return _snapshot(kind, parsed(content), content, ())


def _snapshot(kind: str, node: Node, content: bytes, gaps: Iterable[str]) -> Snapshot:
    try:
        order = KINDS[kind].order(node)
        return Snapshot(
            gid=node["id"],
            updated_at=newest(KINDS[kind].moments(node)),
            content=content,
            node=node,
            order_id=number_in(order["id"]) if order else None,
            order_name=order.get("name", "") if order else "",
            gaps=tuple(gaps),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Rejected(f"The snapshot lacks what it must hold ({type(error).__name__}).") from error
