"""Customers, and separately what they consented to."""

from __future__ import annotations

from collections.abc import Iterable

from muniment_shopify.snapshots.reading import Reading
from muniment_shopify.snapshots.snapshot import Node


async def read_customer(reading: Reading, gid: str) -> Node | None:
    """Return the customer with all addresses, ``None`` when it is not known."""
    found = await reading.object("customer_detail", gid, root="customer")
    if found is None:
        return None
    return await reading.all_pages(found, "addressesV2", by="customer_addresses_page", root="customer")


async def read_consent(reading: Reading, gid: str) -> Node | None:
    """Return the customer's consents, ``None`` when the customer is not known."""
    return await reading.object("customer_consent", gid, root="customer")


def moments_of_customer(node: Node) -> Iterable[str | None]:
    """Yield the customer's time of change."""
    yield node["updatedAt"]


def moments_of_consent(node: Node) -> Iterable[str | None]:
    """Yield the times of the customer and of each consent."""
    yield node["updatedAt"]
    yield (node.get("defaultEmailAddress") or {}).get("marketingUpdatedAt")
    phone = node.get("defaultPhoneNumber") or {}
    yield (phone.get("smsMarketingConsent") or {}).get("updatedAt")
    yield (phone.get("whatsAppMarketingConsent") or {}).get("updatedAt")
