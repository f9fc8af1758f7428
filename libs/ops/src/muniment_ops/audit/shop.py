"""Reads the orders of the shop, as Shopify tells them now."""

from __future__ import annotations

from collections.abc import AsyncIterator

from muniment_shopify.client import AdminClient
from muniment_shopify.operations import operation
from muniment_shopify.orders import OrderSnapshot, fetch_order

_PAGE = 100


async def read_orders(client: AdminClient) -> AsyncIterator[OrderSnapshot]:
    """Yield every order of the shop, the least recently changed first; one that vanishes meanwhile is left
    out.
    """
    after: str | None = None
    while True:
        answer = await client.execute(operation("orders_page"), {"first": _PAGE, "after": after})
        page = answer.data["orders"]
        for node in page["nodes"]:
            order = await fetch_order(client, node["id"])
            if order is not None:
                yield order
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]
