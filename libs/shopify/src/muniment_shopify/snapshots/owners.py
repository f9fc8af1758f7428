"""Which object a part belongs to whose hook does not say so: asked by the part's own id.

A fulfilment order and payment terms belong to an order (terms also to a draft order), a reverse fulfilment
order and a reverse delivery to a return.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from muniment_shopify.aggregates import Aggregate
from muniment_shopify.client import AdminClient
from muniment_shopify.gids import number_in
from muniment_shopify.snapshots.reading import Reading
from muniment_shopify.snapshots.snapshot import nodes


async def find_owner(client: AdminClient, part: Aggregate) -> Aggregate | None:
    """Return what ``part`` belongs to, ``None`` when the shop does not know the part (any more).

    Raises ``KeyError`` when ``part`` is no kind of ``PARTS``, and what ``AdminClient.execute`` raises.
    """
    return await _OWNERS[part.kind](Reading(client), part.id)


async def _of_fulfillment_order(reading: Reading, id: str) -> Aggregate | None:
    gid = f"gid://shopify/FulfillmentOrder/{id}"
    found = await reading.object("fulfillment_order_owner", gid, root="fulfillmentOrder")
    return Aggregate("order", number_in(found["orderId"])) if found else None


async def _of_payment_terms(reading: Reading, id: str) -> Aggregate | None:
    found = await reading.object("payment_terms_owner", f"gid://shopify/PaymentTerms/{id}", root="node")
    for kind, field in (("order", "order"), ("draft-order", "draftOrder")):
        owner = (found or {}).get(field)
        if owner:
            return Aggregate(kind, number_in(owner["id"]))
    return None


async def _of_reverse_delivery(reading: Reading, id: str) -> Aggregate | None:
    gid = f"gid://shopify/ReverseDelivery/{id}"
    found = await reading.object("reverse_delivery_owner", gid, root="reverseDelivery")
    return (
        await _of_reverse_order(reading, number_in(found["reverseFulfillmentOrder"]["id"])) if found else None
    )


async def _of_reverse_order(reading: Reading, id: str) -> Aggregate | None:
    gid = f"gid://shopify/ReverseFulfillmentOrder/{id}"
    found = await reading.object("reverse_fulfillment_order_owner", gid, root="reverseFulfillmentOrder")
    for each in nodes((found or {}).get("order") or {}, "returns"):
        if any(parcel["id"] == gid for parcel in nodes(each, "reverseFulfillmentOrders")):
            return Aggregate("return", number_in(each["id"]))
    return None


_OWNERS: Mapping[str, Callable[[Reading, str], Awaitable[Aggregate | None]]] = {
    "fulfillment-order": _of_fulfillment_order,
    "payment-terms": _of_payment_terms,
    "reverse-delivery": _of_reverse_delivery,
    "reverse-fulfillment-order": _of_reverse_order,
}

#: The kinds of parts that are asked for by their own id.
PARTS = frozenset(_OWNERS)
