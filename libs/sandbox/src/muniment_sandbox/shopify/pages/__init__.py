"""The pages of the shop: orders, one order with all that happened, the hooks on their way."""

from __future__ import annotations

from muniment_sandbox.shopify.pages.counter import page_routes

__all__ = ["page_routes"]
