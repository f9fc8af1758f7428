"""How goods come back: what may be returned and why, parcels with their labels, what becomes of the goods.

Shopify knows no key for parcels and dispositions: a parcel is known by its tracking number, dispositions are
said as totals. Both are looked for first, and after a lost answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from muniment_shopify.asking import Node, ask_all, change, done_or_seen, given, made, once
from muniment_shopify.client import AdminClient
from muniment_shopify.errors import AnswerUnusable
from muniment_shopify.returns import Disposition


@dataclass(frozen=True, slots=True)
class Returnable:
    """Units of a shipment that may still come back."""

    fulfillment_line_item: str
    line_item: str
    sku: str | None
    quantity: int


@dataclass(frozen=True, slots=True)
class ReturnReason:
    """A reason a return may have. ``handle`` is stable, ``name`` is in the shop's language."""

    gid: str
    handle: str
    name: str
    is_deleted: bool


@dataclass(frozen=True, slots=True)
class WayBack:
    """A parcel on its way back. ``label_url`` is where the buyer gets its label."""

    gid: str
    tracking_number: str | None
    tracking_url: str | None
    label_url: str | None


async def returnable_items(client: AdminClient, order: str) -> list[Returnable]:
    """Return what of the order may still come back.

    Raises ``AnswerUnusable`` for a shipment of more than 25 different lines, which is not read whole.
    """
    parcels = await ask_all(
        client, "returnable_fulfillments", lambda data: data["returnableFulfillments"], orderId=order
    )
    found = []
    for parcel in parcels:
        lines = parcel["returnableFulfillmentLineItems"]
        if lines["pageInfo"]["hasNextPage"]:
            raise AnswerUnusable(f"{client.shop} shows a shipment with more lines than are read at once.")
        found += [_returnable(line) for line in lines["nodes"]]
    return found


async def return_reasons(client: AdminClient) -> list[ReturnReason]:
    """Return every reason the shop knows, also those deleted."""
    nodes = await ask_all(client, "return_reason_definitions", lambda data: data["returnReasonDefinitions"])
    return [ReturnReason(each["id"], each["handle"], each["name"], each["deleted"]) for each in nodes]


async def send_back(
    client: AdminClient,
    reverse_order: str,
    tracking_number: str,
    lines: Mapping[str, int],
    *,
    tracking_url: str | None = None,
    label: str | None = None,
    notify: bool = True,
) -> WayBack:
    """Tell the buyer once how to send the goods back: units by reverse line, a parcel of this number.

    ``label`` is what ``files.upload`` returned for a ``RETURN_LABEL``. Raises ``ChangeRefused``, and
    ``OutcomeUnknown`` when the answer was lost and nothing is seen yet: each next try looks first.
    """
    name = "reverse_delivery_create"
    variables = {
        "rfoId": reverse_order,
        "lines": [
            {"reverseFulfillmentOrderLineItemId": line, "quantity": quantity}
            for line, quantity in lines.items()
        ],
        "tracking": given(number=tracking_number, url=tracking_url),
        "label": {"fileUrl": label} if label else None,
        "notify": notify,
    }

    async def look() -> WayBack | None:
        nodes = await ask_all(
            client,
            "reverse_deliveries",
            lambda data: (data["reverseFulfillmentOrder"] or {}).get("reverseDeliveries"),
            id=reverse_order,
        )
        found = (_way_back(node) for node in nodes)
        return next((each for each in found if each.tracking_number == tracking_number), None)

    async def create() -> WayBack:
        payload = await change(client, name, variables, repeatable=False)
        return _way_back(made(client, name, payload, "reverseDelivery"))

    return await once(look, create)


async def dispose(client: AdminClient, reverse_order: str, totals: Sequence[Disposition]) -> int:
    """Say what became of the goods until each of ``totals`` is reached; return how many units were told now.

    Raises ``ChangeRefused``, and ``OutcomeUnknown`` when the answer was lost and it is not seen yet.
    """
    missing = await _missing(client, reverse_order, totals)
    if not missing:
        return 0
    name = "reverse_fulfillment_order_dispose"

    async def tell() -> int:
        inputs = [each.as_input() for each in missing]
        await change(client, name, {"inputs": inputs}, repeatable=False)
        return sum(each.quantity for each in missing)

    async def look() -> int | None:
        still = await _missing(client, reverse_order, totals)
        return None if still else sum(each.quantity for each in missing)

    return await done_or_seen(tell, look)


async def _missing(
    client: AdminClient, reverse_order: str, totals: Sequence[Disposition]
) -> list[Disposition]:
    nodes = await ask_all(
        client,
        "reverse_fulfillment_order_dispositions",
        lambda data: (data["reverseFulfillmentOrder"] or {}).get("lineItems"),
        id=reverse_order,
    )
    there: dict[tuple[str, str], int] = {}
    for node in nodes:
        for each in node["dispositions"]:
            key = (node["id"], each["type"])
            there[key] = there.get(key, 0) + each["quantity"]
    missing = []
    for total in totals:
        left = total.quantity - there.get((total.reverse_line, total.type), 0)
        if left > 0:
            missing.append(
                Disposition(
                    reverse_line=total.reverse_line, type=total.type, quantity=left, location=total.location
                )
            )
    return missing


def _returnable(node: Node) -> Returnable:
    item = node["fulfillmentLineItem"]
    return Returnable(item["id"], item["lineItem"]["id"], item["lineItem"]["sku"], node["quantity"])


def _way_back(node: Node) -> WayBack:
    shipping = node["deliverable"] or {}
    tracking = shipping.get("tracking") or {}
    return WayBack(
        gid=node["id"],
        tracking_number=tracking.get("number"),
        tracking_url=tracking.get("url"),
        label_url=(shipping.get("label") or {}).get("publicFileUrl"),
    )
