"""Products, found by the article number (SKU) that the ECM knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from muniment_shopify.asking import Node, ask_all, change
from muniment_shopify.client import AdminClient

ProductStatus = Literal["ACTIVE", "ARCHIVED", "DRAFT", "UNLISTED"]


@dataclass(frozen=True, slots=True)
class Variant:
    """A variant and the product it is of."""

    gid: str
    sku: str
    product: str
    product_handle: str
    product_title: str
    product_status: ProductStatus


async def variants_by_sku(client: AdminClient, sku: str) -> list[Variant]:
    """Return every variant with exactly this SKU: Shopify's search also finds what only looks like it.

    A SKU may be of several variants. New variants are found once the shop's search index has them.
    """
    quoted = sku.replace("\\", "\\\\").replace('"', '\\"')
    nodes = await ask_all(
        client, "variants_by_sku", lambda data: data["productVariants"], query=f'sku:"{quoted}"'
    )
    return [_variant(node) for node in nodes if node["sku"] == sku]


async def set_product_status(client: AdminClient, product: str, status: ProductStatus) -> None:
    """Set the product's status: a ``DRAFT`` is sold nowhere. Sent again it changes nothing."""
    wanted = {"product": {"id": product, "status": status}}
    await change(client, "product_status_update", wanted, repeatable=True)


def _variant(node: Node) -> Variant:
    product = node["product"]
    return Variant(
        gid=node["id"],
        sku=node["sku"],
        product=product["id"],
        product_handle=product["handle"],
        product_title=product["title"],
        product_status=product["status"],
    )
