"""Asks the shop for orders: the one collaborator of ``record`` that reaches outside."""

from __future__ import annotations

from dataclasses import dataclass

from muniment_kit.errors import Rejected
from muniment_shopify.client import AdminClient
from muniment_shopify.orders import OrderSnapshot, fetch_order


@dataclass(frozen=True, slots=True)
class ShopOrders:
    """The orders of one shop, through its Admin API."""

    shop: str
    client: AdminClient

    async def fetch(self, shop: str, order_id: str) -> OrderSnapshot | None:
        """Return the order as it is now, or ``None`` when the shop no longer knows it.

        Raises ``Rejected`` when the hook came from another shop than the one this process serves.
        """
        if shop != self.shop:
            raise Rejected(f"The hook is of shop {shop!r}, but this process records {self.shop!r}.")
        return await fetch_order(self.client, f"gid://shopify/Order/{order_id}")
